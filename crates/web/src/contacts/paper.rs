//! The chart on paper. Every export is entered in the facility's log.

use super::gather::contact_chart;
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{ContactPaper, Header, contact_chart_pdf};
use hakutaku_model::journal::Chain;
use std::collections::BTreeMap;

/// For the folder.
pub(super) async fn folder(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    send(&app, &visit, ContactPaper::Folder, Key("contacts-file")).await
}

/// For the wall.
pub(super) async fn wall(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    send(&app, &visit, ContactPaper::Wall, Key("contacts-file-wall")).await
}

async fn send(app: &AppState, visit: &Visit, paper: ContactPaper, name: Key) -> Result<Response, Problem> {
    let place = visit.place()?;
    let (now, lang) = (app.now(), visit.lang);
    let chart = contact_chart(app, place.id).await?;
    let head = Header { facility: Some(place.name.clone()), fiscal_year: None, made: now };
    let pdf = press(move || contact_chart_pdf(&chart, paper, lang, &head)).await?.map_err(Problem::internal)?;
    let file = format!("{}_{}_{}.pdf", place.name, visit.t().k(name), now.date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store.record(&visit.act(now), Chain::Facility(place.id), "contact.export", "contact-chart", detail).await?;
    let disposition = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, pdf.bytes).into_response())
}
