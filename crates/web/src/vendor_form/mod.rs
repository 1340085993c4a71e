//! What a vendor sees who came by a link: no account, one form, saved while it is filled in, sent once.
//!
//! | file | what the vendor does |
//! |---|---|
//! | [`open`] | opens the link, gives the PIN, leaves |
//! | [`fill`] | fills the form in and saves it |
//! | [`confirm`], [`send`] | looks it over and sends it, to other hospitals that asked the same, too |
//! | [`prefill`] | fills it from the answers file of an earlier answer |
//! | [`done`] | sees that it was sent, and takes the answers along |

mod confirm;
mod done;
mod fill;
mod open;
mod prefill;
pub(crate) mod send;

use crate::access::{Routes, Scope};
use crate::shell::page::Page;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action as A;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor_answers::LARGEST_FILE;
use hakutaku_model::vendor_request::Request;
use hakutaku_store::MAX_DOCUMENT_BYTES;

/// Room for the form around a file.
const AROUND: usize = 128 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::{Public, VendorLink};
    routes
        // Opening a link only changes the address into a cookie; whoever has none gets a kind page.
        .get("/v/{token}", A::Public, Public, open::open)
        .get("/vendor-form/pin", A::Public, Public, open::pin)
        .post("/vendor-form/pin", A::Public, Public, open::try_pin)
        .get("/vendor-form/ended", A::Public, Public, open::ended)
        .post("/vendor-form/leave", A::Public, Public, open::leave)
        .get("/vendor-form", A::AnswerAsVendor, VendorLink, fill::show)
        .post("/vendor-form", A::AnswerAsVendor, VendorLink, fill::save)
        .get("/vendor-form/confirm", A::AnswerAsVendor, VendorLink, confirm::show)
        .upload("/vendor-form/send", A::AnswerAsVendor, VendorLink, MAX_DOCUMENT_BYTES + AROUND, send::send)
        .upload("/vendor-form/prefill", A::AnswerAsVendor, VendorLink, LARGEST_FILE + AROUND, prefill::look)
        .upload("/vendor-form/prefill/accept", A::AnswerAsVendor, VendorLink, 2 * LARGEST_FILE, prefill::accept)
        .get("/vendor-form/done", A::AnswerAsVendor, VendorLink, done::show)
        .get("/vendor-form/answers.json", A::AnswerAsVendor, VendorLink, done::answers)
}

/// The request of this visit.
fn request(visit: &Visit) -> Result<&Request, Problem> {
    visit.vendor.as_ref().map(|link| &link.request).ok_or(Problem::NotFound)
}

/// The request while it takes an answer; otherwise the page that says why not.
#[expect(clippy::result_large_err, reason = "the other side is the whole answer, made at most once")]
fn open_request(visit: &Visit, now: Ts) -> Result<&Request, Response> {
    let request = request(visit).map_err(Problem::into_response)?;
    if request.answered_at.is_some() {
        Err(Redirect::to("/vendor-form/done").into_response())
    } else if request.is_open(now) {
        Ok(request)
    } else {
        Err(Problem::Said(StatusCode::GONE, Key("vform-ended")).into_response())
    }
}

/// The frame without the ways into the house: a vendor may follow none of them.
fn page(path: &str, visit: &Visit, title: String) -> Page {
    Page {
        path: path.to_owned(),
        place: None,
        places: Vec::new(),
        nav: Vec::new(),
        person: None,
        outside: true,
        ..visit.page(title)
    }
}
