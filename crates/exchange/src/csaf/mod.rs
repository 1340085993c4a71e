//! CSAF 2.0 advisories in (OASIS Standard, 18 November 2022): products as criteria for the ledger, and a plain draft.

mod check;
mod products;
mod ranges;
mod words;

pub use check::{Fault, faults};
pub use ranges::{Range, range};

use crate::draft::Draft;
use crate::json::{self, JsonError, LIMITS, Limits, list, plain, text};
use crate::verdict::{Verdict, Worth};
use hakutaku_model::region::notice::{Criterion, Indicator, IndicatorKind, NoticeKind, Tlp};
use hakutaku_model::text::Text;
use serde::Serialize;
use serde_json::Value;

/// Most products in one advisory.
pub const MOST_PRODUCTS: usize = 50_000;
/// Most vulnerabilities in one advisory.
pub const MOST_VULNERABILITIES: usize = 5_000;

/// Why an advisory is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsafError {
    /// No JSON, or beyond a limit.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not an advisory of CSAF 2.0.
    #[error("it is not an advisory of CSAF 2.0")]
    NoCsaf,
    /// Another version.
    #[error("it is an advisory of CSAF {0}; CSAF 2.0 is read")]
    Version(String),
    /// It breaks the format.
    #[error("it is not a valid CSAF 2.0 advisory: {} (at {})", .0.first().map_or("", |one| one.words.en.as_str()), .0.first().map_or("", |one| one.at.as_str()))]
    Faults(Vec<Fault>),
}

impl CsafError {
    /// In words, one line for each thing that is wrong.
    #[must_use]
    pub fn texts(&self) -> Vec<Text> {
        match self {
            Self::Json(error) => vec![error.text()],
            Self::NoCsaf => vec![Text::new("CSAF 2.0の文書ではありません。", "It is not an advisory of CSAF 2.0.")],
            Self::Version(version) => vec![Text::new(
                format!("CSAF {version}の文書です。CSAF 2.0のものを入れてください。"),
                format!("It is an advisory of CSAF {version}; CSAF 2.0 is read."),
            )],
            Self::Faults(faults) => faults
                .iter()
                .map(|one| Text::new(format!("{}: {}", one.at, one.words.ja), format!("{}: {}", one.at, one.words.en)))
                .collect(),
        }
    }
}

/// An advisory, read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advisory {
    /// `tracking/id`.
    pub id: String,
    /// Who publishes it.
    pub publisher: String,
    /// Its title, as published.
    pub title: String,
    /// `tracking/version`.
    pub version: String,
    /// `tracking/current_release_date`, as written.
    pub released: String,
    /// Numbers of weaknesses.
    pub weaknesses: Vec<String>,
    /// Products that are concerned, for comparison with the ledger.
    pub criteria: Vec<Criterion>,
    /// A plain draft of a notice.
    pub draft: Draft,
    /// One for each product and each vulnerability.
    pub verdicts: Vec<Verdict>,
}

/// Whether a document looks like CSAF, to choose the reader.
#[must_use]
pub fn looks_like(value: &Value) -> bool {
    value.get("document").is_some_and(|document| document.get("csaf_version").is_some())
}

/// Reads an advisory. Changes nothing.
///
/// # Errors
/// When it is no valid advisory of CSAF 2.0, or goes beyond a limit.
pub fn read(bytes: &[u8]) -> Result<Advisory, CsafError> {
    // CSAF recommends readers to take files of this length (section C.1).
    let value = json::read(bytes, Limits { depth: 70, ..LIMITS })?;
    let document = value.get("document").ok_or(CsafError::NoCsaf)?;
    match text(document, "csaf_version") {
        Some("2.0") => {}
        Some(other) => return Err(CsafError::Version(plain(other, 20))),
        None => return Err(CsafError::NoCsaf),
    }
    let faults = faults(&value);
    if !faults.is_empty() {
        return Err(CsafError::Faults(faults));
    }
    Ok(advisory(&value, document))
}

fn advisory(value: &Value, document: &Value) -> Advisory {
    let tracking = document.get("tracking").unwrap_or(&Value::Null);
    let field =
        |of: &Value, name: &str, longest: usize| text(of, name).map(|text| plain(text, longest)).unwrap_or_default();
    let publisher = field(document.get("publisher").unwrap_or(&Value::Null), "name", 120);
    let (id, title) = (field(tracking, "id", 120), field(document, "title", 300));
    let tree = products::Tree::of(value);
    let vulnerabilities = list(value, "vulnerabilities");
    let (criteria, mut verdicts) = tree.concerned(vulnerabilities);
    let mut weaknesses: Vec<String> = Vec::new();
    for (at, one) in vulnerabilities.iter().enumerate() {
        let number = text(one, "cve").map(str::to_owned);
        let words = match &number {
            Some(cve) => Text::new(format!("弱点 {cve}"), format!("Weakness {cve}")),
            None => Text::new("番号のない弱点です。", "A weakness without a number."),
        };
        verdicts.push(Verdict {
            at: format!("/vulnerabilities/{at}"),
            id: number.clone().unwrap_or_else(|| field(one, "title", 120)),
            kind: "vulnerability".into(),
            worth: if number.is_some() { Worth::Taken } else { Worth::Kept },
            words,
        });
        weaknesses.extend(number.filter(|cve| !weaknesses.contains(cve)));
    }
    let mut draft = Draft {
        source_id: format!("{publisher} {id}"),
        source: publisher.clone(),
        changed: field(tracking, "current_release_date", 40),
        withdrawn: false,
        kind: NoticeKind::Vulnerability,
        tlp: label(document),
        title: Draft::title(&words::title(&criteria, &title)),
        text: Draft::text(&words::text(&criteria, &publisher, &id, weaknesses.len())),
        actions: words::actions(vulnerabilities),
        indicators: Vec::new(),
        products: criteria.clone(),
    };
    for cve in &weaknesses {
        draft.look_for(Indicator { kind: IndicatorKind::Weakness, value: cve.clone() });
    }
    Advisory {
        id,
        publisher,
        title,
        version: field(tracking, "version", 60),
        released: field(tracking, "current_release_date", 40),
        weaknesses,
        criteria,
        draft,
        verdicts,
    }
}

/// The label (section 3.2.1.5.2; the names of TLP 1, white is clear). Without one nobody has said that it may be passed on.
fn label(document: &Value) -> Tlp {
    let label = document.get("distribution").and_then(|one| one.get("tlp")).and_then(|tlp| text(tlp, "label"));
    match label {
        Some("WHITE" | "CLEAR") => Tlp::Clear,
        Some("GREEN") => Tlp::Green,
        Some("AMBER") => Tlp::Amber,
        Some("RED") => Tlp::Red,
        _ => Tlp::AmberStrict,
    }
}
