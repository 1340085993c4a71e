//! Versions as advisories write them: `<= 2.7`, `vers:generic/>=1.0|<2.0`, `FortiOS 7.0.2`, `5.x`, and words.
//!
//! CSAF asks for a `vers` string or the vendor's own way of writing (section 3.1.2.3.2). Both are in use, as are mixtures. What is no
//! range for certain is kept in words: the ledger's comparison then says that somebody must look.

use crate::json::plain;
use hakutaku_model::region::notice::Versions;

/// Versions concerned: one criterion each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// What the criteria are.
    pub versions: Vec<Versions>,
    /// Whether all of it could be read as ranges.
    pub certain: bool,
}

/// Most pieces of one text.
const MOST: usize = 500;

/// Reads the name of a `product_version_range` or `product_version` branch. `product` is the name of the product above it,
/// which some vendors repeat before the version.
#[must_use]
pub fn range(text: &str, product: &str) -> Range {
    let text = plain(text, 2_000);
    let certain = |versions: Vec<Versions>| Range { versions, certain: true };
    let mut rest = text.trim();
    let mut vers = false;
    if let Some(after) = rest.strip_prefix("vers:") {
        // vers:<type>/<constraints>
        let Some((_, constraints)) = after.split_once('/') else { return in_words(&text) };
        (rest, vers) = (constraints.trim(), true);
    }
    rest = without(rest, product);
    if matches!(rest, "" | "*" | "vers:all/*" | "-") || is_all(rest) {
        return certain(vec![Versions::default()]);
    }
    let pieces: Vec<&str> =
        rest.split('|').map(|piece| without(piece.trim(), product)).filter(|piece| !piece.is_empty()).collect();
    if pieces.is_empty() || pieces.len() > MOST {
        return in_words(&text);
    }
    if let Some(only) = single(&pieces).and_then(between) {
        return certain(vec![only]);
    }
    let mut found: Vec<(Sign, String)> = Vec::new();
    for piece in pieces {
        let (sign, version) = sign(piece);
        let version = if vers { decoded(version) } else { version.to_owned() };
        match version_of(&version) {
            Some(version) => found.push((sign, version)),
            None => return in_words(&text),
        }
    }
    match intervals(&found) {
        Some(versions) => certain(versions),
        None => in_words(&text),
    }
}

fn single<'t>(pieces: &[&'t str]) -> Option<&'t str> {
    match pieces {
        [only] => Some(only),
        _ => None,
    }
}

fn in_words(text: &str) -> Range {
    Range { versions: vec![Versions { in_words: plain(text, 200), ..Versions::default() }], certain: false }
}

/// The product's name before a version says nothing new.
fn without<'t>(text: &'t str, product: &str) -> &'t str {
    let product = product.trim();
    let after = match text.get(..product.len()) {
        Some(start) if !product.is_empty() && start.eq_ignore_ascii_case(product) => &text[product.len()..],
        _ => return text,
    };
    // `FortiOS 7.0.2`, `Browser<133`: not the beginning of a longer word.
    if after.starts_with(|c: char| c.is_alphanumeric()) {
        text
    } else {
        after.trim_start_matches(['/', '-', ':']).trim()
    }
}

fn is_all(text: &str) -> bool {
    let text = text.to_lowercase();
    ["all", "all versions", "any", "n/a", "すべて", "全て", "全バージョン", "全版"].contains(&text.trim())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Less,
    UpTo,
    From,
    More,
    Exactly,
    Not,
}

fn sign(piece: &str) -> (Sign, &str) {
    for (mark, sign) in [
        ("<=", Sign::UpTo),
        (">=", Sign::From),
        ("!=", Sign::Not),
        ("≤", Sign::UpTo),
        ("≥", Sign::From),
        ("<", Sign::Less),
        (">", Sign::More),
        ("=", Sign::Exactly),
    ] {
        if let Some(rest) = piece.strip_prefix(mark) {
            return (sign, rest.trim());
        }
    }
    (Sign::Exactly, piece)
}

/// A text that is a version for certain: one word with a digit, perhaps after `v`, `ver.`, `rev`.
fn version_of(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let announced = ["version ", "ver. ", "ver.", "ver ", "v. ", "rev. ", "rev.", "rev ", "firmware ", "release "];
    let cut =
        announced.iter().find_map(|word| lower.strip_prefix(word).map(|rest| text.len() - rest.len())).unwrap_or(0);
    let version = text.get(cut..)?.trim();
    let sound = !version.is_empty()
        && version.chars().count() <= 60
        && version.chars().any(|c| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || ".-_+:~".contains(c))
        // Letters alone before the first digit are a series (`B.06.18`): comparable only when short.
        && version.chars().take_while(|c| c.is_ascii_alphabetic()).count() <= 3;
    sound.then(|| version.to_owned())
}

/// `0 < 8.0.1`, `1.0 <= 2.3`, `1.0 - 2.3`, `1.0 through 2.3`.
fn between(piece: &str) -> Option<Versions> {
    let ways: [(&str, bool); 5] = [(" <= ", true), (" < ", false), (" - ", true), (" through ", true), (" to ", true)];
    ways.iter().find_map(|(mark, with_end)| {
        let (from, end) = piece.split_once(mark)?;
        let (from, end) = (version_of(from)?, version_of(end)?);
        let from = Some(from).filter(|from| from != "0");
        Some(match with_end {
            true => Versions { from, up_to: Some(end), ..Versions::default() },
            false => Versions { from, before: Some(end), ..Versions::default() },
        })
    })
}

/// Pairs a lower end with the upper end after it, as `vers` reads constraints in order.
fn intervals(found: &[(Sign, String)]) -> Option<Vec<Versions>> {
    let mut out: Vec<Versions> = Vec::new();
    let mut exactly: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    for (sign, version) in found {
        match sign {
            // What is left out of a range cannot be said in a criterion.
            Sign::Not => return None,
            Sign::Exactly => match series(version) {
                Some(whole) => out.push(whole),
                None => exactly.push(version.clone()),
            },
            // A criterion has no open lower end: one version more is looked at.
            Sign::From | Sign::More => {
                if let Some(from) = open.replace(version.clone()) {
                    out.push(Versions { from: Some(from), ..Versions::default() });
                }
            }
            Sign::Less => {
                out.push(Versions { from: open.take(), before: Some(version.clone()), ..Versions::default() });
            }
            Sign::UpTo => out.push(Versions { from: open.take(), up_to: Some(version.clone()), ..Versions::default() }),
        }
    }
    if let Some(from) = open {
        out.push(Versions { from: Some(from), ..Versions::default() });
    }
    if !exactly.is_empty() {
        out.push(Versions { exactly, ..Versions::default() });
    }
    Some(out)
}

/// `5.x`: from 5 up to anything that begins with 5. In comparison a letter stands after every number.
fn series(version: &str) -> Option<Versions> {
    let lower = version.to_lowercase();
    let stem = lower.trim_end_matches(".x");
    let cut = stem.len();
    let stem = version.get(..cut)?;
    (cut < version.len() && stem.chars().any(|c| c.is_ascii_digit())).then(|| Versions {
        from: Some(stem.to_owned()),
        up_to: Some(format!("{stem}.x")),
        ..Versions::default()
    })
}

/// Percent signs of `vers` undone; a broken one stays.
fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn up_to(end: &str) -> Versions {
        Versions { up_to: Some(end.into()), ..Versions::default() }
    }

    fn before(end: &str) -> Versions {
        Versions { before: Some(end.into()), ..Versions::default() }
    }

    fn span(from: &str, versions: Versions) -> Versions {
        Versions { from: Some(from.into()), ..versions }
    }

    fn exactly(all: &[&str]) -> Versions {
        Versions { exactly: all.iter().map(|one| (*one).to_owned()).collect(), ..Versions::default() }
    }

    #[test]
    fn ranges_as_vendors_write_them() {
        for (text, product, expected) in [
            ("<= 2.7", "e-Alert", vec![up_to("2.7")]),
            ("<2.3.5", "", vec![before("2.3.5")]),
            (">= 1.3.4 | < 1.5.3", "", vec![span("1.3.4", before("1.5.3"))]),
            ("0 < 8.0.1", "", vec![before("8.0.1")]),
            ("vers:all/*", "", vec![Versions::default()]),
            ("vers:all/<V5.5.2", "", vec![before("V5.5.2")]),
            ("vers:generic/Prisma Access Browser<133.16.4.99", "Prisma Access Browser", vec![before("133.16.4.99")]),
            (
                "vers:generic/>=1.0|<2.0|>=3.0|<=3.5|7.1",
                "",
                vec![span("1.0", before("2.0")), span("3.0", up_to("3.5")), exactly(&["7.1"])],
            ),
            ("vers:deb/1.0%2Bdfsg", "", vec![exactly(&["1.0+dfsg"])]),
            (">= 2.0", "", vec![span("2.0", Versions::default())]),
            ("6.5", "", vec![exactly(&["6.5"])]),
            ("1.10 | 1.11 | 1.13", "", vec![exactly(&["1.10", "1.11", "1.13"])]),
            ("FortiOS 7.0.2", "FortiOS", vec![exactly(&["7.0.2"])]),
            ("FortiDLP/ 11.2 all versions", "FortiDLP", vec![]),
            ("5.x.x", "", vec![span("5", up_to("5.x"))]),
            ("<= 11.x", "", vec![up_to("11.x")]),
            ("All versions", "", vec![Versions::default()]),
        ] {
            let read = range(text, product);
            if expected.is_empty() {
                assert!(!read.certain, "{text}");
            } else {
                assert_eq!(read, Range { versions: expected, certain: true }, "{text}");
            }
        }
    }

    #[test]
    fn words_stay_words() {
        for text in [
            "<  july 1 2017",
            "All versions with Nozomi Guardian / CMC before V22.6.3 or 23.1.0",
            "9.x (with Wireless Battery Modules >= 22D19 | <= v22D28)",
            "<= GEH-1.1 (integrated into GE MobileLink)",
            "distributed  < april 1, 2018",
            "vers:generic/!=1.0",
            "MMT-551 / MMT-751 MiniMed 530G",
            "3rd Edition of the manual",
            "<= K",
        ] {
            let read = range(text, "");
            assert!(!read.certain, "{text}: {read:?}");
            assert!(!read.versions[0].in_words.is_empty());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_range_or_words(text in ".{0,80}", near in "(vers:[a-z]{0,5}/)?([<>=!|0-9.vVxX% ]|all){0,40}", product in ".{0,10}") {
            for text in [&text, &near] {
                let read = range(text, &product);
                prop_assert!(!read.versions.is_empty());
                prop_assert!(read.certain || !read.versions[0].in_words.is_empty() || text.trim().is_empty());
            }
        }
    }
}
