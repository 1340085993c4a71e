//! Correcting what was guessed, and confirming it. Whoever is late sees the other person's state, with their own
//! change not saved and said so.

use super::map::{book_of, page};
use super::{address, form_of};
use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use hakutaku_documents::official::{Place, Sheet, find_in, read_row, words_for_marks};
use hakutaku_model::checklist::FormKind;
use hakutaku_model::official::{
    DateCells, FormRow, GROUPS, MarkCells, NO_TOPIC, OfficialForm, ProfileRow, RoundCells, YearStyle,
};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_store::StoreError;

/// Keeps a changed form, or shows what somebody else made of it meanwhile.
async fn keep(
    app: &AppState,
    visit: &Visit,
    (id, version): (RecordId, i64),
    form: &OfficialForm,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    match app.store.change_record(&visit.act(app.now()), facility, id, version, form).await {
        Ok(_) => Ok(visit.done(app, &address(visit, id)?, Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let row = form_of(app, visit, id).await?;
            page(app, visit, row, vec![visit.t().m("official-conflict")], StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}

fn version(form: &Form) -> i64 {
    form.value("version").parse().unwrap_or(0)
}

async fn refused(app: &AppState, visit: &Visit, row: Kept<OfficialForm>, why: String) -> Result<Response, Problem> {
    page(app, visit, row, vec![why], StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Another sheet, another kind, another year, another name. A new sheet is guessed anew.
pub(super) async fn sheet(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    mut typed: Form,
) -> Result<Response, Problem> {
    let row = form_of(&app, &visit, id).await?;
    let mut form = row.body.clone();
    let name = typed.line("name", 120);
    let year =
        ascii_digits(typed.value("fiscal_year").trim()).parse::<i16>().ok().filter(|y| (2000..=2100).contains(y));
    let kind = FormKind::from_key(typed.value("kind"));
    let (Some(year), Some(kind), true) = (year, kind, typed.is_right()) else {
        let why = visit.t().m("official-head-wrong");
        return refused(&app, &visit, row, why).await;
    };
    if typed.value("sheet") != form.profile.sheet {
        let book = book_of(&app, &visit, &form).await?;
        let Some(sheet) = book.sheet(typed.value("sheet")) else { return Err(Problem::NotFound) };
        let guess = find_in(&book, sheet, &form.profile.edition, year);
        (form.profile, form.rows) = (guess.profile, guess.rows);
        form.confirmed = false;
    }
    (form.profile.name, form.profile.fiscal_year, form.profile.form) = (name, year, kind);
    form.renumber();
    keep(&app, &visit, (id, version(&typed)), &form).await
}

/// Other columns, for all rows.
pub(super) async fn columns(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    typed: Form,
) -> Result<Response, Problem> {
    let row = form_of(&app, &visit, id).await?;
    let mut form = row.body.clone();
    let book = book_of(&app, &visit, &form).await?;
    let Some(sheet) = book.sheet(&form.profile.sheet) else { return Err(Problem::NotFound) };
    for at in 0..form.profile.rows.len() {
        let number = form.profile.rows[at].row;
        let cells = (|| {
            Some((
                RoundCells { mark: mark(&typed, "first", sheet, number)?, date: date(&typed, "first", number)? },
                date(&typed, "target", number)?,
                RoundCells { mark: mark(&typed, "second", sheet, number)?, date: date(&typed, "second", number)? },
            ))
        })();
        let Some((first, target, second)) = cells else {
            let why = visit.t().a("official-columns-wrong", "row", number);
            return refused(&app, &visit, row, why).await;
        };
        let into: &mut ProfileRow = &mut form.profile.rows[at];
        (into.first, into.target, into.second) = (first, target, second);
    }
    keep(&app, &visit, (id, version(&typed)), &form).await
}

/// The letters typed in a field, as cells of a row.
fn cells(typed: &Form, field: &str, row: u32) -> Option<Vec<String>> {
    typed
        .value(field)
        .split(|c: char| c.is_whitespace() || ",、".contains(c))
        .filter(|letters| !letters.is_empty())
        .map(|letters| Place::column_of(letters).map(|column| Place::new(row - 1, column).to_string()))
        .collect()
}

/// `None`: what was typed does not fit.
#[expect(clippy::option_option, reason = "wrong, absent and present are three things")]
fn mark(typed: &Form, round: &str, sheet: &Sheet, row: u32) -> Option<Option<MarkCells>> {
    let cells = cells(typed, &format!("{round}_mark"), row)?;
    let (yes, no) = cells.first().and_then(|cell| words_for_marks(sheet, cell)).unzip();
    match (typed.value(&format!("{round}_mark_way")), &cells[..]) {
        ("none", _) => Some(None),
        ("two_cells", [yes, no]) => {
            Some(Some(MarkCells::TwoCells { yes: yes.clone(), no: no.clone(), sign: "○".to_owned() }))
        }
        ("list", [cell]) => Some(Some(MarkCells::List {
            cell: cell.clone(),
            yes: yes.unwrap_or_else(|| "はい".to_owned()),
            no: no.unwrap_or_else(|| "いいえ".to_owned()),
        })),
        ("in_text", [cell]) => {
            Some(Some(MarkCells::InText { cell: cell.clone(), yes: yes?, no: no?, sign: "○".to_owned() }))
        }
        _ => None,
    }
}

#[expect(clippy::option_option, reason = "wrong, absent and present are three things")]
fn date(typed: &Form, round: &str, row: u32) -> Option<Option<DateCells>> {
    let cells = cells(typed, &format!("{round}_date"), row)?;
    let year = if typed.value(&format!("{round}_year")) == "western" { YearStyle::Western } else { YearStyle::Era };
    match (typed.value(&format!("{round}_date_way")), &cells[..]) {
        ("none", _) => Some(None),
        ("one_cell", [cell]) => Some(Some(DateCells::OneCell { cell: cell.clone(), year })),
        ("in_text", [cell]) => Some(Some(DateCells::InText { cell: cell.clone() })),
        ("split", [month, day]) => {
            Some(Some(DateCells::Split { year_cell: None, month: month.clone(), day: day.clone(), year }))
        }
        ("split", [y, month, day]) => {
            let (month, day) = (month.clone(), day.clone());
            Some(Some(DateCells::Split { year_cell: Some(y.clone()), month, day, year }))
        }
        _ => None,
    }
}

/// Which rows are items, their groups and topics; with the button "confirm" also that all is right.
pub(super) async fn rows(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    typed: Form,
) -> Result<Response, Problem> {
    let row = form_of(&app, &visit, id).await?;
    let mut form = row.body.clone();
    let kept: Vec<(ProfileRow, FormRow)> = form
        .profile
        .rows
        .drain(..)
        .zip(form.rows.drain(..))
        .filter(|(cells, _)| typed.has("keep", &cells.row.to_string()))
        .map(|(cells, mut line)| {
            let group = typed.value(&format!("group-{}", cells.row));
            if GROUPS.contains(&group) {
                group.clone_into(&mut line.group);
            }
            let topic = typed.value(&format!("topic-{}", cells.row));
            if topic == NO_TOPIC || app.catalogue.checklist_topics.contains_key(topic) {
                topic.clone_into(&mut line.topic);
            }
            (cells, line)
        })
        .collect();
    (form.profile.rows, form.rows) = kept.into_iter().unzip();
    let more = ascii_digits(typed.value("add").trim());
    if !more.is_empty() {
        let known = |number: &u32| form.profile.rows.iter().all(|row| row.row != *number);
        let number: Option<u32> = more.parse().ok().filter(known);
        let book = book_of(&app, &visit, &form).await?;
        let sheet = book.sheet(&form.profile.sheet).ok_or(Problem::NotFound)?;
        let found = number.and_then(|number| read_row(sheet, number, form.profile.rows.first()));
        let Some((cells, line)) = found else {
            let why = visit.t().a("official-row-wrong", "row", more);
            return refused(&app, &visit, row, why).await;
        };
        let at = form.profile.rows.iter().position(|row| row.row > cells.row).unwrap_or(form.rows.len());
        form.profile.rows.insert(at, cells);
        form.rows.insert(at, line);
    }
    form.renumber();
    let confirm = typed.has("do", "confirm");
    if confirm && (form.rows.is_empty() || form.profile.rows.iter().any(|row| row.first.mark.is_none())) {
        let why = visit.t().m("official-not-complete");
        return refused(&app, &visit, row, why).await;
    }
    form.confirmed = confirm;
    keep(&app, &visit, (id, version(&typed)), &form).await
}

/// Takes a form out of use; answers given to it stay.
pub(super) async fn remove(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    typed: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = form_of(&app, &visit, id).await?;
    match app.store.retire_record::<OfficialForm>(&visit.act(app.now()), facility, id, version(&typed)).await {
        Ok(()) => Ok(visit.done(&app, &format!("/facilities/{facility}/forms/official"), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            page(&app, &visit, row, vec![visit.t().m("official-conflict")], StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}
