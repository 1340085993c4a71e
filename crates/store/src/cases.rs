//! Cases of the region: what correlation found, and what people made of it.

use crate::db::{Id, boxed, change, from_json, from_row, from_word, json, on_both_connections, read, word};
use crate::journal::Log as _;
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::FacilityId;
use hakutaku_model::journal::Chain;
use hakutaku_model::region::correlate::{Case, CaseId, Change};
use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseState {
    /// Somebody has to look.
    Open,
    /// A person ended it.
    Closed,
    /// It turned out to be part of another.
    Merged,
    /// A late touch showed that nothing hangs together.
    Withdrawn,
}

/// How a person ended a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// When.
    pub at: Ts,
    /// Name.
    pub by: String,
    /// What was found.
    pub why: String,
}

/// A case as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCase {
    /// What was correlated.
    pub case: Case,
    /// Where it stands.
    pub state: CaseState,
    /// When it was opened first.
    pub opened_at: Ts,
    /// When it last changed.
    pub changed_at: Ts,
    /// One more with each change.
    pub version: i64,
    /// The case it became part of.
    pub into: Option<CaseId>,
    /// How it was ended; kept when it is opened again by a new touch.
    pub closing: Option<Closing>,
}

/// Something a person wrote down about a case, a member or a shift. Never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegionEntry {
    /// Its id; later ones sort later.
    pub id: uuid::Uuid,
    /// About what: `case:<id>`, `facility:<id>`, `shift`.
    pub about: String,
    /// When.
    pub at: Ts,
    /// Who, by name.
    pub by: String,
    /// What kind of entry: a word of the caller's.
    pub kind: String,
    /// What: text, or JSON of the caller's.
    pub body: String,
}

struct CaseRow(KeptCase);

from_row!(CaseRow, row => {
    let closing = match (
        row.try_get::<Option<i64>, _>("closed_at")?,
        row.try_get::<Option<String>, _>("closed_by")?,
        row.try_get::<Option<String>, _>("closed_why")?,
    ) {
        (Some(at), Some(by), Some(why)) => Some(Closing { at: Ts::from_micros(at), by, why }),
        _ => None,
    };
    Self(KeptCase {
        case: from_json(&row.try_get::<String, _>("body")?)?,
        state: from_word(row.try_get("state")?)?,
        opened_at: Ts::from_micros(row.try_get("opened_at")?),
        changed_at: Ts::from_micros(row.try_get("changed_at")?),
        version: row.try_get("version")?,
        into: row.try_get::<Option<Id>, _>("into_id")?.map(|id| CaseId(id.0)),
        closing,
    })
});

struct EntryRow(RegionEntry);

from_row!(EntryRow, row => {
    Self(RegionEntry {
        id: row.try_get::<Id, _>("id")?.0,
        about: row.try_get("about")?,
        at: Ts::from_micros(row.try_get("at")?),
        by: row.try_get("by_name")?,
        kind: row.try_get("kind")?,
        body: row.try_get("body")?,
    })
});

fn object(id: CaseId) -> String {
    format!("case:{id}")
}

on_both_connections! {
    /// Writing cases inside a transaction.
    Cases {
        /// Writes what an arrival did to the cases. The caller holds the installation's log.
        async fn put_case(con, act: &Act, change: &Change) -> () {
            let (case, replaces) = match change {
                Change::Opened { case, replaces } | Change::Joined { case, replaces } => (case, replaces),
                Change::Withdrawn(id) => {
                    let done = sqlx::query(
                        "UPDATE region_case SET state = 'withdrawn', changed_at = $1, version = version + 1 \
                         WHERE id = $2 AND state <> 'withdrawn'",
                    )
                    .bind(act.at.micros())
                    .bind(Id(id.0))
                    .execute(&mut *con)
                    .await?;
                    if done.rows_affected() > 0 {
                        con.append(Chain::Installation, act.did("region-case.withdraw", object(*id))).await?;
                    }
                    return Ok(());
                }
            };
            let before: Option<CaseRow> = sqlx::query_as("SELECT * FROM region_case WHERE id = $1")
                .bind(Id(case.id.0))
                .fetch_optional(&mut *con)
                .await?;
            sqlx::query(
                "INSERT INTO region_case \
                 (id, severity, state, first_at, last_at, opened_at, changed_at, version, body) \
                 VALUES ($1, $2, 'open', $3, $4, $5, $5, 1, $6) \
                 ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = 'open', first_at = excluded.first_at, \
                 last_at = excluded.last_at, changed_at = excluded.changed_at, version = region_case.version + 1, \
                 body = excluded.body, into_id = NULL",
            )
            .bind(Id(case.id.0))
            .bind(word(case.severity))
            .bind(case.first.at.micros())
            .bind(case.last.at.micros())
            .bind(act.at.micros())
            .bind(json(case)?)
            .execute(&mut *con)
            .await?;
            for facility in case.facilities() {
                sqlx::query(
                    "INSERT INTO region_case_facility (case_id, facility_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                )
                .bind(Id(case.id.0))
                .bind(Id(facility.0))
                .execute(&mut *con)
                .await?;
            }
            for old in replaces.iter().filter(|old| **old != case.id) {
                sqlx::query(
                    "UPDATE region_case SET state = 'merged', into_id = $1, changed_at = $2, version = version + 1 \
                     WHERE id = $3",
                )
                .bind(Id(case.id.0))
                .bind(act.at.micros())
                .bind(Id(old.0))
                .execute(&mut *con)
                .await?;
                let deed = act.did("region-case.merge", object(*old)).with("into", case.id);
                con.append(Chain::Installation, deed).await?;
            }
            let was = before.as_ref().map(|row| row.0.state);
            let deed = match was {
                None => Some("region-case.open"),
                Some(CaseState::Open) => None,
                Some(_) => Some("region-case.reopen"),
            };
            if let Some(deed) = deed {
                let deed = act.did(deed, object(case.id)).with("severity", word(case.severity));
                con.append(Chain::Installation, deed).await?;
            }
        }
    }
}

impl Store {
    /// Cases in a state, worst and newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn cases(&self, state: CaseState, most: u32) -> Result<Vec<KeptCase>> {
        let rows: Vec<CaseRow> = read!(self, "listing cases", con => {
            sqlx::query_as("SELECT * FROM region_case WHERE state = $1 ORDER BY changed_at DESC, id LIMIT $2")
                .bind(word(state))
                .bind(i64::from(most))
                .fetch_all(&mut *con)
                .await?
        })?;
        let mut cases: Vec<KeptCase> = rows.into_iter().map(|row| row.0).collect();
        cases.sort_by_key(|kept| std::cmp::Reverse(kept.case.severity));
        Ok(cases)
    }

    /// One case.
    ///
    /// # Errors
    /// `NotFound`.
    #[boxed]
    pub async fn case(&self, id: CaseId) -> Result<KeptCase> {
        let row: Option<CaseRow> = read!(self, "reading a case", con => {
            sqlx::query_as("SELECT * FROM region_case WHERE id = $1").bind(Id(id.0)).fetch_optional(&mut *con).await?
        })?;
        row.map(|row| row.0).ok_or(StoreError::NotFound("the case"))
    }

    /// Cases that concern a facility, open ones first, newest first. What of it the facility may see decides
    /// [`Case::member_view`].
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn cases_of(&self, facility: FacilityId, most: u32) -> Result<Vec<KeptCase>> {
        let rows: Vec<CaseRow> = read!(self, "listing a facility's cases", con => {
            sqlx::query_as(
                "SELECT c.* FROM region_case c JOIN region_case_facility f ON f.case_id = c.id \
                 WHERE f.facility_id = $1 AND c.state IN ('open', 'closed') \
                 ORDER BY CASE c.state WHEN 'open' THEN 0 ELSE 1 END, c.changed_at DESC LIMIT $2",
            )
            .bind(Id(facility.0))
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Ends a case. A new touch that belongs to it opens it again.
    ///
    /// # Errors
    /// `NotFound`, `Conflict` when it changed since `version` or is not open, `Invalid` without a reason.
    #[boxed]
    pub async fn close_case(&self, act: &Act, id: CaseId, version: i64, by: &str, why: &str) -> Result<()> {
        let why = checked("what was found", why, 1, 2000)?.to_owned();
        let case = self.case(id).await?;
        change!(self, Some(Chain::Installation), "ending a case", con => {
            let done = sqlx::query(
                "UPDATE region_case SET state = 'closed', closed_at = $1, closed_by = $2, closed_why = $3, changed_at = $1, \
                 version = version + 1 WHERE id = $4 AND version = $5 AND state = 'open'",
            )
            .bind(act.at.micros())
            .bind(by)
            .bind(&why)
            .bind(Id(id.0))
            .bind(version)
            .execute(&mut *con)
            .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::Conflict("the case"));
            }
            let deed = act.did("region-case.close", object(id)).with("severity", word(case.case.severity)).with("why", &why);
            con.append(Chain::Installation, deed).await?;
        })
    }

    /// Writes something down about a case, a member or a shift.
    ///
    /// # Errors
    /// `Invalid` for a text that is empty or over 4,000 characters.
    #[boxed]
    pub async fn add_region_entry(
        &self,
        act: &Act,
        about: &str,
        by: &str,
        kind: &str,
        body: &str,
    ) -> Result<RegionEntry> {
        let body = checked("the text", body, 1, 4000)?.to_owned();
        let entry = RegionEntry {
            id: Id::new().0,
            about: about.to_owned(),
            at: act.at,
            by: by.to_owned(),
            kind: kind.to_owned(),
            body,
        };
        change!(self, Some(Chain::Installation), "writing an entry", con => {
            sqlx::query("INSERT INTO region_entry (id, about, at, by_name, kind, body) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(Id(entry.id))
                .bind(&entry.about)
                .bind(act.at.micros())
                .bind(&entry.by)
                .bind(&entry.kind)
                .bind(&entry.body)
                .execute(&mut *con)
                .await?;
            con.append(Chain::Installation, act.did("region.note", entry.about.clone()).with("kind", kind)).await?;
        })?;
        Ok(entry)
    }

    /// Entries about something, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn region_entries(&self, about: &str, most: u32) -> Result<Vec<RegionEntry>> {
        let rows: Vec<EntryRow> = read!(self, "listing entries", con => {
            sqlx::query_as("SELECT * FROM region_entry WHERE about = $1 ORDER BY at DESC, id DESC LIMIT $2")
                .bind(about)
                .bind(i64::from(most))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}
