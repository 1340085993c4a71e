//! Walking along a chain with the facts of a facility.

use super::facts_of::Said;
use super::{Breaker, Phase, PublishedCase, Step};
use crate::catalogue::{Catalogue, Measure};
use crate::connection::risk::{RiskMark, Severity, risks};
use crate::connection::{Connection, ConnectionGuide};
use crate::facts::FactSheet;
use crate::id::{ControlId, MeasureId};
use crate::known::keyed;
use crate::text::{Lang, Text};
use crate::time::date_words;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

/// A level from which a control is in place: what the forms expect.
const IN_PLACE: u8 = 2;

/// What is known about a facility.
#[derive(Debug, Clone)]
pub struct Ground<'a> {
    /// What the product counted and people answered.
    pub facts: &'a FactSheet,
    /// Lines here that resemble the case, with why: from [`resembling`].
    pub lines: &'a [(String, Vec<RiskMark>)],
    /// The day.
    pub today: Date,
}

keyed! {
    /// What became of a step.
    Verdict {
        /// On the facts held it would have been stopped.
        Stopped = "stopped", "ここで止まったはず", "Would have been stopped";
        /// On the facts held nothing would have stopped it.
        Passed = "passed", "通り抜けたはず", "Would have passed";
        /// What would decide is not known.
        #[default]
        Unknown = "unknown", "わからない", "Not known";
        /// The case does not tell this step.
        NotPublished = "not_published", "公表されていない", "Not published";
    }
}

/// Something known that speaks for or against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Whether it speaks for the step being stopped.
    pub good: bool,
    /// In words, with the day of the fact.
    pub text: Text,
    /// The day of the fact, where it has one.
    pub day: Option<Date>,
}

/// Something that would have to be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What.
    pub what: Text,
    /// The control it is about.
    pub control: ControlId,
    /// A question that asks for it, if one does.
    pub question: Option<String>,
}

/// A step with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepView<'c> {
    /// Its number, from 1.
    pub number: usize,
    /// The step.
    pub step: &'c Step,
    /// What became of it.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What would have to be known.
    pub missing: Vec<Missing>,
}

/// Where the chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "step")]
pub enum Outcome {
    /// At this step (from 1), before there was harm.
    Stopped(usize),
    /// The attack would have gone through, but this step (from 1) would have made the harm smaller.
    Limited(usize),
    /// Nothing known would have stopped it.
    NotStopped,
    /// What would decide is not known.
    Unknown,
}

/// What to do so that the chain breaks earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// At which step it would break (from 1).
    pub step: usize,
    /// Which control.
    pub control: ControlId,
    /// Its title.
    pub title: Text,
    /// The measure that puts it in place with the least work, if the catalogue has one.
    pub measure: Option<MeasureId>,
    /// The measure's title.
    pub measure_title: Option<Text>,
}

/// A case walked through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Walk<'c> {
    /// The case.
    pub case: &'c PublishedCase,
    /// Its steps.
    pub steps: Vec<StepView<'c>>,
    /// Where it breaks.
    pub outcome: Outcome,
    /// What breaks it earlier; at most one control for each step before the break.
    pub advice: Vec<Advice>,
}

impl Walk<'_> {
    /// What would have to be known before anything can be said, or could be said earlier.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        let until = match self.outcome {
            Outcome::Stopped(step) => step.saturating_sub(1),
            _ => self.steps.len(),
        };
        self.steps.iter().take(until).flat_map(|step| &step.missing)
    }
}

/// The lines of a facility that resemble a published case, with the marks that say so. The same marks stand beside each
/// line in its own register.
#[must_use]
pub fn resembling(
    case: &str,
    lines: &[Connection],
    guide: &ConnectionGuide,
    today: Date,
) -> Vec<(String, Vec<RiskMark>)> {
    lines
        .iter()
        .filter_map(|line| {
            let marks: Vec<RiskMark> =
                risks(line, guide, today).into_iter().filter(|mark| mark.case == Some(case)).collect();
            (!marks.is_empty()).then(|| (line.name.clone(), marks))
        })
        .collect()
}

/// Walks along a case.
#[must_use]
pub fn walk<'c>(case: &'c PublishedCase, ground: &Ground<'_>, catalogue: &Catalogue) -> Walk<'c> {
    let steps: Vec<StepView<'c>> =
        case.steps.iter().enumerate().map(|(at, step)| view(at + 1, step, ground, catalogue)).collect();
    let outcome = outcome(&steps);
    let advice = advice(&steps, outcome, catalogue);
    Walk { case, steps, outcome, advice }
}

fn outcome(steps: &[StepView<'_>]) -> Outcome {
    let stopped = |prevents: bool| {
        steps.iter().find(|view| view.verdict == Verdict::Stopped && view.step.phase.prevents() == prevents)
    };
    if let Some(view) = stopped(true) {
        return Outcome::Stopped(view.number);
    }
    // While a step that could have kept the harm away is open, nobody knows that the attack went through.
    if steps.iter().any(|view| view.verdict == Verdict::Unknown && view.step.phase.prevents()) {
        return Outcome::Unknown;
    }
    match stopped(false) {
        Some(view) => Outcome::Limited(view.number),
        None if steps.iter().any(|view| view.verdict == Verdict::Unknown) => Outcome::Unknown,
        None if steps.iter().any(|view| view.verdict == Verdict::Passed) => Outcome::NotStopped,
        None => Outcome::Unknown,
    }
}

fn view<'c>(number: usize, step: &'c Step, ground: &Ground<'_>, catalogue: &Catalogue) -> StepView<'c> {
    let (mut reasons, mut missing) = (Vec::new(), Vec::new());
    if !step.is_published() || step.broken_by.is_empty() {
        return StepView { number, step, verdict: Verdict::NotPublished, reasons, missing };
    }
    // The way in of the case stands open here: no answer outweighs the line itself.
    let open = step.phase == Phase::Entry
        && ground.lines.iter().any(|(_, marks)| marks.iter().any(|mark| mark.severity == Severity::High));
    if open {
        let names = |comma: &str| ground.lines.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(comma);
        reasons.push(Reason {
            good: false,
            text: Text::new(
                format!("接続の台帳: この事例と似た注意がある接続（{}）", names("、")),
                format!("Connections: lines marked as resembling this case ({})", names(", ")),
            ),
            day: None,
        });
    }
    let mut held = false;
    for breaker in &step.broken_by {
        match try_breaker(breaker, ground, catalogue, &mut reasons) {
            Some(holds) => held |= holds,
            None => missing.push(not_known(breaker, catalogue)),
        }
    }
    let verdict = match (held && !open, missing.is_empty()) {
        (true, _) => Verdict::Stopped,
        (false, false) => Verdict::Unknown,
        (false, true) => Verdict::Passed,
    };
    if verdict == Verdict::Stopped {
        missing.clear();
    }
    StepView { number, step, verdict, reasons, missing }
}

fn dated(mut text: Text, day: Option<Date>) -> Text {
    if let Some(day) = day {
        text.ja = format!("{}（{}時点）", text.ja, date_words(day, Lang::Ja));
        text.en = format!("{} (as of {})", text.en, date_words(day, Lang::En));
    }
    text
}

/// Whether a control holds: register and answer must not contradict each other. `None`: nobody has said anything.
fn try_breaker(
    breaker: &Breaker,
    ground: &Ground<'_>,
    catalogue: &Catalogue,
    reasons: &mut Vec<Reason>,
) -> Option<bool> {
    let by_register = breaker.fact.and_then(|fact| fact.ask(ground.facts, ground.today));
    let by_answer = ground.facts.answers.get(&breaker.control).map(|fact| {
        let title = catalogue.controls.get(&breaker.control).map(|control| &control.title);
        let title = title.cloned().unwrap_or_else(|| Text::new(breaker.control.as_str(), breaker.control.as_str()));
        let level = fact.level;
        Said {
            good: fact.level.get() >= IN_PLACE,
            text: Text::new(
                format!("自己点検「{}」: 段階{level}", title.ja),
                format!("Self-assessment, \"{}\": level {level}", title.en),
            ),
            day: Some(fact.day),
        }
    });
    let counts_only = breaker.fact.is_some_and(|fact| !fact.proves());
    let undecided = by_answer.is_none() && counts_only && by_register.as_ref().is_none_or(|said| said.good);
    let known: Vec<Said> = by_register.into_iter().chain(by_answer).collect();
    if known.is_empty() || undecided {
        return None;
    }
    let holds = known.iter().all(|said| said.good);
    reasons.extend(known.into_iter().map(|said| Reason {
        good: said.good,
        text: dated(said.text, said.day),
        day: said.day,
    }));
    Some(holds)
}

fn not_known(breaker: &Breaker, catalogue: &Catalogue) -> Missing {
    let title = catalogue.controls.get(&breaker.control).map(|control| control.title.clone());
    let mut questions = catalogue.questionnaires.iter().flat_map(|form| form.questions());
    let question = questions.find(|question| question.controls.contains(&breaker.control));
    Missing {
        what: title.unwrap_or_else(|| Text::new(breaker.control.as_str(), breaker.control.as_str())),
        control: breaker.control.clone(),
        question: question.map(|question| question.id.to_string()),
    }
}

/// For each step before the break: the control whose measure takes the least work.
fn advice(steps: &[StepView<'_>], outcome: Outcome, catalogue: &Catalogue) -> Vec<Advice> {
    let until = match outcome {
        Outcome::Stopped(step) | Outcome::Limited(step) => step.saturating_sub(1),
        Outcome::NotStopped | Outcome::Unknown => steps.len(),
    };
    let mut told = BTreeSet::new();
    let mut advice = Vec::new();
    for view in steps.iter().take(until).filter(|view| matches!(view.verdict, Verdict::Passed | Verdict::Unknown)) {
        let work = |measure: Option<&Measure>| measure.map_or(u32::MAX, |measure| measure.effort_hours.max);
        let best = view
            .step
            .broken_by
            .iter()
            .map(|breaker| (&breaker.control, measure_for(&breaker.control, catalogue)))
            .min_by_key(|(_, measure)| work(*measure));
        let Some((control, measure)) = best.filter(|(control, _)| told.insert((*control).clone())) else { continue };
        let title = catalogue.controls.get(control).map(|control| control.title.clone());
        advice.push(Advice {
            step: view.number,
            control: control.clone(),
            title: title.unwrap_or_else(|| Text::new(control.as_str(), control.as_str())),
            measure: measure.map(|measure| measure.id.clone()),
            measure_title: measure.map(|measure| measure.title.clone()),
        });
    }
    advice
}

/// The measure that puts a control in place with the least work.
fn measure_for<'c>(control: &ControlId, catalogue: &'c Catalogue) -> Option<&'c Measure> {
    catalogue
        .measures
        .values()
        .filter(|measure| measure.controls.contains(control) && measure.reaches.get() >= IN_PLACE)
        .min_by_key(|measure| (measure.effort_hours.max, &measure.id))
}

#[cfg(test)]
mod tests;
