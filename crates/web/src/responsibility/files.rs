//! The matrix as files: annex to the contract, file for scripts, sheet for a party.

use super::{matrix_of, note};
use crate::AppState;
use crate::results::download::attachment;
use crate::results::press;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hakutaku_documents::Header;
use hakutaku_documents::responsibility_pdf::responsibility_pdf;
use hakutaku_documents::responsibility_sheet::statement_workbook;
use hakutaku_model::responsibility::file;
use serde::Deserialize;
use std::sync::Arc;

/// A name that every file system takes.
fn file_name(title: &str, ending: &str) -> String {
    let plain: String = title
        .chars()
        .map(|c| if c.is_control() || c.is_whitespace() || r#"/\:*?"<>|"#.contains(c) { '_' } else { c })
        .take(100)
        .collect();
    format!("{plain}.{ending}")
}

pub(super) async fn annex(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    let name = file_name(&kept.body.title, "pdf");
    let header = Header { facility: Some(visit.place()?.name.clone()), fiscal_year: None, made: app.now() };
    let (catalogue, lang, matrix) = (Arc::clone(&app.catalogue), visit.lang, kept.body);
    let made = press(move || responsibility_pdf(&matrix, &catalogue.responsibility, lang, &header)).await?;
    let pdf = made.map_err(Problem::internal)?;
    note(&app, &visit, kept.id, "responsibility.export", &[("file", "annex.pdf")]).await?;
    Ok(attachment(pdf.bytes, "application/pdf", &name, "annex.pdf"))
}

pub(super) async fn json(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    let content = file::write(&kept.body)?.into_bytes();
    note(&app, &visit, kept.id, "responsibility.export", &[("file", "matrix.json")]).await?;
    Ok(attachment(content, "application/json", &file_name(&kept.body.title, "json"), "matrix.json"))
}

/// Whose sheet.
#[derive(Debug, Deserialize)]
pub(super) struct Whose {
    party: String,
}

pub(super) async fn sheet(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    Query(Whose { party }): Query<Whose>,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    let who = kept.body.party(&party).ok_or(Problem::NotFound)?.name.clone();
    let name = file_name(&format!("{}_{who}", kept.body.title), "xlsx");
    let (catalogue, lang, matrix) = (Arc::clone(&app.catalogue), visit.lang, kept.body);
    let made = press(move || statement_workbook(&matrix, &catalogue.responsibility, &party, lang)).await?;
    let content = made.map_err(Problem::internal)?;
    note(&app, &visit, kept.id, "responsibility.export", &[("file", "statements.xlsx")]).await?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attachment(content, kind, &name, "statements.xlsx"))
}
