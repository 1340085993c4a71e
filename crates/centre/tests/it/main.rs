//! The correlator over a real store: what waits becomes cases exactly once, whoever dies in between.

use ed25519_dalek::SigningKey;
use hakutaku_centre::{Engine, LEASE_SECONDS};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::ledger::Asset;
use hakutaku_model::region::centre::CentreSettings;
use hakutaku_model::region::correlate::health::SILENT_MINUTES;
use hakutaku_model::region::correlate::{Case, Rules, SignalKind};
use hakutaku_model::region::watch::need::{FactorId, needs};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use hakutaku_store::{Act, AssetChange, Batch, CaseState, DatabaseUrl, OpenOptions, Shelf, Store};
use std::collections::BTreeMap;
use std::net::IpAddr;

struct Centre {
    store: Store,
    _data: tempfile::TempDir,
}

/// 2026-11-21, 10:00 in Japan.
fn noon() -> Ts {
    Ts::try_from("2026-11-21T01:00:00Z".to_owned()).expect("a valid time")
}

fn later(seconds: i64) -> Ts {
    noon().plus_seconds(seconds)
}

fn rules() -> Rules {
    hakutaku_catalog::embedded().expect("the catalogue loads").region.rules.clone()
}

impl Centre {
    async fn new() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let options = OpenOptions { data: data.path().to_owned(), database: DatabaseUrl::Sqlite };
        Self { store: Store::open(options).await.expect("the store opens"), _data: data }
    }

    async fn house(&self, name: &str) -> FacilityId {
        let profile = FacilityProfile {
            name: name.to_owned(),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 100,
            it_staff_tenths: 10,
        };
        self.store.create_facility(&Act::system(noon()), &profile, &[]).await.expect("created").id
    }

    fn engine(&self, name: &str) -> Engine {
        Engine::new(self.store.clone(), rules(), name)
    }

    async fn open(&self) -> Vec<Case> {
        let mut open: Vec<Case> =
            self.store.cases(CaseState::Open, 99).await.expect("lists").into_iter().map(|kept| kept.case).collect();
        open.sort_by_key(|case| case.id);
        open
    }
}

/// A sensor whose touches are taken in.
struct Sensor {
    key: SigningKey,
    chain: Chain,
    facility: FacilityId,
}

impl Sensor {
    async fn at(centre: &Centre, facility: FacilityId, n: u8) -> Self {
        let key = SigningKey::from_bytes(&[n; 32]);
        let id = SensorId(uuid::Uuid::from_u128(u128::from(n)));
        let act = Act::system(noon());
        let code = centre.store.invite_sensor(&act, facility, "x", later(60)).await.expect("invited");
        let public = hex::encode(key.verifying_key().to_bytes());
        centre.store.enrol_sensor(&code, id, &public, noon()).await.expect("enrolled");
        Self { key, chain: Chain::new(id), facility }
    }

    async fn touched(&mut self, centre: &Centre, from: &str, kind: Kind, at: Ts) {
        let after = self.chain.number;
        let line = Touch {
            id: TouchId { sensor: self.chain.sensor, number: self.chain.next() },
            sensor: self.chain.sensor,
            time: at,
            protocol: "smb".to_owned(),
            persona: "nas".to_owned(),
            source_ip: from.parse::<IpAddr>().expect("an address"),
            source_port: 4000,
            dest_port: 445,
            kind,
            user: None,
            secret_hash: None,
            detail: BTreeMap::new(),
            previous: self.chain.hash,
        }
        .sign(&self.key);
        self.chain.advance(&line);
        let batch = Batch { after, oldest: 1, lines: &[&line] };
        centre.store.take_touches(self.chain.sensor, &batch, at).await.expect("taken");
    }
}

/// Two houses, one visitor after the other, as they come.
async fn attack(centre: &Centre) -> Vec<Sensor> {
    let mut sensors = Vec::new();
    for (name, n) in [("みなと病院", 1), ("みさき診療所", 2)] {
        let facility = centre.house(name).await;
        sensors.push(Sensor::at(centre, facility, n).await);
    }
    for sensor in &mut sensors {
        for kind in [Kind::Connect, Kind::Request, Kind::SignIn] {
            sensor.touched(centre, "203.0.113.9", kind, later(60)).await;
        }
    }
    sensors
}

#[tokio::test]
async fn what_waits_becomes_a_case_once_and_another_process_takes_over_when_the_first_dies() {
    let centre = Centre::new().await;
    let mut sensors = attack(&centre).await;
    let (mut one, mut two) = (centre.engine("one"), centre.engine("two"));
    let turn = one.turn(later(61)).await.expect("a turn");
    assert!(turn.leads && turn.seen == 6 && !turn.more);
    assert_eq!(turn.changes.len(), 1, "six touches, one case, written once");
    let before = centre.open().await;
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].facilities().len(), 2);
    assert!(!two.turn(later(62)).await.expect("a turn").leads);

    // It dies without a word, its memory not kept; a touch comes meanwhile.
    drop(one);
    sensors[0].touched(&centre, "203.0.113.9", Kind::Write, later(65)).await;
    assert!(!two.turn(later(61 + LEASE_SECONDS - 1)).await.expect("a turn").leads);
    let turn = two.turn(later(61 + LEASE_SECONDS)).await.expect("a turn");
    assert!(turn.leads && turn.seen == 1);
    let after = centre.open().await;
    assert_eq!(after.len(), 1, "the same case went on");
    assert_eq!(after[0].id, before[0].id);
    let count = |case: &Case, sensor: &Sensor| case.parts().get(&sensor.facility).map_or(0, |part| part.count);
    assert_eq!((count(&after[0], &sensors[0]), count(&after[0], &sensors[1])), (4, 3), "nothing lost, nothing doubled");
}

#[tokio::test]
async fn memory_kept_or_not_the_outcome_is_that_of_one_process_that_never_died() {
    let (steady, shaky) = (Centre::new().await, Centre::new().await);
    for centre in [&steady, &shaky] {
        attack(centre).await;
    }
    let mut engine = steady.engine("steady");
    engine.turn(later(61)).await.expect("a turn");
    // Ends in good order: the memory is kept and the lease given back at once.
    let mut first = shaky.engine("first");
    first.turn(later(61)).await.expect("a turn");
    first.leave(later(61)).await.expect("leaves");
    assert!(shaky.store.arrivals(true, 0, 99).await.expect("reads").is_empty(), "what the memory holds is gone");
    let mut second = shaky.engine("second");
    assert!(second.turn(later(61)).await.expect("a turn").leads);
    let told = |cases: Vec<Case>| cases.iter().map(|case| (case.severity, case.rules().len())).collect::<Vec<_>>();
    assert_eq!(told(steady.open().await), told(shaky.open().await));
    // Days later what no touch can join is forgotten; the case stays.
    let month = later(40 * 24 * 60 * 60);
    assert!(second.turn(month).await.expect("a turn").leads);
    assert!(shaky.open().await.iter().any(|case| case.facilities().len() == 2));
}

#[tokio::test]
async fn a_silence_is_told_once_also_by_whoever_takes_over() {
    let centre = Centre::new().await;
    let facility = centre.house("みなと病院").await;
    Sensor::at(&centre, facility, 1).await;
    let quiet = SILENT_MINUTES * 60;
    let mut one = centre.engine("one");
    one.turn(noon()).await.expect("a turn");
    one.turn(later(quiet - 1)).await.expect("a turn");
    assert_eq!(centre.store.arrivals_waiting().await.expect("counts"), 0, "not yet");
    one.turn(later(quiet)).await.expect("a turn");
    one.turn(later(quiet + 90)).await.expect("a turn");
    one.turn(later(quiet + 200)).await.expect("a turn");
    let open = centre.open().await;
    assert_eq!(open.len(), 1);
    assert!(open[0].parts().values().all(|part| part.signals.contains(&SignalKind::Silent) && part.count == 1));
    drop(one);
    let mut two = centre.engine("two");
    for minute in 0..40 {
        two.turn(later(quiet + 300 + minute * 60)).await.expect("a turn");
    }
    assert_eq!(centre.open().await, open, "the same silence is the same signal");
}

#[tokio::test]
async fn a_device_of_another_ledger_is_found_only_where_its_address_means_the_same() {
    let centre = Centre::new().await;
    let (owner, touched) = (centre.house("みなと病院").await, centre.house("みさき診療所").await);
    let mut sensor = Sensor::at(&centre, touched, 1).await;
    let act = Act::system(noon());
    let asset = |name: &str, ip: &str| {
        AssetChange::Create(Asset { name: name.to_owned(), ip: ip.to_owned(), ..Asset::default() })
    };
    let rows = [asset("保守用PC", "192.168.1.10"), asset("連携サーバ", "10.40.0.5")];
    centre.store.change_assets(&act, owner, &rows, "test").await.expect("added");
    let shared = vec!["10.40.0.0/16".parse().expect("a prefix")];
    let settings = CentreSettings { shared, ..CentreSettings::default() };
    centre.store.put_record(&act, Shelf::Installation, &settings).await.expect("kept");
    sensor.touched(&centre, "192.168.1.10", Kind::Connect, later(60)).await;
    sensor.touched(&centre, "10.40.0.5", Kind::Connect, later(61)).await;
    centre.engine("one").turn(later(62)).await.expect("a turn");
    let devices: Vec<(FacilityId, String)> = centre
        .open()
        .await
        .iter()
        .flat_map(|case| case.findings.iter().flat_map(|finding| finding.devices.values()))
        .map(|device| (device.facility, device.name.clone()))
        .collect();
    assert!(!devices.is_empty());
    assert!(devices.iter().all(|device| *device == (owner, "連携サーバ".to_owned())), "{devices:?}");
}

#[tokio::test]
async fn needs_are_counted_from_what_is_known_and_the_rest_is_said() {
    let centre = Centre::new().await;
    attack(&centre).await;
    let quiet = centre.house("なみうち薬局").await;
    centre.engine("one").turn(later(61)).await.expect("a turn");
    let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
    let facilities = centre.store.facilities().await.expect("lists");
    let mut weak = hakutaku_centre::look::WeakFields::default();
    let found = hakutaku_centre::look::situations(&centre.store, &catalogue, &facilities, &mut weak, later(120)).await;
    let all = needs(&catalogue.region.factors, &found.expect("counts"));
    assert_eq!(all.len(), 3);
    assert_eq!(all[2].facility, quiet, "nothing presses where nothing happened");
    assert_eq!(all[2].points, 0);
    assert!(all[2].unknown.contains(&FactorId::Visitors), "no sensor: not known, which is not the same as none");
    let visitors = all[0].parts.iter().find(|part| part.factor == FactorId::Visitors).expect("counted");
    assert_eq!(visitors.count, 1, "one visitor, however often");
    assert!(all[0].points >= 20, "{}", all[0].sum());
    assert!(all[0].unknown.contains(&FactorId::OverduePatches));
}
