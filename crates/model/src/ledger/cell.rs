//! One cell of the ledger: read from what a person typed, pasted or imported, and written as text again.
//!
//! Reading and writing are each other's opposite: what [`write`] makes of a row, [`read`] makes the same row of, in
//! either language.

use super::check::{self, CellFault};
use super::{Asset, AssetKind, Column};
use crate::day;
use crate::record::RecordId;
use crate::text::{Lang, folded};
use jiff::civil::Date;
use std::cmp::Ordering;
use std::collections::HashMap;

/// The names of a facility's systems and vendors, to read and write cells by.
#[derive(Debug, Clone, Default)]
pub struct Names {
    systems: Register,
    vendors: Register,
}

/// Names in both directions.
#[derive(Debug, Clone, Default)]
struct Register {
    names: HashMap<RecordId, String>,
    /// By folded name; several where several share one.
    ids: HashMap<String, Vec<RecordId>>,
    /// In the order given.
    all: Vec<(RecordId, String)>,
}

impl Register {
    fn new(rows: impl IntoIterator<Item = (RecordId, String)>) -> Self {
        let mut register = Self::default();
        for (id, name) in rows {
            register.ids.entry(folded(&name)).or_default().push(id);
            register.names.insert(id, name.clone());
            register.all.push((id, name));
        }
        register
    }

    fn find(&self, typed: &str, unknown: CellFault, several: CellFault) -> Result<RecordId, CellFault> {
        match self.ids.get(&folded(typed)).map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some([_, _, ..]) => Err(several),
            // The id itself stands for a row whose name is not unique.
            _ => typed.trim().parse().ok().filter(|id| self.names.contains_key(id)).ok_or(unknown),
        }
    }
}

impl Names {
    /// From the rows of the registers.
    pub fn new(
        systems: impl IntoIterator<Item = (RecordId, String)>,
        vendors: impl IntoIterator<Item = (RecordId, String)>,
    ) -> Self {
        Self { systems: Register::new(systems), vendors: Register::new(vendors) }
    }

    /// The systems, in the order given.
    #[must_use]
    pub fn systems(&self) -> &[(RecordId, String)] {
        &self.systems.all
    }

    /// The vendors, in the order given.
    #[must_use]
    pub fn vendors(&self) -> &[(RecordId, String)] {
        &self.vendors.all
    }

    /// The name of a system; `None` when it is not in use any more.
    #[must_use]
    pub fn system(&self, id: RecordId) -> Option<&str> {
        self.systems.names.get(&id).map(String::as_str)
    }

    /// The name of a vendor; `None` when it is not in use any more.
    #[must_use]
    pub fn vendor(&self, id: RecordId) -> Option<&str> {
        self.vendors.names.get(&id).map(String::as_str)
    }
}

/// Puts what was typed into a cell; an empty text takes away what is known there (a kind becomes "other").
///
/// # Errors
/// When it cannot be read; the row is then as before.
pub fn read(column: Column, typed: &str, names: &Names, asset: &mut Asset) -> Result<(), CellFault> {
    let typed = without_escape(typed.trim());
    let is_empty = typed.is_empty();
    match column {
        Column::Kind => {
            asset.kind = if is_empty { AssetKind::Other } else { kind(typed).ok_or(CellFault::NotAKind)? }
        }
        Column::System => {
            let find = || names.systems.find(typed, CellFault::UnknownSystem, CellFault::SeveralSystems);
            asset.system = if is_empty { None } else { Some(find()?) };
        }
        Column::Vendor => {
            let find = || names.vendors.find(typed, CellFault::UnknownVendor, CellFault::SeveralVendors);
            asset.vendor = if is_empty { None } else { Some(find()?) };
        }
        Column::SupportEnds => asset.support_ends = date(typed)?,
        Column::LastSeen => asset.last_seen = date(typed)?,
        Column::RemoteMaintenance => asset.remote_maintenance = yes_or_no(typed)?,
        Column::RtoHours => asset.rto_hours = number(typed, 0, check::MOST_HOURS)?,
        Column::RpoHours => asset.rpo_hours = number(typed, 0, check::MOST_HOURS)?,
        Column::ClinicalImportance => asset.clinical_importance = rank(typed)?,
        Column::RecoveryOrder => asset.recovery_order = rank(typed)?,
        Column::Number
        | Column::Name
        | Column::Owner
        | Column::Place
        | Column::Maker
        | Column::Model
        | Column::Serial
        | Column::Os
        | Column::Firmware
        | Column::Ip
        | Column::Mac
        | Column::Segment
        | Column::Note => {
            let text = check::tidy(column, typed);
            if let Some(fault) = check::text_fault(column, &text) {
                return Err(fault);
            }
            if let Some(cell) = asset.text_mut(column) {
                *cell = text;
            }
        }
    }
    Ok(())
}

/// A cell as a person reads it and [`read`] understands it; empty where nothing is known.
#[must_use]
pub fn write(column: Column, asset: &Asset, names: &Names, lang: Lang) -> String {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    match column {
        Column::Kind => asset.kind.title().get(lang).to_owned(),
        Column::System => asset.system.and_then(|id| names.system(id)).unwrap_or_default().to_owned(),
        Column::Vendor => asset.vendor.and_then(|id| names.vendor(id)).unwrap_or_default().to_owned(),
        Column::SupportEnds => date(asset.support_ends),
        Column::LastSeen => date(asset.last_seen),
        Column::RemoteMaintenance => match (asset.remote_maintenance, lang) {
            (None, _) => "",
            (Some(true), Lang::Ja) => "はい",
            (Some(false), Lang::Ja) => "いいえ",
            (Some(true), Lang::En) => "Yes",
            (Some(false), Lang::En) => "No",
        }
        .to_owned(),
        Column::RtoHours => number(asset.rto_hours),
        Column::RpoHours => number(asset.rpo_hours),
        Column::ClinicalImportance => number(asset.clinical_importance.map(u32::from)),
        Column::RecoveryOrder => number(asset.recovery_order.map(u32::from)),
        _ => asset.text(column).unwrap_or_default().to_owned(),
    }
}

/// The order of two rows by a column as lists show it: what is empty comes last.
#[must_use]
pub fn compare(column: Column, a: &Asset, b: &Asset, names: &Names) -> Ordering {
    fn last<T: Ord>(a: Option<T>, b: Option<T>) -> Ordering {
        (a.is_none(), a).cmp(&(b.is_none(), b))
    }
    match column {
        Column::Kind => a.kind.cmp(&b.kind),
        Column::SupportEnds => last(a.support_ends, b.support_ends),
        Column::LastSeen => last(a.last_seen, b.last_seen),
        Column::RemoteMaintenance => last(a.remote_maintenance, b.remote_maintenance),
        Column::RtoHours => last(a.rto_hours, b.rto_hours),
        Column::RpoHours => last(a.rpo_hours, b.rpo_hours),
        Column::ClinicalImportance => last(a.clinical_importance, b.clinical_importance),
        Column::RecoveryOrder => last(a.recovery_order, b.recovery_order),
        _ => {
            let key = |asset: &Asset| {
                let text = super::search::key(&write(column, asset, names, Lang::Ja));
                (!text.is_empty()).then_some(text)
            };
            last(key(a), key(b))
        }
    }
}

/// Files written by this product put an apostrophe before what a spreadsheet would take for a formula.
fn without_escape(typed: &str) -> &str {
    match typed.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => typed,
    }
}

fn kind(typed: &str) -> Option<AssetKind> {
    let typed = folded(typed).replace([' ', '_', '-'], "");
    let is = |kind: &AssetKind| {
        let title = kind.title();
        [kind.key(), &title.ja, &title.en].iter().any(|name| folded(name).replace([' ', '_'], "") == typed)
    };
    AssetKind::ALL.into_iter().find(is).or_else(|| {
        Some(match typed.as_str() {
            "サーバー" | "servers" => AssetKind::Server,
            "端末" | "pc" | "パソコン" | "クライアント" | "ノートpc" | "デスクトップ" | "タブレット" | "client" => {
                AssetKind::Terminal
            }
            "ネットワーク"
            | "nw機器"
            | "通信機器"
            | "ルータ"
            | "ルーター"
            | "スイッチ"
            | "ファイアウォール"
            | "network" => AssetKind::NetworkDevice,
            "医療機器・iomt" | "iomt" | "medical" => AssetKind::MedicalDevice,
            "クラウド" | "saas" | "cloud" => AssetKind::CloudService,
            _ => return None,
        })
    })
}

fn yes_or_no(typed: &str) -> Result<Option<bool>, CellFault> {
    Ok(match folded(typed).as_str() {
        "" | "不明" | "?" | "unknown" => None,
        "はい" | "有" | "有り" | "あり" | "する" | "○" | "〇" | "◯" | "◎" | "yes" | "y" | "true" | "1" | "on" => {
            Some(true)
        }
        "いいえ" | "無" | "無し" | "なし" | "しない" | "×" | "✕" | "✗" | "x" | "no" | "n" | "false" | "0" | "off" => {
            Some(false)
        }
        _ => return Err(CellFault::NotYesOrNo),
    })
}

fn date(typed: &str) -> Result<Option<Date>, CellFault> {
    if typed.is_empty() {
        return Ok(None);
    }
    day::parse(typed).map(Some).ok_or(CellFault::NotADate)
}

fn number(typed: &str, least: u32, most: u32) -> Result<Option<u32>, CellFault> {
    let digits = folded(typed).replace([',', ' '], "");
    if digits.is_empty() {
        return Ok(None);
    }
    // Spreadsheets hand whole numbers over as 4.0; people write the unit behind.
    let digits = ["時間", "hours", "h", "位"].iter().find_map(|unit| digits.strip_suffix(unit)).unwrap_or(&digits);
    let digits = digits.strip_suffix(".0").unwrap_or(digits);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CellFault::NotANumber);
    }
    let out = CellFault::OutOfRange { least, most };
    digits.parse().ok().filter(|number| (least..=most).contains(number)).map(Some).ok_or(out)
}

fn rank(typed: &str) -> Result<Option<u16>, CellFault> {
    Ok(number(typed, 1, u32::from(check::LOWEST_RANK))?.and_then(|rank| u16::try_from(rank).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> RecordId {
        RecordId(Uuid::from_u128(n))
    }

    fn names() -> Names {
        let systems = [(id(1), "電子カルテ"), (id(2), "ﾅｰｽｺｰﾙ"), (id(3), "検査"), (id(4), "検査")];
        let vendors = [(id(9), "㈱𠮷野システム")];
        let own = |(id, name): (RecordId, &str)| (id, name.to_owned());
        Names::new(systems.map(own), vendors.map(own))
    }

    fn read_new(column: Column, typed: &str) -> Result<Asset, CellFault> {
        let mut asset = Asset::default();
        read(column, typed, &names(), &mut asset).map(|()| asset)
    }

    #[test]
    fn kinds_are_known_by_their_names_in_both_languages() {
        for (typed, kind) in [
            ("サーバ", AssetKind::Server),
            ("ｻｰﾊﾞｰ", AssetKind::Server),
            ("server", AssetKind::Server),
            ("端末ＰＣ", AssetKind::Terminal),
            ("Network device", AssetKind::NetworkDevice),
            ("network_device", AssetKind::NetworkDevice),
            ("スイッチ", AssetKind::NetworkDevice),
            ("医療機器", AssetKind::MedicalDevice),
            ("クラウドサービス", AssetKind::CloudService),
            ("", AssetKind::Other),
        ] {
            assert_eq!(read_new(Column::Kind, typed).map(|asset| asset.kind), Ok(kind), "{typed}");
        }
        assert_eq!(read_new(Column::Kind, "自転車"), Err(CellFault::NotAKind));
    }

    #[test]
    fn dates_and_numbers_are_read_as_people_type_them() {
        let ends = |typed| read_new(Column::SupportEnds, typed).map(|asset| asset.support_ends);
        assert_eq!(ends("R8.11.21"), Ok(Some(day(2026, 11, 21))));
        assert_eq!(ends("２０２６年１１月２１日"), Ok(Some(day(2026, 11, 21))));
        assert_eq!(ends(""), Ok(None));
        assert_eq!(ends("未定"), Err(CellFault::NotADate));
        let hours = |typed| read_new(Column::RtoHours, typed).map(|asset| asset.rto_hours);
        assert_eq!(hours("２４"), Ok(Some(24)));
        assert_eq!(hours("24時間"), Ok(Some(24)));
        assert_eq!(hours("4.0"), Ok(Some(4)));
        assert_eq!(hours("1,000"), Ok(Some(1000)));
        assert_eq!(hours("-1"), Err(CellFault::NotANumber));
        assert_eq!(hours("99999999999"), Err(CellFault::OutOfRange { least: 0, most: 87_600 }));
        assert_eq!(read_new(Column::RecoveryOrder, "0"), Err(CellFault::OutOfRange { least: 1, most: 9_999 }));
    }

    #[test]
    fn yes_and_no_are_known_by_their_marks() {
        let remote = |typed| read_new(Column::RemoteMaintenance, typed).map(|asset| asset.remote_maintenance);
        for yes in ["はい", "○", "〇", "有", "Yes", "TRUE"] {
            assert_eq!(remote(yes), Ok(Some(true)), "{yes}");
        }
        for no in ["いいえ", "×", "無し", "No", "ＮＯ"] {
            assert_eq!(remote(no), Ok(Some(false)), "{no}");
        }
        assert_eq!(remote("不明"), Ok(None));
        assert_eq!(remote("たぶん"), Err(CellFault::NotYesOrNo));
    }

    #[test]
    fn systems_and_vendors_are_found_by_their_names() {
        assert_eq!(read_new(Column::System, "ナースコール").map(|a| a.system), Ok(Some(id(2))));
        assert_eq!(read_new(Column::Vendor, "(株)𠮷野システム").map(|a| a.vendor), Ok(Some(id(9))));
        assert_eq!(read_new(Column::System, "給食"), Err(CellFault::UnknownSystem));
        assert_eq!(read_new(Column::System, "検査"), Err(CellFault::SeveralSystems));
        assert_eq!(read_new(Column::System, &id(4).to_string()).map(|a| a.system), Ok(Some(id(4))));
        assert_eq!(read_new(Column::Vendor, &id(1).to_string()), Err(CellFault::UnknownVendor));
    }

    #[test]
    fn what_cannot_be_read_leaves_the_row_as_it_was() {
        let mut asset = Asset { owner: "情報課".to_owned(), ..Asset::default() };
        let fault = read(Column::Owner, &"長".repeat(201), &names(), &mut asset);
        assert_eq!(fault, Err(CellFault::TooLong { longest: 200 }));
        assert_eq!(asset.owner, "情報課");
    }

    #[test]
    fn a_formula_is_a_text_and_loses_the_apostrophe_of_our_own_files() {
        assert_eq!(read_new(Column::Name, "=1+1").map(|a| a.name), Ok("=1+1".to_owned()));
        assert_eq!(read_new(Column::Name, "'=1+1").map(|a| a.name), Ok("=1+1".to_owned()));
        assert_eq!(read_new(Column::Name, "'94年製").map(|a| a.name), Ok("'94年製".to_owned()));
    }

    #[test]
    fn what_is_empty_comes_last() {
        let of = |owner: &str| Asset { owner: owner.to_owned(), ..Asset::default() };
        assert_eq!(compare(Column::Owner, &of("ｱ"), &of("い"), &names()), Ordering::Less);
        assert_eq!(compare(Column::Owner, &of(""), &of("い"), &names()), Ordering::Greater);
        assert_eq!(compare(Column::Note, &of(""), &of(""), &names()), Ordering::Equal);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            kind in 0..6_usize, system in proptest::option::of(1..3_u128), remote in proptest::option::of(any::<bool>()),
            hours in proptest::option::of(0..=87_600_u32), rank in proptest::option::of(1..=9_999_u16),
            days in proptest::option::of(0..20_000_i32), text in "[^\\p{C}']{0,40}", english in any::<bool>(),
        ) {
            let lang = if english { Lang::En } else { Lang::Ja };
            let date = days.map(|days| day(1990, 1, 1).checked_add(jiff::Span::new().days(days)).expect("in range"));
            let asset = Asset {
                kind: AssetKind::ALL[kind], system: system.map(id), remote_maintenance: remote, rto_hours: hours,
                recovery_order: rank, support_ends: date, name: text.clone(), note: text, ..Asset::default()
            }.tidied();
            let mut again = Asset::default();
            for column in Column::ALL {
                let written = write(column, &asset, &names(), lang);
                prop_assert_eq!(read(column, &written, &names(), &mut again), Ok(()));
            }
            prop_assert_eq!(again, asset);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}", column in 0..23_usize) {
            let mut asset = Asset::default();
            let _ = read(Column::ALL[column], &text, &names(), &mut asset);
        }
    }
}
