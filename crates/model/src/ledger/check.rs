//! What a row of the ledger may say.

use super::{Asset, Column, LONGEST_TEXT};
use crate::text::Text;
use std::mem::take;

/// The most hours of an objective: ten years.
pub const MOST_HOURS: u32 = 87_600;
/// The lowest rank.
pub const LOWEST_RANK: u16 = 9_999;
/// The most photos and documents of a row.
pub const MOST_DOCUMENTS: usize = 50;

/// What is wrong with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellFault {
    /// Neither number, name nor serial number: nobody could say which device it is.
    Nameless,
    /// More characters than are kept.
    TooLong {
        /// The most that are kept.
        longest: usize,
    },
    /// A character that no keyboard types.
    Unprintable,
    /// No date, or no day of the calendar.
    NotADate,
    /// No whole number.
    NotANumber,
    /// A number outside what makes sense.
    OutOfRange {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// None of the kinds.
    NotAKind,
    /// Neither yes nor no.
    NotYesOrNo,
    /// No system of the facility has this name.
    UnknownSystem,
    /// Several systems of the facility have this name.
    SeveralSystems,
    /// No vendor of the facility has this name.
    UnknownVendor,
    /// Several vendors of the facility have this name.
    SeveralVendors,
    /// More photos and documents than are kept.
    TooManyDocuments,
    /// Another device of the facility has this number.
    NumberTaken,
    /// The same number stands twice in what is to be written.
    NumberTwice,
}

impl CellFault {
    /// What is wrong and what to do, in one sentence of each language.
    #[must_use]
    pub fn sentence(self) -> Text {
        match self {
            Self::Nameless => Text::new(
                "管理番号、名称、製造番号のどれかを入れてください。",
                "Give a number, a name or a serial number.",
            ),
            Self::TooLong { longest } => Text::new(
                format!("長すぎます。{longest}文字までにしてください。"),
                format!("Too long: at most {longest} characters."),
            ),
            Self::Unprintable => Text::new(
                "使えない文字が入っています。打ち直してください。",
                "It contains a character that no keyboard types; type it again.",
            ),
            Self::NotADate => Text::new(
                "日付として読めません。2026-11-21 や R8.11.21 のように入れてください。",
                "Not a date. Write it like 2026-11-21.",
            ),
            Self::NotANumber => Text::new("数字で入れてください。", "Write a whole number."),
            Self::OutOfRange { least, most } => Text::new(
                format!("{least}から{most}までの数字にしてください。"),
                format!("Write a number from {least} to {most}."),
            ),
            Self::NotAKind => Text::new(
                "種類の名前ではありません。サーバ、端末PC、ネットワーク機器、医療機器、クラウドサービス、その他から選んでください。",
                "Not a kind. Choose Server, Terminal, Network device, Medical device, Cloud service or Other.",
            ),
            Self::NotYesOrNo => Text::new("はい・いいえのどちらかにしてください。", "Write yes or no."),
            Self::UnknownSystem => Text::new(
                "この名前のシステムはありません。先にシステムの一覧に加えてください。",
                "No system has this name. Add it to the list of systems first.",
            ),
            Self::SeveralSystems => {
                Text::new("同じ名前のシステムがいくつもあります。", "Several systems have this name.")
            }
            Self::UnknownVendor => Text::new(
                "この名前の事業者はありません。先に事業者の一覧に加えてください。",
                "No vendor has this name. Add it to the list of vendors first.",
            ),
            Self::SeveralVendors => {
                Text::new("同じ名前の事業者がいくつもあります。", "Several vendors have this name.")
            }
            Self::TooManyDocuments => Text::new(
                format!("写真と書類は{MOST_DOCUMENTS}件までです。"),
                format!("At most {MOST_DOCUMENTS} photos and documents are kept."),
            ),
            Self::NumberTaken => Text::new("この管理番号は別の機器が使っています。", "Another device has this number."),
            Self::NumberTwice => Text::new("同じ管理番号が二度出てきます。", "The same number stands twice here."),
        }
    }
}

/// A fault and the column it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    /// Where.
    pub column: Column,
    /// What.
    pub what: CellFault,
}

/// The most characters a text column keeps.
#[must_use]
pub fn longest(column: Column) -> usize {
    if column == Column::Note { LONGEST_TEXT * 10 } else { LONGEST_TEXT }
}

impl Asset {
    /// The text of a text column; `None` for the others.
    #[must_use]
    pub fn text(&self, column: Column) -> Option<&str> {
        Some(match column {
            Column::Number => &self.number,
            Column::Name => &self.name,
            Column::Owner => &self.owner,
            Column::Place => &self.place,
            Column::Maker => &self.maker,
            Column::Model => &self.model,
            Column::Serial => &self.serial,
            Column::Os => &self.os,
            Column::Firmware => &self.firmware,
            Column::Ip => &self.ip,
            Column::Mac => &self.mac,
            Column::Segment => &self.segment,
            Column::Note => &self.note,
            Column::Kind
            | Column::System
            | Column::SupportEnds
            | Column::RemoteMaintenance
            | Column::Vendor
            | Column::RtoHours
            | Column::RpoHours
            | Column::ClinicalImportance
            | Column::RecoveryOrder
            | Column::LastSeen => return None,
        })
    }

    /// The same, to be written to.
    pub(super) fn text_mut(&mut self, column: Column) -> Option<&mut String> {
        Some(match column {
            Column::Number => &mut self.number,
            Column::Name => &mut self.name,
            Column::Owner => &mut self.owner,
            Column::Place => &mut self.place,
            Column::Maker => &mut self.maker,
            Column::Model => &mut self.model,
            Column::Serial => &mut self.serial,
            Column::Os => &mut self.os,
            Column::Firmware => &mut self.firmware,
            Column::Ip => &mut self.ip,
            Column::Mac => &mut self.mac,
            Column::Segment => &mut self.segment,
            Column::Note => &mut self.note,
            _ => return None,
        })
    }

    /// The row with its texts trimmed and line breaks outside the remark made spaces.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        for column in Column::ALL {
            if let Some(text) = self.text_mut(column) {
                *text = tidy(column, &take(text));
            }
        }
        self
    }

    /// What is wrong with the row; empty when it may be kept.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if [&self.number, &self.name, &self.serial].iter().all(|text| text.trim().is_empty()) {
            faults.push(Fault { column: Column::Name, what: CellFault::Nameless });
        }
        for column in Column::ALL {
            let what = match column {
                Column::RtoHours => hours(self.rto_hours),
                Column::RpoHours => hours(self.rpo_hours),
                Column::ClinicalImportance => rank(self.clinical_importance),
                Column::RecoveryOrder => rank(self.recovery_order),
                _ => self.text(column).and_then(|text| text_fault(column, text)),
            };
            faults.extend(what.map(|what| Fault { column, what }));
        }
        if self.documents.len() > MOST_DOCUMENTS {
            faults.push(Fault { column: Column::Note, what: CellFault::TooManyDocuments });
        }
        faults
    }
}

/// A text as it is kept.
pub(super) fn tidy(column: Column, text: &str) -> String {
    let text = text.trim();
    match column {
        Column::Note => text.replace("\r\n", "\n").replace('\r', "\n"),
        _ if text.contains(['\n', '\r', '\t']) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => text.to_owned(),
    }
}

pub(super) fn text_fault(column: Column, text: &str) -> Option<CellFault> {
    let longest = longest(column);
    if text.chars().count() > longest {
        return Some(CellFault::TooLong { longest });
    }
    let allowed = |c: char| !c.is_control() || (column == Column::Note && matches!(c, '\n' | '\t'));
    (!text.chars().all(allowed)).then_some(CellFault::Unprintable)
}

pub(super) fn hours(hours: Option<u32>) -> Option<CellFault> {
    hours.filter(|hours| *hours > MOST_HOURS).map(|_| CellFault::OutOfRange { least: 0, most: MOST_HOURS })
}

pub(super) fn rank(rank: Option<u16>) -> Option<CellFault> {
    let fault = CellFault::OutOfRange { least: 1, most: u32::from(LOWEST_RANK) };
    rank.filter(|rank| !(1..=LOWEST_RANK).contains(rank)).map(|_| fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Asset {
        Asset { name: "電子カルテDB".to_owned(), ..Asset::default() }
    }

    #[test]
    fn a_row_needs_something_to_call_it_by() {
        let nameless = Fault { column: Column::Name, what: CellFault::Nameless };
        assert_eq!(Asset { place: "3階".to_owned(), ..Asset::default() }.faults(), [nameless]);
        assert!(named().faults().is_empty());
        assert!(Asset { serial: "SN1".to_owned(), ..Asset::default() }.faults().is_empty());
    }

    #[test]
    fn each_fault_names_its_column() {
        let asset = Asset {
            owner: "あ".repeat(201),
            ip: "10.0.0.1\0".to_owned(),
            rto_hours: Some(87_601),
            recovery_order: Some(0),
            note: "𠮷".repeat(2000),
            ..named()
        };
        let found: Vec<Column> = asset.faults().into_iter().map(|fault| fault.column).collect();
        assert_eq!(found, [Column::Owner, Column::Ip, Column::RtoHours, Column::RecoveryOrder]);
    }

    #[test]
    fn texts_are_trimmed_and_kept_on_one_line_except_remarks() {
        let asset = Asset { place: " 本館\n3階 ".to_owned(), note: "一\r\n二 ".to_owned(), ..named() }.tidied();
        assert_eq!((asset.place.as_str(), asset.note.as_str()), ("本館 3階", "一\n二"));
    }
}
