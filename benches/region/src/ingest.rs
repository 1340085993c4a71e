//! Touches of 2,000 sensors into one centre: how many a second, how long a sensor waits, what they cost on the disk.

use crate::Outcome;
use crate::lines::{Sensor, now, sensors};
use crate::postgres::Postgres;
use crate::table::{Budget, Sample, Table};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_store::{Act, DatabaseUrl, OpenOptions, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::sync::Mutex;

const SENSORS: usize = 2_000;
const FACILITIES: usize = 700;
/// Sensors that send at the same time.
const AT_ONCE: usize = 32;
/// Touches in one sending, and sendings of each sensor: one by one as in a quiet hour, the most a sensor sends at once after
/// a day without a line, and between.
const STEPS: [(usize, usize); 4] = [(1, 4), (10, 4), (100, 1), (500, 1)];
/// Sensors that take part in the step of the largest pieces.
const WITH_LARGEST: usize = 200;
/// Touches a second while the lag is measured, each sent by itself, and for how many seconds.
const STEADY: (u64, u64) = (200, 10);
/// What a sensor may see in a day, for the table of a day.
const A_DAY: [u64; 3] = [10, 100, 1_000];

/// The way to a centre.
pub(crate) enum Way {
    /// Straight into the store.
    #[cfg_attr(feature = "http", expect(dead_code, reason = "the way of a build without the web"))]
    Store(Store),
    /// Through a server process.
    #[cfg(feature = "http")]
    Http(crate::http::Server),
}

/// What one sending connection holds.
enum Sending<'a> {
    Store(&'a Store),
    #[cfg(feature = "http")]
    Http(crate::http::Client),
}

impl Way {
    async fn begin(&self) -> Outcome<Sending<'_>> {
        Ok(match self {
            Self::Store(store) => Sending::Store(store),
            #[cfg(feature = "http")]
            Self::Http(server) => Sending::Http(crate::http::Client::connect(server.address).await?),
        })
    }
}

impl Sending<'_> {
    /// Sends a sensor's next lines and waits until they are kept.
    async fn send(&mut self, sensor: &mut Sensor, count: usize) -> Outcome {
        let after = sensor.sent as u64;
        let lines: Vec<&[u8]> = sensor.lines.iter().skip(sensor.sent).take(count).map(Vec::as_slice).collect();
        let sent = after + lines.len() as u64;
        let kept = match self {
            Self::Store(store) => {
                // As the server does for each request.
                let known = store.sensor_of_token(&sensor.token).await?.ok_or("the token is unknown")?;
                let batch = hakutaku_store::Batch { after, oldest: 1, lines: &lines };
                store.take_touches(known.id, &batch, now()).await?.number
            }
            #[cfg(feature = "http")]
            Self::Http(client) => client.touches(&sensor.token, after, &lines).await?,
        };
        if kept != sent {
            return Err(format!("a sensor sent up to {sent} and {kept} is kept").into());
        }
        sensor.sent += lines.len();
        Ok(())
    }
}

pub(crate) async fn run(table: &mut Table) -> Outcome {
    on(table, "SQLite", None).await?;
    match Postgres::start().map_err(|error| error.to_string())? {
        Some(server) => on(table, "PostgreSQL", Some(server)).await?,
        None => table.note("PostgreSQL is not installed: not measured"),
    }
    Ok(())
}

async fn on(table: &mut Table, name: &str, postgres: Option<Postgres>) -> Outcome {
    let each: usize = STEPS.iter().map(|(size, times)| size * times).sum::<usize>() + 8;
    let begun = Instant::now();
    let few = SENSORS - WITH_LARGEST;
    let mut all = sensors(0..few, each - 500);
    all.extend(sensors(few..SENSORS, each));
    let lines: usize = all.iter().map(|sensor| sensor.lines.len()).sum();
    let bytes: usize = all.iter().flat_map(|sensor| &sensor.lines).map(Vec::len).sum();
    table.note(&format!(
        "{name}: {} sensors, {lines} lines signed in {:.0} s, {} bytes a line",
        all.len(),
        begun.elapsed().as_secs_f64(),
        bytes / lines.max(1)
    ));
    let folder = TempDir::new()?;
    let database = postgres.as_ref().map_or(DatabaseUrl::Sqlite, Postgres::database);
    let options = OpenOptions { data: folder.path().to_owned(), database };
    let store = Store::open(options.clone()).await?;
    let begun = Instant::now();
    enrol(&store, &mut all).await?;
    let took = begun.elapsed();
    table
        .note(&format!("{name}: {SENSORS} sensors of {FACILITIES} facilities enrolled in {:.0} s", took.as_secs_f64()));
    let way = way(store, &options).await?;
    let before = size(folder.path(), postgres.as_ref())?;
    let all: Vec<Arc<Mutex<Sensor>>> = all.into_iter().map(|sensor| Arc::new(Mutex::new(sensor))).collect();
    let mut sent = 0;
    for (size, times) in STEPS {
        let part = if size == 500 { &all[SENSORS - WITH_LARGEST..] } else { &all[..] };
        sent += step(table, name, &way, part, size, times).await?;
    }
    sent += steady(table, name, &way, &all).await?;
    #[cfg(feature = "http")]
    if let Way::Http(server) = &way {
        server.tell(table, name, sent)?;
    }
    match way {
        Way::Store(store) => store.close().await,
        #[cfg(feature = "http")]
        Way::Http(server) => {
            server.stop();
            // What still lies in SQLite's write-ahead log goes into the file.
            Store::open(options).await?.close().await;
        }
    }
    let after = size(folder.path(), postgres.as_ref())?;
    let each = after.saturating_sub(before) / sent.max(1) as u64;
    table.note(&format!("{name}: {each} bytes on the disk a touch, indexes included, of {sent} touches"));
    for touches in A_DAY {
        let bytes = each * touches * SENSORS as u64;
        table.bytes(
            &format!("region: a day of {SENSORS} sensors, {name}"),
            &format!("{touches} touches a sensor"),
            bytes,
            Budget::None,
        );
    }
    Ok(())
}

#[cfg(feature = "http")]
async fn way(store: Store, options: &OpenOptions) -> Outcome<Way> {
    store.close().await;
    Ok(Way::Http(crate::http::Server::start(options)?))
}

#[cfg(not(feature = "http"))]
async fn way(store: Store, _options: &OpenOptions) -> Outcome<Way> {
    Ok(Way::Store(store))
}

/// Facilities, and sensors at them in turn.
async fn enrol(store: &Store, all: &mut [Sensor]) -> Outcome {
    let act = Act::system(now());
    let mut facilities = Vec::with_capacity(FACILITIES);
    for number in 0..FACILITIES {
        let profile = FacilityProfile {
            name: format!("計測用の施設{number}"),
            kind: FacilityKind::Hospital,
            prefecture: u8::try_from(number % 47 + 1).unwrap_or(1),
            beds: 100,
            it_staff_tenths: 0,
        };
        facilities.push(store.create_facility(&act, &profile, &[]).await?.id);
    }
    for (number, sensor) in all.iter_mut().enumerate() {
        let facility = facilities[number % FACILITIES];
        let code = store.invite_sensor(&act, facility, "計測", act.at.plus_seconds(3600)).await?;
        sensor.token = store.enrol_sensor(&code, sensor.id, &sensor.public_key(), now()).await?.token;
    }
    Ok(())
}

/// All of these sensors send so many touches at once, so many times; [`AT_ONCE`] of them at the same time.
async fn step(
    table: &mut Table,
    name: &str,
    way: &Way,
    part: &[Arc<Mutex<Sensor>>],
    size: usize,
    times: usize,
) -> Outcome<usize> {
    let begun = Instant::now();
    let senders = (0..AT_ONCE).map(|sender| async move {
        let mut sending = way.begin().await?;
        let mut took = Vec::new();
        for _ in 0..times {
            for sensor in part.iter().skip(sender).step_by(AT_ONCE) {
                let mut sensor = sensor.lock().await;
                let one = Instant::now();
                sending.send(&mut sensor, size).await?;
                took.push(one.elapsed());
            }
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(took)
    });
    let took = together(senders).await?;
    let all = begun.elapsed();
    let touches = took.len() * size;
    let what = format!("region: pieces of {size} into {name}, {AT_ONCE} at once");
    table.sample(&what, &format!("{touches} touches"), &Sample::from(took), Budget::None);
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
    let rate = touches as f64 / all.as_secs_f64();
    table.note(&format!("{rate:.0} touches/s (budget 10,000/s: {:.2}x)", rate / 10_000.0));
    Ok(touches)
}

/// Touches at a steady pace, each sent by itself; the time from when it was due to when it is kept.
async fn steady(table: &mut Table, name: &str, way: &Way, all: &[Arc<Mutex<Sensor>>]) -> Outcome<usize> {
    let (rate, seconds) = STEADY;
    let begun = Instant::now();
    let senders = (0..AT_ONCE).map(|sender| async move {
        let mut sending = way.begin().await?;
        let mut took = Vec::new();
        for number in (sender as u64..rate * seconds).step_by(AT_ONCE) {
            let due = begun + Duration::from_micros(number * 1_000_000 / rate);
            tokio::time::sleep_until(due.into()).await;
            let at = usize::try_from(number).unwrap_or(0) % all.len();
            let mut sensor = all[at].lock().await;
            sending.send(&mut sensor, 1).await?;
            took.push(due.elapsed());
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(took)
    });
    let took = together(senders).await?;
    let touches = took.len();
    let what = format!("region: from due to kept, {name}, {rate}/s one by one");
    table.sample(&what, &format!("{touches} touches"), &Sample::from(took), Budget::Both(1_000, 1_000));
    Ok(touches)
}

/// Waits for all senders.
async fn together<F>(senders: impl Iterator<Item = F>) -> Outcome<Vec<Duration>>
where
    F: Future<Output = Outcome<Vec<Duration>>>,
{
    let mut all = Vec::new();
    for took in futures_util::future::join_all(senders).await {
        all.extend(took?);
    }
    Ok(all)
}

/// Bytes of the touches with their indexes.
fn size(data: &Path, postgres: Option<&Postgres>) -> Outcome<u64> {
    let Some(postgres) = postgres else {
        let file = |name: &str| std::fs::metadata(data.join(name)).map_or(0, |facts| facts.len());
        return Ok(file("hakutaku.sqlite") + file("hakutaku.sqlite-wal"));
    };
    let DatabaseUrl::Postgres(url) = postgres.database() else { return Ok(0) };
    let socket = url.split_once("?host=").map_or("", |(_, host)| host);
    let sql = "SELECT COALESCE(SUM(pg_total_relation_size(inhrelid)), 0) FROM pg_inherits WHERE inhparent = 'touch'::regclass";
    let said = std::process::Command::new("psql").args(["-h", socket, "-U", "postgres", "-Atc", sql]).output()?;
    Ok(String::from_utf8_lossy(&said.stdout).trim().parse()?)
}
