//! An audit with everything in its folder, and what a plan stands on.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use axum::http::StatusCode;
use hakutaku_model::assessment::evaluate;
use hakutaku_model::audit::paper::is_closed;
use hakutaku_model::audit::{
    Audit, AuditItem, AuditPaper, AuditState, Finding, Folder, FrozenAction, Interview, PastFinding, Refusal, Sample,
    Severity, WeakField,
};
use hakutaku_model::corrective::{CorrectiveAction, Deed, Source, State};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::{Kept, Register};
use hakutaku_model::time::FiscalYear;
use jiff::civil::Date;

/// The questionnaires whose weak fields steer the scope, in the order of preference.
const STEERING: [&str; 2] = ["hospital-it", "small-facility"];

/// An audit and all rows that name it.
pub(crate) struct Gathered {
    pub(crate) audit: Kept<Audit>,
    pub(crate) papers: Vec<Kept<AuditPaper>>,
    pub(crate) samples: Vec<Kept<Sample>>,
    pub(crate) interviews: Vec<Kept<Interview>>,
    pub(crate) findings: Vec<Kept<Finding>>,
    /// Corrective actions of its findings.
    pub(crate) actions: Vec<Kept<CorrectiveAction>>,
}

/// An audit of the facility in the address that is in use.
pub(crate) async fn audit_of(app: &AppState, visit: &Visit, id: RecordId) -> Result<Kept<Audit>, Problem> {
    crate::house::in_use::<Audit>(app, visit, id).await
}

/// A row that belongs to this audit.
pub(crate) async fn part_of<T: Register>(
    app: &AppState,
    facility: FacilityId,
    audit: RecordId,
    id: RecordId,
    owner: impl Fn(&T) -> RecordId,
) -> Result<Kept<T>, Problem> {
    let row = app.store.record_of::<T>(facility, id).await?;
    if row.retired_at.is_some() || owner(&row.body) != audit { Err(Problem::NotFound) } else { Ok(row) }
}

impl Gathered {
    pub(crate) async fn of(app: &AppState, facility: FacilityId, audit: Kept<Audit>) -> Result<Self, Problem> {
        let id = audit.id;
        let mut papers = app.store.records::<AuditPaper>(facility).await?;
        papers.retain(|row| row.body.audit == id);
        let mut samples = app.store.records::<Sample>(facility).await?;
        samples.retain(|row| row.body.audit == id);
        let mut interviews = app.store.records::<Interview>(facility).await?;
        interviews.retain(|row| row.body.audit == id);
        let mut findings = app.store.records::<Finding>(facility).await?;
        findings.retain(|row| row.body.audit == id);
        findings.sort_by_key(|row| (row.body.severity, row.id));
        let mut actions = app.store.records::<CorrectiveAction>(facility).await?;
        actions.retain(|row| matches!(&row.body.source, Source::Audit { audit, .. } if *audit == id));
        Ok(Self { audit, papers, samples, interviews, findings, actions })
    }

    pub(crate) fn folder(&self) -> Folder<'_> {
        Folder { papers: &self.papers, samples: &self.samples, interviews: &self.interviews, findings: &self.findings }
    }

    pub(crate) fn paper(&self, item: &str) -> Option<&Kept<AuditPaper>> {
        self.papers.iter().find(|row| row.body.item == item)
    }

    /// The actions of one finding.
    pub(crate) fn actions_of(&self, finding: RecordId) -> impl Iterator<Item = &Kept<CorrectiveAction>> {
        self.actions
            .iter()
            .filter(move |row| matches!(&row.body.source, Source::Audit { finding: of, .. } if *of == finding))
    }

    /// The actions as they are, or as they stood when the report was signed.
    pub(crate) fn frozen(&self, today: Date) -> Vec<FrozenAction> {
        if matches!(self.audit.body.state(), AuditState::Signed | AuditState::Closed) {
            return self.audit.body.actions.clone();
        }
        let of = |row: &Kept<CorrectiveAction>| match &row.body.source {
            Source::Audit { finding, .. } => Some(*finding),
            _ => None,
        };
        self.actions
            .iter()
            .filter_map(|row| {
                Some(FrozenAction {
                    action: row.id,
                    finding: of(row)?,
                    title: row.body.title.clone(),
                    owner: row.body.owner.clone(),
                    due: row.body.due,
                    state: row.body.state(today),
                })
            })
            .collect()
    }
}

/// Who does something in an audit, today.
pub(crate) fn deed(app: &AppState, visit: &Visit) -> Deed {
    let person = visit.person.as_ref();
    Deed {
        by: person.map(|person| person.display_name.clone()).unwrap_or_default(),
        person: person.map(|person| person.id),
        on: app.now().date_in_japan(),
        remark: String::new(),
    }
}

/// Findings of signed audits that are not dealt with.
pub(crate) async fn past_findings(app: &AppState, facility: FacilityId) -> Result<Vec<PastFinding>, Problem> {
    let audits = app.store.records::<Audit>(facility).await?;
    let actions = app.store.records::<CorrectiveAction>(facility).await?;
    let findings = app.store.records::<Finding>(facility).await?;
    let signed = |id: RecordId| audits.iter().any(|row| row.id == id && row.body.signed.is_some());
    Ok(findings
        .into_iter()
        .filter(|row| row.body.severity != Severity::Observation && signed(row.body.audit))
        .filter(|row| !is_closed(row.id, actions.iter().map(|action| &action.body)))
        .map(|row| PastFinding {
            item: row.body.item,
            controls: row.body.controls,
            title: row.body.title,
            severity: row.body.severity,
        })
        .collect())
}

/// Weak fields of the newest assessment.
pub(crate) async fn weak_fields(app: &AppState, facility: FacilityId) -> Result<Vec<WeakField>, Problem> {
    for id in STEERING {
        let Some(row) = app.store.latest_assessment(facility, &id.into()).await? else { continue };
        let Some(form) = app.catalogue.questionnaire(id) else { continue };
        let answers = app.store.model_answers(facility, row.id).await?;
        let evaluation = evaluate(form, &answers);
        let weak = evaluation.weak_fields().into_iter().filter_map(|field| {
            let title = app.catalogue.field(field.field.as_str())?.title.clone();
            Some(WeakField { field: field.field.clone(), title, score: field.score?.two_decimals() })
        });
        return Ok(weak.collect());
    }
    Ok(Vec::new())
}

/// An item of the sheet.
pub(crate) fn item<'c>(app: &'c AppState, id: &str) -> Result<&'c AuditItem, Problem> {
    app.catalogue.audit.item(id).ok_or(Problem::NotFound)
}

/// Why a step is refused, as a page.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    Problem::Said(StatusCode::CONFLICT, why(refusal))
}

/// Why a step is refused, in words.
pub(crate) fn why(refusal: Refusal) -> Key {
    match refusal {
        Refusal::NoScope => Key("audit-no-scope"),
        Refusal::BegunAlready => Key("audit-begun-already"),
        Refusal::NotBegun => Key("audit-not-begun"),
        Refusal::ItemsOpen => Key("audit-items-open"),
        Refusal::SamplesOpen => Key("audit-samples-open"),
        Refusal::FindingMissing => Key("audit-finding-missing"),
        Refusal::CauseMissing => Key("audit-cause-missing"),
        Refusal::NoVerdict => Key("audit-no-verdict"),
        Refusal::Signed => Key("audit-is-signed"),
        Refusal::NotSigned => Key("audit-not-signed"),
        Refusal::Closed => Key("audit-is-closed"),
        Refusal::SamePerson => Key("audit-same-person"),
    }
}

/// The state of an action in words, with the class of its badge.
pub(crate) fn action_state(t: Words, state: State) -> (&'static str, String) {
    let (class, key) = match state {
        State::Open => ("now", Key("audit-action-open")),
        State::Overdue => ("bad", Key("audit-action-overdue")),
        State::Done => ("now", Key("audit-action-done")),
        State::Closed => ("good", Key("audit-action-closed")),
        State::EffectDue => ("now", Key("audit-action-effect-due")),
        State::Effective => ("good", Key("audit-action-effective")),
    };
    (class, t.k(key))
}

/// The running fiscal year.
pub(crate) fn this_year(app: &AppState) -> FiscalYear {
    FiscalYear::of(app.now().date_in_japan())
}

/// The class of the badge of an audit's state.
pub(crate) fn state_class(state: AuditState) -> &'static str {
    match state {
        AuditState::Planned => "",
        AuditState::Running => "now",
        AuditState::Signed | AuditState::Closed => "good",
    }
}
