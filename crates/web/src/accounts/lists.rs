//! Taking lists in, and removing one.

use super::at;
use crate::AppState;
use crate::exchange::upload::parts_of;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_discovery::accounts::{Columns, Field, read_accounts, read_leavers};
use hakutaku_discovery::tables::MOST_COLUMNS;
use hakutaku_model::accounts::{AccountList, LeaversList};
use hakutaku_model::day;
use hakutaku_model::record::RecordId;
use hakutaku_model::text::folded;

/// What the page says besides its forms.
#[derive(Default)]
struct Said {
    fault: Option<String>,
    done: Vec<String>,
}

#[derive(Template)]
#[template(path = "accounts/import.html")]
struct ImportPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    sources: Vec<String>,
    fields: Vec<(&'static str, String)>,
    form: Form,
    fault: Option<String>,
    done: Vec<String>,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), Said::default()).await
}

async fn page(app: &AppState, visit: &Visit, form: Form, said: Said) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let status = if said.fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let lists = app.store.records::<AccountList>(facility).await?;
    let page = ImportPage {
        t,
        page: visit.page(t.m("accounts-import-title")).under(at(facility, ""), t.m("accounts-review-title")),
        tabs: nav::tabs(visit, nav::LEDGER),
        base: at(facility, ""),
        sources: lists.into_iter().map(|list| list.body.source).collect(),
        fields: Field::OF_ACCOUNTS.into_iter().map(|one| (one.key(), t.text(&one.title()).to_owned())).collect(),
        form,
        fault: said.fault,
        done: said.done,
    };
    Ok((status, html(&page)?).into_response())
}

/// Reads the letters of columns; nothing chosen is `None`.
fn columns(form: &Form) -> Result<Option<Columns>, ()> {
    let mut columns = Columns::new();
    for field in Field::OF_ACCOUNTS {
        let letters = folded(form.value(&format!("column_{}", field.key())));
        if letters.is_empty() {
            continue;
        }
        if letters.len() > 2 || !letters.bytes().all(|b| b.is_ascii_lowercase()) {
            return Err(());
        }
        let at = letters.bytes().fold(0_usize, |at, b| at * 26 + usize::from(b - b'a') + 1) - 1;
        if at >= MOST_COLUMNS {
            return Err(());
        }
        columns.insert(field, at);
    }
    Ok((!columns.is_empty()).then_some(columns))
}

/// Takes an account list in; it takes the older one's place.
pub(super) async fn accounts(State(app): State<AppState>, visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let sent = parts_of(form).await?;
    let mut form = sent.form;
    let source = form.line("source", 100);
    let fault = |sentence: String| Said { fault: Some(sentence), ..Said::default() };
    if let Some(wrong) = form.wrong(&t, "source") {
        let sentence = if source.is_empty() { t.m("accounts-import-no-source") } else { wrong };
        return page(&app, &visit, form, fault(sentence)).await;
    }
    let typed = form.value("exported").trim().to_owned();
    let exported = day::parse(&typed);
    if exported.is_none() && !typed.is_empty() {
        return page(&app, &visit, form, fault(t.m("accounts-review-date-wrong"))).await;
    }
    let Ok(columns) = columns(&form) else {
        return page(&app, &visit, form, fault(t.m("accounts-import-bad-column"))).await;
    };
    let Some((file, content)) = sent.file else {
        return page(&app, &visit, form, fault(t.m("accounts-import-no-file"))).await;
    };
    let name = file.clone();
    let read = match press(move || read_accounts(&content, &name, columns.as_ref())).await? {
        Ok(read) => read,
        Err(refused) => {
            let reason = t.text(&refused.text()).to_owned();
            let said = t.a2("accounts-import-refused", "file", &file, "reason", reason);
            return page(&app, &visit, form, fault(said)).await;
        }
    };
    let list = AccountList {
        source,
        file,
        exported,
        imported: Some(now.date_in_japan()),
        knows_sign_ins: read.knows_sign_ins,
        accounts: read.accounts,
    };
    app.store.put_record(&visit.act(now), facility, &list).await?;
    let mut done = vec![t.a2("accounts-import-done", "source", &list.source, "count", list.accounts.len())];
    if !read.dropped.is_empty() {
        done.push(t.a("accounts-import-dropped", "columns", read.dropped.join("、")));
    }
    page(&app, &visit, Form::default(), Said { done, ..Said::default() }).await
}

/// Takes leavers in, beside those known already.
pub(super) async fn leavers(State(app): State<AppState>, visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let sent = parts_of(form).await?;
    let fault = |sentence: String| Said { fault: Some(sentence), ..Said::default() };
    let Some((file, content)) = sent.file else {
        return page(&app, &visit, Form::default(), fault(t.m("accounts-import-no-file"))).await;
    };
    let name = file.clone();
    let read = match press(move || read_leavers(&content, &name)).await? {
        Ok(read) => read,
        Err(refused) => {
            let reason = t.text(&refused.text()).to_owned();
            let said = t.a2("accounts-import-refused", "file", &file, "reason", reason);
            return page(&app, &visit, Form::default(), fault(said)).await;
        }
    };
    let mut list = LeaversList::default();
    if !sent.form.has("replace", "yes") {
        list = app
            .store
            .records::<LeaversList>(facility)
            .await?
            .into_iter()
            .next()
            .map(|kept| kept.body)
            .unwrap_or_default();
    }
    let count = read.len();
    list.join(read);
    (list.file, list.imported) = (file, Some(now.date_in_japan()));
    app.store.put_record(&visit.act(now), facility, &list).await?;
    let done = vec![t.a("accounts-leavers-done", "count", count)];
    page(&app, &visit, Form::default(), Said { done, ..Said::default() }).await
}

/// Removes a list; decisions about its accounts stay for a later one.
pub(super) async fn remove(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let id: RecordId = form.value("list").parse().map_err(|_| Problem::NotFound)?;
    let version: i64 = form.value("version").parse().map_err(|_| Problem::NotFound)?;
    app.store.retire_record::<AccountList>(&visit.act(app.now()), facility, id, version).await?;
    Ok(visit.done(&app, &at(facility, ""), Key("notice-saved")))
}
