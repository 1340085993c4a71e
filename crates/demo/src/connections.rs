//! The hospital's eleven lines to the outside: one like those of the published cases, some well kept, most in between.

use hakutaku_model::connection::{Authentication, Connection, Direction, LineDevice, Medium, Opening};
use hakutaku_model::known::Known;
use hakutaku_model::party::{Contact, Party};
use hakutaku_model::record::RecordId;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// The line whose sign-in is put right after the checklist was confirmed; see [`improved`].
pub(crate) const REGIONAL: &str = "地域連携（紹介・逆紹介の情報を見せる線）";
/// The line the responsibility matrix is about.
pub(crate) const MAINTENANCE: &str = "電子カルテの遠隔保守VPN";

/// Where the register finds systems (by name) and vendors (by key).
pub(crate) struct Ends<'a> {
    pub(crate) system: &'a dyn Fn(&str) -> Option<RecordId>,
    pub(crate) vendor: &'a dyn Fn(&str) -> Option<RecordId>,
    pub(crate) today: Date,
}

impl Ends<'_> {
    fn systems(&self, names: &[&str]) -> Vec<RecordId> {
        names.iter().filter_map(|name| (self.system)(name)).collect()
    }

    fn firm(&self, key: &str) -> Option<Party> {
        (self.vendor)(key).map(Party::Vendor)
    }

    fn ago(&self, days: i64) -> Option<Date> {
        Some(self.today.saturating_sub(days.days()))
    }
}

fn other(name: &str) -> Option<Party> {
    Some(Party::Other(format!("{name}（架空）")))
}

fn it() -> Contact {
    Contact {
        name: "情報システム係 小田 真".to_owned(),
        phone: "内線 2101".to_owned(),
        hours: "平日 8:30-17:15".to_owned(),
        ..Contact::default()
    }
}

fn night() -> Contact {
    Contact {
        name: "管理当直".to_owned(),
        phone: "内線 2000".to_owned(),
        hours: "夜間・休日".to_owned(),
        ..Contact::default()
    }
}

fn device(whose: Option<Party>, maker: &str, model: &str, firmware: &str, firmware_date: Option<Date>) -> LineDevice {
    LineDevice { whose, maker: maker.into(), model: model.into(), firmware: firmware.into(), firmware_date }
}

/// All of them, in the order in which they were found.
pub(crate) fn connections(ends: &Ends<'_>) -> Vec<Connection> {
    let mut all = maintenance(ends);
    all.extend(partners(ends));
    all.extend(public_lines(ends));
    all
}

/// Who comes in to look after something.
fn maintenance(ends: &Ends<'_>) -> Vec<Connection> {
    vec![
        Connection {
            name: MAINTENANCE.into(),
            kind: "ext-vendor-vpn".into(),
            other_end: ends.firm("emr"),
            purpose: "電子カルテ・オーダリング・調剤支援の障害対応と更新".into(),
            systems: ends.systems(&["電子カルテ", "オーダリング", "調剤支援"]),
            segment: "診療系".into(),
            medium: Medium::InternetSslVpn,
            device: device(ends.firm("network"), "見本網機器", "MV-60（N-003）", "5.2.7", ends.ago(910)),
            direction: Direction::Inward,
            authentication: Authentication::SharedPassword,
            source_restriction: Known::No,
            source_note: "保守の担当が出先からも入るため、絞っていない".into(),
            separated: Known::No,
            opening: Opening::Always,
            last_use: ends.ago(4),
            logs: Known::No,
            logs_note: "装置の中に残るが、だれも見ていない".into(),
            cutter: it(),
            cutter_at_night: night(),
            how_to_cut:
                "本館1階サーバ室、棚3のVPN装置 N-003 から黄色の線を抜く。切った後に保守受付 000-0000-0119 へ電話".into(),
            contract: (ends.vendor)("emr"),
            note: "装置の更新をだれがするか、責任分界の表で確かめている".into(),
            ..Connection::default()
        },
        Connection {
            name: "医事会計の遠隔保守（同じ装置の別の口）".into(),
            kind: "ext-vendor-vpn".into(),
            other_end: ends.firm("emr"),
            purpose: "医事会計の点数改定と障害対応".into(),
            systems: ends.systems(&["医事会計・レセプト"]),
            segment: "事務系".into(),
            medium: Medium::InternetSslVpn,
            device: device(ends.firm("network"), "見本網機器", "MV-60（N-003）", "5.2.7", ends.ago(910)),
            direction: Direction::Inward,
            authentication: Authentication::TwoFactor,
            source_restriction: Known::Yes,
            source_note: "保守センターの2つの番地だけ".into(),
            separated: Known::Yes,
            opening: Opening::OnDemand,
            opened_by: "情報システム係が電話を受けて開ける".into(),
            last_use: ends.ago(33),
            logs: Known::Yes,
            logs_note: "作業ごとの記録を1年、共有の「遠隔保守」".into(),
            cutter: it(),
            cutter_at_night: night(),
            how_to_cut: "VPN装置 N-003 の画面で「医事」の口を止める。夜は黄色の線を抜く".into(),
            contract: (ends.vendor)("emr"),
            ..Connection::default()
        },
        Connection {
            name: "画像システムの保守（携帯回線のルーター）".into(),
            kind: "ext-device-vpn".into(),
            other_end: ends.firm("imaging"),
            purpose: "CT・MRI・画像の保管の見守りと障害対応".into(),
            systems: ends.systems(&["画像（PACS）"]),
            segment: "画像系".into(),
            medium: Medium::Telephone,
            device: device(ends.firm("imaging"), "見本網機器", "ML-4（携帯回線）", "1.8.0", ends.ago(140)),
            direction: Direction::Inward,
            authentication: Authentication::PersonalPassword,
            source_restriction: Known::Yes,
            source_note: "画像の保守窓口の専用の番地だけ".into(),
            separated: Known::Yes,
            opening: Opening::OnDemand,
            opened_by: "放射線科の当番が電源を入れる".into(),
            last_use: ends.ago(12),
            logs: Known::Yes,
            logs_note: "事業者が月に1回、一覧を送ってくる".into(),
            cutter: Contact {
                name: "放射線科 技師長".into(),
                phone: "内線 2600".into(),
                hours: "平日".into(),
                ..Contact::default()
            },
            cutter_at_night: Contact {
                name: "放射線科 当直技師".into(),
                phone: "内線 2601".into(),
                ..Contact::default()
            },
            how_to_cut: "本館1階 読影室の机の下、白いルーターの電源を切る".into(),
            contract: (ends.vendor)("imaging"),
            ..Connection::default()
        },
        Connection {
            name: "検査機器の保守（専用ルーター）".into(),
            kind: "ext-device-vpn".into(),
            other_end: ends.firm("laboratory"),
            purpose: "分析装置の見守り。今も要るかを問い合わせ中".into(),
            systems: ends.systems(&["検体検査"]),
            segment: "検査系".into(),
            medium: Medium::InternetIpsec,
            device: device(ends.firm("laboratory"), "見本網機器", "MR-10（N-004）", "", None),
            direction: Direction::Inward,
            authentication: Authentication::Unknown,
            source_restriction: Known::Unknown,
            separated: Known::Unknown,
            opening: Opening::Always,
            last_use: ends.ago(420),
            logs: Known::Unknown,
            cutter: Contact { name: "検査科技師長（番号は未確認）".into(), ..Contact::default() },
            contract: (ends.vendor)("laboratory"),
            note: "設置した時の書類が見つからない".into(),
            ..Connection::default()
        },
        Connection {
            name: "ナースコール設備の保守VPN".into(),
            kind: "ext-device-vpn".into(),
            other_end: other("見本通報設備"),
            purpose: "ナースコール制御の障害対応".into(),
            systems: ends.systems(&["ナースコール・モニタ"]),
            segment: "病棟設備".into(),
            medium: Medium::InternetIpsec,
            device: device(other("見本通報設備"), "見本網機器", "MR-20", "2.0.1", ends.ago(500)),
            direction: Direction::Inward,
            authentication: Authentication::PersonalPassword,
            source_restriction: Known::Yes,
            source_note: "事業者の事務所の番地だけ".into(),
            separated: Known::No,
            opening: Opening::Always,
            last_use: ends.ago(60),
            logs: Known::No,
            cutter: Contact {
                name: "看護部 村井 さとみ".into(), phone: "内線 2200".into(), ..Contact::default()
            },
            cutter_at_night: night(),
            how_to_cut: "本館4階 設備室、扉の裏のルーターの電源を切る。ナースコールは切れない".into(),
            note: "患者さんの名前を出すため、電子カルテの網とつながっている".into(),
            ..Connection::default()
        },
    ]
}

/// Firms and institutions the hospital works with.
fn partners(ends: &Ends<'_>) -> Vec<Connection> {
    vec![
        Connection {
            name: "給食業者とつなぎっぱなしの線".into(),
            kind: "ext-supplier".into(),
            other_end: ends.firm("meals"),
            purpose: "献立と食数の受け渡し（1日3回）".into(),
            systems: ends.systems(&["給食・栄養"]),
            segment: "事務系".into(),
            medium: Medium::InternetIpsec,
            device: device(ends.firm("meals"), "不明", "家庭用（N-005）", "", None),
            direction: Direction::Both,
            authentication: Authentication::SharedPassword,
            source_restriction: Known::No,
            separated: Known::No,
            opening: Opening::Always,
            last_use: ends.ago(1),
            logs: Known::No,
            cutter: Contact { name: "栄養科の窓口".into(), phone: "内線 2700".into(), ..Contact::default() },
            cutter_at_night: night(),
            how_to_cut: "別館1階 栄養科、冷蔵庫の横の家庭用ルーターの電源を抜く".into(),
            contract: (ends.vendor)("meals"),
            note: "1日3回のファイル渡しに替えられないか相談中".into(),
            ..Connection::default()
        },
        Connection {
            name: REGIONAL.into(),
            kind: "ext-region".into(),
            other_end: other("白沢地域医療連携協議会"),
            purpose: "紹介元に検査結果と退院時の要約を見せる".into(),
            systems: ends.systems(&["電子カルテ"]),
            segment: "連携用の区画".into(),
            medium: Medium::InternetIpsec,
            device: device(Some(Party::Facility), "見本網機器", "MF-300（N-001）", "3.1.4", ends.ago(70)),
            direction: Direction::Both,
            authentication: Authentication::PersonalPassword,
            source_restriction: Known::Yes,
            source_note: "協議会の中継の番地だけ".into(),
            separated: Known::Yes,
            opening: Opening::Always,
            last_use: ends.ago(1),
            logs: Known::Yes,
            logs_note: "ファイアウォールに90日".into(),
            cutter: it(),
            cutter_at_night: night(),
            how_to_cut: "ファイアウォール N-001 の「連携」の札の線を抜く。地域連携室 内線 2800 に知らせる".into(),
            ..Connection::default()
        },
        Connection {
            name: "診療材料の発注".into(),
            kind: "ext-supplier".into(),
            other_end: other("見本医療材料"),
            purpose: "発注と在庫の数の送信（1日1回）".into(),
            segment: "事務系".into(),
            medium: Medium::Tls,
            device: device(Some(Party::Facility), "見本網機器", "MF-300（N-001）", "3.1.4", ends.ago(70)),
            direction: Direction::Outward,
            authentication: Authentication::PersonalPassword,
            source_restriction: Known::Yes,
            separated: Known::Yes,
            opening: Opening::OnDemand,
            opened_by: "用度係".into(),
            last_use: ends.ago(1),
            logs: Known::Yes,
            logs_note: "ファイアウォールに90日".into(),
            cutter: it(),
            cutter_at_night: night(),
            how_to_cut: "用度係の端末の線を抜く".into(),
            ..Connection::default()
        },
    ]
}

/// Lines of public services and clouds.
fn public_lines(ends: &Ends<'_>) -> Vec<Connection> {
    vec![
        Connection {
            name: "オンライン資格確認・オンライン請求".into(),
            kind: "ext-onshi".into(),
            other_end: Some(Party::Other("オンライン資格確認等システム".into())),
            purpose: "保険資格の確認、レセプトの請求".into(),
            systems: ends.systems(&["オンライン資格確認", "医事会計・レセプト"]),
            segment: "資格確認系".into(),
            medium: Medium::IpVpn,
            device: device(ends.firm("network"), "見本網機器", "MR-30", "4.0.2", ends.ago(120)),
            direction: Direction::Outward,
            authentication: Authentication::Certificate,
            source_restriction: Known::Yes,
            separated: Known::Yes,
            opening: Opening::Always,
            last_use: ends.ago(1),
            logs: Known::Yes,
            logs_note: "ルーターに30日".into(),
            cutter: it(),
            cutter_at_night: night(),
            how_to_cut: "医事課の奥、緑の札のルーターの電源を切る。受付は保険証の控えを取る".into(),
            contract: (ends.vendor)("network"),
            note: "国の回線なので、ほかの線とまとめない".into(),
            ..Connection::default()
        },
        Connection {
            name: "控えの保管（クラウド）".into(),
            kind: "ext-cloud".into(),
            other_end: ends.firm("cloud"),
            purpose: "夜ごとの控えを送る".into(),
            systems: ends.systems(&["電子カルテ", "オーダリング", "ファイル共有"]),
            segment: "基盤".into(),
            medium: Medium::Tls,
            device: device(Some(Party::Facility), "見本網機器", "MF-300（N-001）", "3.1.4", ends.ago(70)),
            direction: Direction::Outward,
            authentication: Authentication::Certificate,
            source_restriction: Known::Yes,
            separated: Known::Yes,
            opening: Opening::OnDemand,
            opened_by: "夜1時から4時まで、自動で開く".into(),
            last_use: ends.ago(1),
            logs: Known::Yes,
            logs_note: "送った記録を1年".into(),
            cutter: it(),
            cutter_at_night: night(),
            how_to_cut: "ファイアウォール N-001 の「控え」の規則を止める。データは消えない".into(),
            contract: (ends.vendor)("cloud"),
            ..Connection::default()
        },
        Connection {
            name: "オンライン診療（内科の再診）".into(),
            kind: "ext-online-care".into(),
            other_end: other("見本オンライン診療サービス"),
            purpose: "予約した患者さんとのビデオ診療".into(),
            segment: "事務系".into(),
            medium: Medium::Tls,
            device: device(Some(Party::Facility), "見本網機器", "MF-300（N-001）", "3.1.4", ends.ago(70)),
            direction: Direction::Outward,
            authentication: Authentication::TwoFactor,
            source_restriction: Known::Yes,
            separated: Known::Yes,
            opening: Opening::OnDemand,
            opened_by: "外来の看護師".into(),
            last_use: ends.ago(3),
            logs: Known::Yes,
            logs_note: "サービスの側に2年".into(),
            cutter: it(),
            cutter_at_night: night(),
            how_to_cut: "診察室3の専用端末を閉じる。電子カルテの端末とは別".into(),
            ..Connection::default()
        },
    ]
}

/// The regional line with the sign-in it got after the checklist was confirmed.
pub(crate) fn improved(line: &Connection) -> Connection {
    Connection {
        authentication: Authentication::TwoFactor,
        note: "協議会の切替えで、二要素認証になった".to_owned(),
        ..line.clone()
    }
}
