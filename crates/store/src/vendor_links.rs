//! Links through which a vendor answers without an account: what is asked, the link, what was put down so far, the answer.
//!
//! A link is answered once. Token and PIN are kept as hashes only; a PIN, being short, under the installation's key.

use crate::db::{Id, boxed, change, from_json, from_row, json, on_both_connections, read, undecodable};
use crate::journal::Log as _;
use crate::keys::{InstallationKey, new_token, token_hash};
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, VendorRequestId};
use hakutaku_model::journal::Chain;
use hakutaku_model::record::{RecordId, Register as _};
use hakutaku_model::time::Ts;
use hakutaku_model::vendor::Engagement;
use hakutaku_model::vendor_answers::Draft;
use hakutaku_model::vendor_request::{Ask, MOST_WRONG_PINS, Request};
use jiff::civil::Date;

/// A draft longer than this is refused: 4 MiB.
const LARGEST_DRAFT: usize = 4 * 1024 * 1024;

/// A request to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVendorRequest {
    /// Who is asked: an engagement of the facility.
    pub vendor: RecordId,
    /// What is asked.
    pub ask: Ask,
    /// What the facility writes along, at most 2,000 characters.
    pub message: String,
    /// The day by which the answer is wished.
    pub due: Date,
    /// A PIN to be told by telephone: 4 to 12 characters.
    pub pin: Option<String>,
    /// When the link ends.
    pub expires_at: Ts,
}

/// A request whose link was just made: the only time its token is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedVendorRequest {
    /// For the link.
    pub token: String,
    /// What is stored about it.
    pub request: Request,
}

/// What a PIN did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinOutcome {
    /// It is right: the browser keeps this proof beside the token.
    Right(String),
    /// It is wrong; so many tries are left.
    Wrong(u32),
    /// The link is closed, now or since before.
    Closed,
}

/// A row with its secrets.
pub(crate) struct VendorRow {
    pub(crate) request: Request,
    token_hash: Vec<u8>,
    pin_hash: Option<Vec<u8>>,
}

from_row!(VendorRow, row => {
    let pin_hash: Option<Vec<u8>> = row.try_get("pin_hash")?;
    let moment = |name: &str| -> Result<Option<Ts>, sqlx::Error> {
        Ok(row.try_get::<Option<i64>, _>(name)?.map(Ts::from_micros))
    };
    Self {
        token_hash: row.try_get("token_hash")?,
        request: Request {
            id: row.try_get::<Id, _>("id")?.0.into(),
            facility: row.try_get::<Id, _>("facility_id")?.0.into(),
            vendor: row.try_get::<Id, _>("vendor_id")?.0.into(),
            vendor_name: row.try_get("vendor_name")?,
            ask: from_json(&row.try_get::<String, _>("ask")?)?,
            message: row.try_get("message")?,
            due: row.try_get::<String, _>("due")?.parse().map_err(undecodable)?,
            has_pin: pin_hash.is_some(),
            wrong_pins: u32::try_from(row.try_get::<i64, _>("wrong_pins")?).map_err(undecodable)?,
            created_at: Ts::from_micros(row.try_get("created_at")?),
            expires_at: Ts::from_micros(row.try_get("expires_at")?),
            opened_at: moment("opened_at")?,
            answered_at: moment("answered_at")?,
            revoked_at: moment("revoked_at")?,
            reminders: from_json(&row.try_get::<String, _>("reminders")?)?,
            draft_at: moment("draft_at")?,
        },
        pin_hash,
    }
});

struct StoredDraft(Option<String>);

from_row!(StoredDraft, row => { Self(row.try_get("draft")?) });

on_both_connections! {
    /// The fence of requests.
    VendorRequests {
        /// The request, or `NotFound` when it is not this facility's.
        async fn must_find_request(con, facility: FacilityId, id: VendorRequestId) -> VendorRow {
            sqlx::query_as("SELECT * FROM vendor_request WHERE facility_id = $1 AND id = $2")
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the request"))?
        }

        /// The request of a link.
        async fn find_link(con, token: &str) -> Option<VendorRow> {
            sqlx::query_as("SELECT * FROM vendor_request WHERE token_hash = $1")
                .bind(token_hash(token))
                .fetch_optional(&mut *con)
                .await?
        }
    }
}

pub(crate) fn object(id: VendorRequestId) -> String {
    format!("vendor-request:{id}")
}

fn pin_hash(key: &InstallationKey, id: VendorRequestId, pin: &str) -> Vec<u8> {
    key.keyed_hash("vendor pin", &[id.0.as_bytes(), pin.trim().as_bytes()]).to_vec()
}

fn checked_pin(pin: Option<&str>) -> Result<Option<&str>> {
    pin.map(|pin| checked("the PIN", pin, 4, 12)).transpose()
}

/// Compares without telling by its duration where the first difference is.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

impl VendorRow {
    /// What a browser shows after the right PIN: bound to this link and this PIN, computable by nobody else.
    fn pass(&self, key: &InstallationKey) -> Option<String> {
        let pin = self.pin_hash.as_ref()?;
        Some(hex::encode(key.keyed_hash("vendor pass", &[&self.token_hash, pin])))
    }
}

impl Store {
    /// Asks a vendor: makes a request with its link.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such vendor; `Invalid` for a message or PIN that is too long or too short.
    #[boxed]
    pub async fn create_vendor_request(
        &self,
        act: &Act,
        facility: FacilityId,
        new: &NewVendorRequest,
    ) -> Result<IssuedVendorRequest> {
        let message = checked("the message", &new.message, 0, 2_000)?;
        let pin = checked_pin(new.pin.as_deref())?;
        let vendor = self.record_of::<Engagement>(facility, new.vendor).await?;
        if vendor.retired_at.is_some() {
            return Err(StoreError::NotFound(Engagement::KIND));
        }
        let id = VendorRequestId(Id::new().0);
        let token = new_token("hkv_")?;
        let pin = pin.map(|pin| pin_hash(self.key(), id, pin));
        let row = change!(self, Some(Chain::Facility(facility)), "asking a vendor", con => {
            let row: VendorRow = sqlx::query_as(
                "INSERT INTO vendor_request (id, facility_id, vendor_id, vendor_name, ask, message, due, token_hash, \
                 pin_hash, wrong_pins, created_at, expires_at, reminders) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, '[]') RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(Id(new.vendor.0))
            .bind(&vendor.body.name)
            .bind(json(&new.ask)?)
            .bind(message)
            .bind(new.due.to_string())
            .bind(token_hash(&token))
            .bind(pin.clone())
            .bind(act.at.micros())
            .bind(new.expires_at.micros())
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("vendor-request.create", object(id)).after(&row.request);
            con.append(Chain::Facility(facility), deed.with("name", &row.request.vendor_name)).await?;
            row
        })?;
        Ok(IssuedVendorRequest { token, request: row.request })
    }

    /// Makes a new link for a request; the old one no longer opens. What the vendor put down so far stays.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it was answered already; `Invalid` for a PIN of the wrong length.
    #[boxed]
    pub async fn reissue_vendor_link(
        &self,
        act: &Act,
        facility: FacilityId,
        id: VendorRequestId,
        pin: Option<&str>,
        expires_at: Ts,
    ) -> Result<IssuedVendorRequest> {
        let pin = checked_pin(pin)?.map(|pin| pin_hash(self.key(), id, pin));
        let token = new_token("hkv_")?;
        let row = change!(self, Some(Chain::Facility(facility)), "making a new link for a vendor", con => {
            let before = con.must_find_request(facility, id).await?.request;
            if before.answered_at.is_some() {
                return Err(StoreError::Conflict("the request"));
            }
            let row: VendorRow = sqlx::query_as(
                "UPDATE vendor_request SET token_hash = $1, pin_hash = $2, wrong_pins = 0, expires_at = $3, \
                 revoked_at = NULL WHERE id = $4 RETURNING *",
            )
            .bind(token_hash(&token))
            .bind(pin.clone())
            .bind(expires_at.micros())
            .bind(Id(id.0))
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("vendor-request.reissue", object(id)).before(&before).after(&row.request);
            con.append(Chain::Facility(facility), deed).await?;
            row
        })?;
        Ok(IssuedVendorRequest { token, request: row.request })
    }

    /// All requests of a facility, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn vendor_requests(&self, facility: FacilityId) -> Result<Vec<Request>> {
        read!(self, "listing requests to vendors", con => {
            let rows: Vec<VendorRow> = sqlx::query_as("SELECT * FROM vendor_request WHERE facility_id = $1 ORDER BY id DESC")
                .bind(Id(facility.0))
                .fetch_all(&mut *con)
                .await?;
            rows.into_iter().map(|row| row.request).collect()
        })
    }

    /// One request of a facility.
    ///
    /// # Errors
    /// `NotFound` when the facility has none with this id.
    #[boxed]
    pub async fn vendor_request(&self, facility: FacilityId, id: VendorRequestId) -> Result<Request> {
        read!(self, "reading a request to a vendor", con => { con.must_find_request(facility, id).await?.request })
    }

    /// The request of a link, whatever its state; `None` for a token that is none.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn vendor_link(&self, token: &str) -> Result<Option<Request>> {
        read!(self, "looking for a vendor's link", con => { con.find_link(token).await?.map(|row| row.request) })
    }

    /// Whether a browser may look behind a link: it has no PIN, or this is the proof given for the right one.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn vendor_pass_holds(&self, token: &str, pass: Option<&str>) -> Result<bool> {
        let row = read!(self, "looking for a vendor's link", con => { con.find_link(token).await? })?;
        Ok(row.is_some_and(|row| match row.pass(self.key()) {
            None => true,
            Some(right) => pass.is_some_and(|pass| equal(pass.as_bytes(), right.as_bytes())),
        }))
    }

    /// Tries a PIN. Every wrong one counts, whoever gives it; after [`MOST_WRONG_PINS`] the link closes until the
    /// facility makes a new one.
    ///
    /// # Errors
    /// `NotFound` for a token that is none.
    #[boxed]
    pub async fn try_vendor_pin(&self, token: &str, pin: &str, now: Ts) -> Result<PinOutcome> {
        let row = read!(self, "looking for a vendor's link", con => { con.find_link(token).await? })?;
        let facility = row.ok_or(StoreError::NotFound("the link"))?.request.facility;
        change!(self, Some(Chain::Facility(facility)), "trying a vendor's PIN", con => {
            // Within the transaction, so that tries at the same moment are all counted.
            let row = con.find_link(token).await?.ok_or(StoreError::NotFound("the link"))?;
            let id = row.request.id;
            if !row.request.is_open(now) {
                return Ok(PinOutcome::Closed);
            }
            let right = row.pin_hash.as_ref().is_none_or(|hash| equal(hash, &pin_hash(self.key(), id, pin)));
            if right {
                PinOutcome::Right(row.pass(self.key()).unwrap_or_default())
            } else {
                let wrong = row.request.wrong_pins.saturating_add(1);
                sqlx::query("UPDATE vendor_request SET wrong_pins = $1 WHERE id = $2")
                    .bind(i64::from(wrong))
                    .bind(Id(id.0))
                    .execute(&mut *con)
                    .await?;
                let act = Act::vendor(id, now);
                let action = if wrong >= MOST_WRONG_PINS { "vendor-request.lock" } else { "vendor-request.wrong-pin" };
                con.append(Chain::Facility(facility), act.did(action, object(id)).with("tries", wrong)).await?;
                if wrong >= MOST_WRONG_PINS { PinOutcome::Closed } else { PinOutcome::Wrong(MOST_WRONG_PINS - wrong) }
            }
        })
    }

    /// Notes the first opening; later calls change nothing.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn mark_vendor_link_opened(&self, act: &Act, facility: FacilityId, id: VendorRequestId) -> Result<()> {
        change!(self, Some(Chain::Facility(facility)), "noting that a vendor's link was opened", con => {
            let done = sqlx::query(
                "UPDATE vendor_request SET opened_at = $1 WHERE facility_id = $2 AND id = $3 AND opened_at IS NULL",
            )
            .bind(act.at.micros())
            .bind(Id(facility.0))
            .bind(Id(id.0))
            .execute(&mut *con)
            .await?;
            if done.rows_affected() > 0 {
                con.append(Chain::Facility(facility), act.did("vendor-request.open", object(id))).await?;
            }
        })
    }

    /// What the vendor has put down so far.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such request.
    #[boxed]
    pub async fn vendor_draft(&self, facility: FacilityId, id: VendorRequestId) -> Result<Option<Draft>> {
        let stored: Option<StoredDraft> = read!(self, "reading a vendor's draft", con => {
            sqlx::query_as("SELECT draft FROM vendor_request WHERE facility_id = $1 AND id = $2")
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
        })?;
        let stored = stored.ok_or(StoreError::NotFound("the request"))?.0;
        stored.map(|text| from_json(&text).map_err(|_| StoreError::Damaged("a vendor's draft".to_owned()))).transpose()
    }

    /// Keeps what the vendor has put down so far.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when the link takes no answer any more; `Invalid` above 4 MiB.
    #[boxed]
    pub async fn save_vendor_draft(
        &self,
        act: &Act,
        facility: FacilityId,
        id: VendorRequestId,
        draft: &Draft,
    ) -> Result<()> {
        let text = json(draft)?;
        if text.len() > LARGEST_DRAFT || text.contains("\\u0000") {
            return Err(StoreError::Invalid(
                "the answers are longer than 4 MiB or hold a character that no keyboard types".to_owned(),
            ));
        }
        change!(self, Some(Chain::Facility(facility)), "keeping a vendor's draft", con => {
            let row = con.must_find_request(facility, id).await?;
            if !row.request.is_open(act.at) {
                return Err(StoreError::Conflict("the request"));
            }
            sqlx::query("UPDATE vendor_request SET draft = $1, draft_at = $2 WHERE id = $3")
                .bind(&text)
                .bind(act.at.micros())
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            con.append(Chain::Facility(facility), act.did("vendor-request.draft", object(id)).after(&text)).await?;
        })
    }

    /// Withdraws a request; its link no longer opens.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it was answered or withdrawn before.
    #[boxed]
    pub async fn withdraw_vendor_request(&self, act: &Act, facility: FacilityId, id: VendorRequestId) -> Result<()> {
        change!(self, Some(Chain::Facility(facility)), "withdrawing a request to a vendor", con => {
            let request = con.must_find_request(facility, id).await?.request;
            if request.answered_at.is_some() || request.revoked_at.is_some() {
                return Err(StoreError::Conflict("the request"));
            }
            sqlx::query("UPDATE vendor_request SET revoked_at = $1 WHERE id = $2")
                .bind(act.at.micros())
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            con.append(Chain::Facility(facility), act.did("vendor-request.revoke", object(id))).await?;
        })
    }

    /// Notes that a reminder was written today; a second one on the same day is the same.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such request.
    #[boxed]
    pub async fn note_vendor_reminder(&self, act: &Act, facility: FacilityId, id: VendorRequestId) -> Result<()> {
        let today = act.at.date_in_japan();
        change!(self, Some(Chain::Facility(facility)), "noting a reminder", con => {
            let mut request = con.must_find_request(facility, id).await?.request;
            if !request.reminders.contains(&today) {
                request.reminders.push(today);
                sqlx::query("UPDATE vendor_request SET reminders = $1 WHERE id = $2")
                    .bind(json(&request.reminders)?)
                    .bind(Id(id.0))
                    .execute(&mut *con)
                    .await?;
                con.append(Chain::Facility(facility), act.did("vendor-request.remind", object(id))).await?;
            }
        })
    }
}
