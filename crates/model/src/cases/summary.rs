//! What the director reads: one sentence for each case, how many would have been stopped, and what to do first.

use super::{Outcome, Verdict, Walk};
use crate::id::{ControlId, MeasureId};
use crate::text::Text;
use serde::Serialize;

impl Walk<'_> {
    /// Where the chain breaks, in one careful sentence. Never a promise.
    #[must_use]
    pub fn sentence(&self) -> Text {
        let phase = |step: usize| {
            self.steps.get(step.saturating_sub(1)).map_or_else(Text::default, |view| view.step.phase.title())
        };
        match self.outcome {
            Outcome::Stopped(step) => {
                let name = phase(step);
                Text::new(
                    format!("手元の事実では、{step}番目の段（{}）で止まったはずです。", name.ja),
                    format!(
                        "On the facts we hold, it would have been stopped at step {step} ({}).",
                        name.en.to_lowercase()
                    ),
                )
            }
            Outcome::Limited(step) => {
                let name = phase(step);
                Text::new(
                    format!(
                        "手元の事実では、侵入と被害は防げません。{step}番目の段（{}）の備えで、影響は小さくできたはずです。",
                        name.ja
                    ),
                    format!(
                        "On the facts we hold, it would have got through; what is ready at step {step} ({}) would have made the harm smaller.",
                        name.en.to_lowercase()
                    ),
                )
            }
            Outcome::NotStopped => Text::new(
                "手元の事実では、どの段でも止められません。",
                "On the facts we hold, no step would have been stopped.",
            ),
            Outcome::Unknown => Text::new(
                "手元の事実だけでは判断できません。下の「知る必要があること」を確かめてください。",
                "The facts we hold do not decide. See below what would have to be known.",
            ),
        }
    }

    /// The reason that decides: of the step where it breaks, else of the first step that is passed.
    #[must_use]
    pub fn deciding_reason(&self) -> Option<&Text> {
        let of = |step: usize, good: bool| {
            let view = self.steps.get(step.saturating_sub(1))?;
            view.reasons.iter().find(|reason| reason.good == good).map(|reason| &reason.text)
        };
        match self.outcome {
            Outcome::Stopped(step) | Outcome::Limited(step) => of(step, true),
            Outcome::NotStopped | Outcome::Unknown => {
                let passed = self.steps.iter().find(|view| view.verdict == Verdict::Passed)?;
                of(passed.number, false)
            }
        }
    }
}

/// How many cases end how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Stopped before there was harm.
    pub stopped: u32,
    /// Harm, but less of it.
    pub limited: u32,
    /// Not stopped by anything known.
    pub not_stopped: u32,
    /// Not decided.
    pub unknown: u32,
}

/// Counts outcomes.
#[must_use]
pub fn tally(walks: &[Walk<'_>]) -> Tally {
    let mut tally = Tally::default();
    for walk in walks {
        *match walk.outcome {
            Outcome::Stopped(_) => &mut tally.stopped,
            Outcome::Limited(_) => &mut tally.limited,
            Outcome::NotStopped => &mut tally.not_stopped,
            Outcome::Unknown => &mut tally.unknown,
        } += 1;
    }
    tally
}

/// Something to do that breaks several chains earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirstStep {
    /// The control.
    pub control: ControlId,
    /// Its title.
    pub title: Text,
    /// The measure that puts it in place, if the catalogue has one.
    pub measure: Option<MeasureId>,
    /// The measure's title.
    pub measure_title: Option<Text>,
    /// The cases whose chain it breaks earlier.
    pub cases: Vec<Text>,
}

/// What breaks the most chains earlier, the most first; at most `most`.
#[must_use]
pub fn first_steps(walks: &[Walk<'_>], most: usize) -> Vec<FirstStep> {
    let mut found: Vec<FirstStep> = Vec::new();
    for walk in walks {
        for advice in &walk.advice {
            let name = walk.case.name.clone();
            match found.iter_mut().find(|step| step.control == advice.control) {
                Some(step) => step.cases.push(name),
                None => found.push(FirstStep {
                    control: advice.control.clone(),
                    title: advice.title.clone(),
                    measure: advice.measure.clone(),
                    measure_title: advice.measure_title.clone(),
                    cases: vec![name],
                }),
            }
        }
    }
    // Stable: among equals the one that comes first in the newest case.
    found.sort_by_key(|step| std::cmp::Reverse(step.cases.len()));
    found.truncate(most);
    found
}
