//! What is written into the journal of a drill: the body of [`crate::room::Entry`].

use super::clock::Minute;
use super::scenario::{InjectKind, Scenario};
use crate::id::FacilityId;
use crate::room::{Author, Draft, Entry};
use crate::time::Ts;
use serde::{Deserialize, Serialize};

/// The role of who conducts.
pub const CONDUCTOR: &str = "conductor";
/// The role of who observes and scores.
pub const OBSERVER: &str = "observer";

/// The format of [`DrillSetup`].
pub const SETUP_FORMAT: &str = "hakutaku-drill/1";

/// What a drill's room begins with: [`crate::room::Room::setup`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillSetup {
    /// [`SETUP_FORMAT`].
    pub format: String,
    /// The scenario as it was when the drill was made.
    pub scenario: Scenario,
    /// Who takes part, each with a record of its own; empty or one: the facility of the room alone.
    #[serde(default)]
    pub facilities: Vec<TakingPart>,
}

/// A facility that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakingPart {
    /// Which.
    pub facility: FacilityId,
    /// Its name when the drill was made.
    pub name: String,
}

impl DrillSetup {
    /// Of a drill.
    #[must_use]
    pub fn new(scenario: Scenario, facilities: Vec<TakingPart>) -> Self {
        Self { format: SETUP_FORMAT.to_owned(), scenario, facilities }
    }

    /// The facilities for [`DrillEvent::Started`]: none when only one takes part.
    #[must_use]
    pub fn sides(&self) -> Vec<FacilityId> {
        if self.facilities.len() < 2 { Vec::new() } else { self.facilities.iter().map(|part| part.facility).collect() }
    }
}

/// What somebody noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Neither.
    #[default]
    Plain,
    /// What went well.
    Good,
    /// What is to be improved.
    Improve,
}

/// One thing that happened in a drill.
///
/// Events of players and observers are of the facility of their author. Events of the conductor name the `facility` they
/// are for; without one they are for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum DrillEvent {
    /// Somebody came in, or took another role.
    Joined {
        /// As what: a role of the scenario, [`OBSERVER`] or [`CONDUCTOR`].
        role: String,
    },
    /// The clock starts. Once per drill.
    Started {
        /// How many drill seconds pass in a second: 1 to 120.
        speed: u32,
        /// The facilities taking part when there are several.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        facilities: Vec<FacilityId>,
    },
    /// The clock is held.
    Held,
    /// The clock runs on.
    Resumed {
        /// As fast as this from now on; none: as before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speed: Option<u32>,
    },
    /// The clock is set.
    Jumped {
        /// To this minute. Injects that were jumped over no longer come by themselves; jumping back arms them again.
        minute: Minute,
    },
    /// A phase began. Once per phase.
    PhaseOpened {
        /// Which.
        phase: String,
    },
    /// An inject was told to its roles. Once per inject, and once per facility where several take part.
    InjectFired {
        /// Which.
        inject: String,
        /// By the conductor, before its time or without one.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        by_hand: bool,
        /// For whom; none: for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facility: Option<FacilityId>,
    },
    /// The conductor decided that an inject shall not come by itself.
    InjectSkipped {
        /// Which.
        inject: String,
        /// For whom; none: for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facility: Option<FacilityId>,
    },
    /// An inject did not come because its `unless` held. Once per inject and facility.
    InjectDropped {
        /// Which.
        inject: String,
        /// For whom; none: for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facility: Option<FacilityId>,
    },
    /// The conductor told something that is not in the scenario.
    Improvised {
        /// A new id, no inject's.
        id: String,
        /// The roles it goes to, or `all`.
        to: Vec<String>,
        /// What it is about.
        category: InjectKind,
        /// What they are told.
        text: String,
        /// For whom; none: for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facility: Option<FacilityId>,
    },
    /// A decision was taken. Once per inject and facility: the first counts.
    Chosen {
        /// The inject with the decision.
        inject: String,
        /// What was chosen.
        option: String,
    },
    /// A player reports an expected action done.
    ActionReported {
        /// The inject it follows.
        inject: String,
        /// Which.
        action: String,
    },
    /// A report is taken back: the author's own, or, if there is none, everybody's.
    ActionUndone {
        /// The inject it follows.
        inject: String,
        /// Which.
        action: String,
    },
    /// A line of a check sheet was ticked or unticked.
    Checked {
        /// Whose sheet.
        role: String,
        /// Which line.
        check: String,
        /// Ticked.
        value: bool,
    },
    /// A player's screen showed an inject. Once per inject and seat.
    Seen {
        /// Which; also the id of an improvised one.
        inject: String,
    },
    /// A player answers an inject in words.
    Answered {
        /// Which; also the id of an improvised one.
        inject: String,
        /// What they say.
        text: String,
    },
    /// An observer scored something; a later score of the same observer replaces an earlier one.
    Scored {
        /// The section of the sheet.
        section: String,
        /// The item.
        item: String,
        /// 1 to 5.
        score: u8,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        comment: String,
    },
    /// Somebody noted something.
    Noted {
        /// What.
        text: String,
        /// Good, to improve, or neither.
        #[serde(default)]
        tone: Tone,
        /// The section of the observers' sheet it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        section: Option<String>,
        /// The objective it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        objective: Option<String>,
    },
    /// The drill is over; the hot wash opens. Once per drill.
    Ended,
    /// An answer of the hot wash; a later one of the same person replaces an earlier one.
    HotWash {
        /// Which question.
        question: String,
        /// The answer in words.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
        /// The answer from 1 to 5.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        score: Option<u8>,
    },
}

/// A key with the facility, where several take part.
fn for_side(key: String, facility: Option<FacilityId>) -> String {
    facility.map_or_else(|| key.clone(), |facility| format!("{key}@{facility}"))
}

impl DrillEvent {
    /// The key under which the journal takes it at most once, if it may happen only once. The events of players that may
    /// happen only once have their own: [`once_for_seen`] and, for [`Self::Chosen`], [`Self::once_by`].
    #[must_use]
    pub fn once(&self) -> Option<String> {
        Some(match self {
            Self::Started { .. } => "started".to_owned(),
            Self::Ended => "ended".to_owned(),
            Self::PhaseOpened { phase } => format!("phase:{phase}"),
            Self::InjectFired { inject, facility, .. } => for_side(format!("inject:{inject}"), *facility),
            Self::InjectDropped { inject, facility } => for_side(format!("drop:{inject}"), *facility),
            Self::Improvised { id, .. } => format!("improvised:{id}"),
            _ => return None,
        })
    }

    /// [`Self::once`], or the key of what a player does at most once. `several`: whether several facilities take part.
    #[must_use]
    pub fn once_by(&self, author: &Author, several: bool) -> Option<String> {
        match self {
            Self::Chosen { inject, .. } => {
                Some(for_side(format!("choose:{inject}"), author.facility.filter(|_| several)))
            }
            Self::Seen { inject } => Some(once_for_seen(inject, author)),
            _ => self.once(),
        }
    }

    /// The event of an entry; `None` for an entry of another kind.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        serde_json::from_value(entry.body.clone()).ok()
    }

    /// As the draft of an entry, with its `once` key.
    #[must_use]
    pub fn draft(&self, author: &Author, at: Ts, several: bool) -> Draft {
        Draft {
            author: author.clone(),
            at,
            // An event has only texts, numbers and lists: it cannot fail to become JSON.
            body: serde_json::to_value(self).unwrap_or_default(),
            once: self.once_by(author, several),
        }
    }
}

/// Several events as drafts, such as those of [`super::due`].
#[must_use]
pub fn drafts(events: &[DrillEvent], author: &Author, at: Ts, several: bool) -> Vec<Draft> {
    events.iter().map(|event| event.draft(author, at, several)).collect()
}

/// Who an author is, for telling two apart: the seat, else the account, else the name.
#[must_use]
pub fn who(author: &Author) -> String {
    match (author.seat, author.person) {
        (Some(seat), _) => format!("seat:{seat}"),
        (None, Some(person)) => format!("person:{person}"),
        (None, None) => format!("name:{}/{}", author.role, author.name),
    }
}

/// The key of [`DrillEvent::Seen`].
#[must_use]
pub fn once_for_seen(inject: &str, author: &Author) -> String {
    format!("seen:{inject}:{}", who(author))
}
