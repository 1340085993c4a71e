//! An answer as it was sent, by a form or by the page's script, before anybody knows whether it can stand.

use crate::AppState;
use crate::answering::progress::Progress;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::answers_file::MAX_REASON_CHARS;
use hakutaku_model::assessment::{AnswerValue, Standing, evaluate};
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use hakutaku_model::score::Level;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_store::{AnswerRow, SaveOutcome, StoreError};
use serde::{Deserialize, Serialize};

/// The longest remark kept with an answer, in characters.
const MAX_NOTE_CHARS: usize = 4_000;

/// What somebody wants to save.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Attempt {
    /// 0–3.
    pub(crate) level: Option<u8>,
    /// The reason, when it does not apply.
    pub(crate) not_applicable: Option<String>,
    /// A remark; may be empty.
    pub(crate) note: String,
    /// The version last seen; absent or 0 for "no answer yet".
    pub(crate) version: Option<i64>,
    /// Takes the answer away instead.
    pub(crate) clear: bool,
    /// Which browser window it is, so that it does not hear its own echo.
    pub(crate) client: String,
}

/// What became of an attempt.
pub(crate) enum Saved {
    /// It stands.
    Done(AnswerRow),
    /// The answer was taken away.
    Cleared,
    /// Somebody else was faster; this is what stands.
    Conflict(Option<AnswerRow>),
    /// It cannot stand; the sentence says why.
    Refused(Refusal),
}

/// Why an attempt cannot stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// For scripts: `closed`, `taken-back` or `invalid`.
    pub(crate) code: &'static str,
    /// For people.
    pub(crate) sentence: Key,
}

impl Refusal {
    const fn invalid(sentence: Key) -> Self {
        Self { code: "invalid", sentence }
    }

    /// The assessment takes no answers any more.
    pub(crate) const CLOSED: Self = Self { code: "closed", sentence: Key("answering-closed") };
    /// The question was handed over and is no longer this person's.
    pub(crate) const TAKEN_BACK: Self = Self { code: "taken-back", sentence: Key("handed-taken-back") };
}

impl Attempt {
    /// Reads the form of a question: `level` is 0–3 or `na`.
    pub(crate) fn of_form(form: &Form) -> Self {
        let level = form.value("level");
        Self {
            level: level.parse().ok(),
            not_applicable: (level == "na").then(|| form.value("reason").to_owned()),
            note: form.value("note").to_owned(),
            version: form.value("version").parse().ok(),
            clear: form.value("do") == "clear",
            client: String::new(),
        }
    }

    /// The answer it stands for.
    fn value(&self) -> Result<AnswerValue, Refusal> {
        if self.note.chars().count() > MAX_NOTE_CHARS {
            return Err(Refusal::invalid(Key("answering-note-too-long")));
        }
        match (self.level, self.not_applicable.as_deref().map(str::trim)) {
            (Some(level), None) => {
                Level::new(level).map(AnswerValue::Level).ok_or(Refusal::invalid(Key("answering-choose")))
            }
            (None, Some("")) => Err(Refusal::invalid(Key("answering-reason-missing"))),
            (None, Some(reason)) if reason.chars().count() > MAX_REASON_CHARS => {
                Err(Refusal::invalid(Key("answering-reason-too-long")))
            }
            (None, Some(reason)) => Ok(AnswerValue::NotApplicable(reason.to_owned())),
            _ => Err(Refusal::invalid(Key("answering-choose"))),
        }
    }

    /// Saves it, as whoever makes this visit.
    pub(crate) async fn save(
        &self,
        app: &AppState,
        visit: &Visit,
        facility: FacilityId,
        assessment: AssessmentId,
        question: &QuestionId,
    ) -> Result<Saved, Problem> {
        if app.store.assessment(facility, assessment).await?.closed_at.is_some() {
            return Ok(Saved::Refused(Refusal::CLOSED));
        }
        let act = visit.act(app.now());
        if self.clear {
            let version = self.version.unwrap_or(0);
            return match app.store.clear_answer(&act, facility, assessment, question, version).await {
                Ok(()) => Ok(Saved::Cleared),
                // Somebody took it away already: that is what was wanted.
                Err(StoreError::NotFound(_)) => Ok(Saved::Cleared),
                Err(StoreError::Conflict(_)) => {
                    Ok(Saved::Conflict(app.store.answer(facility, assessment, question).await?))
                }
                Err(error) => Err(error.into()),
            };
        }
        let value = match self.value() {
            Ok(value) => value,
            Err(refusal) => return Ok(Saved::Refused(refusal)),
        };
        let note = self.note.trim();
        let outcome =
            app.store.save_answer(&act, facility, assessment, question, value.clone(), note, self.version).await?;
        Ok(match outcome {
            SaveOutcome::Saved(row) => Saved::Done(row),
            // The same answer sent twice, because the first acknowledgement was lost on the way.
            SaveOutcome::Conflict(Some(row))
                if row.value == value && row.note == note && row.standing == Standing::Confirmed =>
            {
                Saved::Done(row)
            }
            SaveOutcome::Conflict(row) => Saved::Conflict(row),
        })
    }
}

/// An answer as the page's script reads it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AnswerJson {
    question: QuestionId,
    level: Option<u8>,
    reason: Option<String>,
    note: String,
    version: i64,
    /// `confirmed` or `unconfirmed`.
    standing: &'static str,
    by: String,
    /// As people say it: `10:42`, or with the date when that was not today.
    at: String,
}

impl AnswerJson {
    /// In one language, seen at `now`.
    pub(crate) fn of(row: &AnswerRow, now: Ts, lang: Lang) -> Self {
        let (level, reason) = match &row.value {
            AnswerValue::Level(level) => (Some(level.get()), None),
            AnswerValue::NotApplicable(reason) => (None, Some(reason.clone())),
        };
        Self {
            question: row.question.clone(),
            level,
            reason,
            note: row.note.clone(),
            version: row.version,
            standing: standing_key(row.standing),
            by: row.answered_by.clone(),
            at: when(row.answered_at, now, lang),
        }
    }
}

/// For style sheets and scripts.
pub(crate) fn standing_key(standing: Standing) -> &'static str {
    match standing {
        Standing::Confirmed => "confirmed",
        Standing::Unconfirmed => "unconfirmed",
    }
}

/// `10:42` for today, `2026年11月20日 10:42` for another day.
pub(crate) fn when(at: Ts, now: Ts, lang: Lang) -> String {
    let words = at.minute_in_japan(lang);
    if at.date_in_japan() == now.date_in_japan() {
        words.rsplit(' ').next().map(str::to_owned).unwrap_or(words)
    } else {
        words
    }
}

/// What a save is answered with, and what others who look at the assessment hear.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Reply {
    /// `saved`, `cleared`, `conflict` or `refused`.
    outcome: &'static str,
    question: QuestionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
    /// When, as people say it.
    at: String,
    client: String,
}

/// After a change: counts again, tells everyone who looks, and makes the answer for the script that saved.
pub(crate) async fn reply(
    app: &AppState,
    visit: &Visit,
    attempt: &Attempt,
    (facility, assessment, question): (FacilityId, AssessmentId, &QuestionId),
    only: Option<&[QuestionId]>,
    saved: Saved,
) -> Result<Response, Problem> {
    let (now, t) = (app.now(), visit.t());
    let empty = Reply {
        outcome: "saved",
        question: question.clone(),
        answer: None,
        progress: None,
        code: None,
        sentence: None,
        at: when(now, now, t.lang),
        client: attempt.client.clone(),
    };
    let (status, reply) = match saved {
        Saved::Refused(refusal) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Reply { outcome: "refused", code: Some(refusal.code), sentence: Some(said(t, refusal)), ..empty },
        ),
        Saved::Conflict(row) => {
            let answer = row.as_ref().map(|row| AnswerJson::of(row, now, t.lang));
            (StatusCode::CONFLICT, Reply { outcome: "conflict", answer, ..empty })
        }
        Saved::Done(row) => {
            let progress = tell(app, visit, attempt, (facility, assessment, question), Some(&row), only).await?;
            let answer = Some(AnswerJson::of(&row, now, t.lang));
            (StatusCode::OK, Reply { answer, progress: Some(progress), ..empty })
        }
        Saved::Cleared => {
            let progress = tell(app, visit, attempt, (facility, assessment, question), None, only).await?;
            (StatusCode::OK, Reply { outcome: "cleared", progress: Some(progress), ..empty })
        }
    };
    Ok((status, Json(reply)).into_response())
}

/// Tells everyone who looks at the assessment, and counts for the one who saved.
pub(crate) async fn tell(
    app: &AppState,
    visit: &Visit,
    attempt: &Attempt,
    (facility, assessment, question): (FacilityId, AssessmentId, &QuestionId),
    row: Option<&AnswerRow>,
    only: Option<&[QuestionId]>,
) -> Result<Progress, Problem> {
    let stored = app.store.assessment(facility, assessment).await?;
    let questionnaire = app.catalogue.questionnaire(stored.questionnaire.as_str()).ok_or(Problem::NotFound)?;
    let answers = app.store.model_answers(facility, assessment).await?;
    let evaluation = evaluate(questionnaire, &answers);
    let count = |only| Progress::of(questionnaire, &evaluation, &answers, only);
    if app.live.is_heard(assessment) {
        let heard = Reply {
            outcome: if row.is_some() { "saved" } else { "cleared" },
            question: question.clone(),
            answer: row.map(|row| AnswerJson::of(row, app.now(), visit.lang)),
            progress: Some(count(None)),
            code: None,
            sentence: None,
            at: when(app.now(), app.now(), visit.lang),
            client: attempt.client.clone(),
        };
        app.live.publish(assessment, "answer", &heard);
    }
    Ok(count(only))
}

fn said(t: Words, refusal: Refusal) -> String {
    t.k(refusal.sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(level: Option<u8>, reason: Option<&str>) -> Attempt {
        Attempt { level, not_applicable: reason.map(str::to_owned), ..Attempt::default() }
    }

    #[test]
    fn not_applicable_needs_a_reason_that_is_not_blank() {
        assert_eq!(attempt(None, Some(" 　\n")).value(), Err(Refusal::invalid(Key("answering-reason-missing"))));
        assert_eq!(
            attempt(None, Some(" 端末を持ち出さない ")).value(),
            Ok(AnswerValue::NotApplicable("端末を持ち出さない".to_owned()))
        );
    }

    #[test]
    fn a_level_is_zero_to_three_and_never_both_level_and_reason() {
        assert!(attempt(Some(3), None).value().is_ok());
        assert!(attempt(Some(4), None).value().is_err());
        assert!(attempt(None, None).value().is_err());
        assert!(attempt(Some(1), Some("なし")).value().is_err());
    }

    #[test]
    fn a_time_of_today_is_only_the_clock() {
        let at = |text: &str| Ts::try_from(text.to_owned()).expect("valid");
        let now = at("2026-11-21T05:00:00Z");
        assert_eq!(when(at("2026-11-21T01:42:00Z"), now, Lang::Ja), "10:42");
        assert_eq!(when(at("2026-11-20T01:42:00Z"), now, Lang::En), "20 November 2026, 10:42");
    }
}
