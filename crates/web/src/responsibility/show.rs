//! One matrix: what does not fit, the table, signatures, files.

use super::{home, matrix_of};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::responsibility_pdf::statement_words;
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::record::Kept;
use hakutaku_model::responsibility::words::{CheckReport, Said, report, task_title};
use hakutaku_model::responsibility::{FindingKind, Matrix, MatrixParty, Object, Row, Side, Signed, TaskCatalogue};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::date_words;
use serde::Deserialize;

/// A column of a table.
pub(super) struct Column {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) contracted: bool,
}

/// A party's view in a cell.
pub(super) struct View {
    pub(super) words: String,
    pub(super) detail: String,
    pub(super) open: bool,
}

/// One row of a table.
pub(super) struct TableRow {
    pub(super) title: String,
    pub(super) question: String,
    pub(super) why: String,
    pub(super) source: String,
    pub(super) inferred: bool,
    pub(super) views: Vec<View>,
    /// The kinds of misfit in words, each once.
    pub(super) marks: Vec<String>,
}

/// One system or connection point.
pub(super) struct Table {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<TableRow>,
    pub(super) misfits: usize,
    pub(super) open: usize,
    /// All parties, and whether each must say something here.
    pub(super) concerned: Vec<(String, String, bool)>,
}

/// A list of findings of one kind.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) about: String,
    pub(super) said: Vec<Said>,
}

struct Signatory {
    id: String,
    name: String,
    is_facility: bool,
    signed: bool,
    outdated: bool,
    by: String,
    role: String,
    day: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "responsibility/show.html")]
struct ShowPage {
    t: Words,
    page: Page,
    form: Form,
    base: String,
    hash: String,
    cells: usize,
    open: usize,
    groups: Vec<Group>,
    tables: Vec<Table>,
    /// The table that stands open: the first with something to settle. One at a time, or a phone shows no end of it.
    first: usize,
    signatories: Vec<Signatory>,
    today: String,
    my_name: String,
    may_edit: bool,
    may_sign: bool,
}

/// The groups that are not empty, the worst first.
pub(super) fn groups(found: CheckReport, t: Words) -> Vec<Group> {
    [
        (FindingKind::Hole, found.holes),
        (FindingKind::Contradiction, found.contradictions),
        (FindingKind::DoubleClaim, found.double_claims),
        (FindingKind::Uncontracted, found.uncontracted),
    ]
    .into_iter()
    .filter(|(_, said)| !said.is_empty())
    .map(|(kind, said)| Group { title: t.k(words_of(kind)), about: t.k(about(kind)), said })
    .collect()
}

fn words_of(kind: FindingKind) -> Key {
    match kind {
        FindingKind::Hole => Key("resp-hole"),
        FindingKind::Contradiction => Key("resp-contradiction"),
        FindingKind::DoubleClaim => Key("resp-double"),
        FindingKind::Uncontracted => Key("resp-uncontracted"),
        FindingKind::Open => Key("resp-open"),
    }
}

fn about(kind: FindingKind) -> Key {
    match kind {
        FindingKind::Hole => Key("resp-hole-about"),
        FindingKind::Contradiction => Key("resp-contradiction-about"),
        FindingKind::DoubleClaim => Key("resp-double-about"),
        FindingKind::Uncontracted => Key("resp-uncontracted-about"),
        FindingKind::Open => Key("resp-open-about"),
    }
}

/// One table for each object.
pub(super) fn tables(matrix: &Matrix, tasks: &TaskCatalogue, found: &CheckReport, t: Words) -> Vec<Table> {
    matrix.objects.iter().map(|object| table(matrix, tasks, found, object, t)).collect()
}

fn table(matrix: &Matrix, tasks: &TaskCatalogue, found: &CheckReport, object: &Object, t: Words) -> Table {
    let lang = t.lang;
    let rows: Vec<&Row> = matrix.rows.iter().filter(|row| row.object == object.id).collect();
    let spoke = |id: &str| rows.iter().any(|row| row.said_by(id).is_some());
    let parties: Vec<&MatrixParty> =
        matrix.parties.iter().filter(|p| matrix.concerns(&object.id, &p.id) || spoke(&p.id)).collect();
    let here = |list: &[Said]| list.iter().filter(|said| said.object.id == object.id).count();
    let lists = [
        (FindingKind::Hole, &found.holes),
        (FindingKind::Contradiction, &found.contradictions),
        (FindingKind::DoubleClaim, &found.double_claims),
        (FindingKind::Uncontracted, &found.uncontracted),
    ];
    Table {
        id: object.id.clone(),
        kind: object.kind.title().get(lang).to_owned(),
        name: object.name.clone(),
        columns: parties
            .iter()
            .map(|p| Column { id: p.id.clone(), name: p.name.clone(), contracted: p.is_contracted() })
            .collect(),
        misfits: lists.iter().map(|(_, list)| here(list)).sum(),
        open: here(&found.open),
        concerned: matrix
            .parties
            .iter()
            .map(|p| (p.id.clone(), p.name.clone(), matrix.concerns(&object.id, &p.id)))
            .collect(),
        rows: rows
            .iter()
            .map(|row| {
                let task = tasks.task(&row.task);
                let text = |pick: fn(&hakutaku_model::responsibility::Task) -> &Text| {
                    task.map(|task| pick(task).get(lang).to_owned()).unwrap_or_default()
                };
                TableRow {
                    title: task_title(&row.task, matrix, tasks).get(lang).to_owned(),
                    question: text(|task| &task.question),
                    why: text(|task| &task.why),
                    source: text(|task| &task.source),
                    inferred: task.is_some_and(|task| task.confidence == Confidence::Inferred),
                    views: parties.iter().map(|party| view(row, party, matrix, lang)).collect(),
                    marks: lists
                        .iter()
                        .filter(|(_, list)| list.iter().any(|s| s.task == row.task && s.object.id == row.object))
                        .map(|(kind, _)| t.k(words_of(*kind)))
                        .collect(),
                }
            })
            .collect(),
    }
}

fn view(row: &Row, party: &MatrixParty, matrix: &Matrix, lang: Lang) -> View {
    let said = row.said_by(&party.id);
    let mut detail = Vec::new();
    if let Some(s) = said {
        detail.extend([&s.how, &s.why, &s.contract, &s.note].into_iter().filter(|text| !text.is_empty()).cloned());
        if !s.by.is_empty() {
            let day = s.on.map(|day| date_words(day, lang)).unwrap_or_default();
            detail.push(format!("{} {day}", s.by).trim().to_owned());
        }
    }
    View { words: statement_words(said, matrix, lang), detail: detail.join(" · "), open: said.is_none() }
}

/// Which object's table stands open, if the address says so.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    object: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    // The page reads a form anyway; the object that was just worked on comes the same way.
    page(&app, &visit, &kept, Form::of([("object", wanted.object)]))
}

/// The page; 422 when a signature was refused.
pub(super) fn page(app: &AppState, visit: &Visit, kept: &Kept<Matrix>, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let facility = visit.place()?.id;
    let matrix = &kept.body;
    let tasks = &app.catalogue.responsibility;
    let found = report(matrix, tasks);
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let tables = tables(matrix, tasks, &found, t);
    let page = ShowPage {
        t,
        first: tables
            .iter()
            .position(|table| form.has("object", &table.id))
            .or_else(|| tables.iter().position(|table| table.misfits > 0))
            .unwrap_or(0),
        page: visit.page(matrix.title.clone()).under(home(facility), t.m("resp-title")),
        form,
        base: format!("{}/{}", home(facility), kept.id),
        hash: found.hash.clone(),
        cells: found.cells,
        open: found.open.len(),
        tables,
        groups: groups(found, t),
        signatories: matrix
            .signed()
            .into_iter()
            .map(|(party, state, signature)| Signatory {
                id: party.id.clone(),
                name: party.name.clone(),
                is_facility: party.side == Side::Facility,
                signed: state == Signed::ThisText,
                outdated: state == Signed::AnotherText,
                by: signature.map(|s| s.name.clone()).unwrap_or_default(),
                role: signature.map(|s| s.role.clone()).unwrap_or_default(),
                day: signature.map(|s| date_words(s.on, visit.lang)).unwrap_or_default(),
                hash: signature.map(|s| s.hash.clone()).unwrap_or_default(),
            })
            .collect(),
        today: app.now().date_in_japan().to_string(),
        my_name: visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default(),
        may_edit: visit.may(Action::EditVendors),
        may_sign: visit.may(Action::SignResponsibility),
    };
    Ok((status, html(&page)?).into_response())
}
