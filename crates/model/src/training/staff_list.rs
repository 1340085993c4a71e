//! A list from the personnel office, laid beside the list that is kept: what would become of every row.

use super::staff::{StaffMember, StaffRole};
use crate::day;
use crate::record::{Kept, RecordId};
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most rows of a list.
pub const MOST_ROWS: usize = 5000;
/// The longest text of a cell, in characters.
const LONGEST: usize = 100;

/// A row as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffLine {
    /// Its number in the file, from 1.
    pub row: usize,
    /// Staff number.
    #[serde(default)]
    pub number: String,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Department.
    #[serde(default)]
    pub department: String,
    /// Job, in the words of the house.
    #[serde(default)]
    pub role: String,
    /// First day, as typed.
    #[serde(default)]
    pub joined: String,
    /// Last day, as typed.
    #[serde(default)]
    pub left: String,
}

/// What would become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody new.
    New(StaffMember),
    /// Somebody known, with other words.
    Changed {
        /// Who.
        id: RecordId,
        /// In which version they were seen.
        version: i64,
        /// How they stand now.
        before: StaffMember,
        /// How they would stand.
        after: StaffMember,
    },
    /// Nothing new.
    Same,
    /// The row cannot be taken, and why.
    Refused(Text),
}

/// A whole list, judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judged {
    /// Each row with its verdict.
    pub rows: Vec<(StaffLine, Verdict)>,
    /// Those who work here and are not in the list.
    pub absent: Vec<Kept<StaffMember>>,
}

impl Judged {
    /// Rows that cannot be taken.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.rows.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Refused(_))).count()
    }

    /// Rows that would change something.
    #[must_use]
    pub fn to_save(&self) -> usize {
        self.rows.iter().filter(|(_, verdict)| matches!(verdict, Verdict::New(_) | Verdict::Changed { .. })).count()
    }
}

fn typed_day(typed: &str) -> Result<Option<Date>, Text> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    day::parse(typed).map(Some).ok_or_else(|| {
        Text::new(
            format!("日付「{typed}」が読めません。2026-04-01 のように書いてください。"),
            format!("The day \"{typed}\" cannot be read. Write it like 2026-04-01."),
        )
    })
}

fn read(line: &StaffLine) -> Result<StaffMember, Text> {
    let cells = [&line.number, &line.name, &line.department, &line.role];
    if cells.iter().any(|cell| cell.chars().count() > LONGEST || cell.chars().any(char::is_control)) {
        return Err(Text::new(
            format!("{LONGEST}文字より長いか、表示できない文字があります。"),
            format!("Longer than {LONGEST} characters, or with characters that cannot be shown."),
        ));
    }
    if line.name.trim().is_empty() {
        return Err(Text::new("名前がありません。", "There is no name."));
    }
    let member = StaffMember {
        number: line.number.trim().to_owned(),
        name: line.name.trim().to_owned(),
        department: line.department.trim().to_owned(),
        role: StaffRole::of_words(&line.role),
        joined_on: typed_day(&line.joined)?,
        left_on: typed_day(&line.left)?,
    };
    if let (Some(joined), Some(left)) = (member.joined_on, member.left_on)
        && left < joined
    {
        return Err(Text::new("退職の日が入職の日より前です。", "The last day is before the first."));
    }
    Ok(member)
}

/// What a file would change. Somebody is recognised by staff number, else by name and department; an empty cell for a day
/// or a job leaves what is known. Pure, so that showing and confirming cannot differ.
#[must_use]
pub fn judge(lines: &[StaffLine], kept: &[Kept<StaffMember>], today: Date) -> Judged {
    let known: BTreeMap<String, &Kept<StaffMember>> = kept.iter().map(|row| (row.body.key(), row)).collect();
    let mut seen = BTreeSet::new();
    let rows = lines
        .iter()
        .map(|line| {
            let verdict = match read(line) {
                Err(wrong) => Verdict::Refused(wrong),
                Ok(member) if !seen.insert(member.key()) => Verdict::Refused(Text::new(
                    "同じ人の行が上にもあります。",
                    "The same person stands in a row above.",
                )),
                Ok(member) => match known.get(&member.key()) {
                    None => Verdict::New(member),
                    Some(row) => {
                        let mut after = member;
                        after.joined_on = after.joined_on.or(row.body.joined_on);
                        after.left_on = after.left_on.or(row.body.left_on);
                        if line.role.trim().is_empty() {
                            after.role = row.body.role;
                        }
                        if after == row.body {
                            Verdict::Same
                        } else {
                            Verdict::Changed { id: row.id, version: row.version, before: row.body.clone(), after }
                        }
                    }
                },
            };
            (line.clone(), verdict)
        })
        .collect();
    let absent =
        kept.iter().filter(|row| row.body.works_on(today) && !seen.contains(&row.body.key())).cloned().collect();
    Judged { rows, absent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Ts;
    use jiff::civil::date;
    use uuid::Uuid;

    const TODAY: Date = date(2026, 11, 21);

    fn line(row: usize, number: &str, name: &str, department: &str, role: &str) -> StaffLine {
        let [number, name, department, role] = [number, name, department, role].map(str::to_owned);
        StaffLine { row, number, name, department, role, ..StaffLine::default() }
    }

    fn kept(n: u128, number: &str, name: &str, department: &str) -> Kept<StaffMember> {
        let body = StaffMember {
            number: number.into(),
            name: name.into(),
            department: department.into(),
            role: StaffRole::Nurse,
            ..StaffMember::default()
        };
        let at = Ts::from_micros(0);
        let id = RecordId::from(Uuid::from_u128(n));
        Kept { id, version: 3, body, created_at: at, changed_at: at, changed_by: String::new(), retired_at: None }
    }

    #[test]
    fn every_row_has_a_verdict() {
        let kept = [
            kept(1, "101", "佐藤 花", "3階病棟"),
            kept(2, "102", "鈴木 一", "3階病棟"),
            kept(3, "103", "高橋 二", "外来"),
        ];
        let lines = [
            line(2, "101", "佐藤 花", "3階病棟", "看護師"),
            line(3, "102", "鈴木 一", "4階病棟", ""),
            line(4, "104", "田中 三", "医事課", "医事"),
            line(5, "", "", "医事課", ""),
            line(6, "１０４", "田中 三", "医事課", ""),
            StaffLine { left: "そのうち".into(), ..line(7, "105", "渡辺 四", "医事課", "") },
        ];
        let judged = judge(&lines, &kept, TODAY);
        let of = |at: usize| &judged.rows[at].1;
        assert_eq!(*of(0), Verdict::Same);
        match of(1) {
            Verdict::Changed { version: 3, after, .. } => {
                assert_eq!((after.department.as_str(), after.role), ("4階病棟", StaffRole::Nurse));
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(of(2), Verdict::New(member) if member.role == StaffRole::Reception));
        assert!(matches!(of(3), Verdict::Refused(why) if why.en.contains("no name")));
        assert!(matches!(of(4), Verdict::Refused(why) if why.en.contains("row above")));
        assert!(matches!(of(5), Verdict::Refused(why) if why.en.contains("cannot be read")));
        assert_eq!((judged.to_save(), judged.refused()), (2, 3));
        assert_eq!(judged.absent.iter().map(|row| row.body.name.as_str()).collect::<Vec<_>>(), ["高橋 二"]);
    }

    #[test]
    fn a_leaver_is_marked_and_a_file_without_the_day_does_not_bring_them_back() {
        let mut gone = kept(1, "101", "佐藤 花", "3階病棟");
        gone.body.left_on = Some(date(2026, 9, 30));
        let judged = judge(&[line(2, "101", "佐藤 花", "3階病棟", "")], &[gone.clone()], TODAY);
        assert_eq!(judged.rows[0].1, Verdict::Same);
        assert_eq!(judge(&[], &[gone], TODAY).absent, [], "who has left is not missed");
        let left = StaffLine { left: "R8.3.31".into(), ..line(2, "102", "鈴木", "", "") };
        let judged = judge(&[left], &[kept(2, "102", "鈴木", "")], TODAY);
        assert!(
            matches!(&judged.rows[0].1, Verdict::Changed { after, .. } if after.left_on == Some(date(2026, 3, 31)))
        );
    }
}
