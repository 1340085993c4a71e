//! Calling the contact tree for real: a round is begun from the chart, each call marked with one tap on a phone, and what
//! came of it stays as a record.

mod list;
mod mark;
mod paper;
mod show;

use crate::AppState;
use crate::access::{Routes, Scope::Facility};
use crate::shell::problem::Problem;
use hakutaku_model::access::Action as A;
use hakutaku_model::calls::CallRound;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/plan/calls", A::ReadDrills, Facility, list::show)
        .post("/facilities/{facility}/plan/calls", A::ConductDrill, Facility, list::begin)
        .get("/facilities/{facility}/plan/calls/{round}", A::ReadDrills, Facility, show::show)
        .post("/facilities/{facility}/plan/calls/{round}/lines/{line}", A::ConductDrill, Facility, mark::mark)
        .post("/facilities/{facility}/plan/calls/{round}/end", A::ConductDrill, Facility, mark::end)
        .post("/facilities/{facility}/plan/calls/{round}/retire", A::ConductDrill, Facility, mark::retire)
        .get("/facilities/{facility}/plan/calls/{round}/record.pdf", A::ReadDrills, Facility, paper::pdf)
}

fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/plan/calls")
}

async fn round(app: &AppState, facility: FacilityId, id: RecordId) -> Result<Kept<CallRound>, Problem> {
    let row = app.store.record_of::<CallRound>(facility, id).await?;
    if row.retired_at.is_some() { Err(Problem::NotFound) } else { Ok(row) }
}
