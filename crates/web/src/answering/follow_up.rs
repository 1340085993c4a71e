//! What was handed over: who has what, what came back, closing it or sending it back.

use crate::AppState;
use crate::answering::attempt::when;
use crate::answering::sheet::Sheet;
use crate::answering::view::{answer_words, state_key, state_words};
use crate::answering::{address, comments};
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::HandoverId;
use hakutaku_store::{HandoverRow, HandoverState, InvitationKind, InvitationRow, StoreError};

struct Line<'c> {
    id: String,
    number: String,
    text: &'c str,
    href: String,
    to: String,
    vendor: bool,
    by: String,
    at: String,
    state: &'static str,
    state_words: String,
    message: String,
    /// What was said when it was last sent back.
    returned: Option<(String, String)>,
    answer: Option<String>,
    note: String,
    answered: Option<(String, String)>,
    may_close: bool,
    may_return: bool,
}

pub(crate) struct LinkLine {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) expires: String,
    pub(crate) live: bool,
    pub(crate) questions: Option<usize>,
}

#[derive(Template)]
#[template(path = "answering/handed_over.html")]
struct HandedOverPage<'c> {
    t: Words,
    page: Page,
    base: String,
    change: bool,
    waiting: Vec<Line<'c>>,
    done: Vec<Line<'c>>,
    links: Vec<LinkLine>,
}

/// The list.
pub(crate) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let sheet = Sheet::load(&app, facility, assessment).await?;
    let invitations = app.store.invitations_to(facility, assessment).await?;
    let (t, base) = (visit.t(), address(&sheet.row));
    let mut rows: Vec<&HandoverRow> = sheet.handovers.values().flatten().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.changed_at));
    let lines: Vec<Line<'_>> = rows.into_iter().filter_map(|row| line(&app, &sheet, row, t, &base)).collect();
    let (done, waiting) = lines.into_iter().partition(|line| line.state == state_key(HandoverState::Closed));
    html(&HandedOverPage {
        t,
        page: visit
            .page(t.k(Key("handed-over-title")))
            .under(format!("/facilities/{facility}/assessments"), t.k(Key("assessments-title")))
            .under(base.clone(), sheet.title(t.lang)),
        change: visit.may(Action::HandOver),
        waiting,
        done,
        links: invitations.iter().map(|row| link_line(&app, row, t)).collect(),
        base,
    })
}

fn line<'c>(app: &AppState, sheet: &Sheet<'c>, row: &HandoverRow, t: Words, base: &str) -> Option<Line<'c>> {
    let now = app.now();
    let question = sheet.questionnaire.question(row.question.as_str())?;
    let section = sheet.questionnaire.section_of(row.question.as_str())?;
    let answer = sheet.answers.get(&row.question).filter(|_| row.state != HandoverState::Open);
    Some(Line {
        id: row.id.to_string(),
        number: sheet.number(row.question.as_str())?,
        text: t.text(&question.text),
        href: format!("{base}/fields/{}#{}", section.field, row.question),
        to: row.to_name.clone(),
        vendor: row.to_kind == hakutaku_store::RecipientKind::Vendor,
        by: row.by.clone(),
        at: when(row.changed_at, now, t.lang),
        state: state_key(row.state),
        state_words: t.k(state_words(row.state)),
        message: row.message.clone(),
        returned: returned_with(sheet, row),
        answer: answer.map(|answer| answer_words(question, &answer.value, t)),
        note: answer.map(|answer| answer.note.clone()).unwrap_or_default(),
        answered: answer.map(|answer| (answer.answered_by.clone(), when(answer.answered_at, now, t.lang))),
        may_close: row.state.may_become(HandoverState::Closed),
        may_return: row.state.may_become(HandoverState::Returned) && row.state != HandoverState::Open,
    })
}

/// Who sent it back last, and with which words: the remark made in the same act.
pub(crate) fn returned_with(sheet: &Sheet<'_>, row: &HandoverRow) -> Option<(String, String)> {
    if row.state != HandoverState::Returned {
        return None;
    }
    let comments = sheet.comments.get(&row.question)?;
    comments.iter().find(|comment| comment.at == row.changed_at).map(|c| (c.by.clone(), c.text.clone()))
}

fn link_line(app: &AppState, row: &InvitationRow, t: Words) -> LinkLine {
    let now = app.now();
    let live = row.revoked_at.is_none() && row.expires_at > now;
    let state = match (row.revoked_at, row.first_used_at) {
        (Some(_), _) => t.k(Key("link-withdrawn")),
        _ if !live => t.k(Key("link-expired")),
        (None, None) => t.k(Key("link-unopened")),
        (None, Some(at)) => t.a("link-opened", "time", when(at, now, t.lang)),
    };
    LinkLine {
        id: row.id.to_string(),
        name: row.name.clone(),
        kind: t.k(match row.kind {
            InvitationKind::Executive => Key("link-kind-executive"),
            InvitationKind::Colleague => Key("link-kind-colleague"),
            InvitationKind::Vendor => Key("link-kind-vendor"),
        }),
        state,
        expires: row.expires_at.minute_in_japan(t.lang),
        live,
        questions: row.questions.as_ref().map(Vec::len),
    }
}

/// Closes a hand-over, or sends it back with a message.
pub(crate) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, _, handover)): Path<(String, String, HandoverId)>,
    form: Form,
) -> Result<Response, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let row = app.store.handover(facility, handover).await?;
    if row.assessment != assessment {
        return Err(Problem::NotFound);
    }
    match form.value("state") {
        "closed" => advance(&app, &visit, &row, HandoverState::Closed, None).await?,
        "returned" => {
            let message = comments::checked(form.value("message"))?;
            advance(&app, &visit, &row, HandoverState::Returned, Some(message)).await?;
        }
        _ => return Err(Problem::unprocessable(Key("form-choose"))),
    }
    let base = format!("/facilities/{facility}/assessments/{assessment}");
    Ok(visit.done(&app, &format!("{base}/handed-over#h-{handover}"), Key("notice-saved")))
}

/// Moves a hand-over on. What is said with it becomes a remark on the question, made in the same moment, which is how
/// [`returned_with`] finds it again.
pub(crate) async fn advance(
    app: &AppState,
    visit: &Visit,
    row: &HandoverRow,
    state: HandoverState,
    message: Option<&str>,
) -> Result<(), Problem> {
    let act = visit.act(app.now());
    match app.store.set_handover_state(&act, row.facility, row.id, state).await {
        Ok(_) => {}
        Err(StoreError::Invalid(_)) => return Err(Problem::unprocessable(Key("handover-not-now"))),
        Err(error) => return Err(error.into()),
    }
    if let Some(message) = message {
        app.store.add_comment(&act, row.facility, row.assessment, &row.question, message).await?;
    }
    Ok(())
}
