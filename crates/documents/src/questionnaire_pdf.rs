//! The blank questionnaire, to be filled in by hand.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::text::Lang;
use serde::Serialize;

#[derive(Serialize)]
struct Form<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: &'a str,
    audience: &'a str,
    edition: &'a str,
    minutes: u16,
    count: usize,
    sections: Vec<FormSection<'a>>,
}

#[derive(Serialize)]
struct FormSection<'a> {
    title: &'a str,
    intro: &'a str,
    questions: Vec<FormQuestion<'a>>,
}

#[derive(Serialize)]
struct FormQuestion<'a> {
    number: usize,
    id: &'a str,
    text: &'a str,
    why: &'a str,
    evidence: &'a str,
    levels: Vec<&'a str>,
    /// When the question is only for some: why, and the number of the question that decides.
    only_if: Option<OnlyIf<'a>>,
}

#[derive(Serialize)]
struct OnlyIf<'a> {
    reason: &'a str,
    number: Option<usize>,
    min_level: Option<u8>,
}

/// The blank questionnaire as a paper form: every question with four boxes to tick, a line for "not applicable" and its
/// reason, and a line for name, date and signature.
///
/// # Errors
/// A template that fails on this questionnaire.
pub fn questionnaire_pdf(questionnaire: &Questionnaire, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let number_of = |id: &str| questionnaire.questions().position(|q| q.id.as_str() == id).map(|at| at + 1);
    let sections = questionnaire
        .sections
        .iter()
        .map(|section| FormSection {
            title: section.title.get(lang),
            intro: section.intro.get(lang),
            questions: section
                .questions
                .iter()
                .map(|q| FormQuestion {
                    number: number_of(q.id.as_str()).unwrap_or_default(),
                    id: q.id.as_str(),
                    text: q.text.get(lang),
                    why: q.why.get(lang),
                    evidence: q.evidence.get(lang),
                    levels: q.levels.iter().map(|level| level.get(lang)).collect(),
                    only_if: q.applies_if.as_ref().map(|condition| OnlyIf {
                        reason: condition.reason.get(lang),
                        number: number_of(condition.question.as_str()),
                        min_level: condition.min_level.map(hakutaku_model::score::Level::get),
                    }),
                })
                .collect(),
        })
        .collect();
    let form = Form {
        header: header.words(lang),
        lang: lang.tag(),
        title: questionnaire.title.get(lang),
        audience: questionnaire.audience.get(lang),
        edition: &questionnaire.edition,
        minutes: questionnaire.minutes,
        count: questionnaire.questions().count(),
        sections,
    };
    render(
        "questionnaire",
        Files {
            main: include_str!("../templates/questionnaire.typ"),
            words: words(lang),
            data: serde_json::to_vec(&form)?,
            radar: None,
        },
    )
}
