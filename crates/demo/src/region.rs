//! The region: sensors at all three places, a morning's touches, the cases that the real correlator makes of them, the
//! contacts the centre keeps, the clinic's consent, a note to the next shift.

use crate::DemoError;
use crate::telling::Telling;
use ed25519_dalek::SigningKey;
use hakutaku_centre::{Engine, look};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::party::Contact;
use hakutaku_model::person::Role;
use hakutaku_model::region::centre::{CentreSettings, Member, STAFF, ShiftNote};
use hakutaku_model::region::noise::Declaration;
use hakutaku_model::region::watch::consent::{Act as Deed, Consent};
use hakutaku_model::region::watch::handover::{HandOver, hand_over};
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use hakutaku_store::{Act, Batch, Shelf};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use uuid::Uuid;

const DAY: i64 = 24 * 60 * 60;

/// Whoever tries one place after the other; an address of RFC 5737.
const VISITOR: &str = "203.0.113.24";
/// The hospital's laboratory server, long past its support.
const LABORATORY: &str = "10.20.1.18";
/// The hospital's own inventory scanner.
const SCANNER: &str = "10.20.9.5";

/// Source, protocol, port, kind, user name and password tried.
type Contacted = (&'static str, &'static str, u16, Kind, &'static str, &'static str);

const HOSPITAL: [Contacted; 7] = [
    (SCANNER, "snmp", 161, Kind::Probe, "", ""),
    (LABORATORY, "smb", 445, Kind::Connect, "", ""),
    (LABORATORY, "smb", 445, Kind::Request, "", ""),
    (LABORATORY, "rdp", 3389, Kind::SignIn, "hoshu", "Minato2019!"),
    (LABORATORY, "dicom", 104, Kind::Request, "", ""),
    (VISITOR, "https", 443, Kind::Probe, "", ""),
    (VISITOR, "https", 443, Kind::SignIn, "vpnuser", "Haru-2024"),
];
const CLINIC: [Contacted; 3] = [
    (VISITOR, "https", 443, Kind::Connect, "", ""),
    (VISITOR, "https", 443, Kind::Probe, "", ""),
    (VISITOR, "https", 443, Kind::SignIn, "vpnuser", "Haru-2024"),
];
const PHARMACY: [Contacted; 2] =
    [(VISITOR, "https", 443, Kind::Connect, "", ""), (VISITOR, "rdp", 3389, Kind::HalfOpen, "", "")];

fn random() -> Result<[u8; 32], DemoError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(DemoError::Random)?;
    Ok(bytes)
}

/// Lets a sensor in and takes its touches, one a minute.
async fn sensor(
    telling: &mut Telling<'_>,
    by: &Act,
    facility: FacilityId,
    name: &str,
    contacts: &[Contacted],
) -> Result<(), DemoError> {
    let store = telling.store;
    let key = SigningKey::from_bytes(&random()?);
    let id = SensorId(Uuid::now_v7());
    let code = store.invite_sensor(by, facility, name, by.at.plus_seconds(DAY)).await?;
    let public = hex::encode(key.verifying_key().to_bytes());
    store.enrol_sensor(&code, id, &public, telling.clock.later(1)).await?;
    let mut chain = Chain::new(id);
    for (from, protocol, port, kind, user, secret) in contacts {
        let at = telling.clock.later(1);
        let Ok(source_ip) = from.parse::<IpAddr>() else { continue };
        let after = chain.number;
        let line = Touch {
            id: TouchId { sensor: id, number: chain.next() },
            sensor: id,
            time: at,
            protocol: (*protocol).to_owned(),
            persona: "nas".to_owned(),
            source_ip,
            source_port: 50_000 + u16::try_from(chain.number % 1000).unwrap_or_default(),
            dest_port: *port,
            kind: *kind,
            user: (!user.is_empty()).then(|| (*user).to_owned()),
            secret_hash: (!secret.is_empty()).then(|| store.secret_hash(secret)),
            detail: BTreeMap::new(),
            previous: chain.hash,
        }
        .sign(&key);
        chain.advance(&line);
        store.take_touches(id, &Batch { after, oldest: 1, lines: &[&line] }, at).await?;
    }
    Ok(())
}

fn member(facility: FacilityId, name: &str, phone: &str, fax: &str, person: &str, groups: &[&str]) -> Member {
    Member {
        facility,
        name: name.to_owned(),
        phone: phone.to_owned(),
        fax: fax.to_owned(),
        people: vec![Contact {
            name: person.to_owned(),
            phone: phone.to_owned(),
            email: String::new(),
            hours: "平日 9-17".to_owned(),
        }],
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        note: String::new(),
    }
}

/// The whole chapter.
pub(crate) async fn this_morning(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let store = telling.store;
    let (hospital, clinic, pharmacy) = (telling.cast.hospital, telling.cast.clinic, telling.cast.pharmacy);
    let supporter = telling.cast.person(Role::RegionalSupporter);
    let at = telling.clock.later(1);
    let by_admin = telling.by(Role::Administrator, at);
    store.grant(&by_admin, supporter, None, Role::RegionalSupporter).await?;
    let staff = Act::person(supporter, telling.clock.later(1));
    let settings = CentreSettings {
        name: "白沢地域みまもりセンター（見本）".to_owned(),
        phone: "000-0000-0110".to_owned(),
        fax: "000-0000-0111".to_owned(),
        ..CentreSettings::default()
    };
    store.put_record(&staff, Shelf::Installation, &settings).await?;
    let members = [
        member(hospital, "みなと病院", "000-0000-1000", "000-0000-1001", "小田 真（情報システム係）", &["病院"]),
        member(clinic, "みさき診療所", "000-0000-2000", "000-0000-2001", "西 はるか（看護師）", &["診療所"]),
        member(pharmacy, "なみうち薬局", "000-0000-3000", "000-0000-3001", "戸田 文（管理薬剤師）", &["薬局"]),
    ];
    for one in &members {
        store.put_record(&staff, Shelf::Installation, one).await?;
    }

    let at = telling.clock.later(1);
    let by_safety = telling.by(Role::SafetyManager, at);
    let consent = Consent {
        id: Uuid::now_v7().to_string(),
        facility: clinic,
        given_by: "藤森 律子（副院長）".to_owned(),
        given_at: by_safety.at,
        to: STAFF.to_owned(),
        acts: BTreeSet::from([Deed::SeeResults, Deed::SeeLedger, Deed::DeclareNoise, Deed::HandleCases]),
        until: by_safety.at.plus_seconds(180 * DAY),
        withdrawn: None,
    };
    store.add_record(&by_safety, clinic, &consent).await?;

    let at = telling.clock.later(1);
    let by_it = telling.by(Role::ItOperator, at);
    if let Ok(from) = SCANNER.parse() {
        let scanner = Declaration {
            id: Uuid::now_v7().to_string(),
            facility: hospital,
            from,
            protocols: Vec::new(),
            up_to: Kind::Probe,
            reason: "資産管理の月次スキャン".to_owned(),
            by: "小田 真（情報システム係）".to_owned(),
            since: by_it.at,
            until: by_it.at.plus_seconds(90 * DAY),
            withdrawn: None,
        };
        store.add_record(&by_it, hospital, &scanner).await?;
    }

    sensor(telling, &by_it, hospital, "外来2階の予備パソコン", &HOSPITAL).await?;
    let by_nurse = Act::person(telling.cast.nurse, telling.clock.later(1));
    sensor(telling, &by_nurse, clinic, "受付の棚の小型機", &CLINIC).await?;
    let by_pharmacist = Act::person(telling.cast.pharmacist, telling.clock.later(1));
    sensor(telling, &by_pharmacist, pharmacy, "調剤室の小型機", &PHARMACY).await?;

    // The rules themselves say what is a case.
    let mut engine = Engine::new(store.clone(), telling.catalogue.region.rules.clone(), Uuid::now_v7().to_string());
    // In one moment: the story's clock moves on by minutes, and a lease ends after seconds.
    let at = telling.clock.later(1);
    while engine.turn(at).await?.more {}
    engine.leave(at).await?;

    let at = telling.clock.later(1);
    let names = look::names(store).await?;
    let open = look::open_things(store, telling.catalogue, &names, at).await?;
    let note = hand_over(&[], &open, "早川 円（地域の支援）", at);
    let words = "みさき診療所は昼休みに折り返しの約束。病院の検査のサーバは、保守会社と線を切るかどうかを相談中。";
    let body = ShiftNote { note: HandOver { words: words.to_owned(), ..note }, open };
    store.add_record(&Act::person(supporter, at), Shelf::Installation, &body).await?;
    Ok(())
}
