//! The after-action report of a drill: as a paper to sign and file (PDF) and as a text to work on (DOCX), both from the
//! same words.

mod docx;
mod told;
mod words;

pub use docx::after_action_docx;
pub use told::{
    AfterAction, DecisionRow, Fact, GapAction, GapGroup, GapRow, ItemRow, ObjectiveRow, QuestionRow, RoleRow, Said,
    SectionRow, TimeRow, TimelineRow,
};
pub use words::{Telling, after_action};

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::world::Files;
use hakutaku_model::text::Lang;
use serde::Serialize;

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    #[serde(flatten)]
    report: &'a AfterAction,
}

/// The labels of the paper in one language.
fn labels(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => include_str!("../templates/after_action.ja.json"),
        Lang::En => include_str!("../templates/after_action.en.json"),
    }
}

/// The report as a paper.
///
/// # Errors
/// A template that fails on this report.
pub fn after_action_pdf(report: &AfterAction, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let sheet = Sheet { header: header.words(lang), lang: lang.tag(), report };
    let main = include_str!("../templates/after_action.typ");
    render("after-action", Files { main, words: labels(lang), data: serde_json::to_vec(&sheet)?, radar: None })
}

#[cfg(test)]
mod tests;
