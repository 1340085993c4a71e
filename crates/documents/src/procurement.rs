//! Requirement lines for a request for proposal, as DOCX and XLSX.

use crate::sheet_style::{base, head, lines, row_height, text_cell};
use crate::workbook::WorkbookError;
use docx_rs::{
    Docx, LineSpacing, PageMargin, Paragraph, Run, RunFonts, Shading, Style, StyleType, Table, TableCell,
    TableCellMargins, TableLayoutType, TableRow, WidthType,
};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::{Ts, date_words};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use std::io::Cursor;

/// What the paper is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirements {
    /// The facility.
    pub facility: String,
    /// What is being bought, in the buyer's words; may be empty.
    pub purchase: String,
    /// Names of the kinds of purchase.
    pub kinds: Vec<String>,
    /// The lines, in order.
    pub lines: Vec<RequirementLine>,
    /// Where the practices come from.
    pub source: String,
    /// When the paper is made.
    pub made: Ts,
}

/// A requirement line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementLine {
    /// `GP 25`.
    pub practice: String,
    /// What is asked, as edited.
    pub text: String,
    /// Why.
    pub why: String,
}

/// Why a document could not be written: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[error("writing the DOCX document: {0}")]
pub struct DocxError(pub(crate) String);

fn word(lang: Lang, ja: &str, en: &str) -> String {
    Text::new(ja, en).get(lang).to_owned()
}

/// The columns: number, requirement, the bidder's answer, remark.
fn heads(lang: Lang) -> [String; 4] {
    [
        word(lang, "番号", "No."),
        word(lang, "要求", "Requirement"),
        word(lang, "回答（適合・一部・不適合）", "Answer (meets, in part, does not)"),
        word(lang, "説明・証拠", "Explanation, evidence"),
    ]
}

fn title(lang: Lang) -> String {
    word(lang, "情報セキュリティの要求事項", "Information security requirements")
}

/// A4 in twentieths of a point, less the margins: the width of the table.
const TABLE_WIDTH: usize = 9_638;
const COLUMNS: [usize; 4] = [700, 5_038, 1_700, 2_200];

/// The lines as a document to paste into, or to send as, a request for proposal.
///
/// # Errors
/// A defect of the product.
pub fn requirements_docx(requirements: &Requirements, lang: Lang) -> Result<Vec<u8>, DocxError> {
    let face = || RunFonts::new().ascii("BIZ UDPGothic").hi_ansi("BIZ UDPGothic").east_asia("BIZ UDPGothic");
    let date = requirements.made.date_in_japan();
    let plain = |text: &str| Paragraph::new().add_run(Run::new().add_text(text));
    let small = |text: &str| Paragraph::new().add_run(Run::new().add_text(text).size(17).color("55646A"));
    let heading = Style::new("Heading1", StyleType::Paragraph).name("heading 1").size(32).bold().outline_lvl(0);
    let mut document = Docx::new()
        .default_fonts(face())
        .default_size(20)
        .page_size(11_906, 16_838)
        .page_margin(PageMargin::new().top(1_134).bottom(1_134).left(1_134).right(1_134))
        .created_at(&format!("{date}T00:00:00Z"))
        .updated_at(&format!("{date}T00:00:00Z"))
        .add_style(heading)
        .add_paragraph(
            Paragraph::new()
                .style("Heading1")
                .line_spacing(LineSpacing::new().after(160))
                .add_run(Run::new().add_text(title(lang))),
        )
        .add_paragraph(plain(&requirements.facility));
    if !requirements.purchase.is_empty() {
        let label = word(lang, "調達するもの：", "Purchase: ");
        document = document.add_paragraph(plain(&format!("{label}{}", requirements.purchase)));
    }
    let kinds = requirements.kinds.join(if lang == Lang::Ja { "、" } else { ", " });
    let table = Table::new(rows(requirements, lang))
        .set_grid(COLUMNS.to_vec())
        .width(TABLE_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(60, 90, 60, 90));
    document = document
        .add_paragraph(plain(&format!("{}{kinds}", word(lang, "種類：", "Kind: "))))
        .add_paragraph(small(&date_words(date, lang)).line_spacing(LineSpacing::new().after(240)))
        .add_table(table)
        .add_paragraph(small(&requirements.source).line_spacing(LineSpacing::new().before(240)));
    let mut bytes = Cursor::new(Vec::new());
    document.build().pack(&mut bytes).map_err(|problem| DocxError(problem.to_string()))?;
    Ok(bytes.into_inner())
}

fn rows(requirements: &Requirements, lang: Lang) -> Vec<TableRow> {
    let cell =
        |at: usize, content: Paragraph| TableCell::new().width(COLUMNS[at], WidthType::Dxa).add_paragraph(content);
    let header = heads(lang)
        .iter()
        .enumerate()
        .map(|(at, text)| {
            cell(at, Paragraph::new().add_run(Run::new().add_text(text).size(17).bold()))
                .shading(Shading::new().fill("E2F0F1"))
        })
        .collect();
    let mut rows = vec![TableRow::new(header).cant_split()];
    for (at, line) in requirements.lines.iter().enumerate() {
        let mut asked = cell(1, Paragraph::new().add_run(text_run(&line.text)));
        if !line.why.is_empty() {
            let why = format!("{}{} ({})", word(lang, "理由：", "Why: "), line.why, line.practice);
            asked = asked.add_paragraph(Paragraph::new().add_run(Run::new().add_text(why).size(16).color("55646A")));
        }
        rows.push(
            TableRow::new(vec![
                cell(0, Paragraph::new().add_run(Run::new().add_text((at + 1).to_string()))),
                asked,
                cell(2, Paragraph::new()),
                cell(3, Paragraph::new()),
            ])
            .cant_split(),
        );
    }
    rows
}

/// A text with its line breaks.
fn text_run(text: &str) -> Run {
    let mut run = Run::new();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            run = run.add_break(docx_rs::BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    run
}

/// The lines as a sheet to be answered.
///
/// # Errors
/// A text too long for a cell, or another defect of the product.
pub fn requirements_workbook(requirements: &Requirements, lang: Lang) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let date = requirements.made.date_in_japan();
    let mut properties =
        DocProperties::new().set_title(title(lang)).set_company(&requirements.facility).set_author("Hakutaku");
    // Without it the writer would take the clock, and the same lines would give different bytes.
    if let Ok(made) = ExcelDateTime::parse_from_str(&date.to_string()) {
        properties = properties.set_creation_datetime(&made);
    }
    workbook.set_properties(&properties);
    let sheet = workbook.add_worksheet();
    sheet.set_name(word(lang, "要求事項", "Requirements"))?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    let widths = [6.0, 64.0, 22.0, 34.0, 40.0, 9.0];
    for (at, width) in (0_u16..).zip(widths) {
        sheet.set_column_width(at, width)?;
    }
    sheet.write_string_with_format(0, 0, title(lang), &base().set_font_size(16).set_bold())?;
    let kinds = requirements.kinds.join(if lang == Lang::Ja { "、" } else { ", " });
    let about = [requirements.facility.as_str(), requirements.purchase.as_str(), &kinds, &date_words(date, lang)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    sheet.write_string_with_format(1, 0, about, &base())?;
    let heads = heads(lang).into_iter().chain([word(lang, "理由", "Why"), word(lang, "実践", "Practice")]);
    for (at, text) in (0_u16..).zip(heads) {
        sheet.write_string_with_format(3, at, text, &head())?;
    }
    for (number, line) in (1_u32..).zip(&requirements.lines) {
        let row = number + 3;
        let high = lines(&line.text, widths[1], 10.0).max(lines(&line.why, widths[4], 10.0));
        sheet.set_row_height(row, row_height(high, 20.0))?;
        sheet.write_number_with_format(row, 0, number, &text_cell())?;
        // Texts stay texts: a line that begins with = + - @ is not run.
        for (at, text) in [(1, line.text.as_str()), (2, ""), (3, ""), (4, &line.why), (5, &line.practice)] {
            sheet.write_string_with_format(row, at, text, &text_cell())?;
        }
    }
    let last = u32::try_from(requirements.lines.len()).unwrap_or(u32::MAX).saturating_add(5);
    sheet.write_string_with_format(last, 0, &requirements.source, &base().set_font_size(9))?;
    sheet.set_freeze_panes(4, 0)?;
    Ok(workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_are_the_same_each_time_and_formulas_stay_texts() {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let guide = &catalogue.procurement;
        for lang in [Lang::Ja, Lang::En] {
            let mut lines: Vec<RequirementLine> = guide
                .practices
                .iter()
                .map(|practice| RequirementLine {
                    practice: format!("GP {}", practice.number),
                    text: practice.requirement.get(lang).to_owned(),
                    why: practice.why.get(lang).to_owned(),
                })
                .collect();
            lines[0].text = "=HYPERLINK(\"https://example.com\")\n二行目".to_owned();
            let requirements = Requirements {
                facility: "白沢記念病院".into(),
                purchase: "放射線画像システムの更新".into(),
                kinds: vec!["臨床情報システム".into(), "クラウドサービス".into()],
                lines,
                source: guide.source.get(lang).to_owned(),
                made: Ts::from_micros(0),
            };
            let docx = requirements_docx(&requirements, lang).expect("written");
            let xlsx = requirements_workbook(&requirements, lang).expect("written");
            assert_eq!(xlsx, requirements_workbook(&requirements, lang).expect("written again"));
            assert!(docx.starts_with(b"PK") && xlsx.starts_with(b"PK"));
            let sheet = crate::workbook::checked_sheets(&xlsx).expect("read").remove(0);
            assert_eq!(sheet.text(4, 1), requirements.lines[0].text);
            if let Some(folder) = std::env::var_os("LOOK_AT_PAPERS") {
                let at = |ending: &str| std::path::Path::new(&folder).join(format!("req-{}.{ending}", lang.tag()));
                std::fs::write(at("docx"), &docx).expect("written");
                std::fs::write(at("xlsx"), &xlsx).expect("written");
            }
        }
    }
}
