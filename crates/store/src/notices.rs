//! Notices of the region's centre: written, sent to members, corrected, withdrawn. What comes back is in
//! [`crate::receipts`].

use crate::db::{
    Backend as _, Id, boxed, change, from_json, from_row, from_word, json, on_both_connections, read, word,
};
use crate::journal::Log as _;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::journal::Chain;
use hakutaku_model::region::notice::receipt::Receipt;
use hakutaku_model::region::notice::{Edition, Notice};
use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

/// Recipients written by one statement.
const AT_ONCE: usize = 1000;
/// A notice longer than this is refused, in bytes of JSON.
const LONGEST_BODY: usize = 256 * 1024;

/// Where a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeState {
    /// Being written; nobody has it.
    Draft,
    /// Out.
    Sent,
    /// Out, and its last edition says that it no longer holds.
    Withdrawn,
}

/// A notice as it is kept at the centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptNotice {
    /// Its id.
    pub id: NoticeId,
    /// Where it stands.
    pub state: NoticeState,
    /// The newest edition that went out; of a draft: what is written so far, without number.
    pub notice: Notice,
    /// The next edition, while a correction is being written.
    pub correction: Option<Notice>,
    /// Whether members are asked if they are affected.
    pub poll: bool,
    /// When the newest edition went out.
    pub sent_at: Option<Ts>,
    /// When it last changed.
    pub changed_at: Ts,
    /// One more with each change.
    pub version: i64,
}

impl KeptNotice {
    /// What is being written: the draft, or the correction.
    #[must_use]
    pub fn draft(&self) -> Option<&Notice> {
        if self.state == NoticeState::Draft { Some(&self.notice) } else { self.correction.as_ref() }
    }
}

/// An edition that went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeEdition {
    /// When.
    pub sent_at: Ts,
    /// What.
    pub notice: Notice,
}

/// A notice as a member has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberNotice {
    /// Its id.
    pub id: NoticeId,
    /// The newest edition.
    pub notice: Notice,
    /// Whether members are asked if they are affected.
    pub poll: bool,
    /// Whether it no longer holds.
    pub withdrawn: bool,
    /// When the newest edition went out to this member.
    pub sent_at: Ts,
    /// What this member's people and programs showed so far, of all editions.
    pub receipts: Vec<Receipt>,
}

/// What a transmission says besides the notice.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// Which notice.
    pub id: NoticeId,
    /// The version the sender looked at.
    pub version: i64,
    /// The sender's name, as members read it.
    pub by: &'a str,
    /// To whom, at this moment.
    pub to: &'a [FacilityId],
}

/// Where a page of a list begins: after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeCursor {
    /// The moment the list is sorted by.
    pub at: Ts,
    /// Its id.
    pub id: NoticeId,
}

struct NoticeRow(KeptNotice);

from_row!(NoticeRow, row => {
    Self(KeptNotice {
        id: NoticeId(row.try_get::<Id, _>("id")?.0),
        state: from_word(row.try_get("state")?)?,
        notice: from_json(&row.try_get::<String, _>("body")?)?,
        correction: row.try_get::<Option<String>, _>("draft")?.as_deref().map(from_json).transpose()?,
        poll: row.try_get::<i64, _>("poll")? != 0,
        sent_at: row.try_get::<Option<i64>, _>("sent_at")?.map(Ts::from_micros),
        changed_at: Ts::from_micros(row.try_get("changed_at")?),
        version: row.try_get("version")?,
    })
});

struct EditionRow(NoticeEdition);

from_row!(EditionRow, row => {
    Self(NoticeEdition {
        sent_at: Ts::from_micros(row.try_get("sent_at")?),
        notice: from_json(&row.try_get::<String, _>("body")?)?,
    })
});

struct MemberRow(MemberNotice);

from_row!(MemberRow, row => {
    Self(MemberNotice {
        id: NoticeId(row.try_get::<Id, _>("id")?.0),
        notice: from_json(&row.try_get::<String, _>("body")?)?,
        poll: row.try_get::<i64, _>("poll")? != 0,
        withdrawn: from_word::<NoticeState>(row.try_get("state")?)? == NoticeState::Withdrawn,
        sent_at: Ts::from_micros(row.try_get("to_at")?),
        receipts: Vec::new(),
    })
});

struct Number(String);

from_row!(Number, row => { Self(row.try_get("number")?) });

struct Whom(FacilityId);

from_row!(Whom, row => { Self(row.try_get::<Id, _>("facility_id")?.0.into()) });

fn object(id: NoticeId) -> String {
    format!("notice:{id}")
}

fn body_of(notice: &Notice) -> Result<String> {
    let body = json(notice)?;
    if body.len() > LONGEST_BODY {
        return Err(StoreError::Invalid("the notice is larger than 256 KiB".to_owned()));
    }
    if body.contains("\\u0000") {
        return Err(StoreError::Invalid("the notice contains a character that no keyboard types".to_owned()));
    }
    Ok(body)
}

/// `2026-014`, the one after the last of its year.
fn next_number(at: Ts, last: Option<&str>) -> String {
    let year = at.date_in_japan().year();
    let last: u32 = last.and_then(|number| number.split_once('-')?.1.parse().ok()).unwrap_or(0);
    format!("{year}-{:03}", last + 1)
}

on_both_connections! {
    /// Notices inside a transaction.
    Notices {
        /// The notice in the version somebody looked at.
        async fn must_find_notice(con, id: NoticeId, version: i64) -> KeptNotice {
            // Holds the row: two people sending the same draft send it once.
            sqlx::query("UPDATE notice SET version = version WHERE id = $1").bind(Id(id.0)).execute(&mut *con).await?;
            let row: Option<NoticeRow> =
                sqlx::query_as("SELECT * FROM notice WHERE id = $1").bind(Id(id.0)).fetch_optional(&mut *con).await?;
            let kept = row.ok_or(StoreError::NotFound("the notice"))?.0;
            if kept.version != version {
                return Err(StoreError::Conflict("the notice"));
            }
            kept
        }

        /// Writes an edition that goes out, and to whom. The caller holds the installation's log.
        async fn put_edition(con, act: &Act, id: NoticeId, notice: &Notice, to: &[FacilityId]) -> () {
            let (body, at) = (body_of(notice)?, act.at.micros());
            let state = match notice.because {
                Edition::Withdrawal { .. } => NoticeState::Withdrawn,
                Edition::First | Edition::Correction { .. } => NoticeState::Sent,
            };
            sqlx::query(
                "UPDATE notice SET number = $1, edition = $2, state = $3, deadline = $4, sent_at = $5, changed_at = $5, \
                 version = version + 1, body = $6, draft = NULL WHERE id = $7",
            )
            .bind(&notice.number)
            .bind(i64::from(notice.edition))
            .bind(word(state))
            .bind(notice.deadline.micros())
            .bind(at)
            .bind(&body)
            .bind(Id(id.0))
            .execute(&mut *con)
            .await?;
            sqlx::query("INSERT INTO notice_edition (notice_id, edition, sent_at, body) VALUES ($1, $2, $3, $4)")
                .bind(Id(id.0))
                .bind(i64::from(notice.edition))
                .bind(at)
                .bind(&body)
                .execute(&mut *con)
                .await?;
            // Whoever has an earlier edition gets this one too, also when no longer in the audience.
            sqlx::query("UPDATE notice_to SET sent_at = $1 WHERE notice_id = $2")
                .bind(at)
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            for part in to.chunks(AT_ONCE) {
                let rows: Vec<String> = (3..part.len() + 3).map(|place| format!("($1, ${place}, $2)")).collect();
                let sql = format!(
                    "INSERT INTO notice_to (notice_id, facility_id, sent_at) VALUES {} \
                     ON CONFLICT (notice_id, facility_id) DO NOTHING",
                    rows.join(", ")
                );
                let mut query = sqlx::query(AssertSqlSafe(sql)).bind(Id(id.0)).bind(at);
                for facility in part {
                    query = query.bind(Id(facility.0));
                }
                query.execute(&mut *con).await?;
            }
            let whom: Vec<Whom> = sqlx::query_as("SELECT facility_id FROM notice_to WHERE notice_id = $1")
                .bind(Id(id.0))
                .fetch_all(&mut *con)
                .await?;
            let deed = match notice.because {
                Edition::First => act.did("notice.send", object(id)),
                Edition::Correction { .. } => act.did("notice.correct", object(id)),
                Edition::Withdrawal { .. } => act.did("notice.withdraw", object(id)),
            };
            let deed = deed.after(&body).with("number", &notice.number).with("edition", notice.edition);
            con.append(Chain::Installation, deed.with("facilities", whom.len())).await?;
        }
    }
}

impl Store {
    /// Begins a notice. Nobody gets it before [`Self::send_notice`].
    ///
    /// # Errors
    /// `Invalid` when it is too large.
    #[boxed]
    pub async fn draft_notice(&self, act: &Act, notice: &Notice, poll: bool) -> Result<KeptNotice> {
        let kept = KeptNotice {
            id: NoticeId(Id::new().0),
            state: NoticeState::Draft,
            notice: Notice { number: String::new(), edition: 1, because: Edition::First, ..notice.clone() },
            correction: None,
            poll,
            sent_at: None,
            changed_at: act.at,
            version: 1,
        };
        let body = body_of(&kept.notice)?;
        change!(self, Some(Chain::Installation), "beginning a notice", con => {
            sqlx::query(
                "INSERT INTO notice (id, edition, state, poll, deadline, changed_at, version, body) \
                 VALUES ($1, 1, 'draft', $2, $3, $4, 1, $5)",
            )
            .bind(Id(kept.id.0))
            .bind(i64::from(poll))
            .bind(notice.deadline.micros())
            .bind(act.at.micros())
            .bind(&body)
            .execute(&mut *con)
            .await?;
            con.append(Chain::Installation, act.did("notice.create", object(kept.id)).after(&body)).await?;
        })?;
        Ok(kept)
    }

    /// Writes the draft, or what the next edition of a notice that is out will say.
    ///
    /// # Errors
    /// `NotFound`, `Conflict` when it changed since `version`; `Invalid` when it is withdrawn or too large.
    #[boxed]
    pub async fn write_notice(
        &self,
        act: &Act,
        id: NoticeId,
        version: i64,
        notice: &Notice,
        poll: bool,
    ) -> Result<i64> {
        let (notice, first) = (notice.clone(), Notice { number: String::new(), edition: 1, ..notice.clone() });
        change!(self, Some(Chain::Installation), "writing a notice", con => {
            let kept = con.must_find_notice(id, version).await?;
            let body = match kept.state {
                NoticeState::Draft => body_of(&Notice { because: Edition::First, ..first.clone() })?,
                NoticeState::Sent => body_of(&Notice {
                    number: kept.notice.number.clone(),
                    edition: kept.notice.edition + 1,
                    ..notice.clone()
                })?,
                NoticeState::Withdrawn => {
                    return Err(StoreError::Invalid("the notice is withdrawn: begin a new one".to_owned()));
                }
            };
            let sql = if kept.state == NoticeState::Draft {
                "UPDATE notice SET body = $1, poll = $2, changed_at = $3, version = version + 1 WHERE id = $4"
            } else {
                "UPDATE notice SET draft = $1, poll = $2, changed_at = $3, version = version + 1 WHERE id = $4"
            };
            let poll = if kept.state == NoticeState::Draft { poll } else { kept.poll };
            sqlx::query(sql)
                .bind(&body)
                .bind(i64::from(poll))
                .bind(act.at.micros())
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            con.append(Chain::Installation, act.did("notice.change", object(id)).after(&body)).await?;
            version + 1
        })
    }

    /// Throws a draft away, or the correction that was being written.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`.
    #[boxed]
    pub async fn discard_notice(&self, act: &Act, id: NoticeId, version: i64) -> Result<()> {
        change!(self, Some(Chain::Installation), "throwing a draft away", con => {
            let kept = con.must_find_notice(id, version).await?;
            let sql = if kept.state == NoticeState::Draft {
                "DELETE FROM notice WHERE id = $1"
            } else {
                "UPDATE notice SET draft = NULL, version = version + 1 WHERE id = $1"
            };
            sqlx::query(sql).bind(Id(id.0)).execute(&mut *con).await?;
            con.append(Chain::Installation, act.did("notice.discard", object(id))).await?;
        })
    }

    /// Sends what is being written: the first edition with a number drawn now, or a correction. All or nothing.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`; `Invalid` when nothing is being written, something is wrong with it, or nobody would get it.
    #[boxed]
    pub async fn send_notice(&self, act: &Act, sending: &Sending<'_>) -> Result<KeptNotice> {
        let Sending { id, version, by, to } = *sending;
        change!(self, Some(Chain::Installation), "sending a notice", con => {
            let kept = con.must_find_notice(id, version).await?;
            let draft = kept.draft().ok_or_else(|| StoreError::Invalid("nothing is being written".to_owned()))?;
            let mut notice = Notice { by: by.to_owned(), at: act.at, ..draft.clone() };
            if kept.state == NoticeState::Draft {
                if to.is_empty() {
                    return Err(StoreError::Invalid("nobody would get this notice".to_owned()));
                }
                con.lock_chains(&["notice numbers".to_owned()]).await?;
                let like = format!("{}-%", act.at.date_in_japan().year());
                let last: Option<Number> = sqlx::query_as(
                    "SELECT number FROM notice WHERE number LIKE $1 ORDER BY LENGTH(number) DESC, number DESC LIMIT 1",
                )
                .bind(like)
                .fetch_optional(&mut *con)
                .await?;
                notice.number = next_number(act.at, last.as_ref().map(|last| last.0.as_str()));
            }
            if let Some(fault) = notice.faults().first() {
                return Err(StoreError::Invalid(fault.en.clone()));
            }
            con.put_edition(act, id, &notice, to).await?;
            KeptNotice {
                state: NoticeState::Sent,
                notice,
                correction: None,
                sent_at: Some(act.at),
                changed_at: act.at,
                version: version + 1,
                ..kept
            }
        })
    }

    /// Withdraws a notice: its last edition says why, to everybody who got an earlier one.
    ///
    /// # Errors
    /// `NotFound`, `Conflict`; `Invalid` without a reason, or when it is not out.
    #[boxed]
    pub async fn withdraw_notice(
        &self,
        act: &Act,
        sending: &Sending<'_>,
        why: &str,
        deadline: Ts,
    ) -> Result<KeptNotice> {
        let Sending { id, version, by, .. } = *sending;
        change!(self, Some(Chain::Installation), "withdrawing a notice", con => {
            let kept = con.must_find_notice(id, version).await?;
            if kept.state != NoticeState::Sent {
                return Err(StoreError::Invalid("only a notice that is out can be withdrawn".to_owned()));
            }
            let notice = kept.notice.withdrawn(why, by, act.at, deadline);
            if let Some(fault) = notice.faults().first() {
                return Err(StoreError::Invalid(fault.en.clone()));
            }
            con.put_edition(act, id, &notice, &[]).await?;
            KeptNotice {
                state: NoticeState::Withdrawn,
                notice,
                correction: None,
                sent_at: Some(act.at),
                changed_at: act.at,
                version: version + 1,
                ..kept
            }
        })
    }

    /// One notice.
    ///
    /// # Errors
    /// `NotFound`.
    #[boxed]
    pub async fn notice(&self, id: NoticeId) -> Result<KeptNotice> {
        let row: Option<NoticeRow> = read!(self, "reading a notice", con => {
            sqlx::query_as("SELECT * FROM notice WHERE id = $1").bind(Id(id.0)).fetch_optional(&mut *con).await?
        })?;
        row.map(|row| row.0).ok_or(StoreError::NotFound("the notice"))
    }

    /// Notices of the centre, the last changed first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn notices(&self, after: Option<NoticeCursor>, most: u32) -> Result<Vec<KeptNotice>> {
        let after = after.unwrap_or(LAST);
        let rows: Vec<NoticeRow> = read!(self, "listing notices", con => {
            sqlx::query_as(
                "SELECT * FROM notice WHERE (changed_at, id) < ($1, $2) ORDER BY changed_at DESC, id DESC LIMIT $3",
            )
            .bind(after.at.micros())
            .bind(Id(after.id.0))
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// All editions of a notice that went out, the first first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn notice_editions(&self, id: NoticeId) -> Result<Vec<NoticeEdition>> {
        let rows: Vec<EditionRow> = read!(self, "listing editions", con => {
            sqlx::query_as("SELECT * FROM notice_edition WHERE notice_id = $1 ORDER BY edition")
                .bind(Id(id.0))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Who got a notice.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn notice_recipients(&self, id: NoticeId) -> Result<Vec<FacilityId>> {
        let rows: Vec<Whom> = read!(self, "listing who got a notice", con => {
            sqlx::query_as("SELECT facility_id FROM notice_to WHERE notice_id = $1 ORDER BY facility_id")
                .bind(Id(id.0))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Notices to a facility, the newest edition first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn notices_to(
        &self,
        facility: FacilityId,
        after: Option<NoticeCursor>,
        most: u32,
    ) -> Result<Vec<MemberNotice>> {
        let after = after.unwrap_or(LAST);
        let rows: Vec<MemberRow> = read!(self, "listing notices to a facility", con => {
            sqlx::query_as(
                "SELECT n.id, n.body, n.poll, n.state, t.sent_at AS to_at FROM notice_to t JOIN notice n ON n.id = t.notice_id \
                 WHERE t.facility_id = $1 AND (t.sent_at, t.notice_id) < ($2, $3) \
                 ORDER BY t.sent_at DESC, t.notice_id DESC LIMIT $4",
            )
            .bind(Id(facility.0))
            .bind(after.at.micros())
            .bind(Id(after.id.0))
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        self.with_receipts(facility, rows).await
    }

    /// Editions to a facility that went out after a place in that order, the oldest first: for programs that fetch.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn notices_since(
        &self,
        facility: FacilityId,
        after: Option<NoticeCursor>,
        most: u32,
    ) -> Result<Vec<MemberNotice>> {
        let after = after.unwrap_or(NoticeCursor { at: Ts::from_micros(i64::MIN), id: NoticeId(uuid::Uuid::nil()) });
        let rows: Vec<MemberRow> = read!(self, "fetching notices to a facility", con => {
            sqlx::query_as(
                "SELECT n.id, n.body, n.poll, n.state, t.sent_at AS to_at FROM notice_to t JOIN notice n ON n.id = t.notice_id \
                 WHERE t.facility_id = $1 AND (t.sent_at, t.notice_id) > ($2, $3) \
                 ORDER BY t.sent_at, t.notice_id LIMIT $4",
            )
            .bind(Id(facility.0))
            .bind(after.at.micros())
            .bind(Id(after.id.0))
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        self.with_receipts(facility, rows).await
    }

    /// Notices whose newest edition nobody of the facility has understood yet, the most urgent first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn notices_to_read(&self, facility: FacilityId, most: u32) -> Result<Vec<MemberNotice>> {
        let rows: Vec<MemberRow> = read!(self, "listing unread notices", con => {
            sqlx::query_as(
                "SELECT n.id, n.body, n.poll, n.state, t.sent_at AS to_at FROM notice_to t JOIN notice n ON n.id = t.notice_id \
                 WHERE t.facility_id = $1 AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.notice_id = n.id \
                 AND r.edition = n.edition AND r.facility_id = t.facility_id AND r.stage = 'understood') \
                 ORDER BY n.deadline, t.notice_id LIMIT $2",
            )
            .bind(Id(facility.0))
            .bind(i64::from(most))
            .fetch_all(&mut *con)
            .await?
        })?;
        self.with_receipts(facility, rows).await
    }

    /// One notice, as a facility that got it has it.
    ///
    /// # Errors
    /// `NotFound` when it did not get it.
    #[boxed]
    pub async fn notice_to(&self, facility: FacilityId, id: NoticeId) -> Result<MemberNotice> {
        let rows: Vec<MemberRow> = read!(self, "reading a notice", con => {
            sqlx::query_as(
                "SELECT n.id, n.body, n.poll, n.state, t.sent_at AS to_at FROM notice_to t JOIN notice n ON n.id = t.notice_id \
                 WHERE t.facility_id = $1 AND t.notice_id = $2",
            )
            .bind(Id(facility.0))
            .bind(Id(id.0))
            .fetch_all(&mut *con)
            .await?
        })?;
        self.with_receipts(facility, rows).await?.pop().ok_or(StoreError::NotFound("the notice"))
    }

    async fn with_receipts(&self, facility: FacilityId, rows: Vec<MemberRow>) -> Result<Vec<MemberNotice>> {
        let mut found: Vec<MemberNotice> = rows.into_iter().map(|row| row.0).collect();
        let ids: Vec<NoticeId> = found.iter().map(|one| one.id).collect();
        let mut receipts = self.receipts_of(facility, &ids).await?;
        for one in &mut found {
            one.receipts = receipts.remove(&one.id).unwrap_or_default();
        }
        Ok(found)
    }
}

/// Before the newest.
const LAST: NoticeCursor = NoticeCursor { at: Ts::from_micros(i64::MAX), id: NoticeId(uuid::Uuid::max()) };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_up_within_a_year_also_past_three_digits() {
        let at = Ts::try_from("2026-11-21T01:00:00Z".to_owned()).expect("a time");
        assert_eq!(next_number(at, None), "2026-001");
        assert_eq!(next_number(at, Some("2026-013")), "2026-014");
        assert_eq!(next_number(at, Some("2026-999")), "2026-1000");
        let new_year = Ts::try_from("2026-12-31T15:00:00Z".to_owned()).expect("a time");
        assert_eq!(next_number(new_year, None), "2027-001", "the year of Japan");
    }
}
