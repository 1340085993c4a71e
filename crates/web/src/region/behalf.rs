//! Acting for a member: only within its recorded consent, and written down for the member before it is done.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::http::StatusCode;
use hakutaku_model::access::{Action, Actor, Resource, allowed};
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::centre::STAFF;
use hakutaku_model::region::watch::consent::{self, Act, Consent, Deed, Entry, Refusal};

/// Everything the visitor is known by in consents: their own id, and the staff of the centre if they are of it.
pub(crate) fn known_as(visit: &Visit) -> Vec<String> {
    let Actor::Person { id, .. } = &visit.actor else { return Vec::new() };
    let mut known = vec![format!("person:{id}")];
    if allowed(&visit.actor, Action::WatchRegion, &Resource::Installation) {
        known.push(STAFF.to_owned());
    }
    known
}

/// Checks the member's consent and writes into its list and log that this is done for it. Call it right before the deed,
/// when everything else about it is known to be right.
///
/// # Errors
/// 403 with the reason when there is no consent that covers it; then nothing was written.
pub(crate) async fn on_behalf(
    app: &AppState,
    visit: &Visit,
    facility: FacilityId,
    act: Act,
    detail: &str,
) -> Result<Entry, Problem> {
    let (now, known) = (app.now(), known_as(visit));
    let deed = Deed { facility, who: &known, act, at: now };
    let by = visit.person()?.display_name.clone();
    let done = app.store.act_on_behalf(&visit.act(now), &deed, &by, detail).await?;
    done.map_err(|refusal| refused(visit, refusal))
}

fn refused(visit: &Visit, refusal: Refusal) -> Problem {
    let why = visit.t().text(&refusal.words()).to_owned();
    Problem::Detailed(StatusCode::FORBIDDEN, Key("region-no-consent"), why)
}

/// What the visitor may do for a member now, and why not: to show or hide what a page offers.
pub(crate) async fn permitted(
    app: &AppState,
    visit: &Visit,
    facility: FacilityId,
) -> Result<Vec<(Act, Result<Consent, Refusal>)>, Problem> {
    let consents: Vec<Consent> =
        app.store.records::<Consent>(facility).await?.into_iter().map(|row| row.body).collect();
    let (now, known) = (app.now(), known_as(visit));
    let verdict = |act: &Act| {
        let deed = Deed { facility, who: &known, act: *act, at: now };
        (*act, consent::check(&consents, &deed).cloned())
    };
    Ok(Act::ALL.iter().map(verdict).collect())
}
