//! One section: the facts it stands on, what to write, the form.

use super::fields::{self, MOST_ROWS, TableField, TextField};
use super::{badge, base};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::id::FacilityId;
use hakutaku_model::plan::{
    Basis, FactTable, Row, SectionDraft, SectionGuide, SectionKey, Snapshot, Written, fact_tables, gaps, state,
    suggested_rows,
};
use hakutaku_model::record::Kept;
use hakutaku_model::text::Lang;
use hakutaku_store::StoreError;

struct Facts {
    id: String,
    table: FactTable,
    href: Option<String>,
}

struct Reference {
    words: String,
    inferred: bool,
}

/// The section as somebody else left it meanwhile.
struct Theirs {
    by: String,
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "plan/section.html")]
struct SectionPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    href: String,
    form: Form,
    may_edit: bool,
    guidance: String,
    groups: String,
    references: Vec<Reference>,
    remark: String,
    state: String,
    badge: &'static str,
    missing: Vec<String>,
    facts: Vec<Facts>,
    texts: Vec<TextField>,
    tables: Vec<TableField>,
    version: i64,
    unsaved: bool,
    theirs: Option<Theirs>,
    previous: Option<(String, String)>,
    next: Option<(String, String)>,
}

/// What is shown in the form.
struct Shown<'a> {
    written: &'a Written,
    version: i64,
    form: Form,
    unsaved: bool,
    fresh: Option<(String, usize)>,
    theirs: Option<Theirs>,
}

/// Template or guide, in words.
pub(super) fn basis_words(t: Words, basis: Basis) -> String {
    match basis {
        Basis::Template => t.m("plan-basis-template"),
        Basis::Guide => t.m("plan-basis-guide"),
    }
}

fn known(key: &str) -> Result<SectionKey, Problem> {
    SectionKey::from_key(key).ok_or(Problem::NotFound)
}

async fn kept(app: &AppState, facility: FacilityId, key: SectionKey) -> Result<Option<Kept<SectionDraft>>, Problem> {
    Ok(app.store.record_by_key::<SectionDraft>(facility, key.key()).await?)
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, key)): Path<(FacilityId, String)>,
) -> Result<Response, Problem> {
    let key = known(&key)?;
    let row = kept(&app, visit.place()?.id, key).await?;
    let written = row.as_ref().map(|row| row.body.written.clone()).unwrap_or_default();
    let version = row.map_or(0, |row| row.version);
    let shown = Shown { written: &written, version, form: Form::default(), unsaved: false, fresh: None, theirs: None };
    page(&app, &visit, key, shown).await
}

async fn page(app: &AppState, visit: &Visit, key: SectionKey, shown: Shown<'_>) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let structure = &app.catalogue.plan;
    let guide = structure.section(key).ok_or(Problem::NotFound)?;
    let mut plan = app.store.plan_draft(facility, app.now().date_in_japan()).await?;
    plan.sections.insert(key, shown.written.tidied());
    let status = match (&shown.theirs, shown.form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let fresh = shown.fresh.as_ref().map(|(table, at)| (table.as_str(), *at));
    let (texts, tables) = fields::show(t, guide, shown.written, fresh, |table| suggested_rows(key, table, &plan).len());
    let base = base(facility);
    let state = state(key, &plan);
    let neighbour = |key: Option<&SectionKey>| {
        key.map(|key| (format!("{base}/sections/{}", key.key()), t.text(&key.title()).to_owned()))
    };
    let at = SectionKey::ALL.iter().position(|other| *other == key).unwrap_or_default();
    let groups: Vec<&str> = structure.groups_of(guide).into_iter().map(|group| t.text(&group.title)).collect();
    let page = SectionPage {
        t,
        page: visit.page(t.text(&key.title())).under(base.clone(), t.m("plan-title")),
        tabs: nav::tabs(visit, nav::PREPARE),
        href: format!("{base}/sections/{}", key.key()),
        may_edit: visit.may(Action::EditPlan),
        guidance: t.text(&guide.guidance).to_owned(),
        groups: groups.join(if t.lang == Lang::Ja { "・" } else { ", " }),
        references: structure
            .chapters_of(guide)
            .into_iter()
            .map(|chapter| Reference {
                words: format!("{} {} {}", basis_words(t, chapter.basis), chapter.number, t.text(&chapter.title)),
                inferred: chapter.confidence == Confidence::Inferred,
            })
            .collect(),
        remark: guide.remark.as_ref().map(|remark| t.text(remark).to_owned()).unwrap_or_default(),
        state: t.text(&state.title()).to_owned(),
        badge: badge(state),
        missing: gaps(key, &plan).iter().map(|gap| t.text(gap).to_owned()).collect(),
        facts: facts(visit, key, &plan, facility),
        texts,
        tables,
        version: shown.version,
        unsaved: shown.unsaved,
        theirs: shown.theirs,
        previous: neighbour(at.checked_sub(1).and_then(|at| SectionKey::ALL.get(at))),
        next: neighbour(SectionKey::ALL.get(at + 1)),
        form: shown.form,
        base,
    };
    Ok((status, html(&page)?).into_response())
}

fn facts(visit: &Visit, key: SectionKey, plan: &Snapshot, facility: FacilityId) -> Vec<Facts> {
    let right = |place: &str| match place {
        "vendors" => Action::ReadVendors,
        "plan/offices" => Action::ReadPlan,
        "forms/contacts" => Action::ReadForms,
        _ => Action::ReadLedger,
    };
    (0..)
        .zip(fact_tables(key, plan, visit.lang))
        .map(|(at, table): (usize, _)| Facts {
            id: format!("facts-{at}"),
            href: table
                .place
                .filter(|place| visit.may(right(place)))
                .map(|place| format!("/facilities/{facility}/{place}")),
            table,
        })
        .collect()
}

/// Saves, or changes the rows of the form without saving.
pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, key)): Path<(FacilityId, String)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let key = known(&key)?;
    let (t, facility) = (visit.t(), visit.place()?.id);
    let guide = app.catalogue.plan.section(key).ok_or(Problem::NotFound)?;
    let mut written = fields::read(&mut form, guide);
    let version: i64 = form.value("version").parse().unwrap_or_default();
    let button = form.value("do").to_owned();
    if button != "save" && form.is_right() {
        let draft = app.store.plan_draft(facility, app.now().date_in_japan()).await?;
        let fresh = change_rows(&button, key, guide, &mut written, draft);
        let shown = Shown { written: &written, version, form, unsaved: true, fresh, theirs: None };
        return page(&app, &visit, key, shown).await;
    }
    if !form.is_right() {
        let shown = Shown { written: &written, version, form, unsaved: true, fresh: None, theirs: None };
        return page(&app, &visit, key, shown).await;
    }
    let body = SectionDraft { section: key, written: written.tidied() };
    let act = visit.act(app.now());
    let row = kept(&app, facility, key).await?;
    let saved = match &row {
        None => app.store.add_record(&act, facility, &body).await,
        Some(row) => app.store.change_record(&act, facility, row.id, version, &body).await,
    };
    match saved {
        Ok(_) => {
            let to = format!("{}/sections/{}", base(facility), key.key());
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_)) => {
            let stands = kept(&app, facility, key).await?.ok_or(Problem::NotFound)?;
            let theirs = Theirs { by: stands.changed_by, lines: told(t, guide, &written, &stands.body.written) };
            let shown = Shown {
                written: &written,
                version: stands.version,
                form,
                unsaved: true,
                fresh: None,
                theirs: Some(theirs),
            };
            page(&app, &visit, key, shown).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What a button of the form does to its rows; answers with the row to begin typing in.
fn change_rows(
    button: &str,
    key: SectionKey,
    guide: &SectionGuide,
    written: &mut Written,
    mut draft: Snapshot,
) -> Option<(String, usize)> {
    let mut parts = button.split(':');
    let (deed, table) = (parts.next()?, parts.next()?);
    if deed == "start" {
        *written = guide.begun(written, Lang::from_tag(table)?);
        return None;
    }
    guide.tables.iter().find(|known| known.key == table)?;
    let rows = written.tables.entry(table.to_owned()).or_default();
    match deed {
        "add" if rows.len() < MOST_ROWS => {
            rows.push(Row::new());
            Some((table.to_owned(), rows.len() - 1))
        }
        "drop" => {
            let at: usize = parts.next()?.parse().ok()?;
            if at < rows.len() {
                rows.remove(at);
            }
            None
        }
        "facts" => {
            let at = rows.len();
            draft.sections.insert(key, written.tidied());
            let more = suggested_rows(key, table, &draft);
            let rows = written.tables.entry(table.to_owned()).or_default();
            rows.extend(more.into_iter().take(MOST_ROWS.saturating_sub(at)));
            Some((table.to_owned(), at))
        }
        _ => None,
    }
}

/// What the other person wrote where it is not what was typed here: heading and text.
fn told(t: Words, guide: &SectionGuide, mine: &Written, theirs: &Written) -> Vec<(String, String)> {
    let mine = mine.tidied();
    let texts = guide
        .texts
        .iter()
        .filter(|text| mine.text(&text.key) != theirs.text(&text.key))
        .map(|text| (t.text(&text.title).to_owned(), theirs.text(&text.key).to_owned()));
    let tables = guide.tables.iter().filter(|table| mine.rows(&table.key) != theirs.rows(&table.key)).map(|table| {
        let line = |row: &&Row| {
            let cells = table.columns.iter().filter_map(|column| row.get(&column.key)).filter(|cell| !cell.is_empty());
            cells.cloned().collect::<Vec<_>>().join(" / ")
        };
        let lines: Vec<String> = theirs.rows(&table.key).iter().map(line).collect();
        (t.text(&table.title).to_owned(), lines.join("\n"))
    });
    texts.chain(tables).collect()
}

/// What a program may not write: keys the section does not have, more than its form takes.
pub(crate) fn wrong_with(written: &Written, guide: &SectionGuide) -> Option<(String, String)> {
    if let Some(key) = written.texts.keys().find(|key| !guide.texts.iter().any(|text| text.key == **key)) {
        return Some((format!("この章に {key} という文はありません。"), format!("The section has no text {key}.")));
    }
    for (key, rows) in &written.tables {
        let Some(table) = guide.tables.iter().find(|table| table.key == *key) else {
            return Some((
                format!("この章に {key} という表はありません。"),
                format!("The section has no table {key}."),
            ));
        };
        if rows.len() > MOST_ROWS {
            return Some((format!("{MOST_ROWS}行までです。"), format!("May have {MOST_ROWS} rows at most.")));
        }
        let odd = rows.iter().flat_map(Row::keys).find(|cell| !table.columns.iter().any(|column| column.key == **cell));
        if let Some(column) = odd {
            return Some((
                format!("表 {key} に {column} という列はありません。"),
                format!("The table {key} has no column {column}."),
            ));
        }
    }
    let cells = written.tables.values().flatten().flat_map(Row::values);
    if written.texts.values().any(|text| !fields::fits(text, fields::LONGEST_TEXT))
        || cells.into_iter().any(|cell| !fields::fits(cell, fields::LONGEST_CELL))
    {
        return Some((
            "長すぎるか、使えない文字が入っています。".to_owned(),
            "A text is too long or holds control characters.".to_owned(),
        ));
    }
    None
}
