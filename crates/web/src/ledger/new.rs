//! Writing a new device down.

use super::form::{Group, Values, groups, values_of, values_typed, wrong};
use super::plan::{Plan, Typed};
use super::query::with_done;
use super::{at, names};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::ledger::{Asset, Column};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "ledger/new.html")]
struct NewPage {
    t: Words,
    page: Page,
    base: String,
    groups: Vec<Group>,
    faults: Vec<(&'static str, String)>,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let names = names(&app, visit.place()?.id).await?;
    page(&visit, &names, &values_of(&Asset::default(), &names, visit.lang), &BTreeMap::new())
}

fn page(visit: &Visit, names: &Names, values: &Values, wrong: &BTreeMap<Column, String>) -> Result<Response, Problem> {
    let t = visit.t();
    let base = at(visit.place()?.id, "");
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = NewPage {
        page: visit.page(t.m("ledger-new")).under(&base, t.m("ledger-title")),
        groups: groups(t, names, values, wrong),
        faults: wrong.iter().map(|(column, sentence)| (column.key(), sentence.clone())).collect(),
        t,
        base,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn create(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let names = names(&app, facility).await?;
    let values = values_typed(&form);
    let typed = [Typed { row: None, cells: values.clone() }];
    let plan = Plan::make(&app, facility, &names, &typed).await?;
    if !plan.is_right() {
        return page(&visit, &names, &values, &wrong(&plan, visit.t()));
    }
    let done = app.store.change_assets(&visit.act(app.now()), facility, &plan.changes, "create").await?;
    let id = done.rows.first().map(|row| row.id.to_string()).unwrap_or_default();
    Ok(Redirect::to(&with_done(&at(facility, &id), done.id)).into_response())
}
