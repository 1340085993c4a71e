//! Loading a clause file: a dry run with a verdict per row, then all of it or nothing.

use super::edition::page;
use super::gather::loaded;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::random_token;
use crate::shell::words::Key;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_catalog::{ClausesError, read_clauses};
use hakutaku_model::clauses::{ClauseVerdict, GuidelineEdition, check_file};
use hakutaku_model::time::Ts;
use hakutaku_store::Shelf;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// How long a dry run waits: half an hour.
const SECONDS: i64 = 30 * 60;
/// How many wait at most; each holds some 2 MB. The oldest goes first.
const MOST: usize = 8;
/// Loaded editions at most: they are few by nature, and every page lists them.
const MOST_EDITIONS: usize = 50;

/// A dry run.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// Names this very dry run.
    pub(super) ticket: String,
    /// The file's name.
    pub(super) file: String,
    /// What would be kept.
    pub(super) edition: GuidelineEdition,
    /// A verdict per row.
    pub(super) verdicts: Vec<ClauseVerdict>,
    at: Ts,
}

impl Pending {
    /// Rows that are refused.
    pub(super) fn bad(&self) -> usize {
        self.verdicts.iter().filter(|verdict| !verdict.wrong.is_empty()).count()
    }
}

/// The dry runs of this process by person.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<HashMap<String, Pending>>);

/// The dry runs of this process.
pub(super) static PENDING: LazyLock<Waiting> = LazyLock::new(Waiting::default);

impl Waiting {
    fn with<T>(&self, now: Ts, use_it: impl FnOnce(&mut HashMap<String, Pending>) -> T) -> T {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.retain(|_, pending| pending.at.plus_seconds(SECONDS) > now);
        use_it(&mut map)
    }

    fn keep(&self, actor: &str, pending: Pending, now: Ts) {
        self.with(now, |map| {
            map.insert(actor.to_owned(), pending);
            while map.len() > MOST {
                let oldest = map.iter().min_by_key(|(_, pending)| pending.at).map(|(actor, _)| actor.clone());
                let Some(oldest) = oldest else { break };
                map.remove(&oldest);
            }
        });
    }

    pub(super) fn look(&self, actor: &str, now: Ts) -> Option<Pending> {
        self.with(now, |map| map.get(actor).cloned())
    }

    fn take(&self, actor: &str, ticket: &str, now: Ts) -> Option<Pending> {
        self.with(now, |map| if map.get(actor)?.ticket == ticket { map.remove(actor) } else { None })
    }
}

/// The name and content of the uploaded file; `None` when none was chosen.
async fn file_of(mut form: Multipart) -> Result<Option<(String, Vec<u8>)>, Problem> {
    let broken = |_| Problem::unprocessable(Key("clauses-file-broken"));
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            let name: String = field.file_name().unwrap_or_default().chars().take(120).collect();
            let bytes = field.bytes().await.map_err(broken)?;
            return Ok((!bytes.is_empty()).then(|| (name, bytes.to_vec())));
        }
    }
    Ok(None)
}

/// Reads the file and keeps what it would make. Nothing is saved.
pub(super) async fn upload(State(app): State<AppState>, visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let t = visit.t();
    let said = |sentence: String| page(&app, &visit, None, Some(sentence));
    let Some((file, content)) = file_of(form).await? else { return said(t.m("clauses-no-file")).await };
    let read = match read_clauses(&content) {
        Ok(read) => read,
        Err(ClausesError::TooLarge) => return said(t.m("clauses-too-large")).await,
        Err(ClausesError::NotText) => return said(t.m("clauses-not-text")).await,
        Err(ClausesError::Malformed(problem)) => return said(t.a("clauses-malformed", "problem", problem)).await,
    };
    let others: Vec<GuidelineEdition> =
        loaded(&app).await?.into_iter().map(|row| row.body).filter(|other| other.id != read.id).collect();
    if others.len() >= MOST_EDITIONS {
        return said(t.m("clauses-too-many")).await;
    }
    let verdicts = match check_file(&read, &app.catalogue, &others) {
        Ok(verdicts) => verdicts,
        Err(sentence) => return said(t.text(&sentence).to_owned()).await,
    };
    let now = app.now();
    let pending = Pending { ticket: random_token(), file, edition: read.into(), verdicts, at: now };
    PENDING.keep(&visit.act(now).actor, pending, now);
    // A page of its own: loading it again must not send the file again.
    Ok(Redirect::to("/guideline-editions").into_response())
}

/// Keeps the edition of the dry run. No facility's edition changes.
pub(super) async fn confirm(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (t, now) = (visit.t(), app.now());
    let act = visit.act(now);
    let Some(pending) = PENDING.take(&act.actor, form.value("ticket"), now) else {
        return page(&app, &visit, PENDING.look(&act.actor, now), Some(t.m("clauses-gone"))).await;
    };
    if pending.bad() > 0 {
        // The page offers no button for it; all or nothing holds whoever asks.
        PENDING.keep(&act.actor, pending.clone(), now);
        return page(&app, &visit, Some(pending), Some(t.m("clauses-refused"))).await;
    }
    app.store.put_record(&act, Shelf::Installation, &pending.edition).await?;
    Ok(visit.done(&app, "/guideline-editions", Key("notice-saved")))
}
