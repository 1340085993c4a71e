//! One audit: its items with their marks, findings, samples, interviews, and what comes next.

use super::gather::{Gathered, action_state, audit_of, state_class, why};
use crate::AppState;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::audit::{AuditState, Mark, Severity, tally};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::time::{FiscalYear, date_words};

pub(super) struct ItemLine {
    href: String,
    title: String,
    mark: Option<(&'static str, String)>,
    reasons: Vec<String>,
}

struct FieldGroup {
    title: String,
    items: Vec<ItemLine>,
}

pub(super) struct ActionLine {
    pub(super) href: Option<String>,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) who: String,
    pub(super) due: String,
    pub(super) state: (&'static str, String),
    pub(super) reopened: bool,
}

struct FindingLine {
    href: String,
    title: String,
    severity: (&'static str, String),
    kind: String,
    cause: String,
    actions: Vec<ActionLine>,
}

struct SampleLine {
    href: String,
    title: String,
    counts: String,
    open: usize,
}

#[derive(Template)]
#[template(path = "audits/show.html")]
struct AuditPage {
    t: Words,
    page: Page,
    base: String,
    version: i64,
    state: (&'static str, String),
    facts: Vec<(String, String)>,
    purpose: String,
    planned: bool,
    running: bool,
    signed: bool,
    closed: bool,
    may_plan: bool,
    may_conduct: bool,
    groups: Vec<FieldGroup>,
    done: usize,
    all: usize,
    /// Word and number of each mark.
    tally: Vec<(String, u32)>,
    result: Option<String>,
    findings: Vec<FindingLine>,
    samples: Vec<SampleLine>,
    interviews: Vec<(String, String, bool)>,
    director_heard: bool,
    missing: Vec<String>,
}

pub(super) fn mark_class(mark: Mark) -> &'static str {
    match mark {
        Mark::Conforming => "good",
        Mark::Observation | Mark::Minor => "now",
        Mark::Major => "bad",
        Mark::NotApplicable => "",
    }
}

pub(super) fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Major => "bad",
        Severity::Minor => "now",
        Severity::Observation => "",
    }
}

/// The actions of a finding as lines.
pub(super) fn action_lines(
    app: &AppState,
    visit: &Visit,
    gathered: &Gathered,
    finding: RecordId,
) -> Result<Vec<ActionLine>, Problem> {
    let (t, facility, today) = (visit.t(), visit.place()?.id, app.now().date_in_japan());
    let reads =
        visit.may(Action::ReadActions) && crate::access::has_page("/facilities/{facility}/audits/actions/{action}");
    Ok(gathered
        .actions_of(finding)
        .map(|row| ActionLine {
            href: reads.then(|| format!("/facilities/{facility}/audits/actions/{}", row.id)),
            title: row.body.title.clone(),
            kind: if row.body.preventive { t.m("audit-preventive") } else { t.m("audit-corrective") },
            who: row.body.owner.clone(),
            due: row.body.due.map(|day| date_words(day, t.lang)).unwrap_or_default(),
            state: action_state(t, row.body.state(today)),
            reopened: !row.body.reopened.is_empty(),
        })
        .collect())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let row = audit_of(&app, &visit, id).await?;
    let gathered = Gathered::of(&app, facility, row).await?;
    let audit = &gathered.audit.body;
    let base = format!("/facilities/{facility}/audits/{id}");
    let day = |day: Option<jiff::civil::Date>| day.map(|day| date_words(day, t.lang));
    let mut groups: Vec<FieldGroup> = Vec::new();
    for field in &app.catalogue.fields {
        let of_field = app.catalogue.audit.items.iter().filter(|item| item.field == field.id);
        let items: Vec<ItemLine> = of_field
            .filter_map(|item| {
                let line = audit.scope.iter().find(|line| line.item == item.id)?;
                let mark = gathered.paper(&item.id).map(|paper| paper.body.mark);
                Some(ItemLine {
                    href: format!("{base}/items/{}", item.id),
                    title: t.text(&item.title).to_owned(),
                    mark: mark.map(|mark| (mark_class(mark), t.text(&mark.title()).to_owned())),
                    reasons: line.reasons.iter().map(|text| t.text(text).to_owned()).collect(),
                })
            })
            .collect();
        if !items.is_empty() {
            groups.push(FieldGroup { title: t.text(&field.title).to_owned(), items });
        }
    }
    let counted = tally(gathered.papers.iter().map(|row| &row.body));
    let numbers = [counted.conforming, counted.observations, counted.minor, counted.major, counted.not_applicable];
    let mut findings = Vec::new();
    for row in &gathered.findings {
        findings.push(FindingLine {
            href: format!("{base}/findings/{}", row.id),
            title: row.body.title.clone(),
            severity: (severity_class(row.body.severity), t.text(&row.body.severity.title()).to_owned()),
            kind: t.text(&row.body.kind.title()).to_owned(),
            cause: row.body.cause.clone(),
            actions: action_lines(&app, &visit, &gathered, row.id)?,
        });
    }
    let samples = gathered.samples.iter().map(|row| {
        let [right, wrong, unseen, open] = row.body.counts();
        let from = t.text(&row.body.from.title()).to_owned();
        SampleLine {
            href: format!("{base}/samples/{}", row.id),
            title: t.a3("audit-sample-line", ("from", from), ("n", row.body.rows.len()), ("of", row.body.population)),
            counts: t.a3("audit-sample-counts", ("right", right), ("wrong", wrong), ("unseen", unseen)),
            open,
        }
    });
    let state = audit.state();
    let mut facts = vec![
        (t.m("audit-kind"), t.text(&audit.kind.title()).to_owned()),
        (t.m("audit-year"), FiscalYear(audit.fiscal_year).label(t.lang)),
        (t.m("audit-auditor"), audit.auditor.clone()),
        (t.m("audit-firm"), audit.firm.clone()),
        (t.m("audit-from"), day(audit.from).unwrap_or_default()),
        (t.m("audit-until"), day(audit.until).unwrap_or_default()),
    ];
    let deeds = [
        (t.m("audit-started-on"), &audit.started),
        (t.m("audit-signed-on"), &audit.signed),
        (t.m("audit-closed-on"), &audit.closed),
    ];
    facts.extend(deeds.into_iter().filter_map(|(name, deed)| {
        let deed = deed.as_ref()?;
        Some((name, t.a2("audit-deed", "day", date_words(deed.on, t.lang), "who", &deed.by)))
    }));
    facts.retain(|(_, value)| !value.is_empty());
    html(&AuditPage {
        t,
        page: visit.page(audit.title.clone()).under(format!("/facilities/{facility}/audits"), t.m("audit-list-title")),
        base: base.clone(),
        version: gathered.audit.version,
        state: (state_class(state), t.text(&state.title()).to_owned()),
        facts,
        purpose: audit.purpose.clone(),
        planned: state == AuditState::Planned,
        running: state == AuditState::Running,
        signed: state == AuditState::Signed,
        closed: state == AuditState::Closed,
        may_plan: visit.may(Action::PlanAudits),
        may_conduct: visit.may(Action::ConductAudit),
        done: groups.iter().flat_map(|group| &group.items).filter(|item| item.mark.is_some()).count(),
        all: audit.scope.len(),
        groups,
        tally: Mark::ALL.iter().zip(numbers).map(|(mark, n)| (t.text(&mark.title()).to_owned(), n)).collect(),
        result: counted.percent().map(|percent| t.a("audit-percent", "n", percent)),
        findings,
        samples: samples.collect(),
        interviews: gathered
            .interviews
            .iter()
            .map(|row| (format!("{base}/interviews/{}", row.id), row.body.with.clone(), row.body.director))
            .collect(),
        director_heard: gathered.interviews.iter().any(|row| row.body.director),
        missing: audit.before_signing(gathered.folder()).into_iter().map(|refusal| t.k(why(refusal))).collect(),
    })
}
