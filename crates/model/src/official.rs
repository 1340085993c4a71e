//! The ministry's own spreadsheet: where its answers go, and the edition that is made of its rows.
//!
//! A [`FormProfile`] says for one file which cell takes what; it holds no text of the form, so that it can be handed to
//! another house. An [`OfficialForm`] is what a facility keeps of the file it loaded: profile and edition, the latter
//! with the form's own text, which stays in that facility's data.

use crate::catalogue::{Checklist, ChecklistItem, Confidence, ItemStatus};
use crate::checklist::FormKind;
use crate::id::DocumentId;
use crate::record::Register;
use crate::text::{Text, folded};
use crate::time::FiscalYear;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

pub mod answers;
pub mod topics;

/// What a profile file says it is.
pub const PROFILE_SCHEMA: &str = "hakutaku.form-profile/1";
/// The topic of a row that no known topic fits.
pub const NO_TOPIC: &str = "none";
/// The device groups of the forms, as the catalogue names them.
pub const GROUPS: [&str; 8] =
    ["gate", "governance", "system-wide", "servers", "terminal-pcs", "network-devices", "incident-readiness", "rules"];

/// Where the answers of one official file go. Cells are named as spreadsheets do (`E12`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormProfile {
    /// [`PROFILE_SCHEMA`].
    pub schema: String,
    /// What people call it.
    pub name: String,
    /// The edition its rows make: `x` and the start of the file's SHA-256.
    pub edition: String,
    /// Whose form it is.
    pub form: FormKind,
    /// The fiscal year it is for.
    pub fiscal_year: i16,
    /// Name of the sheet.
    pub sheet: String,
    /// Where the facility's name goes.
    #[serde(default)]
    pub facility: Option<String>,
    /// Where the day of filling in goes.
    #[serde(default)]
    pub date: Option<DateCells>,
    /// The items, from top to bottom.
    pub rows: Vec<ProfileRow>,
}

/// One item of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileRow {
    /// Row of the sheet; the first is 1.
    pub row: u32,
    /// Item id within the edition.
    pub item: String,
    /// As printed: `2-⑧`; empty where the row has none.
    pub number: String,
    /// Device group, one of [`GROUPS`].
    pub group: String,
    /// The cell the item's text stands in.
    pub text: String,
    /// Fingerprint of the text: a file whose row says something else is not filled.
    pub print: String,
    /// First round.
    #[serde(default)]
    pub first: RoundCells,
    /// The day by which it will be done.
    #[serde(default)]
    pub target: Option<DateCells>,
    /// Second round.
    #[serde(default)]
    pub second: RoundCells,
}

/// Where one round goes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundCells {
    /// Yes or no.
    #[serde(default)]
    pub mark: Option<MarkCells>,
    /// The day of checking.
    #[serde(default)]
    pub date: Option<DateCells>,
}

/// How yes or no is put down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case", deny_unknown_fields)]
pub enum MarkCells {
    /// A cell for each; the chosen one gets the sign (its `□` becomes `☑`).
    TwoCells {
        /// The cell for yes.
        yes: String,
        /// The cell for no.
        no: String,
        /// `○`, `✓` …
        sign: String,
    },
    /// One cell that takes one of two values, mostly with a drop-down list.
    List {
        /// The cell.
        cell: String,
        /// The value for yes.
        yes: String,
        /// The value for no.
        no: String,
    },
    /// One text with both words, to be circled by hand: the sign goes before the chosen word.
    InText {
        /// The cell.
        cell: String,
        /// The word for yes.
        yes: String,
        /// The word for no.
        no: String,
        /// `○`.
        sign: String,
    },
}

/// How a day is put down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case", deny_unknown_fields)]
pub enum DateCells {
    /// One cell: a real date where the cell is formatted as one, else a text.
    OneCell {
        /// The cell.
        cell: String,
        /// How the year is written in a text.
        year: YearStyle,
    },
    /// Year, month and day apart; a form may leave the year out.
    Split {
        /// The cell of the year.
        #[serde(default)]
        year_cell: Option<String>,
        /// The cell of the month.
        month: String,
        /// The cell of the day.
        day: String,
        /// How the year is written.
        year: YearStyle,
    },
    /// Blanks within a text: `令和　年　月　日`, `（　/　）`.
    InText {
        /// The cell.
        cell: String,
    },
}

/// How a year is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YearStyle {
    /// 8 (令和8年).
    #[default]
    Era,
    /// 2026.
    Western,
}

impl MarkCells {
    /// The cells it writes to.
    #[must_use]
    pub fn cells(&self) -> Vec<&str> {
        match self {
            Self::TwoCells { yes, no, .. } => vec![yes, no],
            Self::List { cell, .. } | Self::InText { cell, .. } => vec![cell],
        }
    }
}

impl DateCells {
    /// The cells it writes to.
    #[must_use]
    pub fn cells(&self) -> Vec<&str> {
        match self {
            Self::OneCell { cell, .. } | Self::InText { cell } => vec![cell],
            Self::Split { year_cell, month, day, .. } => {
                year_cell.iter().map(String::as_str).chain([month.as_str(), day.as_str()]).collect()
            }
        }
    }
}

impl ProfileRow {
    /// Which answer goes here.
    #[must_use]
    pub fn is_for(&self, item: &str, group: &str) -> bool {
        self.item == item && self.group == group
    }
}

/// A row as it was read from the file, confirmed by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRow {
    /// Section of the form; 0 is the opening question.
    pub section: u8,
    /// As printed.
    pub number: String,
    /// The form's own words.
    pub text: String,
    /// Device group.
    pub group: String,
    /// Topic id, or [`NO_TOPIC`].
    pub topic: String,
}

/// What a facility keeps of an official file. A row of its register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficialForm {
    /// The uploaded blank.
    pub document: DocumentId,
    /// Its file name.
    pub file: String,
    /// Where the answers go.
    pub profile: FormProfile,
    /// The rows with their text, in the order of the profile's.
    pub rows: Vec<FormRow>,
    /// Whether a person has looked at rows, cells and topics and said they are right. Before that nothing is filled.
    #[serde(default)]
    pub confirmed: bool,
}

impl Register for OfficialForm {
    const KIND: &'static str = "official-form";

    fn label(&self) -> String {
        self.profile.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.profile.edition.clone())
    }
}

impl OfficialForm {
    /// The edition its rows make: the same shape as those of the catalogue.
    #[must_use]
    pub fn edition(&self) -> Checklist {
        edition(&self.profile, &self.rows)
    }

    /// Gives every row its item id and fingerprint anew, after rows or texts changed.
    pub fn renumber(&mut self) {
        let ids = item_ids(&self.rows);
        for ((row, form_row), id) in self.profile.rows.iter_mut().zip(&self.rows).zip(ids) {
            row.item = id;
            row.number.clone_from(&form_row.number);
            row.group.clone_from(&form_row.group);
            row.print = print_of("", &form_row.text);
        }
    }
}

/// The edition id of a file.
#[must_use]
pub fn edition_id(file: &[u8]) -> String {
    format!("x{}", &hex::encode(Sha256::digest(file))[..12])
}

/// The fingerprint of a number and a text, however wide or spaced they are typed.
#[must_use]
pub fn print_of(number: &str, text: &str) -> String {
    let plain = |text: &str| folded(text).replace(' ', "").replace(['－', '−', '‐', '–', '—', 'ー', '―'], "-");
    hex::encode(Sha256::digest(format!("{}\n{}", plain(number), plain(text))))[..16].to_owned()
}

/// An id per row: from number and text, so that it is the same in every copy of the form. The same item asked for
/// several device groups is one item; a true repetition gets a running number.
#[must_use]
pub fn item_ids(rows: &[FormRow]) -> Vec<String> {
    let mut taken: BTreeSet<(String, &str)> = BTreeSet::new();
    rows.iter()
        .map(|row| {
            let base = format!("i{}", &print_of(&row.number, &row.text)[..12]);
            let id = (1_u32..)
                .map(|n| if n == 1 { base.clone() } else { format!("{base}-{n}") })
                .find(|id| !taken.contains(&(id.clone(), row.group.as_str())))
                .unwrap_or(base);
            taken.insert((id.clone(), &row.group));
            id
        })
        .collect()
}

/// The edition that rows make. What stands in it was read in the form itself, hence `seen`.
#[must_use]
pub fn edition(profile: &FormProfile, rows: &[FormRow]) -> Checklist {
    let mut items: Vec<ChecklistItem> = Vec::new();
    for (id, row) in item_ids(rows).into_iter().zip(rows) {
        if let Some(known) = items.iter_mut().find(|item| item.id == id) {
            known.groups.push(row.group.clone());
            continue;
        }
        items.push(ChecklistItem {
            id,
            form: profile.form,
            section: row.section,
            number: (!row.number.is_empty()).then(|| row.number.clone()),
            number_confidence: Confidence::Seen,
            groups: vec![row.group.clone()],
            status: if row.section == 0 { ItemStatus::Gate } else { ItemStatus::Required },
            topic: row.topic.clone(),
            // The form has no English; its own words stand on both sides.
            summary: Text::new(row.text.clone(), row.text.clone()),
            confidence: Confidence::Seen,
        });
    }
    let year = FiscalYear(profile.fiscal_year);
    Checklist {
        id: profile.edition.clone(),
        era: Text::new(year.label(crate::text::Lang::Ja), year.label(crate::text::Lang::En)),
        fiscal_year: profile.fiscal_year,
        guideline: if profile.fiscal_year >= 2026 { "mhlw-7.0" } else { "mhlw-6.0" }.to_owned(),
        items_available: true,
        url: String::new(),
        items,
    }
}

/// Whether a date lies in the form's year.
#[must_use]
pub fn in_year(day: Date, fiscal_year: i16) -> bool {
    FiscalYear::of(day).0 == fiscal_year
}

/// Reads a profile file.
///
/// # Errors
/// A sentence in both languages when it is no profile, or one of another make.
pub fn read_profile(bytes: &[u8]) -> Result<FormProfile, Text> {
    /// A profile of a hundred rows has some 50 kB.
    const LARGEST: usize = 1 << 20;
    if bytes.len() > LARGEST {
        return Err(Text::new(
            "対応づけのファイルが大きすぎます（1MBまで）。",
            "The profile file is too large (at most 1 MB).",
        ));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let profile: FormProfile = serde_json::from_slice(bytes).map_err(|problem| {
        Text::new(
            format!(
                "対応づけのファイルとして読めません（{}行目{}字目）。この画面から書き出したファイルを選んでください。",
                problem.line(),
                problem.column()
            ),
            format!("This is not a profile file: {problem}. Please choose a file exported from this page."),
        )
    })?;
    if profile.schema != PROFILE_SCHEMA {
        return Err(Text::new(
            format!("対応づけの形式「{}」は読めません（読めるのは {PROFILE_SCHEMA}）。", profile.schema),
            format!("Profiles of the format “{}” cannot be read, only {PROFILE_SCHEMA}.", profile.schema),
        ));
    }
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: &str, text: &str, group: &str) -> FormRow {
        FormRow { section: 2, number: number.into(), text: text.into(), group: group.into(), topic: NO_TOPIC.into() }
    }

    #[test]
    fn the_same_item_asked_for_two_groups_is_one_item_with_two_answers() {
        let rows =
            [row("2-⑧", "更新する", "servers"), row("２－⑧", "更新 する", "terminal-pcs"), row("2-⑨", "別", "servers")];
        let ids = item_ids(&rows);
        assert_eq!(ids[0], item_ids(&rows[..1])[0], "an id does not depend on its neighbours");
        assert_ne!(ids[0], ids[2]);
        let profile = FormProfile {
            schema: PROFILE_SCHEMA.into(),
            name: "様式".into(),
            edition: edition_id(b"file"),
            form: FormKind::Hospital,
            fiscal_year: 2026,
            sheet: "確認表".into(),
            facility: None,
            date: None,
            rows: Vec::new(),
        };
        let edition = edition(&profile, &rows);
        assert_eq!(edition.items.len(), 2, "a wider dash or a space makes no other item");
        assert_eq!(edition.items[0].groups, ["servers", "terminal-pcs"]);
        assert_eq!(edition.items[1].confidence, Confidence::Seen);
    }

    #[test]
    fn a_true_repetition_keeps_both_rows_apart() {
        let rows = [row("①", "同じ", "servers"), row("①", "同じ", "servers"), row("①", "同じ", "terminal-pcs")];
        let ids = item_ids(&rows);
        assert_eq!(ids[1], format!("{}-2", ids[0]));
        assert_eq!(ids[2], ids[0]);
    }

    #[test]
    fn a_profile_of_another_format_is_refused_in_words() {
        assert!(read_profile(b"{").expect_err("refused").ja.contains("1行目"));
        let other =
            br#"{"schema":"other/9","name":"","edition":"","form":"hospital","fiscal_year":1,"sheet":"","rows":[]}"#;
        assert!(read_profile(other).expect_err("refused").en.contains("other/9"));
    }
}
