//! Calling the contact tree for real: who calls whom in which order, who answered after how many minutes, who did not.
//!
//! A round begins as a copy of the chart, so that it stays readable after numbers change. Whoever telephones marks each
//! call with one tap; several people may do so at once, and every attempt is kept with its time.

use crate::contacts::{Chart, Origin, Part};
use crate::record::Register;
use crate::time::Ts;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A second tap within this many seconds that says the same is the same tap.
const SAME_TAP_SECONDS: i64 = 10;
const MICROS: i64 = 1_000_000;

/// How far a round goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The people of the house only.
    House,
    /// The house and its vendors.
    HouseAndVendors,
    /// Everybody of the chart, offices outside included.
    Everybody,
}

impl Reach {
    /// All, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::HouseAndVendors, Self::House, Self::Everybody];

    /// The stable word of forms and messages.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::House => "house",
            Self::HouseAndVendors => "house-and-vendors",
            Self::Everybody => "everybody",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.key() == key)
    }

    fn includes(self, part: Part) -> bool {
        match self {
            Self::House => part.is_inside(),
            Self::HouseAndVendors => part.is_inside() || part == Part::Vendor,
            Self::Everybody => true,
        }
    }
}

/// How one attempt went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The person answered.
    Answered,
    /// The substitute answered.
    Substitute,
    /// Nobody answered.
    NoAnswer,
    /// The number is wrong.
    WrongNumber,
}

impl Outcome {
    /// All, in the order of the buttons.
    pub const ALL: [Self; 4] = [Self::Answered, Self::Substitute, Self::NoAnswer, Self::WrongNumber];

    /// The stable word of forms and messages.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Substitute => "substitute",
            Self::NoAnswer => "no-answer",
            Self::WrongNumber => "wrong-number",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    /// Whether the message arrived with somebody.
    #[must_use]
    pub fn is_reached(self) -> bool {
        matches!(self, Self::Answered | Self::Substitute)
    }
}

/// One try at a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// How it went.
    pub outcome: Outcome,
    /// When it was marked.
    pub at: Ts,
    /// Who marked it.
    pub by: String,
}

/// One person or desk to be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Part in the chart.
    pub part: Part,
    /// Department or firm, and name.
    pub who: String,
    /// Telephone, as dialled.
    pub phone: String,
    /// Who answers instead.
    #[serde(default)]
    pub substitute: String,
    /// And their telephone.
    #[serde(default)]
    pub substitute_phone: String,
    /// Who calls them: an earlier line of the round, by its place from 0. `None`: whoever notices.
    #[serde(default)]
    pub caller: Option<usize>,
    /// How many calls away from whoever notices.
    pub depth: u8,
    /// The tries, oldest first.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
}

impl Call {
    /// How it stands: the last try, if there was one. Who was reached once is reached.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        let reached = self.attempts.iter().find(|attempt| attempt.outcome.is_reached());
        reached.or(self.attempts.last()).map(|attempt| attempt.outcome)
    }

    /// When somebody was reached.
    #[must_use]
    pub fn reached_at(&self) -> Option<Ts> {
        self.attempts.iter().find(|attempt| attempt.outcome.is_reached()).map(|attempt| attempt.at)
    }
}

/// A round of calls through the contact tree. KIND `call-round`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRound {
    /// When it began.
    pub started: Ts,
    /// Who began it.
    pub by: String,
    /// How far it goes.
    pub reach: Reach,
    /// Whether the telephones of nights and holidays were called.
    pub at_night: bool,
    /// Whether it is for real (an incident) rather than a test.
    #[serde(default)]
    pub for_real: bool,
    /// Minutes within which everybody is to be reached; our own aim, no rule asks for it.
    #[serde(default)]
    pub aim_minutes: Option<u32>,
    /// The message passed on.
    #[serde(default)]
    pub message: String,
    /// The lines, caller before called.
    pub calls: Vec<Call>,
    /// When it was ended.
    #[serde(default)]
    pub ended: Option<Ts>,
    /// What was noticed.
    #[serde(default)]
    pub remark: String,
}

impl Register for CallRound {
    const KIND: &'static str = "call-round";

    fn label(&self) -> String {
        crate::time::date_words(self.started.date_in_japan(), crate::text::Lang::Ja)
    }
}

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Lines of the round.
    pub lines: u32,
    /// Of them: reached, substitutes included.
    pub reached: u32,
    /// Nobody answered, or the number was wrong.
    pub not_reached: u32,
    /// Not tried.
    pub open: u32,
    /// Seconds from the beginning until the last who was reached was reached.
    pub seconds: Option<i64>,
    /// Whether everybody was reached.
    pub complete: bool,
    /// Whether that was within the aim; `None` without an aim, or while the round is not complete and still runs.
    pub within_aim: Option<bool>,
}

/// Why a call cannot be marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such line.
    #[error("marking a call: the round has no such line")]
    NoSuchLine,
    /// The round was ended.
    #[error("marking a call: the round was ended")]
    Ended,
    /// There is nothing to take back.
    #[error("taking a mark back: nothing is marked on this line")]
    NothingMarked,
}

impl CallRound {
    /// A round through this chart.
    #[must_use]
    pub fn begin(chart: &Chart, reach: Reach, at_night: bool, by: &str, started: Ts) -> Self {
        let kept: Vec<_> = chart.steps.iter().filter(|step| reach.includes(step.line.part)).collect();
        let place = |origin: Origin| kept.iter().position(|step| step.origin == origin);
        let calls = kept
            .iter()
            .map(|step| {
                let line = &step.line;
                let night = at_night && !line.phone_night.is_empty();
                Call {
                    part: line.part,
                    who: [line.place.as_str(), &line.name]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join(" "),
                    phone: if night { line.phone_night.clone() } else { line.phone_day.clone() },
                    substitute: line.substitute.clone(),
                    substitute_phone: line.substitute_phone.clone(),
                    // Whose caller is left out of the round is called by whoever notices.
                    caller: step.caller.and_then(place),
                    depth: step.depth,
                    attempts: Vec::new(),
                }
            })
            .collect();
        Self {
            started,
            by: by.to_owned(),
            reach,
            at_night,
            for_real: false,
            aim_minutes: None,
            message: String::new(),
            calls,
            ended: None,
            remark: String::new(),
        }
    }

    /// Marks a line. The same tap twice counts once; says whether anything changed.
    ///
    /// # Errors
    /// When there is no such line, or the round was ended.
    pub fn mark(&mut self, line: usize, attempt: Attempt) -> Result<bool, Refusal> {
        if self.ended.is_some() {
            return Err(Refusal::Ended);
        }
        let call = self.calls.get_mut(line).ok_or(Refusal::NoSuchLine)?;
        let again = call.attempts.last().is_some_and(|last| {
            last.outcome == attempt.outcome
                && (last.outcome.is_reached()
                    || (attempt.at.micros() - last.at.micros()).abs() < SAME_TAP_SECONDS * MICROS)
        });
        if again {
            return Ok(false);
        }
        call.attempts.push(attempt);
        Ok(true)
    }

    /// Takes the last mark of a line back.
    ///
    /// # Errors
    /// As [`Self::mark`], and when nothing is marked.
    pub fn unmark(&mut self, line: usize) -> Result<(), Refusal> {
        if self.ended.is_some() {
            return Err(Refusal::Ended);
        }
        let call = self.calls.get_mut(line).ok_or(Refusal::NoSuchLine)?;
        call.attempts.pop().map(|_| ()).ok_or(Refusal::NothingMarked)
    }

    /// Ends the round.
    ///
    /// # Errors
    /// When it was ended before.
    pub fn end(&mut self, at: Ts, remark: String) -> Result<(), Refusal> {
        if self.ended.is_some() {
            return Err(Refusal::Ended);
        }
        self.ended = Some(at);
        self.remark = remark;
        Ok(())
    }

    /// The day it began, in Japan.
    #[must_use]
    pub fn day(&self) -> Date {
        self.started.date_in_japan()
    }

    /// Seconds from the beginning to an instant; never negative, however a clock was turned.
    #[must_use]
    pub fn seconds_until(&self, at: Ts) -> i64 {
        ((at.micros() - self.started.micros()) / MICROS).max(0)
    }

    /// The lines that were tried and not reached, by their place.
    #[must_use]
    pub fn unreachable(&self) -> Vec<usize> {
        let missed = |call: &Call| call.outcome().is_some_and(|outcome| !outcome.is_reached());
        (0..self.calls.len()).filter(|at| missed(&self.calls[*at])).collect()
    }

    /// What it came to, as it stands.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let reached: Vec<Ts> = self.calls.iter().filter_map(Call::reached_at).collect();
        let open = self.calls.iter().filter(|call| call.attempts.is_empty()).count();
        let complete = !self.calls.is_empty() && reached.len() == self.calls.len();
        let seconds = reached.iter().max().map(|last| self.seconds_until(*last));
        let within_aim = self.aim_minutes.and_then(|aim| match (complete, seconds) {
            (true, Some(seconds)) => Some(seconds <= i64::from(aim) * 60),
            _ => self.ended.map(|_| false),
        });
        Tally {
            lines: count(self.calls.len()),
            reached: count(reached.len()),
            not_reached: count(self.unreachable().len()),
            open: count(open),
            seconds,
            complete,
            within_aim,
        }
    }
}

#[cfg(test)]
mod tests;
