//! One answer at a time. Whoever saves says which version they saw, so that nobody overwrites unknowingly.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, if_match, is_known};
use super::openapi::{AtAssessment, AtQuestion, NotThere, Refused, RefusedBody, RefusedVersion};
use crate::AppState;
use crate::answering::{Attempt, Saved, settle_own_handover, tell};
use crate::results::gather::questionnaire_of;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::answers_file::MAX_REASON_CHARS;
use hakutaku_model::assessment::{AnswerValue, Standing};
use hakutaku_store::AnswerRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An answer: either `level` or `not_applicable`, the other is `null`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer, examples(json!({
    "question": "it-backup-01", "level": 2, "not_applicable": null, "note": "", "standing": "confirmed", "version": 3,
    "answered_by": "佐藤 花子", "answered_at": "2026-11-21T01:00:00.000000Z",
})))]
pub(crate) struct AnswerJson {
    /// To which question.
    question: String,
    /// The level.
    #[schema(required = true, minimum = 0, maximum = 3)]
    level: Option<u8>,
    /// Why it does not apply here.
    #[schema(required = true)]
    not_applicable: Option<String>,
    /// A remark kept with the answer; may be empty.
    note: String,
    /// `confirmed`, or `unconfirmed` when it came over from the year before and does not count yet.
    #[schema(value_type = String)]
    standing: Standing,
    /// Rises with every change; the `ETag` holds it, too. Send it back when saving.
    version: i64,
    /// Name of who answered, as it was then.
    answered_by: String,
    /// When.
    #[schema(format = "date-time")]
    answered_at: String,
}

impl From<AnswerRow> for AnswerJson {
    fn from(row: AnswerRow) -> Self {
        let (level, not_applicable) = match row.value {
            AnswerValue::Level(level) => (Some(level.get()), None),
            AnswerValue::NotApplicable(reason) => (None, Some(reason)),
        };
        Self {
            question: row.question.to_string(),
            level,
            not_applicable,
            note: row.note,
            standing: row.standing,
            version: row.version,
            answered_by: row.answered_by,
            answered_at: row.answered_at.to_string(),
        }
    }
}

/// All answers of an assessment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answers)]
pub(crate) struct AnswersJson {
    /// The questionnaire.
    questionnaire: String,
    /// Its edition.
    edition: String,
    /// In the order of the questions; unanswered ones are absent.
    answers: Vec<AnswerJson>,
}

/// An answer to be saved: exactly one of `level` and `not_applicable`.
#[derive(ToSchema)]
#[schema(as = NewAnswer, examples(
    json!({"level": 2, "expected_version": 0}),
    json!({"not_applicable": "端末を院外へ持ち出さないため", "note": "2026年度に廃止", "expected_version": 3}),
))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
struct NewAnswerJson {
    /// The level.
    #[schema(minimum = 0, maximum = 3)]
    level: Option<u8>,
    /// Why it does not apply here.
    #[schema(min_length = 1, max_length = 2000)]
    not_applicable: Option<String>,
    /// A remark; if absent, the one that stands is kept.
    #[schema(max_length = 4000)]
    note: Option<String>,
    /// The version last seen (or send it as `If-Match`); 0 or absent: there is no answer yet.
    expected_version: Option<i64>,
}

/// All answers of an assessment
///
/// To score them elsewhere take `question` with `level` or `not_applicable` of those that are `confirmed`: that is the
/// answers file of `hakutaku assess`.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/answers",
    operation_id = "listAnswers", tag = "answers", params(AtAssessment),
    responses((status = 200, description = "The answers", body = AnswersJson), Refused, NotThere))]
pub(super) async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<AnswersJson>, Fault> {
    let (facility, id) = caller.assessment()?;
    let row = app.store.assessment(facility, id).await?;
    let mut answers = app.store.answers(facility, id).await?;
    let form = questionnaire_of(&app.catalogue, &row)?;
    answers.sort_by_key(|answer| {
        form.questions().position(|question| question.id == answer.question).unwrap_or(usize::MAX)
    });
    Ok(Json(AnswersJson {
        questionnaire: row.questionnaire.to_string(),
        edition: row.edition,
        answers: answers.into_iter().map(AnswerJson::from).collect(),
    }))
}

/// One answer
///
/// 404 while there is none. With `If-None-Match` the answer is 304 while nothing changed.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/answers/{question}",
    operation_id = "showAnswer", tag = "answers",
    params(AtQuestion, ("If-None-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    responses((status = 200, description = "The answer; `ETag` holds its version", body = AnswerJson),
        (status = 304, description = "Nothing changed"), Refused, NotThere))]
pub(super) async fn show(State(app): State<AppState>, caller: Caller, headers: HeaderMap) -> Result<Response, Fault> {
    let (facility, assessment, question) = caller.question()?;
    let row = app.store.answer(facility, assessment, &question).await?.ok_or(Problem::NotFound)?;
    let tag = [etag(row.version)];
    if is_known(&headers, row.version) {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, Json(AnswerJson::from(row))).into_response())
}

/// Answers a question
///
/// Saved when the answer is at `expected_version`; else 409 with the one that stands. Sending the same answer twice is
/// no conflict.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/assessments/{assessment}/answers/{question}",
    operation_id = "saveAnswer", tag = "answers",
    params(AtQuestion, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewAnswerJson,
    responses((status = 200, description = "It stands and is on the disk", body = AnswerJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn save(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let (facility, assessment, question) = caller.question()?;
    let level = fields.number("level", 0..=3);
    let reason = fields.text("not_applicable");
    let note = fields.text("note");
    let by_body = fields.number("expected_version", 0..=i64::MAX);
    let by_header = if_match(&headers)?;
    match (level, &reason) {
        (Some(_), Some(_)) => fields.wrong(
            "not_applicable",
            "level と not_applicable は、どちらか一方だけを送ってください。",
            "Send either level or not_applicable, not both.",
        ),
        (None, Some(reason)) if reason.trim().is_empty() => {
            fields.wrong("not_applicable", "「該当なし」には理由が必要です。", "\"Not applicable\" needs a reason.");
        }
        (None, Some(reason)) if reason.chars().count() > MAX_REASON_CHARS => fields.wrong(
            "not_applicable",
            format!("{MAX_REASON_CHARS}字までです。"),
            format!("May have {MAX_REASON_CHARS} characters at most."),
        ),
        (None, None) if !fields.has_wrong("level") && !fields.has_wrong("not_applicable") => {
            fields.wrong("level", "0から3までの整数を入れてください。", "Must be 0, 1, 2 or 3.");
        }
        _ => {}
    }
    fields.finish()?;
    let stands = app.store.answer(facility, assessment, &question).await?;
    let note = note.or_else(|| stands.map(|row| row.note)).unwrap_or_default();
    let version = by_header.or(by_body);
    let attempt = Attempt { level, not_applicable: reason, note, version, ..Attempt::default() };
    let saved = attempt.save(&app, &caller, facility, assessment, &question).await?;
    settle_own_handover(&app, &caller, (facility, assessment, &question), &saved).await?;
    match saved {
        Saved::Done(row) => {
            tell(&app, &caller, &attempt, (facility, assessment, &question), Some(&row), None).await?;
            Ok(([etag(row.version)], Json(AnswerJson::from(row))).into_response())
        }
        Saved::Conflict(row) => Err(Fault::conflict(by_header.is_some(), &row.map(AnswerJson::from))),
        Saved::Refused(refusal) => Err(Fault::refused(refusal.code, refusal.sentence)),
        Saved::Cleared => Err(Problem::internal("saving took the answer away").into()),
    }
}

/// Which answer is to be taken away.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Cleared {
    expected_version: Option<String>,
}

/// Takes an answer away
///
/// Needs the version last seen, as `If-Match` or `expected_version`. Nothing to take away is no error.
#[utoipa::path(delete, path = "/api/v1/facilities/{facility}/assessments/{assessment}/answers/{question}",
    operation_id = "clearAnswer", tag = "answers",
    params(AtQuestion, ("expected_version" = Option<i64>, Query, description = "The version last seen"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    responses((status = 204, description = "There is no answer any more"), Refused, NotThere, RefusedVersion,
        (status = 422, description = "No version was sent, or the assessment is closed",
            body = super::fault::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn clear(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Params(asked): Params<Cleared>,
) -> Result<Response, Fault> {
    let (facility, assessment, question) = caller.question()?;
    let by_header = if_match(&headers)?;
    let by_query = asked.expected_version.as_deref().map(str::parse::<i64>);
    let version = match (by_header, by_query) {
        (Some(version), _) | (None, Some(Ok(version))) => version,
        (None, _) => {
            return Err(Fault::field(
                "expected_version",
                "読んだときの version を入れてください。",
                "Send the version that was last seen.",
            ));
        }
    };
    let attempt = Attempt { clear: true, version: Some(version), ..Attempt::default() };
    match attempt.save(&app, &caller, facility, assessment, &question).await? {
        Saved::Cleared => {
            tell(&app, &caller, &attempt, (facility, assessment, &question), None, None).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Saved::Conflict(row) => Err(Fault::conflict(by_header.is_some(), &row.map(AnswerJson::from))),
        Saved::Refused(refusal) => Err(Fault::refused(refusal.code, refusal.sentence)),
        Saved::Done(_) => Err(Problem::internal("taking an answer away saved one").into()),
    }
}
