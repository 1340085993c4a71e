//! Vendors of a facility: who they are, what is in use, what they were asked and what they said.
//!
//! | file | what a person does |
//! |---|---|
//! | [`list`], [`show`] | sees all vendors, or one with what stops without it |
//! | [`edit`], [`certificates`] | puts a vendor in, changes it, keeps the shared certificates |
//! | [`requests`], [`ask`] | sees what was asked, asks, reminds, makes a new link, withdraws |
//! | [`submission`], [`questions`] | reads an answer beside the one before, follows up each "no" |
//! | [`workbook`], [`profile`] | asks by a file, reads files that came back |
//! | [`forms`] | the forms that can be asked for |

mod ask;
mod certificates;
mod edit;
pub(crate) mod forms;
pub(crate) mod list;
mod profile;
mod questions;
mod requests;
mod show;
mod submission;
mod workbook;

pub(crate) use edit::company;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::vendor::Engagement;
use hakutaku_store::MAX_DOCUMENT_BYTES;

const UPLOAD: usize = MAX_DOCUMENT_BYTES + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/vendors", A::ReadVendors, Facility, list::show)
        .get("/facilities/{facility}/vendors/new", A::EditVendors, Facility, edit::blank)
        .post("/facilities/{facility}/vendors/new", A::EditVendors, Facility, edit::create)
        .get("/facilities/{facility}/vendors/requests", A::ReadVendors, Facility, requests::list)
        .get("/facilities/{facility}/vendors/requests/new", A::EditVendors, Facility, ask::blank)
        .post("/facilities/{facility}/vendors/requests/new", A::EditVendors, Facility, ask::create)
        .get("/facilities/{facility}/vendors/requests/{request}", A::ReadVendors, Facility, submission::show)
        .post("/facilities/{facility}/vendors/requests/{request}/remind", A::EditVendors, Facility, requests::remind)
        .post("/facilities/{facility}/vendors/requests/{request}/link", A::EditVendors, Facility, ask::again)
        .post("/facilities/{facility}/vendors/requests/{request}/withdraw", A::EditVendors, Facility, requests::withdraw)
        .get("/facilities/{facility}/vendors/requests/{request}/workbook.xlsx", A::EditVendors, Facility, workbook::download)
        .upload("/facilities/{facility}/vendors/requests/{request}/workbook", A::EditVendors, Facility, UPLOAD, workbook::import)
        .post("/facilities/{facility}/vendors/requests/{request}/workbook/accept", A::EditVendors, Facility, workbook::accept)
        .upload("/facilities/{facility}/vendors/requests/{request}/file", A::EditVendors, Facility, UPLOAD, workbook::file)
        .post("/facilities/{facility}/vendors/requests/{request}/rows", A::EditVendors, Facility, profile::read)
        .post("/facilities/{facility}/vendors/questions/{question}", A::EditVendors, Facility, questions::settle)
        .get("/facilities/{facility}/vendors/{vendor}", A::ReadVendors, Facility, show::show)
        .get("/facilities/{facility}/vendors/{vendor}/edit", A::EditVendors, Facility, edit::show)
        .post("/facilities/{facility}/vendors/{vendor}/edit", A::EditVendors, Facility, edit::change)
        .post("/facilities/{facility}/vendors/{vendor}/remove", A::EditVendors, Facility, edit::remove)
        .get("/facilities/{facility}/vendors/{vendor}/company", A::EditVendors, Facility, certificates::show)
        .post("/facilities/{facility}/vendors/{vendor}/company", A::EditVendors, Facility, certificates::change)
}

/// A vendor in use at this facility.
async fn vendor(app: &AppState, facility: FacilityId, id: RecordId) -> Result<Kept<Engagement>, Problem> {
    let row = app.store.record_of::<Engagement>(facility, id).await?;
    if row.retired_at.is_some() { Err(Problem::NotFound) } else { Ok(row) }
}

/// Why an upload did not arrive.
fn broken(error: MultipartError) -> Problem {
    use crate::shell::words::Key;
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, Key("evidence-too-large"))
    } else {
        Problem::unprocessable(Key("evidence-broken-upload"))
    }
}
