//! The attendance list of a course on paper: names with room to sign, and the code by which a telephone does it instead.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::date_words;
use hakutaku_model::training::Part;
use jiff::civil::Date;
use serde::Serialize;

/// Rows for people who are not in the list.
const BLANK_ROWS: usize = 8;

/// What stands on the list.
#[derive(Debug, Clone)]
pub struct AttendanceSheet {
    /// The course.
    pub course: String,
    /// The day.
    pub held_on: Date,
    /// Where.
    pub place: String,
    /// Who teaches.
    pub teacher: String,
    /// What has to be done: signing stands for taking part; a quiz and an agreement get boxes of their own.
    pub parts: Vec<Part>,
    /// The text to agree to, if there is one.
    pub agreement: String,
    /// The people who are expected: number, name, department.
    pub people: Vec<[String; 3]>,
    /// How to take part by telephone, while the code is open.
    pub join: Option<JoinCode>,
}

/// How to come in by telephone.
#[derive(Debug, Clone)]
pub struct JoinCode {
    /// The address.
    pub address: String,
    /// The short code.
    pub code: String,
    /// The QR code of the address as SVG.
    pub qr: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: &'a str,
    course: &'a str,
    facts: Vec<(&'a str, String)>,
    agreement: &'a str,
    agreement_head: &'a str,
    columns: Vec<&'a str>,
    rows: Vec<[&'a str; 3]>,
    boxes: usize,
    join: Option<Join<'a>>,
    note: &'a str,
}

#[derive(Serialize)]
struct Join<'a> {
    lead: &'a str,
    address: &'a str,
    code: &'a str,
    alt: String,
}

/// The list as a paper.
///
/// # Errors
/// A template that fails on this list.
pub fn attendance_sheet_pdf(sheet: &AttendanceSheet, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let t = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let mut columns = vec![t("番号", "No."), t("名前", "Name"), t("部署", "Department"), t("署名", "Signature")];
    let boxes: Vec<Part> = sheet.parts.iter().copied().filter(|part| *part != Part::Attend).collect();
    for part in &boxes {
        columns.push(match part {
            Part::Quiz => t("確認問題", "Quiz"),
            Part::Agree | Part::Attend => t("同意", "Agreed"),
        });
    }
    let blank = std::iter::repeat_n(["", "", ""], BLANK_ROWS);
    let rows = sheet.people.iter().map(|[number, name, department]| [number.as_str(), name, department]).chain(blank);
    let alt = Text::new("受講のページを開くQRコード", "QR code that opens the page of the course");
    let data = Sheet {
        header: header.words(lang),
        lang: lang.tag(),
        title: t("研修の出席名簿", "Attendance list"),
        course: &sheet.course,
        facts: [
            (t("日付", "Date"), date_words(sheet.held_on, lang)),
            (t("場所", "Place"), sheet.place.clone()),
            (t("講師・責任者", "Held by"), sheet.teacher.clone()),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect(),
        agreement: &sheet.agreement,
        agreement_head: t("同意する内容", "What is agreed to"),
        columns,
        rows: rows.collect(),
        boxes: boxes.len(),
        join: sheet.join.as_ref().map(|join| Join {
            lead: t(
                "スマートフォンで受けられます。読み取るか、合言葉を入れてください。",
                "By telephone: scan, or type the code.",
            ),
            address: &join.address,
            code: &join.code,
            alt: alt.get(lang).to_owned(),
        }),
        note: t(
            "署名した名簿は、写真に撮って研修の画面から取り込めます。患者さんの情報は書かないでください。",
            "A photograph of the signed list can be loaded on the page of the course. Please write no patients' data on it.",
        ),
    };
    let main = include_str!("../templates/attendance.typ");
    let radar = sheet.join.as_ref().map(|join| join.qr.clone());
    render("attendance", Files { main, words: words(lang), data: serde_json::to_vec(&data)?, radar })
}
