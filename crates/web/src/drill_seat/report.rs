//! What a player presses or writes. Only what their own role was told can be reported.

use super::Sitting;
use crate::AppState;
use crate::drills::live::LiveDrill;
use crate::drills::{LONGEST, after, once_of};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hakutaku_model::exercise::scenario::{EVERYBODY, HotWashKind};
use hakutaku_model::exercise::state::{View, belongs};
use hakutaku_model::exercise::{DrillEvent, DrillState, Stage, who};
use hakutaku_model::room::Author;
use hakutaku_model::time::Ts;

/// A question of the hot wash with what this person answered already.
pub(super) struct Question {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) scale: bool,
    pub(super) answer: String,
    /// 0 for none.
    pub(super) score: u8,
}

/// The hot wash as this person left it.
pub(super) fn questions(t: Words, drill: &LiveDrill, state: &DrillState, author: &Author) -> Vec<Question> {
    let me = who(author);
    let question = |question: &hakutaku_model::exercise::scenario::HotWashQuestion| {
        let mine = state.hot_wash.iter().find(|deed| deed.who == me && deed.what.question == question.id);
        Question {
            id: question.id.clone(),
            text: t.text(&question.text).to_owned(),
            scale: question.kind == HotWashKind::Scale,
            answer: mine.map_or_else(String::new, |deed| deed.what.text.clone()),
            score: mine.and_then(|deed| deed.what.score).unwrap_or(0),
        }
    };
    drill.setup.scenario.hot_wash.iter().map(question).collect()
}

pub(super) async fn report(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let sitting = Sitting::of(&app, &visit).await?;
    let author = sitting.author();
    let back = if sitting.observes() { "/seat/drill/observe" } else { "/seat/drill" };
    if form.value("do") == "seen" {
        let done = seen(&app, &sitting, &author, form.value("inject")).await;
        return after(&visit, &headers, back, done);
    }
    let once = once_of(&form);
    let done = sitting.drill.act(&app, &author, once, |state, _| events(&sitting, state, &author, &form)).await;
    after(&visit, &headers, back, done)
}

fn unclear() -> Problem {
    Problem::unprocessable(Key("drill-unclear"))
}

/// Whether an inject, of the scenario or made up, was told to this seat's role.
fn was_told(sitting: &Sitting, state: &DrillState, inject: &str) -> bool {
    let role = sitting.seat.role.as_str();
    let side = state.several().then_some(sitting.door.facility);
    let view: View<'_> = state.of_facility(side);
    let known = sitting.drill.setup.scenario.inject(inject);
    known.is_some_and(|known| known.is_for(role) && view.fired(inject).is_some())
        || state.improvised.iter().any(|made| {
            made.id == inject && belongs(made.facility, side) && made.to.iter().any(|to| to == EVERYBODY || to == role)
        })
}

/// A receipt: written a little later together with those of the other screens.
async fn seen(app: &AppState, sitting: &Sitting, author: &Author, inject: &str) -> Result<(), Problem> {
    let now: Ts = app.now();
    let draft = sitting
        .drill
        .read(app, |state| {
            let told = was_told(sitting, state, inject);
            let event = DrillEvent::Seen { inject: inject.to_owned() };
            told.then(|| event.draft(author, now, state.several()))
        })
        .await?;
    sitting.drill.note_seen(draft.ok_or_else(unclear)?);
    Ok(())
}

fn text_of(form: &Form, name: &str) -> Result<String, Problem> {
    let text = form.value(name).trim().to_owned();
    let fits = text.chars().count() <= LONGEST && !text.contains('\0');
    if fits { Ok(text) } else { Err(Problem::unprocessable(Key("drill-wrong-text"))) }
}

fn events(sitting: &Sitting, state: &DrillState, author: &Author, form: &Form) -> Result<Vec<DrillEvent>, Problem> {
    let scenario = &sitting.drill.setup.scenario;
    let role = sitting.seat.role.as_str();
    let stage = state.stage();
    let not_now = || Problem::Said(StatusCode::CONFLICT, Key("drill-not-now"));
    if form.value("do") == "wash" {
        return if stage == Stage::Ended { wash(sitting, state, author, form) } else { Err(not_now()) };
    }
    if sitting.observes() {
        return Err(unclear());
    }
    if !matches!(stage, Stage::Running | Stage::Held) {
        return Err(not_now());
    }
    if form.value("do") == "check" {
        let check = form.value("check").to_owned();
        scenario.check(role, &check).ok_or_else(unclear)?;
        return Ok(vec![DrillEvent::Checked { role: role.to_owned(), check, value: form.value("value") == "yes" }]);
    }
    let inject = form.value("inject").to_owned();
    if !was_told(sitting, state, &inject) {
        return Err(unclear());
    }
    let action = form.value("action").to_owned();
    let own_action = || {
        let expects = scenario.inject(&inject).map(|inject| inject.expects.as_slice()).unwrap_or_default();
        expects.iter().any(|known| known.id == action && known.role == role)
    };
    Ok(match form.value("do") {
        "done" if own_action() => vec![DrillEvent::ActionReported { inject, action }],
        "undo" if own_action() => vec![DrillEvent::ActionUndone { inject, action }],
        "choose" => {
            let option = form.value("option").to_owned();
            let decision = scenario.inject(&inject).and_then(|inject| inject.decide.as_ref());
            let decision = decision.filter(|decision| decision.by == role).ok_or_else(unclear)?;
            if !decision.options.iter().any(|known| known.id == option) {
                return Err(unclear());
            }
            let side = state.several().then_some(sitting.door.facility);
            if state.of_facility(side).chosen(&inject).is_some() {
                return Err(Problem::Said(StatusCode::CONFLICT, Key("drill-chosen-already")));
            }
            vec![DrillEvent::Chosen { inject, option }]
        }
        "answer" => {
            let text = text_of(form, "text")?;
            if text.is_empty() {
                return Err(Problem::unprocessable(Key("drill-wrong-text")));
            }
            vec![DrillEvent::Answered { inject, text }]
        }
        _ => return Err(unclear()),
    })
}

/// Every question that got another answer than it had.
fn wash(sitting: &Sitting, state: &DrillState, author: &Author, form: &Form) -> Result<Vec<DrillEvent>, Problem> {
    let me = who(author);
    let mut events = Vec::new();
    for question in &sitting.drill.setup.scenario.hot_wash {
        let typed = text_of(form, &format!("w-{}", question.id))?;
        let (text, score) = match question.kind {
            HotWashKind::Text => (typed, None),
            HotWashKind::Scale => (String::new(), typed.parse().ok().filter(|score| (1..=5).contains(score))),
        };
        let before = state.hot_wash.iter().find(|deed| deed.who == me && deed.what.question == question.id);
        let stands = before.map_or((String::new(), None), |deed| (deed.what.text.clone(), deed.what.score));
        if (text.clone(), score) != stands {
            events.push(DrillEvent::HotWash { question: question.id.clone(), text, score });
        }
    }
    Ok(events)
}
