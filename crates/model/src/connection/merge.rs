//! The merge plan: which connections could come in by one watched gateway, what stays, and in what order to move.

use super::risk::{RiskMark, Severity, risks};
use super::{Connection, ConnectionGuide, Direction, Medium};
use crate::record::{Kept, RecordId};
use crate::text::Text;
use jiff::civil::Date;
use serde::Serialize;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Comes in by the gateway.
    Moves,
    /// Stays alone.
    Stays,
    /// Cannot be decided yet.
    Open,
}

/// One connection in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which connection.
    pub connection: RecordId,
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Why.
    pub reason: Text,
    /// What must be found out first.
    pub missing: Vec<Text>,
    /// Its marks now.
    pub marks: Vec<RiskMark>,
    /// How many of them remain afterwards.
    pub marks_after: usize,
}

/// The state of the house's entrances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Entrances {
    /// Ways in: every connection is one, the gateway is one.
    pub entrances: usize,
    /// Risk marks.
    pub marks: usize,
    /// Of them high.
    pub high: usize,
}

/// The plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergePlan {
    /// Moves first in their order (riskiest first), then what is open, then what stays.
    pub steps: Vec<Step>,
    /// Now.
    pub before: Entrances,
    /// When all that can move has moved and the gateway does what it should.
    pub after: Entrances,
}

impl MergePlan {
    /// The steps with a fate, in order.
    pub fn with(&self, fate: Fate) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.fate == fate)
    }
}

/// Plans. Nothing is promised: the numbers of afterwards hold for a gateway that asks two factors, lets in agreed origins
/// only, is kept up to date, opens on request, keeps a log, and has somebody who can close it.
#[must_use]
pub fn merge_plan(connections: &[Kept<Connection>], guide: &ConnectionGuide, today: Date) -> MergePlan {
    let mut steps: Vec<Step> = connections
        .iter()
        .map(|row| {
            let marks = risks(&row.body, guide, today);
            let (fate, reason) = fate(&row.body, guide);
            let remains = |mark: &&RiskMark| fate != Fate::Moves || !mark.id.is_settled_by_gateway();
            Step {
                connection: row.id,
                name: row.body.name.clone(),
                fate,
                reason,
                missing: missing(&row.body, fate),
                marks_after: marks.iter().filter(remains).count(),
                marks,
            }
        })
        .collect();
    steps.sort_by(|a, b| {
        let rank = |step: &Step| {
            let of = |severity: Severity| step.marks.iter().filter(|mark| mark.severity == severity).count();
            let fate = match step.fate {
                Fate::Moves => 0,
                Fate::Open => 1,
                Fate::Stays => 2,
            };
            (fate, std::cmp::Reverse((of(Severity::High), of(Severity::Medium), of(Severity::Low))))
        };
        rank(a).cmp(&rank(b)).then_with(|| a.name.cmp(&b.name)).then_with(|| a.connection.cmp(&b.connection))
    });
    let moving = steps.iter().filter(|step| step.fate == Fate::Moves).count();
    let high = |mark: &&RiskMark| mark.severity == Severity::High;
    let before = Entrances {
        entrances: steps.len(),
        marks: steps.iter().map(|step| step.marks.len()).sum(),
        high: steps.iter().flat_map(|step| &step.marks).filter(high).count(),
    };
    let after = Entrances {
        entrances: steps.len() - moving + usize::from(moving > 0),
        marks: steps.iter().map(|step| step.marks_after).sum(),
        high: steps
            .iter()
            .flat_map(|step| {
                step.marks.iter().filter(|mark| step.fate != Fate::Moves || !mark.id.is_settled_by_gateway())
            })
            .filter(high)
            .count(),
    };
    MergePlan { steps, before, after }
}

/// The rules, the first that fits.
fn fate(connection: &Connection, guide: &ConnectionGuide) -> (Fate, Text) {
    if guide.kind(&connection.kind).is_some_and(|kind| kind.national) {
        return (
            Fate::Stays,
            Text::new(
                "国・支払機関の回線です。接続の決まりが別にあるため、単独で残します。院内との境目だけ見張ります。",
                "A line of the state or the payers with conditions of its own: it stays alone; only its boundary to the house is watched.",
            ),
        );
    }
    match connection.medium {
        Medium::LeasedLine | Medium::IpVpn => (
            Fate::Stays,
            Text::new(
                "相手とだけつながる閉じた回線です。単独で残し、院内に入る所で通す宛先を絞ります。",
                "A closed line to one party: it stays alone, and where it enters the house only what it needs is let through.",
            ),
        ),
        Medium::Telephone => (
            Fate::Stays,
            Text::new(
                "電話・携帯の回線はゲートウェイを通らず、見張れません。やめるか、インターネット経由に替えてから移します。",
                "A telephone or mobile line passes no gateway and cannot be watched: end it, or change it to one over the Internet and then move it.",
            ),
        ),
        Medium::Other => (
            Fate::Open,
            Text::new("回線の種類が分からないと決められません。", "It cannot be decided without knowing the medium."),
        ),
        _ if connection.kind == "ext-region" => (
            Fate::Open,
            Text::new(
                "地域連携の運営者が入口の方式を決めています。まとめてよいか、運営者に聞いてから決めます。",
                "The operator of the regional network sets how its members join: ask before deciding.",
            ),
        ),
        Medium::DirectLan => (
            Fate::Moves,
            Text::new(
                "院内の網へ直に入っています。ゲートウェイで受けて、要る宛先だけに通します。",
                "It enters the house's network directly: end it at the gateway and let it through only to what it needs.",
            ),
        ),
        Medium::InternetIpsec | Medium::InternetSslVpn => (
            Fate::Moves,
            Text::new(
                "インターネット越しのVPNです。装置を一台ずつ置く代わりに、共通のゲートウェイで受けられます。",
                "A VPN over the Internet: the common gateway can receive it instead of a device of its own.",
            ),
        ),
        Medium::Tls => (
            Fate::Moves,
            Text::new(
                "インターネットの暗号通信です。共通のゲートウェイを通せば、出入りを一か所で見張れます。",
                "Encrypted traffic over the Internet: through the common gateway it is watched in one place.",
            ),
        ),
    }
}

fn missing(connection: &Connection, fate: Fate) -> Vec<Text> {
    let mut missing = Vec::new();
    if fate == Fate::Stays {
        return missing;
    }
    if connection.medium == Medium::Other {
        missing.push(Text::new("回線の種類", "The medium"));
    }
    if connection.kind == "ext-region" {
        missing.push(Text::new("地域連携の運営者の返事", "The answer of the regional network's operator"));
    }
    if connection.other_end.is_none() {
        missing.push(Text::new("つなぐ相手", "Who is at the other end"));
    }
    if connection.device.whose.is_none() && connection.medium.is_internet_vpn() {
        missing.push(Text::new("いまの装置の持ち主（外してよいか）", "Whose the present device is (may it go?)"));
    }
    if connection.direction == Direction::Unknown {
        missing.push(Text::new("通信の向き", "Which way it is opened"));
    }
    if connection.systems.is_empty() {
        missing.push(Text::new("届く先のシステム", "Which systems it reaches"));
    }
    if connection.contract.is_none() {
        missing.push(Text::new("契約（つなぎ方を変えられるか）", "The contract (may the way of joining change?)"));
    }
    missing
}

#[cfg(test)]
mod tests;
