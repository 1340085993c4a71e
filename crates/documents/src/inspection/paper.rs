//! The pack as a paper.

use super::{InspectionPack, Ledger};
use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::checklist::{FormKind, FormView, LineState, Mark, Round};
use hakutaku_model::contacts::Step;
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::date_words;
use jiff::civil::Date;
use serde::Serialize;

#[derive(Serialize)]
struct Paper {
    header: HeaderWords,
    lang: &'static str,
    title: String,
    running: String,
    facts: Vec<(String, String)>,
    contents: String,
    sections: Vec<Section>,
}

#[derive(Serialize)]
struct Section {
    title: String,
    lead: String,
    parts: Vec<Part>,
}

/// A heading of its own, a sentence, a table.
#[derive(Serialize, Default)]
struct Part {
    heading: String,
    /// What stands instead of a table.
    note: String,
    /// Whether the note is about something missing.
    bad: bool,
    /// Widths as fractions.
    widths: Vec<u8>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The words of one language.
#[derive(Clone, Copy)]
struct W(Lang);

impl W {
    fn s(self, ja: &str, en: &str) -> String {
        Text::new(ja, en).get(self.0).to_owned()
    }

    fn list<const N: usize>(self, pairs: [(&str, &str); N]) -> Vec<String> {
        pairs.into_iter().map(|(ja, en)| self.s(ja, en)).collect()
    }

    fn day(self, day: Option<Date>) -> String {
        day.map(|day| date_words(day, self.0)).unwrap_or_default()
    }
}

/// The pack as a paper: cover, what is missing, forms, contacts, ledger, vendors, evidence.
///
/// # Errors
/// A template that fails on this pack.
pub fn inspection_pdf(pack: &InspectionPack) -> Result<Pdf, PdfError> {
    let w = W(pack.lang);
    let header = Header { facility: Some(pack.facility.clone()), fiscal_year: None, made: pack.made };
    let editions: Vec<&str> = pack.forms.iter().map(|form| form.era.get(pack.lang)).collect();
    let edition = editions.first().map_or_else(|| w.s("なし", "none"), |era| (*era).to_owned());
    let paper = Paper {
        header: header.words(pack.lang),
        lang: pack.lang.tag(),
        title: w.s("立入検査・適時調査 資料", "Inspection pack"),
        running: w.s("立入検査・適時調査 資料", "Inspection pack"),
        facts: vec![
            (w.s("施設", "Facility"), pack.facility.clone()),
            (w.s("作成日", "Made on"), w.day(Some(pack.made.date_in_japan()))),
            (w.s("チェックリスト", "Form"), edition),
            (w.s("作成者", "Prepared by"), pack.prepared_by.clone()),
        ],
        contents: w.s("目次", "Contents"),
        sections: vec![
            missing(pack, w),
            forms(pack, w),
            contacts(pack, w),
            ledger(pack, w),
            vendors(pack, w),
            evidence(pack, w),
        ],
    };
    render(
        "inspection",
        Files {
            main: include_str!("../../templates/inspection.typ"),
            words: words(pack.lang),
            data: serde_json::to_vec(&paper)?,
            radar: None,
        },
    )
}

fn note(text: String, bad: bool) -> Part {
    Part { note: text, bad, ..Part::default() }
}

fn missing(pack: &InspectionPack, w: W) -> Section {
    let mut parts: Vec<Part> = Vec::new();
    for item in &pack.missing {
        let title = item.kind.title().get(w.0).to_owned();
        let row = vec!["□".to_owned(), item.what.get(w.0).to_owned()];
        match parts.last_mut().filter(|part| part.heading == title) {
            Some(part) => part.rows.push(row),
            None => parts.push(Part {
                heading: title,
                widths: vec![1, 24],
                columns: w.list([("", ""), ("内容", "What")]),
                rows: vec![row],
                ..Part::default()
            }),
        }
    }
    for part in &mut parts {
        let count = part.rows.len();
        part.heading = match w.0 {
            Lang::Ja => format!("{}（{count}件）", part.heading),
            Lang::En => format!("{} ({count})", part.heading),
        };
    }
    if parts.is_empty() {
        parts.push(note(w.s("足りないものは見つかりませんでした。", "Nothing was found missing."), false));
    }
    Section {
        title: w.s("検査で指摘されうること", "What the inspector will see missing"),
        lead: w.s(
            "重い順に並べています。直したら□に印をつけてください。",
            "The weightiest first. Tick the box when it is put right.",
        ),
        parts,
    }
}

fn form_title(form: &FormView, w: W) -> String {
    let kind = match form.form {
        FormKind::Hospital => w.s("医療機関確認用", "Hospital form"),
        FormKind::Vendor => w.s("事業者確認用", "Vendor form"),
        FormKind::Pharmacy => w.s("薬局確認用", "Pharmacy form"),
    };
    let vendor = form.vendor.as_ref().map(|vendor| format!("　{}", vendor.name)).unwrap_or_default();
    format!("{}　{kind}{vendor}", form.era.get(w.0))
}

fn forms(pack: &InspectionPack, w: W) -> Section {
    let round = |round: Option<Round>| {
        round.map_or_else(String::new, |round| {
            let mark = if round.mark == Mark::Yes { w.s("はい", "Yes") } else { w.s("いいえ", "No") };
            format!("{mark}\n{}", round.on)
        })
    };
    let mut parts: Vec<Part> = Vec::new();
    for form in &pack.forms {
        let mut rows = Vec::new();
        for (item, line) in form.lines() {
            let answer = line.answer.as_ref();
            let skipped = matches!(line.state, LineState::Skipped(_));
            rows.push(vec![
                item.number.clone().unwrap_or_default(),
                format!("{}\n{}", item.summary.get(w.0), line.group.get(w.0)),
                if skipped { w.s("記入しない", "not filled in") } else { round(answer.and_then(|a| a.first)) },
                answer.and_then(|a| a.target).map(|day| day.to_string()).unwrap_or_default(),
                round(answer.and_then(|a| a.second)),
                line.state.title().get(w.0).to_owned(),
            ]);
        }
        parts.push(Part {
            heading: form_title(form, w),
            widths: vec![3, 15, 5, 5, 5, 5],
            columns: w.list([
                ("番号", "No."),
                ("項目", "Item"),
                ("1回目", "First"),
                ("目標日", "Target"),
                ("2回目", "Second"),
                ("状態", "State"),
            ]),
            rows,
            ..Part::default()
        });
    }
    if parts.is_empty() {
        parts.push(note(w.s("チェックリストはまだありません。", "There is no form yet."), true));
    }
    Section {
        title: w.s("チェックリスト", "Checklists"),
        lead: w.s(
            "項目の文は要約です。番号と正確な文は厚生労働省の様式で確かめてください。",
            "Items are paraphrased. See the ministry's form for numbers and exact wording.",
        ),
        parts,
    }
}

fn contacts(pack: &InspectionPack, w: W) -> Section {
    let row = |step: &Step| {
        let line = &step.line;
        let phones = [line.phone_day.as_str(), &line.phone_night];
        vec![
            (step.depth + 1).to_string(),
            line.part.title().get(w.0).to_owned(),
            [line.place.as_str(), &line.name].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("　"),
            phones.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("\n"),
            w.day(line.checked_on),
        ]
    };
    let part = match pack.contacts.as_ref().filter(|chart| !chart.is_empty()) {
        None => note(w.s("連絡体制図はまだありません。", "There is no contact chart yet."), true),
        Some(chart) => Part {
            widths: vec![2, 8, 9, 7, 6],
            columns: w.list([
                ("順", "Order"),
                ("役割", "Part"),
                ("連絡先", "Who"),
                ("電話", "Telephone"),
                ("確認日", "Checked"),
            ]),
            rows: chart.steps.iter().map(row).collect(),
            ..Part::default()
        },
    };
    Section { title: w.s("連絡体制図", "Contact chart"), lead: String::new(), parts: vec![part] }
}

fn ledger(pack: &InspectionPack, w: W) -> Section {
    let parts = match &pack.ledger {
        None => vec![note(w.s("機器台帳はまだありません。", "There is no device ledger yet."), true)],
        Some(ledger) => {
            let mut rows: Vec<Vec<String>> =
                ledger.by_kind.iter().map(|(kind, count)| vec![kind.get(w.0).to_owned(), count.to_string()]).collect();
            rows.push(vec![w.s("計", "All"), ledger.total.to_string()]);
            let mut parts = vec![Part {
                widths: vec![10, 4],
                columns: w.list([("種類", "Kind"), ("台数", "Number")]),
                rows,
                ..Part::default()
            }];
            if !ledger.rows.is_empty() {
                parts.push(devices(ledger, w));
            }
            parts
        }
    };
    let lead = match &pack.ledger {
        Some(ledger) if !ledger.rows.is_empty() => {
            w.s("全件の一覧は一式（ZIP）の台帳ファイルにあります。", "The full list is in the archive (ZIP).")
        }
        _ => String::new(),
    };
    Section { title: w.s("機器台帳", "Device ledger"), lead, parts }
}

/// The most devices on paper; the archive has them all.
const DEVICES_ON_PAPER: usize = 200;
/// The columns on paper, the first of the list: number, name, kind, system, owner, place.
const WIDTHS_ON_PAPER: [u8; 6] = [4, 7, 4, 5, 5, 5];

fn devices(ledger: &Ledger, w: W) -> Part {
    let few = |cells: &[String]| cells.iter().take(WIDTHS_ON_PAPER.len()).cloned().collect::<Vec<_>>();
    let columns = few(&ledger.columns);
    let shown = ledger.rows.len().min(DEVICES_ON_PAPER);
    let heading = if shown < ledger.rows.len() {
        let all = ledger.rows.len();
        w.s(&format!("一覧（{all}台のうち先頭の{shown}台）"), &format!("List (the first {shown} of {all})"))
    } else {
        w.s("一覧", "List")
    };
    Part {
        heading,
        widths: WIDTHS_ON_PAPER.into_iter().take(columns.len()).collect(),
        columns,
        rows: ledger.rows.iter().take(shown).map(|row| few(row)).collect(),
        ..Part::default()
    }
}

fn vendors(pack: &InspectionPack, w: W) -> Section {
    let part = match pack.vendors.as_deref() {
        None | Some([]) => note(w.s("事業者はまだ登録されていません。", "No vendor is registered yet."), true),
        Some(forms) => Part {
            widths: vec![10, 5, 5, 6],
            columns: w.list([("事業者", "Vendor"), ("依頼日", "Asked"), ("期限", "Due"), ("回答", "Answer")]),
            rows: forms
                .iter()
                .map(|form| {
                    let state = match form.returned {
                        Some(day) => w.day(Some(day)),
                        None => w.s("未着", "outstanding"),
                    };
                    vec![form.vendor.clone(), w.day(form.asked), w.day(form.due), state]
                })
                .collect(),
            ..Part::default()
        },
    };
    Section { title: w.s("事業者の回答", "Vendors' forms"), lead: String::new(), parts: vec![part] }
}

fn evidence(pack: &InspectionPack, w: W) -> Section {
    let part = if pack.evidence.is_empty() {
        note(w.s("資料はまだありません。", "There are no files yet."), true)
    } else {
        Part {
            widths: vec![10, 6, 14],
            columns: w.list([("ファイル", "File"), ("項目", "Items"), ("SHA-256", "SHA-256")]),
            rows: pack
                .evidence
                .iter()
                .map(|file| {
                    let name = format!("{}\n{}　{}", file.name, file.at.date_in_japan(), file.by);
                    let (left, right) = file.sha256.split_at(file.sha256.len().min(32));
                    vec![name, file.items.join(" "), format!("{left}\n{right}")]
                })
                .collect(),
            ..Part::default()
        }
    };
    let lead = w.s(
        "ハッシュ値（SHA-256）は、ファイルが後から変えられていないことを確かめるためのものです。",
        "The hash (SHA-256) shows whether a file was changed afterwards.",
    );
    Section { title: w.s("証拠の一覧", "Evidence"), lead, parts: vec![part] }
}
