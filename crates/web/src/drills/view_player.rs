//! What a player sees: the injects of their role, what is expected of it, its check sheet. And what the wall shows.

use super::live::LiveDrill;
use super::screens::{Part, Parts};
use super::words::{kind_key, span, stage_words};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use hakutaku_model::exercise::screen::{Shown, ShownCheck};
use hakutaku_model::exercise::{DrillState, Moment, Stage};
use hakutaku_model::id::FacilityId;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;

#[derive(Template)]
#[template(path = "drill_seat/head.html")]
struct Head {
    t: Words,
    stage: String,
    phase: Option<String>,
    questions: Vec<String>,
    /// On a phone the questions of the phase wait behind a heading; the wall shows them.
    folded: bool,
}

/// Something told before the newest inject that this role has not reported yet.
struct TodoLine {
    inject: String,
    text: String,
    due_ms: Option<i64>,
}

#[derive(Template)]
#[template(path = "drill_seat/todo.html")]
struct TodoPart {
    t: Words,
    lines: Vec<TodoLine>,
    /// When the most urgent of them is due.
    first: Option<i64>,
}

struct Action {
    id: String,
    text: String,
    due_ms: Option<i64>,
    done: Option<String>,
    late: bool,
}

struct DecisionView {
    options: Vec<(String, String)>,
    chosen: Option<String>,
}

struct InjectView {
    id: String,
    kind: &'static str,
    kind_words: String,
    at: String,
    text: String,
    handout: Option<String>,
    actions: Vec<Action>,
    decision: Option<DecisionView>,
    answers: Vec<String>,
}

#[derive(Template)]
#[template(path = "drill_seat/inject.html")]
struct InjectPart<'a> {
    t: Words,
    csrf: &'a str,
    open: bool,
    i: InjectView,
}

struct CheckView {
    id: String,
    text: String,
    done: bool,
}

#[derive(Template)]
#[template(path = "drill_seat/sheet.html")]
struct SheetPart<'a> {
    csrf: &'a str,
    open: bool,
    items: Vec<CheckView>,
}

/// On the drill's clock, when something is due that was told at `fired` and may take `within`: reckoned in time that ran,
/// so that a jump of the clock is nobody's delay.
pub(super) fn due_ms(now: Moment, fired: Moment, within: hakutaku_model::exercise::Minute) -> i64 {
    let used = now.elapsed.saturating_sub(fired.elapsed);
    (now.position.saturating_add(within.micros()).saturating_sub(used)) / 1000
}

/// The stage, the phase and what is to be talked about.
pub(super) fn head(drill: &LiveDrill, state: &DrillState, t: Words, now: Ts, folded: bool) -> Result<Part, Problem> {
    let running = matches!(state.stage(), Stage::Running | Stage::Held);
    let phase = drill.setup.scenario.phase_at(state.clock_at(now)).filter(|_| running);
    Part::only(
        "head",
        &Head {
            t,
            folded,
            stage: stage_words(t, state.stage()),
            phase: phase.map(|phase| t.text(&phase.title).to_owned()),
            questions: phase
                .map(|phase| phase.questions.iter().map(|text| t.text(text).to_owned()).collect())
                .unwrap_or_default(),
        },
    )
}

pub(super) fn poster_parts(drill: &LiveDrill, state: &DrillState, lang: Lang, now: Ts) -> Result<Parts, Problem> {
    Ok(Parts(vec![head(drill, state, Words::new(lang), now, false)?]))
}

/// What is still to be done from the injects before the newest, the most urgent first.
fn todo(t: Words, injects: &[Shown], now: Moment, open: bool) -> Result<Part, Problem> {
    let mut lines = Vec::new();
    for shown in injects.iter().skip(1).filter(|_| open) {
        let undone = shown.actions.iter().filter(|action| action.done_after.is_none());
        lines.extend(undone.map(|action| TodoLine {
            inject: shown.id.clone(),
            text: t.text(&action.text).to_owned(),
            due_ms: action.within.map(|within| due_ms(now, shown.fired, within)),
        }));
        if shown.decision.as_ref().is_some_and(|decision| decision.chosen.is_none()) {
            lines.push(TodoLine { inject: shown.id.clone(), text: t.m("drill-decide"), due_ms: None });
        }
    }
    lines.sort_by_key(|line| line.due_ms.unwrap_or(i64::MAX));
    let first = lines.first().and_then(|line| line.due_ms);
    Part::only("todo", &TodoPart { t, lines, first })
}

fn inject(t: Words, shown: Shown, now: Moment, open: bool) -> InjectView {
    let fired = shown.fired;
    let actions = shown.actions.into_iter().map(|action| {
        let late = action.done_after.zip(action.within).is_some_and(|(took, within)| took > within.seconds());
        let done = action.done_after.map(|took| {
            let name = action.done_by.unwrap_or_default();
            t.a2("drill-done-by", "name", name, "took", span(took))
        });
        Action {
            due_ms: action.within.filter(|_| open && done.is_none()).map(|within| due_ms(now, fired, within)),
            id: action.id,
            text: t.text(&action.text).to_owned(),
            done,
            late,
        }
    });
    let decision = shown.decision.map(|decision| {
        let text = |id: &str| {
            let found = decision.options.iter().find(|(known, _)| known == id);
            found.map_or_else(|| id.to_owned(), |(_, text)| t.text(text).to_owned())
        };
        DecisionView {
            chosen: decision.chosen.as_deref().map(text),
            options: decision.options.iter().map(|(id, text)| (id.clone(), t.text(text).to_owned())).collect(),
        }
    });
    InjectView {
        actions: actions.collect(),
        id: shown.id,
        kind: shown.kind.key(),
        kind_words: t.k(kind_key(shown.kind)),
        at: fired.minute().to_string(),
        text: t.text(&shown.text).to_owned(),
        handout: shown.handout.map(|text| t.text(&text).to_owned()),
        decision,
        answers: shown.answers,
    }
}

pub(super) fn parts(
    drill: &LiveDrill,
    state: &DrillState,
    facility: FacilityId,
    role: &str,
    lang: Lang,
    now: Ts,
    csrf: &str,
) -> Result<Parts, Problem> {
    let t = Words::new(lang);
    let screen = state.screen(&drill.setup.scenario, role, Some(facility), now);
    let open = matches!(state.stage(), Stage::Running | Stage::Held);
    let moment = state.clock.moment(now);
    let mut parts = vec![head(drill, state, t, now, true)?, todo(t, &screen.injects, moment, open)?];
    let count = i64::try_from(screen.injects.len()).unwrap_or(i64::MAX);
    for (order, shown) in (0..count).rev().zip(screen.injects) {
        let id = format!("inject-{}", shown.id);
        let say = Some(t.text(&shown.text).to_owned());
        let html = InjectPart { t, csrf, open, i: inject(t, shown, moment, open) }.render()?;
        parts.push(Part { id, slot: "injects", order, html, say });
    }
    let item = |check: ShownCheck| CheckView { text: t.text(&check.text).to_owned(), id: check.id, done: check.done };
    let items = screen.checks.into_iter().map(item).collect();
    parts.push(Part::only("sheet", &SheetPart { csrf, open, items })?);
    Ok(Parts(parts))
}
