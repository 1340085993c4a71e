//! Links that let someone without an account answer.

use crate::assessments::Assessments as _;
use crate::db::{Id, boxed, change, from_json, from_row, from_word, json, read, word};
use crate::journal::Log as _;
use crate::keys::{new_token, token_hash};
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{AssessmentId, FacilityId, InvitationId, QuestionId};
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};

/// Who is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationKind {
    /// An executive, for the executives' form.
    Executive,
    /// Somebody of the same facility.
    Colleague,
    /// Somebody of a supplier.
    Vendor,
}

/// An invitation to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// To which assessment.
    pub assessment: AssessmentId,
    /// To which questions; `None` means all.
    pub questions: Option<Vec<QuestionId>>,
    /// Who is invited, as shown beside the answers.
    pub name: String,
    /// Who that is.
    pub kind: InvitationKind,
    /// When the link ends.
    pub expires_at: Ts,
}

/// An invitation just made: the only time its token is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedInvitation {
    /// For the link.
    pub token: String,
    /// What is stored about it.
    pub row: InvitationRow,
}

/// A stored invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvitationRow {
    /// The id.
    pub id: InvitationId,
    /// Its facility.
    pub facility: FacilityId,
    /// Its assessment.
    pub assessment: AssessmentId,
    /// The questions it is for; `None` means all.
    pub questions: Option<Vec<QuestionId>>,
    /// Who is invited.
    pub name: String,
    /// Who that is.
    pub kind: InvitationKind,
    /// When it was made.
    pub created_at: Ts,
    /// When it ends by itself.
    pub expires_at: Ts,
    /// When it was withdrawn.
    pub revoked_at: Option<Ts>,
    /// When it was first opened.
    pub first_used_at: Option<Ts>,
}

from_row!(InvitationRow, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        assessment: row.try_get::<Id, _>("assessment_id")?.0.into(),
        questions: row.try_get::<Option<String>, _>("questions")?.map(|text| from_json(&text)).transpose()?,
        name: row.try_get("name")?,
        kind: from_word(row.try_get("kind")?)?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        expires_at: Ts::from_micros(row.try_get("expires_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Ts::from_micros),
        first_used_at: row.try_get::<Option<i64>, _>("first_used_at")?.map(Ts::from_micros),
    }
});

fn object(id: InvitationId) -> String {
    format!("invitation:{id}")
}

impl Store {
    /// Makes an invitation.
    ///
    /// # Errors
    /// `NotFound` when the assessment is not the facility's; `Invalid` for a blank name.
    #[boxed]
    pub async fn create_invitation(
        &self,
        act: &Act,
        facility: FacilityId,
        invitation: &NewInvitation,
    ) -> Result<IssuedInvitation> {
        let name = checked("the name of who is invited", &invitation.name, 1, 120)?;
        let id = InvitationId(Id::new().0);
        let token = new_token("hki_")?;
        let row = change!(self, Some(Chain::Facility(facility)), "making an invitation", con => {
            con.must_find_assessment(facility, invitation.assessment).await?;
            let questions = invitation.questions.as_ref().map(json).transpose()?;
            let row: InvitationRow = sqlx::query_as(
                "INSERT INTO invitation (id, facility_id, assessment_id, questions, name, kind, token_hash, \
                 created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(Id(invitation.assessment.0))
            .bind(questions)
            .bind(name)
            .bind(word(invitation.kind))
            .bind(token_hash(&token))
            .bind(act.at.micros())
            .bind(invitation.expires_at.micros())
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("invitation.create", object(id)).after(&row).with("name", &row.name);
            con.append(Chain::Facility(facility), deed).await?;
            row
        })?;
        Ok(IssuedInvitation { token, row })
    }

    /// The invitation of a token, unless it ended or was withdrawn.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn invitation(&self, token: &str, now: Ts) -> Result<Option<InvitationRow>> {
        read!(self, "looking for an invitation", con => {
            sqlx::query_as(
                "SELECT * FROM invitation WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2",
            )
            .bind(token_hash(token))
            .bind(now.micros())
            .fetch_optional(&mut *con)
            .await?
        })
    }

    /// All invitations to an assessment, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn invitations_to(&self, facility: FacilityId, assessment: AssessmentId) -> Result<Vec<InvitationRow>> {
        read!(self, "listing invitations", con => {
            sqlx::query_as("SELECT * FROM invitation WHERE facility_id = $1 AND assessment_id = $2 ORDER BY id DESC")
                .bind(Id(facility.0))
                .bind(Id(assessment.0))
                .fetch_all(&mut *con)
                .await?
        })
    }

    /// Withdraws an invitation.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such invitation, or it was withdrawn before.
    #[boxed]
    pub async fn revoke_invitation(&self, act: &Act, facility: FacilityId, id: InvitationId) -> Result<()> {
        change!(self, Some(Chain::Facility(facility)), "withdrawing an invitation", con => {
            let done = sqlx::query(
                "UPDATE invitation SET revoked_at = $1 WHERE facility_id = $2 AND id = $3 AND revoked_at IS NULL",
            )
            .bind(act.at.micros())
            .bind(Id(facility.0))
            .bind(Id(id.0))
            .execute(&mut *con)
            .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("the invitation"));
            }
            con.append(Chain::Facility(facility), act.did("invitation.revoke", object(id))).await?;
        })
    }

    /// Notes the first opening; later calls change nothing.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn mark_invitation_used(&self, act: &Act, facility: FacilityId, id: InvitationId) -> Result<()> {
        change!(self, Some(Chain::Facility(facility)), "noting the use of an invitation", con => {
            let done = sqlx::query(
                "UPDATE invitation SET first_used_at = $1 WHERE facility_id = $2 AND id = $3 AND first_used_at IS NULL",
            )
            .bind(act.at.micros())
            .bind(Id(facility.0))
            .bind(Id(id.0))
            .execute(&mut *con)
            .await?;
            if done.rows_affected() > 0 {
                con.append(Chain::Facility(facility), act.did("invitation.open", object(id))).await?;
            }
        })
    }
}
