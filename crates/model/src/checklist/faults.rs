//! What is wrong with an answer, each as a value with its sentence.

use super::rules::{InForce, RuleEffect};
use super::{ItemAnswer, Mark};
use crate::text::{Lang, Text};
use crate::time::{FiscalYear, date_words};
use jiff::civil::Date;
use serde::Serialize;

/// One thing wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "fault")]
pub enum Fault {
    /// A day of checking that has not come yet.
    InFuture {
        /// The day.
        on: Date,
    },
    /// The first round is not within the years of the form.
    FirstOutsideYear {
        /// The day.
        on: Date,
        /// First fiscal year it may lie in.
        from: FiscalYear,
        /// Last fiscal year it may lie in.
        to: FiscalYear,
    },
    /// A target date without a "no".
    TargetWithoutNo,
    /// The target is not within the fiscal year of the first round.
    TargetOutsideYear {
        /// The day.
        on: Date,
        /// The year it belongs in.
        year: FiscalYear,
    },
    /// The target lies before the first round.
    TargetBeforeFirst {
        /// The day.
        on: Date,
    },
    /// A second round without a first.
    SecondWithoutFirst,
    /// The second round lies before the first.
    SecondBeforeFirst {
        /// The day.
        on: Date,
    },
    /// An answer to an item that is skipped.
    AnswerToSkipped,
}

impl Fault {
    /// The stable key: which field it is about.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::InFuture { .. } | Self::FirstOutsideYear { .. } | Self::AnswerToSkipped => "first",
            Self::TargetWithoutNo | Self::TargetOutsideYear { .. } | Self::TargetBeforeFirst { .. } => "target",
            Self::SecondWithoutFirst | Self::SecondBeforeFirst { .. } => "second",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn sentence(self) -> Text {
        let ja = |day: Date| date_words(day, Lang::Ja);
        let en = |day: Date| date_words(day, Lang::En);
        match self {
            Self::InFuture { on } => Text::new(
                format!("確認日{}はまだ来ていません。確かめた日を入れてください。", ja(on)),
                format!("{} has not come yet: enter the day on which it was checked.", en(on)),
            ),
            Self::FirstOutsideYear { on, from, to } => {
                let (first, last) = (first_day(from), last_day(to));
                Text::new(
                    format!("1回目の確認日{}は、この様式の年度（{}から{}まで）の外です。", ja(on), ja(first), ja(last)),
                    format!("{} is outside the years of this form ({} to {}).", en(on), en(first), en(last)),
                )
            }
            Self::TargetWithoutNo => Text::new(
                "目標日は、1回目が「いいえ」のときだけ書きます。目標日を消すか、1回目を「いいえ」にしてください。",
                "A target date is given only after a no: remove it, or answer no in the first round.",
            ),
            Self::TargetOutsideYear { on, year } => Text::new(
                format!("目標日{}は年度の外です。{}までの日付にしてください。", ja(on), ja(last_day(year))),
                format!("The target {} is outside the fiscal year: choose a day up to {}.", en(on), en(last_day(year))),
            ),
            Self::TargetBeforeFirst { on } => Text::new(
                format!("目標日{}が1回目の確認日より前です。", ja(on)),
                format!("The target {} lies before the first round.", en(on)),
            ),
            Self::SecondWithoutFirst => Text::new(
                "2回目だけが記入されています。先に1回目を記入してください。",
                "Only the second round is filled in: fill in the first round first.",
            ),
            Self::SecondBeforeFirst { on } => Text::new(
                format!("2回目の確認日{}が1回目より前です。", ja(on)),
                format!("The second round {} lies before the first.", en(on)),
            ),
            Self::AnswerToSkipped => Text::new(
                "記入しなくてよい項目に回答があります。回答を消すか、飛ばす理由になった回答を見直してください。",
                "There is an answer to an item that is skipped: remove it, or look again at why it is skipped.",
            ),
        }
    }
}

/// 1 April of a fiscal year.
#[must_use]
pub fn first_day(year: FiscalYear) -> Date {
    jiff::civil::date(year.0, 4, 1)
}

/// 31 March at the end of a fiscal year.
#[must_use]
pub fn last_day(year: FiscalYear) -> Date {
    jiff::civil::date(year.0 + 1, 3, 31)
}

/// Everything wrong with an answer. `years`: the first and last fiscal year whose dates the form takes.
#[must_use]
pub fn faults_of(
    answer: &ItemAnswer,
    is_skipped: bool,
    rules: &InForce<'_>,
    years: (FiscalYear, FiscalYear),
    today: Date,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if is_skipped {
        // Dates of an answer that should not be there need no looking at.
        let anything = answer.first.is_some() || answer.second.is_some() || answer.target.is_some();
        return if anything { vec![Fault::AnswerToSkipped] } else { faults };
    }
    for round in [answer.first, answer.second].into_iter().flatten() {
        if round.on > today {
            faults.push(Fault::InFuture { on: round.on });
        }
    }
    if let Some(first) = answer.first {
        let year = FiscalYear::of(first.on);
        // A day that has not come is said once.
        let outside = first.on <= today && !(years.0..=years.1).contains(&year);
        if rules.has(&RuleEffect::FirstRoundInsideYear) && outside {
            faults.push(Fault::FirstOutsideYear { on: first.on, from: years.0, to: years.1 });
        }
    }
    if let Some(target) = answer.target {
        if rules.has(&RuleEffect::TargetOnlyAfterNo) && answer.first.is_none_or(|first| first.mark != Mark::No) {
            faults.push(Fault::TargetWithoutNo);
        } else if let Some(first) = answer.first {
            let year = FiscalYear::of(first.on);
            if rules.has(&RuleEffect::TargetInsideYear) && FiscalYear::of(target) > year {
                faults.push(Fault::TargetOutsideYear { on: target, year });
            } else if target < first.on {
                faults.push(Fault::TargetBeforeFirst { on: target });
            }
        }
    }
    if let Some(second) = answer.second {
        match answer.first {
            None => faults.push(Fault::SecondWithoutFirst),
            Some(first) if second.on < first.on => faults.push(Fault::SecondBeforeFirst { on: second.on }),
            Some(_) => {}
        }
    }
    faults
}
