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

    /// Widths are shares of the whole; the first row is the head.
    fn table(mut self, heads: &[&str], shares: &[usize], rows: Vec<Vec<String>>) -> Self {
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
        all.extend(rows.into_iter().map(|row| {
            let cells = row.into_iter().enumerate().map(|(at, text)| {
                TableCell::new()
                    .width(width(at), WidthType::Dxa)
                    .add_paragraph(Paragraph::new().add_run(text_run(&text).size(18)))
            });
            TableRow::new(cells.collect()).cant_split()
        }));
        let table = Table::new(all)
            .set_grid(widths.clone())
            .width(WIDTH, WidthType::Dxa)
            .layout(TableLayoutType::Fixed)
            .margins(TableCellMargins::new().margin(50, 80, 50, 80));
        self.docx = self.docx.add_table(table).add_paragraph(Paragraph::new());
        self
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
    paper.docx.build().pack(&mut bytes).map_err(|problem| DocxError::of(&problem))?;
    Ok(bytes.into_inner())
}

fn head(paper: Paper, report: &AfterAction, made: &str) -> Paper {
    let line = |key: &str, value: &str| vec![paper.label(key), value.to_owned()];
    let mut about = vec![
        line("facility", &report.facility),
        line("held", &format!("{} {}", report.held_on, report.hours)),
        line("scenario", &report.scenario),
        line(
            "way",
            &[report.kind.as_str(), &report.speed]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(" / "),
        ),
        line("made", made),
    ];
    if !report.source.is_empty() {
        about.push(line("source", &report.source));
    }
    let participants = report.participants.iter().map(|role| vec![role.label.clone(), role.value.clone()]).collect();
    let facts = report.facts.iter().map(|fact| vec![fact.label.clone(), fact.value.clone()]).collect();
    let signers = ["sign-director", "sign-safety", "sign-conductor"]
        .map(|key| vec![paper.label(key), String::new(), String::new()]);
    paper
        .table(&["item", "content"], &[1, 3], about)
        .table(&["signer", "signature", "date"], &[2, 3, 2], signers.into())
        .heading("summary")
        .plain(&report.summary)
        .table(&["item", "content"], &[2, 1], facts)
        .heading("participants")
        .table(&["role", "names"], &[1, 3], participants)
}

fn body(paper: Paper, report: &AfterAction) -> Paper {
    let gaps = report
        .gaps
        .iter()
        .enumerate()
        .map(|(at, gap)| {
            let (owner, due, action) = gap.action.as_ref().map_or_else(
                || (String::new(), String::new(), paper.label("no-action")),
                |action| (action.owner.clone(), action.due.clone(), format!("{}（{}）", action.title, action.state)),
            );
            vec![(at + 1).to_string(), format!("{}\n{}", gap.text, gap.evidence), action, owner, due]
        })
        .collect::<Vec<_>>();
    let objectives = report
        .objectives
        .iter()
        .map(|o| {
            vec![o.text.clone(), o.met.clone(), o.mean.clone(), o.percent.map(|p| format!("{p}%")).unwrap_or_default()]
        })
        .collect();
    let times = report
        .times
        .iter()
        .map(|row| vec![row.text.clone(), row.role.clone(), row.target.clone(), row.taken.clone(), row.outcome.clone()])
        .collect();
    let scores = report
        .sections
        .iter()
        .flat_map(|section| {
            let head = vec![section.title.clone(), String::new(), section.mean.clone(), String::new()];
            let items = section.items.iter().map(|item| {
                let comments: Vec<&str> = item.comments.iter().map(|said| said.text.as_str()).collect();
                vec![format!("　{}", item.text), item.scores.clone(), item.mean.clone(), comments.join("\n")]
            });
            std::iter::once(head).chain(items)
        })
        .collect();
    let timeline = report
        .timeline
        .iter()
        .map(|row| vec![row.minute.clone(), row.clock.clone(), row.who.clone(), row.what.clone()])
        .collect();
    let mut paper = paper.heading("gaps");
    paper = if gaps.is_empty() {
        paper.none()
    } else {
        paper.table(&["number", "gap", "action", "owner", "due"], &[1, 7, 6, 3, 3], gaps)
    };
    paper = paper
        .heading("good")
        .said(&report.good)
        .heading("improve")
        .said(&report.improve)
        .heading("objectives")
        .table(&["objective", "met", "mean", "share"], &[6, 2, 2, 2], objectives)
        .heading("times")
        .table(&["expected", "role", "target", "taken", "outcome"], &[7, 4, 2, 2, 3], times)
        .heading("scores")
        .table(&["item", "given", "mean", "comments"], &[6, 2, 2, 5], scores);
    if !report.decisions.is_empty() {
        let rows = report.decisions.iter().map(|d| vec![d.text.clone(), d.chosen.clone(), d.by.clone()]).collect();
        paper = paper.heading("decisions").table(&["decision", "chosen", "by"], &[5, 5, 3], rows);
    }
    paper = paper.heading("hot-wash");
    if report.hot_wash.is_empty() {
        paper = paper.none();
    }
    for question in &report.hot_wash {
        let mean = if question.mean.is_empty() { String::new() } else { format!("  {}", question.mean) };
        paper = paper.plain(&format!("{}{mean}", question.text)).said(&question.answers);
    }
    if !report.notes.is_empty() {
        paper = paper.heading("notes").said(&report.notes);
    }
    paper = paper.heading("timeline").table(&["minute", "clock", "who", "what"], &[1, 1, 3, 8], timeline);
    if report.left_out > 0 {
        let more = paper.label("left-out").replace("{count}", &report.left_out.to_string());
        paper = paper.small(&more);
    }
    paper
}
