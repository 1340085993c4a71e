//! What the ledger and the register of systems come to, counted in the database.

use crate::db::{Id, boxed, from_row, read};
use crate::{Result, Store};
use hakutaku_model::facts::{LedgerFacts, SystemFacts};
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger::AssetKind;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::system::System;
use hakutaku_model::time::Ts;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many rows in use there are of each kind and with each mark; what is none is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AssetCounts {
    /// All.
    pub total: u64,
    /// By kind.
    pub kinds: BTreeMap<AssetKind, u64>,
    /// By mark.
    pub marks: BTreeMap<Mark, u64>,
}

/// Rows that are alike in all that is counted.
struct Group {
    kind: String,
    marks: i64,
    number: u64,
    ended: u64,
}

from_row!(Group, row => {
    Self {
        kind: row.try_get("kind")?,
        marks: row.try_get("marks")?,
        number: row.try_get::<i64, _>("number")?.cast_unsigned(),
        ended: row.try_get::<i64, _>("ended")?.cast_unsigned(),
    }
});

struct Newest(Option<Ts>);

from_row!(Newest, row => { Self(row.try_get::<Option<i64>, _>("newest")?.map(Ts::from_micros)) });

impl Store {
    /// How many rows each filter of the list would show.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn asset_counts(&self, facility: FacilityId, today: Date) -> Result<AssetCounts> {
        let groups: Vec<Group> = read!(self, "counting the ledger", con => {
            sqlx::query_as(
                "SELECT kind, marks, COUNT(*) AS number, \
                 COUNT(CASE WHEN support_ends < $2 THEN 1 END) AS ended \
                 FROM asset WHERE facility_id = $1 AND retired_at IS NULL GROUP BY kind, marks",
            )
            .bind(Id(facility.0))
            .bind(today.to_string())
            .fetch_all(&mut *con)
            .await?
        })?;
        let mut counts = AssetCounts::default();
        for group in groups {
            counts.total += group.number;
            if let Some(kind) = AssetKind::from_key(&group.kind) {
                *counts.kinds.entry(kind).or_default() += group.number;
            }
            for mark in Mark::ALL {
                let number = match mark.bit() {
                    Some(bit) => group.number * u64::from(group.marks & bit != 0),
                    None => group.ended,
                };
                if number > 0 {
                    *counts.marks.entry(mark).or_default() += number;
                }
            }
        }
        Ok(counts)
    }

    /// The ledger, counted; `None` while it is empty.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn ledger_facts(&self, facility: FacilityId, today: Date) -> Result<Option<LedgerFacts>> {
        let counts = self.asset_counts(facility, today).await?;
        if counts.total == 0 {
            return Ok(None);
        }
        let newest: Newest = read!(self, "counting the ledger", con => {
            sqlx::query_as("SELECT MAX(changed_at) AS newest FROM asset WHERE facility_id = $1 AND retired_at IS NULL")
                .bind(Id(facility.0))
                .fetch_one(&mut *con)
                .await?
        })?;
        let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let kind = |kind: AssetKind| short(counts.kinds.get(&kind).copied().unwrap_or(0));
        let mark = |mark: Mark| short(counts.marks.get(&mark).copied().unwrap_or(0));
        Ok(Some(LedgerFacts {
            total: short(counts.total),
            servers: kind(AssetKind::Server),
            terminals: kind(AssetKind::Terminal),
            network_devices: kind(AssetKind::NetworkDevice),
            medical_devices: kind(AssetKind::MedicalDevice),
            cloud_services: kind(AssetKind::CloudService),
            without_owner: mark(Mark::NoOwner),
            without_place: mark(Mark::NoPlace),
            support_ended: mark(Mark::SupportEnded),
            support_unknown: mark(Mark::SupportUnknown),
            version_unknown: mark(Mark::VersionUnknown),
            remotely_maintained: mark(Mark::RemotelyMaintained),
            remote_unknown: mark(Mark::RemoteUnknown),
            newest_change: newest.0.map(Ts::date_in_japan),
        }))
    }

    /// The systems, counted; `None` while there is none.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn system_facts(&self, facility: FacilityId) -> Result<Option<SystemFacts>> {
        let rows = self.records::<System>(facility).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let count = |holds: &dyn Fn(&System) -> bool| {
            u32::try_from(rows.iter().filter(|row| holds(&row.body)).count()).unwrap_or(u32::MAX)
        };
        Ok(Some(SystemFacts {
            total: count(&|_| true),
            without_rto: count(&|system| system.rto_hours.is_none()),
            without_ranks: count(&|system| system.clinical_importance.is_none() || system.recovery_order.is_none()),
            newest_change: rows.iter().map(|row| row.changed_at).max().map(Ts::date_in_japan),
        }))
    }
}
