//! What a drill has come to, folded from its journal.
//!
//! [`DrillState::apply`] takes one entry and is cheap, so that a server keeps one state per drill and hands five hundred
//! screens their part of it; [`DrillState::fold`] is nothing but `apply` for each.

use super::clock::{Clock, Minute, Moment, Stage};
use super::condition::{ActionRef, ChoiceRef, Condition};
use super::event::{DrillEvent, Tone, who};
use super::scenario::{Inject, InjectKind, Scenario};
use crate::id::{FacilityId, SeatId};
use crate::room::{Author, Entry};
use crate::time::Ts;
use serde::Serialize;
use std::collections::BTreeMap;

/// One facility's part of a drill; `None`: the whole of it.
pub type Side = Option<FacilityId>;

/// Whether something of one side is part of a view: of everything, of the same side, or of all sides.
#[must_use]
pub fn belongs(side: Side, view: Side) -> bool {
    view.is_none() || side.is_none() || side == view
}

/// Somebody who took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Participant {
    /// The name they gave.
    pub name: String,
    /// Their newest role.
    pub role: String,
    /// Their seat, if they came by a door.
    pub seat: Option<SeatId>,
    /// Their facility.
    pub facility: Side,
    /// When they first came.
    pub joined: Moment,
}

/// Something that happened to an inject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Happened {
    /// For whom.
    pub facility: Side,
    /// When.
    pub when: Moment,
    /// By the conductor's hand.
    pub by_hand: bool,
}

/// Something somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deed<T> {
    /// Who, told apart as [`who`] does.
    pub who: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Their facility.
    pub facility: Side,
    /// When.
    pub when: Moment,
    /// What.
    pub what: T,
}

/// An inject the conductor made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeUp {
    /// Its id.
    pub id: String,
    /// The roles, or `all`.
    pub to: Vec<String>,
    /// What it is about.
    pub category: InjectKind,
    /// What was told.
    pub text: String,
    /// For whom.
    pub facility: Side,
    /// When.
    pub when: Moment,
}

/// An observer's score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scored {
    /// The section.
    pub section: String,
    /// The item.
    pub item: String,
    /// 1 to 5.
    pub score: u8,
    /// Why; may be empty.
    pub comment: String,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What.
    pub text: String,
    /// Good, to improve, or neither.
    pub tone: Tone,
    /// Of this section of the sheet.
    pub section: Option<String>,
    /// Of this objective.
    pub objective: Option<String>,
}

/// An answer of the hot wash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HotWashAnswer {
    /// Which question.
    pub question: String,
    /// In words; may be empty.
    pub text: String,
    /// 1 to 5.
    pub score: Option<u8>,
}

/// Where an inject stands, for the conductor's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Standing {
    /// It was told.
    Fired {
        /// When.
        when: Moment,
        /// By the conductor's hand.
        by_hand: bool,
    },
    /// Its `unless` held.
    Dropped,
    /// The conductor took it out.
    Skipped,
    /// The clock was set past it: it comes only by hand.
    Passed,
    /// It comes at its minute.
    Timed {
        /// Which.
        minute: Minute,
    },
    /// It comes when its condition holds.
    Conditional,
    /// It comes by the conductor's hand or a decision.
    ByHand,
}

/// What a drill has come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DrillState {
    /// The clock.
    pub clock: Clock,
    /// When it started.
    pub started_at: Option<Ts>,
    /// When it ended.
    pub ended_at: Option<Ts>,
    /// The facilities taking part, when there are several.
    pub facilities: Vec<FacilityId>,
    /// Who took part, by [`who`].
    pub participants: BTreeMap<String, Participant>,
    /// Injects that were told.
    pub fired: BTreeMap<String, Vec<Happened>>,
    /// Injects the conductor took out.
    pub skipped: BTreeMap<String, Vec<Happened>>,
    /// Injects whose `unless` held.
    pub dropped: BTreeMap<String, Vec<Happened>>,
    /// Injects that were made up.
    pub improvised: Vec<MadeUp>,
    /// Decisions by inject.
    pub chosen: BTreeMap<String, Vec<Deed<String>>>,
    /// Reports that stand, by inject and action.
    pub reported: BTreeMap<(String, String), Vec<Deed<()>>>,
    /// First showings by inject, one per person.
    pub seen: BTreeMap<String, Vec<Deed<()>>>,
    /// Check sheets by role and line: the newest value of each facility.
    pub checks: BTreeMap<(String, String), Vec<Deed<bool>>>,
    /// Answers in words by inject.
    pub answers: BTreeMap<String, Vec<Deed<String>>>,
    /// Scores that stand.
    pub scores: Vec<Deed<Scored>>,
    /// Notes.
    pub notes: Vec<Deed<Note>>,
    /// Phases that began.
    pub phases: BTreeMap<String, Moment>,
    /// Answers of the hot wash that stand.
    pub hot_wash: Vec<Deed<HotWashAnswer>>,
    /// Stretches of the drill's clock that were jumped over, in microseconds.
    passed: Vec<(i64, i64)>,
    /// How many entries it was folded from.
    pub entries: usize,
}

fn deed<T>(author: &Author, when: Moment, what: T) -> Deed<T> {
    Deed {
        who: who(author),
        name: author.name.clone(),
        role: author.role.clone(),
        facility: author.facility,
        when,
        what,
    }
}

impl DrillState {
    /// Of a whole journal, in the order of [`crate::room::put_in_order`]. The scenario takes no part in it: a journal of
    /// an older version of a scenario folds as it did then.
    #[must_use]
    pub fn fold(entries: &[Entry]) -> Self {
        let mut state = Self::default();
        for entry in entries {
            state.apply(entry);
        }
        state
    }

    /// One more entry, which comes after all that were applied. Entries of other kinds change nothing.
    pub fn apply(&mut self, entry: &Entry) {
        self.entries += 1;
        if let Some(event) = DrillEvent::of(entry) {
            self.take(entry.at, &entry.author, event);
        }
    }

    /// One more event, for whoever has it typed already.
    pub fn take(&mut self, at: Ts, author: &Author, event: DrillEvent) {
        let when = self.clock.moment(at);
        match event {
            DrillEvent::Joined { role } => self.join(author, when, role),
            DrillEvent::Started { speed, facilities } => {
                if self.started_at.is_none() {
                    self.started_at = Some(at);
                    self.facilities = if facilities.len() > 1 { facilities } else { Vec::new() };
                    self.clock.start(at, speed);
                }
            }
            DrillEvent::Held => self.clock.hold(at),
            DrillEvent::Resumed { speed } => self.clock.resume(at, speed),
            DrillEvent::Jumped { minute } => self.jump(at, minute),
            DrillEvent::PhaseOpened { phase } => {
                self.phases.entry(phase).or_insert(when);
            }
            DrillEvent::InjectFired { inject, by_hand, facility } => {
                once_per_side(self.fired.entry(inject).or_default(), Happened { facility, when, by_hand });
            }
            DrillEvent::InjectSkipped { inject, facility } => {
                once_per_side(self.skipped.entry(inject).or_default(), Happened { facility, when, by_hand: true });
            }
            DrillEvent::InjectDropped { inject, facility } => {
                once_per_side(self.dropped.entry(inject).or_default(), Happened { facility, when, by_hand: false });
            }
            DrillEvent::Improvised { id, to, category, text, facility } => {
                if !self.improvised.iter().any(|made| made.id == id) {
                    self.improvised.push(MadeUp { id, to, category, text, facility, when });
                }
            }
            DrillEvent::Chosen { inject, option } => {
                let several = self.several();
                let chosen = self.chosen.entry(inject).or_default();
                if !chosen.iter().any(|before| !several || before.facility == author.facility) {
                    chosen.push(deed(author, when, option));
                }
            }
            DrillEvent::ActionReported { inject, action } => {
                let reports = self.reported.entry((inject, action)).or_default();
                let who = who(author);
                if !reports.iter().any(|before| before.who == who && before.facility == author.facility) {
                    reports.push(deed(author, when, ()));
                }
            }
            DrillEvent::ActionUndone { inject, action } => self.undo(author, (inject, action)),
            DrillEvent::Checked { role, check, value } => {
                let several = self.several();
                let lines = self.checks.entry((role, check)).or_default();
                lines.retain(|before| several && before.facility != author.facility);
                lines.push(deed(author, when, value));
            }
            DrillEvent::Seen { inject } => {
                let seen = self.seen.entry(inject).or_default();
                let who = who(author);
                if !seen.iter().any(|before| before.who == who) {
                    seen.push(deed(author, when, ()));
                }
            }
            DrillEvent::Answered { inject, text } => {
                self.answers.entry(inject).or_default().push(deed(author, when, text));
            }
            DrillEvent::Scored { section, item, score, comment } => {
                let who = who(author);
                self.scores.retain(|old| (&old.who, &old.what.section, &old.what.item) != (&who, &section, &item));
                if (1..=5).contains(&score) {
                    self.scores.push(deed(author, when, Scored { section, item, score, comment }));
                }
            }
            DrillEvent::Noted { text, tone, section, objective } => {
                self.notes.push(deed(author, when, Note { text, tone, section, objective }));
            }
            DrillEvent::Ended => {
                if self.ended_at.is_none() {
                    self.ended_at = Some(at);
                    self.clock.end(at);
                }
            }
            DrillEvent::HotWash { question, text, score } => {
                let who = who(author);
                self.hot_wash.retain(|old| (&old.who, &old.what.question) != (&who, &question));
                let score = score.filter(|score| (1..=5).contains(score));
                self.hot_wash.push(deed(author, when, HotWashAnswer { question, text, score }));
            }
        }
    }

    fn join(&mut self, author: &Author, joined: Moment, role: String) {
        let participant = self.participants.entry(who(author)).or_insert_with(|| Participant {
            name: author.name.clone(),
            role: role.clone(),
            seat: author.seat,
            facility: author.facility,
            joined,
        });
        participant.role = role;
        participant.name.clone_from(&author.name);
    }

    fn jump(&mut self, at: Ts, minute: Minute) {
        let Some(from) = self.clock.jump(at, minute) else { return };
        let to = self.clock.moment(at).position;
        if to > from {
            self.passed.push((from, to));
        } else {
            // What lies ahead again comes again by itself.
            self.passed = self.passed.iter().map(|&(a, b)| (a, b.min(to))).filter(|(a, b)| a < b).collect();
        }
    }

    fn undo(&mut self, author: &Author, key: (String, String)) {
        let Some(reports) = self.reported.get_mut(&key) else { return };
        let who = who(author);
        if reports.iter().any(|report| report.who == who) {
            reports.retain(|report| report.who != who);
        } else {
            reports.retain(|report| author.facility.is_some() && report.facility != author.facility);
        }
        if reports.is_empty() {
            self.reported.remove(&key);
        }
    }

    /// Whether several facilities take part.
    #[must_use]
    pub fn several(&self) -> bool {
        self.facilities.len() > 1
    }

    /// The sides that are reckoned apart: each facility where several take part, else the whole.
    #[must_use]
    pub fn sides(&self) -> Vec<Side> {
        if self.several() { self.facilities.iter().copied().map(Some).collect() } else { vec![None] }
    }

    /// How far it has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.clock.stage
    }

    /// The drill's clock.
    #[must_use]
    pub fn clock_at(&self, now: Ts) -> Minute {
        self.clock.minute(now)
    }

    /// The part of one facility; `None`: of all.
    #[must_use]
    pub fn of_facility(&self, facility: Side) -> View<'_> {
        View { state: self, side: facility }
    }

    /// Whether a minute was jumped over.
    pub(super) fn was_passed(&self, minute: Minute) -> bool {
        let micros = minute.micros();
        self.passed.iter().any(|&(from, to)| from < micros && micros < to)
    }
}

fn once_per_side(list: &mut Vec<Happened>, new: Happened) {
    if !list.iter().any(|old| old.facility.is_none() || new.facility.is_none() || old.facility == new.facility) {
        list.push(new);
    }
}

/// One facility's part of a drill.
#[derive(Debug, Clone, Copy)]
pub struct View<'s> {
    /// The whole.
    pub state: &'s DrillState,
    /// Whose part.
    pub side: Side,
}

impl<'s> View<'s> {
    fn happened(self, list: &'s BTreeMap<String, Vec<Happened>>, inject: &str) -> Option<&'s Happened> {
        list.get(inject)?.iter().find(|happened| belongs(happened.facility, self.side))
    }

    /// When an inject was told.
    #[must_use]
    pub fn fired(self, inject: &str) -> Option<&'s Happened> {
        self.happened(&self.state.fired, inject)
    }

    /// Whether an inject was told, dropped or taken out.
    #[must_use]
    pub fn is_settled(self, inject: &str) -> bool {
        self.fired(inject).is_some()
            || self.happened(&self.state.skipped, inject).is_some()
            || self.happened(&self.state.dropped, inject).is_some()
    }

    /// Where an inject stands.
    #[must_use]
    pub fn standing(self, scenario: &Scenario, inject: &Inject) -> Standing {
        if let Some(fired) = self.fired(&inject.id) {
            return Standing::Fired { when: fired.when, by_hand: fired.by_hand };
        }
        if self.happened(&self.state.dropped, &inject.id).is_some() {
            return Standing::Dropped;
        }
        if self.happened(&self.state.skipped, &inject.id).is_some() {
            return Standing::Skipped;
        }
        if super::schedule::was_passed(scenario, self.state, inject) {
            return Standing::Passed;
        }
        match inject.trigger() {
            super::scenario::Trigger::At(minute) => Standing::Timed { minute },
            super::scenario::Trigger::When(_) => Standing::Conditional,
            super::scenario::Trigger::ByHand => Standing::ByHand,
        }
    }

    fn mine<T>(self, deeds: Option<&'s Vec<Deed<T>>>) -> impl Iterator<Item = &'s Deed<T>> {
        deeds.into_iter().flatten().filter(move |deed| belongs(deed.facility, self.side))
    }

    /// What was chosen.
    #[must_use]
    pub fn chosen(self, inject: &str) -> Option<&'s Deed<String>> {
        self.mine(self.state.chosen.get(inject)).next()
    }

    /// The reports of an action that stand, the first one first.
    pub fn reported(self, inject: &str, action: &str) -> impl Iterator<Item = &'s Deed<()>> {
        self.mine(self.state.reported.get(&(inject.to_owned(), action.to_owned())))
    }

    /// Who has seen an inject, the first one first.
    pub fn seen(self, inject: &str) -> impl Iterator<Item = &'s Deed<()>> {
        self.mine(self.state.seen.get(inject))
    }

    /// Answers to an inject in words.
    pub fn answers(self, inject: &str) -> impl Iterator<Item = &'s Deed<String>> {
        self.mine(self.state.answers.get(inject))
    }

    /// Whether a line of a check sheet is ticked.
    #[must_use]
    pub fn is_checked(self, role: &str, check: &str) -> bool {
        self.mine(self.state.checks.get(&(role.to_owned(), check.to_owned()))).any(|line| line.what)
    }

    /// Scores.
    pub fn scores(self) -> impl Iterator<Item = &'s Deed<Scored>> {
        self.mine(Some(&self.state.scores))
    }

    /// Notes.
    pub fn notes(self) -> impl Iterator<Item = &'s Deed<Note>> {
        self.mine(Some(&self.state.notes))
    }

    /// Answers of the hot wash.
    pub fn hot_wash(self) -> impl Iterator<Item = &'s Deed<HotWashAnswer>> {
        self.mine(Some(&self.state.hot_wash))
    }

    /// Who took part.
    pub fn participants(self) -> impl Iterator<Item = &'s Participant> {
        self.state.participants.values().filter(move |person| belongs(person.facility, self.side))
    }

    /// Made-up injects.
    pub fn improvised(self) -> impl Iterator<Item = &'s MadeUp> {
        self.state.improvised.iter().filter(move |made| belongs(made.facility, self.side))
    }

    /// Whether a condition holds at a minute.
    #[must_use]
    pub fn holds(self, scenario: &Scenario, condition: &Condition, minute: Minute) -> bool {
        let done = |wanted: &ActionRef| {
            scenario
                .actions()
                .filter(|(_, action)| action.role == wanted.role && action.id == wanted.action)
                .any(|(inject, action)| self.reported(&inject.id, &action.id).next().is_some())
        };
        let chosen =
            |wanted: &ChoiceRef| self.chosen(&wanted.inject).is_some_and(|choice| choice.what == wanted.option);
        condition.holds(minute, &done, &chosen)
    }
}
