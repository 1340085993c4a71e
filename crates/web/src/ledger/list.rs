//! The list: search, filters with their counts, order by a heading, pages, and only the columns a person wants to see.

use super::at;
use super::query::{ListQuery, SIZES, toggle};
use super::undo::{Notice, notice_of};
use crate::AppState;
use crate::access::has_page;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::visit::{is_local_path, with_cookie};
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::{CookieJar, SameSite};
use hakutaku_model::access::Action;
use hakutaku_model::id::AssetId;
use hakutaku_model::ledger::cell::{Names, write};
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{Asset, AssetKind, Column, KeptAsset};
use hakutaku_store::Direction;
use std::collections::HashSet;

/// The columns that are shown until somebody chooses others. The name always comes first.
const USUAL: [Column; 7] =
    [Column::Number, Column::Kind, Column::System, Column::Owner, Column::Place, Column::Os, Column::SupportEnds];
const COOKIE: &str = "ledger-columns";
const YEAR: i64 = 365 * 24 * 60 * 60;

/// A filter to switch on or off.
struct Chip {
    href: String,
    title: String,
    count: Option<u64>,
    on: bool,
}

struct Heading {
    key: &'static str,
    title: String,
    /// Where sorting by it leads; `None` for the remark.
    href: Option<String>,
    /// `ascending`, `descending` or empty.
    sort: &'static str,
}

struct Cell {
    key: &'static str,
    title: String,
    text: String,
}

struct Line {
    id: String,
    version: i64,
    href: String,
    /// What it is called, where the name is empty, too.
    title: String,
    name: String,
    cells: Vec<Cell>,
    ended: bool,
    ticked: bool,
}

struct Choice {
    key: &'static str,
    title: String,
    chosen: bool,
}

struct Option_ {
    value: String,
    title: String,
    chosen: bool,
}

/// What is said above the list after something was refused; what was chosen stays chosen.
#[derive(Default)]
pub(super) struct Refused {
    pub(super) sentences: Vec<String>,
    pub(super) ticked: HashSet<AssetId>,
    pub(super) column: String,
    pub(super) value: String,
}

#[derive(Template)]
#[template(path = "ledger/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    query: ListQuery,
    /// Of the list, with everything chosen, to come back to.
    here: String,
    /// The same behind a question mark, for the exports.
    question: String,
    all: u64,
    total: u64,
    from: u64,
    /// Which rows of how many these are.
    range: String,
    kinds: Vec<Chip>,
    marks: Vec<Chip>,
    state: Chip,
    clear: String,
    systems: Vec<Option_>,
    name: Heading,
    headings: Vec<Heading>,
    lines: Vec<Line>,
    columns: Vec<Choice>,
    editable: Vec<Choice>,
    sizes: Vec<Option_>,
    values: Vec<String>,
    previous: Option<String>,
    next: Option<String>,
    may_edit: bool,
    import: Option<String>,
    notice: Option<Notice>,
    refused: Refused,
    script: String,
}

pub(super) async fn list(
    State(app): State<AppState>,
    visit: Visit,
    RawQuery(raw): RawQuery,
    jar: CookieJar,
) -> Result<Response, Problem> {
    page(&app, &visit, ListQuery::read(raw.as_deref()), &jar, Refused::default()).await
}

/// The list, with what was refused if anything was.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    mut query: ListQuery,
    jar: &CookieJar,
    refused: Refused,
) -> Result<Response, Problem> {
    let (t, facility, today) = (visit.t(), visit.place()?.id, app.now().date_in_japan());
    let base = at(facility, "");
    let names = super::names(app, facility).await?;
    let counts = app.store.asset_counts(facility, today).await?;
    let mut found = app.store.assets_page(facility, &query.for_store(today)).await?;
    let pages = found.total.div_ceil(u64::from(query.size)).max(1);
    if query.page > pages {
        // The rows behind it went meanwhile: the last page there is.
        query.page = pages;
        found = app.store.assets_page(facility, &query.for_store(today)).await?;
    }
    let shown = shown_columns(app, jar);
    let number = u64::try_from(found.rows.len()).unwrap_or_default();
    let from = (query.page - 1) * u64::from(query.size);
    let may_edit = visit.may(Action::EditLedger);
    let turn = |page: u64| ListQuery { page, done: None, ..query.clone() }.href(&base);
    let status = if refused.sentences.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let import = at(facility, "import");
    let list = ListPage {
        t,
        page: visit.page(t.m("ledger-title")),
        tabs: nav::tabs(visit, nav::LEDGER),
        here: query.href(&base),
        question: match query.write() {
            text if text.is_empty() => text,
            text => format!("?{text}"),
        },
        all: counts.total,
        total: found.total,
        from: if number == 0 { 0 } else { from + 1 },
        range: t.a3("ledger-shown", ("from", from + 1), ("to", from + number), ("total", found.total)),
        kinds: AssetKind::ALL
            .into_iter()
            .map(|kind| Chip {
                href: query.but(|query| toggle(&mut query.kinds, kind)).href(&base),
                title: kind.title().get(t.lang).to_owned(),
                count: Some(counts.kinds.get(&kind).copied().unwrap_or(0)),
                on: query.kinds.contains(&kind),
            })
            .filter(|chip| chip.on || chip.count != Some(0))
            .collect(),
        marks: Mark::ALL
            .into_iter()
            .map(|mark| Chip {
                href: query.but(|query| toggle(&mut query.marks, mark)).href(&base),
                title: mark.title().get(t.lang).to_owned(),
                count: Some(counts.marks.get(&mark).copied().unwrap_or(0)),
                on: query.marks.contains(&mark),
            })
            .filter(|chip| chip.on || chip.count != Some(0))
            .collect(),
        state: Chip {
            href: query.but(|query| query.retired = !query.retired).href(&base),
            title: t.m("ledger-retired"),
            count: None,
            on: query.retired,
        },
        clear: base.clone(),
        systems: names
            .systems()
            .iter()
            .map(|(id, name)| Option_ { value: id.to_string(), title: name.clone(), chosen: query.system == Some(*id) })
            .collect(),
        name: heading(Column::Name, &query, &base, t),
        headings: shown.iter().map(|column| heading(*column, &query, &base, t)).collect(),
        lines: found.rows.iter().map(|row| line(row, &shown, &names, &refused, t, &base, today)).collect(),
        columns: Column::ALL
            .into_iter()
            .filter(|column| *column != Column::Name)
            .map(|column| choice(column, shown.contains(&column), t))
            .collect(),
        editable: Column::ALL
            .into_iter()
            .filter(|column| *column != Column::Number)
            .map(|column| choice(column, refused.column == column.key(), t))
            .collect(),
        sizes: SIZES
            .into_iter()
            .map(|size| Option_ {
                value: size.to_string(),
                title: t.a("ledger-size", "count", size),
                chosen: query.size == size,
            })
            .collect(),
        values: values(&names, t),
        previous: (query.page > 1).then(|| turn(query.page - 1)),
        next: (query.page < pages).then(|| turn(query.page + 1)),
        may_edit,
        import: (may_edit && has_page("/facilities/{facility}/ledger/import")).then_some(import),
        notice: notice_of(app, visit, query.done).await?,
        script: super::grid::for_script(t, &names),
        base,
        query,
        refused,
    };
    Ok((status, html(&list)?).into_response())
}

/// What a device is called: its name, else its number, else its serial number.
pub(super) fn title(asset: &Asset) -> &str {
    [&asset.name, &asset.number, &asset.serial].into_iter().find(|text| !text.is_empty()).map_or("", |text| text)
}

fn heading(column: Column, query: &ListQuery, base: &str, t: Words) -> Heading {
    let (by, direction) = query.sort;
    let next = if by == column && direction == Direction::Up { Direction::Down } else { Direction::Up };
    Heading {
        key: column.key(),
        title: column.title().get(t.lang).to_owned(),
        href: (column != Column::Note).then(|| query.but(|query| query.sort = (column, next)).href(base)),
        sort: match direction {
            _ if by != column => "",
            Direction::Up => "ascending",
            Direction::Down => "descending",
        },
    }
}

fn choice(column: Column, chosen: bool, t: Words) -> Choice {
    Choice { key: column.key(), title: column.title().get(t.lang).to_owned(), chosen }
}

fn line(
    row: &KeptAsset,
    shown: &[Column],
    names: &Names,
    refused: &Refused,
    t: Words,
    base: &str,
    today: jiff::civil::Date,
) -> Line {
    Line {
        id: row.id.to_string(),
        version: row.version,
        href: format!("{base}/{}", row.id),
        title: title(&row.asset).to_owned(),
        name: row.asset.name.clone(),
        cells: shown
            .iter()
            .map(|column| Cell {
                key: column.key(),
                title: column.title().get(t.lang).to_owned(),
                text: write(*column, &row.asset, names, t.lang),
            })
            .collect(),
        ended: Mark::SupportEnded.is_on(&row.asset, today),
        ticked: refused.ticked.contains(&row.id),
    }
}

/// What can be chosen in the columns that take names, for the list below a text field.
fn values(names: &Names, t: Words) -> Vec<String> {
    let kinds = AssetKind::ALL.into_iter().map(|kind| kind.title().get(t.lang).to_owned());
    let registers = names.systems().iter().chain(names.vendors()).map(|(_, name)| name.clone());
    kinds.chain(registers).chain([t.m("ledger-yes"), t.m("ledger-no")]).collect()
}

/// The columns this browser wants to see, kept in a cookie as the bits of a number.
fn shown_columns(app: &AppState, jar: &CookieJar) -> Vec<Column> {
    let kept = jar.get(&app.cookie_name(COOKIE)).and_then(|cookie| u32::from_str_radix(cookie.value(), 16).ok());
    match kept {
        Some(bits) => {
            (0..).zip(Column::ALL).filter(|(at, _)| bits & (1 << at) != 0).map(|(_, column)| column).collect()
        }
        None => USUAL.to_vec(),
    }
}

/// Remembers which columns are to be seen.
pub(super) async fn choose_columns(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let base = at(visit.place()?.id, "");
    let bits = (0..)
        .zip(Column::ALL)
        .filter(|(_, column)| *column != Column::Name && form.has("column", column.key()))
        .fold(0_u32, |bits, (at, _)| bits | (1 << at));
    let cookie = app.cookie(COOKIE, &format!("{bits:x}"), SameSite::Strict, Some(YEAR));
    Ok(with_cookie(Redirect::to(&back(&form, &base)).into_response(), cookie))
}

/// The list a form came from, with everything that was chosen there.
pub(super) fn back(form: &Form, base: &str) -> String {
    let back = form.value("back");
    let ours = back == base || back.strip_prefix(base).is_some_and(|rest| rest.starts_with(['?', '/']));
    if ours && is_local_path(back) { back.to_owned() } else { base.to_owned() }
}
