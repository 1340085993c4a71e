//! One questionnaire, one facility, one fiscal year.

use crate::answers::{AnswerRow, Answering as _, ChangeKind};
use crate::db::{Id, boxed, change, from_row, on_both_connections, read, undecodable};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::assessment::Standing;
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId, QuestionnaireId};
use hakutaku_model::journal::Chain;
use hakutaku_model::time::{FiscalYear, Ts};
use serde::Serialize;
use std::collections::BTreeMap;

/// An assessment to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssessment {
    /// Which questionnaire.
    pub questionnaire: QuestionnaireId,
    /// Its edition.
    pub edition: String,
    /// Which year.
    pub year: FiscalYear,
    /// Name of the executive, for the form that each answers alone.
    pub respondent: Option<String>,
}

/// A stored assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssessmentRow {
    /// The id.
    pub id: AssessmentId,
    /// Whose.
    pub facility: FacilityId,
    /// Which questionnaire.
    pub questionnaire: QuestionnaireId,
    /// Its edition.
    pub edition: String,
    /// Which year.
    pub year: FiscalYear,
    /// Name of the executive, for the form that each answers alone.
    pub respondent: Option<String>,
    /// When it was opened.
    pub created_at: Ts,
    /// When it was closed; a closed one takes no answers.
    pub closed_at: Option<Ts>,
}

from_row!(AssessmentRow, row => {
    let respondent: String = row.try_get("respondent")?;
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        questionnaire: row.try_get::<String, _>("questionnaire")?.into(),
        edition: row.try_get("edition")?,
        year: FiscalYear(i16::try_from(row.try_get::<i64, _>("fiscal_year")?).map_err(undecodable)?),
        // Kept as an empty text: an absent value would not count as equal for the uniqueness rule.
        respondent: (!respondent.is_empty()).then_some(respondent),
        created_at: Ts::from_micros(row.try_get("created_at")?),
        closed_at: row.try_get::<Option<i64>, _>("closed_at")?.map(Ts::from_micros),
    }
});

fn object(id: AssessmentId) -> String {
    format!("assessment:{id}")
}

/// Why a closed assessment takes no answer.
pub(crate) fn closed() -> StoreError {
    StoreError::Invalid("this assessment is closed".to_owned())
}

on_both_connections! {
    /// The fence: whoever works on an assessment asks here first, with the facility.
    Assessments {
        /// The assessment, or `NotFound` when it is not this facility's.
        async fn must_find_assessment(con, facility: FacilityId, id: AssessmentId) -> AssessmentRow {
            sqlx::query_as("SELECT * FROM assessment WHERE facility_id = $1 AND id = $2")
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the assessment"))?
        }

        /// The assessment, as long as it takes answers.
        async fn must_be_open(con, facility: FacilityId, id: AssessmentId) -> AssessmentRow {
            let row = con.must_find_assessment(facility, id).await?;
            if row.closed_at.is_some() {
                return Err(closed());
            }
            row
        }
    }
}

impl Store {
    /// Opens an assessment.
    ///
    /// # Errors
    /// `AlreadyExists` when there is one of that questionnaire, year and respondent; `NotFound` for an unknown facility.
    #[boxed]
    pub async fn create_assessment(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: &NewAssessment,
    ) -> Result<AssessmentRow> {
        let id = AssessmentId(Id::new().0);
        change!(self, Some(Chain::Facility(facility)), "opening an assessment", con => {
            sqlx::query("SELECT 1 FROM facility WHERE id = $1")
                .bind(Id(facility.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the facility"))?;
            let row: AssessmentRow = sqlx::query_as(
                "INSERT INTO assessment (id, facility_id, questionnaire, edition, fiscal_year, respondent, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(assessment.questionnaire.as_str())
            .bind(&assessment.edition)
            .bind(i64::from(assessment.year.0))
            .bind(assessment.respondent.as_deref().unwrap_or_default().trim())
            .bind(act.at.micros())
            .fetch_one(&mut *con)
            .await
            .map_err(unique_or("the assessment of this year"))?;
            let deed = act.did("assessment.create", object(id)).after(&row).with("questionnaire", &row.questionnaire);
            con.append(Chain::Facility(facility), deed).await?;
            row
        })
    }

    /// One assessment of the facility.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn assessment(&self, facility: FacilityId, id: AssessmentId) -> Result<AssessmentRow> {
        read!(self, "reading an assessment", con => { con.must_find_assessment(facility, id).await? })
    }

    /// All of a facility, newest year first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn assessments(&self, facility: FacilityId) -> Result<Vec<AssessmentRow>> {
        read!(self, "listing assessments", con => {
            sqlx::query_as("SELECT * FROM assessment WHERE facility_id = $1 ORDER BY fiscal_year DESC, id")
                .bind(Id(facility.0))
                .fetch_all(&mut *con)
                .await?
        })
    }

    /// Those of one questionnaire and year: several for the executives' form, else at most one.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn assessments_in(
        &self,
        facility: FacilityId,
        questionnaire: &QuestionnaireId,
        year: FiscalYear,
    ) -> Result<Vec<AssessmentRow>> {
        read!(self, "listing the assessments of a year", con => {
            sqlx::query_as(
                "SELECT * FROM assessment WHERE facility_id = $1 AND questionnaire = $2 AND fiscal_year = $3 ORDER BY id",
            )
            .bind(Id(facility.0))
            .bind(questionnaire.as_str())
            .bind(i64::from(year.0))
            .fetch_all(&mut *con)
            .await?
        })
    }

    /// The newest of one questionnaire.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn latest_assessment(
        &self,
        facility: FacilityId,
        questionnaire: &QuestionnaireId,
    ) -> Result<Option<AssessmentRow>> {
        read!(self, "looking for the newest assessment", con => {
            sqlx::query_as(
                "SELECT * FROM assessment WHERE facility_id = $1 AND questionnaire = $2 \
                 ORDER BY fiscal_year DESC, id DESC LIMIT 1",
            )
            .bind(Id(facility.0))
            .bind(questionnaire.as_str())
            .fetch_optional(&mut *con)
            .await?
        })
    }

    /// The one before: same questionnaire and respondent, newest earlier year.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such assessment.
    #[boxed]
    pub async fn previous_assessment(&self, facility: FacilityId, id: AssessmentId) -> Result<Option<AssessmentRow>> {
        read!(self, "looking for the assessment of the year before", con => {
            let row = con.must_find_assessment(facility, id).await?;
            sqlx::query_as(
                "SELECT * FROM assessment WHERE facility_id = $1 AND questionnaire = $2 AND respondent = $3 \
                 AND fiscal_year < $4 ORDER BY fiscal_year DESC LIMIT 1",
            )
            .bind(Id(facility.0))
            .bind(row.questionnaire.as_str())
            .bind(row.respondent.unwrap_or_default())
            .bind(i64::from(row.year.0))
            .fetch_optional(&mut *con)
            .await?
        })
    }

    /// Closes an assessment; a closed one takes no answers.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when it is closed already.
    #[boxed]
    pub async fn close_assessment(&self, act: &Act, facility: FacilityId, id: AssessmentId) -> Result<AssessmentRow> {
        self.set_closed(act, facility, id, true).await
    }

    /// Opens a closed assessment again.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when it is open already.
    #[boxed]
    pub async fn reopen_assessment(&self, act: &Act, facility: FacilityId, id: AssessmentId) -> Result<AssessmentRow> {
        self.set_closed(act, facility, id, false).await
    }

    async fn set_closed(
        &self,
        act: &Act,
        facility: FacilityId,
        id: AssessmentId,
        closed: bool,
    ) -> Result<AssessmentRow> {
        change!(self, Some(Chain::Facility(facility)), "closing or reopening an assessment", con => {
            let before = con.must_find_assessment(facility, id).await?;
            if before.closed_at.is_some() == closed {
                let state = if closed { "closed" } else { "open" };
                return Err(StoreError::Invalid(format!("this assessment is {state} already")));
            }
            let after: AssessmentRow = sqlx::query_as(
                "UPDATE assessment SET closed_at = $1 WHERE facility_id = $2 AND id = $3 RETURNING *",
            )
            .bind(closed.then_some(act.at.micros()))
            .bind(Id(facility.0))
            .bind(Id(id.0))
            .fetch_one(&mut *con)
            .await?;
            let action = if closed { "assessment.close" } else { "assessment.reopen" };
            con.append(Chain::Facility(facility), act.did(action, object(id)).before(&before).after(&after)).await?;
            after
        })
    }

    /// Copies answers of `from` into `to` as unconfirmed, for the given questions (those the newer edition still
    /// has) that have no answer in `to` yet. Says how many were copied.
    ///
    /// # Errors
    /// `NotFound` when either is not the facility's; `Invalid` when `to` is closed.
    #[boxed]
    pub async fn carry_over(
        &self,
        act: &Act,
        facility: FacilityId,
        from: AssessmentId,
        to: AssessmentId,
        questions: &[QuestionId],
    ) -> Result<usize> {
        change!(self, Some(Chain::Facility(facility)), "bringing over the answers of the year before", con => {
            con.must_find_assessment(facility, from).await?;
            con.must_be_open(facility, to).await?;
            let by_question = |rows: Vec<AnswerRow>| -> BTreeMap<QuestionId, AnswerRow> {
                rows.into_iter().map(|row| (row.question.clone(), row)).collect()
            };
            let mut old = by_question(con.answers_of(facility, from).await?);
            let present = by_question(con.answers_of(facility, to).await?);
            let name = con.name_of(&act.actor).await?;
            let mut copied = 0_usize;
            for question in questions.iter().filter(|question| !present.contains_key(*question)) {
                let Some(row) = old.remove(question) else { continue };
                let copy = AnswerRow {
                    standing: Standing::Unconfirmed,
                    version: con.next_version(to, question).await?,
                    // Who said it and when stays: nobody has said it again yet.
                    ..row
                };
                con.put_answer(act, facility, to, &copy, ChangeKind::CarriedOver, &name).await?;
                copied += 1;
            }
            let deed = act.did("assessment.carry_over", object(to)).with("from", from).with("answers", copied);
            con.append(Chain::Facility(facility), deed).await?;
            copied
        })
    }
}
