//! Proof of a line: files beside its answer.

use crate::AppState;
use crate::checklists::save::name_of;
use crate::checklists::{Opened, Whose, answerable};
use crate::evidence::{clean_name, clean_type};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use hakutaku_model::checklist::{ItemAnswer, LineView};
use hakutaku_model::id::DocumentId;
use hakutaku_store::{Act, MAX_DOCUMENT_BYTES, NewDocument};

fn broken(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, Key("evidence-too-large"))
    } else {
        Problem::unprocessable(Key("evidence-broken-upload"))
    }
}

/// A form the visitor may answer.
async fn opened(app: &AppState, visit: &Visit, edition: &str, kind: &str, whose: &Whose) -> Result<Opened, Problem> {
    let opened = Opened::of(app, visit.place()?.id, (edition, kind), whose).await?;
    if answerable(visit, &opened.view) { Ok(opened) } else { Err(Problem::unprocessable(Key("checklist-not-yours"))) }
}

fn line<'o>(opened: &'o Opened, name: &str) -> Result<&'o LineView, Problem> {
    opened.view.lines().map(|(_, line)| line).find(|line| name_of(line) == name).ok_or(Problem::NotFound)
}

/// Another list of files for a line; the answer itself stays as it is.
async fn put(
    app: &AppState,
    act: &Act,
    opened: &Opened,
    line: &LineView,
    documents: Vec<DocumentId>,
) -> Result<(), Problem> {
    match (&line.kept, &line.answer) {
        (Some(kept), Some(answer)) => {
            let answer = ItemAnswer { documents, ..answer.clone() };
            app.store.change_record(act, opened.facility, kept.id, kept.version, &answer).await?;
        }
        _ => {
            let answer = ItemAnswer {
                key: line.key.clone(),
                first: None,
                target: None,
                second: None,
                saw: None,
                remark: String::new(),
                documents,
            };
            app.store.add_record(act, opened.facility, &answer).await?;
        }
    }
    Ok(())
}

fn back(app: &AppState, visit: &Visit, opened: &Opened, name: &str) -> Response {
    let at = opened.view.lines().position(|(_, line)| name_of(line) == name).map_or(0, |at| at + 1);
    visit.done(app, &format!("{}{}#line-{at}", opened.address(), opened.query()), Key("notice-saved"))
}

/// Keeps the files of the form beside the answer. The field `line` comes before the files.
pub(super) async fn attach(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, edition, kind)): Path<(String, String, String)>,
    Query(whose): Query<Whose>,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let opened = opened(&app, &visit, &edition, &kind, &whose).await?;
    let (mut name, mut files) = (String::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("line") => name = part.text().await.map_err(broken)?,
            Some("file") => {
                let (file, media_type) =
                    (clean_name(part.file_name().unwrap_or_default()), clean_type(part.content_type()));
                let content = part.bytes().await.map_err(broken)?;
                if file.is_empty() && content.is_empty() {
                    continue;
                }
                if content.is_empty() {
                    return Err(Problem::unprocessable(Key("evidence-empty-file")));
                }
                if content.len() > MAX_DOCUMENT_BYTES {
                    return Err(Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, Key("evidence-too-large")));
                }
                let name = if file.is_empty() { "file".to_owned() } else { file };
                files.push((NewDocument { assessment: None, question: None, name, media_type }, content.to_vec()));
            }
            _ => {}
        }
    }
    let line = line(&opened, &name)?;
    if files.is_empty() {
        return Err(Problem::unprocessable(Key("evidence-no-file")));
    }
    let act = visit.act(app.now());
    let mut documents = line.answer.as_ref().map(|answer| answer.documents.clone()).unwrap_or_default();
    for (file, content) in files {
        documents.push(app.store.add_document(&act, opened.facility, &file, content).await?.id);
    }
    put(&app, &act, &opened, line, documents).await?;
    Ok(back(&app, &visit, &opened, &name))
}

/// Takes a file away.
pub(super) async fn remove(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, edition, kind)): Path<(String, String, String)>,
    Query(whose): Query<Whose>,
    form: Form,
) -> Result<Response, Problem> {
    let opened = opened(&app, &visit, &edition, &kind, &whose).await?;
    let line = line(&opened, form.value("line"))?;
    let document: DocumentId = form.value("document").parse().map_err(|_| Problem::NotFound)?;
    let mut documents = line.answer.as_ref().map(|answer| answer.documents.clone()).unwrap_or_default();
    if !documents.contains(&document) {
        return Err(Problem::NotFound);
    }
    documents.retain(|id| *id != document);
    let act = visit.act(app.now());
    put(&app, &act, &opened, line, documents).await?;
    // Another line, or another register, may show the same file: only one that nobody names is removed for good.
    app.store.detach_document(&act, opened.facility, document).await?;
    Ok(back(&app, &visit, &opened, form.value("line")))
}
