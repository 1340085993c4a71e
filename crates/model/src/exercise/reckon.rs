//! Reckons the report of a drill from its scenario and journal.

use super::clock::Moment;
use super::event::{CONDUCTOR, OBSERVER, Tone};
use super::report::{
    ActionResult, DecisionTaken, DrillReport, Head, ItemScore, Mean, ObjectiveResult, Outcome, QuestionAnswers,
    REPORT_FORMAT, Remark, RoleParticipants, RoleTimes, SectionScore,
};
use super::scenario::{Expected, Inject, Scenario};
use super::state::{DrillState, Side, View};
use crate::room::Entry;
use crate::text::Text;
use crate::time::Ts;

impl DrillReport {
    /// The report of a facility; `None`: of the whole drill.
    #[must_use]
    pub fn build(scenario: &Scenario, entries: &[Entry], facility: Side) -> Self {
        let state = DrillState::fold(entries);
        let view = state.of_facility(facility.filter(|_| state.several()));
        let last = state.ended_at.or(entries.last().map(|entry| entry.at));
        let end = last.map(|last| state.clock.moment(last));
        let actions: Vec<ActionResult> =
            scenario.actions().map(|(inject, action)| result(view, inject, action, end)).collect();
        let sections = sections(scenario, view);
        let objectives = objectives(scenario, view, &actions, &sections);
        let gaps = super::gaps::find(scenario, view, &actions, &sections);
        let (good, improve, notes) = remarks(view);
        Self {
            format: REPORT_FORMAT.to_owned(),
            head: head(scenario, view, facility, last, entries),
            timeline: super::timeline::rows(scenario, entries, view),
            roles: roles(scenario, view, &actions),
            actions,
            sections,
            objectives,
            decisions: decisions(scenario, view),
            hot_wash: hot_wash(scenario, view),
            good,
            improve,
            notes,
            gaps,
        }
    }
}

fn head(scenario: &Scenario, view: View<'_>, facility: Side, last: Option<Ts>, entries: &[Entry]) -> Head {
    let state = view.state;
    let between = |from: Ts, to: Ts| to.micros().saturating_sub(from.micros()).max(0) / 1_000_000;
    let known = [(OBSERVER, Text::new("観察者", "Observers")), (CONDUCTOR, Text::new("進行役", "Conductor"))];
    let roles = scenario.roles.iter().map(|role| (role.id.clone(), role.title.clone()));
    let roles = roles.chain(known.into_iter().map(|(id, title)| (id.to_owned(), title)));
    let participants = roles.filter_map(|(role, title)| {
        let mut people: Vec<_> = view.participants().filter(|person| person.role == role).collect();
        people.sort_by_key(|person| (person.joined.at, person.name.clone()));
        let names: Vec<String> = people.into_iter().map(|person| person.name.clone()).collect();
        (!names.is_empty()).then_some(RoleParticipants { role, title, names })
    });
    Head {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        facility,
        started_at: state.started_at,
        ended_at: state.ended_at,
        held_seconds: state.started_at.zip(last).map_or(0, |(from, to)| between(from, to)),
        drill_seconds: last.map_or(0, |last| state.clock.moment(last).elapsed / 1_000_000),
        speed: super::timeline::first_speed(entries),
        participants: participants.collect(),
    }
}

fn result(view: View<'_>, inject: &Inject, action: &Expected, end: Option<Moment>) -> ActionResult {
    let fired = view.fired(&inject.id).map(|fired| fired.when);
    let report = view.reported(&inject.id, &action.id).min_by_key(|report| report.when.elapsed);
    let target = action.within.map(super::clock::Minute::seconds);
    let outcome = match (fired, report) {
        (Some(fired), Some(report)) => {
            let seconds = report.when.seconds_since(&fired);
            match target {
                Some(target) if seconds > target => Outcome::Late { seconds, by: seconds - target },
                _ => Outcome::Met { seconds },
            }
        }
        // Done before it was asked for is done.
        (None, Some(_)) => Outcome::Met { seconds: 0 },
        (None, None) => Outcome::NotAsked,
        (Some(fired), None) => {
            let had = end.map_or(0, |end| end.seconds_since(&fired));
            if target.is_some_and(|target| had < target) { Outcome::CutShort } else { Outcome::NotDone }
        }
    };
    let seen = view.seen(&inject.id).filter(|seen| seen.role == action.role).map(|seen| seen.when);
    ActionResult {
        inject: inject.id.clone(),
        inject_text: inject.text.clone(),
        action: action.id.clone(),
        text: action.text.clone(),
        role: action.role.clone(),
        objective: action.objective.clone(),
        target,
        fired,
        seen_after: fired.and_then(|fired| seen.map(|seen| seen.seconds_since(&fired)).min()),
        outcome,
        by: report.map(|report| report.name.clone()),
    }
}

/// The middle of several numbers; of an even number of them the mean of the two in the middle, rounded down.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = values.get(middle.checked_sub(1)?)?;
    Some(i64::midpoint(*lower, upper))
}

fn roles(scenario: &Scenario, view: View<'_>, actions: &[ActionResult]) -> Vec<RoleTimes> {
    let of_role = |role: &super::scenario::Role| {
        let mine: Vec<&ActionResult> = actions.iter().filter(|action| action.role == role.id).collect();
        let count = |is: fn(&Outcome) -> bool| mine.iter().filter(|action| is(&action.outcome)).count();
        let seen = scenario.injects.iter().filter_map(|inject| {
            let fired = view.fired(&inject.id)?.when;
            view.seen(&inject.id).filter(|s| s.role == role.id).map(|s| s.when.seconds_since(&fired)).min()
        });
        let done = mine.iter().filter(|action| action.fired.is_some()).filter_map(|action| match action.outcome {
            Outcome::Met { seconds } | Outcome::Late { seconds, .. } => Some(seconds),
            _ => None,
        });
        RoleTimes {
            role: role.id.clone(),
            title: role.title.clone(),
            expected: count(|outcome| *outcome != Outcome::NotAsked),
            met: count(|outcome| matches!(outcome, Outcome::Met { .. })),
            late: count(|outcome| matches!(outcome, Outcome::Late { .. })),
            not_done: count(|outcome| *outcome == Outcome::NotDone),
            median_seen: median(seen.collect()),
            median_done: median(done.collect()),
        }
    };
    scenario.roles.iter().map(of_role).collect()
}

fn sections(scenario: &Scenario, view: View<'_>) -> Vec<SectionScore> {
    let item = |section: &str, item: &super::scenario::EvaluationItem| {
        let given: Vec<_> =
            view.scores().filter(|score| score.what.section == section && score.what.item == item.id).collect();
        let scores: Vec<u8> = given.iter().map(|score| score.what.score).collect();
        let commented = given.iter().filter(|score| !score.what.comment.trim().is_empty());
        ItemScore {
            item: item.id.clone(),
            text: item.text.clone(),
            objective: item.objective.clone(),
            mean: Mean::of(scores.iter().copied()),
            scores,
            comments: commented.map(|s| remark(&s.name, &s.role, &s.what.comment)).collect(),
        }
    };
    let section = |section: &super::scenario::EvaluationSection| {
        let items: Vec<ItemScore> = section.items.iter().map(|found| item(&section.id, found)).collect();
        SectionScore {
            section: section.id.clone(),
            title: section.title.clone(),
            mean: Mean::of(items.iter().flat_map(|item| item.scores.iter().copied())),
            items,
        }
    };
    scenario.evaluation.sections.iter().map(section).collect()
}

fn objectives(
    scenario: &Scenario,
    view: View<'_>,
    actions: &[ActionResult],
    sections: &[SectionScore],
) -> Vec<ObjectiveResult> {
    let of = |objective: &super::scenario::Objective| {
        let measures = |id: &Option<String>| id.as_deref() == Some(objective.id.as_str());
        let mine: Vec<&ActionResult> = actions
            .iter()
            .filter(|a| measures(&a.objective) && !matches!(a.outcome, Outcome::NotAsked | Outcome::CutShort))
            .collect();
        let lines: Vec<bool> = scenario
            .roles
            .iter()
            .flat_map(|role| role.check_sheet.iter().map(move |check| (role, check)))
            .filter(|(_, check)| measures(&check.objective))
            .map(|(role, check)| view.is_checked(&role.id, &check.id))
            .collect();
        let items = sections.iter().flat_map(|section| &section.items).filter(|item| measures(&item.objective));
        let late = mine.iter().filter_map(|a| if let Outcome::Late { by, .. } = a.outcome { Some(by) } else { None });
        ObjectiveResult {
            objective: objective.id.clone(),
            text: objective.text.clone(),
            expected: mine.len(),
            met: mine.iter().filter(|a| matches!(a.outcome, Outcome::Met { .. })).count(),
            mean: Mean::of(items.flat_map(|item| item.scores.iter().copied())),
            checks: lines.len(),
            ticked: lines.iter().filter(|ticked| **ticked).count(),
            latest: late.max(),
        }
    };
    scenario.objectives.iter().map(of).collect()
}

fn decisions(scenario: &Scenario, view: View<'_>) -> Vec<DecisionTaken> {
    let taken = scenario.injects.iter().filter_map(|inject| {
        let (decision, fired) = (inject.decide.as_ref()?, view.fired(&inject.id)?);
        let choice = view.chosen(&inject.id);
        let option = choice.and_then(|choice| decision.options.iter().find(|option| option.id == choice.what));
        Some(DecisionTaken {
            inject: inject.id.clone(),
            text: inject.text.clone(),
            role: decision.by.clone(),
            chosen: option.map(|option| option.text.clone()),
            after: choice.map(|choice| choice.when.seconds_since(&fired.when)),
            by: choice.map(|choice| choice.name.clone()),
        })
    });
    taken.collect()
}

fn hot_wash(scenario: &Scenario, view: View<'_>) -> Vec<QuestionAnswers> {
    let of = |question: &super::scenario::HotWashQuestion| {
        let given: Vec<_> = view.hot_wash().filter(|answer| answer.what.question == question.id).collect();
        let words = given.iter().filter(|answer| !answer.what.text.trim().is_empty());
        QuestionAnswers {
            question: question.id.clone(),
            text: question.text.clone(),
            mean: Mean::of(given.iter().filter_map(|answer| answer.what.score)),
            answers: words.map(|answer| remark(&answer.name, &answer.role, &answer.what.text)).collect(),
        }
    };
    scenario.hot_wash.iter().map(of).collect()
}

fn remark(who: &str, role: &str, text: &str) -> Remark {
    Remark { who: who.to_owned(), role: role.to_owned(), text: text.trim().to_owned() }
}

fn remarks(view: View<'_>) -> (Vec<Remark>, Vec<Remark>, Vec<Remark>) {
    let noted = |tone: Tone| {
        let notes = view.notes().filter(move |note| note.what.tone == tone);
        notes.map(|note| remark(&note.name, &note.role, &note.what.text))
    };
    let answered = |question: &'static str| {
        let answers = view.hot_wash().filter(move |a| a.what.question == question && !a.what.text.trim().is_empty());
        answers.map(|answer| remark(&answer.name, &answer.role, &answer.what.text))
    };
    (
        noted(Tone::Good).chain(answered("went-well")).collect(),
        noted(Tone::Improve).chain(answered("to-improve")).collect(),
        noted(Tone::Plain).collect(),
    )
}
