//! Reports whose sender nobody can tell: no facility, no place, coarse time. What the reporter previews is what is sent.
//!
//! What the product knows to identify (names, places, people, own addresses, days and hours, telephone numbers) is covered
//! up; what merely looks like it is pointed out, and the reporter decides.

use super::{Criterion, Indicator, IndicatorKind, NoticeKind};
use crate::facility::PREFECTURES;
use crate::region::net::{Prefix, is_local};
use crate::text::{Text, folded};
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::ops::Range;

/// What a facility wants others to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// About what.
    pub kind: NoticeKind,
    /// When it happened.
    pub happened: Ts,
    /// In its own words.
    pub text: String,
    /// What others can look for.
    pub indicators: Vec<Indicator>,
    /// Products concerned.
    pub products: Vec<Criterion>,
}

/// What would give the reporter away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    /// Names of the facility, its corporation, its systems, as written and as said.
    pub names: Vec<String>,
    /// Municipality, quarter, station, hospital's region.
    pub places: Vec<String>,
    /// People of the house.
    pub people: Vec<String>,
    /// Its own addresses on the Internet.
    pub addresses: Vec<Prefix>,
    /// Its own domains.
    pub domains: Vec<String>,
}

/// Words that look as if they identified somebody (`catalog/region/notices.yaml`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspicion {
    /// Stable id.
    pub id: String,
    /// How such a word ends: `病院`.
    pub endings: Vec<String>,
    /// How many characters of a name stand before it at least.
    pub at_least: usize,
    /// What stands before it when it names nobody: `当`.
    #[serde(default)]
    pub unless: Vec<String>,
    /// What the reporter is told.
    pub why: Text,
}

/// What is said about words that identify.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// Words that only look like it.
    pub suspicions: Vec<Suspicion>,
}

/// A word that identifies, or may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pointed {
    /// Where in the reporter's text, in bytes.
    pub at: Range<usize>,
    /// The word.
    pub word: String,
    /// Why.
    pub why: Text,
    /// Whether it is covered up; otherwise the reporter decides.
    pub covered: bool,
}

/// What readers see, and all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Published {
    /// About what.
    pub kind: NoticeKind,
    /// A third of a month.
    pub when: Text,
    /// The text with covered words.
    pub text: String,
    /// Indicators that do not lead to the reporter.
    pub indicators: Vec<Indicator>,
    /// Products.
    pub products: Vec<Criterion>,
}

/// What the reporter looks at before sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Exactly what would be sent.
    pub published: Published,
    /// Words covered, and words to decide about, in the order of the text.
    pub pointed: Vec<Pointed>,
    /// Indicators left out because they lead to the reporter.
    pub left_out: Vec<Indicator>,
}

impl Preview {
    /// What is sent. Words that were only pointed out must be changed, or the reporter says they are harmless.
    ///
    /// # Errors
    /// The words still to decide about.
    pub fn send(self, harmless: bool) -> Result<Published, Vec<Pointed>> {
        let open: Vec<Pointed> = self.pointed.into_iter().filter(|one| !one.covered).collect();
        if open.is_empty() || harmless { Ok(self.published) } else { Err(open) }
    }
}

/// Makes of a report what readers would see.
#[must_use]
pub fn compose(report: &Report, known: &Known, guide: &Guide) -> Preview {
    let letters = Letters::of(&report.text);
    let mut found = Vec::new();
    letters.known_words(known, &mut found);
    letters.numbers(&mut found);
    letters.addresses(known, &mut found);
    letters.suspicions(guide, &mut found);
    let (text, pointed) = letters.covered(&report.text, found);
    let leads_home = |one: &&Indicator| leads_home(one, known);
    let products = report.products.iter().map(|one| {
        let mask = |words: &str| {
            let letters = Letters::of(words);
            let mut found = Vec::new();
            letters.known_words(known, &mut found);
            letters.covered(words, found).0
        };
        Criterion { maker: mask(&one.maker), product: mask(&one.product), versions: one.versions.clone() }
    });
    Preview {
        published: Published {
            kind: report.kind,
            when: third_of_month(report.happened),
            text,
            indicators: report.indicators.iter().filter(|one| !leads_home(one)).cloned().collect(),
            products: products.collect(),
        },
        pointed,
        left_out: report.indicators.iter().filter(leads_home).cloned().collect(),
    }
}

fn leads_home(indicator: &Indicator, known: &Known) -> bool {
    let letters = Letters::of(&indicator.value);
    let mut found = Vec::new();
    letters.known_words(known, &mut found);
    letters.addresses(known, &mut found);
    // A sender's address is what others look for; everything else with an `@` is somebody's.
    let outside_sender = indicator.kind == IndicatorKind::Sender;
    found.iter().any(|one| !(outside_sender && one.is_mail))
}

/// `2026年11月下旬`.
fn third_of_month(at: Ts) -> Text {
    let date = at.date_in_japan();
    let (ja, en) = match date.day() {
        ..=10 => ("上旬", "early"),
        11..=20 => ("中旬", "mid"),
        _ => ("下旬", "late"),
    };
    Text::new(format!("{}年{}月{ja}", date.year(), date.month()), format!("{en} {}", date.strftime("%B %Y")))
}

struct Found {
    at: Range<usize>,
    label: &'static str,
    why: Text,
    covered: bool,
    is_mail: bool,
}

/// A text letter by letter as it is compared, each with its place in the original.
struct Letters {
    all: Vec<(char, Range<usize>)>,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut all = Vec::new();
        for (at, c) in text.char_indices() {
            let range = at..at + c.len_utf8();
            let mut one = [0; 4];
            let plain = folded(c.encode_utf8(&mut one));
            // Spaces and joiners inside a name do not hide it.
            all.extend(plain.chars().filter(|c| !c.is_whitespace() && !hides(*c)).map(|c| (c, range.clone())));
        }
        Self { all }
    }

    fn char(&self, at: usize) -> Option<char> {
        self.all.get(at).map(|(c, _)| *c)
    }

    fn range(&self, from: usize, to: usize) -> Option<Range<usize>> {
        let first = self.all.get(from)?;
        let last = self.all.get(to.checked_sub(1)?)?;
        Some(first.1.start..last.1.end)
    }

    fn starts(&self, at: usize, word: &[char]) -> bool {
        word.iter().enumerate().all(|(n, c)| self.char(at + n) == Some(*c))
    }

    fn known_words(&self, known: &Known, found: &mut Vec<Found>) {
        let prefectures = PREFECTURES.iter().map(|(ja, _)| (*ja).to_owned()).collect::<Vec<_>>();
        let sets: [(&[String], &'static str, &str, &str); 5] = [
            (&known.names, "〔施設名〕", "施設が分かる名前です。", "It names the facility."),
            (&known.places, "〔地名〕", "場所が分かります。", "It names the place."),
            (&prefectures, "〔地名〕", "場所が分かります。", "It names the place."),
            (&known.people, "〔人名〕", "人の名前です。", "It names a person."),
            (&known.domains, "〔アドレス〕", "自施設のドメイン名です。", "It is the facility's domain."),
        ];
        for (words, label, ja, en) in sets {
            for word in words {
                let word: Vec<char> = folded(word).chars().filter(|c| !c.is_whitespace() && !hides(*c)).collect();
                // One character is a word of its own too often.
                if word.len() < 2 {
                    continue;
                }
                for at in (0..self.all.len()).filter(|at| self.starts(*at, &word)) {
                    if let Some(range) = self.range(at, at + word.len()) {
                        found.push(Found { at: range, label, why: Text::new(ja, en), covered: true, is_mail: false });
                    }
                }
            }
        }
    }

    /// Days, hours, telephone numbers, and numbers of beds.
    fn numbers(&self, found: &mut Vec<Found>) {
        let digit = |at: usize| self.char(at).is_some_and(|c| c.is_ascii_digit());
        let mut at = 0;
        while at < self.all.len() {
            if !digit(at) {
                at += 1;
                continue;
            }
            // A run of digits and what joins them.
            let mut end = at;
            while digit(end) || (self.char(end).is_some_and(|c| "-‐−–—/:年月日時分()ー".contains(c)) && end > at)
            {
                end += 1;
            }
            // What joins digits does not end them.
            while end > at && !digit(end - 1) && !self.char(end - 1).is_some_and(|c| "年月日時分".contains(c)) {
                end -= 1;
            }
            let run: String = (at..end).filter_map(|n| self.char(n)).collect();
            let digits = run.chars().filter(char::is_ascii_digit).count();
            let has = |marks: &str| run.chars().any(|c| marks.contains(c));
            let say = if has("月日時分") || (has(":/") && digits >= 3) {
                Some(("〔日時〕", "日付や時刻から分かることがあります。", "A day or hour can identify.", true))
            } else if digits >= 9 {
                Some(("〔連絡先〕", "電話番号のようです。", "It looks like a telephone number.", true))
            } else if self.char(end) == Some('床') {
                Some(("〔床数〕", "病床数から施設が分かることがあります。", "The number of beds can identify.", false))
            } else {
                None
            };
            if let (Some((label, ja, en, covered)), Some(range)) = (say, self.range(at, end)) {
                found.push(Found { at: range, label, why: Text::new(ja, en), covered, is_mail: false });
            }
            at = end.max(at + 1);
        }
    }

    /// Own and private addresses, and e-mail addresses.
    fn addresses(&self, known: &Known, found: &mut Vec<Found>) {
        let mut at = 0;
        while at < self.all.len() {
            let part = |n: usize| self.char(n).is_some_and(|c| c.is_ascii_alphanumeric() || ".:-_@%+".contains(c));
            if !part(at) {
                at += 1;
                continue;
            }
            let mut end = at;
            while part(end) {
                end += 1;
            }
            let word: String = (at..end).filter_map(|n| self.char(n)).collect();
            let word = word.trim_matches(['.', ':']).to_owned();
            let host =
                word.rsplit_once(':').filter(|(host, _)| host.contains('.')).map_or(word.as_str(), |(host, _)| host);
            let own = |ip: IpAddr| is_local(ip) || known.addresses.iter().any(|own| own.contains(ip));
            let why = if host.parse::<IpAddr>().is_ok_and(own) || word.parse::<IpAddr>().is_ok_and(own) {
                Some(Text::new("自施設や院内のアドレスです。", "It is an address of the house."))
            } else if word.contains('@') && word.contains('.') {
                Some(Text::new("メールアドレスです。", "It is an e-mail address."))
            } else {
                None
            };
            if let (Some(why), Some(range)) = (why, self.range(at, end)) {
                let is_mail = word.contains('@');
                found.push(Found { at: range, label: "〔アドレス〕", why, covered: true, is_mail });
            }
            at = end;
        }
    }

    fn suspicions(&self, guide: &Guide, found: &mut Vec<Found>) {
        // A name is written in kanji, katakana or Latin letters; hiragana before an ending is grammar.
        let of_a_name = |c: char| c.is_alphanumeric() && !('\u{3041}'..='\u{309f}').contains(&c) && !c.is_ascii_digit();
        for one in &guide.suspicions {
            for ending in &one.endings {
                let word: Vec<char> = folded(ending).chars().collect();
                for at in (0..self.all.len()).filter(|at| !word.is_empty() && self.starts(*at, &word)) {
                    let mut from = at;
                    while from > 0 && self.char(from - 1).is_some_and(of_a_name) && at - from < 12 {
                        from -= 1;
                    }
                    let name: String = (from..at).filter_map(|n| self.char(n)).collect();
                    let nobody = one.unless.iter().any(|word| name.ends_with(word.as_str()));
                    if at - from >= one.at_least.max(1)
                        && !nobody
                        && let Some(range) = self.range(from, at + word.len())
                    {
                        found.push(Found {
                            at: range,
                            label: "",
                            why: one.why.clone(),
                            covered: false,
                            is_mail: false,
                        });
                    }
                }
            }
        }
    }

    fn covered(&self, text: &str, mut found: Vec<Found>) -> (String, Vec<Pointed>) {
        // What is covered wins over what is only pointed out; of overlapping ones the earlier and longer takes all.
        found.sort_by_key(|one| (one.at.start, std::cmp::Reverse(one.at.end), !one.covered));
        let mut merged: Vec<Found> = Vec::new();
        for covered in [true, false] {
            for one in found.iter().filter(|one| one.covered == covered) {
                match merged.iter_mut().find(|there| there.at.start < one.at.end && one.at.start < there.at.end) {
                    Some(there) if covered => there.at.end = there.at.end.max(one.at.end),
                    Some(_) => {}
                    None => merged.push(Found {
                        at: one.at.clone(),
                        label: one.label,
                        why: one.why.clone(),
                        covered,
                        is_mail: false,
                    }),
                }
            }
        }
        merged.sort_by_key(|one| one.at.start);
        let mut out = String::new();
        let mut end = 0;
        for one in merged.iter().filter(|one| one.covered) {
            out.push_str(text.get(end..one.at.start).unwrap_or_default());
            out.push_str(one.label);
            end = end.max(one.at.end);
        }
        out.push_str(text.get(end..).unwrap_or_default());
        let pointed = merged.into_iter().map(|one| Pointed {
            word: text.get(one.at.clone()).unwrap_or_default().to_owned(),
            at: one.at,
            why: one.why,
            covered: one.covered,
        });
        (out, pointed.collect())
    }
}

/// Characters that take no room and could hide a name from comparison.
fn hides(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{00ad}' | '・' | '_')
}

#[cfg(test)]
mod tests;
