//! What one role sees.

use super::clock::{Minute, Moment, Stage};
use super::scenario::{EVERYBODY, HotWashQuestion, InjectKind, Scenario};
use super::state::{DrillState, Side};
use crate::text::Text;
use crate::time::Ts;
use serde::Serialize;

/// A role's screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Screen {
    /// Whose.
    pub role: String,
    /// How far the drill has come.
    pub stage: Stage,
    /// The clock everybody sees.
    pub minute: Minute,
    /// The phase the clock stands in.
    pub phase: Option<String>,
    /// What this role was told, newest first.
    pub injects: Vec<Shown>,
    /// The check sheet.
    pub checks: Vec<ShownCheck>,
    /// The questions of the hot wash, once it is open.
    pub hot_wash: Vec<HotWashQuestion>,
}

/// An inject as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// Made up by the conductor.
    pub improvised: bool,
    /// What it is about.
    pub kind: InjectKind,
    /// What they are told.
    pub text: Text,
    /// The longer text.
    pub handout: Option<Text>,
    /// When.
    pub fired: Moment,
    /// What this role should do.
    pub actions: Vec<ShownAction>,
    /// The decision, if this role takes it.
    pub decision: Option<ShownDecision>,
    /// What this role answered.
    pub answers: Vec<String>,
}

/// An expected action as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownAction {
    /// Its id.
    pub id: String,
    /// What.
    pub text: Text,
    /// In how many minutes.
    pub within: Option<Minute>,
    /// Drill seconds from the inject to the first report that stands.
    pub done_after: Option<i64>,
    /// Who reported it.
    pub done_by: Option<String>,
}

/// A decision as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownDecision {
    /// What can be chosen, with ids.
    pub options: Vec<(String, Text)>,
    /// What was chosen.
    pub chosen: Option<String>,
}

/// A line of the check sheet as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownCheck {
    /// Its id.
    pub id: String,
    /// What.
    pub text: Text,
    /// Ticked.
    pub done: bool,
}

impl DrillState {
    /// What a role of a facility sees.
    #[must_use]
    pub fn screen(&self, scenario: &Scenario, role: &str, facility: Side, now: Ts) -> Screen {
        let side = facility.filter(|_| self.several());
        let view = self.of_facility(side);
        let minute = self.clock_at(now);
        let mut injects: Vec<Shown> = scenario
            .injects
            .iter()
            .filter(|inject| inject.is_for(role))
            .filter_map(|inject| {
                let fired = view.fired(&inject.id)?;
                let actions = inject.expects.iter().filter(|action| action.role == role).map(|action| {
                    let report = view.reported(&inject.id, &action.id).next();
                    ShownAction {
                        id: action.id.clone(),
                        text: action.text.clone(),
                        within: action.within,
                        done_after: report.map(|report| report.when.seconds_since(&fired.when)),
                        done_by: report.map(|report| report.name.clone()),
                    }
                });
                let decision =
                    inject.decide.as_ref().filter(|decision| decision.by == role).map(|decision| ShownDecision {
                        options: decision.options.iter().map(|o| (o.id.clone(), o.text.clone())).collect(),
                        chosen: view.chosen(&inject.id).map(|choice| choice.what.clone()),
                    });
                Some(Shown {
                    id: inject.id.clone(),
                    improvised: false,
                    kind: inject.kind,
                    text: inject.text.clone(),
                    handout: inject.handout.clone(),
                    fired: fired.when,
                    actions: actions.collect(),
                    decision,
                    answers: answers(view, &inject.id, role),
                })
            })
            .collect();
        let to_role = |to: &[String]| to.iter().any(|to| to == EVERYBODY || to == role);
        injects.extend(view.improvised().filter(|made| to_role(&made.to)).map(|made| Shown {
            id: made.id.clone(),
            improvised: true,
            kind: made.category,
            text: Text::new(made.text.clone(), made.text.clone()),
            handout: None,
            fired: made.when,
            actions: Vec::new(),
            decision: None,
            answers: answers(view, &made.id, role),
        }));
        // Newest first; of two at the same moment the later in the file first. Elapsed time never turns back.
        injects.reverse();
        injects.sort_by_key(|shown| std::cmp::Reverse(shown.fired.elapsed));
        let checks = scenario.role(role).map(|found| {
            let line = |item: &super::scenario::CheckItem| ShownCheck {
                id: item.id.clone(),
                text: item.text.clone(),
                done: view.is_checked(role, &item.id),
            };
            found.check_sheet.iter().map(line).collect()
        });
        let running = matches!(self.stage(), Stage::Running | Stage::Held);
        Screen {
            role: role.to_owned(),
            stage: self.stage(),
            minute,
            phase: scenario.phase_at(minute).filter(|_| running).map(|phase| phase.id.clone()),
            injects,
            checks: checks.unwrap_or_default(),
            hot_wash: if self.stage() == Stage::Ended { scenario.hot_wash.clone() } else { Vec::new() },
        }
    }
}

fn answers(view: super::state::View<'_>, inject: &str, role: &str) -> Vec<String> {
    view.answers(inject).filter(|answer| answer.role == role).map(|answer| answer.what.clone()).collect()
}
