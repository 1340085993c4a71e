//! A form as a file. Every export is entered in the facility's log.

use crate::AppState;
use crate::checklists::{Opened, Whose};
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, checklist_pdf, checklist_workbook};
use hakutaku_model::checklist::ChecklistFile;
use hakutaku_model::journal::Chain;
use hakutaku_model::time::FiscalYear;
use std::collections::BTreeMap;

/// Sends `form.pdf`, `form.xlsx` or `form.json`.
pub(super) async fn download(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, edition, kind, file)): Path<(String, String, String, String)>,
    Query(whose): Query<Whose>,
) -> Result<Response, Problem> {
    let media_type = match file.as_str() {
        "form.pdf" => "application/pdf",
        "form.xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "form.json" => "application/json",
        _ => return Err(Problem::NotFound),
    };
    let opened = Opened::of(&app, visit.place()?.id, (&edition, &kind), &whose).await?;
    let facility = app.store.facility(opened.facility).await?.profile.name;
    let (lang, made) = (visit.lang, app.now());
    let header =
        Header { facility: Some(facility.clone()), fiscal_year: Some(FiscalYear(opened.view.fiscal_year)), made };
    let name = format!("{}_{}_{}", facility, opened.view.form.title().get(lang), opened.view.era.get(lang));
    let object = format!("checklist:{}/{}", opened.view.edition, opened.view.form.key());
    let view = opened.view;
    let content: Vec<u8> = match file.as_str() {
        "form.pdf" => press(move || checklist_pdf(&view, lang, &header)).await?.map_err(Problem::internal)?.bytes,
        "form.xlsx" => press(move || checklist_workbook(&view, lang, &header)).await?.map_err(Problem::internal)?,
        _ => serde_json::to_vec_pretty(&ChecklistFile::of(&view, &facility, made.date_in_japan()))?,
    };
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store.record(&visit.act(made), Chain::Facility(opened.facility), "checklist.export", &object, detail).await?;
    let extension = file.rsplit('.').next().unwrap_or_default();
    let clean = crate::evidence::clean_name(&format!("{name}.{extension}").replace([' ', '　'], "_"));
    let value = HeaderValue::from_str(&disposition(&clean)).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CONTENT_DISPOSITION, value)], content)
        .into_response())
}
