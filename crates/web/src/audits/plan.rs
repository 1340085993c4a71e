//! Planning: what kind, when, by whom, and which items, proposed by risk and changed by the planner.

use super::gather::{Gathered, audit_of, deed, past_findings, refused, this_year, weak_fields};
use crate::AppState;
use crate::house::{self, Choice, Clash, LINE, NAME, NOTE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::audit::{Audit, AuditKind, AuditState, ScopeGround, ScopeLine, propose};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_model::text::Text;
use hakutaku_store::StoreError;
use std::collections::BTreeMap;

struct ItemLine {
    id: String,
    title: String,
    reasons: Vec<String>,
    chosen: bool,
}

struct FieldGroup {
    title: String,
    items: Vec<ItemLine>,
    proposed: usize,
}

#[derive(Template)]
#[template(path = "audits/plan.html")]
struct PlanPage {
    t: Words,
    page: Page,
    form: Form,
    base: String,
    /// Id, version, whether it is still only planned.
    row: Option<(String, i64, bool)>,
    clash: Option<Clash>,
    kinds: Vec<Choice>,
    groups: Vec<FieldGroup>,
    proposed: usize,
    all: usize,
}

/// Ids of the sheet with the reasons of today.
type Why = BTreeMap<String, Vec<Text>>;

async fn reasons(app: &AppState, facility: FacilityId) -> Result<Why, Problem> {
    let today = app.now().date_in_japan();
    let facts = app.store.facts(&app.catalogue, facility, today).await?;
    let (weak, past) = (weak_fields(app, facility).await?, past_findings(app, facility).await?);
    let ground = ScopeGround { facts: &facts, weak: &weak, past: &past };
    Ok(propose(&app.catalogue.audit, ground)
        .into_iter()
        .map(|one| (one.item.id.clone(), one.reasons.iter().map(hakutaku_model::audit::Reason::words).collect()))
        .collect())
}

fn fill(audit: &Audit) -> Form {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut form = Form::of([
        ("title", audit.title.clone()),
        ("kind", audit.kind.key().to_owned()),
        ("year", audit.fiscal_year.to_string()),
        ("from", day(audit.from)),
        ("until", day(audit.until)),
        ("auditor", audit.auditor.clone()),
        ("firm", audit.firm.clone()),
        ("purpose", audit.purpose.clone()),
    ]);
    for line in &audit.scope {
        form.tick("items", &line.item);
    }
    form
}

fn read(app: &AppState, form: &mut Form, why: &Why, before: Audit) -> Option<Audit> {
    let title = form.line("title", NAME);
    let kind = form.choice("kind", AuditKind::from_key);
    let year = form.number("year", 2000, 2100);
    let (from, until) = (house::date(form, "from"), house::date(form, "until"));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        form.fault("until", Key("audit-until-before"));
    }
    let scope = app.catalogue.audit.items.iter().filter(|item| form.has("items", &item.id)).map(|item| {
        let kept = before.scope.iter().find(|line| line.item == item.id);
        // The reasons of the day it came in stay; they say why it was planned.
        let reasons = kept.map_or_else(|| why.get(&item.id).cloned().unwrap_or_default(), |line| line.reasons.clone());
        ScopeLine { item: item.id.clone(), reasons }
    });
    let scope: Vec<ScopeLine> = scope.collect();
    let audit = Audit {
        title,
        kind: kind.unwrap_or_default(),
        fiscal_year: i16::try_from(year).unwrap_or_default(),
        from,
        until,
        auditor: house::words(form, "auditor", LINE),
        firm: house::words(form, "firm", LINE),
        purpose: house::words(form, "purpose", NOTE),
        scope,
        ..before
    };
    form.is_right().then_some(audit)
}

async fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    row: Option<&Kept<Audit>>,
    clash: Option<Clash>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let why = reasons(app, facility).await?;
    let kept = |id: &str| row.and_then(|row| row.body.scope.iter().find(|line| line.item == id));
    let mut groups: Vec<FieldGroup> = Vec::new();
    for field in &app.catalogue.fields {
        let items: Vec<ItemLine> = app
            .catalogue
            .audit
            .items
            .iter()
            .filter(|item| item.field == field.id)
            .map(|item| {
                let now = why.get(&item.id).filter(|reasons| !reasons.is_empty());
                let reasons = now.or_else(|| kept(&item.id).map(|line| &line.reasons));
                ItemLine {
                    id: item.id.clone(),
                    title: t.text(&item.title).to_owned(),
                    reasons: reasons.into_iter().flatten().map(|text| t.text(text).to_owned()).collect(),
                    chosen: form.has("items", &item.id),
                }
            })
            .collect();
        let proposed = items.iter().filter(|item| !item.reasons.is_empty()).count();
        groups.push(FieldGroup { title: t.text(&field.title).to_owned(), items, proposed });
    }
    let status = match (&clash, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let base = format!("/facilities/{facility}/audits");
    let title = if row.is_some() { t.m("audit-plan-edit") } else { t.m("audit-plan-new") };
    let template = PlanPage {
        t,
        page: visit.page(title).under(base.clone(), t.m("audit-list-title")),
        base,
        row: row.map(|row| (row.id.to_string(), row.version, row.body.state() == AuditState::Planned)),
        clash,
        kinds: house::choices(t, &form, "kind", AuditKind::ALL, AuditKind::key, AuditKind::title),
        proposed: groups.iter().map(|group| group.proposed).sum(),
        all: app.catalogue.audit.items.len(),
        groups,
        form,
    };
    Ok((status, html(&template)?).into_response())
}

pub(super) async fn new(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (t, year) = (visit.t(), this_year(&app));
    let mut form = Form::of([
        ("kind", AuditKind::Internal.key().to_owned()),
        ("year", year.0.to_string()),
        ("title", t.a("audit-title-proposed", "year", year.label(t.lang))),
    ]);
    for item in reasons(&app, visit.place()?.id).await?.keys() {
        form.tick("items", item);
    }
    page(&app, &visit, form, None, None).await
}

pub(super) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let why = reasons(&app, facility).await?;
    let Some(audit) = read(&app, &mut form, &why, Audit::default()) else {
        return page(&app, &visit, form, None, None).await;
    };
    let row = app.store.add_record(&visit.act(app.now()), facility, &audit).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{}", row.id), Key("notice-saved")))
}

pub(super) async fn edit(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row = audit_of(&app, &visit, id).await?;
    row.body.may_plan().map_err(refused)?;
    page(&app, &visit, fill(&row.body), Some(&row), None).await
}

const LABELS: [(&str, &str); 8] = [
    ("title", "audit-title"),
    ("kind", "audit-kind"),
    ("year", "audit-year"),
    ("from", "audit-from"),
    ("until", "audit-until"),
    ("auditor", "audit-auditor"),
    ("firm", "audit-firm"),
    ("purpose", "audit-purpose"),
];

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = audit_of(&app, &visit, id).await?;
    row.body.may_plan().map_err(refused)?;
    let why = reasons(&app, facility).await?;
    let Some(audit) = read(&app, &mut form, &why, row.body.clone()) else {
        return page(&app, &visit, form, Some(&row), None).await;
    };
    let gathered = Gathered::of(&app, facility, row).await?;
    // What has a paper was looked at: it cannot be planned away.
    if gathered.papers.iter().any(|paper| !audit.covers(&paper.body.item)) {
        form.fault("items", Key("audit-item-has-paper"));
        return page(&app, &visit, form, Some(&gathered.audit), None).await;
    }
    let seen = house::seen(&form);
    match app.store.change_record(&visit.act(app.now()), facility, id, seen, &audit).await {
        Ok(_) => Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}"), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let now = audit_of(&app, &visit, id).await?;
            let house = house::House::of(&app, facility).await?;
            let clash = house::clash(&house, &visit, &now, &fill(&now.body), &form, &LABELS);
            page(&app, &visit, form, Some(&now), Some(clash)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn start(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let mut audit = audit_of(&app, &visit, id).await?.body;
    audit.start(deed(&app, &visit)).map_err(refused)?;
    app.store.change_record(&visit.act(app.now()), facility, id, house::seen(&form), &audit).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}"), Key("notice-saved")))
}

/// Takes an audit that never began out of the plan.
pub(super) async fn drop(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let row = audit_of(&app, &visit, id).await?;
    if row.body.state() != AuditState::Planned {
        return Err(refused(hakutaku_model::audit::Refusal::BegunAlready));
    }
    house::retire::<Audit>(&app, &visit, id, &form).await?;
    Ok(visit.done(&app, &format!("/facilities/{}/audits", visit.place()?.id), Key("notice-saved")))
}
