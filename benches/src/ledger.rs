//! The ledger of devices: first page, filters, order, search, and changing many rows at once.

use crate::Outcome;
use crate::devices::devices;
use crate::installation::{Installation, now};
use crate::postgres::Postgres;
use crate::table::{Budget, Sample, Table};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{Asset, AssetKind, Column, KeptAsset};
use hakutaku_store::{Act, AssetChange, AssetQuery, DatabaseUrl, Direction, Store};
use jiff::civil::Date;
use std::time::Instant;

/// How many devices. An unoptimised build is for trying the benches out, not for the larger ones.
pub(crate) const SIZES: &[usize] = if cfg!(debug_assertions) { &[100, 1_000] } else { &[100, 1_000, 10_000, 100_000] };
const TIMES: usize = 30;
/// What a list of ten thousand rows may take; shown for the larger one, too.
const LIST: Budget = Budget::Median(50);

pub(crate) async fn run(table: &mut Table) -> Outcome {
    for rows in SIZES {
        let place = Installation::empty(DatabaseUrl::Sqlite).await?;
        measure(table, &place.store, "SQLite", *rows).await?;
        place.store.close().await;
    }
    match Postgres::start()? {
        Some(server) => {
            // One database for all sizes: a facility's list must not be slower for what its neighbours have.
            let place = Installation::empty(server.database()).await?;
            for rows in SIZES {
                measure(table, &place.store, "PostgreSQL", *rows).await?;
            }
            place.store.close().await;
        }
        None => table.note("PostgreSQL is not installed (apt-get install postgresql): not measured"),
    }
    Ok(())
}

async fn measure(table: &mut Table, store: &Store, database: &str, rows: usize) -> Outcome {
    let act = Act::system(now());
    let facility = add_hospital(store).await?;
    let size = format!("{rows} devices, {database}");
    let changes: Vec<AssetChange> = devices(rows).map(AssetChange::Create).collect();
    let begun = Instant::now();
    let made = store.change_assets(&act, facility, &changes, "import").await?;
    let mut once = Sample::default();
    once.add(begun.elapsed());
    table.sample("ledger: write all of them as one batch", &size, &once, Budget::None);

    let today = now().date_in_japan();
    for (what, query) in queries(today) {
        let mut sample = Sample::default();
        for _ in 0..TIMES {
            let begun = Instant::now();
            std::hint::black_box(store.assets_page(facility, &query).await?);
            sample.add(begun.elapsed());
        }
        table.sample(&format!("ledger: {what}"), &size, &sample, LIST);
    }
    let mut counting = Sample::default();
    for _ in 0..TIMES {
        let begun = Instant::now();
        std::hint::black_box(store.ledger_facts(facility, today).await?);
        counting.add(begun.elapsed());
    }
    table.sample("ledger: all counts of the filters", &size, &counting, LIST);
    change_many(table, store, facility, &size, &made.rows).await
}

/// A hospital without devices.
pub(crate) async fn add_hospital(store: &Store) -> Outcome<FacilityId> {
    let profile = FacilityProfile {
        name: "計測用病院".to_owned(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 400,
        it_staff_tenths: 30,
    };
    Ok(store.create_facility(&Act::system(now()), &profile, &[]).await?.id)
}

/// One cell of a hundred rows, and taking that back.
async fn change_many(
    table: &mut Table,
    store: &Store,
    facility: FacilityId,
    size: &str,
    rows: &[KeptAsset],
) -> Outcome {
    let (mut changing, mut undoing) = (Sample::default(), Sample::default());
    let mut version = 1;
    for turn in 0..10 {
        let act = Act::system(now());
        let changes: Vec<AssetChange> = rows
            .iter()
            .take(100)
            .map(|row| AssetChange::Change {
                id: row.id,
                expected: version,
                asset: Asset { owner: format!("管理部署{turn}"), ..row.asset.clone() },
            })
            .collect();
        let begun = Instant::now();
        let batch = store.change_assets(&act, facility, &changes, "edit").await?;
        changing.add(begun.elapsed());
        let begun = Instant::now();
        store.undo_assets(&act, facility, batch.id).await?;
        undoing.add(begun.elapsed());
        version += 2;
    }
    table.sample("ledger: change a cell of 100 rows", size, &changing, Budget::None);
    table.sample("ledger: undo that", size, &undoing, Budget::None);
    Ok(())
}

fn queries(today: Date) -> Vec<(&'static str, AssetQuery)> {
    let plain = || AssetQuery { sort: Some((Column::Name, Direction::Up)), ..AssetQuery::new(today) };
    vec![
        ("first page by name", plain()),
        ("page 100 by name", AssetQuery { offset: 4_950, ..plain() }),
        ("page 1,900 by name", AssetQuery { offset: 94_950, ..plain() }),
        (
            "by end of support, latest first",
            AssetQuery { sort: Some((Column::SupportEnds, Direction::Down)), ..plain() },
        ),
        ("by operating system (no index)", AssetQuery { sort: Some((Column::Os, Direction::Up)), ..plain() }),
        (
            "servers without an owner, by place",
            AssetQuery {
                kinds: vec![AssetKind::Server],
                marks: vec![Mark::NoOwner],
                sort: Some((Column::Place, Direction::Up)),
                ..plain()
            },
        ),
        ("support ended", AssetQuery { marks: vec![Mark::SupportEnded], ..plain() }),
        ("search half-width kana, many found", AssetQuery { text: "ﾅｰｽ".to_owned(), ..plain() }),
        ("search for one row", AssetQuery { text: "sn-000042".to_owned(), ..plain() }),
        ("search for what is not there", AssetQuery { text: "存在しない".to_owned(), ..plain() }),
    ]
}
