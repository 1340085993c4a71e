//! All matrices of the house.

use super::home;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::RecordId;
use hakutaku_model::responsibility::{Matrix, check};

struct Line {
    id: String,
    version: i64,
    title: String,
    parties: String,
    objects: usize,
    holes: usize,
    contradictions: usize,
    double_claims: usize,
    uncontracted: usize,
    open: usize,
    signed: bool,
}

#[derive(Template)]
#[template(path = "responsibility/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    lines: Vec<Line>,
    may_edit: bool,
}

pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let facility = visit.place()?.id;
    let matrices = app.store.responsibility_matrices(facility, app.now().date_in_japan()).await?;
    let lines = matrices
        .into_iter()
        .map(|kept| {
            let found = check(&kept.body);
            Line {
                id: kept.id.to_string(),
                version: kept.version,
                parties: kept.body.parties.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(" · "),
                objects: kept.body.objects.len(),
                holes: found.holes.len(),
                contradictions: found.contradictions.len(),
                double_claims: found.double_claims.len(),
                uncontracted: found.uncontracted.len(),
                open: found.open.len(),
                signed: kept.body.is_signed_by_all(),
                title: kept.body.title,
            }
        })
        .collect();
    html(&ListPage {
        t,
        page: visit.page(t.m("resp-title")),
        tabs: nav::tabs(&visit, nav::VENDORS),
        base: home(facility),
        lines,
        may_edit: visit.may(Action::EditVendors),
    })
}

/// Takes a matrix out of the list. It stays readable in the log.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    if !form.has("sure", "yes") {
        return Err(Problem::unprocessable(Key("resp-retire-unsure")));
    }
    let version = form.value("version").parse().map_err(|_| Problem::unprocessable(Key("problem-422")))?;
    app.store.retire_record::<Matrix>(&visit.act(app.now()), facility, id, version).await?;
    Ok(visit.done(&app, &home(facility), Key("notice-saved")))
}
