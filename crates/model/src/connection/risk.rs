//! Risk marks: what about a connection resembles the published cases, or leaves the house unable to act.
//!
//! Marks name a case only where the reference data tells that very thing of it. "A year" for firmware and unused lines is
//! our own yardstick, and the reasons say so.

use super::{Authentication, Connection, ConnectionGuide, Medium, Opening, Openness};
use crate::known::{Known, keyed};
use crate::text::Text;
use jiff::civil::Date;
use serde::Serialize;

keyed! {
    /// How bad.
    Severity {
        /// The way in of a published case stands open here.
        High = "high", "高", "High";
        /// A protection is missing or nobody knows.
        Medium = "medium", "中", "Medium";
        /// Worth putting right.
        #[default]
        Low = "low", "低", "Low";
    }
}

keyed! {
    /// What a mark is about.
    RiskId {
        /// The firmware of the device is old or of unknown age.
        Firmware = "firmware", "機器の更新", "Device update";
        /// Nobody or a password alone keeps people out.
        WeakAuthentication = "weak_authentication", "認証が弱い", "Weak sign-in";
        /// Anybody may try from anywhere.
        NoSourceRestriction = "no_source_restriction", "接続元の制限なし", "No source restriction";
        /// A supplier is joined to the house all the time.
        StandingSupplier = "standing_supplier", "取引先との常時接続", "Standing supplier link";
        /// Equipment maintained from outside is on the network of the medical record.
        EquipmentJoined = "equipment_joined", "機器とカルテの網が同じ", "Equipment joined to the record";
        /// The eligibility terminal is on the network of the medical record.
        EligibilityJoined = "eligibility_joined", "資格確認とカルテの網が同じ", "Eligibility joined to the record";
        /// A maintenance line stands open all the time.
        StandingMaintenance = "standing_maintenance", "保守の常時接続", "Standing maintenance link";
        /// A regional network that shows our records is joined all the time.
        StandingRegion = "standing_region", "地域連携の常時接続", "Standing regional link";
        /// Nobody is named who can cut it.
        NobodyCuts = "nobody_cuts", "切る人が不明", "Nobody to cut it";
        /// It is not said whose device it is.
        NobodysDevice = "nobodys_device", "機器の持ち主が不明", "Nobody's device";
        /// Nobody knows which device it is.
        UnknownDevice = "unknown_device", "機器の型番が不明", "Unknown device";
        /// Nobody writes down who came in.
        NoLogs = "no_logs", "接続記録なし", "No connection log";
        /// It has not been used for long.
        #[default]
        Idle = "idle", "使われていない", "Unused";
    }
}

impl RiskId {
    /// Whether a watched gateway would settle it: one that asks two factors, lets in agreed origins only, is updated,
    /// opens on request, writes down who came, and has somebody who can close it.
    #[must_use]
    pub fn is_settled_by_gateway(self) -> bool {
        matches!(
            self,
            Self::Firmware
                | Self::WeakAuthentication
                | Self::NoSourceRestriction
                | Self::StandingMaintenance
                | Self::NobodyCuts
                | Self::NobodysDevice
                | Self::UnknownDevice
                | Self::NoLogs
        )
    }
}

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RiskMark {
    /// What it is about.
    pub id: RiskId,
    /// How bad.
    pub severity: Severity,
    /// Why, and what to do.
    pub reason: Text,
    /// The published case it resembles: id of an [`super::IncidentCase`].
    pub case: Option<&'static str>,
}

const HANDA: &str = "case-handa-2021";
const OSAKA: &str = "case-osaka-2022";
const OKAYAMA: &str = "case-okayama-2024";
const MUSASHIKOSUGI: &str = "case-nms-musashikosugi-2026";

/// The cases that marks may name; the catalogue must have them.
pub const CASES: [&str; 4] = [HANDA, OSAKA, OKAYAMA, MUSASHIKOSUGI];

/// Days after which firmware and unused lines are marked: a year, our own yardstick.
const OLD_DAYS: i32 = 365;

/// The days from one date to another; negative when the first is later.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// All marks of a connection, the worst first.
#[must_use]
pub fn risks(connection: &Connection, guide: &ConnectionGuide, today: Date) -> Vec<RiskMark> {
    let mut marks = Marks { found: Vec::new() };
    firmware(connection, today, &mut marks);
    sign_in(connection, &mut marks);
    source(connection, guide, &mut marks);
    joined(connection, &mut marks);
    standing(connection, &mut marks);
    answerable(connection, today, &mut marks);
    marks.found.sort_by_key(|mark| (mark.severity, mark.id));
    marks.found
}

struct Marks {
    found: Vec<RiskMark>,
}

impl Marks {
    fn say(&mut self, id: RiskId, severity: Severity, case: Option<&'static str>, ja: &str, en: &str) {
        self.found.push(RiskMark { id, severity, reason: Text::new(ja, en), case });
    }
}

/// Whether a device of the house's side is met by whoever dials in.
fn has_device(connection: &Connection) -> bool {
    connection.medium.is_internet_vpn() || matches!(connection.medium, Medium::IpVpn | Medium::Telephone)
}

fn firmware(connection: &Connection, today: Date, marks: &mut Marks) {
    if !has_device(connection) {
        return;
    }
    let severity = if connection.medium.is_internet_vpn() { Severity::High } else { Severity::Medium };
    let by_password = matches!(
        connection.authentication,
        Authentication::None | Authentication::SharedPassword | Authentication::PersonalPassword
    ) && connection.is_from_outside();
    match connection.device.firmware_date {
        None => marks.say(
            RiskId::Firmware,
            severity,
            Some(HANDA),
            "接続装置がいつ更新されたか分かりません。メーカーと担当の事業者に、版と更新日を聞いて書き留めてください。",
            "Nobody knows when the device was last updated. Ask maker and vendor for version and day, and write them down.",
        ),
        Some(day) if days_between(day, today) > OLD_DAYS && by_password => marks.say(
            RiskId::Firmware,
            severity,
            Some(HANDA),
            "接続装置が1年より長く更新されておらず（1年は当製品の目安）、守りはパスワードだけです。弱点が公表されていないか、きょう事業者に確かめてください。",
            "The device has not been updated for more than a year (our own yardstick) and only a password protects it. Ask the vendor today whether weaknesses are published.",
        ),
        Some(day) if days_between(day, today) > OLD_DAYS => marks.say(
            RiskId::Firmware,
            severity,
            Some(HANDA),
            "接続装置が1年より長く更新されていません（1年は当製品の目安）。弱点が公表されていないか、事業者に確かめてください。",
            "The device has not been updated for more than a year (our own yardstick). Ask the vendor whether weaknesses are published.",
        ),
        Some(_) => {}
    }
}

fn sign_in(connection: &Connection, marks: &mut Marks) {
    if !connection.is_from_outside() {
        return;
    }
    let case = Some(if connection.kind == "ext-device-vpn" { MUSASHIKOSUGI } else { OKAYAMA });
    match connection.authentication {
        Authentication::None => marks.say(
            RiskId::WeakAuthentication,
            Severity::High,
            None,
            "外から入るときに、本人かどうかを確かめていません。確かめる方法が入るまで、使うときだけつないでください。",
            "Nobody is asked who they are when coming in. Until that is mended, join it only while it is used.",
        ),
        Authentication::SharedPassword => marks.say(
            RiskId::WeakAuthentication,
            Severity::High,
            case,
            "何人もで同じパスワードを使っています。漏れても気づけません。一人ずつのIDと二要素認証に替えてください。",
            "Several people use one password; nobody would notice a leak. Change to personal IDs with two factors.",
        ),
        Authentication::PersonalPassword => marks.say(
            RiskId::WeakAuthentication,
            Severity::Medium,
            case,
            "IDとパスワードだけで外から入れます。推測されたり盗まれたりすると、そのまま入られます。二要素認証にしてください。",
            "A password alone opens the way in from outside; guessed or stolen, it lets anybody in. Add a second factor.",
        ),
        Authentication::Unknown => marks.say(
            RiskId::WeakAuthentication,
            Severity::Medium,
            None,
            "外から入る人をどう確かめているか分かりません。事業者に聞いてください。",
            "Nobody knows how whoever comes in is checked. Ask the vendor.",
        ),
        Authentication::Certificate | Authentication::TwoFactor => {}
    }
}

fn source(connection: &Connection, guide: &ConnectionGuide, marks: &mut Marks) {
    if !connection.is_from_outside() {
        return;
    }
    match (connection.source_restriction, guide.openness(connection.medium)) {
        (Known::Yes, _) => {}
        (Known::No, Openness::Closed) => marks.say(
            RiskId::NoSourceRestriction,
            Severity::Medium,
            Some(OKAYAMA),
            "接続元を絞っていません。「閉じた網だから安全」と考えて絞らなかった病院が被害に遭いました。つなぐ相手の番号（IPアドレス）だけを通してください。",
            "The origin is not restricted. A hospital that left it so, believing a closed network to be safe, was hit. Let only the agreed addresses through.",
        ),
        (Known::No, _) => marks.say(
            RiskId::NoSourceRestriction,
            Severity::High,
            Some(OKAYAMA),
            "どこからでも入口を試せます。つなぐ相手の番号（IPアドレス）だけを通してください。",
            "Anybody may try the door from anywhere. Let only the agreed addresses through.",
        ),
        (Known::Unknown, _) => marks.say(
            RiskId::NoSourceRestriction,
            Severity::Medium,
            None,
            "接続元を絞っているか分かりません。事業者に聞いてください。",
            "Nobody knows whether the origin is restricted. Ask the vendor.",
        ),
    }
}

fn joined(connection: &Connection, marks: &mut Marks) {
    match (connection.kind.as_str(), connection.separated) {
        ("ext-device-vpn", Known::No) => marks.say(
            RiskId::EquipmentJoined,
            Severity::High,
            Some(MUSASHIKOSUGI),
            "外から保守する機器や設備が、電子カルテと同じ網にあります。設備のサーバから入られても広がらないよう、区画を分けてください。",
            "Equipment maintained from outside is on the network of the medical record. Put it in a zone of its own, so that an intruder gets no further.",
        ),
        ("ext-device-vpn", Known::Unknown) => marks.say(
            RiskId::EquipmentJoined,
            Severity::Medium,
            Some(MUSASHIKOSUGI),
            "この機器の網が電子カルテの網と分かれているか分かりません。構成図で確かめてください。",
            "Nobody knows whether this equipment's network is apart from that of the medical record. Look at the diagram.",
        ),
        ("ext-onshi", Known::No) => marks.say(
            RiskId::EligibilityJoined,
            Severity::Medium,
            None,
            "資格確認・請求の端末と電子カルテの網の境目がありません。境目の機器の設定を事業者に確かめてください。",
            "There is no boundary between the eligibility or claims terminal and the network of the medical record. Ask the vendor about the device between them.",
        ),
        _ => {}
    }
}

fn standing(connection: &Connection, marks: &mut Marks) {
    if connection.opening != Opening::Always {
        return;
    }
    if connection.kind == "ext-supplier" {
        marks.say(
            RiskId::StandingSupplier,
            Severity::High,
            Some(OSAKA),
            "取引先とつなぎっぱなしです。取引先が被害に遭うと、ここから院内に入られます。使う時間だけつなぐか、通す相手と宛先を絞ってください。",
            "A supplier is joined all the time: if it is hit, the way in is open. Join it only in the hours it is used, or let through only what it needs.",
        );
    } else if connection.is_maintenance() && connection.is_from_outside() {
        marks.say(
            RiskId::StandingMaintenance,
            Severity::Medium,
            None,
            "保守の回線がいつも開いています。頼んだときだけ開け、終わったら閉じる約束にしてください。",
            "The maintenance line is always open. Agree that it is opened on request and closed afterwards.",
        );
    } else if connection.kind == "ext-region" && connection.is_from_outside() {
        marks.say(
            RiskId::StandingRegion,
            Severity::Low,
            None,
            "記録を見せる側の施設は、つなぎっぱなしになるぶん、見るだけの施設より危険度が高いとされています。",
            "A facility that shows its records stays joined and is held to be at more risk than one that only looks.",
        );
    }
}

fn answerable(connection: &Connection, today: Date, marks: &mut Marks) {
    if !connection.has_cutter() || connection.how_to_cut.trim().is_empty() {
        marks.say(
            RiskId::NobodyCuts,
            Severity::Medium,
            None,
            "だれに電話し、どの線を抜けば切れるかが書かれていません。夜に異常が起きたとき、止められません。",
            "It is not written whom to call and which cable to pull. At night nobody could stop it.",
        );
    }
    if has_device(connection) && connection.device.whose.is_none() {
        marks.say(
            RiskId::NobodysDevice,
            Severity::Medium,
            Some(HANDA),
            "接続装置がだれのものか決まっていません。更新と弱点の連絡をだれが受け持つか、書面で決めてください。",
            "Nobody is named as owner of the device. Settle in writing who updates it and who reports weaknesses.",
        );
    }
    if has_device(connection) && connection.device.model.trim().is_empty() {
        marks.say(
            RiskId::UnknownDevice,
            Severity::Medium,
            None,
            "接続装置の型番が分かりません。弱点の知らせが来ても、自分のことだと気づけません。",
            "Nobody knows the model of the device: a warning about it would pass unnoticed.",
        );
    }
    if connection.is_from_outside() && connection.logs != Known::Yes {
        marks.say(
            RiskId::NoLogs,
            Severity::Low,
            None,
            "だれがいつ入ったかの記録があるか分かりません。調べるときの手がかりになります。",
            "There is no known record of who came in and when. It is what an inquiry needs first.",
        );
    }
    if connection.last_use.is_some_and(|day| days_between(day, today) > OLD_DAYS) {
        marks.say(
            RiskId::Idle,
            Severity::Low,
            None,
            "1年より長く使われていません（1年は当製品の目安）。要らない線は抜いてしまうのがいちばん安全です。",
            "Not used for more than a year (our own yardstick). A line that is not needed is safest when pulled.",
        );
    }
}

#[cfg(test)]
mod tests;
