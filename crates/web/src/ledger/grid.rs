//! What the list's script sends: cells typed in place, one value for many rows, a block pasted from a spreadsheet. The
//! same address answers what would happen (`dry`) and does it; all rows are changed or none.

use super::list::title;
use super::plan::{Plan, Typed};
use crate::AppState;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::ledger::cell::{Names, write};
use hakutaku_model::ledger::{AssetKind, Column, KeptAsset};
use hakutaku_store::{AssetBatch, StoreError};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The most rows at once: what a person can look over. Longer lists are imported.
const MOST_ROWS: usize = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    /// Only says what would happen.
    #[serde(default)]
    dry: bool,
    rows: Vec<SentRow>,
}

#[derive(Debug, Deserialize)]
struct SentRow {
    id: Option<hakutaku_model::id::AssetId>,
    #[serde(default)]
    version: i64,
    cells: BTreeMap<Column, String>,
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Json(sent): Json<Sent>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    if sent.rows.is_empty() || sent.rows.len() > MOST_ROWS {
        return Err(Problem::unprocessable(Key("ledger-too-many-rows")));
    }
    let typed: Vec<Typed> =
        sent.rows.into_iter().map(|row| Typed { row: row.id.map(|id| (id, row.version)), cells: row.cells }).collect();
    let names = super::names(&app, facility).await?;
    let plan = Plan::make(&app, facility, &names, &typed).await?;
    if sent.dry {
        return Ok(Json(preview(&plan, &names, t)).into_response());
    }
    if !plan.is_right() {
        let status = if plan.conflicts.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
        return Ok((status, Json(wrong(&plan, &names, t))).into_response());
    }
    let why = match typed.iter().all(|row| row.row.is_none()) {
        true => "create",
        false => "edit",
    };
    match app.store.change_assets(&visit.act(app.now()), facility, &plan.changes, why).await {
        Ok(batch) => Ok(saved(&batch, &names, t).into_response()),
        // Between the look and the writing somebody else was faster: look again and say what stands.
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_)) => {
            let plan = Plan::make(&app, facility, &names, &typed).await?;
            Ok((StatusCode::CONFLICT, Json(wrong(&plan, &names, t))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The rows as they stand after a change.
pub(super) fn saved(batch: &AssetBatch, names: &Names, t: Words) -> Json<Value> {
    let said = match batch.changed {
        0 => t.m("ledger-nothing-changed"),
        count => t.a("ledger-done-edit", "count", count),
    };
    Json(json!({
        "batch": (batch.changed > 0).then_some(batch.id),
        "changed": batch.changed,
        "said": said,
        "rows": batch.rows.iter().map(|row| of_row(row, names, t)).collect::<Vec<_>>(),
    }))
}

fn of_row(row: &KeptAsset, names: &Names, t: Words) -> Value {
    let cells: Map<String, Value> = Column::ALL
        .into_iter()
        .map(|column| (column.key().to_owned(), write(column, &row.asset, names, t.lang).into()))
        .collect();
    json!({
        "id": row.id, "version": row.version, "title": title(&row.asset), "retired": row.retired_at.is_some(),
        "by": row.changed_by, "at": row.changed_at.minute_in_japan(t.lang), "cells": cells,
    })
}

fn wrong(plan: &Plan, names: &Names, t: Words) -> Value {
    json!({
        "faults": plan.faults.iter().map(|(at, fault)| json!({
            "row": at, "column": fault.column, "message": fault.what.sentence().get(t.lang),
        })).collect::<Vec<_>>(),
        "conflicts": plan.conflicts.iter().map(|(at, row)| json!({
            "row": at,
            "stands": row.as_ref().map(|row| of_row(row, names, t)),
            "message": match row {
                Some(row) => t.a2("ledger-conflict-by", "name", &row.changed_by,
                    "time", row.changed_at.minute_in_japan(t.lang)),
                None => t.m("ledger-conflict-gone"),
            },
        })).collect::<Vec<_>>(),
    })
}

/// What would change, cell by cell.
fn preview(plan: &Plan, names: &Names, t: Words) -> Value {
    let mut answer = wrong(plan, names, t);
    let (mut created, mut changed) = (0, 0);
    let rows: Vec<Value> = plan
        .rows
        .iter()
        .enumerate()
        .map(|(at, (before, after))| {
            let cells: Vec<Value> = Column::ALL
                .into_iter()
                .filter_map(|column| {
                    let was = before.as_ref().map(|row| write(column, &row.asset, names, t.lang)).unwrap_or_default();
                    let now = write(column, after, names, t.lang);
                    let kind_of_new = before.is_none() && column == Column::Kind;
                    (was != now || kind_of_new)
                        .then(|| json!({"column": column, "title": column.title().get(t.lang), "was": was, "now": now}))
                })
                .collect();
            match before {
                None => created += 1,
                Some(_) if !cells.is_empty() => changed += 1,
                Some(_) => {}
            }
            json!({"row": at, "title": title(after), "new": before.is_none(), "cells": cells})
        })
        .collect();
    answer["rows"] = rows.into();
    answer["said"] = t.a2("ledger-paste-preview", "changed", changed, "created", created).into();
    answer
}

/// Sentences the script says.
const PLAIN: [(&str, Key); 17] = [
    ("saving", Key("ledger-js-saving")),
    ("failed", Key("ledger-js-failed")),
    ("signedOut", Key("ledger-js-signed-out")),
    ("nothing", Key("ledger-nothing-changed")),
    ("undo", Key("ledger-undo")),
    ("redo", Key("ledger-redo")),
    ("nothingToUndo", Key("ledger-js-nothing-to-undo")),
    ("readOnly", Key("ledger-js-read-only")),
    ("help", Key("ledger-js-help")),
    ("apply", Key("ledger-paste-apply")),
    ("cancel", Key("ledger-paste-cancel")),
    ("pasteTitle", Key("ledger-paste-title")),
    ("pasteEmpty", Key("ledger-paste-empty")),
    ("newRow", Key("ledger-paste-new")),
    ("empty", Key("ledger-js-empty")),
    ("takeMine", Key("ledger-js-take-mine")),
    ("tooMany", Key("ledger-too-many-rows")),
];

/// Words and choices for the script, safe to stand in HTML.
pub(super) fn for_script(t: Words, names: &Names) -> String {
    let mut words: Map<String, Value> =
        PLAIN.iter().map(|(name, key)| ((*name).to_owned(), Value::from(t.k(*key)))).collect();
    words.insert("selected".to_owned(), t.a("ledger-js-selected", "count", "{count}").into());
    let list = |rows: &[(hakutaku_model::record::RecordId, String)]| -> Vec<String> {
        rows.iter().map(|(_, name)| name.clone()).collect()
    };
    let kinds: Vec<String> = AssetKind::ALL.into_iter().map(|kind| kind.title().get(t.lang).to_owned()).collect();
    json!({
        "words": words,
        "choices": {
            "kind": kinds,
            "system": list(names.systems()),
            "vendor": list(names.vendors()),
            "remote_maintenance": [t.m("ledger-yes"), t.m("ledger-no")],
        },
    })
    .to_string()
    .replace('<', "\\u003c")
}
