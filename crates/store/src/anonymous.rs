//! Anonymous reports: only what readers see is kept. No facility, no person, the day and nothing finer, no log entry that
//! would join the two, and no order in which they came.

use crate::db::{Id, boxed, change, from_json, from_row, from_word, json, read};
use crate::journal::Log as _;
use crate::keys::random;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::ReportId;
use hakutaku_model::journal::Chain;
use hakutaku_model::region::notice::{Criterion, Indicator, NoticeKind, Published};
use hakutaku_model::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The largest report, in bytes of JSON.
const LONGEST_BODY: usize = 64 * 1024;
/// Reports taken on one day: a flood of them would bury the others.
const A_DAY: i64 = 200;

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportState {
    /// Nobody has decided about it.
    New,
    /// A notice was made of it.
    Used,
    /// It was looked at and put aside.
    PutAside,
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptReport {
    /// Its id: random, so that it tells no order.
    pub id: ReportId,
    /// The day it came.
    pub day: Date,
    /// Where it stands.
    pub state: ReportState,
    /// About what.
    pub kind: NoticeKind,
    /// When it happened, to a third of a month.
    pub when: Text,
    /// What happened.
    pub text: String,
    /// What to look for.
    pub indicators: Vec<Indicator>,
    /// Which products.
    pub products: Vec<Criterion>,
}

/// [`Published`] as it is read back.
#[derive(Deserialize)]
struct Body {
    kind: NoticeKind,
    when: Text,
    text: String,
    indicators: Vec<Indicator>,
    products: Vec<Criterion>,
}

struct ReportRow(KeptReport);

from_row!(ReportRow, row => {
    let body: Body = from_json(&row.try_get::<String, _>("body")?)?;
    let day: String = row.try_get("on_day")?;
    Self(KeptReport {
        id: ReportId(row.try_get::<Id, _>("id")?.0),
        day: day.parse().map_err(crate::db::undecodable)?,
        state: from_word(row.try_get("state")?)?,
        kind: body.kind,
        when: body.when,
        text: body.text,
        indicators: body.indicators,
        products: body.products,
    })
});

struct Count(i64);

from_row!(Count, row => { Self(row.try_get("count")?) });

impl Store {
    /// Keeps what readers of a report will see. Who sent it is not asked for, and nothing is entered into a log.
    ///
    /// # Errors
    /// `Invalid` when it is too large, or so many came today that something must be wrong.
    #[boxed]
    pub async fn take_report(&self, published: &Published, day: Date) -> Result<()> {
        let body = json(published)?;
        if body.len() > LONGEST_BODY {
            return Err(StoreError::Invalid("the report is larger than 64 KiB".to_owned()));
        }
        if body.contains("\\u0000") {
            return Err(StoreError::Invalid("the report contains a character that no keyboard types".to_owned()));
        }
        // Ids made by time would tell when it came.
        let id = uuid::Builder::from_random_bytes(random::<16>()?).into_uuid();
        change!(self, None, "keeping a report", con => {
            let today: Count = sqlx::query_as("SELECT COUNT(*) AS count FROM anonymous_report WHERE on_day = $1")
                .bind(day.to_string())
                .fetch_one(&mut *con)
                .await?;
            if today.0 >= A_DAY {
                return Err(StoreError::Invalid("too many reports came today: please telephone".to_owned()));
            }
            sqlx::query("INSERT INTO anonymous_report (id, on_day, state, body) VALUES ($1, $2, 'new', $3)")
                .bind(Id(id))
                .bind(day.to_string())
                .bind(&body)
                .execute(&mut *con)
                .await?;
        })
    }

    /// Reports: new ones first, then by day, the newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn reports(&self, most: u32) -> Result<Vec<KeptReport>> {
        let rows: Vec<ReportRow> = read!(self, "listing reports", con => {
            sqlx::query_as(
                "SELECT * FROM anonymous_report ORDER BY CASE state WHEN 'new' THEN 0 ELSE 1 END, on_day DESC, id LIMIT $1",
            )
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// One report.
    ///
    /// # Errors
    /// `NotFound`.
    #[boxed]
    pub async fn report(&self, id: ReportId) -> Result<KeptReport> {
        let row: Option<ReportRow> = read!(self, "reading a report", con => {
            sqlx::query_as("SELECT * FROM anonymous_report WHERE id = $1").bind(Id(id.0)).fetch_optional(&mut *con).await?
        })?;
        row.map(|row| row.0).ok_or(StoreError::NotFound("the report"))
    }

    /// Notes that a notice was made of a report, or that it was put aside.
    ///
    /// # Errors
    /// `NotFound`.
    #[boxed]
    pub async fn settle_report(&self, act: &Act, id: ReportId, state: ReportState) -> Result<()> {
        change!(self, Some(Chain::Installation), "deciding about a report", con => {
            let done = sqlx::query("UPDATE anonymous_report SET state = $1 WHERE id = $2")
                .bind(crate::db::word(state))
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("the report"));
            }
            let object = format!("anonymous-report:{id}");
            let deed = match state {
                ReportState::Used => act.did("anonymous-report.use", object),
                ReportState::PutAside | ReportState::New => act.did("anonymous-report.put-aside", object),
            };
            con.append(Chain::Installation, deed).await?;
        })
    }
}
