//! An official form as a workbook: one row per line, days as real days.

use crate::header::Header;
use crate::sheet_style::{SIGNAL, SOFT, base, cell, head, lines, row_height, text_cell};
use crate::workbook::WorkbookError;
use hakutaku_model::checklist::file::notice;
use hakutaku_model::checklist::{FormView, ItemView, LineState, LineView, Round};
use hakutaku_model::text::{Lang, Text};
use jiff::civil::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

/// Columns: heading (Japanese, English) and width.
const COLUMNS: [(&str, &str, f64); 15] = [
    ("番号", "No.", 8.0),
    ("項目（言い換え）", "Item (paraphrase)", 46.0),
    ("区分", "Group", 16.0),
    ("状態", "State", 18.0),
    ("1回目", "First round", 9.0),
    ("1回目の日付", "First day", 17.0),
    ("目標日", "Target", 17.0),
    ("2回目", "Second round", 9.0),
    ("2回目の日付", "Second day", 17.0),
    ("備考", "Remark", 34.0),
    ("証拠（件）", "Files", 9.0),
    ("提案", "Proposal", 16.0),
    ("提案の根拠", "Reasons of the proposal", 60.0),
    ("様式での確認", "Check the official form", 14.0),
    ("直すところ", "To put right", 40.0),
];

struct Looks {
    text: Format,
    bold: Format,
    wrong: Format,
    day: Format,
    whole: Format,
}

/// A form as a workbook. Every text is a text cell: nothing a person typed is ever run.
///
/// # Errors
/// A text too long for a cell, or another defect of the product.
pub fn checklist_workbook(view: &FormView, lang: Lang, header: &Header) -> Result<Vec<u8>, WorkbookError> {
    let say = |ja: &str, en: &str| Text::new(ja, en).get(lang).to_owned();
    let title = format!(
        "{} {} {}",
        say("サイバーセキュリティ対策チェックリスト", "Cybersecurity checklist"),
        view.era.get(lang),
        view.form.title().get(lang)
    );
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new().set_title(&title).set_author("Hakutaku");
    if let Some(facility) = &header.facility {
        properties = properties.set_company(facility);
    }
    let made = header.made.date_in_japan();
    // Without it the writer would take the clock, and the same answers would give different bytes.
    if let Some(made) = excel(made) {
        properties = properties.set_creation_datetime(&made);
    }
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet().set_name(say("様式", "Form"))?;
    let small = base().set_font_color(SOFT);
    sheet.write_string_with_format(0, 0, &title, &base().set_font_size(14).set_bold())?;
    sheet.set_row_height(0, 24)?;
    let mut row = 1;
    let vendor = view.vendor.as_ref().map(|vendor| format!("{}: {}", say("事業者", "Vendor"), vendor.name));
    let facility = header.facility.as_ref().map(|name| format!("{}: {name}", say("施設名", "Facility")));
    let official = (!view.url.is_empty()).then(|| format!("{}: {}", say("公式の様式", "Official form"), view.url));
    let skipped = view.skipped.as_ref().map(|skip| skip.reason.get(lang).to_owned());
    for line in [facility, vendor, Some(notice().get(lang).to_owned()), official, skipped].into_iter().flatten() {
        sheet.write_string_with_format(row, 0, line, &small)?;
        row += 1;
    }
    row += 1;
    let head = head();
    for (at, (ja, en, width)) in (0_u16..).zip(COLUMNS) {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(row, at, say(ja, en), &head)?;
    }
    sheet.set_row_height(row, 24)?;
    sheet.set_freeze_panes(row + 1, 2)?;
    sheet.set_repeat_rows(row, row)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let day = match lang {
        Lang::Ja => "[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@",
        Lang::En => "yyyy-mm-dd",
    };
    let looks = Looks {
        text: text_cell(),
        bold: text_cell().set_bold(),
        wrong: text_cell().set_font_color(SIGNAL),
        day: cell().set_num_format(day),
        whole: cell().set_num_format("0"),
    };
    for (item, line) in view.lines() {
        row += 1;
        write(sheet, row, item, line, lang, &looks)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    item: &ItemView,
    line: &LineView,
    lang: Lang,
    looks: &Looks,
) -> Result<(), WorkbookError> {
    let say = |ja: &str, en: &str| Text::new(ja, en).get(lang).to_owned();
    let join = |texts: Vec<&str>| texts.join("\n");
    let answer = line.answer.as_ref();
    let (first, second) = (answer.and_then(|answer| answer.first), answer.and_then(|answer| answer.second));
    let mark = |round: Option<Round>| round.map(|round| round.mark.title().get(lang).to_owned()).unwrap_or_default();
    let state = match &line.state {
        LineState::Skipped(skip) => skip.reason.get(lang).to_owned(),
        state => state.title().get(lang).to_owned(),
    };
    let reasons = line.proposal.iter().flat_map(|proposal| &proposal.reasons).map(|reason| reason.get(lang)).collect();
    let faults: Vec<Text> = line.faults.iter().map(|fault| fault.sentence()).collect();
    let texts: [(u16, String, &Format); 10] = [
        (0, item.number.clone().unwrap_or_default(), &looks.bold),
        (1, item.summary.get(lang).to_owned(), &looks.text),
        (2, line.group.get(lang).to_owned(), &looks.text),
        (3, state, &looks.text),
        (4, mark(first), &looks.bold),
        (7, mark(second), &looks.bold),
        (9, answer.map(|answer| answer.remark.clone()).unwrap_or_default(), &looks.text),
        (
            11,
            line.proposal.as_ref().map(|proposal| proposal.mark.title().get(lang).to_owned()).unwrap_or_default(),
            &looks.text,
        ),
        (12, join(reasons), &looks.text),
        (13, if item.inferred { say("必要（推定）", "needed (inferred)") } else { String::new() }, &looks.wrong),
    ];
    let mut tallest = 1;
    for (at, text, format) in &texts {
        tallest = tallest.max(lines(text, COLUMNS[usize::from(*at)].2, 10.0));
        sheet.write_string_with_format(row, *at, text, format)?;
    }
    sheet.write_string_with_format(row, 14, join(faults.iter().map(|text| text.get(lang)).collect()), &looks.wrong)?;
    let days = [
        (5, first.map(|round| round.on)),
        (6, answer.and_then(|answer| answer.target)),
        (8, second.map(|round| round.on)),
    ];
    for (at, day) in days {
        match day.and_then(excel) {
            Some(day) => sheet.write_datetime_with_format(row, at, &day, &looks.day)?,
            None => sheet.write_blank(row, at, &looks.day)?,
        };
    }
    let files = u32::try_from(answer.map_or(0, |answer| answer.documents.len())).unwrap_or(u32::MAX);
    sheet.write_number_with_format(row, 10, files, &looks.whole)?;
    sheet.set_row_height(row, row_height(tallest, 20.0))?;
    Ok(())
}

/// A day as the sheet counts it; before 1900 there are none.
fn excel(day: Date) -> Option<ExcelDateTime> {
    let (year, month, day) =
        (u16::try_from(day.year()).ok()?, u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok()
}
