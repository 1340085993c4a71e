//! One round: who calls whom with the telephone at hand, four buttons a line, and what came of it.

use super::list::reach_words;
use super::{base, round};
use crate::AppState;
use crate::actions;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_documents::call_check::minutes;
use hakutaku_model::access::Action;
use hakutaku_model::calls::{Call, CallRound, Outcome};
use hakutaku_model::corrective::{CorrectiveAction, Source};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};

/// The control a wrong number concerns.
const CONTACT_CONTROL: &str = "incident.contact-chart";
/// A number with at least this many digits can be dialled by a tap; an extension of the house cannot.
const DIALLED: usize = 6;

struct Button {
    key: &'static str,
    words: String,
    quiet: bool,
}

struct Line {
    at: usize,
    number: usize,
    part: String,
    who: String,
    phone: String,
    dial: Option<String>,
    substitute: String,
    substitute_dial: Option<String>,
    caller: String,
    /// In words; empty: not called yet.
    outcome: String,
    mood: &'static str,
    minutes: String,
    tries: usize,
    /// Where a new action about it is noted, once the round was ended without reaching them.
    new_action: Option<String>,
    /// The action it became.
    action: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "calls/show.html")]
struct ShowPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    href: String,
    version: i64,
    running: bool,
    may: bool,
    ended: String,
    by: String,
    reach: String,
    at_night: bool,
    message: String,
    remark: String,
    gone: String,
    reached: String,
    not_reached: u32,
    open: u32,
    minutes: String,
    complete: bool,
    aim: Option<u32>,
    within: Option<bool>,
    buttons: Vec<Button>,
    lines: Vec<Line>,
}

/// How a call went, in words.
fn outcome_words(outcome: Outcome) -> Key {
    match outcome {
        Outcome::Answered => Key("calls-answered"),
        Outcome::Substitute => Key("calls-substitute-answered"),
        Outcome::NoAnswer => Key("calls-no-answer"),
        Outcome::WrongNumber => Key("calls-wrong-number"),
    }
}

/// What a telephone dials.
fn dial(phone: &str) -> Option<String> {
    // What stands in brackets or after words is an extension; the number comes first.
    let number: String = phone
        .chars()
        .take_while(|c| !matches!(c, '（' | '(' | '内'))
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    (number.len() >= DIALLED).then(|| format!("tel:{number}"))
}

fn new_action(t: Words, facility: FacilityId, id: RecordId, at: usize, call: &Call, outcome: &str) -> String {
    let who = format!("{} {}", t.text(&call.part.title()), call.who);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("source", "call")
        .append_pair("round", &id.to_string())
        .append_pair("found", &format!("line-{at}"))
        .append_pair("title", &t.a("calls-action-title", "who", who.trim()))
        .append_pair("detail", &t.a2("calls-action-detail", "phone", call.phone.as_str(), "outcome", outcome))
        .append_pair("controls", CONTACT_CONTROL)
        .finish();
    format!("{}/new?{query}", actions::base(facility))
}

fn line(
    visit: &Visit,
    facility: FacilityId,
    row: &Kept<CallRound>,
    at: usize,
    mended: &[(String, String, String)],
) -> Line {
    let t = visit.t();
    let (body, call) = (&row.body, &row.body.calls[at]);
    let outcome = call.outcome();
    let words = outcome.map(|outcome| t.k(outcome_words(outcome))).unwrap_or_default();
    let key = format!("line-{at}");
    let action = mended.iter().find(|(found, ..)| *found == key).map(|(_, href, title)| (href.clone(), title.clone()));
    let missed = body.ended.is_some() && call.reached_at().is_none();
    let said = if words.is_empty() { t.m("calls-not-called") } else { words.clone() };
    Line {
        at,
        number: at + 1,
        part: t.text(&call.part.title()).to_owned(),
        who: call.who.clone(),
        dial: dial(&call.phone),
        phone: call.phone.clone(),
        substitute: [call.substitute.as_str(), &call.substitute_phone]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        substitute_dial: dial(&call.substitute_phone),
        caller: match call.caller {
            Some(caller) => t.a("contacts-caller-number", "number", caller + 1),
            None => t.m("contacts-caller-first"),
        },
        mood: match outcome {
            None => "",
            Some(outcome) if outcome.is_reached() => "good",
            Some(_) => "bad",
        },
        outcome: words,
        minutes: call.reached_at().map(|reached| minutes(body.seconds_until(reached))).unwrap_or_default(),
        tries: call.attempts.len(),
        new_action: (missed && action.is_none() && visit.may(Action::EditActions))
            .then(|| new_action(t, facility, row.id, at, call, &said)),
        action,
    }
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let row = round(&app, facility, id).await?;
    let (body, tally) = (&row.body, row.body.tally());
    let rows = app.store.records::<CorrectiveAction>(facility).await?;
    let mended: Vec<(String, String, String)> = rows
        .into_iter()
        .filter(|row| matches!(&row.body.source, Source::Call { round } if *round == id))
        .filter_map(|row| {
            let href = format!("{}/{}", actions::base(facility), row.id);
            Some((row.body.found?, href, row.body.title))
        })
        .collect();
    let base = base(facility);
    html(&ShowPage {
        t,
        page: visit
            .page(t.a("calls-of", "when", body.started.minute_in_japan(t.lang)))
            .under(base.clone(), t.m("calls-title")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        href: format!("{base}/{id}"),
        version: row.version,
        running: body.ended.is_none(),
        may: visit.may(Action::ConductDrill),
        ended: body.ended.map(|at| at.minute_in_japan(t.lang)).unwrap_or_default(),
        by: body.by.clone(),
        reach: t.k(reach_words(body.reach)),
        at_night: body.at_night,
        message: body.message.clone(),
        remark: body.remark.clone(),
        gone: minutes(body.seconds_until(app.now())),
        reached: format!("{} / {}", tally.reached, tally.lines),
        not_reached: tally.not_reached,
        open: tally.open,
        minutes: tally.seconds.map(minutes).unwrap_or_default(),
        complete: tally.complete,
        aim: body.aim_minutes,
        within: tally.within_aim,
        buttons: Outcome::ALL
            .into_iter()
            .map(|outcome| Button {
                key: outcome.key(),
                words: t.k(outcome_words(outcome)),
                quiet: outcome != Outcome::Answered,
            })
            .collect(),
        lines: (0..body.calls.len()).map(|at| line(&visit, facility, &row, at, &mended)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_not_dialled_and_a_number_is() {
        assert_eq!(dial("内線 2101"), None);
        assert_eq!(dial("054-000-1101（内線 2101）").as_deref(), Some("tel:0540001101"));
        assert_eq!(dial("+81 54 000 1101").as_deref(), Some("tel:+81540001101"));
        assert_eq!(dial("javascript:alert(1)"), None);
    }
}
