//! Interviews: the director's, and those on the wards and desks.

use super::gather::{audit_of, deed, part_of, refused};
use crate::AppState;
use crate::house::{self, LINE, NOTE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::audit::{Audit, Interview, Said};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_store::StoreError;
use serde::Deserialize;

struct QuestionLine {
    id: String,
    text: String,
    listen: String,
    words: String,
}

#[derive(Template)]
#[template(path = "audits/interview.html")]
struct InterviewPage {
    t: Words,
    page: Page,
    form: Form,
    here: String,
    back: String,
    version: i64,
    director: bool,
    may_write: bool,
    conflict: bool,
    questions: Vec<QuestionLine>,
}

/// Whose interview.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Whose {
    #[serde(default)]
    director: bool,
}

fn fill(interview: &Interview) -> Form {
    Form::of(
        [("with", interview.with.clone()), ("remark", interview.remark.clone())]
            .into_iter()
            .chain(interview.said.iter().map(|said| (said.question.as_str(), said.words.clone()))),
    )
}

fn page(
    app: &AppState,
    visit: &Visit,
    audit: &Kept<Audit>,
    row: Option<&Kept<Interview>>,
    director: bool,
    form: Form,
    conflict: bool,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let back = format!("/facilities/{facility}/audits/{}", audit.id);
    let questions = app.catalogue.audit.interviews.iter().filter(|question| question.director == director);
    let title = if director { t.m("audit-interview-director") } else { t.m("audit-interview-staff") };
    let status = match (conflict, form.is_right()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let template = InterviewPage {
        t,
        page: visit
            .page(title)
            .under(format!("/facilities/{facility}/audits"), t.m("audit-list-title"))
            .under(back.clone(), audit.body.title.clone()),
        here: match row {
            Some(row) => format!("{back}/interviews/{}", row.id),
            None => format!("{back}/interviews/new?director={director}"),
        },
        back,
        version: row.map_or(0, |row| row.version),
        director,
        may_write: visit.may(Action::ConductAudit) && audit.body.may_write().is_ok(),
        conflict,
        questions: questions
            .map(|question| QuestionLine {
                id: question.id.clone(),
                text: t.text(&question.text).to_owned(),
                listen: t.text(&question.listen).to_owned(),
                words: form.value(&question.id).to_owned(),
            })
            .collect(),
        form,
    };
    Ok((status, html(&template)?).into_response())
}

fn read(app: &AppState, visit: &Visit, audit: RecordId, director: bool, form: &mut Form) -> Option<Interview> {
    let with = form.line("with", LINE);
    let remark = house::words(form, "remark", NOTE);
    let questions = app.catalogue.audit.interviews.iter().filter(|question| question.director == director);
    let said = questions.filter_map(|question| {
        let words: String = form.value(&question.id).trim().replace("\r\n", "\n").chars().take(NOTE).collect();
        (!words.is_empty()).then(|| Said { question: question.id.clone(), words })
    });
    let said: Vec<Said> = said.collect();
    if said.is_empty() {
        form.fault("remark", Key("audit-nothing-said"));
    }
    form.is_right().then(|| Interview { audit, with, director, said, remark, by: deed(app, visit) })
}

pub(super) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    Query(whose): Query<Whose>,
) -> Result<Response, Problem> {
    let audit = audit_of(&app, &visit, id).await?;
    audit.body.may_write().map_err(refused)?;
    page(&app, &visit, &audit, None, whose.director, Form::default(), false)
}

pub(super) async fn add(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    Query(whose): Query<Whose>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let audit = audit_of(&app, &visit, id).await?;
    audit.body.may_write().map_err(refused)?;
    let Some(interview) = read(&app, &visit, id, whose.director, &mut form) else {
        return page(&app, &visit, &audit, None, whose.director, form, false);
    };
    app.store.add_record(&visit.act(app.now()), facility, &interview).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}"), Key("notice-saved")))
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, interview)): Path<(FacilityId, RecordId, RecordId)>,
) -> Result<Response, Problem> {
    let audit = audit_of(&app, &visit, id).await?;
    let row = part_of::<Interview>(&app, visit.place()?.id, id, interview, |row| row.audit).await?;
    page(&app, &visit, &audit, Some(&row), row.body.director, fill(&row.body), false)
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, interview)): Path<(FacilityId, RecordId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let audit = audit_of(&app, &visit, id).await?;
    audit.body.may_write().map_err(refused)?;
    let row = part_of::<Interview>(&app, facility, id, interview, |row| row.audit).await?;
    let director = row.body.director;
    let Some(body) = read(&app, &visit, id, director, &mut form) else {
        return page(&app, &visit, &audit, Some(&row), director, form, false);
    };
    match app.store.change_record(&visit.act(app.now()), facility, interview, house::seen(&form), &body).await {
        Ok(_) => Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}"), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let now = part_of::<Interview>(&app, facility, id, interview, |row| row.audit).await?;
            page(&app, &visit, &audit, Some(&now), director, fill(&now.body), true)
        }
        Err(error) => Err(error.into()),
    }
}
