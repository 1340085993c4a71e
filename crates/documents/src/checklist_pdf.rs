//! An official form as a paper an inspector reads.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::checklist::file::notice;
use hakutaku_model::checklist::{FormView, ItemView, LineState, LineView, Mark, Round};
use hakutaku_model::day::with_era;
use hakutaku_model::text::{Lang, Text};
use serde::Serialize;

#[derive(Serialize)]
struct Paper<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: String,
    era: &'a str,
    form: String,
    vendor: Option<&'a str>,
    skipped: Option<&'a str>,
    labels: Labels,
    counts: String,
    notice: String,
    url: &'a str,
    sections: Vec<PaperSection<'a>>,
}

/// The words of the template: they are few, and stand beside what they name.
#[derive(Serialize)]
struct Labels {
    facility: String,
    vendor: String,
    number: String,
    item: String,
    first: String,
    target: String,
    second: String,
    remark: String,
    inferred: String,
    inferred_mark: String,
    official: String,
}

#[derive(Serialize)]
struct PaperSection<'a> {
    title: String,
    rows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    number: &'a str,
    summary: &'a str,
    group: &'a str,
    inferred: bool,
    reference: bool,
    skipped: Option<&'a str>,
    first: Cell,
    target: String,
    second: Cell,
    remark: String,
}

#[derive(Serialize, Default)]
struct Cell {
    mark: String,
    yes: bool,
    day: String,
}

/// A form on A4: item numbers, marks, dates in era style, target, second round, remark. Items that must be looked up in
/// the official form carry a sign.
///
/// # Errors
/// A template that fails on this form.
pub fn checklist_pdf(view: &FormView, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let say = |ja: &str, en: &str| Text::new(ja, en).get(lang).to_owned();
    let form = view.form.title().get(lang).to_owned();
    let progress = &view.progress;
    let paper = Paper {
        header: header.words(lang),
        lang: lang.tag(),
        title: say("サイバーセキュリティ対策チェックリスト", "Cybersecurity checklist"),
        era: view.era.get(lang),
        form,
        vendor: view.vendor.as_ref().map(|vendor| vendor.name.as_str()),
        skipped: view.skipped.as_ref().map(|skip| skip.reason.get(lang)),
        labels: Labels {
            facility: say("施設名", "Facility"),
            vendor: say("事業者", "Vendor"),
            number: say("番号", "No."),
            item: say("確かめること（言い換え）", "Item (paraphrase)"),
            first: say("1回目", "First round"),
            target: say("目標日", "Target"),
            second: say("2回目", "Second round"),
            remark: say("備考", "Remark"),
            inferred: say(
                "＊ この項目の文または番号は推定です。公式の様式で確かめてください。",
                "* The text or number of this item is inferred: look it up in the official form.",
            ),
            inferred_mark: say("＊", "*"),
            official: say("公式の様式", "Official form"),
        },
        counts: match lang {
            Lang::Ja => format!(
                "記入する{}項目のうち、はい{}、いいえ（目標日あり）{}、いいえ（目標日なし）{}、未記入{}",
                progress.lines, progress.yes, progress.no_with_target, progress.no_without_target, progress.open
            ),
            Lang::En => format!(
                "Of {} lines: {} yes, {} no with a target, {} no without one, {} not answered",
                progress.lines, progress.yes, progress.no_with_target, progress.no_without_target, progress.open
            ),
        },
        notice: notice().get(lang).to_owned(),
        url: &view.url,
        sections: view
            .sections
            .iter()
            .map(|section| PaperSection {
                title: match section.number {
                    0 => section.title.get(lang).to_owned(),
                    number => format!("{number}　{}", section.title.get(lang)),
                },
                rows: section
                    .items
                    .iter()
                    .flat_map(|item| item.lines.iter().map(move |line| row(item, line, lang)))
                    .collect(),
            })
            .collect(),
    };
    render(
        "checklist",
        Files {
            main: include_str!("../templates/checklist.typ"),
            words: words(lang),
            data: serde_json::to_vec(&paper)?,
            radar: None,
        },
    )
}

fn row<'a>(item: &'a ItemView, line: &'a LineView, lang: Lang) -> Row<'a> {
    let answer = line.answer.as_ref();
    let skipped = match &line.state {
        LineState::Skipped(skip) => Some(skip.reason.get(lang)),
        _ => None,
    };
    let cell = |round: Option<Round>| {
        round.map_or_else(Cell::default, |round| Cell {
            mark: round.mark.title().get(lang).to_owned(),
            yes: round.mark == Mark::Yes,
            day: with_era(round.on, lang),
        })
    };
    Row {
        number: item.number.as_deref().unwrap_or_default(),
        summary: item.summary.get(lang),
        group: line.group.get(lang),
        inferred: item.inferred,
        reference: item.status == hakutaku_model::catalogue::ItemStatus::Reference,
        skipped,
        first: cell(answer.and_then(|answer| answer.first)),
        target: answer.and_then(|answer| answer.target).map(|day| with_era(day, lang)).unwrap_or_default(),
        second: cell(answer.and_then(|answer| answer.second)),
        remark: answer.map(|answer| remark(&answer.remark, answer.documents.len(), lang)).unwrap_or_default(),
    }
}

fn remark(text: &str, documents: usize, lang: Lang) -> String {
    let proof = match (documents, lang) {
        (0, _) => String::new(),
        (n, Lang::Ja) => format!("（証拠{n}件）"),
        (n, Lang::En) => format!(" ({n} files)"),
    };
    format!("{text}{proof}").trim().to_owned()
}
