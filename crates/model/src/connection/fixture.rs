//! A guide and a well-kept connection to test with.

use super::*;
use crate::catalogue::Confidence;
use crate::known::SourceLine;
use crate::text::Text;
use crate::time::Ts;
use jiff::civil::date;

pub(super) const TODAY: Date = date(2026, 11, 21);

fn kind(id: &str, national: bool) -> ConnectionType {
    let words = Text::new("種類", "Type");
    ConnectionType {
        id: id.into(),
        title: words.clone(),
        short: words.clone(),
        risk: words.clone(),
        checks: vec![],
        usual_media: words,
        case: None,
        national,
        source: SourceLine { title: "出典".into(), date: None, url: None },
        confidence: Confidence::Seen,
    }
}

pub(super) fn guide() -> ConnectionGuide {
    ConnectionGuide {
        types: vec![
            kind("ext-vendor-vpn", false),
            kind("ext-device-vpn", false),
            kind("ext-supplier", false),
            kind("ext-onshi", true),
            kind("ext-region", false),
        ],
        media: vec![
            MediumRule { medium: Medium::IpVpn, openness: Openness::Closed },
            MediumRule { medium: Medium::InternetIpsec, openness: Openness::Open },
        ],
        ..ConnectionGuide::default()
    }
}

/// A maintenance line as it should be: no mark at all.
pub(super) fn good() -> Connection {
    Connection {
        name: "電子カルテ保守".into(),
        kind: "ext-vendor-vpn".into(),
        other_end: Some(Party::Other("ひので情報".into())),
        systems: vec![uuid::Uuid::from_u128(7).into()],
        medium: Medium::InternetIpsec,
        device: LineDevice {
            whose: Some(Party::Facility),
            maker: "メーカー".into(),
            model: "GW-1".into(),
            firmware: "7.4".into(),
            firmware_date: Some(date(2026, 9, 1)),
        },
        direction: Direction::Inward,
        authentication: Authentication::TwoFactor,
        source_restriction: Known::Yes,
        separated: Known::Yes,
        opening: Opening::OnDemand,
        last_use: Some(date(2026, 11, 1)),
        logs: Known::Yes,
        cutter: Contact { name: "佐藤".into(), phone: "内線 301".into(), ..Contact::default() },
        how_to_cut: "サーバ室の黄色の線を抜く".into(),
        contract: Some(uuid::Uuid::from_u128(9).into()),
        ..Connection::default()
    }
}

pub(super) fn kept(number: u128, body: Connection) -> Kept<Connection> {
    let at = Ts::from_micros(0);
    Kept {
        id: uuid::Uuid::from_u128(number).into(),
        version: 1,
        body,
        created_at: at,
        changed_at: at,
        changed_by: "佐藤".into(),
        retired_at: None,
    }
}
