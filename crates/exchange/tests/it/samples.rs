//! Things that leave.

use ed25519_dalek::SigningKey;
use hakutaku_exchange::Centre;
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::journal::Hash;
use hakutaku_model::region::correlate::Case;
use hakutaku_model::region::notice::anonymous::Preview;
use hakutaku_model::region::notice::receipt::Stage;
use hakutaku_model::region::notice::{
    AnonymousGuide, Audience, Criterion, Edition, Indicator, IndicatorKind, Known, Notice, NoticeKind, Report, Tlp,
    Versions, compose,
};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Kind, SignedTouch, Touch, TouchId};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(crate) const MEMBER: &str = "海辺診療所";

pub(crate) fn at(text: &str) -> Ts {
    Ts::try_from(text.to_owned()).expect("a time")
}

pub(crate) fn centre() -> Centre {
    Centre { key: "8c1f".into(), name: "医療圏監視センター".into(), since: at("2026-04-01T00:00:00Z") }
}

pub(crate) fn indicator(kind: IndicatorKind, value: &str) -> Indicator {
    Indicator { kind, value: value.into() }
}

/// A notice with every kind of indicator, and values that need escaping.
pub(crate) fn notice() -> Notice {
    Notice {
        number: "2026-014".into(),
        edition: 1,
        because: Edition::First,
        kind: NoticeKind::Vulnerability,
        tlp: Tlp::Amber,
        audience: Audience::default(),
        title: "VPN装置の弱点".into(),
        text: "外からつなぐ装置に、\"入口の鍵\"が効かなくなる弱点が\\見つかりました。".into(),
        actions: vec!["保守会社に電話し、更新の日を決めてください。".into()],
        indicators: vec![
            indicator(IndicatorKind::Weakness, "CVE-2026-0001"),
            indicator(IndicatorKind::Address, "198.51.100.7"),
            indicator(IndicatorKind::Address, "203.0.113.0/24"),
            indicator(IndicatorKind::Address, "2001:db8::7"),
            indicator(IndicatorKind::Domain, "evil[.]example"),
            indicator(IndicatorKind::Url, "hxxps://evil.example/it's\\here?a=1"),
            indicator(IndicatorKind::FileHash, &"ab".repeat(32)),
            indicator(IndicatorKind::FileHash, &"ab".repeat(16)),
            indicator(IndicatorKind::Sender, "boss@evil.example"),
            indicator(IndicatorKind::Address, "not an address"),
        ],
        products: vec![Criterion {
            maker: "Example Net".into(),
            product: "ExampleGate".into(),
            versions: Versions { before: Some("7.2.5".into()), ..Versions::default() },
        }],
        expects: Stage::Acted,
        deadline: at("2026-11-24T00:00:00Z"),
        by: "監視センター".into(),
        at: at("2026-11-21T09:30:15.123456Z"),
    }
}

pub(crate) fn sensor() -> SensorId {
    SensorId(Uuid::from_u128(0xfeed))
}

pub(crate) fn facility() -> FacilityId {
    FacilityId(Uuid::from_u128(0xbeef))
}

pub(crate) fn touch(number: u64, source: &str, kind: Kind, user: Option<&str>) -> SignedTouch {
    let touch = Touch {
        id: TouchId { sensor: sensor(), number },
        sensor: sensor(),
        time: at("2026-11-21T10:00:00Z").plus_seconds(i64::try_from(number).expect("small") * 61),
        protocol: if user.is_some() { "ssh".into() } else { "scan".into() },
        persona: "nas".into(),
        source_ip: source.parse().expect("an address"),
        source_port: 40_000,
        dest_port: 22,
        kind,
        user: user.map(str::to_owned),
        secret_hash: user.map(|_| "0".repeat(32)),
        detail: BTreeMap::from([("dest_ip".to_owned(), "192.168.77.5".to_owned())]),
        previous: Hash::ZERO,
    };
    let line = touch.sign(&SigningKey::from_bytes(&[7; 32]));
    serde_json::from_slice(&line).expect("a signed touch")
}

pub(crate) fn touches() -> Vec<SignedTouch> {
    vec![
        touch(1, "198.51.100.7", Kind::SignIn, Some("海辺太郎")),
        touch(2, "198.51.100.7", Kind::SignIn, Some("海辺太郎")),
        touch(3, "198.51.100.7", Kind::SignIn, Some("a=b\\c|d\ne")),
        touch(4, "192.168.77.20", Kind::Knock, None),
        touch(5, "2001:db8::9", Kind::PortScan, None),
    ]
}

/// A case at two facilities, as the correlator keeps it.
pub(crate) fn case() -> Case {
    let moment = |minute: u32, mark: &str| json!({ "at": format!("2026-11-21T10:{minute:02}:30Z"), "mark": mark });
    let part = |from: u32, to: u32| {
        json!({
            "first": moment(from, "a"), "last": moment(to, "b"), "count": 12, "sensors": [sensor()],
            "visitors": [
                { "is": "everywhere", "prefix": "198.51.100.7" },
                { "is": "everywhere", "prefix": "2001:db8::/64" },
                { "is": "inside", "facility": facility(), "address": "192.168.77.20" },
            ],
            "kinds": ["sign-in"], "signals": [], "protocols": ["ssh"], "users": ["海辺太郎"], "ports": [22], "places": 1,
        })
    };
    let other = FacilityId(Uuid::from_u128(0xcafe));
    let value = json!({
        "id": Uuid::from_u128(0xc0de), "severity": "high", "first": moment(1, "a"), "last": moment(40, "b"),
        "findings": [{
            "id": "x", "rule": "same-source", "subject": "198.51.100.7", "severity": "high",
            "first": moment(1, "a"), "last": moment(40, "b"),
            "parts": { facility().to_string(): part(1, 20), other.to_string(): part(15, 40) },
            "devices": [], "leaks": [], "joins": true, "threads": [],
        }],
    });
    serde_json::from_value(value).expect("a case")
}

/// What an anonymous report of the member becomes.
pub(crate) fn preview() -> Preview {
    let report = Report {
        kind: NoticeKind::Attack,
        happened: at("2026-11-18T05:06:07Z"),
        text: format!("{MEMBER}で11月18日の14時06分に共有フォルダが暗号化されました。"),
        indicators: vec![
            indicator(IndicatorKind::Address, "198.51.100.9"),
            indicator(IndicatorKind::Address, "192.168.77.3"),
            indicator(IndicatorKind::Weakness, "CVE-2026-0002"),
        ],
        products: vec![Criterion { product: "ExampleGate".into(), ..Criterion::default() }],
    };
    let known = Known { names: vec![MEMBER.into()], places: vec!["海辺町".into()], ..Known::default() };
    compose(&report, &known, &AnonymousGuide::default())
}
