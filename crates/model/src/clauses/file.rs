//! A clause file: a new edition of the guideline, loaded by a person while the running year stays with its own.
//!
//! The format is `hakutaku-clauses/1`, as YAML or JSON (`docs/catalog-format.md`). Reading is in `crates/catalog`; what
//! makes a row good or bad is here.

use crate::catalogue::{Catalogue, Confidence, Guideline, GuidelineItem};
use crate::record::Register;
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The format's name, as the file must say it.
const FORMAT: &str = "hakutaku-clauses/1";
/// More clauses than any edition has.
pub const MOST_CLAUSES: usize = 2_000;
/// Longest id, in characters.
const LONGEST_ID: usize = 40;
/// Longest title of a volume or chapter.
const LONGEST_TITLE: usize = 200;
/// Longest paraphrase.
const LONGEST_SUMMARY: usize = 1_000;

/// A clause file as read, before anything is checked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ClausesFile {
    /// Must be `hakutaku-clauses/1`.
    pub format: String,
    /// Id of the edition: `mhlw-8.0`.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// Edition as printed: `8.0`.
    pub edition: String,
    /// When it was published, as printed.
    pub published: String,
    /// Where the original is.
    pub url: String,
    /// Its clauses in order.
    pub items: Vec<LoadedClause>,
}

/// One clause of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LoadedClause {
    /// Id within the edition: `O-14-5`.
    pub id: String,
    /// Volume.
    pub volume: String,
    /// Chapter number.
    pub chapter: String,
    /// Chapter title.
    pub chapter_title: String,
    /// Number as printed: `⑤`.
    pub number: String,
    /// Paraphrase.
    pub summary: Text,
    /// How sure.
    pub confidence: Confidence,
    /// Clauses of other editions that ask the same: `mhlw-6.0/O-14-5`, one or several.
    #[serde(skip_serializing_if = "SameAs::is_empty")]
    pub same_as: SameAs,
}

/// One clause or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SameAs {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Default for SameAs {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl SameAs {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<&str> {
        match self {
            Self::One(one) => vec![one.as_str()],
            Self::Several(several) => several.iter().map(String::as_str).collect(),
        }
    }

    /// Whether none is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }
}

/// A loaded edition. A row of the installation's register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuidelineEdition {
    /// Id of the edition.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// Edition as printed.
    pub edition: String,
    /// When it was published, as printed.
    #[serde(default)]
    pub published: String,
    /// Where the original is.
    #[serde(default)]
    pub url: String,
    /// Its clauses in order.
    pub items: Vec<LoadedClause>,
}

impl Register for GuidelineEdition {
    const KIND: &'static str = "guideline-edition";

    fn label(&self) -> String {
        self.title.ja.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.id.clone())
    }
}

impl GuidelineEdition {
    /// The edition as the catalogue's own are shaped.
    #[must_use]
    pub fn as_guideline(&self) -> Guideline {
        let item = |(position, clause): (usize, &LoadedClause)| {
            let number = if clause.number.is_empty() { String::new() } else { format!(" {}", clause.number) };
            let item = GuidelineItem {
                id: clause.id.clone(),
                citation: format!("{} {}{number}", clause.volume, clause.chapter),
                summary: clause.summary.clone(),
                confidence: clause.confidence,
                position,
                volume: clause.volume.clone(),
                chapter: clause.chapter.clone(),
                chapter_title: clause.chapter_title.clone(),
            };
            (clause.id.clone(), item)
        };
        Guideline {
            id: self.id.clone(),
            title: self.title.clone(),
            edition: self.edition.clone(),
            url: self.url.clone(),
            notice: Text::new(
                "この版は、施設で読み込んだ条文ファイルによるものです。要約は公式の文言ではありません。",
                "This edition comes from a clause file loaded here. Paraphrases are not the official wording.",
            ),
            items: self.items.iter().enumerate().map(item).collect(),
            published: self.published.clone(),
            about: super::AboutEdition::default(),
        }
    }

    /// Which clauses of other editions each clause says it is the same as.
    #[must_use]
    pub fn same_as(&self) -> BTreeMap<String, Vec<String>> {
        self.items
            .iter()
            .filter(|clause| !clause.same_as.is_empty())
            .map(|clause| (clause.id.clone(), clause.same_as.all().into_iter().map(str::to_owned).collect()))
            .collect()
    }
}

/// Which edition a facility works with. A row of the facility's register; absent: 6.0, on which the questionnaires stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuidelineChoice {
    /// The edition's id.
    pub edition: String,
    /// The day it was switched to.
    pub on: Date,
}

impl GuidelineChoice {
    /// The edition of a facility that has not switched.
    pub const FIRST: &'static str = "mhlw-6.0";
}

impl Register for GuidelineChoice {
    const KIND: &'static str = "guideline-choice";

    fn label(&self) -> String {
        self.edition.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some("guideline".to_owned())
    }
}

/// What becomes of one row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseVerdict {
    /// Row, from 1.
    pub row: usize,
    /// Its id, as typed.
    pub id: String,
    /// Clauses it shares its mappings with.
    pub same_as: Vec<String>,
    /// What is wrong; empty: it is taken.
    pub wrong: Vec<Text>,
}

impl ClauseVerdict {
    /// Whether the row is taken but stands on nothing known: no control is mapped to it yet.
    #[must_use]
    pub fn is_unmatched(&self) -> bool {
        self.wrong.is_empty() && self.same_as.is_empty()
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_ID
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// Whether a title or paraphrase is of use: filled, not too long, nothing no keyboard types.
fn line_is_good(text: &str, longest: usize) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// Checks a file against the editions that exist. `others` are the ids and clauses of editions loaded before.
///
/// # Errors
/// A sentence about the file as a whole: no rows were looked at.
pub fn check_file(
    file: &ClausesFile,
    catalogue: &Catalogue,
    others: &[GuidelineEdition],
) -> Result<Vec<ClauseVerdict>, Text> {
    if file.format != FORMAT {
        return Err(Text::new(
            format!("条文ファイルではありません。先頭に format: {FORMAT} と書いてください。"),
            format!("This is no clause file. It must begin with format: {FORMAT}."),
        ));
    }
    if !is_id(&file.id) {
        return Err(Text::new(
            "id に版の名前を英数字で書いてください（例: mhlw-8.0、40字まで）。",
            "id must name the edition in letters and digits, for example mhlw-8.0 (at most 40).",
        ));
    }
    if catalogue.guidelines.contains_key(&file.id) {
        return Err(Text::new(
            format!("版「{}」は製品に含まれています。別の id を付けてください。", file.id),
            format!("The edition {} is part of the product. Give the file another id.", file.id),
        ));
    }
    if !line_is_good(&file.title.ja, LONGEST_TITLE) || !line_is_good(&file.title.en, LONGEST_TITLE) {
        return Err(Text::new(
            "title に日本語（ja）と英語（en）の名前を書いてください。",
            "title must have a name in Japanese (ja) and English (en).",
        ));
    }
    if !line_is_good(&file.edition, LONGEST_ID) {
        return Err(Text::new(
            "edition に版を書いてください（例: \"8.0\"）。",
            "edition must say the edition, for example \"8.0\".",
        ));
    }
    let is_address = file.url.starts_with("https://") && line_is_good(&file.url, 500);
    if !file.url.is_empty() && !is_address {
        return Err(Text::new(
            "url は https:// で始まる、原本のページの所在にしてください。",
            "url must be the address of the original, beginning with https://.",
        ));
    }
    if file.items.is_empty() || file.items.len() > MOST_CLAUSES {
        return Err(Text::new(
            format!("items に1〜{MOST_CLAUSES}の条文を書いてください（このファイルは{}）。", file.items.len()),
            format!("items must hold 1 to {MOST_CLAUSES} clauses, not {}.", file.items.len()),
        ));
    }
    let exists = |target: &str| {
        target.split_once('/').is_some_and(|(edition, item)| {
            catalogue.guidelines.get(edition).is_some_and(|guideline| guideline.items.contains_key(item))
                || others.iter().any(|other| other.id == edition && other.items.iter().any(|clause| clause.id == item))
        })
    };
    let mut seen = BTreeSet::new();
    let verdicts = file.items.iter().zip(1..).map(|(clause, row)| {
        let mut wrong = Vec::new();
        let mut say = |ja: String, en: String| wrong.push(Text::new(ja, en));
        if !is_id(&clause.id) {
            say(
                "id を英数字で書いてください（例: O-14-5）。".into(),
                "id must be letters and digits, for example O-14-5.".into(),
            );
        } else if !seen.insert(clause.id.as_str()) {
            say(format!("id「{}」が二度使われています。", clause.id), format!("The id {} is used twice.", clause.id));
        }
        for (name, text) in [("volume", &clause.volume), ("chapter", &clause.chapter)] {
            if !line_is_good(text, LONGEST_TITLE) {
                say(format!("{name} が空か、長すぎます。"), format!("{name} is empty or too long."));
            }
        }
        for (name, text) in [("chapter_title", &clause.chapter_title), ("number", &clause.number)] {
            if !text.is_empty() && !line_is_good(text, LONGEST_TITLE) {
                say(
                    format!("{name} が長すぎるか、使えない文字があります。"),
                    format!("{name} is too long or has unusable characters."),
                );
            }
        }
        for (side, text) in [("ja", &clause.summary.ja), ("en", &clause.summary.en)] {
            if !line_is_good(text, LONGEST_SUMMARY) {
                say(
                    format!("summary の {side} が空か、{LONGEST_SUMMARY}字を超えています。"),
                    format!("summary has no {side} text, or more than {LONGEST_SUMMARY} characters."),
                );
            }
        }
        for target in clause.same_as.all() {
            if !exists(target) {
                say(
                    format!("same_as の「{target}」という条文はありません（例: mhlw-6.0/O-14-5）。"),
                    format!("same_as names {target}, which does not exist (example: mhlw-6.0/O-14-5)."),
                );
            }
        }
        ClauseVerdict {
            row,
            id: clause.id.chars().take(LONGEST_ID).collect(),
            same_as: clause.same_as.all().into_iter().map(str::to_owned).collect(),
            wrong,
        }
    });
    Ok(verdicts.collect())
}

impl From<ClausesFile> for GuidelineEdition {
    fn from(file: ClausesFile) -> Self {
        let ClausesFile { format: _, id, title, edition, published, url, items } = file;
        Self { id, title, edition, published: published.chars().take(LONGEST_ID).collect(), url, items }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clause(id: &str, same_as: &str) -> LoadedClause {
        LoadedClause {
            id: id.into(),
            volume: "システム運用編".into(),
            chapter: "14".into(),
            summary: Text::new("要約", "paraphrase"),
            same_as: if same_as.is_empty() { SameAs::default() } else { SameAs::One(same_as.into()) },
            ..LoadedClause::default()
        }
    }

    fn file(items: Vec<LoadedClause>) -> ClausesFile {
        ClausesFile {
            format: FORMAT.into(),
            id: "mhlw-8.0".into(),
            title: Text::new("第8.0版", "Edition 8.0"),
            edition: "8.0".into(),
            items,
            ..ClausesFile::default()
        }
    }

    fn catalogue() -> Catalogue {
        let item = GuidelineItem { id: "O-14-5".into(), ..GuidelineItem::default() };
        let guideline = Guideline { items: [("O-14-5".to_owned(), item)].into(), ..Guideline::default() };
        Catalogue { guidelines: [("mhlw-6.0".to_owned(), guideline)].into(), ..Catalogue::default() }
    }

    #[test]
    fn every_row_gets_a_verdict_and_unmatched_ones_are_listed() {
        let file = file(vec![
            clause("O-1", "mhlw-6.0/O-14-5"),
            clause("O-2", ""),
            clause("O-1", ""),
            clause("O 3", "mhlw-6.0/O-99"),
        ]);
        let verdicts = check_file(&file, &catalogue(), &[]).expect("a clause file");
        let words: Vec<String> =
            verdicts.iter().map(|v| v.wrong.iter().map(|w| w.en.as_str()).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(words[0], "");
        assert_eq!(words[1], "");
        assert_eq!(words[2], "The id O-1 is used twice.");
        assert!(
            words[3].contains("letters and digits") && words[3].contains("O-99, which does not exist"),
            "{}",
            words[3]
        );
        assert_eq!(verdicts.iter().filter(|v| v.is_unmatched()).map(|v| v.row).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_file_of_another_kind_or_a_built_in_edition_is_refused_in_one_sentence() {
        let refused = |change: fn(&mut ClausesFile)| {
            let mut file = file(vec![clause("O-1", "")]);
            change(&mut file);
            check_file(&file, &catalogue(), &[]).expect_err("refused").en
        };
        assert!(refused(|f| f.format = "ledger/1".into()).contains("no clause file"));
        assert!(refused(|f| f.id = "mhlw-6.0".into()).contains("part of the product"));
        assert!(refused(|f| f.items = Vec::new()).contains("not 0"));
        assert!(refused(|f| f.url = "javascript:alert(1)".into()).contains("https://"));
    }

    #[test]
    fn a_loaded_edition_keeps_its_order_and_what_it_shares() {
        let edition = GuidelineEdition::from(file(vec![clause("O-10", "mhlw-6.0/O-14-5"), clause("O-2", "")]));
        let guideline = edition.as_guideline();
        let order: Vec<&str> = guideline.in_order().into_iter().map(|item| item.id.as_str()).collect();
        assert_eq!(order, ["O-10", "O-2"]);
        assert_eq!(edition.same_as()["O-10"], ["mhlw-6.0/O-14-5"]);
    }
}
