//! What a drill leaves behind: the data of the after-action report.
//!
//! Everything is reckoned from the scenario and the journal; building it twice gives the same.

use super::clock::Moment;
use super::event::{CONDUCTOR, OBSERVER, Tone};
use super::scenario::{Expected, Inject, Scenario};
use super::state::{DrillState, Side, View};
use crate::id::FacilityId;
use crate::room::Entry;
use crate::text::Text;
use crate::time::Ts;
use num_rational::Ratio;
use serde::{Deserialize, Serialize};

pub use super::gaps::{Found, Gap};

/// The format of the report's data.
pub const REPORT_FORMAT: &str = "hakutaku-drill-report/1";

/// The data of an after-action report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillReport {
    /// [`REPORT_FORMAT`].
    pub format: String,
    /// What was held, when, with whom.
    pub head: Head,
    /// Who said and did what, in order.
    pub timeline: Vec<Row>,
    /// Expected actions against their targets, in the order of the scenario.
    pub actions: Vec<ActionResult>,
    /// Response times by role, in the order of the scenario.
    pub roles: Vec<RoleTimes>,
    /// The observers' sheet.
    pub sections: Vec<SectionScore>,
    /// Objectives and how they were met.
    pub objectives: Vec<ObjectiveResult>,
    /// Decisions taken.
    pub decisions: Vec<DecisionTaken>,
    /// The hot wash by question.
    pub hot_wash: Vec<QuestionAnswers>,
    /// What went well: notes and hot-wash answers.
    pub good: Vec<Remark>,
    /// What is to be improved: notes and hot-wash answers.
    pub improve: Vec<Remark>,
    /// Other notes.
    pub notes: Vec<Remark>,
    /// Where it fell short.
    pub gaps: Vec<Gap>,
}

/// What was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The scenario's id.
    pub scenario: String,
    /// Its title.
    pub title: Text,
    /// Whose part of the drill; none: the whole.
    pub facility: Option<FacilityId>,
    /// When it started.
    pub started_at: Option<Ts>,
    /// When it ended.
    pub ended_at: Option<Ts>,
    /// Seconds on the wall from start to end (to the last entry, if it was not ended).
    pub held_seconds: i64,
    /// Seconds the drill's clock ran, holds and jumps not counted.
    pub drill_seconds: i64,
    /// How many drill seconds passed in a second when it started.
    pub speed: u32,
    /// Who took part, by role in the order of the scenario, then observers and conductors.
    pub participants: Vec<RoleParticipants>,
}

/// Who took part in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleParticipants {
    /// The role.
    pub role: String,
    /// What people call it.
    pub title: Text,
    /// Their names.
    pub names: Vec<String>,
}

/// A row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// When.
    pub when: Moment,
    /// Who, as they were named; empty for the clock.
    pub who: String,
    /// Their role; empty for the clock.
    pub role: String,
    /// The stable word of what it is: the event's `kind`.
    pub kind: String,
    /// What, as a sentence.
    pub what: Text,
}

/// How an expected action turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Outcome {
    /// In time, or done where no time was set.
    Met {
        /// Drill seconds from the inject.
        seconds: i64,
    },
    /// Too late.
    Late {
        /// Drill seconds from the inject.
        seconds: i64,
        /// Drill seconds over the target.
        by: i64,
    },
    /// Nobody reported it.
    NotDone,
    /// The inject did not come: it cannot be held against anybody.
    NotAsked,
    /// The drill ended before the time was over.
    CutShort,
}

/// An expected action against its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionResult {
    /// The inject.
    pub inject: String,
    /// What it told.
    pub inject_text: Text,
    /// The action's id.
    pub action: String,
    /// What was expected.
    pub text: Text,
    /// Of whom.
    pub role: String,
    /// The objective it measures.
    pub objective: Option<String>,
    /// The target in drill seconds.
    pub target: Option<i64>,
    /// When the inject came.
    pub fired: Option<Moment>,
    /// Drill seconds from the inject until a screen of the role showed it.
    pub seen_after: Option<i64>,
    /// How it turned out.
    pub outcome: Outcome,
    /// Who reported it first.
    pub by: Option<String>,
}

/// Response times of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleTimes {
    /// The role.
    pub role: String,
    /// What people call it.
    pub title: Text,
    /// Actions expected whose inject came.
    pub expected: usize,
    /// Done in time.
    pub met: usize,
    /// Done too late.
    pub late: usize,
    /// Not done.
    pub not_done: usize,
    /// The median of drill seconds from an inject to its first showing on a screen of the role.
    pub median_seen: Option<i64>,
    /// The median of drill seconds from an inject to the report.
    pub median_done: Option<i64>,
}

/// A mean of scores as an exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mean {
    /// The sum of the scores.
    pub sum: i64,
    /// How many.
    pub count: i64,
}

impl Mean {
    /// Of scores; `None` for none.
    #[must_use]
    pub fn of(scores: impl IntoIterator<Item = u8>) -> Option<Self> {
        let (sum, count) = scores.into_iter().fold((0, 0), |(sum, count), score| (sum + i64::from(score), count + 1));
        (count > 0).then_some(Self { sum, count })
    }

    /// The fraction itself.
    #[must_use]
    pub fn ratio(self) -> Ratio<i64> {
        Ratio::new(self.sum, self.count.max(1))
    }

    /// Two decimals, half up: `3.67`.
    #[must_use]
    pub fn two_decimals(self) -> String {
        let hundredths = (self.ratio() * 100 + Ratio::new(1, 2)).floor().to_integer();
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    }

    /// Whether it lies below a whole number.
    #[must_use]
    pub fn is_below(self, bound: i64) -> bool {
        self.ratio() < Ratio::from_integer(bound)
    }
}

/// A section of the observers' sheet as scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionScore {
    /// The section.
    pub section: String,
    /// What people call it.
    pub title: Text,
    /// The mean over all scores given in it; none: nobody scored it.
    pub mean: Option<Mean>,
    /// Its items.
    pub items: Vec<ItemScore>,
}

/// An item of the observers' sheet as scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemScore {
    /// The item.
    pub item: String,
    /// What was scored.
    pub text: Text,
    /// The objective it measures.
    pub objective: Option<String>,
    /// The scores, in the order they were given.
    pub scores: Vec<u8>,
    /// The mean.
    pub mean: Option<Mean>,
    /// Comments with the names of their authors.
    pub comments: Vec<Remark>,
}

/// An objective and how it was met: what is compared over the years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectiveResult {
    /// The objective.
    pub objective: String,
    /// What was to be reached.
    pub text: Text,
    /// Expected actions that measure it and whose inject came.
    pub expected: usize,
    /// Of those: done in time.
    pub met: usize,
    /// The mean of the observers' scores for it.
    pub mean: Option<Mean>,
    /// Lines of check sheets that measure it.
    pub checks: usize,
    /// Of those: ticked.
    pub ticked: usize,
    /// The longest time over a target, in drill seconds.
    pub latest: Option<i64>,
}

impl ObjectiveResult {
    /// How far it was met, 0 to 1: the mean of the share of actions in time, the scores from 1–5 and the share of lines
    /// ticked, of those that there are.
    #[must_use]
    pub fn share(&self) -> Option<Ratio<i64>> {
        let part = |of: usize, all: usize| {
            let (of, all) = (i64::try_from(of).unwrap_or(0), i64::try_from(all).unwrap_or(0));
            (all > 0).then(|| Ratio::new(of, all))
        };
        let scored = self.mean.map(|mean| (mean.ratio() - 1) / 4);
        let parts: Vec<Ratio<i64>> =
            [part(self.met, self.expected), scored, part(self.ticked, self.checks)].into_iter().flatten().collect();
        let count = i64::try_from(parts.len()).ok().filter(|count| *count > 0)?;
        Some(parts.into_iter().sum::<Ratio<i64>>() / count)
    }
}

/// A decision that was taken, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionTaken {
    /// The inject.
    pub inject: String,
    /// What it told.
    pub text: Text,
    /// The role that decides.
    pub role: String,
    /// What was chosen; none: nothing.
    pub chosen: Option<Text>,
    /// Drill seconds from the inject.
    pub after: Option<i64>,
    /// Who.
    pub by: Option<String>,
}

/// A question of the hot wash with its answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionAnswers {
    /// The question's id.
    pub question: String,
    /// The question.
    pub text: Text,
    /// The mean, where it is answered 1 to 5.
    pub mean: Option<Mean>,
    /// The answers in words.
    pub answers: Vec<Remark>,
}

/// Something somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who.
    pub who: String,
    /// Their role.
    pub role: String,
    /// What.
    pub text: String,
}

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
