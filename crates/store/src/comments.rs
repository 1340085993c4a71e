//! Remarks on questions.

use crate::assessments::Assessments as _;
use crate::db::{Id, boxed, change, from_row, read};
use crate::journal::Log as _;
use crate::text::checked;
use crate::{Act, Result, Store};
use hakutaku_model::id::{AssessmentId, CommentId, FacilityId, QuestionId};
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;
use serde::Serialize;

/// A stored remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentRow {
    /// The id.
    pub id: CommentId,
    /// On which question.
    pub question: QuestionId,
    /// What was said.
    pub text: String,
    /// Name of who said it, as it was then.
    pub by: String,
    /// When.
    pub at: Ts,
}

from_row!(CommentRow, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        question: row.try_get::<String, _>("question")?.into(),
        text: row.try_get("text")?,
        by: row.try_get("said_by")?,
        at: Ts::from_micros(row.try_get("said_at")?),
    }
});

/// The longest remark, in characters.
const LONGEST: usize = 4000;

impl Store {
    /// Remarks on a question.
    ///
    /// # Errors
    /// `NotFound` when the assessment is not the facility's; `Invalid` for a blank or over-long text.
    #[boxed]
    pub async fn add_comment(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        question: &QuestionId,
        text: &str,
    ) -> Result<CommentRow> {
        let text = checked("the comment", text, 1, LONGEST)?;
        let id = CommentId(Id::new().0);
        change!(self, Some(Chain::Facility(facility)), "adding a comment", con => {
            con.must_find_assessment(facility, assessment).await?;
            let name = con.name_of(&act.actor).await?;
            let row: CommentRow = sqlx::query_as(
                "INSERT INTO comment (id, facility_id, assessment_id, question, text, actor, said_by, said_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(Id(assessment.0))
            .bind(question.as_str())
            .bind(text)
            .bind(&act.actor)
            .bind(&name)
            .bind(act.at.micros())
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("comment.add", format!("assessment:{assessment}/{question}")).after(&row);
            con.append(Chain::Facility(facility), deed).await?;
            row
        })
    }

    /// Remarks on one question, or on all of an assessment; oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn comments(
        &self,
        facility: FacilityId,
        assessment: AssessmentId,
        question: Option<&QuestionId>,
    ) -> Result<Vec<CommentRow>> {
        read!(self, "listing comments", con => {
            sqlx::query_as(
                "SELECT * FROM comment WHERE facility_id = $1 AND assessment_id = $2 \
                 AND ($3 IS NULL OR question = $3) ORDER BY said_at, id",
            )
            .bind(Id(facility.0))
            .bind(Id(assessment.0))
            .bind(question.map(QuestionId::as_str))
            .fetch_all(&mut *con)
            .await?
        })
    }
}
