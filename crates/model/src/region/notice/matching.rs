//! "You have two of these": a notice's products beside a facility's own ledger. Runs at the facility; the ledger stays there.

use crate::text::{Text, folded};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Which versions are concerned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Versions {
    /// From this one on; absent: from the beginning.
    pub from: Option<String>,
    /// Before this one: the first that is mended.
    pub before: Option<String>,
    /// Up to and with this one.
    pub up_to: Option<String>,
    /// Exactly these.
    pub exactly: Vec<String>,
    /// As the source words it, where that is no range: somebody must look.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub in_words: String,
}

/// A product a notice concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Maker; empty: any.
    #[serde(default)]
    pub maker: String,
    /// Product or model; empty: all of the maker.
    #[serde(default)]
    pub product: String,
    /// Versions.
    #[serde(default)]
    pub versions: Versions,
}

/// A row of the facility's own ledger, as far as matching needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnRow {
    /// What people call it.
    pub name: String,
    /// Maker.
    pub maker: String,
    /// Product or model.
    pub product: String,
    /// Version of its system, firmware or software; empty: not known.
    pub version: String,
    /// How many.
    pub count: u32,
}

/// What was found at home.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Matched {
    /// Rows that are concerned, by place in the list.
    pub hit: Vec<usize>,
    /// Rows whose version is not known or cannot be compared: somebody must look.
    pub look: Vec<usize>,
    /// Devices in the first.
    pub hit_count: u64,
    /// Devices in the second.
    pub look_count: u64,
}

/// Compares a notice's products with the ledger's rows.
#[must_use]
pub fn matched(criteria: &[Criterion], rows: &[OwnRow]) -> Matched {
    let mut out = Matched::default();
    for (at, row) in rows.iter().enumerate() {
        let verdict = criteria.iter().filter(|one| one.is_product(row)).map(|one| one.versions.concern(&row.version));
        match verdict.max() {
            Some(Verdict::Yes) => {
                out.hit.push(at);
                out.hit_count += u64::from(row.count);
            }
            Some(Verdict::Look) => {
                out.look.push(at);
                out.look_count += u64::from(row.count);
            }
            Some(Verdict::No) | None => {}
        }
    }
    out
}

impl Matched {
    /// The one sentence above everything else.
    #[must_use]
    pub fn sentence(&self) -> Text {
        let (hit, look) = (self.hit_count, self.look_count);
        match (hit, look) {
            (0, 0) => Text::new(
                "台帳には該当する機器がありません。台帳にない機器がないかも確かめてください。",
                "Your register has none of these. Check for devices that are not in it.",
            ),
            (0, _) => Text::new(
                format!("版が分からない機器が{look}台あります。版を確かめてください。"),
                format!("You have {look} whose version is not known. Check the version."),
            ),
            (_, 0) => {
                Text::new(format!("貴施設に該当する機器が{hit}台あります。"), format!("You have {hit} of these."))
            }
            _ => Text::new(
                format!("貴施設に該当する機器が{hit}台、版が分からない機器が{look}台あります。"),
                format!("You have {hit} of these, and {look} whose version is not known."),
            ),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    No,
    Look,
    Yes,
}

/// Words of a maker's name that say nothing about which.
const LEGAL: [&str; 12] =
    ["株式会社", "(株)", "有限会社", "合同会社", "inc", "corp", "corporation", "ltd", "co", "llc", "gmbh", "limited"];

fn words(text: &str) -> Vec<String> {
    let mut plain = folded(text);
    for legal in LEGAL.iter().filter(|legal| !legal.is_ascii() || legal.starts_with('(')) {
        plain = plain.replace(legal, " ");
    }
    let separate = |c: char| !(c.is_alphanumeric() || c == 'ー');
    plain.split(separate).filter(|word| !word.is_empty() && !LEGAL.contains(word)).map(str::to_owned).collect()
}

/// Whether all words of one appear in the other, in a row. Written together or apart makes no difference.
fn names(asked: &str, held: &str) -> bool {
    let (asked, held) = (words(asked), words(held));
    if asked.is_empty() {
        return true;
    }
    if held.windows(asked.len()).any(|row| *row == *asked) {
        return true;
    }
    // `Forti Gate 60F` and `FortiGate-60F`: joined, from the beginning of a word to the end of one.
    let wanted = asked.concat();
    (0..held.len())
        .any(|from| (from + 1..=held.len()).any(|to| held.get(from..to).is_some_and(|row| row.concat() == wanted)))
}

impl Criterion {
    fn is_product(&self, row: &OwnRow) -> bool {
        let nothing = words(&self.maker).is_empty() && words(&self.product).is_empty();
        // Ledgers often have the maker in the product's column, or leave it out.
        let whole = format!("{} {}", row.maker, row.product);
        let maker = names(&self.maker, &whole) || (words(&row.maker).is_empty() && !words(&self.product).is_empty());
        !nothing && maker && (names(&self.product, &row.product) || names(&self.product, &whole))
    }
}

impl Versions {
    fn concern(&self, version: &str) -> Verdict {
        let all = self.from.is_none() && self.before.is_none() && self.up_to.is_none() && self.exactly.is_empty();
        if all {
            return if self.in_words.is_empty() { Verdict::Yes } else { Verdict::Look };
        }
        if !version.chars().any(|c| c.is_ascii_digit()) {
            return Verdict::Look;
        }
        if self.exactly.iter().any(|one| compare(one, version) == Ordering::Equal) {
            return Verdict::Yes;
        }
        let bounded = self.from.is_some() || self.before.is_some() || self.up_to.is_some();
        let above = self.from.as_ref().is_none_or(|from| compare(version, from) != Ordering::Less);
        let below = self.before.as_ref().is_none_or(|end| compare(version, end) == Ordering::Less)
            && self.up_to.as_ref().is_none_or(|end| compare(version, end) != Ordering::Greater);
        if bounded && above && below { Verdict::Yes } else { Verdict::No }
    }
}

/// Compares versions number by number; letters after a number count as a later patch (`7.4.2b` after `7.4.2`), words that only
/// announce (`v`, `ver`, `版`) do not count.
#[must_use]
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (pieces(a), pieces(b));
    let longest = a.len().max(b.len());
    for at in 0..longest {
        let zero = Piece::Number(0);
        let order = a.get(at).unwrap_or(&zero).cmp(b.get(at).unwrap_or(&zero));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Number(u64),
    Letters(String),
}

fn pieces(version: &str) -> Vec<Piece> {
    let plain = folded(version);
    let mut out = Vec::new();
    let mut rest = plain.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        if digits {
            out.push(Piece::Number(piece.parse().unwrap_or(u64::MAX)));
        } else {
            let letters: String = piece.chars().filter(|c| c.is_alphanumeric()).collect();
            // Before the first number stands a name, not a version.
            if !letters.is_empty() && !out.is_empty() {
                out.push(Piece::Letters(letters));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(maker: &str, product: &str, version: &str, count: u32) -> OwnRow {
        OwnRow { name: "x".into(), maker: maker.into(), product: product.into(), version: version.into(), count }
    }

    fn fortigate() -> Criterion {
        let versions = Versions { from: Some("7.0.0".into()), before: Some("7.2.5".into()), ..Versions::default() };
        Criterion { maker: "Fortinet".into(), product: "FortiGate".into(), versions }
    }

    #[test]
    fn you_have_two_of_these() {
        let rows = [
            row("Fortinet", "FortiGate 60F", "v7.2.4", 1),
            row("フォーティネット Fortinet, Inc.", "ＦｏｒｔｉＧａｔｅ 100F", "7.0.12", 1),
            row("Fortinet", "FortiGate 60F", "7.2.5", 3),
            row("Fortinet", "FortiGate 40F", "", 4),
            row("Cisco", "ASA 5506", "7.1", 5),
        ];
        let found = matched(&[fortigate()], &rows);
        assert_eq!(
            (found.hit.clone(), found.hit_count, found.look.clone(), found.look_count),
            (vec![0, 1], 2, vec![3], 4)
        );
        assert_eq!(found.sentence().ja, "貴施設に該当する機器が2台、版が分からない機器が4台あります。");
        assert_eq!(
            matched(&[fortigate()], &rows[4..]).sentence().en,
            "Your register has none of these. Check for devices that are not in it."
        );
    }

    #[test]
    fn names_agree_however_they_are_written_but_not_by_part_of_a_word() {
        let asks = |product: &str, held: &str| {
            let one = Criterion { product: product.into(), ..Criterion::default() };
            matched(&[one], &[row("", held, "", 1)]).hit_count == 1
        };
        assert!(asks("FortiGate 60F", "FortiGate-60F") && asks("RTX 1220", "RTX1220"));
        assert!(asks("Windows Server 2019", "Microsoft Windows Server 2019 Standard"));
        assert!(!asks("RTX12", "RTX1220") && !asks("NAS", "PANASONIC CF-1"));
        assert!(!asks("", "anything"), "a criterion without a name is about nothing");
    }

    #[test]
    fn versions_compare_number_by_number() {
        for (less, more) in [
            ("7.2.4", "7.2.10"),
            ("7.2", "7.2.1"),
            ("7.4.2", "7.4.2b"),
            ("V9.1", "ver.9.2"),
            ("10.0.19041", "10.0.22000"),
        ] {
            assert_eq!(compare(less, more), Ordering::Less, "{less} {more}");
        }
        assert_eq!(compare("v7.2", "7.2.0"), Ordering::Equal);
        let up_to = Versions { up_to: Some("3.5".into()), ..Versions::default() };
        assert_eq!(
            (up_to.concern("3.5"), up_to.concern("3.5.1"), up_to.concern("不明")),
            (Verdict::Yes, Verdict::No, Verdict::Look)
        );
        let exact = Versions { exactly: vec!["2.1".into()], ..Versions::default() };
        assert_eq!((exact.concern("2.1"), exact.concern("2.2")), (Verdict::Yes, Verdict::No));
    }

    proptest! {
        #[test]
        fn comparing_versions_is_an_order(a in "[v]?[0-9]{1,3}([.][0-9]{1,3}){0,3}[a-c]?", b in "[0-9]{1,3}([.][0-9]{1,3}){0,3}[a-c]?", any in ".{0,20}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &a), Ordering::Equal);
            let _ = compare(&any, &a);
        }
    }
}
