//! What can be written down in an incident.

use crate::deadline::Suspicion;
use crate::id::{DocumentId, OriginId};
use crate::text::{Text, folded};
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What an incident's room begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// When somebody of the house knew, as far as said at the start: deadlines run from here.
    pub known_at: Ts,
}

/// Names one entry of a journal: `origin/seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EntryRef {
    /// Who wrote it.
    pub origin: OriginId,
    /// Its number.
    pub seq: u64,
}

impl fmt::Display for EntryRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.origin, self.seq)
    }
}

impl FromStr for EntryRef {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} does not name an entry");
        let (origin, seq) = text.split_once('/').ok_or_else(wrong)?;
        Ok(Self { origin: origin.parse().map_err(|_| wrong())?, seq: seq.parse().map_err(|_| wrong())? })
    }
}

impl From<EntryRef> for String {
    fn from(entry: EntryRef) -> Self {
        entry.to_string()
    }
}

impl TryFrom<String> for EntryRef {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// How a ward or department works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// As usual.
    Normal,
    /// Less than usual.
    Limited,
    /// On paper.
    Paper,
    /// Not at all.
    Stopped,
}

impl Operation {
    /// All of them, from good to bad.
    pub const ALL: [Self; 4] = [Self::Normal, Self::Limited, Self::Paper, Self::Stopped];

    /// The stable key of forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Limited => "limited",
            Self::Paper => "paper",
            Self::Stopped => "stopped",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    /// In words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Normal => Text::new("通常", "Normal"),
            Self::Limited => Text::new("制限あり", "Limited"),
            Self::Paper => Text::new("紙で運用", "On paper"),
            Self::Stopped => Text::new("停止", "Stopped"),
        }
    }
}

/// How a system stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Running {
    /// It works.
    Up,
    /// It works badly, or in part.
    Degraded,
    /// Cut off, or stopped, by us or by the attack.
    Cut,
    /// Being brought back.
    Restoring,
}

impl Running {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Up, Self::Degraded, Self::Cut, Self::Restoring];

    /// The stable key of forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Cut => "cut",
            Self::Restoring => "restoring",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    /// In words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Up => Text::new("動いている", "Up"),
            Self::Degraded => Text::new("調子が悪い", "Degraded"),
            Self::Cut => Text::new("切り離し・停止", "Cut off"),
            Self::Restoring => Text::new("復旧中", "Being restored"),
        }
    }
}

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum ReportStatus {
    /// It is to be made.
    ToDo,
    /// It need not be made.
    NotNeeded {
        /// Why.
        why: String,
    },
    /// It was made.
    Sent {
        /// When.
        at: Ts,
        /// By whom.
        by: String,
        /// The receipt number, or who took the call.
        #[serde(default)]
        receipt: String,
    },
}

/// One thing written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Event {
    /// A line of the timeline.
    Note {
        /// What.
        text: String,
        /// When it happened, if not when it was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        happened: Option<Ts>,
        /// A photo, recording or file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<DocumentId>,
        /// The name of the file.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        file: String,
    },
    /// The moment of knowing, corrected.
    KnownAt {
        /// When somebody of the house knew.
        at: Ts,
        /// From what that is taken.
        basis: String,
    },
    /// Somebody takes a role.
    Role {
        /// Which.
        role: String,
        /// Who; empty: nobody any more.
        name: String,
        /// Where they are reached.
        #[serde(default)]
        phone: String,
    },
    /// A first step is done, or not done after all.
    Step {
        /// Which.
        step: String,
        /// Its words, for steps that are not in the catalogue.
        #[serde(default)]
        title: String,
        /// Done?
        done: bool,
    },
    /// A decision.
    Decision {
        /// What was decided.
        text: String,
        /// On what basis.
        basis: String,
        /// Who decided.
        by: String,
    },
    /// A decision is undone. The decision stays.
    Undone {
        /// Which.
        decision: EntryRef,
        /// Why.
        why: String,
        /// Who decided so.
        by: String,
    },
    /// How a ward works now.
    Ward {
        /// Which.
        ward: String,
        /// How.
        operation: Operation,
        /// A remark.
        #[serde(default)]
        remark: String,
    },
    /// How a system stands now.
    System {
        /// Which.
        system: String,
        /// How.
        running: Running,
        /// A remark.
        #[serde(default)]
        remark: String,
    },
    /// A thing kept as evidence goes from hand to hand.
    Custody {
        /// The thing: a disk, a device, an image.
        item: String,
        /// Who has it now.
        holder: String,
        /// Where it is.
        #[serde(default)]
        place: String,
        /// SHA-256 of its content, 64 hexadecimal digits.
        #[serde(default)]
        sha256: String,
        /// A remark.
        #[serde(default)]
        remark: String,
    },
    /// Work and money.
    Cost {
        /// Who: a person, a vendor.
        who: String,
        /// For what.
        what: String,
        /// Minutes of work.
        #[serde(default)]
        minutes: u32,
        /// Yen.
        #[serde(default)]
        yen: u64,
    },
    /// A fact that the reports need.
    Field {
        /// Which field of the catalogue.
        key: String,
        /// What is known now.
        value: String,
    },
    /// One of the commission's four questions.
    Trigger {
        /// Which.
        trigger: String,
        /// The answer.
        answer: Suspicion,
    },
    /// Whether all data concerned were protected.
    Protected {
        /// Yes or no.
        protected: bool,
        /// How, or why not.
        #[serde(default)]
        why: String,
    },
    /// Where a report stands.
    Report {
        /// Which.
        report: String,
        /// Where.
        #[serde(flatten)]
        status: ReportStatus,
    },
    /// An office gave the number of a report it had received before: also after the incident was closed.
    Receipt {
        /// Which report.
        report: String,
        /// The number, or who took it.
        receipt: String,
    },
    /// A line was wrong. It stays, struck through.
    Struck {
        /// Which.
        entry: EntryRef,
        /// Why.
        why: String,
    },
    /// The end.
    Ended {
        /// What is to be remembered.
        summary: String,
        /// The actions that came of it.
        actions: Vec<String>,
    },
}

/// Longest text of an entry, in characters.
const LONGEST: usize = 4000;

impl Event {
    /// What is wrong with it, before it is written.
    #[must_use]
    pub fn fault(&self) -> Option<Text> {
        let empty = || Text::new("必要な欄が空です。", "Something that is needed is empty.");
        let blank = |texts: &[&str]| texts.iter().any(|text| text.trim().is_empty());
        let needed = match self {
            Self::Note { text, document, .. } => document.is_none() && blank(&[text]),
            Self::KnownAt { basis, .. } => blank(&[basis]),
            Self::Role { role, .. } => blank(&[role]),
            Self::Step { step, .. } => blank(&[step]),
            Self::Decision { text, basis, by } => blank(&[text, basis, by]),
            Self::Undone { why, by, .. } => blank(&[why, by]),
            Self::Ward { ward, .. } => blank(&[ward]),
            Self::System { system, .. } => blank(&[system]),
            Self::Custody { item, holder, .. } => blank(&[item, holder]),
            Self::Cost { who, what, .. } => blank(&[who, what]),
            Self::Field { key, .. } => blank(&[key]),
            Self::Trigger { trigger, .. } => blank(&[trigger]),
            Self::Protected { protected, why } => *protected && blank(&[why]),
            Self::Report { report, status } => {
                blank(&[report])
                    || match status {
                        ReportStatus::ToDo => false,
                        ReportStatus::NotNeeded { why } => blank(&[why]),
                        ReportStatus::Sent { by, .. } => blank(&[by]),
                    }
            }
            Self::Receipt { report, receipt } => blank(&[report, receipt]),
            Self::Struck { why, .. } => blank(&[why]),
            Self::Ended { summary, .. } => blank(&[summary]),
        };
        if needed {
            return Some(empty());
        }
        if let Self::Custody { sha256, .. } = self
            && !sha256.is_empty()
            && (sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            return Some(Text::new(
                "ハッシュ値（SHA-256）は、0〜9とa〜fの64文字です。",
                "A SHA-256 hash is 64 characters, 0–9 and a–f.",
            ));
        }
        if matches!(self, Self::Cost { minutes: 0, yen: 0, .. }) {
            return Some(Text::new("時間か金額のどちらかを書いてください。", "Give hours or yen."));
        }
        let text = serde_json::to_string(self).unwrap_or_default();
        (text.chars().count() > LONGEST + 600).then(|| {
            Text::new(
                format!("長すぎます。{LONGEST}文字までにしてください。"),
                format!("This is too long: at most {LONGEST} characters."),
            )
        })
    }
}

/// An amount of yen as people type it: `12,000円`, `１２０００`.
#[must_use]
pub fn read_yen(typed: &str) -> Option<u64> {
    let text: String = folded(typed).chars().filter(|c| !matches!(c, ',' | '、' | ' ' | '¥' | '円')).collect();
    if text.is_empty() { Some(0) } else { text.parse().ok() }
}

/// A moment in Japan as a browser or a person gives it: `2026-11-21T09:05`, `2026/11/21 9:05`, `令和8年11月21日 9:05`.
#[must_use]
pub fn read_moment(typed: &str) -> Option<Ts> {
    let text = folded(typed).replace('t', " ");
    let (day, clock) = text.trim().rsplit_once(' ')?;
    let day = crate::day::parse(day)?;
    let mut parts = clock.split(':');
    let (hour, minute): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
        return None;
    }
    let days = day.duration_since(jiff::civil::date(1970, 1, 1)).as_secs();
    // Japan is nine hours ahead of UTC, all year.
    Some(Ts::from_micros(0).plus_seconds(days + (hour - 9) * 3600 + minute * 60))
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
