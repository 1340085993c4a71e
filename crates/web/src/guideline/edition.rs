//! The editions of the installation, and the form to load one.

use super::gather::{editions, loaded};
use super::load::{PENDING, Pending};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::clauses::{GuidelineChoice, GuidelineEdition};
use hakutaku_store::Shelf;

struct Line {
    id: String,
    title: String,
    about: String,
    /// Where it was loaded: by whom, with the row's version.
    loaded: Option<(String, i64)>,
}

struct VerdictView {
    row: usize,
    id: String,
    same_as: String,
    wrong: Vec<String>,
    unmatched: bool,
}

struct DryRun {
    ticket: String,
    file: String,
    title: String,
    id: String,
    counts: String,
    bad: usize,
    replaces: bool,
    verdicts: Vec<VerdictView>,
}

#[derive(Template)]
#[template(path = "guideline/editions.html")]
struct EditionsPage {
    t: Words,
    page: Page,
    lines: Vec<Line>,
    fault: Option<String>,
    dry_run: Option<DryRun>,
}

/// The page without or with the dry run that waits.
pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let now = app.now();
    let waiting = PENDING.look(&visit.act(now).actor, now);
    page(&app, &visit, waiting, None).await
}

fn dry_run(t: Words, pending: Pending, replaces: bool) -> DryRun {
    DryRun {
        counts: t.a3(
            "clauses-dry-counts",
            ("good", pending.verdicts.len() - pending.bad()),
            ("bad", pending.bad()),
            ("unmatched", pending.verdicts.iter().filter(|verdict| verdict.is_unmatched()).count()),
        ),
        bad: pending.bad(),
        replaces,
        title: t.text(&pending.edition.title).to_owned(),
        id: pending.edition.id.clone(),
        verdicts: pending
            .verdicts
            .iter()
            .map(|verdict| VerdictView {
                row: verdict.row,
                id: verdict.id.clone(),
                same_as: verdict.same_as.join(", "),
                unmatched: verdict.is_unmatched(),
                wrong: verdict.wrong.iter().map(|wrong| t.text(wrong).to_owned()).collect(),
            })
            .collect(),
        ticket: pending.ticket,
        file: pending.file,
    }
}

/// The page; 422 when something is wrong.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    pending: Option<Pending>,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let rows = loaded(app).await?;
    let lines = editions(app)
        .await?
        .into_iter()
        .map(|edition| {
            let row = rows.iter().find(|row| row.body.id == edition.guideline.id);
            Line {
                title: t.text(&edition.guideline.title).to_owned(),
                about: t.a3(
                    "clauses-line",
                    ("id", edition.guideline.id.as_str()),
                    ("edition", edition.guideline.edition.as_str()),
                    ("count", edition.guideline.items.len()),
                ),
                loaded: row.map(|row| (row.changed_by.clone(), row.version)),
                id: edition.guideline.id,
            }
        })
        .collect();
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = EditionsPage {
        t,
        page: visit.page(t.k(Key("clauses-editions"))),
        lines,
        fault,
        dry_run: pending.map(|pending| {
            let replaces = rows.iter().any(|row| row.body.id == pending.edition.id);
            dry_run(t, pending, replaces)
        }),
    };
    Ok((status, html(&page)?).into_response())
}

/// Takes a loaded edition away, unless a facility works with it.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let row = loaded(&app).await?.into_iter().find(|row| row.body.id == id).ok_or(Problem::NotFound)?;
    for facility in app.store.facilities().await? {
        let chosen = app.store.record_by_key::<GuidelineChoice>(facility.id, "guideline").await?;
        if chosen.is_some_and(|chosen| chosen.body.edition == id) {
            let t = visit.t();
            let fault = t.a("clauses-in-use", "facility", facility.profile.name);
            return page(&app, &visit, None, Some(fault)).await;
        }
    }
    let expected = form.value("version").parse().unwrap_or_default();
    let act = visit.act(app.now());
    app.store.retire_record::<GuidelineEdition>(&act, Shelf::Installation, row.id, expected).await?;
    Ok(visit.done(&app, "/guideline-editions", Key("notice-saved")))
}
