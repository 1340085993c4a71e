//! What is to be written into an official form, and whether it may be.

use super::{FormProfile, ProfileRow, in_year};
use crate::checklist::{ItemAnswer, Mark, Round};
use crate::text::{Text, folded};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The answers for one form, also as a file (`--answers`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormAnswers {
    /// Name of the facility.
    #[serde(default)]
    pub facility: Option<String>,
    /// The day of filling in.
    #[serde(default)]
    pub date: Option<Date>,
    /// One per item and device group.
    pub answers: Vec<FormAnswer>,
}

/// One answer. It names its item by id, or by the number as printed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormAnswer {
    /// Item id of the profile; empty: found by number.
    #[serde(default)]
    pub item: String,
    /// As printed: `2-⑧`.
    #[serde(default)]
    pub number: String,
    /// Device group; empty: the only row with this item or number.
    #[serde(default)]
    pub group: String,
    /// First round.
    #[serde(default)]
    pub first: Option<Round>,
    /// The day by which it will be done.
    #[serde(default)]
    pub target: Option<Date>,
    /// Second round.
    #[serde(default)]
    pub second: Option<Round>,
}

impl From<&ItemAnswer> for FormAnswer {
    fn from(answer: &ItemAnswer) -> Self {
        Self {
            item: answer.key.item.clone(),
            number: String::new(),
            group: answer.key.group.clone(),
            first: answer.first,
            target: answer.target,
            second: answer.second,
        }
    }
}

impl FormAnswer {
    fn is_for(&self, row: &ProfileRow) -> bool {
        let same = |a: &str, b: &str| folded(a).replace(' ', "") == folded(b).replace(' ', "");
        let item = if self.item.is_empty() { same(&self.number, &row.number) } else { self.item == row.item };
        item && (self.group.is_empty() || self.group == row.group)
    }

    fn named(&self) -> String {
        let item = if self.number.is_empty() { &self.item } else { &self.number };
        if self.group.is_empty() { item.clone() } else { format!("{item} ({})", self.group) }
    }
}

impl FormAnswers {
    /// The answer of a row.
    #[must_use]
    pub fn of(&self, row: &ProfileRow) -> Option<&FormAnswer> {
        self.answers.iter().find(|answer| answer.is_for(row))
    }

    /// Everything that keeps these answers from being written: answers without a row or for several rows, two answers
    /// for one row, a target without a "no" or outside the year, a second round without a first.
    #[must_use]
    pub fn problems(&self, profile: &FormProfile) -> Vec<Text> {
        let mut found = Vec::new();
        for answer in &self.answers {
            let name = answer.named();
            match profile.rows.iter().filter(|row| answer.is_for(row)).count() {
                1 => {}
                0 => found.push(Text::new(
                    format!("{name}: この様式にはない項目です。"),
                    format!("{name}: this form has no such item."),
                )),
                many => found.push(Text::new(
                    format!("{name}: {many}行に当てはまります。機器の区分（group）も書いてください。"),
                    format!("{name}: fits {many} rows; please give the device group, too."),
                )),
            }
            let said_no = [answer.first, answer.second].into_iter().flatten().any(|round| round.mark == Mark::No);
            if let Some(target) = answer.target {
                if !said_no {
                    found.push(Text::new(
                        format!("{name}: 目標日は「いいえ」のときだけ書けます。"),
                        format!("{name}: a target date needs a “no”."),
                    ));
                }
                if !in_year(target, profile.fiscal_year) {
                    found.push(Text::new(
                        format!("{name}: 目標日 {target} が年度（{}年度）の外です。", profile.fiscal_year),
                        format!("{name}: the target date {target} is outside fiscal year {}.", profile.fiscal_year),
                    ));
                }
            }
            if answer.second.is_some() && answer.first.is_none() {
                found.push(Text::new(
                    format!("{name}: 1回目がないのに2回目があります。"),
                    format!("{name}: a second round without a first."),
                ));
            }
        }
        for row in &profile.rows {
            if self.answers.iter().filter(|answer| answer.is_for(row)).count() > 1 {
                found.push(Text::new(
                    format!("{}行目（{}）: 答えが二つあります。", row.row, row.number),
                    format!("row {} ({}): there are two answers.", row.row, row.number),
                ));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::FormKind;
    use crate::official::{PROFILE_SCHEMA, RoundCells};
    use jiff::civil::date;

    fn profile() -> FormProfile {
        let row = |row, item: &str, number: &str, group: &str| ProfileRow {
            row,
            item: item.into(),
            number: number.into(),
            group: group.into(),
            text: format!("C{row}"),
            print: String::new(),
            first: RoundCells::default(),
            target: None,
            second: RoundCells::default(),
        };
        FormProfile {
            schema: PROFILE_SCHEMA.into(),
            name: "様式".into(),
            edition: "x1".into(),
            form: FormKind::Hospital,
            fiscal_year: 2026,
            sheet: "確認表".into(),
            facility: None,
            date: None,
            rows: vec![
                row(5, "a", "1-①", "governance"),
                row(6, "b", "2-⑧", "servers"),
                row(7, "b", "2-⑧", "terminal-pcs"),
            ],
        }
    }

    fn answer(number: &str, mark: Mark) -> FormAnswer {
        let first = Some(Round { mark, on: date(2026, 11, 21) });
        FormAnswer { number: number.into(), first, ..FormAnswer::default() }
    }

    fn problems(answers: Vec<FormAnswer>) -> Vec<String> {
        FormAnswers { answers, ..FormAnswers::default() }.problems(&profile()).into_iter().map(|text| text.ja).collect()
    }

    #[test]
    fn a_number_typed_in_another_width_finds_its_row() {
        assert!(problems(vec![answer("１-①", Mark::Yes)]).is_empty());
        assert!(problems(vec![FormAnswer { group: "servers".into(), ..answer("2-⑧", Mark::Yes) }]).is_empty());
    }

    #[test]
    fn what_fits_no_row_or_several_is_said() {
        assert!(problems(vec![answer("9-①", Mark::Yes)])[0].contains("ない項目"));
        assert!(problems(vec![answer("2-⑧", Mark::Yes)])[0].contains("2行"));
        assert!(problems(vec![answer("1-①", Mark::Yes), answer("1-①", Mark::No)])[0].contains("二つ"));
    }

    #[test]
    fn a_target_needs_a_no_and_the_fiscal_year() {
        let with = |mark, day| FormAnswer { target: Some(day), ..answer("1-①", mark) };
        assert!(problems(vec![with(Mark::No, date(2027, 3, 31))]).is_empty());
        assert!(problems(vec![with(Mark::Yes, date(2027, 3, 31))])[0].contains("いいえ"));
        assert!(problems(vec![with(Mark::No, date(2027, 4, 1))])[0].contains("年度"));
    }
}
