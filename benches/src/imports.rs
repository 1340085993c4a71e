//! Lists of devices in and out: writing them, reading them, planning what would become of each row, applying that.

use crate::Outcome;
use crate::devices::devices;
use crate::installation::{Installation, now};
use crate::ledger::{SIZES, add_hospital};
use crate::postgres::Postgres;
use crate::table::{Budget, Sample, Table};
use hakutaku_discovery::devices::{DeviceList, guessed_profile};
use hakutaku_discovery::tables::{Tables, read};
use hakutaku_documents::{ledger_csv, ledger_workbook};
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::ledger::{Asset, KeptAsset};
use hakutaku_model::ledger_import::{Counts, ImportPlan, Verdict, plan};
use hakutaku_model::text::Lang;
use hakutaku_store::{Act, AssetChange, DatabaseUrl, Store};
use std::time::Instant;

pub(crate) async fn run(table: &mut Table) -> Outcome {
    for rows in SIZES {
        let place = Installation::empty(DatabaseUrl::Sqlite).await?;
        measure(table, &place.store, "SQLite", *rows).await?;
        place.store.close().await;
    }
    match Postgres::start()? {
        Some(server) => {
            let place = Installation::empty(server.database()).await?;
            for rows in SIZES {
                let planned = planned(&[], &tables(*rows, Lang::Ja)?)?;
                apply(table, &place.store, "PostgreSQL", &planned).await?;
            }
            place.store.close().await;
        }
        None => table.note("PostgreSQL is not installed (apt-get install postgresql): not measured"),
    }
    Ok(())
}

async fn measure(table: &mut Table, store: &Store, database: &str, rows: usize) -> Outcome {
    let size = format!("{rows} rows");
    let times = if rows > 1_000 { 3 } else { 10 };
    let (assets, names) = (devices(rows).collect::<Vec<Asset>>(), Names::default());
    let csv = ledger_csv(&assets, &names, Lang::Ja)?;
    let sample = Sample::of(times, || ledger_csv(&assets, &names, Lang::Ja).map(|_| ()))?;
    table.sample("export: CSV", &format!("{size}, {} kB", csv.len() / 1000), &sample, Budget::None);
    let xlsx = ledger_workbook(&assets, &names, Lang::Ja)?;
    let sample = Sample::of(times, || ledger_workbook(&assets, &names, Lang::Ja).map(|_| ()))?;
    table.sample("export: XLSX", &format!("{size}, {} kB", xlsx.len() / 1000), &sample, Budget::None);
    for (what, file, name) in [("import: read CSV", &csv, "list.csv"), ("import: read XLSX", &xlsx, "list.xlsx")] {
        match read(file, name) {
            Ok(_) => {
                let sample = Sample::of(times, || read(file, name).map(|_| ()))?;
                table.sample(what, &size, &sample, Budget::None);
            }
            Err(refused) => table.note(&format!("{what}, {size}: {}", refused.text().en)),
        }
    }
    drop((csv, xlsx));

    let tables = tables(rows, Lang::Ja)?;
    let fresh = plan_over(table, "import: plan, all new", times, &[], &tables)?;
    let known = apply(table, store, database, &fresh).await?;
    plan_over(table, "import: plan, all unchanged", times, &known, &tables)?;
    let mut other = known.clone();
    for kept in &mut other {
        kept.asset.owner = "別の部署".to_owned();
        // The file does not empty a cell: what it leaves open stays.
        kept.asset.rpo_hours = Some(1);
    }
    let changes = plan_over(table, "import: plan, nearly all changed", times, &other, &tables)?;
    // Other devices of the same few names: nothing but the name could tell which is which.
    let namesakes: Vec<KeptAsset> = known
        .into_iter()
        .map(|kept| KeptAsset {
            asset: Asset {
                number: format!("旧{}", kept.asset.number),
                serial: format!("旧{}", kept.asset.serial),
                name: "PC".to_owned(),
                ..kept.asset
            },
            ..kept
        })
        .collect();
    let renamed = same_name(rows)?;
    plan_over(table, "import: plan, all new, all of one name", times, &namesakes, &renamed)?;
    drop(changes);
    Ok(())
}

/// The list of so many devices as it is read from a file.
fn tables(rows: usize, lang: Lang) -> Outcome<Tables> {
    listed(&devices(rows).collect::<Vec<Asset>>(), lang)
}

fn same_name(rows: usize) -> Outcome<Tables> {
    let assets: Vec<Asset> = devices(rows).map(|asset| Asset { name: "PC".to_owned(), ..asset }).collect();
    listed(&assets, Lang::Ja)
}

fn listed(assets: &[Asset], lang: Lang) -> Outcome<Tables> {
    Ok(read(&ledger_workbook(assets, &Names::default(), lang)?, "list.xlsx")?)
}

fn planned(known: &[KeptAsset], tables: &Tables) -> Outcome<ImportPlan> {
    let profile = guessed_profile(tables);
    let list = DeviceList::new(tables, &profile).ok_or("the list is empty")?;
    Ok(plan(known, &list.headings, list.rows(), &profile, &Names::default())?)
}

fn plan_over(table: &mut Table, what: &str, times: usize, known: &[KeptAsset], tables: &Tables) -> Outcome<ImportPlan> {
    let first = planned(known, tables)?;
    let sample = Sample::of(times, || planned(known, tables).map(|_| ()))?;
    let Counts { created, updated, unchanged, rejected } = first.counts();
    let size = format!("{created} new, {updated} changed, {unchanged} same");
    if rejected > 0 {
        table.note(&format!("{what}: {rejected} rows rejected"));
    }
    table.sample(what, &size, &sample, Budget::None);
    Ok(first)
}

/// Writes a plan in one batch, then one that changes each of its rows.
async fn apply(table: &mut Table, store: &Store, database: &str, fresh: &ImportPlan) -> Outcome<Vec<KeptAsset>> {
    let facility = add_hospital(store).await?;
    let act = Act::system(now());
    let creations: Vec<AssetChange> = fresh
        .rows
        .iter()
        .filter_map(|row| match &row.verdict {
            Verdict::Created(asset) => Some(AssetChange::Create((**asset).clone())),
            _ => None,
        })
        .collect();
    let size = format!("{} rows, {database}", creations.len());
    let begun = Instant::now();
    let made = store.change_assets(&act, facility, &creations, "import").await?.rows;
    let mut sample = Sample::default();
    sample.add(begun.elapsed());
    table.sample("import: apply, all new", &size, &sample, Budget::None);
    let changes: Vec<AssetChange> = made
        .iter()
        .map(|row| AssetChange::Change {
            id: row.id,
            expected: row.version,
            asset: Asset { owner: "別の部署".to_owned(), ..row.asset.clone() },
        })
        .collect();
    let begun = Instant::now();
    let batch = store.change_assets(&act, facility, &changes, "import").await?;
    let mut sample = Sample::default();
    sample.add(begun.elapsed());
    table.sample("import: apply, all changed", &size, &sample, Budget::None);
    let begun = Instant::now();
    store.undo_assets(&act, facility, batch.id).await?;
    let mut sample = Sample::default();
    sample.add(begun.elapsed());
    table.sample("import: undo that", &size, &sample, Budget::None);
    Ok(made)
}
