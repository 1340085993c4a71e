//! The certificate of one person for one course. It says what was done; it claims no qualification and no hours.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::text::Lang;
use hakutaku_model::time::date_words;
use hakutaku_model::training::Part;
use jiff::civil::Date;
use serde::Serialize;

/// What stands on the certificate.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// Who.
    pub name: String,
    /// Their department.
    pub department: String,
    /// Their staff number.
    pub number: String,
    /// The course, with its year in words.
    pub course: String,
    /// The fiscal year in words.
    pub year: String,
    /// The day they took part.
    pub on: Date,
    /// What they did.
    pub parts: Vec<Part>,
    /// Who held it; empty where nobody is named.
    pub teacher: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: &'a str,
    who: String,
    honorific: &'a str,
    sentence: &'a str,
    course: &'a str,
    facts: Vec<(&'a str, String)>,
    made: String,
    seal: &'a str,
}

/// The certificate as a paper.
///
/// # Errors
/// A template that fails on it.
pub fn certificate_pdf(certificate: &Certificate, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let t = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let comma = t("、", ", ");
    let parts: Vec<String> = certificate.parts.iter().map(|part| part.title().get(lang).to_owned()).collect();
    let facts = [
        (t("部署", "Department"), certificate.department.clone()),
        (t("職員番号", "Staff number"), certificate.number.clone()),
        (t("年度", "Fiscal year"), certificate.year.clone()),
        (t("受講した日", "Taken on"), date_words(certificate.on, lang)),
        (t("行ったこと", "What was done"), parts.join(comma)),
        (t("講師・責任者", "Held by"), certificate.teacher.clone()),
    ];
    let data = Sheet {
        header: header.words(lang),
        lang: lang.tag(),
        title: t("修了証", "Certificate"),
        who: certificate.name.clone(),
        honorific: t("殿", ""),
        sentence: t("上記の方は、次の研修を修了しました。", "has completed this course."),
        course: &certificate.course,
        facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        made: date_words(header.made.date_in_japan(), lang),
        seal: t("責任者の署名または印", "Signature or seal"),
    };
    let main = include_str!("../templates/certificate.typ");
    render("certificate", Files { main, words: words(lang), data: serde_json::to_vec(&data)?, radar: None })
}
