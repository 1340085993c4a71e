//! What comes back on notices: receipts of each stage, and answers to "are you affected?".
//!
//! Receipts that wait at the same time share one flush of the disk, like saved answers: a region that opens a notice at
//! eight in the morning must not queue.

use crate::db::{Id, change, from_row, on_both_connections, read};
use crate::journal::Log as _;
use crate::text::checked;
use crate::writer::Message;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::journal::Chain;
use hakutaku_model::region::notice::poll::{Affected, Answer};
use hakutaku_model::region::notice::receipt::{Receipt, Stage};
use hakutaku_model::time::Ts;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;
use tokio::sync::oneshot;

/// The longest name of who read.
const NAME: usize = 120;

/// Something that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    /// Of which notice.
    pub notice: NoticeId,
    /// Of which edition.
    pub edition: u32,
    /// Of which facility.
    pub facility: FacilityId,
    /// What.
    pub stage: Stage,
    /// Who read or acted; empty for a delivery.
    pub by: String,
    /// Told on the telephone or by FAX, and written down at the centre by this person.
    pub taken_by: Option<String>,
    /// In a word of the caller's, what was said: `done`, `not-concerned`. Goes into the facility's log only.
    pub said: String,
}

/// Receipts of one deed, on their way to the disk.
#[derive(Debug)]
pub(crate) struct Take {
    pub(crate) act: Act,
    pub(crate) receipts: Vec<NewReceipt>,
}

impl Take {
    /// The logs it is entered into: what people said, not what programs did.
    pub(crate) fn chains(&self) -> impl Iterator<Item = Chain> {
        let said = self.receipts.iter().filter(|one| one.stage >= Stage::Understood);
        said.map(|one| Chain::Facility(one.facility))
    }
}

/// How far those are who got a notice, with its newest edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// How many got it.
    pub to: u64,
    /// Of these: delivered, or further.
    pub delivered: u64,
    /// Opened, or further.
    pub opened: u64,
    /// Understood, or further.
    pub understood: u64,
    /// Acted.
    pub acted: u64,
}

impl Counts {
    fn set(&mut self, stage: Stage, count: u64) {
        match stage {
            Stage::Delivered => self.delivered = count,
            Stage::Opened => self.opened = count,
            Stage::Understood => self.understood = count,
            Stage::Acted => self.acted = count,
        }
    }
}

fn stage_from(key: &str) -> Result<Stage, sqlx::Error> {
    Stage::from_key(key).ok_or_else(|| crate::db::undecodable("a stage"))
}

struct ReceiptRow(NoticeId, Receipt);

from_row!(ReceiptRow, row => {
    Self(NoticeId(row.try_get::<Id, _>("notice_id")?.0), Receipt {
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        edition: u32::try_from(row.try_get::<i64, _>("edition")?).map_err(crate::db::undecodable)?,
        stage: stage_from(&row.try_get::<String, _>("stage")?)?,
        at: Ts::from_micros(row.try_get("at")?),
        by: row.try_get("by_name")?,
        taken_by: row.try_get("taken_by")?,
    })
});

struct AnswerRow(Answer);

from_row!(AnswerRow, row => {
    let affected: String = row.try_get("affected")?;
    Self(Answer {
        at: Ts::from_micros(row.try_get("at")?),
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        affected: Affected::from_key(&affected).ok_or_else(|| crate::db::undecodable("an answer"))?,
        by: row.try_get("by_name")?,
    })
});

struct Reached(String);

from_row!(Reached, row => { Self(row.try_get("stage")?) });

struct Counted(NoticeId, String, u64);

from_row!(Counted, row => {
    Self(NoticeId(row.try_get::<Id, _>("notice_id")?.0), row.try_get("stage")?, row.try_get::<i64, _>("count")?.unsigned_abs())
});

struct Open(i64);

from_row!(Open, row => { Self(row.try_get("poll")?) });

/// Writes a stage with those before it: whoever acted has read. What is there already stays as it is.
fn insert(stage: Stage) -> String {
    let reached: Vec<String> =
        Stage::ALL.iter().filter(|one| **one <= stage).map(|one| format!("SELECT '{}' AS stage", one.key())).collect();
    format!(
        "INSERT INTO receipt (notice_id, edition, facility_id, stage, at, by_name, taken_by) \
         SELECT t.notice_id, $1, t.facility_id, s.stage, $2, $3, $4 \
         FROM notice_to t JOIN notice n ON n.id = t.notice_id CROSS JOIN ({}) s \
         WHERE t.notice_id = $5 AND t.facility_id = $6 AND n.edition >= $1 \
         ON CONFLICT (notice_id, edition, facility_id, stage) DO NOTHING RETURNING stage",
        reached.join(" UNION ALL ")
    )
}

fn list(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

on_both_connections! {
    /// Receipts inside a transaction.
    Receipts {
        /// Writes receipts; says of each whether its stage is new.
        async fn put_receipts(con, take: &Take) -> Vec<bool> {
            let mut fresh = Vec::with_capacity(take.receipts.len());
            for one in &take.receipts {
                let reached: Vec<Reached> = sqlx::query_as(AssertSqlSafe(insert(one.stage)))
                    .bind(i64::from(one.edition))
                    .bind(take.act.at.micros())
                    .bind(&one.by)
                    .bind(&one.taken_by)
                    .bind(Id(one.notice.0))
                    .bind(Id(one.facility.0))
                    .fetch_all(&mut *con)
                    .await?;
                let new = reached.iter().any(|reached| reached.0 == one.stage.key());
                if reached.is_empty() {
                    con.must_have_got(one.facility, one.notice).await?;
                }
                if new && one.stage >= Stage::Understood {
                    let object = format!("notice:{}", one.notice);
                    let deed = match (&one.taken_by, one.stage) {
                        (Some(_), _) => take.act.did("notice.take-down", object),
                        (None, Stage::Acted) => take.act.did("notice.act", object),
                        (None, _) => take.act.did("notice.understand", object),
                    };
                    let deed = deed.with("edition", one.edition).with("stage", one.stage.key());
                    let deed = if one.said.is_empty() { deed } else { deed.with("said", &one.said) };
                    con.append(Chain::Facility(one.facility), deed).await?;
                }
                fresh.push(new);
            }
            fresh
        }

        /// `NotFound` for a notice that did not go to this facility. Says whether it asks "are you affected?".
        async fn must_have_got(con, facility: FacilityId, notice: NoticeId) -> bool {
            let open: Option<Open> = sqlx::query_as(
                "SELECT n.poll FROM notice_to t JOIN notice n ON n.id = t.notice_id WHERE t.notice_id = $1 AND t.facility_id = $2",
            )
            .bind(Id(notice.0))
            .bind(Id(facility.0))
            .fetch_optional(&mut *con)
            .await?;
            open.ok_or(StoreError::NotFound("the notice"))?.0 != 0
        }
    }
}

impl Store {
    /// Records how far facilities are; says of each receipt whether that stage was new. The first receipt of a stage stays.
    /// What people said is entered into the facility's log, what programs did is not.
    ///
    /// # Errors
    /// `NotFound` when one of the facilities did not get the notice: then nothing is recorded; `Invalid` for a name that is
    /// too long.
    pub async fn receive(&self, act: &Act, receipts: Vec<NewReceipt>) -> Result<Vec<bool>> {
        for one in &receipts {
            checked("the name", &one.by, 0, NAME)?;
            checked("the name", one.taken_by.as_deref().unwrap_or_default(), 0, NAME)?;
            checked("what was said", &one.said, 0, NAME)?;
        }
        if receipts.is_empty() {
            return Ok(Vec::new());
        }
        let (reply, outcome) = oneshot::channel();
        let stopped = || StoreError::Invalid("the store is being closed".to_owned());
        let take = Take { act: act.clone(), receipts };
        self.saves().send(Message::Take(take, reply)).await.map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?.map_err(|error| error.during("recording receipts"))
    }

    /// All receipts of a notice.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn receipts(&self, notice: NoticeId) -> Result<Vec<Receipt>> {
        let rows: Vec<ReceiptRow> = read!(self, "listing receipts", con => {
            sqlx::query_as("SELECT * FROM receipt WHERE notice_id = $1").bind(Id(notice.0)).fetch_all(&mut *con).await?
        })?;
        Ok(rows.into_iter().map(|row| row.1).collect())
    }

    /// A facility's receipts of some notices.
    pub(crate) async fn receipts_of(
        &self,
        facility: FacilityId,
        notices: &[NoticeId],
    ) -> Result<BTreeMap<NoticeId, Vec<Receipt>>> {
        let mut found: BTreeMap<NoticeId, Vec<Receipt>> = BTreeMap::new();
        if notices.is_empty() {
            return Ok(found);
        }
        let sql = format!("SELECT * FROM receipt WHERE facility_id = $1 AND notice_id IN ({})", list(2, notices.len()));
        let rows: Vec<ReceiptRow> = read!(self, "listing a facility's receipts", con => {
            let mut query = sqlx::query_as(AssertSqlSafe(sql.clone())).bind(Id(facility.0));
            for id in notices {
                query = query.bind(Id(id.0));
            }
            query.fetch_all(&mut *con).await?
        })?;
        for ReceiptRow(notice, receipt) in rows {
            found.entry(notice).or_default().push(receipt);
        }
        Ok(found)
    }

    /// How far those are who got these notices.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn notice_counts(&self, notices: &[NoticeId]) -> Result<BTreeMap<NoticeId, Counts>> {
        let mut counts: BTreeMap<NoticeId, Counts> = notices.iter().map(|id| (*id, Counts::default())).collect();
        if notices.is_empty() {
            return Ok(counts);
        }
        let ids = list(1, notices.len());
        let sql = format!(
            "SELECT r.notice_id, r.stage, COUNT(*) AS count FROM receipt r \
             JOIN notice n ON n.id = r.notice_id AND n.edition = r.edition WHERE r.notice_id IN ({ids}) \
             GROUP BY r.notice_id, r.stage \
             UNION ALL SELECT notice_id, 'to', COUNT(*) FROM notice_to WHERE notice_id IN ({ids}) GROUP BY notice_id"
        );
        let rows: Vec<Counted> = read!(self, "counting receipts", con => {
            let mut query = sqlx::query_as(AssertSqlSafe(sql.clone()));
            for id in notices {
                query = query.bind(Id(id.0));
            }
            query.fetch_all(&mut *con).await?
        })?;
        for Counted(id, stage, count) in rows {
            let entry = counts.entry(id).or_default();
            match Stage::from_key(&stage) {
                Some(stage) => entry.set(stage, count),
                None => entry.to = count,
            }
        }
        Ok(counts)
    }

    /// Answers "are you affected?" for a facility. The newest answer counts.
    ///
    /// # Errors
    /// `NotFound` when the facility did not get the notice; `Invalid` when it asks nothing.
    pub async fn answer_poll(
        &self,
        act: &Act,
        notice: NoticeId,
        facility: FacilityId,
        affected: Affected,
        by: &str,
    ) -> Result<()> {
        let by = checked("the name", by, 0, NAME)?.to_owned();
        change!(self, Some(Chain::Facility(facility)), "answering a poll", con => {
            if !con.must_have_got(facility, notice).await? {
                return Err(StoreError::Invalid("this notice asks nothing".to_owned()));
            }
            sqlx::query(
                "INSERT INTO poll_answer (id, notice_id, facility_id, at, affected, by_name) VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(Id::new())
            .bind(Id(notice.0))
            .bind(Id(facility.0))
            .bind(act.at.micros())
            .bind(affected.key())
            .bind(&by)
            .execute(&mut *con)
            .await?;
            let deed = act.did("notice.answer-poll", format!("notice:{notice}")).with("affected", affected.key());
            con.append(Chain::Facility(facility), deed).await?;
        })
    }

    /// All answers to a notice's poll, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn poll_answers(&self, notice: NoticeId) -> Result<Vec<Answer>> {
        let rows: Vec<AnswerRow> = read!(self, "listing answers to a poll", con => {
            sqlx::query_as("SELECT * FROM poll_answer WHERE notice_id = $1 ORDER BY at, id")
                .bind(Id(notice.0))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}
