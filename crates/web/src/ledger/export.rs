//! The ledger as a file: what the list shows, all pages of it, all columns. Every export is entered in the log.

use super::names;
use super::query::ListQuery;
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{ledger_csv, ledger_workbook};
use hakutaku_model::journal::Chain;
use hakutaku_model::ledger::KeptAsset;
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::text::Lang;
use std::collections::BTreeMap;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";

pub(super) async fn csv(
    State(app): State<AppState>,
    visit: Visit,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let content = make(&app, &visit, raw, "csv", |rows, names, lang| {
        ledger_csv(rows.iter().map(|row| &row.asset), names, lang).map_err(Problem::internal)
    });
    send(&app, &visit, content.await?, CSV, "csv").await
}

pub(super) async fn xlsx(
    State(app): State<AppState>,
    visit: Visit,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let content = make(&app, &visit, raw, "xlsx", |rows, names, lang| {
        ledger_workbook(rows.iter().map(|row| &row.asset), names, lang).map_err(Problem::internal)
    });
    send(&app, &visit, content.await?, XLSX, "xlsx").await
}

async fn make(
    app: &AppState,
    visit: &Visit,
    raw: Option<String>,
    format: &str,
    write: impl FnOnce(&[KeptAsset], &Names, Lang) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Vec<u8>, Problem> {
    let (facility, lang) = (visit.place()?.id, visit.lang);
    let query = ListQuery::read(raw.as_deref()).for_store(app.now().date_in_japan());
    let rows = app.store.assets_found(facility, &query).await?;
    let names = names(app, facility).await?;
    note(app, visit, format, rows.len()).await?;
    press(move || write(&rows, &names, lang)).await?
}

/// Enters an export in the facility's log.
pub(crate) async fn note(app: &AppState, visit: &Visit, format: &str, rows: usize) -> Result<(), Problem> {
    let facility = visit.place()?.id;
    let detail = BTreeMap::from([("format".to_owned(), format.to_owned()), ("rows".to_owned(), rows.to_string())]);
    let object = format!("facility:{facility}");
    app.store.record(&visit.act(app.now()), Chain::Facility(facility), "ledger.export", &object, detail).await?;
    Ok(())
}

async fn send(
    app: &AppState,
    visit: &Visit,
    content: Vec<u8>,
    kind: &'static str,
    extension: &str,
) -> Result<Response, Problem> {
    let place = visit.place()?;
    let name = format!("{}_{}_{}.{extension}", place.name, visit.t().m("ledger-title"), app.now().date_in_japan());
    let disposition = HeaderValue::from_str(&disposition(&name)).map_err(Problem::internal)?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, content).into_response())
}
