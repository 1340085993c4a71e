//! The mapping as a file: for another house with the same form, and for the command line. It holds no text of the form.

use super::map::{book_of, page};
use super::{address, form_of};
use crate::AppState;
use crate::evidence::disposition;
use crate::official::list::file_of;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::official::row_text;
use hakutaku_model::official::{FormRow, NO_TOPIC, print_of, read_profile};
use hakutaku_model::record::RecordId;
use hakutaku_store::StoreError;

pub(crate) async fn take_out(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let form = form_of(&app, &visit, id).await?.body;
    let json = serde_json::to_string_pretty(&form.profile).map_err(Problem::internal)?;
    let name = HeaderValue::from_str(&disposition("profile.json")).map_err(Problem::internal)?;
    let kind = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], json + "\n").into_response())
}

/// Takes the cells of a profile over, if every one of its rows holds the same text in this file.
pub(super) async fn bring_in(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    parts: Multipart,
) -> Result<Response, Problem> {
    let (t, row) = (visit.t(), form_of(&app, &visit, id).await?);
    let read = file_of(parts).await?.map(|(_, _, content)| read_profile(&content));
    let mut profile = match read {
        None => return page(&app, &visit, row, vec![t.m("official-no-file")], StatusCode::UNPROCESSABLE_ENTITY).await,
        Some(Err(why)) => {
            let why = t.text(&why).to_owned();
            return page(&app, &visit, row, vec![why], StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        Some(Ok(profile)) => profile,
    };
    let mut form = row.body.clone();
    let book = book_of(&app, &visit, &form).await?;
    let sheet = book.sheet(&profile.sheet);
    let mut rows = Vec::with_capacity(profile.rows.len());
    for line in &profile.rows {
        let text = sheet.and_then(|sheet| row_text(sheet, &line.text));
        let Some(text) = text.filter(|text| print_of("", text) == line.print) else {
            let why = t.a("official-profile-other", "row", line.row);
            return page(&app, &visit, row, vec![why], StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        let known = form.rows.iter().find(|row| row.text == text);
        rows.push(FormRow {
            section: known.map_or(1, |row| row.section),
            number: line.number.clone(),
            text,
            group: line.group.clone(),
            topic: known.map_or_else(|| NO_TOPIC.to_owned(), |row| row.topic.clone()),
        });
    }
    profile.edition.clone_from(&form.profile.edition);
    (form.profile, form.rows, form.confirmed) = (profile, rows, false);
    form.renumber();
    let facility = visit.place()?.id;
    match app.store.change_record(&visit.act(app.now()), facility, id, row.version, &form).await {
        Ok(_) => Ok(visit.done(&app, &address(&visit, id)?, Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            page(&app, &visit, row, vec![t.m("official-conflict")], StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}
