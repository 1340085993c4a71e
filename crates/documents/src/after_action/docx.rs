//! The report as a text to work on.

use super::{AfterAction, Said, labels};
use crate::procurement::DocxError;
use docx_rs::{
    BreakType, Docx, LineSpacing, PageMargin, Paragraph, Run, RunFonts, Shading, Style, StyleType, Table, TableCell,
    TableCellMargins, TableLayoutType, TableRow, WidthType,
};
use hakutaku_model::text::Lang;
use hakutaku_model::time::{Ts, date_words};
use std::collections::BTreeMap;
use std::io::Cursor;

/// A4 in twentieths of a point, less the margins.
const WIDTH: usize = 9_638;
const SOFT: &str = "55646A";
const HEAD: &str = "E2F0F1";
const GROUP: &str = "EEF4F5";

struct Paper {
    docx: Docx,
    labels: BTreeMap<String, String>,
}

fn text_run(text: &str) -> Run {
    let mut run = Run::new();
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    run
}

impl Paper {
    fn label(&self, key: &str) -> String {
        self.labels.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }

    fn heading(mut self, key: &str) -> Self {
        let text = self.label(key);
        let heading = Paragraph::new()
            .style("Heading2")
            .keep_next(true)
            .line_spacing(LineSpacing::new().before(280).after(120))
            .add_run(Run::new().add_text(text));
        self.docx = self.docx.add_paragraph(heading);
        self
    }

    fn plain(mut self, text: &str) -> Self {
        self.docx = self.docx.add_paragraph(Paragraph::new().add_run(text_run(text)));
        self
    }

    fn small(mut self, text: &str) -> Self {
        self.docx = self.docx.add_paragraph(Paragraph::new().add_run(text_run(text).size(17).color(SOFT)));
        self
    }

    fn lead(self, key: &str) -> Self {
        let text = self.label(key);
        self.small(&text)
    }

    fn none(self) -> Self {
        let text = self.label("none");
        self.small(&text)
    }

    fn said(mut self, said: &[Said]) -> Self {
        if said.is_empty() {
            return self.none();
        }
        for one in said {
            let line = Paragraph::new()
                .add_run(text_run(&format!("・{}", one.text)))
                .add_run(Run::new().add_text(format!("  {}", one.who)).size(17).color(SOFT));
            self.docx = self.docx.add_paragraph(line);
        }
        self
    }

    /// Widths are shares of the whole; the first row is the head and stands again on every page.
    fn table(self, heads: &[&str], shares: &[usize], rows: Vec<Vec<String>>) -> Self {
        let rows = rows.into_iter().map(Line::Row).collect();
        self.grouped(heads, shares, rows)
    }

    /// A table some of whose lines are the heads of groups.
    fn grouped(mut self, heads: &[&str], shares: &[usize], lines: Vec<Line>) -> Self {
        let total: usize = shares.iter().sum::<usize>().max(1);
        let widths: Vec<usize> = shares.iter().map(|share| WIDTH * share / total).collect();
        let width = |at: usize| widths.get(at).copied().unwrap_or_default();
        let head = heads
            .iter()
            .enumerate()
            .map(|(at, key)| {
                let text = Run::new().add_text(self.label(key)).size(17).bold();
                TableCell::new()
                    .width(width(at), WidthType::Dxa)
                    .add_paragraph(Paragraph::new().add_run(text))
                    .shading(Shading::new().fill(HEAD))
            })
            .collect();
        let mut all = vec![TableRow::new(head).cant_split()];
        all.extend(lines.into_iter().map(|line| match line {
            Line::Row(row) => {
                let cells = row.into_iter().enumerate().map(|(at, text)| {
                    TableCell::new()
                        .width(width(at), WidthType::Dxa)
                        .add_paragraph(Paragraph::new().add_run(text_run(&text).size(18)))
                });
                TableRow::new(cells.collect()).cant_split()
            }
            Line::Group(title, beside) => {
                let text = Paragraph::new()
                    .keep_next(true)
                    .add_run(Run::new().add_text(title).size(18).bold())
                    .add_run(Run::new().add_text(format!("  {beside}")).size(16).color(SOFT));
                let cell = TableCell::new()
                    .width(WIDTH, WidthType::Dxa)
                    .grid_span(heads.len())
                    .shading(Shading::new().fill(GROUP))
                    .add_paragraph(text);
                TableRow::new(vec![cell]).cant_split()
            }
        }));
        let table = Table::new(all)
            .set_grid(widths.clone())
            .width(WIDTH, WidthType::Dxa)
            .layout(TableLayoutType::Fixed)
            .margins(TableCellMargins::new().margin(40, 80, 40, 80));
        self.docx = self.docx.add_table(table).add_paragraph(Paragraph::new());
        self
    }

    fn new_page(mut self) -> Self {
        self.docx = self.docx.add_paragraph(Paragraph::new().page_break_before(true));
        self
    }
}

/// A line of a table.
enum Line {
    /// The head of a group: title, and what stands beside it.
    Group(String, String),
    /// Cells.
    Row(Vec<String>),
}

/// Marks the first row of every table as its head, which the library cannot: it stands again on every page.
fn with_heads_repeated(document: Vec<u8>) -> Vec<u8> {
    const FIRST: &str = "</w:tblGrid><w:tr><w:trPr>";
    match String::from_utf8(document) {
        Ok(text) => text.replace(FIRST, &format!("{FIRST}<w:tblHeader />")).into_bytes(),
        Err(kept) => kept.into_bytes(),
    }
}

/// The report as DOCX.
///
/// # Errors
/// A defect of the product.
pub fn after_action_docx(report: &AfterAction, lang: Lang, made: Ts) -> Result<Vec<u8>, DocxError> {
    let face = RunFonts::new().ascii("BIZ UDPGothic").hi_ansi("BIZ UDPGothic").east_asia("BIZ UDPGothic");
    let date = made.date_in_japan();
    let heading = |id: &str, name: &str, size: usize, level: usize| {
        Style::new(id, StyleType::Paragraph).name(name).size(size).bold().outline_lvl(level)
    };
    let docx = Docx::new()
        .default_fonts(face)
        .default_size(20)
        .page_size(11_906, 16_838)
        .page_margin(PageMargin::new().top(1_134).bottom(1_134).left(1_134).right(1_134))
        .created_at(&format!("{date}T00:00:00Z"))
        .updated_at(&format!("{date}T00:00:00Z"))
        .add_style(heading("Heading1", "heading 1", 32, 0))
        .add_style(heading("Heading2", "heading 2", 24, 1));
    let labels = serde_json::from_str(labels(lang)).map_err(|problem| DocxError::of(&problem))?;
    let mut paper = Paper { docx, labels };
    let title = Paragraph::new().style("Heading1").add_run(Run::new().add_text(&report.title));
    paper.docx = paper.docx.add_paragraph(title);
    let kind = paper.label("kind");
    let paper = paper.small(&kind);
    let paper = head(paper, report, &date_words(date, lang));
    let paper = body(paper, report);
    let mut bytes = Cursor::new(Vec::new());
    let mut built = paper.docx.build();
    built.document = with_heads_repeated(built.document);
    built.pack(&mut bytes).map_err(|problem| DocxError::of(&problem))?;
    Ok(bytes.into_inner())
}

/// The first page: what was practised, the gravest gaps, times and scores.
fn head(paper: Paper, report: &AfterAction, made: &str) -> Paper {
    let line = |key: &str, value: &str| vec![paper.label(key), value.to_owned()];
    let ways: Vec<&str> =
        [report.kind.as_str(), report.speed.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let mut about = vec![
        line("facility", &report.facility),
        line("held", &format!("{} {}", report.held_on, report.hours)),
        line("scenario", &report.scenario),
        line("way", &ways.join(" / ")),
        line("made", made),
    ];
    if !report.source.is_empty() {
        about.push(line("source", &report.source));
    }
    let facts: Vec<String> = report.facts.iter().map(|fact| format!("{} {}", fact.label, fact.value)).collect();
    let signers = ["sign-director", "sign-safety", "sign-conductor"]
        .map(|key| vec![paper.label(key), String::new(), String::new()]);
    let foremost: Vec<Vec<String>> = report
        .foremost
        .iter()
        .filter_map(|at| Some((at + 1, report.gaps.get(*at)?)))
        .map(|(number, gap)| {
            let (action, owner) = gap.action.as_ref().map_or_else(
                || (paper.label("no-action"), String::new()),
                |action| (format!("{}（{}）", action.title, action.state), format!("{}\n{}", action.owner, action.due)),
            );
            vec![number.to_string(), format!("{}\n{}", gap.text, gap.evidence), action, owner]
        })
        .collect();
    let objectives = report
        .objectives
        .iter()
        .map(|row| {
            let counted = |count: usize| if row.met.is_empty() { String::new() } else { count.to_string() };
            vec![
                row.text.clone(),
                row.met.clone(),
                counted(row.late),
                counted(row.not_done),
                row.latest.clone(),
                row.mean.clone(),
                row.percent.map(|percent| format!("{percent}%")).unwrap_or_default(),
            ]
        })
        .collect();
    let sections = report
        .sections
        .chunks(2)
        .map(|pair| {
            let mut cells: Vec<String> =
                pair.iter().flat_map(|section| [section.title.clone(), section.mean.clone()]).collect();
            cells.resize(4, String::new());
            cells
        })
        .collect();
    let mut paper = paper
        .table(&["item", "content"], &[1, 3], about)
        .table(&["signer", "signature", "date"], &[2, 3, 2], signers.into())
        .heading("summary")
        .plain(&report.summary)
        .plain(&facts.join("  |  "))
        .heading("foremost");
    paper = if foremost.is_empty() {
        paper.none()
    } else {
        paper.lead("foremost-lead").table(&["number", "gap", "action", "owner-due"], &[1, 6, 5, 3], foremost)
    };
    let heads = ["objective", "met", "late", "not-done", "latest", "score", "share"];
    paper
        .heading("objectives")
        .lead("objectives-lead")
        .table(&heads, &[6, 2, 1, 2, 2, 2, 2], objectives)
        .heading("section-scores")
        .table(&["item", "mean", "item", "mean"], &[5, 1, 5, 1], sections)
}

/// The gaps by objective.
fn gaps(paper: Paper, report: &AfterAction) -> Paper {
    let paper = paper.heading("gaps");
    if report.gaps.is_empty() {
        return paper.none();
    }
    let mut lines = Vec::new();
    for group in &report.groups {
        let title = if group.title.is_empty() { paper.label("no-objective") } else { group.title.clone() };
        lines.push(Line::Group(title, group.count.clone()));
        let mine = report.gaps.iter().enumerate().skip(group.first).take(group.many);
        lines.extend(mine.map(|(at, gap)| {
            let action = gap.action.as_ref().map_or_else(String::new, |action| {
                let parts = [action.owner.as_str(), &action.due, &action.state];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                format!("{}\n{}", action.title, parts.join(&paper.label("between")))
            });
            Line::Row(vec![(at + 1).to_string(), gap.text.clone(), gap.evidence.clone(), action])
        }));
    }
    paper.lead("gaps-lead").grouped(&["number", "gap", "evidence", "action-owner"], &[1, 7, 5, 5], lines)
}

/// The times by role.
fn times(paper: Paper, report: &AfterAction) -> Paper {
    let mut lines = Vec::new();
    for role in &report.roles {
        let or_dash = |value: &str| if value.is_empty() { "－".to_owned() } else { value.to_owned() };
        let beside = paper
            .label("role-line")
            .replace("{met}", &role.met.to_string())
            .replace("{expected}", &role.expected.to_string())
            .replace("{late}", &role.late.to_string())
            .replace("{missing}", &role.not_done.to_string())
            .replace("{seen}", &or_dash(&role.seen))
            .replace("{done}", &or_dash(&role.done));
        lines.push(Line::Group(role.title.clone(), beside));
        lines.extend(
            role.times.iter().filter_map(|at| report.times.get(*at)).map(|row| {
                Line::Row(vec![row.text.clone(), row.target.clone(), row.taken.clone(), row.outcome.clone()])
            }),
        );
    }
    let mut paper = paper.heading("times").lead("times-lead");
    if report.not_asked > 0 {
        let more = paper.label("not-asked").replace("{count}", &report.not_asked.to_string());
        paper = paper.small(&more);
    }
    paper.grouped(&["expected", "target", "taken", "outcome"], &[8, 2, 2, 3], lines)
}

/// The observers' sheet.
fn scores(paper: Paper, report: &AfterAction) -> Paper {
    let mut lines = Vec::new();
    for section in &report.sections {
        let beside = match section.mean.as_str() {
            "" => paper.label("not-scored"),
            mean => format!("{} {mean}", paper.label("mean")),
        };
        lines.push(Line::Group(section.title.clone(), beside));
        lines.extend(section.items.iter().map(|item| {
            let comments: Vec<String> =
                item.comments.iter().map(|said| format!("{}  {}", said.text, said.who)).collect();
            Line::Row(vec![item.text.clone(), item.scores.clone(), item.mean.clone(), comments.join("\n")])
        }));
    }
    let heads = ["item", "given", "mean", "comments"];
    paper.heading("scores").lead("scores-lead").grouped(&heads, &[6, 2, 2, 5], lines)
}

/// What stands behind the first page.
fn body(paper: Paper, report: &AfterAction) -> Paper {
    let mut paper = gaps(paper.new_page(), report);
    if !report.decisions.is_empty() {
        let rows = report.decisions.iter().map(|d| vec![d.text.clone(), d.chosen.clone(), d.by.clone()]).collect();
        paper = paper.heading("decisions").table(&["decision", "chosen", "by"], &[5, 5, 3], rows);
    }
    paper = paper.heading("good").said(&report.good).heading("improve").said(&report.improve);
    for question in report.hot_wash.iter().filter(|question| !question.told_above) {
        let mean = if question.mean.is_empty() { String::new() } else { format!("  {}", question.mean) };
        paper = paper.plain(&format!("{}{mean}", question.text));
        if !question.answers.is_empty() {
            paper = paper.said(&question.answers);
        }
    }
    if !report.notes.is_empty() {
        paper = paper.heading("notes").said(&report.notes);
    }
    let participants = report.participants.iter().map(|role| vec![role.label.clone(), role.value.clone()]).collect();
    let timeline = report
        .timeline
        .iter()
        .filter(|row| !row.arrival)
        .map(|row| {
            let what = if row.opens { &row.what } else { &row.brief };
            vec![row.minute.clone(), row.clock.clone(), row.name.clone(), what.clone()]
        })
        .collect();
    paper = scores(times(paper, report), report)
        .heading("participants")
        .table(&["role", "names"], &[1, 3], participants)
        .heading("timeline")
        .lead("timeline-lead")
        .table(&["minute", "clock", "who", "what"], &[2, 2, 4, 13], timeline);
    if report.left_out > 0 {
        let more = paper.label("left-out").replace("{count}", &report.left_out.to_string());
        paper = paper.small(&more);
    }
    paper
}
