//! Answering what was given to oneself, with an account or by a link.

use crate::AppState;
use crate::answering::attempt::{Attempt, Refusal, Saved, reply, tell, when};
use crate::answering::comments;
use crate::answering::follow_up::{advance, returned_with};
use crate::answering::progress::Progress;
use crate::answering::save::overlay_of;
use crate::answering::sheet::{Sheet, title};
use crate::answering::view::{Cards, CommentView, Frame, Overlay, SectionView, state_key, state_words};
use crate::answering::{address, seen_at, words_for_scripts};
use crate::invitations::guest;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_model::access::{Action, Actor, allowed};
use hakutaku_model::id::{AssessmentId, FacilityId, PersonId, QuestionId};
use hakutaku_store::{HandoverRow, HandoverState};
use std::collections::BTreeMap;

/// How a visitor comes to answer a question.
pub(crate) enum Leave {
    /// It was handed over.
    HandedOver(HandoverRow),
    /// The whole sheet is theirs: an executive's own, or somebody who may answer everything.
    Whole,
}

/// Finds out whether, and as whom, the visitor may answer this question. `None`: it was taken back or settled.
///
/// A person with an account who followed a link and was handed nothing by account acts as the link's guest.
async fn leave(
    app: &AppState,
    visit: &mut Visit,
    (facility, assessment, question): (FacilityId, AssessmentId, &QuestionId),
) -> Result<Option<Leave>, Problem> {
    let rows = app.store.handovers(facility, assessment).await?;
    let here = |row: &&HandoverRow| row.question == *question && row.state != HandoverState::Closed;
    if let Actor::Person { id, .. } = visit.actor {
        if let Some(row) = rows.iter().rev().filter(here).find(|row| row.person == Some(id)) {
            return Ok(Some(Leave::HandedOver(row.clone())));
        }
        if visit.may(Action::Answer) {
            return Ok(Some(Leave::Whole));
        }
        match visit.guest().filter(|guest| allowed(guest, Action::AnswerHandedOver, &visit.resource)) {
            Some(guest) => visit.actor = guest,
            None => return Ok(None),
        }
    }
    let Actor::Guest { invitation, questions, .. } = &visit.actor else { return Ok(None) };
    if questions.is_none() {
        return Ok(Some(Leave::Whole));
    }
    let row = rows.iter().rev().filter(here).find(|row| row.invitation == Some(*invitation));
    Ok(row.cloned().map(Leave::HandedOver))
}

/// The questions this visitor was given, for counting.
fn given(visit: &Visit, leave: &Leave, sheet_rows: &[HandoverRow]) -> Option<Vec<QuestionId>> {
    match (&visit.actor, leave) {
        (Actor::Guest { questions, .. }, _) => questions.clone(),
        (Actor::Person { id, .. }, Leave::HandedOver(_)) => Some(
            sheet_rows
                .iter()
                .filter(|row| row.person == Some(*id) && row.state != HandoverState::Closed)
                .map(|row| row.question.clone())
                .collect(),
        ),
        _ => None,
    }
}

/// Saves and, when it stands, marks the hand-over as answered.
async fn save(
    app: &AppState,
    visit: &mut Visit,
    attempt: &Attempt,
) -> Result<(Saved, Option<Vec<QuestionId>>), Problem> {
    let (facility, assessment, question) = visit.question()?;
    let Some(leave) = leave(app, visit, (facility, assessment, &question)).await? else {
        return Ok((Saved::Refused(Refusal::TAKEN_BACK), None));
    };
    let saved = attempt.save(app, visit, facility, assessment, &question).await?;
    if let (Saved::Done(_), Leave::HandedOver(row)) = (&saved, &leave)
        && row.state != HandoverState::Answered
    {
        advance(app, visit, row, HandoverState::Answered, None).await?;
    }
    let rows = app.store.handovers(facility, assessment).await?;
    Ok((saved, given(visit, &leave, &rows)))
}

/// By the script.
pub(crate) async fn put(
    State(app): State<AppState>,
    mut visit: Visit,
    Json(attempt): Json<Attempt>,
) -> Result<Response, Problem> {
    let (facility, assessment, question) = visit.question()?;
    let (saved, only) = save(&app, &mut visit, &attempt).await?;
    reply(&app, &visit, &attempt, (facility, assessment, &question), only.as_deref(), saved).await
}

/// By a form.
pub(crate) async fn form(State(app): State<AppState>, mut visit: Visit, form: Form) -> Result<Response, Problem> {
    let (facility, assessment, question) = visit.question()?;
    let attempt = Attempt::of_form(&form);
    let (saved, _) = save(&app, &mut visit, &attempt).await?;
    let place = (facility, assessment, &question);
    match &saved {
        Saved::Done(row) => drop(tell(&app, &visit, &attempt, place, Some(row), None).await?),
        Saved::Cleared => drop(tell(&app, &visit, &attempt, place, None, None).await?),
        Saved::Conflict(_) | Saved::Refused(_) => {}
    }
    match overlay_of(&visit, question.as_str(), attempt, saved) {
        None => Ok(visit.done(&app, &back_to(&visit, facility, assessment, question.as_str()), Key("notice-saved"))),
        Some((status, overlay)) => {
            let page = match &visit.actor {
                Actor::Guest { .. } => guest::render(&app, &visit, Some(&overlay)).await?,
                _ => render(&app, &visit, Some(&overlay)).await?,
            };
            Ok((status, page).into_response())
        }
    }
}

/// Sends a question back without an answer.
pub(crate) async fn give_back(State(app): State<AppState>, mut visit: Visit, form: Form) -> Result<Response, Problem> {
    let (facility, assessment, question) = visit.question()?;
    let message = comments::checked(form.value("message"))?;
    match leave(&app, &mut visit, (facility, assessment, &question)).await? {
        Some(Leave::HandedOver(row)) => advance(&app, &visit, &row, HandoverState::Returned, Some(message)).await?,
        _ => return Err(Problem::unprocessable(Key("handed-taken-back"))),
    }
    Ok(visit.done(&app, &back_to(&visit, facility, assessment, question.as_str()), Key("notice-saved")))
}

fn back_to(visit: &Visit, facility: FacilityId, assessment: AssessmentId, question: &str) -> String {
    match visit.actor {
        Actor::Guest { .. } => format!("/guest#{question}"),
        _ => format!("/facilities/{facility}/assessments/{assessment}/handed#{question}"),
    }
}

#[derive(Template)]
#[template(path = "answering/handed.html")]
struct HandedPage<'c> {
    t: Words,
    page: Page,
    frame: Frame,
    title: String,
    year: String,
    closed: Option<String>,
    viewer: String,
    words: String,
    answered: usize,
    total: usize,
    sections: Vec<SectionView<'c>>,
}

/// The questions of one assessment that were handed to the person who asks.
pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    if matches!(visit.actor, Actor::Guest { .. }) {
        return Ok(axum::response::Redirect::to("/guest").into_response());
    }
    Ok(render(&app, &visit, None).await?.into_response())
}

async fn render(app: &AppState, visit: &Visit, overlay: Option<&Overlay>) -> Result<Html<String>, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let me = visit.person()?.id;
    let sheet = Sheet::load(app, facility, assessment).await?;
    let rows = mine(&sheet, me);
    let (t, now) = (visit.t(), app.now());
    let frame = Frame {
        base: address(&sheet.row),
        leaf: "handed",
        back: "handed",
        answer: !sheet.is_closed(),
        read_documents: visit.may(Action::ReadDocument),
        ..Frame::default()
    };
    let cards = Cards { catalogue: &app.catalogue, sheet: &sheet, frame: &frame, t, now, overlay };
    let sections = given_sections(&cards, &rows);
    let only: Vec<QuestionId> = rows.keys().cloned().collect();
    let progress = Progress::of(sheet.questionnaire, &sheet.evaluation, &sheet.model, Some(&only)).all;
    html(&HandedPage {
        t,
        page: seen_at(
            format!("{}/handed", frame.base),
            visit.page(sheet.title(t.lang)).under("/handed-to-me", t.k(Key("handed-title"))),
        ),
        title: sheet.title(t.lang),
        year: sheet.row.year.label(t.lang),
        closed: sheet.row.closed_at.map(|at| at.minute_in_japan(t.lang)),
        viewer: visit.act(now).actor,
        words: words_for_scripts::json(t),
        answered: progress.answered,
        total: progress.total(),
        sections,
        frame,
    })
}

/// The newest hand-over of each question to this person that is not settled.
fn mine<'s>(sheet: &'s Sheet<'_>, me: PersonId) -> BTreeMap<QuestionId, &'s HandoverRow> {
    sheet
        .handovers
        .iter()
        .filter_map(|(question, rows)| {
            let row = rows.iter().find(|row| row.person == Some(me) && row.state != HandoverState::Closed)?;
            Some((question.clone(), row))
        })
        .collect()
}

/// The cards of the given questions, each with what was said to the one it was given to.
pub(crate) fn given_sections<'c>(
    cards: &Cards<'_, 'c>,
    rows: &BTreeMap<QuestionId, &HandoverRow>,
) -> Vec<SectionView<'c>> {
    let mut sections: Vec<SectionView<'c>> = cards
        .sheet
        .questionnaire
        .sections
        .iter()
        .enumerate()
        .map(|(at, section)| cards.section(at, section, |question| rows.contains_key(&question.id)))
        .filter(|section| !section.questions.is_empty())
        .collect();
    for view in sections.iter_mut().flat_map(|section| &mut section.questions) {
        let Some(row) = rows.get(&QuestionId::from(view.id)) else { continue };
        if !row.message.is_empty() {
            view.messages.push(CommentView {
                by: row.by.clone(),
                at: when(row.created_at, cards.now, cards.t.lang),
                text: row.message.clone(),
            });
        }
        if let Some((by, text)) = returned_with(cards.sheet, row) {
            view.messages.push(CommentView { by, at: when(row.changed_at, cards.now, cards.t.lang), text });
        }
        let settled = row.state == HandoverState::Closed;
        view.answerable &= !settled;
        view.given = view.answerable;
    }
    sections
}

struct HandedLine {
    text: String,
    number: String,
    facility: String,
    title: String,
    year: String,
    href: String,
    by: String,
    at: String,
    state: &'static str,
    state_words: String,
}

#[derive(Template)]
#[template(path = "answering/handed_to_me.html")]
struct HandedToMePage {
    t: Words,
    page: Page,
    waiting: Vec<HandedLine>,
    done: Vec<HandedLine>,
}

/// Everything handed to the person who is signed in, at whatever facility.
pub(crate) async fn everywhere(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let me = visit.person()?.id;
    let t = visit.t();
    let (mut waiting, mut done) = (Vec::new(), Vec::new());
    for row in app.store.handovers_for_person(me).await? {
        let Some(place) = visit.places.iter().find(|place| place.id == row.facility) else { continue };
        let Some((questionnaire, ..)) = app.catalogue.question(&row.question) else { continue };
        let assessment = app.store.assessment(row.facility, row.assessment).await?;
        let Some(question) = questionnaire.question(row.question.as_str()) else { continue };
        let number = questionnaire.sections.iter().enumerate().find_map(|(at, section)| {
            let within = section.questions.iter().position(|q| q.id == row.question)?;
            Some(format!("{}-{}", at + 1, within + 1))
        });
        let line = HandedLine {
            text: t.text(&question.text).to_owned(),
            number: number.unwrap_or_default(),
            facility: place.name.clone(),
            title: title(&assessment, questionnaire, t.lang),
            year: assessment.year.label(t.lang),
            href: format!("{}/handed#{}", address(&assessment), row.question),
            by: row.by.clone(),
            at: when(row.changed_at, app.now(), t.lang),
            state: state_key(row.state),
            state_words: t.k(state_words(row.state)),
        };
        let over = row.state == HandoverState::Closed || assessment.closed_at.is_some();
        if over { done.push(line) } else { waiting.push(line) }
    }
    html(&HandedToMePage { t, page: visit.page(t.k(Key("handed-title"))), waiting, done })
}
