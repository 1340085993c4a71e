//! The result as a workbook: fields, measures, national figures and questions, scores as real numbers.

use crate::sheet_style::{ACCENT, SIGNAL, SOFT, base, cell, head, lines, row_height, text_cell};
use crate::workbook::WorkbookError;
use hakutaku_model::report::{ResultReport, ScoreLine};
use hakutaku_model::text::Text;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet};

struct Looks {
    title: Format,
    small: Format,
    big: Format,
    count: Format,
    head: Format,
    text: Format,
    bold: Format,
    score: Format,
    weak_score: Format,
    change: Format,
    whole: Format,
}

impl Looks {
    fn new() -> Self {
        Self {
            title: base().set_font_size(16).set_bold(),
            small: base().set_font_color(SOFT),
            big: base()
                .set_font_size(24)
                .set_bold()
                .set_font_color(ACCENT)
                .set_num_format("0.00")
                .set_align(FormatAlign::Left)
                .set_indent(1),
            count: base().set_num_format("0").set_align(FormatAlign::Left).set_indent(1),
            head: head(),
            text: text_cell(),
            bold: text_cell().set_bold(),
            score: cell().set_num_format("0.00"),
            weak_score: cell().set_num_format("0.00").set_bold().set_font_color(SIGNAL),
            change: cell().set_num_format("+0.00;-0.00;0.00"),
            whole: cell().set_num_format("0"),
        }
    }
}

/// What goes into a cell.
enum Cell<'a> {
    Text(&'a str),
    Bold(&'a str),
    Owned(String),
    Whole(usize),
    Score(Option<&'a ScoreLine>),
    Change(Option<f64>),
}

impl Cell<'_> {
    /// The text that may need several lines.
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Bold(text) => text,
            Self::Owned(text) => text,
            Self::Whole(_) | Self::Score(_) | Self::Change(_) => "",
        }
    }
}

/// The result as a workbook.
///
/// # Errors
/// A text too long for a cell, or another defect of the product.
pub fn result_workbook(report: &ResultReport) -> Result<Vec<u8>, WorkbookError> {
    let looks = Looks::new();
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new()
        .set_title(&report.questionnaire.title)
        .set_company(&report.facility.name)
        .set_author("Hakutaku");
    // Without it the writer would take the clock, and the same result would give different bytes.
    if let Ok(made) = ExcelDateTime::parse_from_str(&report.iso_date) {
        properties = properties.set_creation_datetime(&made);
    }
    workbook.set_properties(&properties);
    let word = |ja: &str, en: &str| Text::new(ja, en).get(report.lang).to_owned();
    summary(workbook.add_worksheet().set_name(word("概要", "Summary"))?, &looks, report)?;
    fields(workbook.add_worksheet().set_name(word("分野", "Fields"))?, &looks, report)?;
    measures(workbook.add_worksheet().set_name(word("対策", "Measures"))?, &looks, report)?;
    if !report.national.is_empty() {
        national(workbook.add_worksheet().set_name(word("全国比較", "National figures"))?, &looks, report)?;
    }
    questions(workbook.add_worksheet().set_name(word("質問と答え", "Questions"))?, &looks, report)?;
    Ok(workbook.save_to_buffer()?)
}

fn summary(sheet: &mut Worksheet, looks: &Looks, report: &ResultReport) -> Result<(), WorkbookError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(report.lang).to_owned();
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 64)?;
    sheet.write_string_with_format(0, 0, &report.questionnaire.title, &looks.title)?;
    sheet.set_row_height(0, 28)?;
    let rows = [
        (word("施設名", "Facility"), report.facility.name.clone()),
        (word("年度", "Year"), report.fiscal_year.clone()),
        (word("質問票の版", "Edition"), report.questionnaire.edition.clone()),
        (word("作成日", "Made on"), report.date.clone()),
    ];
    let mut row = 2;
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        sheet.write_string_with_format(row, 0, name, &looks.small)?;
        sheet.write_string_with_format(row, 1, value, &looks.text)?;
        row += 1;
    }
    row += 1;
    sheet.write_string_with_format(row, 0, word("全体の得点（3点満点）", "Overall score (of 3)"), &looks.small)?;
    if let Some(value) = report.overall.as_ref().and_then(|score| number(&score.exact)) {
        sheet.write_number_with_format(row, 1, value, &looks.big)?;
        sheet.set_row_height(row, 34)?;
    }
    let counts = [
        (word("回答", "Answered"), report.counts.answered),
        (word("該当なし", "Not applicable"), report.counts.not_applicable),
        (word("未回答", "Open"), report.counts.open),
    ];
    for (name, value) in counts {
        row += 1;
        sheet.write_string_with_format(row, 0, name, &looks.small)?;
        #[expect(clippy::cast_precision_loss, reason = "counts of questions are small")]
        sheet.write_number_with_format(row, 1, value as f64, &looks.count)?;
    }
    sheet.write_string_with_format(row + 2, 0, word("いまの姿", "Standing"), &looks.small)?;
    sheet.write_string_with_format(row + 2, 1, &report.briefing.standing, &looks.text)?;
    sheet.set_portrait().set_paper_size(9).set_print_fit_to_pages(1, 0).set_screen_gridlines(false);
    Ok(())
}

fn fields(sheet: &mut Worksheet, looks: &Looks, report: &ResultReport) -> Result<(), WorkbookError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(report.lang).to_owned();
    let widths = columns(
        sheet,
        looks,
        &[
            (word("分野ID", "Field ID"), 18.0),
            (word("分野", "Field"), 28.0),
            (word("得点", "Score"), 9.0),
            (word("印", "Mark"), 10.0),
            (word("回答", "Answered"), 10.0),
            (word("該当なし", "Not applicable"), 12.0),
            (word("未回答", "Open"), 10.0),
            (word("昨年", "Last year"), 10.0),
            (word("増減", "Change"), 10.0),
            (word("計算", "How it comes about"), 44.0),
        ],
    )?;
    for (row, field) in (1_u32..).zip(&report.fields) {
        let change = field
            .score
            .as_ref()
            .zip(field.previous.as_ref())
            .and_then(|(now, before)| Some(number(&now.exact)? - number(&before.exact)?));
        let weak = field.score.as_ref().is_some_and(|score| score.weak);
        line(
            sheet,
            looks,
            row,
            &widths,
            &[
                Cell::Text(&field.id),
                Cell::Bold(&field.title),
                Cell::Score(field.score.as_ref()),
                Cell::Owned(if weak { format!("▼ {}", word("弱い", "weak")) } else { String::new() }),
                Cell::Whole(field.answered),
                Cell::Whole(field.not_applicable),
                Cell::Whole(field.unanswered),
                Cell::Score(field.previous.as_ref()),
                Cell::Change(change),
                Cell::Text(field.derivation.as_deref().unwrap_or_default()),
            ],
        )?;
    }
    Ok(())
}

fn measures(sheet: &mut Worksheet, looks: &Looks, report: &ResultReport) -> Result<(), WorkbookError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(report.lang).to_owned();
    let widths = columns(
        sheet,
        looks,
        &[
            (word("分野", "Field"), 18.0),
            (word("順", "Order"), 6.0),
            (word("対策", "Measure"), 30.0),
            (word("手順", "Steps"), 62.0),
            (word("中心になる人", "Led by"), 16.0),
            (word("時間（目安）", "Time (rough)"), 14.0),
            (word("費用（目安）", "Cost (rough)"), 16.0),
            (word("毎年（目安）", "Each year (rough)"), 16.0),
            (word("到達する段階", "Level reached"), 9.0),
            (word("上がる質問", "Raises"), 20.0),
            (word("出典", "Source"), 26.0),
        ],
    )?;
    let mut row = 1;
    for field in &report.weak {
        for measure in &field.measures {
            let steps: Vec<String> =
                (1..).zip(&measure.steps).map(|(number, step): (usize, _)| format!("{number}. {step}")).collect();
            let raises: Vec<&str> = measure.raises.iter().map(|question| question.id.as_str()).collect();
            line(
                sheet,
                looks,
                row,
                &widths,
                &[
                    Cell::Text(&field.title),
                    Cell::Whole(measure.order),
                    Cell::Bold(&measure.title),
                    Cell::Owned(steps.join("\n")),
                    Cell::Text(&measure.who),
                    Cell::Text(&measure.hours),
                    Cell::Text(&measure.cost),
                    Cell::Text(measure.yearly.as_deref().unwrap_or_default()),
                    Cell::Whole(usize::from(measure.reaches)),
                    Cell::Owned(raises.join("\n")),
                    Cell::Text(measure.source.as_deref().unwrap_or_default()),
                ],
            )?;
            row += 1;
        }
    }
    Ok(())
}

fn national(sheet: &mut Worksheet, looks: &Looks, report: &ResultReport) -> Result<(), WorkbookError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(report.lang).to_owned();
    let widths = columns(
        sheet,
        looks,
        &[
            (word("質問番号", "Question ID"), 18.0),
            (word("調査で数えたこと", "What was counted"), 50.0),
            (word("全国", "Japan"), 12.0),
            (word("同じ規模", "Same size"), 20.0),
            (word("当院", "Here"), 12.0),
            (word("出典", "Source"), 50.0),
            ("URL".to_owned(), 50.0),
        ],
    )?;
    for (row, entry) in (1_u32..).zip(&report.national) {
        let here = match entry.met {
            Some(true) => word("できている", "in place"),
            Some(false) => word("まだ", "not yet"),
            None => word("未回答", "open"),
        };
        line(
            sheet,
            looks,
            row,
            &widths,
            &[
                Cell::Text(&entry.question),
                Cell::Text(&entry.metric),
                Cell::Text(&entry.value),
                Cell::Text(entry.for_beds.as_deref().unwrap_or_default()),
                Cell::Owned(here),
                Cell::Text(&entry.source),
                Cell::Text(&entry.url),
            ],
        )?;
    }
    Ok(())
}

fn questions(sheet: &mut Worksheet, looks: &Looks, report: &ResultReport) -> Result<(), WorkbookError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(report.lang).to_owned();
    let widths = columns(
        sheet,
        looks,
        &[
            (word("質問番号", "Question ID"), 18.0),
            (word("分野", "Field"), 18.0),
            (word("質問", "Question"), 44.0),
            (word("状態", "State"), 14.0),
            (word("段階", "Level"), 8.0),
            (word("内容", "In words"), 44.0),
            (word("根拠", "Stands for"), 40.0),
        ],
    )?;
    let mut row = 1;
    for section in &report.sections {
        for question in &section.questions {
            let references: Vec<&str> = question.references.iter().map(|item| item.citation.as_str()).collect();
            line(
                sheet,
                looks,
                row,
                &widths,
                &[
                    Cell::Text(&question.id),
                    Cell::Text(&section.title),
                    Cell::Text(&question.text),
                    Cell::Owned(state(question.state).get(report.lang).to_owned()),
                    question.level.map_or(Cell::Text(""), |level| Cell::Whole(usize::from(level))),
                    Cell::Text(&question.words),
                    Cell::Owned(references.join(if report.lang == hakutaku_model::text::Lang::Ja {
                        "、"
                    } else {
                        "; "
                    })),
                ],
            )?;
            row += 1;
        }
    }
    Ok(())
}

fn state(key: &str) -> Text {
    match key {
        "counted" => Text::new("回答", "answered"),
        "not_applicable" => Text::new("該当なし", "not applicable"),
        "unconfirmed" => Text::new("未確認", "not confirmed"),
        "not_asked" => Text::new("対象外", "not asked"),
        "ignored" => Text::new("点数外", "not counted"),
        _ => Text::new("未回答", "open"),
    }
}

/// The head of a table: names, widths, frozen, repeated on every printed page. Returns the widths.
fn columns(sheet: &mut Worksheet, looks: &Looks, columns: &[(String, f64)]) -> Result<Vec<f64>, WorkbookError> {
    for (column, (name, width)) in (0_u16..).zip(columns) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, name, &looks.head)?;
    }
    sheet.set_row_height(0, 32)?;
    sheet.set_freeze_panes(1, 2)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    sheet.set_footer("&L&8&A&R&8&P / &N");
    sheet.set_screen_gridlines(false);
    Ok(columns.iter().map(|(_, width)| *width).collect())
}

fn line(
    sheet: &mut Worksheet,
    looks: &Looks,
    row: u32,
    widths: &[f64],
    cells: &[Cell<'_>],
) -> Result<(), WorkbookError> {
    for (column, cell) in (0_u16..).zip(cells) {
        put(sheet, looks, row, column, cell)?;
    }
    let tallest = cells.iter().zip(widths).map(|(cell, width)| lines(cell.text(), *width, 10.0)).max().unwrap_or(1);
    sheet.set_row_height(row, row_height(tallest, 20.0))?;
    Ok(())
}

fn put(sheet: &mut Worksheet, looks: &Looks, row: u32, column: u16, cell: &Cell<'_>) -> Result<(), WorkbookError> {
    match cell {
        Cell::Text(text) => sheet.write_string_with_format(row, column, *text, &looks.text)?,
        Cell::Owned(text) => sheet.write_string_with_format(row, column, text, &looks.text)?,
        Cell::Bold(text) => sheet.write_string_with_format(row, column, *text, &looks.bold)?,
        #[expect(clippy::cast_precision_loss, reason = "counts of questions are small")]
        Cell::Whole(value) => sheet.write_number_with_format(row, column, *value as f64, &looks.whole)?,
        Cell::Score(score) => {
            let looks_of = if score.is_some_and(|s| s.weak) { &looks.weak_score } else { &looks.score };
            match score.and_then(|s| number(&s.exact)) {
                Some(value) => sheet.write_number_with_format(row, column, value, looks_of)?,
                None => sheet.write_blank(row, column, looks_of)?,
            }
        }
        Cell::Change(Some(change)) => sheet.write_number_with_format(row, column, *change, &looks.change)?,
        Cell::Change(None) => sheet.write_blank(row, column, &looks.change)?,
    };
    Ok(())
}

/// The exact fraction as a number: `3/2` is 1.5, `2` is 2.
fn number(exact: &str) -> Option<f64> {
    match exact.split_once('/') {
        Some((over, under)) => Some(over.parse::<f64>().ok()? / under.parse::<f64>().ok()?),
        None => exact.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn exact_fractions_become_numbers() {
        assert_eq!(number("3/2"), Some(1.5));
        assert_eq!(number("2"), Some(2.0));
        assert_eq!(number("none"), None);
    }
}
