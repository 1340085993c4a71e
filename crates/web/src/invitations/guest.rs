//! The pages of somebody who came by a link: the questions, and thanks at the end.

use crate::AppState;
use crate::answering::address;
use crate::answering::handed::given_sections;
use crate::answering::progress::Progress;
use crate::answering::sheet::Sheet;
use crate::answering::view::{Cards, Frame, Overlay, SectionView, is_excluded};
use crate::answering::words_for_scripts;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::assessment::Standing;
use hakutaku_model::id::QuestionId;
use hakutaku_store::{HandoverRow, HandoverState, InvitationRow};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "invitations/guest.html")]
struct GuestPage<'c> {
    t: Words,
    page: Page,
    frame: Frame,
    facility: String,
    /// The executives' form, or questions handed over.
    whole: bool,
    name: String,
    by: Option<String>,
    expires: String,
    minutes: u16,
    count: usize,
    closed: Option<String>,
    settled: bool,
    viewer: String,
    words: String,
    answered: usize,
    total: usize,
    unconfirmed: usize,
    sections: Vec<SectionView<'c>>,
}

/// The questions.
pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    render(&app, &visit, None).await
}

/// The questions, with what could not be saved laid over them.
pub(crate) async fn render(app: &AppState, visit: &Visit, overlay: Option<&Overlay>) -> Result<Html<String>, Problem> {
    let invitation = visit.invitation.as_ref().ok_or(Problem::NotFound)?;
    let sheet = Sheet::load(app, invitation.facility, invitation.assessment).await?;
    let rows = handed(&sheet, invitation);
    let (t, now) = (visit.t(), app.now());
    let frame = Frame {
        base: address(&sheet.row),
        leaf: "handed",
        back: "guest",
        answer: !sheet.is_closed(),
        ..Frame::default()
    };
    let cards = Cards { catalogue: &app.catalogue, sheet: &sheet, frame: &frame, t, now, overlay };
    let sections = match &invitation.questions {
        Some(_) => given_sections(&cards, &rows),
        None => {
            let all = sheet.questionnaire.sections.iter().enumerate();
            all.map(|(at, section)| cards.section(at, section, |_| true)).collect()
        }
    };
    let progress =
        Progress::of(sheet.questionnaire, &sheet.evaluation, &sheet.model, invitation.questions.as_deref()).all;
    let count = sections.iter().map(|section| section.questions.len()).sum();
    html(&GuestPage {
        t,
        page: page(
            "/guest",
            visit,
            match invitation.questions {
                Some(_) => t.a("guest-title-handed", "facility", &visit.place()?.name),
                None => t.k(Key("guest-title-whole")),
            },
        ),
        facility: visit.place()?.name.clone(),
        whole: invitation.questions.is_none(),
        name: invitation.name.clone(),
        by: rows.values().next().map(|row| row.by.clone()),
        expires: invitation.expires_at.minute_in_japan(t.lang),
        minutes: sheet.questionnaire.minutes,
        count,
        closed: sheet.row.closed_at.map(|at| at.minute_in_japan(t.lang)),
        settled: invitation.questions.is_some() && rows.values().all(|row| row.state == HandoverState::Closed),
        viewer: format!("invitation:{}", invitation.id),
        words: words_for_scripts::json(t),
        answered: progress.answered,
        total: progress.total(),
        unconfirmed: progress.unconfirmed,
        sections,
        frame,
    })
}

/// The frame without the ways into the house: a guest may follow none of them.
fn page(path: &str, visit: &Visit, title: String) -> Page {
    Page { path: path.to_owned(), place: None, places: Vec::new(), nav: Vec::new(), ..visit.page(title) }
}

/// The newest hand-over of each question of this link, settled ones included.
fn handed<'s>(sheet: &'s Sheet<'_>, invitation: &InvitationRow) -> BTreeMap<QuestionId, &'s HandoverRow> {
    sheet
        .handovers
        .iter()
        .filter_map(|(question, rows)| {
            let row = rows.iter().find(|row| row.invitation == Some(invitation.id))?;
            Some((question.clone(), row))
        })
        .collect()
}

struct OpenQuestion {
    id: String,
    number: String,
    text: String,
}

#[derive(Template)]
#[template(path = "invitations/done.html")]
struct DonePage {
    t: Words,
    page: Page,
    facility: String,
    name: String,
    whole: bool,
    expires: String,
    answered: usize,
    total: usize,
    open: Vec<OpenQuestion>,
    closed: bool,
}

/// Thanks, what is still open, and what happens next.
pub(crate) async fn done(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let invitation = visit.invitation.as_ref().ok_or(Problem::NotFound)?;
    let sheet = Sheet::load(&app, invitation.facility, invitation.assessment).await?;
    let t = visit.t();
    let only = invitation.questions.as_deref();
    let progress = Progress::of(sheet.questionnaire, &sheet.evaluation, &sheet.model, only).all;
    let open = sheet
        .questionnaire
        .questions()
        .filter(|question| only.is_none_or(|list| list.contains(&question.id)))
        .filter(|question| !is_excluded(&sheet, question))
        .filter(|question| sheet.answers.get(&question.id).is_none_or(|row| row.standing == Standing::Unconfirmed))
        .map(|question| OpenQuestion {
            id: question.id.to_string(),
            number: sheet.number(question.id.as_str()).unwrap_or_default(),
            text: t.text(&question.text).to_owned(),
        })
        .collect();
    html(&DonePage {
        t,
        page: page("/guest/done", &visit, t.k(Key("guest-done-title"))),
        facility: visit.place()?.name.clone(),
        name: invitation.name.clone(),
        whole: invitation.questions.is_none(),
        expires: invitation.expires_at.minute_in_japan(t.lang),
        answered: progress.answered,
        total: progress.total(),
        open,
        closed: sheet.is_closed(),
    })
}
