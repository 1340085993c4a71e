//! Evidence: files kept with an assessment.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Params, too_large, whole_body};
use super::openapi::{AtAssessment, FileBytes, NotThere, Refused, RefusedQuery};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::evidence::{clean_name, clean_type, disposition};
use crate::results::gather::questionnaire_of;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::Json;
use axum::extract::{FromRequest as _, Multipart, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::{DocumentId, QuestionId};
use hakutaku_store::{DocumentRow, MAX_DOCUMENT_BYTES, NewDocument};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use utoipa::ToSchema;

/// A kept file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Document, examples(json!({
    "id": "0193a1b2-0000-7000-8000-000000000003", "question": "it-backup-01", "name": "控え一覧.pdf",
    "media_type": "application/pdf", "size": 52114,
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "added_by": "佐藤 花子", "added_at": "2026-11-21T01:00:00.000000Z",
})))]
pub(crate) struct DocumentJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Which question it is evidence for, if any.
    #[schema(required = true)]
    question: Option<String>,
    /// The file's name.
    name: String,
    /// As it was sent.
    media_type: String,
    /// Its size in bytes.
    size: i64,
    /// SHA-256 of its content, in hexadecimal digits.
    sha256: String,
    /// Name of who uploaded it, as it was then.
    added_by: String,
    /// When.
    #[schema(format = "date-time")]
    added_at: String,
}

impl From<DocumentRow> for DocumentJson {
    fn from(row: DocumentRow) -> Self {
        Self {
            id: row.id.to_string(),
            question: row.question.map(|id| id.0),
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256.to_string(),
            added_by: row.by,
            added_at: row.at.to_string(),
        }
    }
}

/// An upload as a form.
#[derive(ToSchema)]
#[schema(as = Upload)]
#[expect(dead_code, reason = "describes the form; its parts are read one by one")]
struct UploadForm {
    /// Which question it is evidence for, if any.
    question: Option<String>,
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What is said about a raw upload in the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct About {
    name: Option<String>,
    question: Option<String>,
}

/// The evidence of an assessment
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/documents",
    operation_id = "listDocuments", tag = "documents", params(AtAssessment, Asked),
    responses((status = 200, description = "A piece of the list, newest first", body = Page<DocumentJson>),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<DocumentJson>>, Fault> {
    let (facility, id) = caller.assessment()?;
    let rows = app.store.documents(facility, Some(id)).await?;
    let page = piece(rows, &asked, |row| Reverse(row.id))?;
    Ok(Json(Page { items: page.items.into_iter().map(DocumentJson::from).collect(), next: page.next }))
}

/// Keeps a file
///
/// Either the file itself as the body, with its media type as `Content-Type` and `name` in the address, or a form with
/// a part `file` and, before it, a part `question`. At most 20 MiB.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/assessments/{assessment}/documents",
    operation_id = "addDocument", tag = "documents",
    params(AtAssessment, ("name" = Option<String>, Query, description = "The file's name, when the body is the file itself"),
        ("question" = Option<String>, Query, description = "Which question it is evidence for, if any")),
    request_body(content((UploadForm = "multipart/form-data"), (inline(FileBytes) = "application/octet-stream"))),
    responses((status = 201, description = "Kept; `Location` is set", body = DocumentJson),
        (status = 413, description = "More than 20 MiB", body = super::fault::ProblemJson,
            content_type = "application/problem+json"),
        (status = 422, description = "Something is missing or wrong", body = super::fault::ProblemJson,
            content_type = "application/problem+json"),
        Refused, NotThere))]
pub(super) async fn add(
    State(app): State<AppState>,
    caller: Caller,
    Params(about): Params<About>,
    request: Request,
) -> Result<Response, Fault> {
    let (facility, assessment) = caller.assessment()?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let upload = if kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        Upload::of_form(request, about).await?
    } else {
        Upload::of_body(kind.to_owned(), request, about).await?
    };
    if upload.content.is_empty() {
        return Err(Fault::field("file", "ファイルが空です。", "The file is empty."));
    }
    if upload.content.len() > MAX_DOCUMENT_BYTES {
        return Err(too_large());
    }
    let row = app.store.assessment(facility, assessment).await?;
    if row.closed_at.is_some() {
        return Err(Fault::refused("closed", Key("answering-closed")));
    }
    let form = questionnaire_of(&app.catalogue, &row)?;
    let question = upload.question.filter(|question| !question.is_empty());
    if let Some(question) = &question
        && form.question(question).is_none()
    {
        return Err(Fault::field(
            "question",
            format!("質問「{question}」はこの質問票にありません。"),
            format!("This questionnaire has no question \"{question}\"."),
        ));
    }
    let new = NewDocument {
        assessment: Some(assessment),
        question: question.map(QuestionId::from),
        name: upload.name,
        media_type: upload.media_type,
    };
    let row = app.store.add_document(&caller.act(app.now()), facility, &new, upload.content).await?;
    let location =
        super::location(&format!("/api/v1/facilities/{facility}/assessments/{assessment}/documents/{}", row.id));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(DocumentJson::from(row))).into_response())
}

struct Upload {
    name: String,
    media_type: String,
    question: Option<String>,
    content: Vec<u8>,
}

impl Upload {
    async fn of_body(kind: String, request: Request, about: About) -> Result<Self, Fault> {
        let content = whole_body(request, &()).await?.to_vec();
        Ok(Self {
            name: name_of(about.name.as_deref())?,
            media_type: clean_type(Some(&kind)),
            question: about.question,
            content,
        })
    }

    async fn of_form(request: Request, about: About) -> Result<Self, Fault> {
        let unreadable = |error: &dyn std::fmt::Display| {
            Fault::field(
                "file",
                format!("フォームとして読めません（{error}）。"),
                format!("Cannot be read as a form ({error})."),
            )
        };
        let mut parts = Multipart::from_request(request, &()).await.map_err(|error| unreadable(&error))?;
        let mut question = about.question;
        loop {
            let part = parts.next_field().await.map_err(|error| unreadable(&error))?;
            let Some(part) = part else {
                return Err(Fault::field(
                    "file",
                    "file という名前の部分がありません。",
                    "There is no part named \"file\".",
                ));
            };
            match part.name() {
                Some("question") => question = Some(part.text().await.map_err(|error| unreadable(&error))?),
                Some("file") => {
                    let name = name_of(part.file_name().or(about.name.as_deref()))?;
                    let kind = clean_type(part.content_type());
                    let content = part.bytes().await.map_err(|error| {
                        if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { unreadable(&error) }
                    })?;
                    return Ok(Self { name, media_type: kind, question, content: content.to_vec() });
                }
                _ => {}
            }
        }
    }
}

/// As the pages keep names; one is needed.
fn name_of(name: Option<&str>) -> Result<String, Fault> {
    let name = clean_name(name.unwrap_or_default());
    if name.is_empty() {
        return Err(Fault::field("name", "ファイルの名前を入れてください。", "Give the file's name."));
    }
    Ok(name)
}

/// Names of the address.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    document: String,
}

/// A kept file's content
///
/// The reading is entered in the facility's log.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/documents/{document}",
    operation_id = "fetchDocument", tag = "documents",
    params(AtAssessment, ("document" = String, Path, format = "uuid", description = "The file's id")),
    responses((status = 200, description = "The bytes as they were uploaded, with their media type", body = inline(FileBytes),
        content_type = "application/octet-stream"), Refused, NotThere))]
pub(super) async fn fetch(
    State(app): State<AppState>,
    caller: Caller,
    Path(named): Path<Named>,
) -> Result<Response, Fault> {
    let (facility, assessment) = caller.assessment()?;
    let id: DocumentId = named.document.parse().map_err(|_| Problem::NotFound)?;
    let row = app.store.document(facility, id).await?;
    if row.assessment != Some(assessment) {
        return Err(Problem::NotFound.into());
    }
    let content = app.store.read_document(&caller.act(app.now()), facility, id).await?;
    let text = |value: String| HeaderValue::from_str(&value).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, text(row.media_type)),
        (header::CONTENT_DISPOSITION, text(disposition(&row.name))),
        (header::ETAG, text(format!("\"{}\"", row.sha256))),
    ];
    Ok((headers, content).into_response())
}
