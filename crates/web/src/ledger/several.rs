//! One value for all ticked rows, or all of them out of the ledger: a plain form.

use super::list::{Refused, back, page};
use super::plan::{Plan, Typed};
use super::query::{ListQuery, with_done};
use super::{at, names};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use hakutaku_model::id::AssetId;
use hakutaku_model::ledger::Column;
use hakutaku_store::{AssetChange, StoreError};
use std::collections::BTreeMap;

pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    jar: CookieJar,
    form: Form,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = at(facility, "");
    let to = back(&form, &base);
    let rows: Vec<(AssetId, i64)> = form.values("row").iter().filter_map(|row| read_row(row)).collect();
    let mut refused = Refused {
        ticked: rows.iter().map(|(id, _)| *id).collect(),
        column: form.value("column").to_owned(),
        value: form.value("value").to_owned(),
        ..Refused::default()
    };
    let query = || ListQuery::read(to.split_once('?').map(|(_, query)| query));
    if rows.is_empty() {
        refused.sentences.push(t.m("ledger-several-none"));
        return page(&app, &visit, query(), &jar, refused).await;
    }
    let (changes, why) = match (form.value("do"), Column::from_key(form.value("column"))) {
        ("retire", _) => {
            (rows.iter().map(|(id, expected)| AssetChange::Retire { id: *id, expected: *expected }).collect(), "retire")
        }
        ("restore", _) => (
            rows.iter().map(|(id, expected)| AssetChange::Restore { id: *id, expected: *expected }).collect(),
            "restore",
        ),
        (_, None) => {
            refused.sentences.push(t.m("ledger-several-column"));
            return page(&app, &visit, query(), &jar, refused).await;
        }
        (_, Some(column)) => {
            let cells = BTreeMap::from([(column, form.value("value").to_owned())]);
            let typed: Vec<Typed> = rows.iter().map(|row| Typed { row: Some(*row), cells: cells.clone() }).collect();
            let plan = Plan::make(&app, facility, &names(&app, facility).await?, &typed).await?;
            if !plan.is_right() {
                refused.sentences = said(&plan, t);
                return page(&app, &visit, query(), &jar, refused).await;
            }
            (plan.changes, "edit")
        }
    };
    match app.store.change_assets(&visit.act(app.now()), facility, &changes, why).await {
        Ok(done) if done.changed > 0 => Ok(Redirect::to(&with_done(&to, done.id)).into_response()),
        Ok(_) => {
            refused.sentences.push(t.m("ledger-nothing-changed"));
            page(&app, &visit, query(), &jar, refused).await
        }
        Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => {
            refused.sentences.push(t.m("ledger-several-conflict"));
            page(&app, &visit, query(), &jar, refused).await
        }
        Err(StoreError::AlreadyExists(_)) => {
            refused.sentences.push(t.m("ledger-undo-number-taken"));
            page(&app, &visit, query(), &jar, refused).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `id:version`, as the boxes of the list say.
fn read_row(text: &str) -> Option<(AssetId, i64)> {
    let (id, version) = text.split_once(':')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

/// Each different thing that is wrong, once.
fn said(plan: &Plan, t: crate::shell::words::Words) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    if !plan.conflicts.is_empty() {
        sentences.push(t.m("ledger-several-conflict"));
    }
    for (_, fault) in &plan.faults {
        let sentence = fault.what.sentence().get(t.lang).to_owned();
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences
}
