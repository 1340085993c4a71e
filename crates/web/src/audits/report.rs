//! The report: what the auditor says, the signature, closing; on paper in two lengths.

use super::gather::{Gathered, action_state, audit_of, deed, refused, why};
use crate::AppState;
use crate::evidence::disposition;
use crate::house::{self, Choice, LINE, NOTE};
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::audit_report::{
    AuditReport, Length, ReportAction, ReportFinding, ReportItem, ReportSample, audit_report_pdf,
};
use hakutaku_model::access::Action;
use hakutaku_model::audit::{Audit, AuditPaper, AuditState, Conclusion, Improvement, Verdict, improved, tally};
use hakutaku_model::corrective::{State as ActionState, days_past};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::journal::Chain;
use hakutaku_model::record::Kept;
use hakutaku_model::text::Text;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::StoreError;
use std::collections::BTreeMap;

/// Things for the director to decide.
const DECISIONS: [&str; 3] = ["decision1", "decision2", "decision3"];

#[derive(Template)]
#[template(path = "audits/report.html")]
struct ReportPage {
    t: Words,
    page: Page,
    form: Form,
    base: String,
    version: i64,
    verdicts: Vec<Choice>,
    /// Heading and text once it is signed.
    said: Vec<(String, String)>,
    missing: Vec<String>,
    moved: Vec<(String, String, String, bool)>,
    before: Option<String>,
    running: bool,
    signed: bool,
    closed: bool,
    seal: Option<String>,
    seal_holds: bool,
    may_conduct: bool,
    may_plan: bool,
    conflict: bool,
}

/// The newest signed audit before this one, with its papers.
async fn audit_before(
    app: &AppState,
    facility: FacilityId,
    audit: &Kept<Audit>,
) -> Result<Option<(Kept<Audit>, Vec<Kept<AuditPaper>>)>, Problem> {
    let mut audits = app.store.records::<Audit>(facility).await?;
    let started = audit.body.started.as_ref().map(|deed| deed.on);
    audits.retain(|row| {
        let signed = row.body.signed.as_ref().map(|deed| deed.on);
        row.id != audit.id && signed.is_some() && (started.is_none() || signed <= started)
    });
    let Some(newest) = audits.into_iter().max_by_key(|row| (row.body.signed.as_ref().map(|deed| deed.on), row.id))
    else {
        return Ok(None);
    };
    let mut papers = app.store.records::<AuditPaper>(facility).await?;
    papers.retain(|row| row.body.audit == newest.id);
    Ok(Some((newest, papers)))
}

fn fill(conclusion: &Conclusion) -> Form {
    let decision = |at: usize| conclusion.decisions.get(at).cloned().unwrap_or_default();
    Form::of([
        ("verdict", conclusion.verdict.map(|verdict| verdict.key().to_owned()).unwrap_or_default()),
        ("words", conclusion.words.clone()),
        (DECISIONS[0], decision(0)),
        (DECISIONS[1], decision(1)),
        (DECISIONS[2], decision(2)),
        ("improved", conclusion.improved.clone()),
        ("limits", conclusion.limits.clone()),
    ])
}

async fn folder(app: &AppState, visit: &Visit, id: RecordId) -> Result<Gathered, Problem> {
    Gathered::of(app, visit.place()?.id, audit_of(app, visit, id).await?).await
}

async fn page(
    app: &AppState,
    visit: &Visit,
    gathered: &Gathered,
    form: Form,
    conflict: bool,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let audit = &gathered.audit.body;
    let base = format!("/facilities/{facility}/audits/{}", gathered.audit.id);
    let before = audit_before(app, facility, &gathered.audit).await?;
    let title = |id: &str| app.catalogue.audit.item(id).map_or(id, |item| t.text(&item.title)).to_owned();
    let moved = before.iter().flat_map(|(_, papers)| improved(papers, &gathered.papers));
    let conclusion = &audit.conclusion;
    let mut said = vec![
        (
            t.m("audit-verdict"),
            conclusion.verdict.map(|verdict| t.text(&verdict.title()).to_owned()).unwrap_or_default(),
        ),
        (t.m("audit-verdict-words"), conclusion.words.clone()),
        (t.m("audit-decisions"), conclusion.decisions.join("\n")),
        (t.m("audit-improved"), conclusion.improved.clone()),
        (t.m("audit-limits"), conclusion.limits.clone()),
    ];
    said.retain(|(_, text)| !text.is_empty());
    let status = match (conflict, form.is_right()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let state = audit.state();
    let template = ReportPage {
        t,
        page: visit
            .page(t.m("audit-report-title"))
            .under(format!("/facilities/{facility}/audits"), t.m("audit-list-title"))
            .under(base.clone(), audit.title.clone()),
        base,
        version: gathered.audit.version,
        verdicts: house::choices(t, &form, "verdict", Verdict::ALL, Verdict::key, Verdict::title),
        said,
        missing: if state == AuditState::Running {
            audit.before_signing(gathered.folder()).into_iter().map(|refusal| t.k(why(refusal))).collect()
        } else {
            Vec::new()
        },
        moved: moved
            .map(|one: Improvement| {
                let mark = |mark: hakutaku_model::audit::Mark| t.text(&mark.title()).to_owned();
                (title(&one.item), mark(one.before), mark(one.now), one.is_better())
            })
            .collect(),
        before: before.map(|(row, _)| row.body.title),
        running: state == AuditState::Running,
        signed: state == AuditState::Signed,
        closed: state == AuditState::Closed,
        seal: audit.seal.map(|seal| seal.to_string()),
        seal_holds: audit.seal == Some(hakutaku_model::audit::seal(gathered.folder())),
        may_conduct: visit.may(Action::ConductAudit),
        may_plan: visit.may(Action::PlanAudits),
        conflict,
        form,
    };
    Ok((status, html(&template)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let gathered = folder(&app, &visit, id).await?;
    let form = fill(&gathered.audit.body.conclusion);
    page(&app, &visit, &gathered, form, false).await
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let gathered = folder(&app, &visit, id).await?;
    gathered.audit.body.may_write().map_err(refused)?;
    let decisions = DECISIONS.map(|name| house::words(&mut form, name, LINE));
    let conclusion = Conclusion {
        verdict: Verdict::from_key(form.value("verdict")),
        words: house::words(&mut form, "words", NOTE),
        decisions: decisions.into_iter().filter(|words| !words.is_empty()).collect(),
        improved: house::words(&mut form, "improved", NOTE),
        limits: house::words(&mut form, "limits", NOTE),
    };
    if !form.is_right() {
        return page(&app, &visit, &gathered, form, false).await;
    }
    let audit = Audit { conclusion, ..gathered.audit.body.clone() };
    match app.store.change_record(&visit.act(app.now()), facility, id, house::seen(&form), &audit).await {
        Ok(_) => Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}/report"), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let now = folder(&app, &visit, id).await?;
            page(&app, &visit, &now, form, true).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn step(
    app: &AppState,
    visit: &Visit,
    id: RecordId,
    form: &Form,
    take: impl FnOnce(&mut Audit, &Gathered) -> Result<(), hakutaku_model::audit::Refusal>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let gathered = folder(app, visit, id).await?;
    let mut audit = gathered.audit.body.clone();
    take(&mut audit, &gathered).map_err(refused)?;
    app.store.change_record(&visit.act(app.now()), facility, id, house::seen(form), &audit).await?;
    Ok(visit.done(app, &format!("/facilities/{facility}/audits/{id}/report"), Key("notice-saved")))
}

pub(super) async fn sign(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let (deed, today) = (deed(&app, &visit), app.now().date_in_japan());
    step(&app, &visit, id, &form, |audit, folder| audit.sign(deed, folder.folder(), folder.frozen(today))).await
}

pub(super) async fn take_back(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    step(&app, &visit, id, &form, |audit, _| audit.take_back()).await
}

pub(super) async fn close(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let deed = deed(&app, &visit);
    step(&app, &visit, id, &form, |audit, _| audit.close(deed)).await
}

/// Everything the paper shows.
pub(crate) async fn report_of(app: &AppState, visit: &Visit, gathered: &Gathered) -> Result<AuditReport, Problem> {
    let (t, place, now) = (visit.t(), visit.place()?, app.now());
    let audit = &gathered.audit.body;
    let text = |text: &Text| t.text(text).to_owned();
    let documents = app.store.documents(place.id, None).await?;
    let file = |id| documents.iter().find(|row| row.id == id).map(|row| row.name.clone());
    let item_title = |id: &str| app.catalogue.audit.item(id).map_or(id, |item| t.text(&item.title)).to_owned();
    let items = app.catalogue.audit.items.iter().filter(|item| audit.covers(&item.id)).map(|item| {
        let paper = gathered.paper(&item.id).map(|row| &row.body);
        let line = audit.scope.iter().find(|line| line.item == item.id);
        ReportItem {
            field: app.catalogue.field(item.field.as_str()).map(|field| text(&field.title)).unwrap_or_default(),
            title: text(&item.title),
            reasons: line.into_iter().flat_map(|line| &line.reasons).map(&text).collect(),
            mark: paper.map(|paper| paper.mark),
            seen: paper.map(|paper| paper.seen.clone()).unwrap_or_default(),
            remark: paper.map(|paper| paper.remark.clone()).unwrap_or_default(),
            documents: paper.into_iter().flat_map(|paper| &paper.documents).filter_map(|id| file(*id)).collect(),
            by: paper.map(|paper| paper.by.by.clone()).unwrap_or_default(),
            on: paper.map(|paper| paper.by.on),
        }
    });
    let today = now.date_in_japan();
    let frozen = gathered.frozen(today);
    let findings = gathered.findings.iter().map(|row| ReportFinding {
        title: row.body.title.clone(),
        item: item_title(&row.body.item),
        severity: row.body.severity,
        kind: text(&row.body.kind.title()),
        detail: row.body.detail.clone(),
        cause: row.body.cause.clone(),
        risk: row.body.risk.clone(),
        actions: frozen
            .iter()
            .filter(|action| action.finding == row.id)
            .map(|action| {
                // What was agreed stays as it was signed; where it stands is of the day the paper is made.
                let now = gathered.actions.iter().find(|row| row.id == action.action).map(|row| &row.body);
                let done = match now {
                    Some(now) => now.done.is_some(),
                    None => !matches!(action.state, ActionState::Open | ActionState::Overdue),
                };
                ReportAction {
                    title: action.title.clone(),
                    owner: action.owner.clone(),
                    due: action.due,
                    state: action_state(t, now.map_or(action.state, |now| now.state(today))).1,
                    overdue: days_past(action.due.filter(|_| !done), today),
                }
            })
            .collect(),
    });
    let samples = gathered.samples.iter().map(|row| {
        let [right, wrong, unseen, open] = row.body.counts();
        ReportSample {
            from: text(&row.body.from.title()),
            item: if row.body.item.is_empty() { String::new() } else { item_title(&row.body.item) },
            seed: row.body.seed.clone(),
            population: row.body.population,
            population_hash: row.body.population_hash.to_string(),
            counts: [right, wrong, unseen, open],
            wrong: row
                .body
                .rows
                .iter()
                .filter(|line| line.result == Some(hakutaku_model::audit::SampleResult::Wrong))
                .map(|line| format!("{}: {}", line.label, line.remark))
                .collect(),
        }
    });
    let before = audit_before(app, place.id, &gathered.audit).await?;
    let moved = before.iter().flat_map(|(_, papers)| improved(papers, &gathered.papers));
    let deed = |deed: &Option<hakutaku_model::corrective::Deed>| deed.as_ref().map(|deed| (deed.by.clone(), deed.on));
    Ok(AuditReport {
        lang: t.lang,
        facility: place.name.clone(),
        made: now,
        title: audit.title.clone(),
        kind: text(&audit.kind.title()),
        year: FiscalYear(audit.fiscal_year),
        from: audit.from,
        until: audit.until,
        auditor: audit.auditor.clone(),
        firm: audit.firm.clone(),
        purpose: audit.purpose.clone(),
        conclusion: audit.conclusion.clone(),
        tally: tally(gathered.papers.iter().map(|row| &row.body)),
        before: before
            .as_ref()
            .map(|(row, papers)| (row.body.title.clone(), tally(papers.iter().map(|row| &row.body)).percent())),
        moved: moved.map(|one| (item_title(&one.item), one.before, one.now)).collect(),
        interviews: gathered.interviews.iter().map(|row| row.body.with.clone()).collect(),
        items: items.collect(),
        findings: findings.collect(),
        samples: samples.collect(),
        signed: deed(&audit.signed),
        closed: deed(&audit.closed),
        seal: audit.seal.map(|seal| seal.to_string()),
    })
}

async fn send(app: &AppState, visit: &Visit, id: RecordId, length: Length, name: Key) -> Result<Response, Problem> {
    let (place, now) = (visit.place()?, app.now());
    let gathered = folder(app, visit, id).await?;
    let report = report_of(app, visit, &gathered).await?;
    let pdf = press(move || audit_report_pdf(&report, length)).await?.map_err(Problem::internal)?;
    let file = format!("{}_{}_{}.pdf", place.name, visit.t().k(name), now.date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store
        .record(&visit.act(now), Chain::Facility(place.id), "audit.export", &format!("audit:{id}"), detail)
        .await?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?),
    ];
    Ok((head, pdf.bytes).into_response())
}

pub(super) async fn full(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    send(&app, &visit, id, Length::Full, Key("audit-file-full")).await
}

pub(super) async fn short(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    send(&app, &visit, id, Length::Short, Key("audit-file-short")).await
}
