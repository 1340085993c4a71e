//! What was found in a file, for a person to look at.

use super::grid::{Grid, grid};
use super::{address, form_of, group_title};
use crate::AppState;
use crate::results::press;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::official::Book;
use hakutaku_model::access::Action;
use hakutaku_model::checklist::{FormKind, ItemAnswer};
use hakutaku_model::official::topics::{known_topics, propose};
use hakutaku_model::official::{DateCells, GROUPS, MarkCells, NO_TOPIC, OfficialForm, ProfileRow, YearStyle};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::text::Text;
use hakutaku_model::time::FiscalYear;
use std::sync::Arc;

struct RowLine {
    row: u32,
    number: String,
    text: String,
    group: String,
    topic: String,
    /// The likeliest topics with their likeness in percent.
    proposals: String,
    cells: String,
}

/// The columns of one round, as the form of corrections shows them.
pub(super) struct Columns {
    pub(super) key: &'static str,
    pub(super) title: String,
    pub(super) has_mark: bool,
    pub(super) mark_way: &'static str,
    pub(super) mark: String,
    pub(super) date_way: &'static str,
    pub(super) date: String,
    pub(super) western: bool,
}

/// In how many rows a part was found.
struct Found {
    title: String,
    found: usize,
    of: usize,
}

#[derive(Template)]
#[template(path = "official/map.html")]
struct MapPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    version: i64,
    form: OfficialForm,
    kinds: Vec<(&'static str, String)>,
    kind: &'static str,
    year: String,
    sheets: Vec<(String, bool)>,
    grid: Grid,
    found: Vec<Found>,
    columns: Vec<Columns>,
    lines: Vec<RowLine>,
    groups: Vec<(&'static str, String)>,
    topics: Vec<(String, String)>,
    answered: usize,
    problems: Vec<String>,
    may_change: bool,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let row = form_of(&app, &visit, id).await?;
    page(&app, &visit, row, Vec::new(), StatusCode::OK).await
}

/// The file of a form, read.
pub(super) async fn book_of(app: &AppState, visit: &Visit, form: &OfficialForm) -> Result<Arc<Book>, Problem> {
    let content = app.store.read_document(&visit.act(app.now()), visit.place()?.id, form.document).await?;
    let book = press(move || Book::read(&content)).await?;
    // It was read when it was loaded: that it cannot be read now is a damage of ours.
    Ok(Arc::new(book.map_err(Problem::internal)?))
}

/// The page, also with what is wrong.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    row: Kept<OfficialForm>,
    problems: Vec<String>,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let form = row.body;
    let book = book_of(app, visit, &form).await?;
    let empty = hakutaku_documents::official::Sheet::default();
    let sheet = book.sheet(&form.profile.sheet).unwrap_or(&empty);
    let known = known_topics(&app.catalogue);
    let title = |topic: &str| app.catalogue.checklist_topics.get(topic).map(|topic| t.text(&topic.title).to_owned());
    let lines = form
        .profile
        .rows
        .iter()
        .zip(&form.rows)
        .map(|(cells, row)| RowLine {
            row: cells.row,
            number: row.number.clone(),
            text: row.text.clone(),
            group: row.group.clone(),
            topic: row.topic.clone(),
            proposals: propose(&row.text, &known)
                .iter()
                .map(|p| format!("{} {}%", title(&p.topic).unwrap_or_default(), p.likeness))
                .collect::<Vec<_>>()
                .join(" / "),
            cells: cells_of(cells),
        })
        .collect();
    let mut topics: Vec<(String, String)> = app
        .catalogue
        .checklist_topics
        .iter()
        .map(|(id, topic)| (id.clone(), t.text(&topic.title).to_owned()))
        .collect();
    topics.insert(0, (NO_TOPIC.to_owned(), t.m("official-no-topic")));
    let answers = app.store.records::<ItemAnswer>(facility).await?;
    let answered = form
        .profile
        .rows
        .iter()
        .filter(|row| {
            answers.iter().any(|answer| {
                let key = &answer.body.key;
                key.edition == form.profile.edition && row.is_for(&key.item, &key.group) && answer.body.first.is_some()
            })
        })
        .count();
    let page = MapPage {
        t,
        page: visit
            .page(form.profile.name.clone())
            .under(format!("/facilities/{facility}/forms/official"), t.m("official-title")),
        tabs: nav::tabs(visit, nav::FORMS),
        base: address(visit, row.id)?,
        version: row.version,
        kinds: vec![
            (FormKind::Hospital.key(), t.m("official-kind-hospital")),
            (FormKind::Vendor.key(), t.m("official-kind-vendor")),
            (FormKind::Pharmacy.key(), t.m("official-kind-pharmacy")),
        ],
        kind: form.profile.form.key(),
        year: FiscalYear(form.profile.fiscal_year).label(t.lang),
        sheets: book
            .sheets
            .iter()
            .filter(|sheet| !sheet.hidden)
            .map(|sheet| (sheet.name.clone(), sheet.name == form.profile.sheet))
            .collect(),
        grid: grid(sheet, &form.profile),
        found: found(t, &form),
        columns: columns(t, form.profile.rows.first()),
        lines,
        groups: GROUPS
            .into_iter()
            .map(|group| {
                let (ja, en) = group_title(group);
                (group, t.text(&Text::new(ja, en)).to_owned())
            })
            .collect(),
        topics,
        answered,
        problems,
        may_change: visit.may(Action::AnswerForms),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

fn found(t: Words, form: &OfficialForm) -> Vec<Found> {
    let rows = &form.profile.rows;
    let many = |key: Key, has: fn(&ProfileRow) -> bool| Found {
        title: t.k(key),
        found: rows.iter().filter(|row| has(row)).count(),
        of: rows.len(),
    };
    let one = |key: Key, has: bool| Found { title: t.k(key), found: usize::from(has), of: 1 };
    vec![
        many(Key("official-part-first-mark"), |row| row.first.mark.is_some()),
        many(Key("official-part-first-date"), |row| row.first.date.is_some()),
        many(Key("official-part-target"), |row| row.target.is_some()),
        many(Key("official-part-second-mark"), |row| row.second.mark.is_some()),
        many(Key("official-part-second-date"), |row| row.second.date.is_some()),
        one(Key("official-part-facility"), form.profile.facility.is_some()),
        one(Key("official-part-date"), form.profile.date.is_some()),
    ]
}

/// All cells of a row, by name.
fn cells_of(row: &ProfileRow) -> String {
    let marks = row.first.mark.iter().chain(&row.second.mark).flat_map(MarkCells::cells);
    let dates = row.first.date.iter().chain(&row.target).chain(&row.second.date).flat_map(DateCells::cells);
    let mut cells: Vec<&str> = marks.chain(dates).collect();
    cells.dedup();
    cells.join(" ")
}

fn columns(t: Words, row: Option<&ProfileRow>) -> Vec<Columns> {
    let rounds = [
        ("first", t.m("official-first"), row.map(|row| (row.first.mark.as_ref(), row.first.date.as_ref())), true),
        ("target", t.m("official-target"), row.map(|row| (None, row.target.as_ref())), false),
        ("second", t.m("official-second"), row.map(|row| (row.second.mark.as_ref(), row.second.date.as_ref())), true),
    ];
    rounds
        .into_iter()
        .map(|(key, title, cells, has_mark)| {
            let (mark, date) = cells.unwrap_or_default();
            Columns {
                key,
                title,
                has_mark,
                mark_way: match mark {
                    None => "none",
                    Some(MarkCells::TwoCells { .. }) => "two_cells",
                    Some(MarkCells::List { .. }) => "list",
                    Some(MarkCells::InText { .. }) => "in_text",
                },
                mark: mark.map(|mark| letters(&mark.cells())).unwrap_or_default(),
                date_way: match date {
                    None => "none",
                    Some(DateCells::OneCell { .. }) => "one_cell",
                    Some(DateCells::Split { .. }) => "split",
                    Some(DateCells::InText { .. }) => "in_text",
                },
                date: date.map(|date| letters(&date.cells())).unwrap_or_default(),
                western: matches!(
                    date,
                    Some(
                        DateCells::OneCell { year: YearStyle::Western, .. }
                            | DateCells::Split { year: YearStyle::Western, .. }
                    )
                ),
            }
        })
        .collect()
}

/// `D E` of `D8`, `E8`.
fn letters(cells: &[&str]) -> String {
    cells.iter().map(|cell| cell.trim_end_matches(|c: char| c.is_ascii_digit())).collect::<Vec<_>>().join(" ")
}
