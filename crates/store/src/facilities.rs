//! Medical institutions and the questionnaires that apply to them.

use crate::db::{Id, boxed, change, from_json, from_row, json, read, undecodable};
use crate::journal::Log as _;
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, QuestionnaireId};
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;
use serde::Serialize;

/// A stored institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacilityRow {
    /// Its id.
    pub id: FacilityId,
    /// Name, kind, prefecture, beds, staff.
    pub profile: FacilityProfile,
    /// The questionnaires it answers, in order.
    pub questionnaires: Vec<QuestionnaireId>,
    /// Rises with every change; hand it back when updating.
    pub version: i64,
    /// When it was created.
    pub created_at: Ts,
    /// When it last changed.
    pub updated_at: Ts,
}

from_row!(FacilityRow, row => {
    let kind: String = row.try_get("kind")?;
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        profile: FacilityProfile {
            name: row.try_get("name")?,
            kind: FacilityKind::from_key(&kind).ok_or_else(|| undecodable(kind))?,
            prefecture: u8::try_from(row.try_get::<i64, _>("prefecture")?).map_err(undecodable)?,
            beds: u32::try_from(row.try_get::<i64, _>("beds")?).map_err(undecodable)?,
            it_staff_tenths: u32::try_from(row.try_get::<i64, _>("it_staff_tenths")?).map_err(undecodable)?,
        },
        questionnaires: from_json(&row.try_get::<String, _>("questionnaires")?)?,
        version: row.try_get("version")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        updated_at: Ts::from_micros(row.try_get("updated_at")?),
    }
});

fn check(profile: &FacilityProfile) -> Result<()> {
    checked("the name of the facility", &profile.name, 1, 120)?;
    if !(1..=47).contains(&profile.prefecture) {
        return Err(StoreError::Invalid("a prefecture is a number from 1 to 47".to_owned()));
    }
    Ok(())
}

impl Store {
    /// Creates an institution.
    ///
    /// # Errors
    /// `Invalid` for a blank or over-long name or an unknown prefecture; when the database refuses.
    #[boxed]
    pub async fn create_facility(
        &self,
        act: &Act,
        profile: &FacilityProfile,
        questionnaires: &[QuestionnaireId],
    ) -> Result<FacilityRow> {
        check(profile)?;
        let row = FacilityRow {
            id: Id::new().0.into(),
            profile: profile.clone(),
            questionnaires: questionnaires.to_vec(),
            version: 1,
            created_at: act.at,
            updated_at: act.at,
        };
        let object = format!("facility:{}", row.id);
        change!(self, Some(Chain::Installation), "creating a facility", con => {
            sqlx::query(
                "INSERT INTO facility (id, name, kind, prefecture, beds, it_staff_tenths, questionnaires, version, \
                 created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)",
            )
            .bind(Id(row.id.0))
            .bind(row.profile.name.trim())
            .bind(row.profile.kind.key())
            .bind(i64::from(row.profile.prefecture))
            .bind(i64::from(row.profile.beds))
            .bind(i64::from(row.profile.it_staff_tenths))
            .bind(json(&row.questionnaires)?)
            .bind(act.at.micros())
            .execute(&mut *con)
            .await?;
            con.append(Chain::Installation, act.did("facility.create", &*object).after(&row)).await?;
            // Nobody else knows the new chain yet, so that it needs no lock.
            con.append(Chain::Facility(row.id), act.did("facility.create", &*object).after(&row)).await?;
        })?;
        self.facility(row.id).await
    }

    /// Changes an institution.
    ///
    /// # Errors
    /// `Conflict` when `expected_version` is not the current one; otherwise as for creating.
    #[boxed]
    pub async fn update_facility(
        &self,
        act: &Act,
        id: FacilityId,
        profile: &FacilityProfile,
        questionnaires: &[QuestionnaireId],
        expected_version: i64,
    ) -> Result<FacilityRow> {
        check(profile)?;
        change!(self, Some(Chain::Facility(id)), "changing a facility", con => {
            let before: FacilityRow = sqlx::query_as("SELECT * FROM facility WHERE id = $1")
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the facility"))?;
            let after: FacilityRow = sqlx::query_as(
                "UPDATE facility SET name = $1, kind = $2, prefecture = $3, beds = $4, it_staff_tenths = $5, \
                 questionnaires = $6, version = version + 1, updated_at = $7 WHERE id = $8 AND version = $9 RETURNING *",
            )
            .bind(profile.name.trim())
            .bind(profile.kind.key())
            .bind(i64::from(profile.prefecture))
            .bind(i64::from(profile.beds))
            .bind(i64::from(profile.it_staff_tenths))
            .bind(json(&questionnaires)?)
            .bind(act.at.micros())
            .bind(Id(id.0))
            .bind(expected_version)
            .fetch_optional(&mut *con)
            .await?
            .ok_or(StoreError::Conflict("the facility"))?;
            let deed = act.did("facility.change", format!("facility:{id}")).before(&before).after(&after);
            con.append(Chain::Facility(id), deed).await?;
            after
        })
    }

    /// One institution.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn facility(&self, id: FacilityId) -> Result<FacilityRow> {
        read!(self, "reading a facility", con => {
            sqlx::query_as("SELECT * FROM facility WHERE id = $1")
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the facility"))?
        })
    }

    /// All institutions, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn facilities(&self) -> Result<Vec<FacilityRow>> {
        read!(self, "listing the facilities", con => {
            sqlx::query_as("SELECT * FROM facility ORDER BY id").fetch_all(&mut *con).await?
        })
    }

    /// Those of the given ids that exist, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn facilities_among(&self, ids: &[FacilityId]) -> Result<Vec<FacilityRow>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        read!(self, "listing facilities", con => {
            let mut query = sqlx::QueryBuilder::new("SELECT * FROM facility WHERE id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(Id(id.0));
            }
            query.push(") ORDER BY id");
            query.build_query_as().fetch_all(&mut *con).await?
        })
    }
}
