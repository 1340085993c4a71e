//! A finding: what, how bad, why it happened; and the actions that mend it.

use super::gather::{Gathered, audit_of, deed, part_of, refused};
use super::show::{ActionLine, action_lines};
use crate::AppState;
use crate::actions::{levels, watch_of, watches};
use crate::house::{self, Choice, LINE, NAME, NOTE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::audit::{Finding, FindingKind, Mark, Severity};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_store::StoreError;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "audits/finding.html")]
struct FindingPage {
    t: Words,
    page: Page,
    form: Form,
    here: String,
    row: Option<i64>,
    may_write: bool,
    may_act: bool,
    conflict: bool,
    items: Vec<Choice>,
    kinds: Vec<Choice>,
    severities: Vec<Choice>,
    /// Heading and text, for those who only read.
    facts: Vec<(String, String)>,
    actions: Vec<ActionLine>,
    action_form: Form,
    watches: Vec<Choice>,
    levels: Vec<Choice>,
}

/// At which item.
#[derive(Debug, Default, Deserialize)]
pub(super) struct At {
    #[serde(default)]
    item: String,
}

fn fill(finding: &Finding) -> Form {
    Form::of([
        ("item", finding.item.clone()),
        ("title", finding.title.clone()),
        ("detail", finding.detail.clone()),
        ("kind", finding.kind.key().to_owned()),
        ("severity", finding.severity.key().to_owned()),
        ("cause", finding.cause.clone()),
        ("risk", finding.risk.clone()),
    ])
}

fn page(
    app: &AppState,
    visit: &Visit,
    gathered: &Gathered,
    row: Option<&Kept<Finding>>,
    form: Form,
    action_form: Form,
    conflict: bool,
) -> Result<Response, Problem> {
    let (t, facility, audit) = (visit.t(), visit.place()?.id, &gathered.audit);
    let base = format!("/facilities/{facility}/audits/{}", audit.id);
    let mut items = vec![Choice::new("", t.m("audit-no-item"), &form, "item")];
    items.extend(audit.body.scope.iter().filter_map(|line| {
        let item = app.catalogue.audit.item(&line.item)?;
        Some(Choice::new(&item.id, t.text(&item.title).to_owned(), &form, "item"))
    }));
    let facts = row.map(|row| {
        let body = &row.body;
        let item = app.catalogue.audit.item(&body.item).map(|item| t.text(&item.title).to_owned());
        let mut facts = vec![
            (t.m("audit-item"), item.unwrap_or_default()),
            (t.m("audit-severity"), t.text(&body.severity.title()).to_owned()),
            (t.m("audit-finding-kind"), t.text(&body.kind.title()).to_owned()),
            (t.m("audit-finding-detail"), body.detail.clone()),
            (t.m("audit-cause"), body.cause.clone()),
            (t.m("audit-risk"), body.risk.clone()),
        ];
        facts.retain(|(_, value)| !value.is_empty());
        facts
    });
    let status = match (conflict, form.is_right() && action_form.is_right()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = row.map_or_else(|| t.m("audit-finding-new"), |row| row.body.title.clone());
    let template = FindingPage {
        t,
        page: visit
            .page(title)
            .under(format!("/facilities/{facility}/audits"), t.m("audit-list-title"))
            .under(base.clone(), audit.body.title.clone()),
        here: row.map_or_else(|| format!("{base}/findings/new"), |row| format!("{base}/findings/{}", row.id)),
        row: row.map(|row| row.version),
        may_write: visit.may(Action::ConductAudit) && audit.body.may_write().is_ok(),
        may_act: visit.may(Action::EditActions),
        conflict,
        items,
        kinds: house::choices(t, &form, "kind", FindingKind::ALL, FindingKind::key, FindingKind::title),
        severities: house::choices(t, &form, "severity", Severity::ALL, Severity::key, Severity::title),
        facts: facts.unwrap_or_default(),
        actions: match row {
            Some(row) => action_lines(app, visit, gathered, row.id)?,
            None => Vec::new(),
        },
        watches: {
            let controls = row.is_some_and(|row| !row.body.controls.is_empty());
            watches(t, &action_form, controls.then(|| t.m("audit-watch-control")))
        },
        levels: levels(&action_form),
        action_form,
        form,
    };
    Ok((status, html(&template)?).into_response())
}

fn read(app: &AppState, visit: &Visit, gathered: &Gathered, form: &mut Form) -> Option<Finding> {
    let title = form.line("title", NAME);
    let kind = form.choice("kind", FindingKind::from_key);
    let severity = form.choice("severity", Severity::from_key);
    let item = form.value("item").to_owned();
    if !item.is_empty() && !gathered.audit.body.covers(&item) {
        form.fault("item", Key("form-choose"));
    }
    let finding = Finding {
        audit: gathered.audit.id,
        controls: app.catalogue.audit.item(&item).map(|item| item.controls.clone()).unwrap_or_default(),
        item,
        title,
        detail: house::words(form, "detail", NOTE),
        kind: kind.unwrap_or_default(),
        severity: severity.unwrap_or_default(),
        cause: house::words(form, "cause", NOTE),
        risk: house::words(form, "risk", NOTE),
        documents: Vec::new(),
        by: deed(app, visit),
    };
    if severity.is_some() && finding.lacks_cause() {
        form.fault("cause", Key("audit-cause-needed"));
    }
    form.is_right().then_some(finding)
}

async fn folder(app: &AppState, visit: &Visit, id: RecordId) -> Result<Gathered, Problem> {
    Gathered::of(app, visit.place()?.id, audit_of(app, visit, id).await?).await
}

pub(super) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    Query(at): Query<At>,
) -> Result<Response, Problem> {
    let gathered = folder(&app, &visit, id).await?;
    gathered.audit.body.may_write().map_err(refused)?;
    let mark = gathered.paper(&at.item).map(|row| row.body.mark);
    let severity = match mark {
        Some(Mark::Major) => Severity::Major,
        Some(Mark::Minor) | None => Severity::Minor,
        Some(_) => Severity::Observation,
    };
    let form = Form::of([("item", at.item), ("severity", severity.key().to_owned())]);
    page(&app, &visit, &gathered, None, form, Form::default(), false)
}

pub(super) async fn add(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let gathered = folder(&app, &visit, id).await?;
    gathered.audit.body.may_write().map_err(refused)?;
    let Some(finding) = read(&app, &visit, &gathered, &mut form) else {
        return page(&app, &visit, &gathered, None, form, Form::default(), false);
    };
    let row = app.store.add_record(&visit.act(app.now()), facility, &finding).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}/findings/{}", row.id), Key("notice-saved")))
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, finding)): Path<(FacilityId, RecordId, RecordId)>,
) -> Result<Response, Problem> {
    let gathered = folder(&app, &visit, id).await?;
    let row = part_of::<Finding>(&app, visit.place()?.id, id, finding, |row| row.audit).await?;
    page(&app, &visit, &gathered, Some(&row), fill(&row.body), Form::default(), false)
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, finding)): Path<(FacilityId, RecordId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let gathered = folder(&app, &visit, id).await?;
    gathered.audit.body.may_write().map_err(refused)?;
    let row = part_of::<Finding>(&app, facility, id, finding, |row| row.audit).await?;
    let Some(mut body) = read(&app, &visit, &gathered, &mut form) else {
        return page(&app, &visit, &gathered, Some(&row), form, Form::default(), false);
    };
    body.documents.clone_from(&row.body.documents);
    match app.store.change_record(&visit.act(app.now()), facility, finding, house::seen(&form), &body).await {
        Ok(_) => {
            let to = format!("/facilities/{facility}/audits/{id}/findings/{finding}");
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
        Err(StoreError::Conflict(_)) => {
            let now = part_of::<Finding>(&app, facility, id, finding, |row| row.audit).await?;
            page(&app, &visit, &gathered, Some(&now), fill(&now.body), Form::default(), true)
        }
        Err(error) => Err(error.into()),
    }
}

/// A corrective or preventive action; also after the report, since mending goes on.
pub(super) async fn act(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, finding)): Path<(FacilityId, RecordId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let gathered = folder(&app, &visit, id).await?;
    let row = part_of::<Finding>(&app, facility, id, finding, |row| row.audit).await?;
    let title = form.line("action", NAME);
    let owner = form.line("owner", LINE);
    let due = house::date(&mut form, "due");
    if due.is_none() {
        form.fault("due", Key("form-empty"));
    }
    let watch = watch_of(&mut form, &row.body.controls);
    if !form.is_right() {
        return page(&app, &visit, &gathered, Some(&row), fill(&row.body), form, false);
    }
    let mut action = row.body.action(finding, title, form.value("preventive") == "yes");
    action.owner = owner;
    action.due = due;
    action.watch = watch;
    app.store.add_record(&visit.act(app.now()), facility, &action).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}/findings/{finding}"), Key("notice-saved")))
}
