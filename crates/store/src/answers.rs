//! Answers: saving as one goes, and who changed what.

use crate::assessments::{Assessments as _, closed};
use crate::db::{Id, boxed, change, from_row, from_word, on_both_connections, read, undecodable, word};
use crate::journal::Log as _;
use crate::text::checked;
use crate::writer::{Message, Save};
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::assessment::{Answer, AnswerValue, Answers, Standing};
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use hakutaku_model::journal::{Chain, Head};
use hakutaku_model::score::Level;
use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tokio::sync::oneshot;

/// A stored answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerRow {
    /// To which question.
    pub question: QuestionId,
    /// What was answered.
    pub value: AnswerValue,
    /// Whether it counts yet.
    pub standing: Standing,
    /// A remark kept with the answer; may be empty.
    pub note: String,
    /// Rises with every change; hand it back when saving.
    pub version: i64,
    /// Name of who answered, as it was then.
    pub answered_by: String,
    /// When.
    pub answered_at: Ts,
}

impl AnswerRow {
    /// As the rules of the model take it.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer { value: self.value.clone(), standing: self.standing }
    }
}

/// An answer to be saved in bulk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnswer {
    /// To which question.
    pub question: QuestionId,
    /// What is answered.
    pub value: AnswerValue,
    /// A remark; may be empty.
    pub note: String,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SaveOutcome {
    /// It stands and is on the disk.
    Saved(AnswerRow),
    /// Somebody else answered meanwhile: this is what stands. `None` when they took the answer away.
    Conflict(Option<AnswerRow>),
}

/// What kind of change an answer went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Answered or re-affirmed.
    Saved,
    /// Taken away.
    Cleared,
    /// Brought over from the year before.
    CarriedOver,
    /// Read from a file.
    Imported,
}

/// One change of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerChange {
    /// The answer's version by this change.
    pub version: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// The answer since then; `None` when it was taken away.
    pub value: Option<AnswerValue>,
    /// The remark since then.
    pub note: String,
    /// Name of who did it, as it was then.
    pub by: String,
    /// When.
    pub at: Ts,
}

/// The longest reason or note, in characters.
const LONGEST: usize = 4000;

fn value_from(level: Option<i64>, reason: Option<String>) -> Result<Option<AnswerValue>, sqlx::Error> {
    match (level, reason) {
        (Some(level), None) => {
            let level = u8::try_from(level).ok().and_then(Level::new).ok_or_else(|| undecodable(level))?;
            Ok(Some(AnswerValue::Level(level)))
        }
        (None, Some(reason)) => Ok(Some(AnswerValue::NotApplicable(reason))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(undecodable("an answer with both a level and a reason")),
    }
}

fn parts(value: &AnswerValue) -> (Option<i64>, Option<&str>) {
    match value {
        AnswerValue::Level(level) => (Some(i64::from(level.get())), None),
        AnswerValue::NotApplicable(reason) => (None, Some(reason)),
    }
}

from_row!(AnswerRow, row => {
    Self {
        question: row.try_get::<String, _>("question")?.into(),
        value: value_from(row.try_get("level")?, row.try_get("reason")?)?.ok_or_else(|| undecodable("an empty answer"))?,
        standing: from_word(row.try_get("standing")?)?,
        note: row.try_get("note")?,
        version: row.try_get("version")?,
        answered_by: row.try_get("answered_by")?,
        answered_at: Ts::from_micros(row.try_get("answered_at")?),
    }
});

from_row!(AnswerChange, row => {
    Self {
        version: row.try_get("version")?,
        kind: from_word(row.try_get("kind")?)?,
        value: value_from(row.try_get("level")?, row.try_get("reason")?)?,
        note: row.try_get("note")?,
        by: row.try_get("changed_by")?,
        at: Ts::from_micros(row.try_get("changed_at")?),
    }
});

/// What a save finds.
pub(crate) struct Situation {
    is_closed: bool,
    answer: Option<AnswerRow>,
    /// 0 when the question was never answered.
    last_version: i64,
}

from_row!(Situation, row => {
    let is_answered = row.try_get::<Option<String>, _>("question")?.is_some();
    Self {
        is_closed: row.try_get::<Option<i64>, _>("closed_at")?.is_some(),
        answer: if is_answered { Some(AnswerRow::from_row(row)?) } else { None },
        last_version: row.try_get::<Option<i64>, _>("last_version")?.unwrap_or(0),
    }
});

/// What saves of one transaction need not ask again: it holds the chains, so that nobody else moves their ends.
#[derive(Debug, Default)]
pub(crate) struct Known {
    names: HashMap<String, String>,
    heads: HashMap<Chain, Head>,
}

struct Version(i64);

from_row!(Version, row => { Self(row.try_get::<Option<i64>, _>("version")?.unwrap_or(0)) });

fn object(assessment: AssessmentId, question: &QuestionId) -> String {
    format!("assessment:{assessment}/{question}")
}

fn check(value: &AnswerValue, note: &str) -> Result<()> {
    if let AnswerValue::NotApplicable(reason) = value {
        checked("the reason for \"not applicable\"", reason, 1, LONGEST)?;
    }
    checked("the note", note, 0, LONGEST)?;
    Ok(())
}

/// Whether an answer that was looked at is another one by now.
fn has_moved(seen: &[(QuestionId, Option<i64>)], stands: &[AnswerRow]) -> bool {
    let versions: HashMap<&QuestionId, i64> = stands.iter().map(|row| (&row.question, row.version)).collect();
    seen.iter().any(|(question, version)| versions.get(question).copied() != *version)
}

on_both_connections! {
    /// Reading and writing answers within a transaction.
    Answering {
        async fn answers_of(con, facility: FacilityId, assessment: AssessmentId) -> Vec<AnswerRow> {
            sqlx::query_as("SELECT * FROM answer WHERE facility_id = $1 AND assessment_id = $2 ORDER BY question")
                .bind(Id(facility.0))
                .bind(Id(assessment.0))
                .fetch_all(&mut *con)
                .await?
        }

        async fn answer_to(con, facility: FacilityId, assessment: AssessmentId, question: &QuestionId) -> Option<AnswerRow> {
            sqlx::query_as("SELECT * FROM answer WHERE facility_id = $1 AND assessment_id = $2 AND question = $3")
                .bind(Id(facility.0))
                .bind(Id(assessment.0))
                .bind(question.as_str())
                .fetch_optional(&mut *con)
                .await?
        }

        /// Versions go on rising after an answer was taken away, so that an old one is never mistaken for a new one.
        async fn next_version(con, assessment: AssessmentId, question: &QuestionId) -> i64 {
            let last: Version = sqlx::query_as(
                "SELECT MAX(version) AS version FROM answer_history WHERE assessment_id = $1 AND question = $2",
            )
            .bind(Id(assessment.0))
            .bind(question.as_str())
            .fetch_one(&mut *con)
            .await?;
            last.0 + 1
        }

        /// Writes the answer and its history; the caller has checked the assessment and its fence.
        async fn put_answer(
            con,
            act: &Act,
            facility: FacilityId,
            assessment: AssessmentId,
            row: &AnswerRow,
            kind: ChangeKind,
            name: &str,
        ) -> () {
            let (level, reason) = parts(&row.value);
            sqlx::query(
                "INSERT INTO answer (facility_id, assessment_id, question, level, reason, standing, note, version, \
                 answered_by, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                 ON CONFLICT (assessment_id, question) DO UPDATE SET level = excluded.level, reason = excluded.reason, \
                 standing = excluded.standing, note = excluded.note, version = excluded.version, \
                 answered_by = excluded.answered_by, answered_at = excluded.answered_at",
            )
            .bind(Id(facility.0))
            .bind(Id(assessment.0))
            .bind(row.question.as_str())
            .bind(level)
            .bind(reason)
            .bind(word(row.standing))
            .bind(&row.note)
            .bind(row.version)
            .bind(&row.answered_by)
            .bind(row.answered_at.micros())
            .execute(&mut *con)
            .await?;
            con.put_history(act, facility, assessment, row, kind, name, level, reason).await?;
        }

        #[expect(clippy::too_many_arguments, reason = "an answer has that many parts")]
        async fn put_history(
            con,
            act: &Act,
            facility: FacilityId,
            assessment: AssessmentId,
            row: &AnswerRow,
            kind: ChangeKind,
            name: &str,
            level: Option<i64>,
            reason: Option<&str>,
        ) -> () {
            sqlx::query(
                "INSERT INTO answer_history (facility_id, assessment_id, question, version, kind, level, reason, note, \
                 actor, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(Id(facility.0))
            .bind(Id(assessment.0))
            .bind(row.question.as_str())
            .bind(row.version)
            .bind(word(kind))
            .bind(level)
            .bind(reason)
            .bind(&row.note)
            .bind(&act.actor)
            .bind(name)
            .bind(act.at.micros())
            .execute(&mut *con)
            .await?;
        }

        /// What a save must know, in one question to the database.
        async fn situation(con, facility: FacilityId, assessment: AssessmentId, question: &QuestionId) -> Situation {
            sqlx::query_as(
                "SELECT s.closed_at, a.question, a.level, a.reason, a.standing, a.note, a.version, a.answered_by, \
                 a.answered_at, (SELECT MAX(h.version) FROM answer_history h \
                 WHERE h.assessment_id = $2 AND h.question = $3) AS last_version \
                 FROM assessment s LEFT JOIN answer a \
                 ON a.facility_id = s.facility_id AND a.assessment_id = s.id AND a.question = $3 \
                 WHERE s.facility_id = $1 AND s.id = $2",
            )
            .bind(Id(facility.0))
            .bind(Id(assessment.0))
            .bind(question.as_str())
            .fetch_optional(&mut *con)
            .await?
            .ok_or(StoreError::NotFound("the assessment"))?
        }

        /// One save with all its checks; the transaction holds the facility's chain.
        async fn save_one(con, save: &Save, known: &mut Known) -> SaveOutcome {
            let Save { act, facility, assessment, question, .. } = save;
            let now = con.situation(*facility, *assessment, question).await?;
            if now.is_closed {
                return Err(closed());
            }
            if now.answer.as_ref().map_or(0, |row| row.version) != save.expected_version {
                return Ok(SaveOutcome::Conflict(now.answer));
            }
            let name = match known.names.get(&act.actor) {
                Some(name) => name.clone(),
                None => con.name_of(&act.actor).await?,
            };
            let row = AnswerRow {
                question: question.clone(),
                value: save.value.clone(),
                standing: Standing::Confirmed,
                note: save.note.clone(),
                version: now.last_version + 1,
                answered_by: name.clone(),
                answered_at: act.at,
            };
            con.put_answer(act, *facility, *assessment, &row, ChangeKind::Saved, &name).await?;
            let mut deed = act.did("answer.save", object(*assessment, question)).after(&row).with("version", row.version);
            if let Some(before) = &now.answer {
                deed = deed.before(before);
            }
            let chain = Chain::Facility(*facility);
            let head = match known.heads.get(&chain) {
                Some(head) => *head,
                None => con.head_of(chain).await?,
            };
            let entry = con.append_after(head, chain, deed).await?;
            known.heads.insert(chain, entry.head());
            known.names.insert(act.actor.clone(), name);
            SaveOutcome::Saved(row)
        }
    }
}

impl Store {
    /// All answers of an assessment.
    ///
    /// # Errors
    /// `NotFound` when the assessment is not the facility's.
    #[boxed]
    pub async fn answers(&self, facility: FacilityId, assessment: AssessmentId) -> Result<Vec<AnswerRow>> {
        read!(self, "reading the answers", con => {
            con.must_find_assessment(facility, assessment).await?;
            con.answers_of(facility, assessment).await?
        })
    }

    /// All answers of an assessment as the rules of the model take them.
    ///
    /// # Errors
    /// `NotFound` when the assessment is not the facility's.
    #[boxed]
    pub async fn model_answers(&self, facility: FacilityId, assessment: AssessmentId) -> Result<Answers> {
        let rows = self.answers(facility, assessment).await?;
        Ok(rows.into_iter().map(|row| (row.question.clone(), row.answer())).collect())
    }

    /// One answer.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn answer(
        &self,
        facility: FacilityId,
        assessment: AssessmentId,
        question: &QuestionId,
    ) -> Result<Option<AnswerRow>> {
        read!(self, "reading an answer", con => { con.answer_to(facility, assessment, question).await? })
    }

    /// Saves one answer, confirmed. `expected_version` is the version last seen, `None` or 0 for "no answer yet".
    ///
    /// Saves waiting at the same time are committed together; each is acknowledged after the commit only.
    ///
    /// # Errors
    /// `NotFound` when the assessment is not the facility's; `Invalid` when it is closed, a reason is missing or a text
    /// is too long. A conflict with somebody else's answer is an outcome, not an error.
    #[expect(clippy::too_many_arguments, reason = "an answer has that many parts")]
    #[boxed]
    pub async fn save_answer(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        question: &QuestionId,
        value: AnswerValue,
        note: &str,
        expected_version: Option<i64>,
    ) -> Result<SaveOutcome> {
        check(&value, note)?;
        let save = Save {
            act: act.clone(),
            facility,
            assessment,
            question: question.clone(),
            value,
            note: note.to_owned(),
            expected_version: expected_version.unwrap_or(0),
        };
        let (reply, outcome) = oneshot::channel();
        let stopped = || StoreError::Invalid("the store is being closed".to_owned());
        self.saves().send(Message::Save(Box::new(save), reply)).await.map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?.map_err(|error| error.during("saving an answer"))
    }

    /// Saves many answers, confirmed and whatever stood before; all or none.
    ///
    /// # Errors
    /// As for saving one.
    #[boxed]
    pub async fn save_all(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        answers: &[NewAnswer],
    ) -> Result<Vec<AnswerRow>> {
        self.save_all_as_seen(act, facility, assessment, answers, &[]).await
    }

    /// Saves many answers that somebody decided upon by looking at what stood; all or none. `seen` names the version of
    /// every answer that was looked at (`None`: no answer yet), also of those that stay as they are. They are checked in
    /// the transaction that saves, so that nothing changes between the check and the saving.
    ///
    /// # Errors
    /// `Conflict` when one of `seen` is at another version by now; else as for saving one.
    #[boxed]
    pub async fn save_all_as_seen(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        answers: &[NewAnswer],
        seen: &[(QuestionId, Option<i64>)],
    ) -> Result<Vec<AnswerRow>> {
        for answer in answers {
            check(&answer.value, &answer.note)?;
        }
        change!(self, Some(Chain::Facility(facility)), "saving answers", con => {
            con.must_be_open(facility, assessment).await?;
            if !seen.is_empty() && has_moved(seen, &con.answers_of(facility, assessment).await?) {
                return Err(StoreError::Conflict("one of the answers"));
            }
            let name = con.name_of(&act.actor).await?;
            let mut rows = Vec::with_capacity(answers.len());
            for answer in answers {
                let row = AnswerRow {
                    question: answer.question.clone(),
                    value: answer.value.clone(),
                    standing: Standing::Confirmed,
                    note: answer.note.clone(),
                    version: con.next_version(assessment, &answer.question).await?,
                    answered_by: name.clone(),
                    answered_at: act.at,
                };
                con.put_answer(act, facility, assessment, &row, ChangeKind::Imported, &name).await?;
                rows.push(row);
            }
            let deed = act.did("answer.import", format!("assessment:{assessment}")).after(&rows);
            con.append(Chain::Facility(facility), deed.with("answers", rows.len())).await?;
            rows
        })
    }

    /// Takes an answer away.
    ///
    /// # Errors
    /// `NotFound` when there is none; `Conflict` when it is not at `expected_version`; `Invalid` when the assessment is
    /// closed.
    #[boxed]
    pub async fn clear_answer(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        question: &QuestionId,
        expected_version: i64,
    ) -> Result<()> {
        change!(self, Some(Chain::Facility(facility)), "taking an answer away", con => {
            con.must_be_open(facility, assessment).await?;
            let before =
                con.answer_to(facility, assessment, question).await?.ok_or(StoreError::NotFound("the answer"))?;
            if before.version != expected_version {
                return Err(StoreError::Conflict("the answer"));
            }
            sqlx::query("DELETE FROM answer WHERE facility_id = $1 AND assessment_id = $2 AND question = $3")
                .bind(Id(facility.0))
                .bind(Id(assessment.0))
                .bind(question.as_str())
                .execute(&mut *con)
                .await?;
            let name = con.name_of(&act.actor).await?;
            let gone = AnswerRow { version: before.version + 1, note: String::new(), ..before.clone() };
            con.put_history(act, facility, assessment, &gone, ChangeKind::Cleared, &name, None, None).await?;
            con.append(Chain::Facility(facility), act.did("answer.clear", object(assessment, question)).before(&before))
                .await?;
        })
    }

    /// Every change of an answer, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn answer_history(
        &self,
        facility: FacilityId,
        assessment: AssessmentId,
        question: &QuestionId,
    ) -> Result<Vec<AnswerChange>> {
        read!(self, "reading the history of an answer", con => {
            sqlx::query_as(
                "SELECT * FROM answer_history WHERE facility_id = $1 AND assessment_id = $2 AND question = $3 \
                 ORDER BY version",
            )
            .bind(Id(facility.0))
            .bind(Id(assessment.0))
            .bind(question.as_str())
            .fetch_all(&mut *con)
            .await?
        })
    }
}
