//! The steps of an action: done, closed by a second person, looked at later, opened again, taken out.

use super::base;
use super::show::{Stopped, render};
use super::told::refusal_words;
use crate::AppState;
use crate::evidence::{broken, read};
use crate::house::{self, NOTE};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Multipart, Path, State};
use axum::response::Response;
use hakutaku_model::corrective::{CorrectiveAction, Deed, Refusal};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_store::{NewDocument, StoreError};

/// Who does it, today, with what they say.
pub(crate) fn deed(app: &AppState, visit: &Visit, remark: String) -> Result<Deed, Problem> {
    let person = visit.person()?;
    Ok(Deed { by: person.display_name.clone(), person: Some(person.id), on: app.now().date_in_japan(), remark })
}

/// Keeps a step that was taken on a copy of the row; says why where it could not be.
async fn keep(
    app: &AppState,
    visit: &Visit,
    row: Kept<CorrectiveAction>,
    form: Form,
    taken: Result<CorrectiveAction, Refusal>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let seen = house::seen(&form);
    if seen != row.version {
        let stopped = Stopped { conflict: Some(row.changed_by.clone()), form, ..Stopped::default() };
        return render(app, visit, &row, stopped).await;
    }
    let body = match taken {
        Ok(body) => body,
        Err(refusal) => {
            let stopped = Stopped { refused: Some(t.k(refusal_words(refusal))), form, ..Stopped::default() };
            return render(app, visit, &row, stopped).await;
        }
    };
    match app.store.change_record(&visit.act(app.now()), facility, row.id, seen, &body).await {
        Ok(_) => Ok(visit.done(app, &format!("{}/{}", base(facility), row.id), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let now: Kept<CorrectiveAction> = house::in_use(app, visit, row.id).await?;
            let stopped = Stopped { conflict: Some(now.changed_by.clone()), form, ..Stopped::default() };
            render(app, visit, &now, stopped).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The work is done; with a remark and files that show it.
pub(super) async fn finish(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let row: Kept<CorrectiveAction> = house::in_use(&app, &visit, id).await?;
    let (mut form, mut files): (Form, Vec<(NewDocument, Vec<u8>)>) = (Form::default(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("remark") => form.tick("remark", &part.text().await.map_err(broken)?),
            Some("version") => form.tick("version", &part.text().await.map_err(broken)?),
            Some("file") => files.extend(read(part).await?),
            _ => {}
        }
    }
    let remark = house::words(&mut form, "remark", NOTE);
    if !form.is_right() {
        return render(&app, &visit, &row, Stopped { form, ..Stopped::default() }).await;
    }
    let mut body = row.body.clone();
    let taken = body.finish(deed(&app, &visit, remark)?);
    // Files are kept only for a step that can be taken: nothing half-written.
    if taken.is_ok() && house::seen(&form) == row.version {
        for (document, content) in files {
            let kept = app.store.add_document(&visit.act(app.now()), visit.place()?.id, &document, content).await?;
            body.documents.push(kept.id);
        }
    }
    keep(&app, &visit, row, form, taken.map(|()| body)).await
}

/// A second person looked at it.
pub(super) async fn close(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let row: Kept<CorrectiveAction> = house::in_use(&app, &visit, id).await?;
    let remark = house::words(&mut form, "remark", NOTE);
    let effect_due = house::date(&mut form, "effect_due");
    if effect_due.is_some_and(|due| due <= app.now().date_in_japan()) {
        form.fault("effect_due", Key("actions-wrong-effect-past"));
    }
    if !form.is_right() {
        return render(&app, &visit, &row, Stopped { form, ..Stopped::default() }).await;
    }
    let facts = app.store.facts(&app.catalogue, visit.place()?.id, app.now().date_in_japan()).await?;
    let mut body = row.body.clone();
    let taken = body.close(deed(&app, &visit, remark)?, effect_due, &facts);
    keep(&app, &visit, row, form, taken.map(|()| body)).await
}

/// The later look: it worked, or it opens again.
pub(super) async fn effect(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let row: Kept<CorrectiveAction> = house::in_use(&app, &visit, id).await?;
    let remark = house::words(&mut form, "remark", NOTE);
    let holds = form.choice("holds", |key| match key {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    });
    let Some(holds) = holds.filter(|_| form.is_right()) else {
        return render(&app, &visit, &row, Stopped { form, ..Stopped::default() }).await;
    };
    let mut body = row.body.clone();
    let taken = body.see_effect(deed(&app, &visit, remark)?, holds);
    keep(&app, &visit, row, form, taken.map(|()| body)).await
}

/// Somebody opens it again, and says why.
pub(super) async fn reopen(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let row: Kept<CorrectiveAction> = house::in_use(&app, &visit, id).await?;
    let remark = house::words(&mut form, "why", NOTE);
    if remark.is_empty() {
        form.fault("why", Key("form-empty"));
    }
    if !form.is_right() {
        return render(&app, &visit, &row, Stopped { form, ..Stopped::default() }).await;
    }
    let mut body = row.body.clone();
    let taken = body.reopen(deed(&app, &visit, remark)?);
    keep(&app, &visit, row, form, taken.map(|()| body)).await
}

/// Takes it out of the list; the log keeps what it said.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::retire::<CorrectiveAction>(&app, &visit, id, &form).await?;
    Ok(visit.done(&app, &base(visit.place()?.id), Key("notice-saved")))
}
