//! The plan as a document that people can go on editing.

use crate::plan_pdf::PlanCover;
use crate::procurement::DocxError;
use docx_rs::{
    BreakType, Docx, LineSpacing, PageMargin, Paragraph, Run, RunFonts, Shading, Style, StyleType, Table, TableCell,
    TableCellMargins, TableLayoutType, TableRow, WidthType,
};
use hakutaku_model::plan::{Block, FactTable, Paper, PaperSection};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::{Ts, date_words};
use std::io::Cursor;

/// A4 in twentieths of a point, less the margins: the width of a table.
const TABLE_WIDTH: usize = 9_638;

fn word(lang: Lang, ja: &str, en: &str) -> String {
    Text::new(ja, en).get(lang).to_owned()
}

/// The plan as DOCX: cover lines, card for cutting off, telephone lists, first steps, ward cards, sections.
///
/// # Errors
/// A defect of the product.
pub fn plan_docx(
    paper: &Paper,
    cover: &PlanCover,
    facility: &str,
    made: Ts,
    lang: Lang,
) -> Result<Vec<u8>, DocxError> {
    let face = RunFonts::new().ascii("BIZ UDPGothic").hi_ansi("BIZ UDPGothic").east_asia("BIZ UDPGothic");
    let day = made.date_in_japan();
    let heading = |level: usize, size: usize| {
        Style::new(format!("Heading{level}"), StyleType::Paragraph)
            .name(format!("heading {level}"))
            .size(size)
            .bold()
            .outline_lvl(level - 1)
    };
    let mut document = Docx::new()
        .default_fonts(face)
        .default_size(20)
        .page_size(11_906, 16_838)
        .page_margin(PageMargin::new().top(1_134).bottom(1_134).left(1_134).right(1_134))
        .created_at(&format!("{day}T00:00:00Z"))
        .updated_at(&format!("{day}T00:00:00Z"))
        .add_style(heading(1, 30))
        .add_style(heading(2, 24))
        .add_style(heading(3, 21));
    document = head(document, 1, &word(lang, "システムが止まったときの計画（IT-BCP）", "Plan for when the systems stop (IT-BCP)"));
    for line in cover_lines(cover, facility, made, lang) {
        document = document.add_paragraph(text(&line));
    }
    document = head(document, 1, &word(lang, "切り離しの札", "Cut-off card"));
    if !paper.holes.is_empty() {
        let holes = paper.holes.join(if lang == Lang::Ja { "、" } else { ", " });
        document = document.add_paragraph(text(&format!("{}{holes}", word(lang, "切る人が決まっていません: ", "Nobody is named to cut: "))));
    }
    for stage in &paper.cut_off {
        document = table(document, stage);
    }
    document = head(document, 1, &word(lang, "電話の一覧", "Telephone lists"));
    let heads = ["役割", "人", "昼", "夜・休日", "出ないとき"].iter().zip(["Part", "Who", "By day", "Nights", "If no answer"]);
    let heads: Vec<String> = heads.map(|(ja, en)| word(lang, ja, en)).collect();
    for list in &paper.phones {
        let rows = list.calls.iter().map(|call| call.to_vec()).collect();
        document = table(document, &FactTable { title: list.caller.clone(), heads: heads.clone(), rows, place: None });
    }
    document = head(document, 1, &word(lang, "役割ごとの最初の動き", "First steps by role"));
    let heads = vec![word(lang, "何分以内", "Within"), word(lang, "すること", "Step"), word(lang, "くわしく", "Details")];
    for role in &paper.roles {
        let rows = role.steps.iter().map(|(a, b, c)| vec![a.clone(), b.clone(), c.clone()]).collect();
        document = table(document, &FactTable { title: role.title.clone(), heads: heads.clone(), rows, place: None });
    }
    document = head(document, 1, &word(lang, "計画の本文", "The plan"));
    for section in &paper.sections {
        document = self::section(document, section, lang);
    }
    let mut bytes = Cursor::new(Vec::new());
    document.build().pack(&mut bytes).map_err(|problem| DocxError(problem.to_string()))?;
    Ok(bytes.into_inner())
}

fn cover_lines(cover: &PlanCover, facility: &str, made: Ts, lang: Lang) -> Vec<String> {
    let mut lines = vec![facility.to_owned()];
    lines.push(match cover.version {
        Some(number) => word(lang, &format!("第{number}版"), &format!("Version {number}")),
        None => word(lang, "下書き（未承認）", "Draft (not approved)"),
    });
    if let Some(on) = cover.approved_on {
        let approved = format!("{} {}", date_words(on, lang), cover.approved_by);
        lines.push(format!("{}{approved}", word(lang, "承認: ", "Approved: ")));
    }
    if !cover.remark.is_empty() {
        lines.push(format!("{}{}", word(lang, "備考: ", "Remark: "), cover.remark));
    }
    lines.push(format!("{}{}", word(lang, "中身の日付: ", "Facts of: "), date_words(cover.facts_on, lang)));
    lines.push(format!("{}{}", word(lang, "作成: ", "Made: "), date_words(made.date_in_japan(), lang)));
    lines.push(format!("{}{}", word(lang, "照合番号: ", "Fingerprint: "), cover.fingerprint));
    lines
}

fn head(document: Docx, level: usize, title: &str) -> Docx {
    document.add_paragraph(
        Paragraph::new()
            .style(&format!("Heading{level}"))
            .line_spacing(LineSpacing::new().before(240).after(120))
            .add_run(Run::new().add_text(title)),
    )
}

/// A text with its line breaks.
fn text(content: &str) -> Paragraph {
    Paragraph::new().add_run(run(content))
}

fn run(content: &str) -> Run {
    let mut run = Run::new();
    for (at, line) in content.split('\n').enumerate() {
        if at > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    run
}

fn section(mut document: Docx, section: &PaperSection, lang: Lang) -> Docx {
    document = head(document, 2, &format!("{}. {}", section.number, section.title));
    for block in &section.blocks {
        document = match block {
            Block::Text { title, text: content } => head(document, 3, title).add_paragraph(text(content)),
            Block::Table(content) => table(document, content),
        };
    }
    for gap in &section.gaps {
        let line = format!("{}{gap}", word(lang, "足りないもの: ", "Missing: "));
        document = document.add_paragraph(Paragraph::new().add_run(Run::new().add_text(line).size(18).color("9C3A12")));
    }
    document
}

fn table(document: Docx, content: &FactTable) -> Docx {
    let document = head(document, 3, &content.title);
    if content.rows.is_empty() || content.heads.is_empty() {
        return document.add_paragraph(text("–"));
    }
    let width = TABLE_WIDTH / content.heads.len();
    let cell = |paragraph: Paragraph| TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph);
    let header = content
        .heads
        .iter()
        .map(|title| {
            cell(Paragraph::new().add_run(Run::new().add_text(title).size(17).bold())).shading(Shading::new().fill("E2F0F1"))
        })
        .collect();
    let mut rows = vec![TableRow::new(header).cant_split()];
    for row in &content.rows {
        let cells = row.iter().map(|content| cell(Paragraph::new().add_run(run(content).size(18)))).collect();
        rows.push(TableRow::new(cells).cant_split());
    }
    let table = Table::new(rows)
        .set_grid(vec![width; content.heads.len()])
        .width(TABLE_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(60, 90, 60, 90));
    document.add_table(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan_pdf::tests::sample;

    #[test]
    fn the_document_is_the_same_each_time_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let (paper, cover, header) = sample(lang);
            let docx = plan_docx(&paper, &cover, "白沢記念病院", header.made, lang).expect("written");
            assert!(docx.starts_with(b"PK"));
            assert_eq!(docx, plan_docx(&paper, &cover, "白沢記念病院", header.made, lang).expect("again"));
        }
    }
}
