//! A whole answers file: the one of `hakutaku assess`. All of it is saved, or nothing.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Params, json_text};
use super::openapi::{AtAssessment, NotThere, Refused, RefusedBody};
use crate::AppState;
use crate::results::gather::questionnaire_of;
use crate::shell::words::Key;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use hakutaku_model::answers_file::{self, AnswersFile};
use hakutaku_model::assessment::{AnswerValue, Answers, Standing, evaluate};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::id::QuestionId;
use hakutaku_model::text::Text;
use hakutaku_store::{AnswerRow, NewAnswer, StoreError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answers file of `hakutaku assess`.
#[derive(ToSchema)]
#[schema(as = AnswersFile, examples(json!({
    "questionnaire": "hospital-it", "edition": "2026.1", "answers": [
        {"question": "it-backup-01", "level": 2},
        {"question": "it-mobile-01", "not_applicable": "端末を院外へ持ち出さないため"},
    ],
})))]
#[expect(dead_code, reason = "describes the body; the model reads it and says the line of every problem")]
struct AnswersFileJson {
    /// The questionnaire of the assessment.
    questionnaire: String,
    /// Its current edition.
    edition: String,
    /// Questions left out keep their answers.
    answers: Vec<FileAnswerJson>,
}

/// One line of an answers file: exactly one of `level` and `not_applicable`.
#[derive(ToSchema)]
#[schema(as = AnswersFileLine)]
#[expect(dead_code, reason = "describes the body; the model reads it and says the line of every problem")]
struct FileAnswerJson {
    /// To which question.
    question: String,
    /// The level.
    #[schema(minimum = 0, maximum = 3)]
    level: Option<u8>,
    /// Why it does not apply here.
    #[schema(min_length = 1, max_length = 2000)]
    not_applicable: Option<String>,
}

/// What a file did, or would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportJson {
    /// Nothing was saved: this says what would become of each line.
    dry_run: bool,
    /// How many answers were saved; 0 in a dry run.
    saved: usize,
    /// How many lines have which verdict.
    counts: CountsJson,
    /// One for each line of the file, in the order of the questions.
    rows: Vec<RowJson>,
}

/// How many lines have which verdict.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ImportCounts)]
pub(crate) struct CountsJson {
    /// No answer stood there.
    new: usize,
    /// Another answer stood there.
    changed: usize,
    /// An answer of the year before, now confirmed.
    reaffirmed: usize,
    /// The same stood there already: left as it was.
    same: usize,
}

/// What became of one line, or would.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportRow)]
pub(crate) struct RowJson {
    /// The question.
    question: String,
    /// What became of it, or would.
    verdict: Verdict,
    /// What stood there before.
    #[schema(required = true)]
    before: Option<ValueJson>,
    /// What the file says.
    after: ValueJson,
    /// Saved, but an earlier answer rules the question out: it does not count.
    ignored: bool,
}

/// What became of a line, or would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// No answer stood there.
    New,
    /// Another answer stood there.
    Changed,
    /// The answer of the year before, now confirmed.
    Reaffirmed,
    /// The same stood there already.
    Same,
}

/// Either `level` or `not_applicable`, the other is `null`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnswerValue)]
pub(crate) struct ValueJson {
    /// The level.
    #[schema(required = true, minimum = 0, maximum = 3)]
    level: Option<u8>,
    /// Why it does not apply here.
    #[schema(required = true)]
    not_applicable: Option<String>,
}

impl From<&AnswerValue> for ValueJson {
    fn from(value: &AnswerValue) -> Self {
        match value {
            AnswerValue::Level(level) => Self { level: Some(level.get()), not_applicable: None },
            AnswerValue::NotApplicable(reason) => Self { level: None, not_applicable: Some(reason.clone()) },
        }
    }
}

/// How the file is to be taken.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    dry_run: Option<String>,
}

/// Saves an answers file
///
/// Takes the answers file of `hakutaku assess`. All of it is saved, whatever stood before, or nothing; a file with
/// problems is answered 422 with line and question of each. Notes that stand are kept.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/assessments/{assessment}/answers",
    operation_id = "importAnswers", tag = "answers",
    params(AtAssessment, ("dry_run" = Option<bool>, Query, description = "Saves nothing and says what would become of each line")),
    request_body = AnswersFileJson,
    responses((status = 200, description = "A verdict for each line", body = ImportJson),
        (status = 409, description = "Somebody answered while the file was being compared; nothing was saved",
            body = super::fault::ProblemJson, content_type = "application/problem+json"),
        Refused, NotThere, RefusedBody))]
pub(super) async fn post(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
    request: Request,
) -> Result<Json<ImportJson>, Fault> {
    take(&app, &caller, &asked, request).await
}

/// Saves an answers file
///
/// The same as POST: sent twice it changes nothing the second time.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/assessments/{assessment}/answers",
    operation_id = "putAnswers", tag = "answers",
    params(AtAssessment, ("dry_run" = Option<bool>, Query, description = "Saves nothing and says what would become of each line")),
    request_body = AnswersFileJson,
    responses((status = 200, description = "A verdict for each line", body = ImportJson),
        (status = 409, description = "Somebody answered while the file was being compared; nothing was saved",
            body = super::fault::ProblemJson, content_type = "application/problem+json"),
        Refused, NotThere, RefusedBody))]
pub(super) async fn put(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
    request: Request,
) -> Result<Json<ImportJson>, Fault> {
    take(&app, &caller, &asked, request).await
}

async fn take(app: &AppState, caller: &Caller, asked: &Asked, request: Request) -> Result<Json<ImportJson>, Fault> {
    let (facility, id) = caller.assessment()?;
    let only_try = match asked.dry_run.as_deref() {
        None | Some("false" | "0") => false,
        Some("true" | "1" | "") => true,
        Some(_) => return Err(Fault::field("dry_run", "true か false です。", "Must be true or false.")),
    };
    let row = app.store.assessment(facility, id).await?;
    if row.closed_at.is_some() {
        return Err(Fault::refused("closed", Key("answering-closed")));
    }
    let text = json_text(request, &()).await?;
    let file = answers_file::parse(&text, &app.catalogue).map_err(|problems| {
        let wrong = |p: answers_file::Problem| Wrong::at(p.line, p.column, p.question, p.message);
        Fault::wrong(problems.into_iter().map(wrong).collect())
    })?;
    let form = questionnaire_of(&app.catalogue, &row)?;
    if file.questionnaire.id != form.id {
        return Err(other_form(&file, form.id.as_str()));
    }
    let stands = app.store.answers(facility, id).await?;
    let rows = verdicts(form, &file, &stands);
    let mut counts = CountsJson::default();
    let mut answers = Vec::new();
    let mut seen = Vec::new();
    for row in &rows {
        let question = QuestionId::from(row.question.as_str());
        let now = stands.iter().find(|row| row.question == question);
        seen.push((question.clone(), now.map(|now| now.version)));
        match row.verdict {
            Verdict::New => counts.new += 1,
            Verdict::Changed => counts.changed += 1,
            Verdict::Reaffirmed => counts.reaffirmed += 1,
            Verdict::Same => {
                counts.same += 1;
                continue;
            }
        }
        let Some(answer) = file.answers.get(&question) else { continue };
        let note = now.map_or_else(String::new, |now| now.note.clone());
        answers.push(NewAnswer { question, value: answer.value.clone(), note });
    }
    let saved = if only_try || answers.is_empty() {
        0
    } else {
        let saved = app.store.save_all_as_seen(&caller.act(app.now()), facility, id, &answers, &seen).await;
        let saved = saved.map_err(|error| match error {
            StoreError::Conflict(_) => moved(),
            error => error.into(),
        })?;
        // So many at once: whoever looks at the assessment is told to load it again.
        app.live.publish(id, "lagged", &serde_json::json!({}));
        saved.len()
    };
    Ok(Json(ImportJson { dry_run: only_try, saved, counts, rows }))
}

/// What would become of each line, in the order of the questions.
fn verdicts(form: &Questionnaire, file: &AnswersFile<'_>, stands: &[AnswerRow]) -> Vec<RowJson> {
    let mut after: Answers = stands.iter().map(|row| (row.question.clone(), row.answer())).collect();
    after.extend(file.answers.clone());
    let evaluation = evaluate(form, &after);
    let ignored: Vec<&QuestionId> = evaluation.ignored_questions().collect();
    form.questions()
        .filter_map(|question| {
            let value = &file.answers.get(&question.id)?.value;
            let before = stands.iter().find(|row| row.question == question.id);
            let verdict = match before {
                None => Verdict::New,
                Some(row) if row.value != *value => Verdict::Changed,
                Some(row) if row.standing == Standing::Unconfirmed => Verdict::Reaffirmed,
                Some(_) => Verdict::Same,
            };
            Some(RowJson {
                question: question.id.to_string(),
                verdict,
                before: before.map(|row| ValueJson::from(&row.value)),
                after: ValueJson::from(value),
                ignored: ignored.contains(&&question.id),
            })
        })
        .collect()
}

/// Somebody answered while the file was compared: its verdicts would not be true.
fn moved() -> Fault {
    Fault::said(
        StatusCode::CONFLICT,
        "conflict",
        "ファイルと見くらべているあいだに、ほかの人が回答を変えました。何も保存していません。もう一度送ってください。",
        "Somebody changed an answer while the file was being compared. Nothing was saved; send it again.",
    )
}

fn other_form(file: &AnswersFile<'_>, ours: &str) -> Fault {
    let theirs = &file.questionnaire.id;
    let message = Text::new(
        format!("「{theirs}」の回答です。この評価は「{ours}」です。"),
        format!("These are answers to \"{theirs}\"; this assessment is of \"{ours}\"."),
    );
    Fault::wrong(vec![Wrong::field("questionnaire", message)])
}
