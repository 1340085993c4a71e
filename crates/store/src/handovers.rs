//! Questions handed to a colleague or a vendor.

use crate::assessments::Assessments as _;
use crate::db::{Id, boxed, change, from_row, from_word, on_both_connections, read, word};
use crate::journal::Log as _;
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{AssessmentId, FacilityId, HandoverId, InvitationId, PersonId, QuestionId};
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};

/// To whom a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// Somebody of the facility.
    Colleague,
    /// Somebody of a supplier.
    Vendor,
}

/// Where a handed-over question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverState {
    /// Waiting for the other person.
    Open,
    /// The other person answered.
    Answered,
    /// Sent back to the other person with a question, or by them without an answer.
    Returned,
    /// Done.
    Closed,
}

impl HandoverState {
    /// Whether this may follow: open → answered, returned or closed; answered → returned or closed;
    /// returned → open, answered or closed; closed → nothing.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use HandoverState::{Answered, Closed, Open, Returned};
        matches!(
            (self, next),
            (Open, Answered | Returned | Closed) | (Answered, Returned | Closed) | (Returned, Open | Answered | Closed)
        )
    }
}

/// A question to be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHandover {
    /// Which assessment.
    pub assessment: AssessmentId,
    /// Which question.
    pub question: QuestionId,
    /// To whom, by name.
    pub to_name: String,
    /// Who that is.
    pub to_kind: RecipientKind,
    /// What to tell them; may be empty.
    pub message: String,
    /// Their account, if they have one.
    pub person: Option<PersonId>,
    /// Their invitation link, if they come by one.
    pub invitation: Option<InvitationId>,
}

/// A stored hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandoverRow {
    /// The id.
    pub id: HandoverId,
    /// Whose.
    pub facility: FacilityId,
    /// Which assessment.
    pub assessment: AssessmentId,
    /// Which question.
    pub question: QuestionId,
    /// To whom, by name.
    pub to_name: String,
    /// Who that is.
    pub to_kind: RecipientKind,
    /// What they were told.
    pub message: String,
    /// Their account, if they have one.
    pub person: Option<PersonId>,
    /// Their invitation link, if they come by one.
    pub invitation: Option<InvitationId>,
    /// Where it stands.
    pub state: HandoverState,
    /// Name of who handed it over, as it was then.
    pub by: String,
    /// When it was handed over.
    pub created_at: Ts,
    /// When its state last changed.
    pub changed_at: Ts,
}

from_row!(HandoverRow, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        assessment: row.try_get::<Id, _>("assessment_id")?.0.into(),
        question: row.try_get::<String, _>("question")?.into(),
        to_name: row.try_get("to_name")?,
        to_kind: from_word(row.try_get("to_kind")?)?,
        message: row.try_get("message")?,
        person: row.try_get::<Option<Id>, _>("person_id")?.map(|id| id.0.into()),
        invitation: row.try_get::<Option<Id>, _>("invitation_id")?.map(|id| id.0.into()),
        state: from_word(row.try_get("state")?)?,
        by: row.try_get("handed_by")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        changed_at: Ts::from_micros(row.try_get("changed_at")?),
    }
});

on_both_connections! {
    /// The fence of hand-overs.
    Handovers {
        /// The hand-over, or `NotFound` when it is not this facility's.
        async fn must_find_handover(con, facility: FacilityId, id: HandoverId) -> HandoverRow {
            sqlx::query_as("SELECT * FROM handover WHERE facility_id = $1 AND id = $2")
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the hand-over"))?
        }
    }
}

fn object(id: HandoverId) -> String {
    format!("handover:{id}")
}

impl Store {
    /// Hands a question over.
    ///
    /// # Errors
    /// `NotFound` when the assessment, person or invitation is not the facility's; `Invalid` for a blank name.
    #[boxed]
    pub async fn create_handover(&self, act: &Act, facility: FacilityId, new: &NewHandover) -> Result<HandoverRow> {
        let to_name = checked("the name", &new.to_name, 1, 120)?;
        let message = checked("the message", &new.message, 0, 4000)?;
        let id = HandoverId(Id::new().0);
        change!(self, Some(Chain::Facility(facility)), "handing a question over", con => {
            con.must_find_assessment(facility, new.assessment).await?;
            if let Some(person) = new.person {
                sqlx::query(
                    "SELECT 1 FROM membership WHERE person_id = $1 AND (facility_id = $2 OR facility_id IS NULL) LIMIT 1",
                )
                .bind(Id(person.0))
                .bind(Id(facility.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the person"))?;
            }
            if let Some(invitation) = new.invitation {
                sqlx::query("SELECT 1 FROM invitation WHERE facility_id = $1 AND id = $2 AND assessment_id = $3")
                    .bind(Id(facility.0))
                    .bind(Id(invitation.0))
                    .bind(Id(new.assessment.0))
                    .fetch_optional(&mut *con)
                    .await?
                    .ok_or(StoreError::NotFound("the invitation"))?;
            }
            let name = con.name_of(&act.actor).await?;
            let row: HandoverRow = sqlx::query_as(
                "INSERT INTO handover (id, facility_id, assessment_id, question, to_name, to_kind, message, person_id, \
                 invitation_id, state, handed_by, created_at, changed_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(Id(new.assessment.0))
            .bind(new.question.as_str())
            .bind(to_name)
            .bind(word(new.to_kind))
            .bind(message)
            .bind(new.person.map(|id| Id(id.0)))
            .bind(new.invitation.map(|id| Id(id.0)))
            .bind(word(HandoverState::Open))
            .bind(&name)
            .bind(act.at.micros())
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("handover.create", object(id)).after(&row).with("question", &row.question);
            con.append(Chain::Facility(facility), deed).await?;
            row
        })
    }

    /// One hand-over.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn handover(&self, facility: FacilityId, id: HandoverId) -> Result<HandoverRow> {
        read!(self, "reading a hand-over", con => { con.must_find_handover(facility, id).await? })
    }

    /// All of an assessment, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn handovers(&self, facility: FacilityId, assessment: AssessmentId) -> Result<Vec<HandoverRow>> {
        read!(self, "listing hand-overs", con => {
            sqlx::query_as("SELECT * FROM handover WHERE facility_id = $1 AND assessment_id = $2 ORDER BY id")
                .bind(Id(facility.0))
                .bind(Id(assessment.0))
                .fetch_all(&mut *con)
                .await?
        })
    }

    /// All that wait for or went through a person, over all facilities where that person still has a role, newest
    /// first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn handovers_for_person(&self, person: PersonId) -> Result<Vec<HandoverRow>> {
        read!(self, "listing the hand-overs to a person", con => {
            sqlx::query_as(
                "SELECT h.* FROM handover h WHERE h.person_id = $1 AND EXISTS (SELECT 1 FROM membership m \
                 WHERE m.person_id = $1 AND (m.facility_id = h.facility_id OR m.facility_id IS NULL)) ORDER BY h.id DESC",
            )
            .bind(Id(person.0))
            .fetch_all(&mut *con)
            .await?
        })
    }

    /// All that go by an invitation link.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn handovers_for_invitation(
        &self,
        facility: FacilityId,
        invitation: InvitationId,
    ) -> Result<Vec<HandoverRow>> {
        read!(self, "listing the hand-overs of an invitation", con => {
            sqlx::query_as("SELECT * FROM handover WHERE facility_id = $1 AND invitation_id = $2 ORDER BY id")
                .bind(Id(facility.0))
                .bind(Id(invitation.0))
                .fetch_all(&mut *con)
                .await?
        })
    }

    /// Moves a hand-over on.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when the state may not follow the current one, see [`HandoverState::may_become`].
    #[boxed]
    pub async fn set_handover_state(
        &self,
        act: &Act,
        facility: FacilityId,
        id: HandoverId,
        state: HandoverState,
    ) -> Result<HandoverRow> {
        change!(self, Some(Chain::Facility(facility)), "moving a hand-over on", con => {
            // The log chain of the facility is held, so that nobody else moves it between reading and writing.
            let before = con.must_find_handover(facility, id).await?;
            if !before.state.may_become(state) {
                return Err(StoreError::Invalid(format!(
                    "a hand-over that is {} cannot become {}",
                    word(before.state),
                    word(state)
                )));
            }
            let after: HandoverRow = sqlx::query_as(
                "UPDATE handover SET state = $1, changed_at = $2 WHERE facility_id = $3 AND id = $4 RETURNING *",
            )
            .bind(word(state))
            .bind(act.at.micros())
            .bind(Id(facility.0))
            .bind(Id(id.0))
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("handover.change", object(id)).before(&before).after(&after).with("state", word(state));
            con.append(Chain::Facility(facility), deed).await?;
            after
        })
    }
}
