//! "Would it have happened here?" on one page for the director.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::cases::{Outcome, Walk, first_steps, tally};
use hakutaku_model::text::Lang;
use serde::Serialize;

/// So many things to do first are named.
const FIRST: usize = 3;

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    kind: &'a str,
    title: &'a str,
    careful: &'a str,
    counts: Vec<(&'a str, u32)>,
    columns: Vec<&'a str>,
    rows: Vec<Row<'a>>,
    first_title: &'a str,
    first: Vec<(String, String)>,
    foot: &'a str,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    mark: &'static str,
    good: bool,
    sentence: String,
    reason: String,
}

/// The page.
///
/// # Errors
/// A template that fails on it, or a page that does not fit on one sheet.
pub fn cases_pdf(walks: &[Walk<'_>], lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let t = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let count = tally(walks);
    let rows = walks
        .iter()
        .map(|walk| Row {
            name: walk.case.name.get(lang),
            mark: match walk.outcome {
                Outcome::Stopped(_) => "○",
                Outcome::Limited(_) => "△",
                Outcome::NotStopped => "×",
                Outcome::Unknown => "？",
            },
            good: matches!(walk.outcome, Outcome::Stopped(_)),
            sentence: match walk.outcome {
                // The paper has no list below to look at.
                Outcome::Unknown => {
                    t("手元の事実だけでは判断できません。", "The facts we hold do not decide.").to_owned()
                }
                _ => walk.sentence().get(lang).to_owned(),
            },
            reason: walk.deciding_reason().map_or_else(String::new, |reason| reason.get(lang).to_owned()),
        })
        .collect();
    let comma = t("、", ", ");
    let first = first_steps(walks, FIRST)
        .into_iter()
        .map(|step| {
            let names: Vec<&str> = step.cases.iter().map(|name| name.get(lang)).collect();
            let what = step.measure_title.as_ref().unwrap_or(&step.title);
            (what.get(lang).to_owned(), names.join(comma))
        })
        .collect();
    let data = Sheet {
        header: header.words(lang),
        lang: lang.tag(),
        kind: t("院長のための1枚", "One page for the director"),
        title: t("公表された事例は、うちでも起きたか", "Would it have happened here?"),
        careful: t(
            "手元の台帳と自己点検の答えに、公表された事例の流れを当てはめたものです。将来の安全を約束するものではありません。攻撃は別の道を通ることがあります。",
            "The chains of published cases, held against our registers and self-assessment. It promises nothing about the future: an attack may take another way.",
        ),
        counts: vec![
            (t("害が出る前に止まったはず", "Stopped before harm"), count.stopped),
            (t("影響を小さくできたはず", "Harm made smaller"), count.limited),
            (t("止められない", "Not stopped"), count.not_stopped),
            (t("判断できない", "Not decided"), count.unknown),
        ],
        columns: vec![t("事例", "Case"), "", t("この施設では", "Here"), t("決め手になった事実", "The deciding fact")],
        rows,
        first_title: t("先にすると、多くの事例をより早く止められること", "What would break the most chains earlier"),
        first,
        foot: t(
            "○ 止まったはず　△ 影響を小さくできたはず　× 止められない　？ 判断できない。事例の出典と各段の根拠は、画面の「事例との照合」にあります。",
            "○ stopped  △ harm made smaller  × not stopped  ？ not decided. Sources and reasons for every step are on the page \"Published cases\".",
        ),
    };
    let main = include_str!("../templates/cases.typ");
    let pdf = render("cases", Files { main, words: words(lang), data: serde_json::to_vec(&data)?, radar: None })?;
    if pdf.pages == 1 { Ok(pdf) } else { Err(PdfError::NotOnePage(pdf.pages)) }
}
