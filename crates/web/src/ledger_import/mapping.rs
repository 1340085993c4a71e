//! Which column of the file is which of the ledger.

use super::{WAITING, WaitingList, at};
use crate::AppState;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_discovery::devices::DeviceList;
use hakutaku_discovery::tables::{self, Format, MOST_COLUMNS};
use hakutaku_model::ledger::cell::{self, Names};
use hakutaku_model::ledger::{Asset, AssetKind, Column};
use hakutaku_model::ledger_import::{ImportProfile, Mapped, Translation, guess};
use std::collections::BTreeSet;

/// So many rows are shown.
const PREVIEW: usize = 5;
/// So many unknown words for kinds can be translated.
const MOST_WORDS: usize = 40;

/// A column of the file.
struct Source {
    heading: String,
    /// What stands below it in the first rows.
    values: Vec<String>,
    chosen: &'static str,
}

/// A word of the file for a kind of device.
struct Word {
    from: String,
    to: &'static str,
}

#[derive(Template)]
#[template(path = "ledger_import/mapping.html")]
struct MappingPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    ticket: String,
    file: String,
    /// How a text file was read.
    read_as: Option<(&'static str, String)>,
    sheets: Vec<String>,
    sheet: String,
    header_row: usize,
    sources: Vec<Source>,
    columns: Vec<(&'static str, String)>,
    kinds: Vec<(&'static str, String)>,
    fixed_kind: String,
    words: Vec<Word>,
    empty_erases: bool,
    name: String,
    formulas: usize,
    fault: Option<String>,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    match WAITING.look(&visit.act(now).actor, facility, now) {
        Some(waiting) => page(&visit, waiting, None).await,
        None => Ok(Redirect::to(&at(facility, "")).into_response()),
    }
}

async fn page(visit: &Visit, waiting: WaitingList, fault: Option<String>) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let (name, content) = (waiting.file.clone(), waiting.content.clone());
    let tables = press(move || tables::read(&content, &name)).await?;
    let tables = tables.map_err(|_| Problem::unprocessable(Key("ledger-import-gone")))?;
    let profile = &waiting.profile;
    let list = DeviceList::new(&tables, profile).ok_or(Problem::unprocessable(Key("ledger-import-gone")))?;
    let shown: Vec<_> = list.rows().filter(|row| !row.cells.is_empty()).take(PREVIEW).collect();
    let cut = |text: &str| {
        let short: String = text.chars().take(60).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    };
    let sources = list.headings.iter().enumerate().map(|(at, heading)| Source {
        heading: heading.clone(),
        values: shown.iter().map(|row| row.cells.get(at).map_or(String::new(), |cell| cut(cell))).collect(),
        chosen: profile.column_of(heading).map_or("", Column::key),
    });
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = MappingPage {
        t,
        page: visit.page(t.m("ledger-import-columns-title")).under(at(facility, ""), t.m("ledger-import-title")),
        tabs: nav::tabs(visit, nav::LEDGER),
        base: at(facility, ""),
        ticket: waiting.ticket.clone(),
        file: waiting.file.clone(),
        read_as: match &tables.format {
            Format::Workbook => None,
            Format::Text { encoding, delimiter } => Some((
                encoding,
                match delimiter {
                    '\t' => t.m("ledger-import-tab"),
                    ';' => t.m("ledger-import-semicolon"),
                    _ => t.m("ledger-import-comma"),
                },
            )),
        },
        sheets: tables.sheets.iter().filter(|sheet| !sheet.rows.is_empty()).map(|s| s.name.clone()).collect(),
        sheet: list.sheet.name.clone(),
        header_row: list.header_row + 1,
        sources: sources.collect(),
        columns: Column::ALL.into_iter().map(|one| (one.key(), t.text(&one.title()).to_owned())).collect(),
        kinds: AssetKind::ALL.into_iter().map(|kind| (kind.key(), t.text(&kind.title()).to_owned())).collect(),
        fixed_kind: profile.fixed.get(&Column::Kind).cloned().unwrap_or_default(),
        words: unknown_kinds(&list, profile),
        empty_erases: profile.empty_erases,
        name: profile.name.clone(),
        formulas: list.sheet.formulas.len(),
        fault,
    };
    Ok((status, html(&page)?).into_response())
}

/// Words for kinds that the ledger does not know, with what the profile makes of them.
fn unknown_kinds(list: &DeviceList<'_>, profile: &ImportProfile) -> Vec<Word> {
    let mapped = |heading: &String| profile.column_of(heading) == Some(Column::Kind);
    let Some(at) = list.headings.iter().position(mapped) else { return Vec::new() };
    let words: BTreeSet<&str> = list.rows().filter_map(|row| row.cells.get(at)).map(|cell| cell.trim()).collect();
    words
        .into_iter()
        .filter(|word| {
            let known = cell::read(Column::Kind, word, &Names::default(), &mut Asset::default()).is_ok();
            !word.is_empty() && !known && word.chars().count() <= 60
        })
        .take(MOST_WORDS)
        .map(|word| Word {
            from: word.to_owned(),
            to: AssetKind::from_key(profile.translated(Column::Kind, word)).map_or("", AssetKind::key),
        })
        .collect()
}

/// Takes the columns over: looks again at another sheet, or goes on to the verdicts.
pub(super) async fn save(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let act = visit.act(now);
    let waiting = WAITING.look(&act.actor, facility, now).filter(|waiting| waiting.ticket == form.value("ticket"));
    let Some(mut waiting) = waiting else {
        return super::upload::page(&app, &visit, "", Some(t.m("ledger-import-gone"))).await;
    };
    let (name, content) = (waiting.file.clone(), waiting.content.clone());
    let tables = press(move || tables::read(&content, &name)).await?;
    let tables = tables.map_err(|_| Problem::unprocessable(Key("ledger-import-gone")))?;
    let row: usize = crate::shell::form::ascii_digits(form.value("header_row").trim()).parse().unwrap_or(0);
    let sheet: String = form.value("sheet").chars().take(100).collect();
    let looked_at =
        DeviceList::new(&tables, &waiting.profile).map(|list| (list.sheet.name.clone(), list.header_row + 1));
    let other =
        looked_at.is_some_and(|(name, header)| (!sheet.is_empty() && sheet != name) || (row > 0 && row != header));
    let before = waiting.profile.clone();
    waiting.profile = ImportProfile {
        sheet,
        // A row that was found by its words is found again next year, one line further down.
        header_row: if other || before.header_row > 0 { row } else { 0 },
        ..before
    };
    if other || form.value("go") == "again" {
        if let Some(list) = DeviceList::new(&tables, &waiting.profile) {
            waiting.profile.columns = guess(&list.headings);
        }
        waiting.mapped = false;
        WAITING.keep(&act.actor, facility, waiting, now);
        return Ok(Redirect::to(&at(facility, "/columns")).into_response());
    }
    read_form(&form, &mut waiting.profile);
    let says_which =
        waiting.profile.columns.iter().any(|one| matches!(one.column, Column::Number | Column::Name | Column::Serial));
    if !says_which {
        let fault = hakutaku_model::ledger_import::PlanRefused::NothingToCallItBy.text();
        return page(&visit, waiting, Some(t.text(&fault).to_owned())).await;
    }
    if !waiting.profile.name.is_empty() {
        app.store.put_record(&act, facility, &waiting.profile).await?;
    }
    waiting.mapped = true;
    WAITING.keep(&act.actor, facility, waiting, now);
    Ok(Redirect::to(&at(facility, "/rows")).into_response())
}

fn read_form(form: &Form, profile: &mut ImportProfile) {
    let short = |text: &str| text.trim().chars().filter(|c| !c.is_control()).take(100).collect::<String>();
    profile.columns = (0..MOST_COLUMNS)
        .filter_map(|at| {
            let column = Column::from_key(form.value(&format!("c{at}")))?;
            Some(Mapped { heading: short(form.value(&format!("h{at}"))), column })
        })
        .collect();
    profile.fixed.remove(&Column::Kind);
    if let Some(kind) = AssetKind::from_key(form.value("fixed_kind")) {
        profile.fixed.insert(Column::Kind, kind.key().to_owned());
    }
    for at in 0..MOST_WORDS {
        let from = short(form.value(&format!("wf{at}")));
        if from.is_empty() {
            continue;
        }
        profile.translations.retain(|one| one.column != Column::Kind || one.from != from);
        if let Some(kind) = AssetKind::from_key(form.value(&format!("wt{at}"))) {
            profile.translations.push(Translation { column: Column::Kind, from, to: kind.key().to_owned() });
        }
    }
    profile.empty_erases = form.has("empty_erases", "yes");
    profile.name = short(form.value("name"));
}
