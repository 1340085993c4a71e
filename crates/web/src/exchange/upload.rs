//! Choosing a file, and what it would change.

use crate::AppState;
use crate::exchange::pending::{Pending, WAITING};
use crate::exchange::read_file::read;
use crate::exchange::verdict::{Row, Verdict, dry_run};
use crate::results::gather::{href, questionnaire_of};
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::random_token;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;
use hakutaku_model::text::Text;
use hakutaku_store::AssessmentRow;
use std::sync::Arc;

/// Problems of a file shown; the rest is counted.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "exchange/import.html")]
struct ImportPage {
    t: Words,
    page: Page,
    base: String,
    form_title: String,
    closed: bool,
    pending: Option<Pending>,
    file: String,
    problems: Vec<String>,
    more_problems: usize,
    /// Why the page is shown again, in words.
    fault: Option<String>,
}

impl ImportPage {
    fn refused(&self) -> Vec<&Row> {
        self.rows(|row| row.verdict == Verdict::Refused)
    }

    fn saved(&self) -> Vec<&Row> {
        self.rows(Row::is_saved)
    }

    fn untouched(&self) -> Vec<&Row> {
        self.rows(|row| matches!(row.verdict, Verdict::Same | Verdict::Empty))
    }

    fn rows(&self, which: impl Fn(&Row) -> bool) -> Vec<&Row> {
        self.pending.iter().flat_map(|pending| &pending.rows).filter(|row| which(row)).collect()
    }
}

/// The page without a file yet, or with the dry run that waits.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (facility, id) = visit.assessment()?;
    let row = app.store.assessment(facility, id).await?;
    let now = app.now();
    let pending = WAITING.look(&visit.act(now).actor, id, now);
    page(&app, &visit, &row, Shown { pending, ..Shown::default() })
}

/// What the page shows besides the form.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) pending: Option<Pending>,
    pub(super) file: String,
    pub(super) problems: Vec<Text>,
    pub(super) fault: Option<Key>,
}

/// The page; 422 when something is wrong.
pub(super) fn page(app: &AppState, visit: &Visit, row: &AssessmentRow, shown: Shown) -> Result<Response, Problem> {
    let t = visit.t();
    let base = href(row);
    let form_title = t.text(&questionnaire_of(&app.catalogue, row)?.title).to_owned();
    let page = visit.page(t.m("import-title")).under(base.clone(), form_title.clone());
    let status = if shown.problems.is_empty() && shown.fault.is_none() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = ImportPage {
        t,
        page,
        base,
        form_title,
        closed: row.closed_at.is_some(),
        pending: shown.pending,
        file: shown.file,
        more_problems: shown.problems.len().saturating_sub(SHOWN),
        problems: shown.problems.iter().take(SHOWN).map(|problem| t.text(problem).to_owned()).collect(),
        fault: shown.fault.map(|key| t.k(key)),
    };
    Ok((status, html(&page)?).into_response())
}

/// Reads the file and keeps what it would change. Nothing is saved.
pub(super) async fn upload(State(app): State<AppState>, visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let (facility, id) = visit.assessment()?;
    let row = app.store.assessment(facility, id).await?;
    if row.closed_at.is_some() {
        return page(&app, &visit, &row, Shown { fault: Some(Key("import-closed")), ..Shown::default() });
    }
    let Some((file, content)) = file_of(form).await? else {
        return page(&app, &visit, &row, Shown { fault: Some(Key("import-no-file")), ..Shown::default() });
    };
    let questionnaire = questionnaire_of(&app.catalogue, &row)?.clone();
    let catalogue = Arc::clone(&app.catalogue);
    let (questionnaire, offers) = press(move || {
        let offers = read(&content, &questionnaire, &catalogue);
        (questionnaire, offers)
    })
    .await?;
    let offers = match offers {
        Ok(offers) => offers,
        Err(problems) => return page(&app, &visit, &row, Shown { file, problems, ..Shown::default() }),
    };
    let run = dry_run(&questionnaire, &offers, &app.store.answers(facility, id).await?);
    let now = app.now();
    let pending = Pending {
        ticket: random_token(),
        file,
        rows: run.rows,
        tally: run.tally,
        answers: run.answers,
        seen: run.seen,
        at: now,
    };
    WAITING.keep(&visit.act(now).actor, id, pending, now);
    // A page of its own: loading it again must not send the file again.
    Ok(Redirect::to(&format!("{}/import", href(&row))).into_response())
}

/// The name and content of the uploaded file; `None` when none was chosen.
async fn file_of(form: Multipart) -> Result<Option<(String, Bytes)>, Problem> {
    Ok(parts_of(form).await?.file)
}

/// A form with a file.
#[derive(Debug, Default)]
pub(crate) struct Uploaded {
    /// Name and content; `None` when no file was chosen.
    pub(crate) file: Option<(String, Bytes)>,
    /// The other fields.
    pub(crate) form: Form,
}

/// All fields of a form with one file.
pub(crate) async fn parts_of(mut form: Multipart) -> Result<Uploaded, Problem> {
    let unreadable = |_| Problem::unprocessable(Key("import-unreadable"));
    let mut uploaded = Uploaded::default();
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let field = part.name().unwrap_or_default().to_owned();
        if field == "file" {
            let name = part.file_name().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
            let content = part.bytes().await.map_err(unreadable)?;
            uploaded.file = (!content.is_empty()).then_some((name, content));
        } else {
            let text = part.text().await.map_err(unreadable)?;
            uploaded.form.tick(&field, &text);
        }
    }
    Ok(uploaded)
}
