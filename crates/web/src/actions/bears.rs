//! What an action bears on: lines of the official form, conditions of reimbursement, questions of the assessment.

use crate::AppState;
use crate::checklists::address;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::{Catalogue, QuestionnaireKind};
use hakutaku_model::checklist::{form_of, in_use};
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::id::{ControlId, FacilityId};
use hakutaku_model::time::FiscalYear;
use std::collections::BTreeSet;

/// One place that an action's completion reaches.
pub(super) struct Bears {
    pub(super) what: String,
    pub(super) title: String,
    pub(super) href: String,
}

/// The topics of the official forms that controls stand for.
fn topics(catalogue: &Catalogue, controls: &[ControlId]) -> BTreeSet<String> {
    controls
        .iter()
        .filter_map(|id| catalogue.controls.get(id))
        .flat_map(|control| &control.maps)
        .filter_map(|map| map.to.strip_prefix("checklist/").map(str::to_owned))
        .collect()
}

/// Everything an action with these controls bears on, as far as the visitor may see it.
pub(super) async fn bears_on(app: &AppState, visit: &Visit, controls: &[ControlId]) -> Result<Vec<Bears>, Problem> {
    let facility = visit.place()?.id;
    if controls.is_empty() {
        return Ok(Vec::new());
    }
    let (t, kind) = (visit.t(), app.store.facility(facility).await?.profile.kind);
    let mut found = Vec::new();
    if visit.may(Action::ReadForms) {
        found.extend(form_lines(app, t, facility, kind, controls).await?);
        found.extend(conditions(&app.catalogue, t, facility, kind, controls));
    }
    if visit.may(Action::ReadAssessment) {
        found.extend(questions(app, t, facility, controls).await?);
    }
    Ok(found)
}

async fn form_lines(
    app: &AppState,
    t: Words,
    facility: FacilityId,
    kind: FacilityKind,
    controls: &[ControlId],
) -> Result<Vec<Bears>, Problem> {
    let topics = topics(&app.catalogue, controls);
    let editions = app.store.checklist_editions(&app.catalogue, facility).await?;
    let year = FiscalYear::of(app.now().date_in_japan());
    let (Some(form), Some(edition)) = (form_of(kind), in_use(&editions, year).works_with) else {
        return Ok(Vec::new());
    };
    let of_form = edition.items.iter().filter(|item| item.form == form && topics.contains(&item.topic));
    let lines = of_form
        .map(|item| Bears {
            what: t.m("actions-bears-checklist"),
            title: format!("{} {}", item.number.clone().unwrap_or_default(), t.text(&item.summary)).trim().to_owned(),
            href: format!("{}#item-{}", address(facility, &edition.id, form), item.id),
        })
        .collect();
    Ok(lines)
}

fn conditions(
    catalogue: &Catalogue,
    t: Words,
    facility: FacilityId,
    kind: FacilityKind,
    controls: &[ControlId],
) -> Vec<Bears> {
    let rules = catalogue.revisions.iter().flat_map(|revision| {
        revision
            .add_ons
            .iter()
            .filter(|rule| rule.kinds.contains(&kind))
            .flat_map(move |rule| rule.conditions.iter().map(move |condition| (revision.year, rule, condition)))
    });
    rules
        .filter(|(_, _, condition)| condition.controls.iter().any(|id| controls.contains(id)))
        .map(|(year, rule, condition)| Bears {
            what: t.m("actions-bears-reimbursement"),
            title: t.text(&rule.title).to_owned(),
            href: format!("/facilities/{facility}/forms/reimbursement?revision={year}#{}", condition.id),
        })
        .collect()
}

async fn questions(
    app: &AppState,
    t: Words,
    facility: FacilityId,
    controls: &[ControlId],
) -> Result<Vec<Bears>, Problem> {
    let mut found = Vec::new();
    for form in app.catalogue.questionnaires.iter().filter(|form| form.kind == QuestionnaireKind::Assessment) {
        let Some(row) = app.store.latest_assessment(facility, &form.id).await? else { continue };
        // A sheet that one person fills in for themselves is theirs.
        if row.respondent.is_some() {
            continue;
        }
        for section in &form.sections {
            for question in section.questions.iter().filter(|q| q.controls.iter().any(|id| controls.contains(id))) {
                found.push(Bears {
                    what: t.m("actions-bears-question"),
                    title: t.text(&question.text).to_owned(),
                    href: format!(
                        "/facilities/{facility}/assessments/{}/fields/{}#{}",
                        row.id, section.field, question.id
                    ),
                });
            }
        }
    }
    Ok(found)
}
