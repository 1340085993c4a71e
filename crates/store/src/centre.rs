//! What the centre counts and looks up across its members, and what it does for one of them.

use crate::db::{Id, boxed, change, from_json, from_row, from_word, read};
use crate::records::{Draft, Records as _, Shelf};
use crate::{Act, Result, Store};
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::journal::Chain;
use hakutaku_model::record::Register as _;
use hakutaku_model::region::correlate::Severity;
use hakutaku_model::region::watch::consent::{self, Consent, Deed, Entry, Refusal};
use hakutaku_model::time::Ts;
use hakutaku_model::touch::Kind;
use std::collections::BTreeMap;

/// Most different sources read for one look at the whole region.
const SOURCES: i64 = 100_000;

/// Somebody who touched decoys of a facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceToday {
    /// Where.
    pub facility: FacilityId,
    /// From which address.
    pub source: String,
    /// How.
    pub kind: Kind,
}

/// What is counted for the watch screen in one go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegionCounts {
    /// Open cases that concern a facility, by severity.
    pub cases: BTreeMap<(FacilityId, Severity), u32>,
    /// Who touched decoys, each address and kind once; touches that the sensor itself calls expected are left out.
    pub sources: Vec<SourceToday>,
    /// Notices past their deadline whose newest edition nobody there has opened.
    pub unread: BTreeMap<FacilityId, u32>,
}

struct CaseCount(FacilityId, Severity, i64);

from_row!(CaseCount, row => {
    Self(
        row.try_get::<Id, _>("facility_id")?.0.into(),
        from_word(row.try_get("severity")?)?,
        row.try_get("count")?,
    )
});

struct SourceRow(SourceToday);

from_row!(SourceRow, row => {
    Self(SourceToday {
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        source: row.try_get("source")?,
        kind: from_word(row.try_get("kind")?)?,
    })
});

struct UnreadCount(FacilityId, i64);

from_row!(UnreadCount, row => { Self(row.try_get::<Id, _>("facility_id")?.0.into(), row.try_get("count")?) });

struct Stamp(String);

from_row!(Stamp, row => {
    let part = |name: &str| row.try_get::<i64, _>(name);
    let parts = [part("arrivals")?, part("cases")?, part("entries")?, part("receipts")?, part("notices")?];
    Self(parts.map(|part| part.to_string()).join("."))
});

struct AddressRow(FacilityId, AssetId, String);

from_row!(AddressRow, row => {
    Self(
        row.try_get::<Id, _>("facility_id")?.0.into(),
        row.try_get::<Id, _>("id")?.0.into(),
        row.try_get("ip_key")?,
    )
});

struct Newest(Option<Id>);

from_row!(Newest, row => { Self(row.try_get::<Option<Id>, _>("id")?) });

struct Body(String);

from_row!(Body, row => { Self(row.try_get("body")?) });

fn short(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Store {
    /// Checks a member's consent and enters into its list and log that somebody of the centre does this for it: both in one
    /// transaction, so that a consent taken back at the same moment counts. Call it before the deed.
    ///
    /// The inner error says why it may not be done; then nothing was written.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn act_on_behalf(
        &self,
        act: &Act,
        deed: &Deed<'_>,
        by: &str,
        detail: &str,
    ) -> Result<Result<Entry, Refusal>> {
        let (chain, shelf) = (Chain::Facility(deed.facility), Shelf::Facility(deed.facility));
        change!(self, Some(chain), "acting for a member", con => {
            let rows: Vec<Body> = sqlx::query_as(
                "SELECT body FROM record WHERE shelf = $1 AND kind = $2 AND retired_at IS NULL ORDER BY id",
            )
            .bind(deed.facility.to_string())
            .bind(Consent::KIND)
            .fetch_all(&mut *con)
            .await?;
            let consents: Vec<Consent> = rows.iter().map(|row| from_json(&row.0)).collect::<Result<_, _>>()?;
            match consent::check(&consents, deed) {
                Ok(consent) => {
                    let entry = consent.entry(deed, by, detail);
                    con.insert_record(act, shelf, Draft::of(&entry)?).await?;
                    Ok(entry)
                }
                Err(refusal) => Err(refusal),
            }
        })
    }

    /// What the watch screen counts; touches since the beginning of the day that the caller means.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn region_counts(&self, day_began: Ts, now: Ts) -> Result<RegionCounts> {
        let (cases, sources, unread) = read!(self, "counting for the watch screen", con => {
            let cases: Vec<CaseCount> = sqlx::query_as(
                "SELECT f.facility_id, c.severity, COUNT(*) AS count FROM region_case c \
                 JOIN region_case_facility f ON f.case_id = c.id WHERE c.state = 'open' \
                 GROUP BY f.facility_id, c.severity",
            )
            .fetch_all(&mut *con)
            .await?;
            // By facility, so that the index of touches by facility and time is used.
            let sources: Vec<SourceRow> = sqlx::query_as(
                "SELECT DISTINCT t.facility_id, t.source, t.kind FROM facility f CROSS JOIN touch t \
                 WHERE t.facility_id = f.id AND t.arrived_at >= $1 AND t.line NOT LIKE '%\"noise\":%' LIMIT $2",
            )
            .bind(day_began.micros())
            .bind(SOURCES)
            .fetch_all(&mut *con)
            .await?;
            let unread: Vec<UnreadCount> = sqlx::query_as(
                "SELECT t.facility_id, COUNT(*) AS count FROM notice n JOIN notice_to t ON t.notice_id = n.id \
                 WHERE n.sent_at IS NOT NULL AND n.deadline <= $1 AND NOT EXISTS (SELECT 1 FROM receipt r \
                 WHERE r.notice_id = n.id AND r.edition = n.edition AND r.facility_id = t.facility_id \
                 AND r.stage <> 'delivered') GROUP BY t.facility_id",
            )
            .bind(now.micros())
            .fetch_all(&mut *con)
            .await?;
            (cases, sources, unread)
        })?;
        Ok(RegionCounts {
            cases: cases.into_iter().map(|row| ((row.0, row.1), short(row.2))).collect(),
            sources: sources.into_iter().map(|row| row.0).collect(),
            unread: unread.into_iter().map(|row| (row.0, short(row.1))).collect(),
        })
    }

    /// Changes whenever something that the watch screen shows may have changed, whichever process changed it.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn region_stamp(&self) -> Result<String> {
        let stamp: Stamp = read!(self, "looking whether anything is new", con => {
            sqlx::query_as(
                "SELECT (SELECT COALESCE(MAX(seq), 0) FROM arrival) AS arrivals, \
                 (SELECT COALESCE(MAX(changed_at), 0) FROM region_case) AS cases, \
                 (SELECT COALESCE(MAX(at), 0) FROM region_entry) AS entries, \
                 (SELECT COALESCE(MAX(at), 0) FROM receipt) AS receipts, \
                 (SELECT COALESCE(MAX(sent_at), 0) FROM notice_to) AS notices",
            )
            .fetch_one(&mut *con)
            .await?
        })?;
        Ok(stamp.0)
    }

    /// Rows of ledgers in use that have addresses: of one facility, or of all. The text holds them separated by spaces.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn addresses(&self, facility: Option<FacilityId>) -> Result<Vec<(FacilityId, AssetId, String)>> {
        let rows: Vec<AddressRow> = read!(self, "looking for addresses", con => {
            match facility {
                Some(facility) => sqlx::query_as(
                    "SELECT facility_id, id, ip_key FROM asset \
                     WHERE facility_id = $1 AND retired_at IS NULL AND ip_key <> '' ORDER BY id",
                )
                .bind(Id(facility.0))
                .fetch_all(&mut *con)
                .await?,
                None => sqlx::query_as(
                    "SELECT facility_id, id, ip_key FROM asset WHERE retired_at IS NULL AND ip_key <> '' \
                     ORDER BY facility_id, id",
                )
                .fetch_all(&mut *con)
                .await?,
            }
        })?;
        Ok(rows.into_iter().map(|row| (row.0, row.1, row.2)).collect())
    }

    /// The newest change to any ledger; `None` while there is none. Equal answers mean equal ledgers.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn newest_ledger_change(&self) -> Result<Option<uuid::Uuid>> {
        let newest: Option<Newest> = read!(self, "looking for changes of ledgers", con => {
            sqlx::query_as("SELECT id FROM asset_batch ORDER BY id DESC LIMIT 1").fetch_optional(&mut *con).await?
        })?;
        Ok(newest.and_then(|newest| newest.0).map(|id| id.0))
    }
}
