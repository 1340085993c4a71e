//! The chart of a facility from its rows and its vendors.

use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::contacts::{Chart, ContactLine, chart};
use hakutaku_model::id::FacilityId;
use hakutaku_model::vendor::Engagement;

/// The chart as it stands today. Other capabilities (the inspection pack) take it from here, too.
pub(crate) async fn contact_chart(app: &AppState, facility: FacilityId) -> Result<Chart, Problem> {
    let kind = app.store.facility(facility).await?.profile.kind;
    let rows: Vec<_> =
        app.store.records::<ContactLine>(facility).await?.into_iter().map(|row| (row.id, row.body)).collect();
    let vendors: Vec<_> =
        app.store.records::<Engagement>(facility).await?.into_iter().map(|row| (row.id, row.body)).collect();
    Ok(chart(kind, &rows, &vendors, app.now().date_in_japan()))
}
