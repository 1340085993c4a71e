//! External connection points (ネットワーク結節点): every line or tunnel by which the house meets the outside, with the
//! device at its end, its protections and who can cut it.
//!
//! [`risk`] marks what the published cases warn of, [`merge`] plans which lines could come in by one watched gateway.

#[cfg(test)]
mod fixture;
pub mod guide;
pub mod merge;
pub mod risk;

pub use guide::{ConnectionGuide, ConnectionType, IncidentCase, MediumRule, Openness};
pub use merge::{MergePlan, merge_plan};
pub use risk::{RiskId, RiskMark, Severity, risks};

use crate::facts::ConnectionFacts;
use crate::known::{Known, keyed};
use crate::party::{Contact, Party};
use crate::record::{Kept, RecordId, Register};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

keyed! {
    /// What a connection runs over.
    Medium {
        /// 専用線.
        LeasedLine = "leased_line", "専用線", "Leased line";
        /// IP-VPN (閉域網).
        IpVpn = "ip_vpn", "IP-VPN（閉域網）", "IP-VPN (closed network)";
        /// VPN over the Internet with IPsec.
        InternetIpsec = "internet_ipsec", "インターネットVPN（IPsec）", "Internet VPN (IPsec)";
        /// VPN over the Internet with SSL/TLS.
        InternetSslVpn = "internet_ssl_vpn", "インターネットVPN（SSL）", "Internet VPN (SSL)";
        /// Encrypted web traffic over the Internet.
        Tls = "tls", "インターネット（TLS）", "Internet (TLS)";
        /// A cable straight into the house's network.
        DirectLan = "direct_lan", "院内LANへ直結", "Straight into the LAN";
        /// Telephone or mobile line of its own.
        Telephone = "telephone", "電話・携帯回線（LTEなど）", "Telephone or mobile line";
        /// Another one, or not known.
        #[default]
        Other = "other", "その他・不明", "Other or not known";
    }
}

impl Medium {
    /// Whether the device at its end is met by the open Internet.
    #[must_use]
    pub fn is_internet_vpn(self) -> bool {
        matches!(self, Self::InternetIpsec | Self::InternetSslVpn)
    }
}

keyed! {
    /// Who opens the conversation.
    Direction {
        /// From outside into the house.
        Inward = "inward", "外から院内へ", "From outside into the house";
        /// From the house to the outside.
        Outward = "outward", "院内から外へ", "From the house outwards";
        /// Both.
        Both = "both", "両方向", "Both ways";
        /// Nobody has said.
        #[default]
        Unknown = "unknown", "わからない", "Not known";
    }
}

keyed! {
    /// How whoever comes in shows who they are.
    Authentication {
        /// Not at all.
        None = "none", "なし", "None";
        /// One password for several people.
        SharedPassword = "shared_password", "共用のIDとパスワード", "A password shared by several people";
        /// A password of one's own.
        PersonalPassword = "personal_password", "一人ずつのIDとパスワード", "A password per person";
        /// A certificate of the device or person.
        Certificate = "certificate", "電子証明書", "A certificate";
        /// Two factors.
        TwoFactor = "two_factor", "二要素認証", "Two factors";
        /// Nobody has said.
        #[default]
        Unknown = "unknown", "わからない", "Not known";
    }
}

keyed! {
    /// When the line is open.
    Opening {
        /// Always.
        Always = "always", "つなぎっぱなし", "Always on";
        /// Only when somebody opens it.
        OnDemand = "on_demand", "使うときだけ", "Only when needed";
        /// Nobody has said.
        #[default]
        Unknown = "unknown", "わからない", "Not known";
    }
}

/// The device at the end of the line, on the house's side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineDevice {
    /// Whose it is; `None`: not known.
    pub whose: Option<Party>,
    /// Maker.
    pub maker: String,
    /// Model.
    pub model: String,
    /// Version of its firmware.
    pub firmware: String,
    /// The day that firmware was put on, or published if only that is known.
    pub firmware_date: Option<Date>,
}

/// One connection point.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Connection {
    /// As people call it.
    pub name: String,
    /// What kind it is: id of a [`ConnectionType`], `ext-vendor-vpn`.
    pub kind: String,
    /// Who is at the other end; `None`: not known.
    #[serde(default)]
    pub other_end: Option<Party>,
    /// What it is for.
    #[serde(default)]
    pub purpose: String,
    /// The systems it serves: rows of [`crate::system::System`].
    #[serde(default)]
    pub systems: Vec<RecordId>,
    /// The network segment of the house it ends in.
    #[serde(default)]
    pub segment: String,
    /// What it runs over.
    #[serde(default)]
    pub medium: Medium,
    /// The device at its end.
    #[serde(default)]
    pub device: LineDevice,
    /// Who opens the conversation.
    #[serde(default)]
    pub direction: Direction,
    /// How whoever comes in shows who they are.
    #[serde(default)]
    pub authentication: Authentication,
    /// Whether only agreed places of origin may come in.
    #[serde(default)]
    pub source_restriction: Known,
    /// Which places, or why none.
    #[serde(default)]
    pub source_note: String,
    /// Whether the place it ends in is kept apart from the network of the medical record.
    #[serde(default)]
    pub separated: Known,
    /// When it is open.
    #[serde(default)]
    pub opening: Opening,
    /// Who opens it, where it is opened on demand.
    #[serde(default)]
    pub opened_by: String,
    /// The day it was last used, if known.
    #[serde(default)]
    pub last_use: Option<Date>,
    /// Whether it is written down who came in and when.
    #[serde(default)]
    pub logs: Known,
    /// Where, and for how long.
    #[serde(default)]
    pub logs_note: String,
    /// Who can cut it.
    #[serde(default)]
    pub cutter: Contact,
    /// Who can cut it at night and on holidays.
    #[serde(default)]
    pub cutter_at_night: Contact,
    /// How: which cable, which switch.
    #[serde(default)]
    pub how_to_cut: String,
    /// The contract it stands on: a row of [`crate::vendor::Engagement`].
    #[serde(default)]
    pub contract: Option<RecordId>,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

impl Register for Connection {
    const KIND: &'static str = "connection";

    fn label(&self) -> String {
        self.name.clone()
    }
}

/// The types of connection that are remote maintenance.
const MAINTENANCE: [&str; 2] = ["ext-vendor-vpn", "ext-device-vpn"];

impl Connection {
    /// Whether anybody outside can begin the conversation. "Not known" counts: nobody can rule it out.
    #[must_use]
    pub fn is_from_outside(&self) -> bool {
        self.direction != Direction::Outward
    }

    /// Whether it is there for remote maintenance.
    #[must_use]
    pub fn is_maintenance(&self) -> bool {
        MAINTENANCE.contains(&self.kind.as_str())
    }

    /// Whether somebody with a telephone is named who can cut it.
    #[must_use]
    pub fn has_cutter(&self) -> bool {
        let reachable = |contact: &Contact| !contact.phone.trim().is_empty();
        reachable(&self.cutter) || reachable(&self.cutter_at_night)
    }
}

/// Counts for proposals. `None` when no connection is written down: nothing follows from an empty register.
#[must_use]
pub fn count(rows: &[Kept<Connection>]) -> Option<ConnectionFacts> {
    if rows.is_empty() {
        return None;
    }
    let of = |which: &dyn Fn(&Connection) -> bool| {
        u32::try_from(rows.iter().filter(|row| which(&row.body)).count()).unwrap_or(u32::MAX)
    };
    Some(ConnectionFacts {
        total: of(&|_| true),
        maintenance: of(&Connection::is_maintenance),
        without_source_restriction: of(&|c| c.is_from_outside() && c.source_restriction != Known::Yes),
        without_two_factor: of(&|c| {
            c.is_from_outside() && !matches!(c.authentication, Authentication::Certificate | Authentication::TwoFactor)
        }),
        firmware_unknown: of(&|c| c.device.firmware_date.is_none()),
        without_cutter: of(&|c| !c.has_cutter()),
        newest_change: rows.iter().map(|row| row.changed_at.date_in_japan()).max(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Ts;

    fn kept(body: Connection) -> Kept<Connection> {
        let at = Ts::try_from("2026-11-12T01:00:00Z".to_owned()).expect("a time");
        Kept {
            id: uuid::Uuid::from_u128(1).into(),
            version: 1,
            body,
            created_at: at,
            changed_at: at,
            changed_by: "佐藤".into(),
            retired_at: None,
        }
    }

    #[test]
    fn nothing_follows_from_an_empty_register() {
        assert_eq!(count(&[]), None);
    }

    #[test]
    fn what_nobody_knows_counts_as_open() {
        let unknown = Connection { kind: "ext-vendor-vpn".into(), ..Connection::default() };
        let outward = Connection { direction: Direction::Outward, ..Connection::default() };
        let good = Connection {
            direction: Direction::Inward,
            authentication: Authentication::TwoFactor,
            source_restriction: Known::Yes,
            device: LineDevice { firmware_date: Some(jiff::civil::date(2026, 10, 1)), ..LineDevice::default() },
            cutter: Contact { phone: "03-0000-0000".into(), ..Contact::default() },
            ..Connection::default()
        };
        let facts = count(&[kept(unknown), kept(outward), kept(good)]).expect("counted");
        assert_eq!((facts.total, facts.maintenance), (3, 1));
        assert_eq!((facts.without_source_restriction, facts.without_two_factor), (1, 1), "outward lines need neither");
        assert_eq!((facts.firmware_unknown, facts.without_cutter), (2, 2));
        assert_eq!(facts.newest_change, Some(jiff::civil::date(2026, 11, 12)));
    }

    #[test]
    fn a_row_of_an_older_version_stays_readable() {
        let old: Connection = serde_json::from_str(r#"{"name":"保守VPN","kind":"ext-vendor-vpn"}"#).expect("read");
        assert_eq!((old.medium, old.direction, old.opening), (Medium::Other, Direction::Unknown, Opening::Unknown));
    }
}
