//! Giving questions to a colleague with an account, or by an expiring link to somebody without one.

use crate::AppState;
use crate::answering::address;
use crate::answering::sheet::Sheet;
use crate::answering::view::{is_excluded, state_words};
use crate::invitations::link::{self, Days};
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::{Action, Actor, permits};
use hakutaku_model::id::{FacilityId, PersonId, QuestionId};
use hakutaku_store::{HandoverState, InvitationKind, Member, NewHandover, NewInvitation, RecipientKind};

/// The longest message to the other person, in characters.
const MAX_MESSAGE_CHARS: usize = 1_000;
/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 60;

struct Choice<'c> {
    id: &'c str,
    number: String,
    text: &'c str,
    chosen: bool,
    /// With whom it is already.
    with: Option<String>,
}

struct Group<'c> {
    title: &'c str,
    open: bool,
    questions: Vec<Choice<'c>>,
}

struct Colleague {
    id: String,
    name: String,
    roles: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "answering/hand_over.html")]
struct HandOverPage<'c> {
    t: Words,
    page: Page,
    form: Form,
    base: String,
    groups: Vec<Group<'c>>,
    colleagues: Vec<Colleague>,
    days: [Days; 3],
}

/// The form. `?question=…` (several times) ticks questions.
pub(crate) async fn ask(
    State(app): State<AppState>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let ticked = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(name, _)| name == "question")
        .map(|(_, value)| ("question", value.into_owned()))
        .collect::<Vec<_>>();
    let form = Form::of(ticked.into_iter().chain([("kind", "vendor".to_owned()), ("days", "14".to_owned())]));
    show(&app, &visit, form, StatusCode::OK).await
}

/// Gives the ticked questions away.
pub(crate) async fn hand_over(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let sheet = Sheet::load(&app, facility, assessment).await?;
    if sheet.is_closed() {
        return Err(Problem::unprocessable(Key("answering-closed")));
    }
    let questions = ticked(&mut form, &sheet);
    let message = message(&mut form);
    let to = recipient(&app, &visit, &mut form, facility).await?;
    let (Some(to), true) = (to, form.is_right()) else {
        return show(&app, &visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let act = visit.act(app.now());
    let (to_name, to_kind, person, issued) = match to {
        Recipient::Colleague(id, name) => (name, RecipientKind::Colleague, Some(id), None),
        Recipient::Named { name, vendor, days } => {
            let invitation = NewInvitation {
                assessment,
                questions: Some(questions.clone()),
                name: name.clone(),
                kind: if vendor { InvitationKind::Vendor } else { InvitationKind::Colleague },
                expires_at: act.at.plus_seconds(i64::from(days) * 86_400),
            };
            let issued = app.store.create_invitation(&act, facility, &invitation).await?;
            (name, if vendor { RecipientKind::Vendor } else { RecipientKind::Colleague }, None, Some(issued))
        }
    };
    for question in questions {
        let new = NewHandover {
            assessment,
            question,
            to_name: to_name.clone(),
            to_kind,
            message: message.clone(),
            person,
            invitation: issued.as_ref().map(|issued| issued.row.id),
        };
        app.store.create_handover(&act, facility, &new).await?;
    }
    let back = format!("{}/handed-over", address(&sheet.row));
    match issued {
        None => Ok(visit.done(&app, &back, Key("notice-saved"))),
        Some(issued) => Ok(link::show_once(&app, &visit, &sheet, &issued, &message)?.into_response()),
    }
}

enum Recipient {
    Colleague(PersonId, String),
    Named { name: String, vendor: bool, days: u16 },
}

/// The questions ticked, in the order of the form; only those that exist.
fn ticked(form: &mut Form, sheet: &Sheet<'_>) -> Vec<QuestionId> {
    let found: Vec<QuestionId> = sheet
        .questionnaire
        .questions()
        .filter(|question| form.has("question", question.id.as_str()))
        .map(|question| question.id.clone())
        .collect();
    if found.is_empty() {
        form.fault("question", Key("handover-no-question"));
    }
    found
}

fn message(form: &mut Form) -> String {
    let text = form.value("message").trim().to_owned();
    if text.chars().count() > MAX_MESSAGE_CHARS {
        form.fault("message", Key("form-too-long"));
    }
    text
}

async fn recipient(
    app: &AppState,
    visit: &Visit,
    form: &mut Form,
    facility: FacilityId,
) -> Result<Option<Recipient>, Problem> {
    let (person, name) = (form.value("person").to_owned(), form.value("name").trim().to_owned());
    if person.is_empty() == name.is_empty() {
        form.fault("person", if name.is_empty() { Key("handover-to-whom") } else { Key("handover-one-only") });
        return Ok(None);
    }
    if !person.is_empty() {
        let colleague = colleagues(app, visit, facility).await?.into_iter().find(|m| m.person.id.to_string() == person);
        if colleague.is_none() {
            form.fault("person", Key("form-choose"));
        }
        return Ok(colleague.map(|member| Recipient::Colleague(member.person.id, member.person.display_name)));
    }
    let name = form.line("name", MAX_NAME_CHARS);
    let vendor = form.choice("kind", |kind| match kind {
        "vendor" => Some(true),
        "colleague" => Some(false),
        _ => None,
    });
    let days = form.choice("days", link::days_from_key);
    Ok(vendor.zip(days).map(|(vendor, days)| Recipient::Named { name, vendor, days }))
}

/// Everybody of the facility who may answer what is handed over, but oneself.
async fn colleagues(app: &AppState, visit: &Visit, facility: FacilityId) -> Result<Vec<Member>, Problem> {
    let me = match &visit.actor {
        Actor::Person { id, .. } => Some(*id),
        _ => None,
    };
    let members = app.store.members_of(facility).await?;
    Ok(members
        .into_iter()
        .filter(|member| !member.person.disabled && Some(member.person.id) != me)
        .filter(|member| member.roles.iter().any(|role| permits(*role, Action::AnswerHandedOver)))
        .collect())
}

async fn show(app: &AppState, visit: &Visit, form: Form, status: StatusCode) -> Result<Response, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let sheet = Sheet::load(app, facility, assessment).await?;
    let t = visit.t();
    let groups = sheet
        .questionnaire
        .sections
        .iter()
        .enumerate()
        .map(|(at, section)| {
            let questions: Vec<Choice<'_>> = section
                .questions
                .iter()
                .enumerate()
                .filter(|(_, question)| !is_excluded(&sheet, question))
                .map(|(within, question)| Choice {
                    id: question.id.as_str(),
                    number: format!("{}-{}", at + 1, within + 1),
                    text: t.text(&question.text),
                    chosen: form.has("question", question.id.as_str()),
                    with: sheet
                        .handovers
                        .get(&question.id)
                        .and_then(|list| list.iter().find(|row| row.state != HandoverState::Closed))
                        .map(|row| t.a2("handover-with", "name", &row.to_name, "state", t.k(state_words(row.state)))),
                })
                .collect();
            Group { title: t.text(&section.title), open: questions.iter().any(|q| q.chosen), questions }
        })
        .collect();
    let colleagues = colleagues(app, visit, facility)
        .await?
        .into_iter()
        .map(|member| {
            let roles: Vec<String> = member.roles.iter().map(|role| t.text(&role.title()).to_owned()).collect();
            let id = member.person.id.to_string();
            Colleague {
                chosen: form.value("person") == id,
                id,
                name: member.person.display_name,
                roles: roles.join(t.m("list-separator").as_str()),
            }
        })
        .collect();
    let base = address(&sheet.row);
    let page = html(&HandOverPage {
        t,
        page: visit
            .page(t.k(Key("handover-title")))
            .under(format!("/facilities/{facility}/assessments"), t.k(Key("assessments-title")))
            .under(base.clone(), sheet.title(t.lang)),
        days: link::days(form.value("days")),
        form,
        base,
        groups,
        colleagues,
    })?;
    Ok((status, page).into_response())
}
