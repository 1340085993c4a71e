//! The round on one sheet. Every export is entered in the facility's log.

use super::round;
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, call_check_pdf};
use hakutaku_model::id::FacilityId;
use hakutaku_model::journal::Chain;
use hakutaku_model::record::RecordId;
use std::collections::BTreeMap;

/// PDF.
pub(super) async fn pdf(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let place = visit.place()?;
    let row = round(&app, place.id, id).await?;
    let (lang, now) = (visit.lang, app.now());
    let head = Header { facility: Some(place.name.clone()), fiscal_year: None, made: now };
    let file = format!("{}_{}_{}.pdf", place.name, visit.t().m("calls-file"), row.body.day());
    let pdf = press(move || call_check_pdf(&row.body, lang, &head)).await?.map_err(Problem::internal)?;
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store.record(&visit.act(now), Chain::Facility(place.id), "call-round.export", "call-round", detail).await?;
    let disposition = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, pdf.bytes).into_response())
}
