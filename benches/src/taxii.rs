//! Pages of a collection: the first, one in the middle and the last of 100,000 objects, with and without filters, as the TAXII
//! server makes them (rows read, each object parsed, the envelope written).

use crate::Outcome;
use crate::installation::{Installation, now};
use crate::postgres::Postgres;
use crate::table::{Budget, Sample, Table};
use hakutaku_exchange::taxii::Envelope;
use hakutaku_exchange::{ids, stix};
use hakutaku_model::time::Ts;
use hakutaku_store::{DatabaseUrl, ExchangeQuery, ExchangeVersions, NewExchangeObject, Store};
use std::time::Instant;

/// How many objects. An unoptimised build is for trying the bench out.
const SIZES: &[u32] = if cfg!(debug_assertions) { &[1_000] } else { &[1_000, 10_000, 100_000] };
const TIMES: usize = 50;
const COLLECTION: &str = "region/inbox";
const PAGE: Budget = Budget::Median(50);

pub(crate) async fn run(table: &mut Table) -> Outcome {
    for size in SIZES {
        let place = Installation::empty(DatabaseUrl::Sqlite).await?;
        measure(table, &place.store, "SQLite", *size).await?;
        place.store.close().await;
        if let Some(server) = Postgres::start()? {
            let place = Installation::empty(server.database()).await?;
            measure(table, &place.store, "PostgreSQL", *size).await?;
            place.store.close().await;
        }
    }
    Ok(())
}

fn object(n: u32) -> NewExchangeObject {
    let id = format!("indicator--{}", ids::own(&["bench", &n.to_string()]));
    let body = serde_json::json!({
        "type": "indicator", "spec_version": "2.1", "id": id, "created": "2026-11-01T00:00:00.000Z", "lang": "ja",
        "modified": "2026-11-01T00:00:00.000Z", "name": "おとりに触れた接続元", "description": "おとりに接触がありました。",
        "pattern": format!("[ipv4-addr:value = '198.51.{}.{}']", n / 256 % 256, n % 256), "pattern_type": "stix",
        "valid_from": "2026-11-01T00:00:00Z", "object_marking_refs": [stix::marking_id(Default::default())],
    });
    NewExchangeObject {
        id,
        version: Ts::from_micros(1),
        media_type: stix::MEDIA_TYPE.to_owned(),
        body: body.to_string(),
    }
}

async fn measure(table: &mut Table, store: &Store, database: &str, size: u32) -> Outcome {
    let label = format!("{size} objects, {database}");
    let start = now();
    let mut adding = Sample::default();
    for batch in 0..size / 1_000 {
        let objects: Vec<NewExchangeObject> = (0..1_000).map(|n| object(batch * 1_000 + n)).collect();
        let begun = Instant::now();
        store.add_exchange_objects(COLLECTION, &objects, start.plus_seconds(i64::from(batch))).await?;
        adding.add(begun.elapsed());
    }
    table.sample("taxii: add 1,000 objects", &label, &adding, Budget::None);
    let last = ExchangeVersions { last: true, ..ExchangeVersions::default() };
    let types = ["indicator".to_owned()];
    let (middle, end) = (i64::from(size) / 2, i64::from(size) - 100);
    let late = start.plus_seconds(i64::from(size / 1_000) - 2);
    let page = ExchangeQuery { versions: Some(last), most: 101, ..ExchangeQuery::default() };
    for (what, query) in [
        ("first page", page),
        ("middle page", ExchangeQuery { after: middle, ..page }),
        ("last page", ExchangeQuery { after: end, ..page }),
        ("added_after, near the end", ExchangeQuery { added_after: Some(late), ..page }),
        ("middle page by type", ExchangeQuery { after: middle, types: &types, ..page }),
    ] {
        let mut sample = Sample::default();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let rows = store.exchange_objects_like(COLLECTION, &query).await?;
            let objects: Result<Vec<_>, _> = rows.iter().take(100).map(|row| serde_json::from_str(&row.body)).collect();
            let envelope = Envelope { more: rows.len() > 100, next: None, objects: objects? };
            std::hint::black_box(serde_json::to_vec(&envelope)?);
            sample.add(begun.elapsed());
        }
        table.sample(&format!("taxii: {what} of 100"), &label, &sample, PAGE);
    }
    Ok(())
}
