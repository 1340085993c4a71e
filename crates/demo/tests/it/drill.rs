//! Last year's drill: what it came to, and that each of its actions leads to its gap and back.

use super::Demo;
use hakutaku_model::corrective::{CorrectiveAction, Source};
use hakutaku_model::exercise::{DrillReport, DrillSetup};
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::room::RoomKind;

#[tokio::test]
async fn the_gaps_of_the_first_page_became_actions_that_name_them() {
    let demo = Demo::filled().await;
    let hospital = demo.facility(FacilityKind::Hospital).await.id;
    let room = demo.store.rooms(hospital, RoomKind::Drill).await.expect("listed").pop().expect("a drill");
    let setup: DrillSetup = serde_json::from_value(room.setup.clone()).expect("a setup");
    let entries = demo.store.entries(room.id).await.expect("read");
    let report = DrillReport::build(&setup.scenario, &entries, Some(hospital));
    let actions: Vec<CorrectiveAction> = demo
        .store
        .records::<CorrectiveAction>(hospital)
        .await
        .expect("listed")
        .into_iter()
        .map(|row| row.body)
        .filter(|action| matches!(action.source, Source::Drill { room: of, .. } if of == room.id))
        .collect();
    let mut found: Vec<&str> = actions.iter().filter_map(|action| action.found.as_deref()).collect();
    let mut first: Vec<&str> = report.foremost(3).iter().map(|gap| gap.id.as_str()).collect();
    found.sort_unstable();
    first.sort_unstable();
    assert_eq!(found, first);
    assert_eq!(actions.iter().filter(|action| action.closed.is_some()).count(), 2);
    // What the second person wrote is about the gap it closes.
    let of = |what: &str| actions.iter().find(|action| action.title.contains(what)).expect("an action");
    for (gap, seen) in [("消防", "消防"), ("警察", "警察")] {
        let action = of(gap);
        assert!(action.closed.as_ref().is_some_and(|deed| deed.remark.contains(seen)), "{}", action.title);
    }
}
