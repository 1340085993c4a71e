//! Answering: a section by its button, or one line by the page's script.

use crate::AppState;
use crate::checklists::line::{LineInput, Saved, takes};
use crate::checklists::sheet::{Overlay, Overlays, render, said, state_badge};
use crate::checklists::{Opened, Whose, answerable};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::checklist::{ItemView, LineState, LineView, Mark};
use hakutaku_model::proposal::ProposedMark;
use hakutaku_model::text::{Lang, Text};
use serde::Serialize;

/// How a line is named in forms: `<item>/<group>`.
pub(super) fn name_of(line: &LineView) -> String {
    format!("{}/{}", line.key.item, line.key.group)
}

/// What the form says about a line.
fn input(form: &Form, (_, line): (&ItemView, &LineView)) -> LineInput {
    let name = name_of(line);
    let value = |field: &str| form.value(&format!("{name}/{field}")).to_owned();
    let mut input = LineInput {
        first: Mark::from_key(&value("first")),
        first_on: value("first_on"),
        target: value("target"),
        second: Mark::from_key(&value("second")),
        second_on: value("second_on"),
        remark: value("remark"),
        version: value("version").parse().unwrap_or_default(),
        saw: Some(value("saw")).filter(|saw| !saw.is_empty()),
        again: form.value("again") == name,
    };
    // A day typed before a mark is chosen says nothing yet.
    if input.first.is_none() {
        input.first_on.clear();
    }
    if input.second.is_none() {
        input.second_on.clear();
    }
    let proposed = line.proposal.as_ref().map_or(ProposedMark::Unknown, |proposal| proposal.mark);
    let section = form.value("take-section");
    let with_section = !section.is_empty() && line.state == LineState::Open && proposed == ProposedMark::Yes;
    if form.value("take") == name || with_section {
        input.first = takes(proposed).or(input.first);
    }
    input
}

#[derive(Serialize)]
struct LineReply {
    line: String,
    /// `saved`, `unchanged`, `conflict` or `refused`.
    outcome: &'static str,
    /// What is wrong, or whose answer stands.
    sentences: Vec<String>,
    version: i64,
    state: &'static str,
    state_title: String,
    badge: &'static str,
    first: &'static str,
    first_on: String,
    target: String,
    second: &'static str,
    second_on: String,
    remark: String,
    /// The answer in a sentence, days with their era; empty without an answer.
    words: String,
    reopened: bool,
}

#[derive(Serialize)]
struct Reply {
    lines: Vec<LineReply>,
    progress: String,
}

/// Saves what the form says.
pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, edition, kind)): Path<(String, String, String)>,
    Query(whose): Query<Whose>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let opened = Opened::of(&app, visit.place()?.id, (&edition, &kind), &whose).await?;
    if !answerable(&visit, &opened.view) {
        return Err(Problem::unprocessable(Key("checklist-not-yours")));
    }
    let act = visit.act(app.now());
    let mut overlays = Overlays::new();
    let mut outcomes: Vec<(String, &'static str)> = Vec::new();
    let bulk = !form.value("take-section").is_empty();
    for entry in opened.view.lines().filter(|(_, line)| form.has("line", &name_of(line))) {
        let (name, input) = (name_of(entry.1), input(&form, entry));
        let unread = bulk && form.value("read") != "yes";
        let saved = if unread {
            Saved::Refused(vec![("first", in_both(Key("checklist-read-first")))])
        } else {
            input.save(&app, &act, &opened, entry).await?
        };
        let outcome = match saved {
            Saved::Done => "saved",
            Saved::Unchanged => "unchanged",
            Saved::Conflict(row) => {
                let by = row.as_ref().map(|row| row.changed_by.clone()).unwrap_or_default();
                let version = row.map_or(0, |row| row.version);
                overlays.insert(
                    name.clone(),
                    Overlay { input: LineInput { version, ..input }, faults: Vec::new(), conflict: Some(by) },
                );
                "conflict"
            }
            Saved::Refused(faults) => {
                overlays.insert(name.clone(), Overlay { input, faults, conflict: None });
                "refused"
            }
        };
        outcomes.push((name, outcome));
        // One sentence is enough when nothing was read.
        if unread {
            break;
        }
    }
    let opened = opened.again(&app).await?;
    if headers.get(header::ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"application/json")) {
        return Ok(Json(reply(&visit, &opened, &overlays, &outcomes)).into_response());
    }
    if overlays.is_empty() {
        let anchor = form.value("section");
        let anchor = if anchor.chars().all(|c| c.is_ascii_digit()) { anchor } else { "" };
        let to = format!("{}{}#section-{anchor}", opened.address(), opened.query());
        return Ok(visit.done(&app, &to, Key("notice-saved")));
    }
    let conflict = overlays.values().any(|overlay| overlay.conflict.is_some());
    let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, render(&app, &visit, &opened, &overlays).await?).into_response())
}

/// A sentence of the pages in both languages.
fn in_both(key: Key) -> Text {
    Text::new(Words::new(Lang::Ja).k(key), Words::new(Lang::En).k(key))
}

fn reply(visit: &Visit, opened: &Opened, overlays: &Overlays, outcomes: &[(String, &'static str)]) -> Reply {
    let t = visit.t();
    let lines = opened
        .view
        .lines()
        .filter_map(|(_, line)| {
            let name = name_of(line);
            let outcome = outcomes.iter().find(|(known, _)| *known == name)?.1;
            let mut sentences = Vec::new();
            if let Some(overlay) = overlays.get(&name) {
                sentences.extend(overlay.faults.iter().map(|(_, sentence)| t.text(sentence).to_owned()));
                sentences.extend(overlay.conflict.as_ref().map(|by| t.a("checklist-conflict", "name", by)));
            }
            let stands = LineInput::of(line);
            let (state_title, badge) = (line.state.title(), state_badge(&line.state));
            Some(LineReply {
                line: name,
                outcome,
                sentences,
                version: stands.version,
                state: line.state.key(),
                state_title: t.text(&state_title).to_owned(),
                badge,
                first: stands.first.map_or("", Mark::key),
                first_on: stands.first_on,
                target: stands.target,
                second: stands.second.map_or("", Mark::key),
                second_on: stands.second_on,
                remark: stands.remark,
                words: line
                    .answer
                    .as_ref()
                    .filter(|answer| answer.first.is_some())
                    .map(|answer| said(&t, answer))
                    .unwrap_or_default(),
                reopened: line.reopened.is_some(),
            })
        })
        .collect();
    Reply { lines, progress: super::sheet::progress_words(&t, &opened.view.progress) }
}
