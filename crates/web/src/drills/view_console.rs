//! What who conducts sees: what comes, what was, who is there, what is reported.

use super::feed::feed;
use super::live::LiveDrill;
use super::screens::{Part, Parts};
use super::view_player::due_ms;
use super::words::{condition_words, role_title, role_titles, span, stage_words};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use hakutaku_model::exercise::scenario::{EVERYBODY, Expected, Inject, Trigger};
use hakutaku_model::exercise::state::Standing;
use hakutaku_model::exercise::{DrillState, Minute, Moment, OBSERVER, Side, Stage};
use hakutaku_model::id::FacilityId;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;

#[derive(Template)]
#[template(path = "drills/controls.html")]
struct Controls<'a> {
    t: Words,
    csrf: &'a str,
    base: &'a str,
    stage: String,
    running: bool,
    held: bool,
    ended: bool,
}

struct PhaseView {
    title: String,
    span: String,
    /// Which of how many.
    at: String,
    questions: Vec<String>,
    /// The one after it, with its minute.
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "drills/phase.html")]
struct PhasePart<'a> {
    t: Words,
    base: &'a str,
    ended: bool,
    phase: Option<PhaseView>,
}

struct NextLine {
    id: String,
    at: String,
    in_ms: Option<i64>,
    to: String,
    mark: Option<String>,
    text: String,
    condition: Option<String>,
    is_next: bool,
    skippable: bool,
}

#[derive(Template)]
#[template(path = "drills/next.html")]
struct NextPart<'a> {
    t: Words,
    csrf: &'a str,
    base: &'a str,
    open: bool,
    lines: Vec<NextLine>,
}

struct OptionView {
    id: String,
    text: String,
    number: usize,
}

struct DecisionView {
    id: String,
    side: String,
    at: String,
    by: String,
    facility: Option<String>,
    text: String,
    options: Vec<OptionView>,
}

#[derive(Template)]
#[template(path = "drills/decide.html")]
struct DecidePart<'a> {
    t: Words,
    csrf: &'a str,
    base: &'a str,
    open: bool,
    decisions: Vec<DecisionView>,
}

struct PastAction {
    what: String,
    done: Option<String>,
    late: bool,
    due_ms: Option<i64>,
    target: String,
}

struct PastView {
    at: String,
    to: String,
    mark: Option<String>,
    seen: String,
    text: String,
    actions: Vec<PastAction>,
    answers: Vec<String>,
}

#[derive(Template)]
#[template(path = "drills/past.html")]
struct PastPart {
    t: Words,
    p: PastView,
}

struct PeopleLine {
    role: String,
    facility: Option<String>,
    mood: &'static str,
    count: String,
    names: String,
    /// Whether all who came have seen the newest inject, and in words.
    seen: Option<(bool, String)>,
}

#[derive(Template)]
#[template(path = "drills/people.html")]
struct PeoplePart {
    lines: Vec<PeopleLine>,
}

/// The side of a facility: itself where several take part, else the whole.
pub(super) fn side_of(state: &DrillState, facility: FacilityId) -> Side {
    state.several().then_some(facility)
}

/// The name of a side, where there are several.
pub(super) fn side_name(drill: &LiveDrill, side: Side) -> Option<String> {
    let side = side?;
    drill.setup.facilities.iter().find(|part| part.facility == side).map(|part| part.name.clone())
}

pub(super) fn parts(drill: &LiveDrill, state: &DrillState, lang: Lang, now: Ts, csrf: &str) -> Result<Parts, Problem> {
    let t = Words::new(lang);
    let base = super::base_of(drill.room.facility, drill.room.id);
    let stage = state.stage();
    let open = matches!(stage, Stage::Running | Stage::Held);
    let mut parts = vec![
        Part::only(
            "controls",
            &Controls {
                t,
                csrf,
                base: &base,
                stage: stage_words(t, stage),
                running: stage == Stage::Running,
                held: stage == Stage::Held,
                ended: stage == Stage::Ended,
            },
        )?,
        phase(drill, state, t, &base, now)?,
        Part::only("next", &NextPart { t, csrf, base: &base, open, lines: next(drill, state, t) })?,
        Part::only("decide", &DecidePart { t, csrf, base: &base, open, decisions: decisions(drill, state, t) })?,
        Part::only("people", &PeoplePart { lines: people(drill, state, t) })?,
        feed(drill, state, t)?,
    ];
    parts.extend(past(drill, state, &state.sides(), t, now)?);
    Ok(Parts(parts))
}

fn phase(drill: &LiveDrill, state: &DrillState, t: Words, base: &str, now: Ts) -> Result<Part, Problem> {
    let scenario = &drill.setup.scenario;
    let begun = matches!(state.stage(), Stage::Running | Stage::Held);
    let here = scenario.phase_at(state.clock_at(now)).filter(|_| begun);
    let view = here.map(|phase| {
        let place = scenario.phases.iter().position(|known| known.id == phase.id).unwrap_or(0);
        let after = scenario.phases.get(place + 1);
        PhaseView {
            title: t.text(&phase.title).to_owned(),
            span: format!("{}–{}", phase.minutes.0, phase.minutes.1),
            at: format!("{} / {}", place + 1, scenario.phases.len()),
            questions: phase.questions.iter().map(|text| t.text(text).to_owned()).collect(),
            next: after.map(|after| format!("{} {}", after.minutes.0, t.text(&after.title))),
        }
    });
    Part::only("phase", &PhasePart { t, base, ended: state.stage() == Stage::Ended, phase: view })
}

/// What is still to come: by its minute, then what waits for a condition, then what only a hand brings.
fn next(drill: &LiveDrill, state: &DrillState, t: Words) -> Vec<NextLine> {
    let scenario = &drill.setup.scenario;
    let mut waiting: Vec<(u8, Minute, &Inject, Standing)> = Vec::new();
    for inject in &scenario.injects {
        let standings = state.sides().into_iter().map(|side| state.of_facility(side).standing(inject));
        let open = standings
            .into_iter()
            .find(|standing| !matches!(standing, Standing::Fired { .. } | Standing::Dropped | Standing::Skipped));
        let Some(standing) = open else { continue };
        let phase = scenario.phase(&inject.phase).map_or(Minute::ZERO, |phase| phase.minutes.0);
        waiting.push(match standing {
            Standing::Timed { minute } => (0, minute, inject, standing),
            Standing::Conditional => (1, phase, inject, standing),
            _ => (2, phase, inject, standing),
        });
    }
    waiting.sort_by_key(|(rank, minute, ..)| (*rank, *minute));
    let first = waiting.iter().position(|(rank, ..)| *rank == 0);
    let line = |(at, (rank, minute, inject, standing)): (usize, (u8, Minute, &Inject, Standing))| NextLine {
        id: inject.id.clone(),
        at: if rank == 0 { minute.to_string() } else { t.m("drill-no-minute") },
        in_ms: (rank == 0 && state.stage() == Stage::Running).then(|| minute.micros() / 1000),
        to: role_titles(t, scenario, &inject.to),
        mark: match standing {
            Standing::Conditional => Some(t.m("drill-mark-condition")),
            Standing::Passed => Some(t.m("drill-mark-passed")),
            Standing::ByHand => Some(t.m("drill-mark-by-hand")),
            _ => None,
        },
        text: t.text(&inject.text).to_owned(),
        condition: match inject.trigger() {
            Trigger::When(condition) => Some(condition_words(t, scenario, condition)),
            Trigger::At(_) | Trigger::ByHand => {
                inject.unless.as_ref().map(|unless| t.a("drill-unless", "what", condition_words(t, scenario, unless)))
            }
        },
        is_next: Some(at) == first && state.stage() != Stage::Ended,
        skippable: matches!(standing, Standing::Timed { .. } | Standing::Conditional),
    };
    waiting.into_iter().enumerate().map(line).collect()
}

/// Decisions that are open, with numbers for the keys 1 to 9.
fn decisions(drill: &LiveDrill, state: &DrillState, t: Words) -> Vec<DecisionView> {
    let scenario = &drill.setup.scenario;
    let mut number = 0;
    let mut found = Vec::new();
    for side in state.sides() {
        let view = state.of_facility(side);
        for inject in &scenario.injects {
            let (Some(decision), Some(fired)) = (&inject.decide, view.fired(&inject.id)) else { continue };
            if view.chosen(&inject.id).is_some() {
                continue;
            }
            let options = decision.options.iter().map(|option| {
                number += 1;
                OptionView { id: option.id.clone(), text: t.text(&option.text).to_owned(), number }
            });
            found.push(DecisionView {
                options: options.collect(),
                id: inject.id.clone(),
                side: side.map_or_else(String::new, |side| side.to_string()),
                at: fired.when.minute().to_string(),
                by: role_title(t, scenario, &decision.by),
                facility: side_name(drill, side),
                text: t.text(&inject.text).to_owned(),
            });
        }
    }
    found
}

/// Every inject that was told, the newest above, with what was done about it.
pub(super) fn past(
    drill: &LiveDrill,
    state: &DrillState,
    sides: &[Side],
    t: Words,
    now: Ts,
) -> Result<Vec<Part>, Problem> {
    let scenario = &drill.setup.scenario;
    let moment = state.clock.moment(now);
    let mut parts = Vec::new();
    let mut add = |id: &str, when: Moment, p: PastView| -> Result<(), Problem> {
        let order = when.elapsed;
        parts.push(Part {
            id: format!("past-{id}"),
            slot: "past",
            order,
            html: PastPart { t, p }.render()?,
            say: None,
        });
        Ok(())
    };
    for inject in &scenario.injects {
        let told =
            sides.iter().filter_map(|side| state.of_facility(*side).fired(&inject.id).map(|fired| (*side, fired)));
        let told: Vec<_> = told.collect();
        let Some((_, first)) = told.first() else { continue };
        let mut actions = Vec::new();
        let mut answers = Vec::new();
        let mut chosen = Vec::new();
        for (side, fired) in &told {
            let view = state.of_facility(*side);
            actions.extend(
                inject
                    .expects
                    .iter()
                    .map(|action| action_line(drill, state, *side, inject, action, fired.when, moment, t)),
            );
            answers.extend(view.answers(&inject.id).map(|answer| format!("{}: {}", answer.name, answer.what)));
            if let (Some(choice), Some(decision)) = (view.chosen(&inject.id), &inject.decide)
                && let Some(option) = decision.options.iter().find(|option| option.id == choice.what)
            {
                chosen.push(t.a2("drill-chosen-by", "name", &choice.name, "option", t.text(&option.text)));
            }
        }
        chosen.append(&mut answers);
        add(
            &inject.id,
            first.when,
            PastView {
                at: first.when.minute().to_string(),
                to: role_titles(t, scenario, &inject.to),
                mark: first.by_hand.then(|| t.m("drill-mark-by-hand")),
                seen: seen_words(state, sides, &inject.id, &inject.to, t),
                text: t.text(&inject.text).to_owned(),
                actions,
                answers: chosen,
            },
        )?;
    }
    for made in &state.improvised {
        if !sides.iter().any(|side| hakutaku_model::exercise::state::belongs(made.facility, *side)) {
            continue;
        }
        let said = sides.iter().flat_map(|side| state.of_facility(*side).answers(&made.id));
        let answers = said.map(|answer| format!("{}: {}", answer.name, answer.what)).collect();
        add(
            &made.id,
            made.when,
            PastView {
                at: made.when.minute().to_string(),
                to: role_titles(t, scenario, &made.to),
                mark: Some(match side_name(drill, made.facility) {
                    Some(place) => format!("{} {place}", t.m("drill-mark-improvised")),
                    None => t.m("drill-mark-improvised"),
                }),
                seen: seen_words(state, sides, &made.id, &made.to, t),
                text: made.text.clone(),
                actions: Vec::new(),
                answers,
            },
        )?;
    }
    Ok(parts)
}

#[expect(clippy::too_many_arguments, reason = "one line of a list, made at one place")]
fn action_line(
    drill: &LiveDrill,
    state: &DrillState,
    side: Side,
    inject: &Inject,
    action: &Expected,
    fired: Moment,
    now: Moment,
    t: Words,
) -> PastAction {
    let report = state.of_facility(side).reported(&inject.id, &action.id).next();
    let took = report.map(|report| report.when.seconds_since(&fired));
    let role = role_title(t, &drill.setup.scenario, &action.role);
    let who = side_name(drill, side).map_or_else(|| role.clone(), |place| format!("{place} {role}"));
    PastAction {
        what: format!("{who}: {}", t.text(&action.text)),
        late: took.zip(action.within).is_some_and(|(took, within)| took > within.seconds()),
        done: report.zip(took).map(|(report, took)| t.a2("drill-done-by", "name", &report.name, "took", span(took))),
        due_ms: action.within.map(|within| due_ms(now, fired, within)),
        target: action.within.map_or_else(String::new, |within| t.a("drill-target", "time", within.to_string())),
    }
}

/// How many of those it was told to had it on their screen.
fn seen_words(state: &DrillState, sides: &[Side], inject: &str, to: &[String], t: Words) -> String {
    let is_told = |role: &str| role != OBSERVER && to.iter().any(|to| to == EVERYBODY || to == role);
    let told: usize = sides
        .iter()
        .map(|side| state.of_facility(*side).participants().filter(|person| is_told(&person.role)).count())
        .sum();
    let seen: usize = sides.iter().map(|side| state.of_facility(*side).seen(inject).count()).sum();
    t.a2("drill-seen-by", "seen", seen, "told", told)
}

/// Each role: who came, who has a screen open, and whether they have seen the newest inject.
fn people(drill: &LiveDrill, state: &DrillState, t: Words) -> Vec<PeopleLine> {
    let scenario = &drill.setup.scenario;
    let mut lines = Vec::new();
    let sides: Vec<Side> =
        if drill.several() { drill.places().into_iter().map(|(id, _)| Some(id)).collect() } else { vec![None] };
    let roles = drill.options.roles_of(scenario).into_iter().map(|role| role.id.as_str()).chain([OBSERVER]);
    let roles: Vec<&str> = roles.collect();
    for side in sides {
        let view = state.of_facility(side);
        for role in &roles {
            let came = view.participants().filter(|person| person.role == **role).count();
            let here = drill.presence.of(role, side);
            let newest = view
                .state
                .fired
                .iter()
                .filter(|(id, _)| scenario.inject(id).is_some_and(|inject| inject.is_for(role)))
                .filter_map(|(id, _)| view.fired(id).map(|fired| (fired.when.elapsed, id)))
                .max();
            let seen = newest.filter(|_| *role != OBSERVER && came > 0).map(|(_, id)| {
                let count = view.seen(id).filter(|deed| deed.role == **role).count();
                if count >= came {
                    (true, t.m("drill-people-seen-all"))
                } else {
                    (false, t.a2("drill-people-seen", "seen", count, "came", came))
                }
            });
            let mut names: Vec<String> = here.iter().map(|one| one.name.clone()).collect();
            if names.len() > 6 {
                names.truncate(6);
                names.push("…".to_owned());
            }
            lines.push(PeopleLine {
                role: role_title(t, scenario, role),
                facility: side_name(drill, side),
                mood: match here.len() {
                    _ if came == 0 => "",
                    here if here < came => "bad",
                    _ => "good",
                },
                count: match here.len() {
                    _ if came == 0 => t.m("drill-people-none"),
                    here if here < came => t.a2("drill-people-away", "here", here, "came", came),
                    _ => t.a("drill-people-count", "came", came),
                },
                names: names.join(" / "),
                seen,
            });
        }
    }
    lines
}
