//! After a drill: its report on the page and on paper, each gap one step from a corrective action, and the same
//! objectives over the years.

mod figures;
mod gather;
mod paper;
mod report;
mod trend;

pub(crate) use paper::pdf as pdf_of;
pub(crate) use report::gap_anchor;
pub(crate) use trend::lines as objective_lines;

use crate::AppState;
use crate::access::{Routes, Scope::Facility};
use crate::shell::problem::Problem;
use hakutaku_model::access::Action as A;
use hakutaku_model::exercise::DrillReport;
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::room::{Room, RoomKind};
use hakutaku_store::drill_facts::took_part;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/plan/drills/trend", A::ReadDrills, Facility, trend::show)
        .get("/facilities/{facility}/plan/drills/{room}/report", A::ReadDrills, Facility, report::show)
        .get("/facilities/{facility}/plan/drills/{room}/report.pdf", A::ReadDrills, Facility, paper::pdf)
        .get("/facilities/{facility}/plan/drills/{room}/report.docx", A::ReadDrills, Facility, paper::docx)
}

/// The address of the drills.
fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/plan/drills")
}

/// A room in which this facility has a record of its own; another one's is as if it were not there.
pub(crate) async fn room_of(app: &AppState, facility: FacilityId, id: RoomId, kind: RoomKind) -> Result<Room, Problem> {
    let room = app.store.room_behind(id).await?;
    let own = match kind {
        RoomKind::Drill => took_part(&room, facility),
        RoomKind::Incident => room.facility == facility,
    };
    if room.kind == kind && own { Ok(room) } else { Err(Problem::NotFound) }
}

/// The data of a drill's report, of this facility's part alone.
pub(crate) async fn drill_report(app: &AppState, facility: FacilityId, id: RoomId) -> Result<DrillReport, Problem> {
    let room = room_of(app, facility, id, RoomKind::Drill).await?;
    Ok(gather::report_of(app, facility, &room).await?.1)
}
