//! What is loaded, and loading a file.

use super::address;
use crate::AppState;
use crate::evidence::{clean_name, clean_type};
use crate::results::press;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;
use hakutaku_documents::official::{Book, FormRefused, Guess, find};
use hakutaku_model::access::Action;
use hakutaku_model::official::topics::{known_topics, propose};
use hakutaku_model::official::{OfficialForm, edition_id};
use hakutaku_model::time::FiscalYear;
use hakutaku_store::NewDocument;

/// A topic at least this likely (in percent) is filled in for the person to confirm.
const LIKELY: u8 = 35;

struct Line {
    href: String,
    name: String,
    file: String,
    year: String,
    rows: usize,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "official/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    lines: Vec<Line>,
    problems: Vec<String>,
    may_change: bool,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Vec::new()).await
}

async fn page(app: &AppState, visit: &Visit, problems: Vec<String>) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = format!("/facilities/{facility}/forms/official");
    let lines = app
        .store
        .records::<OfficialForm>(facility)
        .await?
        .into_iter()
        .map(|row| Line {
            href: format!("{base}/{}", row.id),
            name: row.body.profile.name.clone(),
            file: row.body.file,
            year: FiscalYear(row.body.profile.fiscal_year).label(t.lang),
            rows: row.body.rows.len(),
            confirmed: row.body.confirmed,
        })
        .collect();
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ListPage {
        t,
        page: visit.page(t.m("official-title")),
        tabs: nav::tabs(visit, nav::FORMS),
        base,
        lines,
        problems,
        may_change: visit.may(Action::AnswerForms),
    };
    Ok((status, html(&page)?).into_response())
}

/// Reads a file, guesses, and keeps both: nothing counts before a person has confirmed it.
pub(super) async fn load(State(app): State<AppState>, visit: Visit, parts: Multipart) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let Some((name, kind, content)) = file_of(parts).await? else {
        return page(&app, &visit, vec![t.m("official-no-file")]).await;
    };
    let edition = edition_id(&content);
    if let Some(known) = app.store.record_by_key::<OfficialForm>(facility, &edition).await? {
        // The same file a second time: to what is known about it.
        return Ok(Redirect::to(&address(&visit, known.id)?).into_response());
    }
    let year = FiscalYear::of(app.now().date_in_japan()).0;
    let (bytes, id) = (content.clone(), edition.clone());
    let guess = press(move || guess(&bytes, &id, year)).await?;
    let mut guess = match guess {
        Ok(Some(guess)) => guess,
        Ok(None) => return page(&app, &visit, vec![t.m("official-no-sheet")]).await,
        Err(refused) => return page(&app, &visit, refused.sentences(t.lang)).await,
    };
    let known = known_topics(&app.catalogue);
    for row in &mut guess.rows {
        if let Some(best) = propose(&row.text, &known).first().filter(|best| best.likeness >= LIKELY) {
            row.topic.clone_from(&best.topic);
        }
    }
    let act = visit.act(app.now());
    let new = NewDocument { assessment: None, question: None, name: name.clone(), media_type: kind };
    let document = app.store.add_document(&act, facility, &new, content.to_vec()).await?;
    let mut form =
        OfficialForm { document: document.id, file: name, profile: guess.profile, rows: guess.rows, confirmed: false };
    form.renumber();
    let row = app.store.add_record(&act, facility, &form).await?;
    Ok(Redirect::to(&address(&visit, row.id)?).into_response())
}

fn guess(bytes: &[u8], edition: &str, year: i16) -> Result<Option<Guess>, FormRefused> {
    Ok(find(&Book::read(bytes)?, edition, year))
}

/// Name, kind and content of the uploaded file.
pub(super) async fn file_of(mut form: Multipart) -> Result<Option<(String, String, Bytes)>, Problem> {
    let unreadable = |_| Problem::unprocessable(Key("official-unreadable"));
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        if part.name() == Some("file") {
            let name = clean_name(part.file_name().unwrap_or_default());
            let kind = clean_type(part.content_type());
            let content = part.bytes().await.map_err(unreadable)?;
            let name = if name.is_empty() { "form.xlsx".to_owned() } else { name };
            return Ok((!content.is_empty()).then_some((name, kind, content)));
        }
    }
    Ok(None)
}
