//! Taking a vendor's answer.

use crate::db::{Id, boxed, change};
use crate::journal::Log as _;
use crate::records::{Draft, Records as _, Row, Shelf, checked as checked_body};
use crate::vendor_links::{VendorRequests as _, object};
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::checklist::ItemAnswer;
use hakutaku_model::id::FacilityId;
use hakutaku_model::journal::Chain;
use hakutaku_model::record::{Kept, Register as _};
use hakutaku_model::vendor_answers::{Reply, Submission, VendorQuestion, Way, item_answer, questions_after};
use hakutaku_model::vendor_request::Ask;

impl Store {
    /// Takes an answer: the submission, the checklist answers and the questions that follow, all or nothing. A link is
    /// answered once; a file that came back is taken also after the link has ended.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it was answered, withdrawn or (by the link) ended before.
    #[boxed]
    pub async fn answer_vendor_request(
        &self,
        act: &Act,
        facility: FacilityId,
        submission: &Submission,
    ) -> Result<Kept<Submission>> {
        let (id, shelf) = (submission.request, Shelf::from(facility));
        let text = checked_body(submission)?;
        let row = change!(self, Some(Chain::Facility(facility)), "taking a vendor's answer", con => {
            let request = con.must_find_request(facility, id).await?.request;
            let takes = match submission.way {
                Way::Link => request.is_open(act.at),
                Way::File => request.answered_at.is_none() && request.revoked_at.is_none(),
            };
            if !takes {
                return Err(StoreError::Conflict("the request"));
            }
            if request.vendor != submission.vendor || request.ask != submission.ask {
                return Err(StoreError::Invalid("the answer is for another request".to_owned()));
            }
            sqlx::query("UPDATE vendor_request SET answered_at = $1, draft = NULL WHERE id = $2")
                .bind(act.at.micros())
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            con.append(Chain::Facility(facility), act.did("vendor-request.answer", object(id)).after(&text)).await?;
            let row = con.insert_record(act, shelf, Draft::of(submission)?).await?;
            if let Ask::Checklist(edition) = &submission.ask {
                for line in &submission.sheet.lines {
                    let on = submission.sent_at.date_in_japan();
                    let Some(fresh) = item_answer(edition, submission.vendor, line, on, None) else { continue };
                    let key = fresh.key.to_string();
                    let before = con.find_by_key(shelf, ItemAnswer::KIND, &key).await?;
                    let before = before.map(Row::kept::<ItemAnswer>).transpose()?.map(|kept| kept.body);
                    let Some(answer) = item_answer(edition, submission.vendor, line, on, before) else { continue };
                    con.put_row(act, shelf, Draft::of(&answer)?).await?;
                }
            }
            let mut before = Vec::new();
            for question in questions_after(&refusing(submission), &[]) {
                let key = question.natural_key().unwrap_or_default();
                if let Some(row) = con.find_by_key(shelf, VendorQuestion::KIND, &key).await? {
                    before.push(row.kept::<VendorQuestion>()?.body);
                }
            }
            for question in questions_after(submission, &before) {
                con.put_row(act, shelf, Draft::of(&question)?).await?;
            }
            row
        })?;
        row.kept()
    }

    /// Signs what a request workbook says about itself, with the installation's key; hexadecimal digits.
    #[must_use]
    pub fn sign_vendor_request(&self, identity: &str) -> String {
        hex::encode(self.key().sign(format!("hakutaku vendor request\n{identity}").as_bytes()))
    }

    /// Whether this installation signed that.
    #[must_use]
    pub fn has_signed_vendor_request(&self, identity: &str, signature: &str) -> bool {
        let Some(bytes) = hex::decode(signature.trim()).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok()) else {
            return false;
        };
        let message = format!("hakutaku vendor request\n{identity}");
        let signature = ed25519_dalek::Signature::from_bytes(&bytes);
        self.key().public().verify_strict(message.as_bytes(), &signature).is_ok()
    }
}

/// The same submission as if every line said no: names every question there could be.
fn refusing(submission: &Submission) -> Submission {
    let mut refusing = submission.clone();
    for line in &mut refusing.sheet.lines {
        line.reply = Some(Reply::No);
    }
    refusing
}
