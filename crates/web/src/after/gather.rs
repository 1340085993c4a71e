//! The report of one drill in words, with the corrective actions its gaps became.

use super::room_of;
use crate::AppState;
use crate::actions;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use hakutaku_documents::after_action;
use hakutaku_documents::after_action::{AfterAction, GapAction, Telling};
use hakutaku_model::corrective::{CorrectiveAction, Source};
use hakutaku_model::exercise::DrillReport;
use hakutaku_model::exercise::event::DrillSetup;
use hakutaku_model::exercise::gaps::Gap;
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::record::Kept;
use hakutaku_model::room::{Room, RoomKind};
use hakutaku_model::time::date_words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A drill's report, of this facility's part alone.
pub(super) async fn report_of(
    app: &AppState,
    facility: FacilityId,
    room: &Room,
) -> Result<(DrillSetup, DrillReport), Problem> {
    let setup: DrillSetup = serde_json::from_value(room.setup.clone()).map_err(Problem::internal)?;
    let entries = app.store.entries(room.id).await?;
    let report = DrillReport::build(&setup.scenario, &entries, Some(facility));
    Ok((setup, report))
}

/// Which action mends which gap: by the gap it names, else by the objective both have, each action once.
fn by_gap(
    t: Words,
    facility: FacilityId,
    room: RoomId,
    gaps: &[Gap],
    rows: &[Kept<CorrectiveAction>],
    today: Date,
) -> BTreeMap<String, GapAction> {
    let told = |row: &Kept<CorrectiveAction>| GapAction {
        title: row.body.title.clone(),
        owner: row.body.owner.clone(),
        due: row.body.due.map(|day| date_words(day, t.lang)).unwrap_or_default(),
        state: t.k(actions::state_words(row.body.state(today))),
        href: format!("{}/{}", actions::base(facility), row.id),
    };
    let mut found = BTreeMap::new();
    let mut unnamed = Vec::new();
    for row in rows {
        let Source::Drill { room: of, objective } = &row.body.source else { continue };
        if *of != room {
            continue;
        }
        match row.body.found.as_ref().and_then(|id| gaps.iter().find(|gap| gap.id == *id)) {
            Some(gap) => {
                found.insert(gap.id.clone(), told(row));
            }
            None => unnamed.push((row, objective)),
        }
    }
    for (row, objective) in unnamed {
        let free = |gap: &&Gap| objective.is_some() && gap.objective == *objective && !found.contains_key(&gap.id);
        if let Some(gap) = gaps.iter().find(free) {
            found.insert(gap.id.clone(), told(row));
        }
    }
    found
}

/// The drill of an address and its report in the visitor's language.
pub(super) async fn told(app: &AppState, visit: &Visit, room: RoomId) -> Result<(Room, AfterAction), Problem> {
    let (t, place) = (visit.t(), visit.place()?);
    let room = room_of(app, place.id, room, RoomKind::Drill).await?;
    let (setup, report) = report_of(app, place.id, &room).await?;
    let rows = app.store.records::<CorrectiveAction>(place.id).await?;
    let mended = by_gap(t, place.id, room.id, &report.gaps, &rows, app.now().date_in_japan());
    let controls: BTreeMap<String, String> = app
        .catalogue
        .controls
        .values()
        .map(|control| (control.id.to_string(), t.text(&control.title).to_owned()))
        .collect();
    let telling = Telling {
        facility: &place.name,
        room: &room.title,
        scenario: &setup.scenario,
        controls: &controls,
        actions: &mended,
        lang: t.lang,
    };
    let told = after_action(&report, telling);
    Ok((room, told))
}
