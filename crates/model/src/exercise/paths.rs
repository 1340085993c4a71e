//! Every way a scenario can go: the sequence of injects for each combination of decisions and of the actions on which
//! something depends.
//!
//! A decision is taken at the minute it is asked for; an action that is done is reported at the end of its time, or at
//! once where it has none. Injects that come only by the conductor's hand are on no path.

use super::clock::Minute;
use super::condition::Condition;
use super::event::{CONDUCTOR, DrillEvent};
use super::play::Play;
use super::scenario::{Inject, Scenario};
use super::state::DrillState;
use crate::room::Author;
use crate::time::Ts;
use serde::Serialize;
use std::collections::BTreeSet;

/// No more paths than this are listed.
pub const MOST_PATHS: usize = 256;

/// All paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// Each way it can go.
    pub paths: Vec<Path>,
    /// There are more: they were not listed.
    pub cut: bool,
    /// Injects on no path: they come only by the conductor's hand.
    pub by_hand: Vec<String>,
}

/// One way it can go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Path {
    /// What made it go this way.
    pub turns: Vec<Turn>,
    /// The injects, in order.
    pub injects: Vec<Step>,
}

/// What made a path go its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "turn")]
pub enum Turn {
    /// A decision.
    Chosen {
        /// The inject.
        inject: String,
        /// The option.
        option: String,
        /// The drill's clock.
        minute: Minute,
    },
    /// An action was done, or not.
    Action {
        /// Whose.
        role: String,
        /// Which.
        action: String,
        /// Done.
        done: bool,
        /// The drill's clock: when it is reported, or when it was asked for and nothing came.
        minute: Minute,
    },
}

/// An inject on a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The drill's clock.
    pub minute: Minute,
    /// Which.
    pub inject: String,
    /// It was dropped because its `unless` held.
    pub dropped: bool,
}

/// Lists all paths of a scenario that [`super::check`] found playable.
#[must_use]
pub fn paths(scenario: &Scenario) -> Paths {
    // A long scenario is cut sooner, so that the work stays bounded.
    let most = (40_000 / scenario.injects.len().max(1)).clamp(8, MOST_PATHS);
    let depends = Depends::of(scenario);
    let mut oracle = Oracle::default();
    let mut paths = Vec::new();
    let cut = loop {
        paths.push(walk(scenario, &depends, &mut oracle));
        if !oracle.next() {
            break false;
        }
        if paths.len() >= most {
            break true;
        }
    };
    let on_path: BTreeSet<&str> =
        paths.iter().flat_map(|path: &Path| &path.injects).map(|step| step.inject.as_str()).collect();
    let by_hand = scenario
        .injects
        .iter()
        .filter(|inject| inject.by_hand && !on_path.contains(inject.id.as_str()))
        .map(|inject| inject.id.clone());
    let by_hand = by_hand.collect();
    Paths { paths, cut, by_hand }
}

/// On what the course of a scenario depends.
struct Depends {
    decisions: BTreeSet<String>,
    actions: BTreeSet<(String, String)>,
}

impl Depends {
    fn of(scenario: &Scenario) -> Self {
        let mut all = Self { decisions: BTreeSet::new(), actions: BTreeSet::new() };
        for inject in &scenario.injects {
            let options = inject.decide.iter().flat_map(|decision| &decision.options);
            if options.into_iter().any(|option| option.goto.is_some()) {
                all.decisions.insert(inject.id.clone());
            }
            for leaf in inject.when.iter().chain(&inject.unless).flat_map(Condition::leaves) {
                match leaf {
                    Condition::Done(action) | Condition::NotDone(action, _) => {
                        all.actions.insert((action.role.clone(), action.action.clone()));
                    }
                    Condition::Chosen(choice) => {
                        all.decisions.insert(choice.inject.clone());
                    }
                    Condition::All(_) | Condition::Any(_) => {}
                }
            }
        }
        all
    }
}

/// Answers each question of a walk, and counts through all combinations of answers.
#[derive(Default)]
struct Oracle {
    /// The answer and how many there are, question by question.
    answers: Vec<(usize, usize)>,
    asked: usize,
}

impl Oracle {
    fn ask(&mut self, of: usize) -> usize {
        if self.asked == self.answers.len() {
            self.answers.push((0, of));
        }
        let answer = self.answers.get(self.asked).map_or(0, |(answer, _)| *answer);
        self.asked += 1;
        answer
    }

    /// The next combination; `false` after the last one.
    fn next(&mut self) -> bool {
        self.asked = 0;
        while let Some((answer, of)) = self.answers.pop() {
            if answer + 1 < of {
                self.answers.push((answer + 1, of));
                return true;
            }
        }
        false
    }
}

fn player(role: &str) -> Author {
    Author { name: role.to_owned(), role: role.to_owned(), person: None, seat: None, facility: None }
}

fn walk(scenario: &Scenario, depends: &Depends, oracle: &mut Oracle) -> Path {
    let mut path = Path { turns: Vec::new(), injects: Vec::new() };
    let start = Ts::from_micros(0);
    let conductor = player(CONDUCTOR);
    let mut play = Play::new(scenario, start);
    play.later(vec![(start, conductor.clone(), DrillEvent::Started { speed: 1, facilities: Vec::new() })]);
    play.run(&conductor, &mut |state, now, _, event| {
        let minute = state.clock_at(now);
        match event {
            DrillEvent::InjectDropped { inject, .. } => {
                path.injects.push(Step { minute, inject: inject.clone(), dropped: true });
                Vec::new()
            }
            DrillEvent::InjectFired { inject, .. } => {
                path.injects.push(Step { minute, inject: inject.clone(), dropped: false });
                match scenario.inject(inject) {
                    Some(inject) => answers(state, now, inject, depends, oracle, &mut path.turns),
                    None => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    });
    path
}

/// What the players do about an inject, as far as something depends on it.
fn answers(
    state: &DrillState,
    now: Ts,
    inject: &Inject,
    depends: &Depends,
    oracle: &mut Oracle,
    turns: &mut Vec<Turn>,
) -> super::play::Later {
    let minute = state.clock_at(now);
    let mut later = Vec::new();
    if let Some(decision) = inject.decide.as_ref().filter(|_| depends.decisions.contains(&inject.id))
        && let Some(option) = decision.options.get(oracle.ask(decision.options.len().max(1)))
    {
        turns.push(Turn::Chosen { inject: inject.id.clone(), option: option.id.clone(), minute });
        let event = DrillEvent::Chosen { inject: inject.id.clone(), option: option.id.clone() };
        later.push((now, player(&decision.by), event));
    }
    for action in &inject.expects {
        if !depends.actions.contains(&(action.role.clone(), action.id.clone())) {
            continue;
        }
        let done = oracle.ask(2) == 0;
        let takes = action.within.unwrap_or_default();
        turns.push(Turn::Action {
            role: action.role.clone(),
            action: action.id.clone(),
            done,
            minute: if done { minute.plus(takes) } else { minute },
        });
        if done {
            let event = DrillEvent::ActionReported { inject: inject.id.clone(), action: action.id.clone() };
            later.push((now.plus_seconds(takes.seconds()), player(&action.role), event));
        }
    }
    later
}
