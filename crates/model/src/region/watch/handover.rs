//! What the next shift must know: what came, what went, what stays open, who promised to call whom. Drafted from two looks at
//! the same list; the person adds words, the next one takes it over.

use crate::id::FacilityId;
use crate::known::keyed;
use crate::region::correlate::Severity;
use crate::text::{Lang, Text};
use crate::time::Ts;
use serde::{Deserialize, Serialize};

keyed! {
    /// What something open is.
    OpenKind {
        /// A case.
        #[default]
        Case = "case", "件", "Case";
        /// A silent sensor.
        Sensor = "sensor", "沈黙しているセンサー", "Silent sensor";
        /// A notice with silent readers.
        Notice = "notice", "未読のお知らせ", "Unread notice";
        /// A promised call.
        Call = "call", "約束した電話", "Promised call";
    }
}

/// Something open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Open {
    /// What.
    pub kind: OpenKind,
    /// Its id: the same thing has the same at both looks.
    pub id: String,
    /// At which facility.
    pub facility: Option<FacilityId>,
    /// How bad.
    pub severity: Severity,
    /// In one line.
    pub what: String,
    /// Who promised to do something, and until when.
    pub promised: Option<(String, Ts)>,
}

/// A line of the note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Line {
    /// A promise whose time is past.
    BrokenPromise {
        /// What.
        open: Open,
    },
    /// Came during the shift.
    New {
        /// What.
        open: Open,
    },
    /// Got worse.
    Worse {
        /// As it is now.
        open: Open,
        /// As it was.
        was: Severity,
    },
    /// Stays.
    Stays {
        /// What.
        open: Open,
    },
    /// Is over.
    Over {
        /// As it was.
        open: Open,
    },
}

/// A note from one shift to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// Who writes.
    pub by: String,
    /// When.
    pub at: Ts,
    /// Drafted lines: broken promises first, then what is new, worse, stays, is over; in each the worst first.
    pub lines: Vec<Line>,
    /// What the person adds.
    pub words: String,
    /// Who took it over.
    pub taken: Option<Taken>,
}

/// Who took a note over, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Who.
    pub by: String,
    /// When.
    pub at: Ts,
}

/// Drafts the note: what was open at the beginning of the shift beside what is open now.
#[must_use]
pub fn hand_over(before: &[Open], now: &[Open], by: &str, at: Ts) -> HandOver {
    let same = |a: &Open, b: &Open| a.kind == b.kind && a.id == b.id;
    let mut lines: Vec<Line> = now
        .iter()
        .map(|open| {
            let open = open.clone();
            let was = before.iter().find(|old| same(old, &open));
            if open.promised.as_ref().is_some_and(|(_, until)| *until <= at) {
                return Line::BrokenPromise { open };
            }
            match was {
                None => Line::New { open },
                Some(old) if old.severity < open.severity => Line::Worse { was: old.severity, open },
                Some(_) => Line::Stays { open },
            }
        })
        .collect();
    lines.extend(
        before.iter().filter(|old| !now.iter().any(|open| same(old, open))).map(|old| Line::Over { open: old.clone() }),
    );
    lines.sort_by(|a, b| {
        let order = |line: &Line| (line.rank(), std::cmp::Reverse(line.open().severity), line.open().clone());
        order(a).cmp(&order(b))
    });
    HandOver { by: by.to_owned(), at, lines, words: String::new(), taken: None }
}

impl HandOver {
    /// Takes it over.
    ///
    /// # Errors
    /// When the writer wants to hand over to themselves, nobody is named, or it was taken already.
    pub fn take(&mut self, by: &str, at: Ts) -> Result<(), Text> {
        if let Some(taken) = &self.taken {
            return Err(Text::new(
                format!("{}がすでに引き継ぎました。", taken.by),
                format!("{} took it already.", taken.by),
            ));
        }
        if by.trim().is_empty() || crate::text::folded(by) == crate::text::folded(&self.by) {
            return Err(Text::new(
                "書いた人とは別の人が引き継いでください。",
                "Somebody else than the writer takes it over.",
            ));
        }
        self.taken = Some(Taken { by: by.to_owned(), at });
        Ok(())
    }
}

impl Line {
    /// What it is about.
    #[must_use]
    pub fn open(&self) -> &Open {
        match self {
            Self::BrokenPromise { open }
            | Self::New { open }
            | Self::Worse { open, .. }
            | Self::Stays { open }
            | Self::Over { open } => open,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::BrokenPromise { .. } => 0,
            Self::New { .. } => 1,
            Self::Worse { .. } => 2,
            Self::Stays { .. } => 3,
            Self::Over { .. } => 4,
        }
    }

    /// As it stands in the note.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let open = self.open();
        let (ja, en) = match self {
            Self::BrokenPromise { .. } => ("約束の時刻を過ぎた", "promise overdue"),
            Self::New { .. } => ("新しい", "new"),
            Self::Worse { .. } => ("悪くなった", "worse"),
            Self::Stays { .. } => ("続いている", "still open"),
            Self::Over { .. } => ("終わった", "over"),
        };
        let promise = open.promised.as_ref().map_or_else(String::new, |(who, until)| {
            let until = until.minute_in_japan(lang);
            match lang {
                Lang::Ja => format!("（{who}、{until}まで）"),
                Lang::En => format!(" ({who}, by {until})"),
            }
        });
        let severity = open.severity.title();
        match lang {
            Lang::Ja => format!("【{ja}・{}】{}{promise}", severity.ja, open.what),
            Lang::En => format!("[{en}, {}] {}{promise}", severity.en.to_lowercase(), open.what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::correlate::testing::minute;

    fn open(id: &str, severity: Severity) -> Open {
        Open { kind: OpenKind::Case, id: id.into(), facility: None, severity, what: format!("件{id}"), promised: None }
    }

    #[test]
    fn the_note_says_what_came_what_got_worse_what_stays_and_what_is_over() {
        let before = [open("1", Severity::Low), open("2", Severity::High), open("3", Severity::Low)];
        let mut promised = open("2", Severity::High);
        promised.promised = Some(("田中".into(), minute(10)));
        let now = [open("1", Severity::Urgent), promised, open("4", Severity::Middle), open("5", Severity::Urgent)];
        let note = hand_over(&before, &now, "田中", minute(60));
        let words: Vec<String> = note.lines.iter().map(|line| line.words(Lang::Ja)).collect();
        assert_eq!(
            words,
            [
                "【約束の時刻を過ぎた・重大】件2（田中、2026年11月21日 09:10まで）",
                "【新しい・緊急】件5",
                "【新しい・注意】件4",
                "【悪くなった・緊急】件1",
                "【終わった・参考】件3",
            ]
        );
        assert_eq!(hand_over(&before, &before, "田中", minute(1)).lines.len(), 3);
    }

    #[test]
    fn nobody_hands_over_to_themselves() {
        let mut note = hand_over(&[], &[], "田中", minute(0));
        assert!(note.take("田中 ", minute(1)).is_err() && note.take(" ", minute(1)).is_err());
        assert!(note.take("鈴木", minute(1)).is_ok());
        assert!(note.take("佐藤", minute(2)).expect_err("taken").ja.contains("鈴木"));
    }
}
