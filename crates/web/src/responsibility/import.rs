//! What a party sent back as a file: shown line by line, then taken whole or not at all.

use super::{home, matrix_of};
use crate::AppState;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use hakutaku_documents::responsibility_pdf::statement_words;
use hakutaku_documents::responsibility_sheet::read_statement_workbook;
use hakutaku_model::record::Kept;
use hakutaku_model::responsibility::file::{fault_of, parse};
use hakutaku_model::responsibility::words::task_title;
use hakutaku_model::responsibility::{Matrix, Statement, TaskCatalogue};
use hakutaku_model::text::{Lang, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Problems of a file shown; the rest is counted.
const SHOWN: usize = 50;

/// A line of a file: one statement for one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    /// Where in the file.
    place: String,
    task: String,
    object: String,
    statement: Option<Statement>,
    #[serde(skip)]
    wrong: Option<Text>,
}

/// What would become of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    New,
    Changed,
    Same,
    Empty,
    Refused,
}

impl Verdict {
    fn key(self) -> Key {
        match self {
            Self::New => Key("resp-verdict-new"),
            Self::Changed => Key("resp-verdict-changed"),
            Self::Same => Key("resp-verdict-same"),
            Self::Empty => Key("resp-verdict-empty"),
            Self::Refused => Key("resp-verdict-refused"),
        }
    }
}

struct Shown {
    place: String,
    task: String,
    object: String,
    verdict: String,
    before: String,
    after: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "responsibility/import.html")]
struct ImportPage {
    t: Words,
    page: Page,
    base: String,
    file: String,
    party: String,
    party_id: String,
    rows: Vec<Shown>,
    to_save: usize,
    refused: usize,
    problems: Vec<String>,
    more_problems: usize,
    version: i64,
    run: String,
}

/// What would become of a line; pure, so that showing and confirming cannot differ.
fn judge(line: &Line, party: &str, matrix: &Matrix) -> (Verdict, Option<Text>) {
    if let Some(wrong) = &line.wrong {
        return (Verdict::Refused, Some(wrong.clone()));
    }
    let Some(row) = matrix.rows.iter().find(|row| row.task == line.task && row.object == line.object) else {
        let (task, object) = (&line.task, &line.object);
        return (
            Verdict::Refused,
            Some(Text::new(
                format!("この表に「{task}」×「{object}」の行はありません。書き出したファイルのIDに戻してください。"),
                format!("This matrix has no row “{task}” × “{object}”. Restore the ids of the exported file."),
            )),
        );
    };
    let Some(statement) = &line.statement else { return (Verdict::Empty, None) };
    if statement.party != party {
        return (Verdict::Refused, Some(Text::new("ほかの関係者の答えです。", "This is another party's answer.")));
    }
    if let Some(fault) = fault_of(statement, matrix) {
        return (Verdict::Refused, Some(fault));
    }
    match row.said_by(party) {
        None => (Verdict::New, None),
        Some(old) if old.means_the_same(statement) => (Verdict::Same, None),
        Some(_) => (Verdict::Changed, None),
    }
}

/// What an upload holds.
struct Upload {
    party: String,
    name: String,
    bytes: Bytes,
}

async fn upload_of(mut form: Multipart) -> Result<Upload, Problem> {
    let unreadable = |_| Problem::unprocessable(Key("import-unreadable"));
    let mut found = Upload { party: String::new(), name: String::new(), bytes: Bytes::new() };
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        match part.name() {
            Some("party") => found.party = part.text().await.map_err(unreadable)?,
            Some("file") => {
                found.name =
                    part.file_name().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
                found.bytes = part.bytes().await.map_err(unreadable)?;
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The lines of a file for a party, or everything wrong with the file as a whole.
fn read(upload: &Upload, matrix: &Matrix, tasks: &TaskCatalogue) -> Result<Vec<Line>, Vec<Text>> {
    if upload.bytes.is_empty() {
        return Err(vec![Text::new("ファイルを選んでください。", "Choose a file.")]);
    }
    if upload.bytes.starts_with(b"PK") || upload.bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let (party, lines) = read_statement_workbook(&upload.bytes, matrix)
            .map_err(|refused| vec![Text::new(refused.sentence(Lang::Ja), refused.sentence(Lang::En))])?;
        if party != upload.party {
            return Err(vec![Text::new(
                "ほかの関係者のために書き出したファイルです。関係者を選び直してください。",
                "The file was made for another party. Choose that party.",
            )]);
        }
        let line = |line: hakutaku_documents::responsibility_sheet::SheetLine| {
            let (statement, wrong) = match line.statement {
                Ok(statement) => (statement, None),
                Err(wrong) => (None, Some(wrong)),
            };
            Line { place: line.row.to_string(), task: line.task, object: line.object, statement, wrong }
        };
        return Ok(lines.into_iter().map(line).collect());
    }
    let text = std::str::from_utf8(&upload.bytes).map_err(|_| {
        vec![Text::new(
            "Excelブック（.xlsx）でも、責任分界のファイル（.json）でもありません。",
            "This is neither an Excel workbook (.xlsx) nor a responsibility file (.json).",
        )]
    })?;
    let sent = parse(text, tasks).map_err(|problems| {
        let both =
            |p: hakutaku_model::responsibility::file::Problem| Text::new(p.line_in(Lang::Ja), p.line_in(Lang::En));
        problems.into_iter().map(both).collect::<Vec<_>>()
    })?;
    let line = |(at, row): (usize, hakutaku_model::responsibility::Row)| {
        let statement = row.said_by(&upload.party).cloned();
        Line { place: (at + 1).to_string(), task: row.task, object: row.object, statement, wrong: None }
    };
    Ok(sent.rows.into_iter().enumerate().map(line).collect())
}

/// Reads the file and shows what it would change. Nothing is saved.
pub(super) async fn upload(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    form: Multipart,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    let upload = upload_of(form).await?;
    kept.body.party(&upload.party).ok_or(Problem::NotFound)?;
    let (catalogue, matrix) = (std::sync::Arc::clone(&app.catalogue), kept.body.clone());
    let (upload, lines) = press(move || {
        let lines = read(&upload, &matrix, &catalogue.responsibility);
        (upload, lines)
    })
    .await?;
    match lines {
        Ok(lines) => page(&app, &visit, &kept, &upload, &lines, &[]),
        Err(problems) => page(&app, &visit, &kept, &upload, &[], &problems),
    }
}

fn page(
    app: &AppState,
    visit: &Visit,
    kept: &Kept<Matrix>,
    upload: &Upload,
    lines: &[Line],
    problems: &[Text],
) -> Result<Response, Problem> {
    let t = visit.t();
    let matrix = &kept.body;
    let party = &upload.party;
    let mut run = Vec::new();
    let mut refused = 0;
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for line in lines {
        let twice = !seen.insert((&line.task, &line.object));
        let (verdict, wrong) = if twice {
            let wrong = Text::new("同じ行が2回あります。", "This row stands twice.");
            (Verdict::Refused, Some(wrong))
        } else {
            judge(line, party, matrix)
        };
        match verdict {
            Verdict::Refused => refused += 1,
            Verdict::New | Verdict::Changed => run.push(line.clone()),
            Verdict::Same | Verdict::Empty => {}
        }
        let before = matrix.rows.iter().find(|row| row.task == line.task && row.object == line.object);
        rows.push(Shown {
            place: line.place.clone(),
            task: t.text(&task_title(&line.task, matrix, &app.catalogue.responsibility)).to_owned(),
            object: matrix.object(&line.object).map_or_else(|| line.object.clone(), |o| o.name.clone()),
            verdict: t.k(verdict.key()),
            before: statement_words(before.and_then(|row| row.said_by(party)), matrix, visit.lang),
            after: statement_words(line.statement.as_ref(), matrix, visit.lang),
            wrong: wrong.map(|wrong| t.text(&wrong).to_owned()),
        });
    }
    let bad = !problems.is_empty() || refused > 0;
    let status = if bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let base = format!("{}/{}", home(visit.place()?.id), kept.id);
    let page = ImportPage {
        t,
        page: visit
            .page(t.m("resp-import-title"))
            .under(home(visit.place()?.id), t.m("resp-title"))
            .under(base.clone(), matrix.title.clone()),
        base,
        file: upload.name.clone(),
        party: matrix.party(party).map(|p| p.name.clone()).unwrap_or_default(),
        party_id: party.clone(),
        to_save: run.len(),
        refused,
        rows,
        more_problems: problems.len().saturating_sub(SHOWN),
        problems: problems.iter().take(SHOWN).map(|problem| t.text(problem).to_owned()).collect(),
        version: kept.version,
        run: serde_json::to_string(&run)?,
    };
    Ok((status, html(&page)?).into_response())
}

/// Saves the dry run that was shown, unless the matrix changed meanwhile.
pub(super) async fn confirm(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let mut kept = matrix_of(&app, &visit, &id).await?;
    let facility = visit.place()?.id;
    if form.value("version") != kept.version.to_string() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("resp-import-moved")));
    }
    let unreadable = || Problem::unprocessable(Key("problem-422"));
    let lines: Vec<Line> = serde_json::from_str(form.value("run")).map_err(|_| unreadable())?;
    let party = form.value("party").to_owned();
    let before = kept.body.clone();
    for line in lines {
        // What came back from the page is judged again: it may be anything.
        if !matches!(judge(&line, &party, &before).0, Verdict::New | Verdict::Changed) {
            return Err(unreadable());
        }
        let row = kept.body.rows.iter_mut().find(|row| row.task == line.task && row.object == line.object);
        row.ok_or_else(unreadable)?.say(&party, line.statement);
    }
    app.store.change_record(&visit.act(app.now()), facility, kept.id, kept.version, &kept.body).await?;
    Ok(visit.done(&app, &format!("{}/{}", home(facility), kept.id), Key("notice-saved")))
}
