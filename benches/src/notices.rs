//! A notice to a region: how long it takes until everybody has it, and how many receipts come back in a second.

use crate::Outcome;
use crate::installation::{Installation, now};
use crate::postgres::Postgres;
use crate::table::{Budget, Sample, Table};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::region::notice::{Audience, Edition, Notice, NoticeKind, Stage, Tlp};
use hakutaku_store::{Act, DatabaseUrl, NewReceipt, Sending, Store};
use std::time::Instant;

/// Members of a large region: about one in forty of the country's institutions.
const MEMBERS: usize = 8_000;
/// Members that answer at the same moment.
const AT_ONCE: usize = 64;
/// Receipts measured.
const RECEIPTS: usize = 4_000;

pub(crate) async fn run(table: &mut Table) -> Outcome {
    let place = Installation::empty(DatabaseUrl::Sqlite).await?;
    measure(table, &place.store, "SQLite").await?;
    place.store.close().await;
    match Postgres::start()? {
        Some(server) => {
            let place = Installation::empty(server.database()).await?;
            measure(table, &place.store, "PostgreSQL").await?;
            place.store.close().await;
        }
        None => table.note("PostgreSQL is not installed (apt-get install postgresql): not measured"),
    }
    Ok(())
}

fn notice() -> Notice {
    Notice {
        number: String::new(),
        edition: 1,
        because: Edition::First,
        kind: NoticeKind::Vulnerability,
        tlp: Tlp::Amber,
        audience: Audience::default(),
        title: "外からつなぐ装置の弱点".to_owned(),
        text: "外からつなぐ装置に弱点が見つかりました。".to_owned(),
        actions: vec!["保守会社に電話してください。".to_owned()],
        indicators: Vec::new(),
        products: Vec::new(),
        expects: Stage::Acted,
        deadline: now().plus_seconds(86_400),
        by: String::new(),
        at: now(),
    }
}

async fn measure(table: &mut Table, store: &Store, database: &str) -> Outcome {
    let act = Act::system(now());
    let mut members: Vec<FacilityId> = Vec::with_capacity(MEMBERS);
    for n in 0..MEMBERS {
        let profile = FacilityProfile {
            name: format!("施設{n}"),
            kind: FacilityKind::Clinic,
            prefecture: 13,
            beds: 0,
            it_staff_tenths: 0,
        };
        members.push(store.create_facility(&act, &profile, &[]).await?.id);
    }
    let size = format!("{MEMBERS} members");
    let draft = store.draft_notice(&act, &notice(), false).await?;
    let mut queued = Sample::default();
    let begun = Instant::now();
    let sending = Sending { id: draft.id, version: draft.version, by: "監視センター", to: &members };
    store.send_notice(&act, &sending).await?;
    queued.add(begun.elapsed());
    table.sample(&format!("queue a notice, {database}"), &size, &queued, Budget::Both(10_000, 10_000));

    for stage in [Stage::Delivered, Stage::Acted] {
        let begun = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for part in members.chunks(MEMBERS / AT_ONCE).take(AT_ONCE) {
            let (store, part) = (store.clone(), part.to_vec());
            let share = RECEIPTS / AT_ONCE;
            tasks.spawn(async move { answers(&store, draft.id, &part, share, stage).await.map_err(|e| e.to_string()) });
        }
        let mut together = Sample::default();
        while let Some(done) = tasks.join_next().await {
            together.join(done??);
        }
        let what = format!("take a receipt ({}), {database}, {AT_ONCE} members at once", stage.key());
        table.rate(&what, &size, &together, begun.elapsed(), Budget::PerSecond(500));
    }
    let mut counted = Sample::default();
    for _ in 0..20 {
        let begun = Instant::now();
        store.notice_counts(&[draft.id]).await?;
        counted.add(begun.elapsed());
    }
    table.sample(&format!("count receipts, {database}"), &size, &counted, Budget::None);
    Ok(())
}

/// One member after the other, each acknowledged before the next.
async fn answers(
    store: &Store,
    notice: NoticeId,
    members: &[FacilityId],
    times: usize,
    stage: Stage,
) -> Outcome<Sample> {
    let act = Act::system(now());
    let mut sample = Sample::default();
    for facility in members.iter().take(times) {
        let by = if stage == Stage::Delivered { String::new() } else { "院長".to_owned() };
        let new =
            NewReceipt { notice, edition: 1, facility: *facility, stage, by, taken_by: None, said: String::new() };
        let begun = Instant::now();
        store.receive(&act, vec![new]).await?;
        sample.add(begun.elapsed());
    }
    Ok(sample)
}
