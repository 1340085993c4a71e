//! Papers and workbooks of an incident: a filled report form, the whole record, the label of a thing kept as evidence.
//! The words are finished in [`hakutaku_model::incident`]; here they are laid out.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::sheet_style::{base, head, lines, row_height, text_cell};
use crate::workbook::WorkbookError;
use crate::world::Files;
use hakutaku_model::incident::{Paper, PaperSection};
use hakutaku_model::text::Lang;
use rust_xlsxwriter::{DocProperties, Workbook};
use serde::Serialize;

/// A workbook's longest sheet name.
const SHEET_NAME: usize = 31;
/// More characters than one cell takes.
const CELL: usize = 32_000;

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    label: bool,
    paper: &'a Paper,
}

fn set(paper: &Paper, label: bool, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let sheet = Sheet { header: header.words(lang), lang: lang.tag(), label, paper };
    let words = match lang {
        Lang::Ja => include_str!("../templates/incident.ja.json"),
        Lang::En => include_str!("../templates/incident.en.json"),
    };
    let main = include_str!("../templates/incident.typ");
    render("incident", Files { main, words, data: serde_json::to_vec(&sheet)?, radar: None })
}

/// A form or the whole record as a paper.
///
/// # Errors
/// A template that fails on this paper.
pub fn incident_pdf(paper: &Paper, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    set(paper, false, lang, header)
}

/// The label of a thing kept as evidence.
///
/// # Errors
/// A template that fails on this label.
pub fn incident_label_pdf(paper: &Paper, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    set(paper, true, lang, header)
}

/// A form or the whole record as a workbook: the head on the first sheet, each table below or on a sheet of its own.
///
/// # Errors
/// A text too long for a cell, or another defect of the product.
pub fn incident_workbook(paper: &Paper, header: &Header) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(&paper.title).set_author("Hakutaku"));
    let single = paper.sections.len() == 1;
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(&paper.kind, 0))?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_column_width(0, 28.0)?.set_column_width(1, 80.0)?;
    sheet.write_string_with_format(0, 0, cut(&paper.title), &base().set_font_size(16).set_bold())?;
    let mut at = 2;
    for (name, value) in &paper.facts {
        sheet.write_string_with_format(at, 0, name, &text_cell())?;
        sheet.write_string_with_format(at, 1, cut(value), &text_cell())?;
        at += 1;
    }
    for note in &paper.notes {
        sheet.write_string_with_format(at, 1, cut(note), &text_cell())?;
        sheet.set_row_height(at, row_height(lines(note, 80.0, 10.0), 20.0))?;
        at += 1;
    }
    let made = header.made.date_in_japan().to_string();
    sheet.write_string_with_format(at, 1, made, &text_cell())?;
    at += 2;
    if let (true, Some(section)) = (single, paper.sections.first()) {
        table(sheet, section, at)?;
    } else {
        for (number, section) in paper.sections.iter().enumerate() {
            let sheet = workbook.add_worksheet();
            sheet.set_name(sheet_name(&section.title, number + 1))?;
            sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
            for (column, width) in (0_u16..).zip(&section.widths) {
                sheet.set_column_width(column, f64::from(*width) * 9.0)?;
            }
            table(sheet, section, 0)?;
            sheet.set_freeze_panes(1, 0)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn table(sheet: &mut rust_xlsxwriter::Worksheet, section: &PaperSection, from: u32) -> Result<(), WorkbookError> {
    for (column, title) in (0_u16..).zip(&section.columns) {
        sheet.write_string_with_format(from, column, title, &head())?;
    }
    for (row, cells) in (from + 1..).zip(&section.rows) {
        let mut high = 1;
        for ((column, cell), width) in (0_u16..).zip(cells).zip(&section.widths) {
            // Texts stay texts: one that begins with = + - @ is not run.
            sheet.write_string_with_format(row, column, cut(cell), &text_cell())?;
            high = high.max(lines(cell, f64::from(*width) * 9.0, 10.0));
        }
        sheet.set_row_height(row, row_height(high, 20.0))?;
    }
    Ok(())
}

fn cut(text: &str) -> String {
    text.chars().take(CELL).collect()
}

/// A sheet may not be called by some characters, nor twice the same.
fn sheet_name(title: &str, number: usize) -> String {
    let plain: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(SHEET_NAME - 3).collect();
    if number == 0 { plain } else { format!("{number} {plain}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::id::{FacilityId, OriginId, RoomId};
    use hakutaku_model::incident::{Event, Incident, Operation, Setup, filled, label, pack};
    use hakutaku_model::journal::Hash;
    use hakutaku_model::room::{Author, Draft, Entry, Room, RoomKind, Tail};
    use hakutaku_model::time::Ts;
    use uuid::Uuid;

    fn incident() -> Incident {
        let at = Ts::from_micros(1_795_000_000_000_000);
        let room = Room {
            id: RoomId(Uuid::from_u128(1)),
            facility: FacilityId(Uuid::from_u128(2)),
            kind: RoomKind::Incident,
            title: "不審な保守回線".into(),
            setup: serde_json::to_value(Setup { known_at: at }).expect("writes"),
            created_at: at,
            closed_at: None,
        };
        let events = [
            Event::Note { text: "=HYPERLINK(\"x\") 𠮷".into(), happened: None, document: None, file: String::new() },
            Event::Decision {
                text: "回線を切る".into(), basis: "覚えのない接続".into(), by: "院長".into()
            },
            Event::Ward { ward: "3階病棟".into(), operation: Operation::Paper, remark: String::new() },
            Event::Custody {
                item: "ログを写したディスク".into(),
                holder: "小田".into(),
                place: "金庫".into(),
                sha256: "0f".repeat(32),
                remark: String::new(),
            },
            Event::Cost { who: "小田".into(), what: "切り離し".into(), minutes: 90, yen: 0 },
            Event::Field {
                key: "summary".into(), value: "保守回線から覚えのない接続があった。".into()
            },
        ];
        let mut tail = Tail { seq: 0, hash: Hash::ZERO, tick: 0 };
        let entries: Vec<Entry> = events
            .iter()
            .map(|event| {
                let author =
                    Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
                let body = serde_json::to_value(event).expect("writes");
                let draft = Draft { author, at, body, once: None };
                let entry = Entry::after(tail, room.id, OriginId(Uuid::from_u128(9)), draft);
                tail = Tail { seq: entry.seq, hash: entry.hash, tick: entry.tick };
                entry
            })
            .collect();
        Incident::fold(&room, &entries)
    }

    #[test]
    fn forms_the_record_and_labels_are_archival_in_both_languages() {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let (incident, guide) = (incident(), &catalogue.incident);
        let made = Ts::from_micros(1_795_100_000_000_000);
        let header = Header { facility: Some("白沢記念病院".into()), fiscal_year: None, made };
        for lang in [Lang::Ja, Lang::En] {
            let form =
                filled(&incident, guide, "ppc-preliminary", "白沢記念病院", lang, made).expect("known").paper(lang);
            let record = pack(&incident, guide, "白沢記念病院", lang, made);
            let label = label(&incident.custody[0], &incident, "白沢記念病院", lang);
            for (name, pdf) in [
                ("form", incident_pdf(&form, lang, &header).expect("set")),
                ("record", incident_pdf(&record, lang, &header).expect("set")),
                ("label", incident_label_pdf(&label, lang, &header).expect("set")),
            ] {
                assert!(pdf.notices.is_empty(), "{name} {:?}", pdf.notices);
                if let Some(folder) = std::env::var_os("LOOK_AT_PAPERS") {
                    let name = format!("incident-{name}-{}.pdf", lang.tag());
                    std::fs::write(std::path::Path::new(&folder).join(name), &pdf.bytes).expect("written");
                }
            }
            for paper in [&form, &record] {
                assert!(incident_workbook(paper, &header).expect("written").starts_with(b"PK"));
            }
        }
    }
}
