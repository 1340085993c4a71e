//! Plays a scenario with simulated players: to try a scenario without people, and to have a whole journal to look at.
//!
//! The journal comes about by the same rules as in a real drill. Everything that is drawn comes from the seed: the same
//! scenario and seed give the same bytes, on every machine and in every later version that keeps the order of the draws.

use super::event::{CONDUCTOR, DrillEvent, DrillSetup, OBSERVER, Tone};
use super::play::{Later, Play};
use super::report::DrillReport;
use super::scenario::{HotWashKind, Inject, Scenario};
use super::state::DrillState;
use crate::id::{FacilityId, OriginId, RoomId, SeatId};
use crate::room::{Author, Entry, JOURNAL_FORMAT, JournalFile, Room, RoomKind, Tail};
use crate::time::Ts;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The format of [`Simulation`].
pub const SIMULATION_FORMAT: &str = "hakutaku-drill-simulation/1";

/// When a simulated drill starts: 1 April 2026, 9:00 in Japan.
pub const SIMULATED_START: Ts = Ts::from_micros(1_775_001_600_000_000);

/// A drill that was only simulated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Simulation {
    /// [`SIMULATION_FORMAT`].
    pub format: String,
    /// The seed.
    pub seed: u64,
    /// The journal, as a journal file.
    pub journal: JournalFile,
    /// The data of the after-action report.
    pub report: DrillReport,
}

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): short enough to stand
/// here, and never different with another version of a library.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `from` to `to`, both included.
    fn between(&mut self, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to.saturating_sub(from).max(0)).unwrap_or(0) + 1;
        from.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    fn id(&mut self) -> Uuid {
        let (high, low) = (self.next(), self.next());
        uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes()).into_uuid()
    }
}

/// What an observer writes beside a score.
const COMMENTS: [(u8, &str); 5] = [
    (1, "誰も動かなかった。手順があることを知らなかった。"),
    (2, "気づいたが遅れた。誰がするかを決めていなかった。"),
    (3, "できたが、確認を何度か聞き返していた。"),
    (4, "落ち着いて進められた。記録がもう少しあるとよい。"),
    (5, "声に出して確認し、記録も残していた。"),
];

/// What players answer when asked what went well.
const WENT_WELL: [&str; 4] = [
    "役割ごとの確認表があって動きやすかった。",
    "電話の番号表が壁にあり、すぐかけられた。",
    "止まったと分かってから、紙への切り替えが早かった。",
    "本部から決まったことが順に届いた。",
];

/// What they answer when asked where they got stuck.
const STUCK: [&str; 4] = [
    "連絡先の紙がすぐ出てこなかった。置き場所を決めたい。",
    "誰が決めるのかで何度か止まった。",
    "紙の様式は足りたが、書き方を知らない人がいた。",
    "同じことを二度聞かれ、記録が後回しになった。",
];

/// What they answer to any other question in words.
const TO_MEND: [&str; 4] = [
    "連絡先の紙を各部署の電話の横に貼る。担当は総務、来月まで。",
    "決める人と代わりの人を一枚にする。担当は副院長、次の会議まで。",
    "紙の様式の書き方を5分で教える。担当は看護部、年内に。",
    "記録係を先に決めておく。担当は事務長、次の訓練まで。",
];

/// Plays a scenario that [`super::check`] found playable.
#[must_use]
pub fn simulate(scenario: &Scenario, seed: u64, start: Ts) -> Simulation {
    let mut dice = Dice(seed);
    let (room, origin, facility) = (RoomId(dice.id()), OriginId(dice.id()), FacilityId(dice.id()));
    let cast = Cast::drawn(scenario, &mut dice);
    let mut journal = Journal { room, origin, tail: Tail::EMPTY, once: BTreeSet::new(), entries: Vec::new() };
    let mut play = Play::new(scenario, start);
    play.later(cast.opening(&mut dice, start));
    play.run(&cast.conductor, &mut |state, now, author, event| {
        journal.write(now, author, event);
        cast.react(scenario, state, now, event, &mut dice)
    });
    let setup = DrillSetup::new(scenario.clone(), Vec::new());
    let room = Room {
        id: room,
        facility,
        kind: RoomKind::Drill,
        title: scenario.title.ja.clone(),
        setup: serde_json::to_value(&setup).unwrap_or_default(),
        created_at: start,
        closed_at: None,
    };
    let report = DrillReport::build(scenario, &journal.entries, None);
    let journal = JournalFile { format: JOURNAL_FORMAT.to_owned(), room, entries: journal.entries };
    Simulation { format: SIMULATION_FORMAT.to_owned(), seed, journal, report }
}

struct Journal {
    room: RoomId,
    origin: OriginId,
    tail: Tail,
    once: BTreeSet<String>,
    entries: Vec<Entry>,
}

impl Journal {
    /// Appends as the store does.
    fn write(&mut self, now: Ts, author: &Author, event: &DrillEvent) {
        let draft = event.draft(author, now, false);
        if let Some(once) = &draft.once
            && !self.once.insert(once.clone())
        {
            return;
        }
        let entry = Entry::after(self.tail, self.room, self.origin, draft);
        self.tail = Tail { seq: entry.seq, hash: entry.hash, tick: entry.tick };
        self.entries.push(entry);
    }
}

/// Somebody simulated.
struct Actor {
    author: Author,
    /// How many of a hundred things they do.
    reliable: i64,
}

struct Cast {
    conductor: Author,
    observers: Vec<Author>,
    players: BTreeMap<String, Actor>,
}

impl Cast {
    fn drawn(scenario: &Scenario, dice: &mut Dice) -> Self {
        let seat = |name: String, role: &str, dice: &mut Dice| Author {
            name,
            role: role.to_owned(),
            person: None,
            seat: Some(SeatId(dice.id())),
            facility: None,
        };
        let conductor = seat("進行役（模擬）".to_owned(), CONDUCTOR, dice);
        let observers = (1..=2).map(|n| seat(format!("観察者{n}（模擬）"), OBSERVER, dice)).collect();
        let mut players = BTreeMap::new();
        for role in &scenario.roles {
            let author = seat(format!("{}（模擬）", role.title.ja), &role.id, dice);
            players.insert(role.id.clone(), Actor { author, reliable: dice.between(60, 97) });
        }
        Self { conductor, observers, players }
    }

    /// People come in during the five minutes before; then the clock starts.
    fn opening(&self, dice: &mut Dice, start: Ts) -> Later {
        let people = self.players.values().map(|actor| &actor.author).chain(&self.observers);
        let mut later: Later =
            people.map(|author| (start.plus_seconds(dice.between(5, 290)), author.clone(), joined(author))).collect();
        later.push((start, self.conductor.clone(), joined(&self.conductor)));
        let event = DrillEvent::Started { speed: 1, facilities: Vec::new() };
        later.push((start.plus_seconds(300), self.conductor.clone(), event));
        later
    }

    fn react(&self, scenario: &Scenario, state: &DrillState, now: Ts, event: &DrillEvent, dice: &mut Dice) -> Later {
        match event {
            DrillEvent::Started { .. } => self.sheets(scenario, state, now, dice),
            DrillEvent::PhaseOpened { phase } => {
                // Now and then the conductor holds the clock to talk a question over.
                let asked = scenario.phase(phase).is_some_and(|phase| !phase.questions.is_empty());
                if !asked || !dice.chance(25) {
                    return Vec::new();
                }
                let held = now.plus_seconds(dice.between(60, 120));
                let resumed = held.plus_seconds(dice.between(30, 90));
                vec![
                    (held, self.conductor.clone(), DrillEvent::Held),
                    (resumed, self.conductor.clone(), DrillEvent::Resumed { speed: None }),
                ]
            }
            DrillEvent::InjectFired { inject, .. } => {
                scenario.inject(inject).map(|inject| self.answer(inject, now, dice)).unwrap_or_default()
            }
            DrillEvent::Ended => self.hot_wash(scenario, now, dice),
            _ => Vec::new(),
        }
    }

    /// What players do about an inject.
    fn answer(&self, inject: &Inject, now: Ts, dice: &mut Dice) -> Later {
        let mut later = Later::new();
        for (role, actor) in self.players.iter().filter(|(role, _)| inject.is_for(role)) {
            let seen = now.plus_seconds(dice.between(2, 25));
            later.push((seen, actor.author.clone(), DrillEvent::Seen { inject: inject.id.clone() }));
            for action in inject.expects.iter().filter(|action| action.role == *role) {
                if !dice.chance(actor.reliable) {
                    continue;
                }
                let target = action.within.map_or(180, super::clock::Minute::seconds);
                // From a third of the time to a quarter more than it.
                let takes = dice.between((target / 3).max(15), (target * 5 / 4).max(30));
                let event = DrillEvent::ActionReported { inject: inject.id.clone(), action: action.id.clone() };
                later.push((now.plus_seconds(takes), actor.author.clone(), event));
            }
            if let Some(decision) = inject.decide.as_ref().filter(|decision| decision.by == *role) {
                let last = i64::try_from(decision.options.len()).unwrap_or(1) - 1;
                let drawn = usize::try_from(dice.between(0, last)).unwrap_or(0);
                let takes = dice.between(30, 150);
                if let Some(option) = decision.options.get(drawn) {
                    let event = DrillEvent::Chosen { inject: inject.id.clone(), option: option.id.clone() };
                    later.push((now.plus_seconds(takes), actor.author.clone(), event));
                }
            }
        }
        later
    }

    /// Ticks and scores, spread over the drill.
    fn sheets(&self, scenario: &Scenario, state: &DrillState, now: Ts, dice: &mut Dice) -> Later {
        let end = state.clock.when(scenario.minutes).unwrap_or(now);
        let length = (end.micros() - now.micros()) / 1_000_000;
        let mut later = Later::new();
        for role in &scenario.roles {
            let Some(actor) = self.players.get(&role.id) else { continue };
            for check in &role.check_sheet {
                let at = now.plus_seconds(dice.between(length / 20, length * 19 / 20));
                if dice.chance(actor.reliable) {
                    let event = DrillEvent::Checked { role: role.id.clone(), check: check.id.clone(), value: true };
                    later.push((at, actor.author.clone(), event));
                }
            }
        }
        for observer in &self.observers {
            for section in &scenario.evaluation.sections {
                for item in &section.items {
                    let at = now.plus_seconds(dice.between(length / 2, length * 19 / 20));
                    let score = match dice.between(1, 20) {
                        1 => 1,
                        2..=4 => 2,
                        5..=10 => 3,
                        11..=17 => 4,
                        _ => 5,
                    };
                    let comment = COMMENTS.iter().find(|(of, _)| *of == score).map_or("", |(_, words)| words);
                    let comment = if score <= 2 || dice.chance(20) { comment.to_owned() } else { String::new() };
                    let event =
                        DrillEvent::Scored { section: section.id.clone(), item: item.id.clone(), score, comment };
                    later.push((at, observer.clone(), event));
                }
            }
            let at = now.plus_seconds(dice.between(length / 3, length * 19 / 20));
            let good = dice.chance(50);
            let (tone, text) = match good {
                true => (Tone::Good, "隣の部署に声をかけ、情報を合わせていた。"),
                false => (Tone::Improve, "同じ問い合わせが二つの部署から別々に出ていた。"),
            };
            let event = DrillEvent::Noted { text: text.to_owned(), tone, section: None, objective: None };
            later.push((at, observer.clone(), event));
        }
        later
    }

    fn hot_wash(&self, scenario: &Scenario, now: Ts, dice: &mut Dice) -> Later {
        let mut later = Later::new();
        for actor in self.players.values() {
            for question in &scenario.hot_wash {
                let at = now.plus_seconds(dice.between(30, 300));
                let (text, score) = match question.kind {
                    HotWashKind::Scale => (String::new(), u8::try_from(dice.between(2, 5)).ok()),
                    HotWashKind::Text => {
                        let drawn = usize::try_from(dice.between(0, 3)).unwrap_or(0);
                        let answers = match question.id.as_str() {
                            "went-well" => &WENT_WELL,
                            "to-improve" => &STUCK,
                            _ => &TO_MEND,
                        };
                        (answers.get(drawn).copied().unwrap_or_default().to_owned(), None)
                    }
                };
                let event = DrillEvent::HotWash { question: question.id.clone(), text, score };
                later.push((at, actor.author.clone(), event));
            }
        }
        later
    }
}

fn joined(author: &Author) -> DrillEvent {
    DrillEvent::Joined { role: author.role.clone() }
}
