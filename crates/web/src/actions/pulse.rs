//! How the actions of a facility stand at a glance, for its own page and the list; looking at the watched facts first.

use super::base;
use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action;
use hakutaku_model::corrective::{CorrectiveAction, State};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;

/// Counts, and what opened again just now.
#[derive(Default)]
pub(crate) struct Pulse {
    pub(crate) href: String,
    pub(crate) open: usize,
    pub(crate) overdue: usize,
    pub(crate) to_look: usize,
    pub(crate) closed: usize,
    /// Titles of those that opened again by themselves, at this look.
    pub(crate) reopened: Vec<String>,
}

impl Pulse {
    /// Whether there is anything to say.
    pub(crate) fn is_empty(&self) -> bool {
        self.open + self.overdue + self.to_look + self.closed == 0
    }
}

/// Looks at the watched facts and returns all actions, with the titles of those that opened again.
pub(super) async fn looked_at(
    app: &AppState,
    facility: FacilityId,
) -> Result<(Vec<Kept<CorrectiveAction>>, Vec<String>), Problem> {
    let opened = app.store.look_at_actions(&app.catalogue, facility, app.now()).await?;
    let rows = app.store.records::<CorrectiveAction>(facility).await?;
    Ok((rows, opened.into_iter().map(|row| row.body.title).collect()))
}

/// For the page of a facility; `None` for those who may not see actions.
pub(crate) async fn pulse(app: &AppState, visit: &Visit, facility: FacilityId) -> Result<Option<Pulse>, Problem> {
    if !visit.may_at(Action::ReadActions, facility) {
        return Ok(None);
    }
    let (rows, reopened) = looked_at(app, facility).await?;
    let today = app.now().date_in_japan();
    let mut pulse = Pulse { href: base(facility), reopened, ..Pulse::default() };
    for row in &rows {
        match row.body.state(today) {
            State::Open => pulse.open += 1,
            State::Overdue => pulse.overdue += 1,
            State::Done | State::EffectDue => pulse.to_look += 1,
            State::Closed | State::Effective => pulse.closed += 1,
        }
    }
    Ok(Some(pulse))
}
