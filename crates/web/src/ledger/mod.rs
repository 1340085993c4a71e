//! The ledger of devices: finding, changing one or many, undoing, keeping photos, taking it away as a file.
//!
//! | file | what a person does |
//! |---|---|
//! | [`list`] | finds devices: search, filters, order, pages, chosen columns |
//! | [`query`] | what the address of the list says |
//! | [`grid`] | types into the list, or pastes from a spreadsheet |
//! | [`several`] | changes ticked rows at once, without a script |
//! | [`undo`] | takes the last change back |
//! | [`new`], [`edit`], [`form`] | writes a device down, sees and changes all of it |
//! | [`state`] | takes a device out of use, or into use again |
//! | [`files`] | attaches photos and documents |
//! | [`export`] | takes the ledger away as CSV or XLSX |
//! | [`plan`] | what typed cells would change, with everything that is wrong |

mod edit;
pub(crate) mod export;
mod files;
mod form;
mod grid;
mod list;
mod new;
pub(crate) mod plan;
mod query;
mod several;
mod state;
mod undo;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::system::System;
use hakutaku_model::vendor::Engagement;
use hakutaku_store::MAX_DOCUMENT_BYTES;

/// A file of the largest size and the form around it.
const UPLOAD_BYTES: usize = MAX_DOCUMENT_BYTES + 64 * 1024;
/// What is pasted: a thousand rows of all columns, as JSON.
const PASTE_BYTES: usize = 8 * 1024 * 1024;

/// The routes of the ledger.
#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/ledger", A::ReadLedger, Facility, list::list)
        .post("/facilities/{facility}/ledger/columns", A::ReadLedger, Facility, list::choose_columns)
        .get("/facilities/{facility}/ledger/export.csv", A::ReadLedger, Facility, export::csv)
        .get("/facilities/{facility}/ledger/export.xlsx", A::ReadLedger, Facility, export::xlsx)
        .upload("/facilities/{facility}/ledger/grid", A::EditLedger, Facility, PASTE_BYTES, grid::save)
        .post("/facilities/{facility}/ledger/several", A::EditLedger, Facility, several::change)
        .post("/facilities/{facility}/ledger/undo", A::EditLedger, Facility, undo::undo)
        .get("/facilities/{facility}/ledger/new", A::EditLedger, Facility, new::show)
        .post("/facilities/{facility}/ledger/new", A::EditLedger, Facility, new::create)
        .get("/facilities/{facility}/ledger/{asset}", A::ReadLedger, Facility, edit::show)
        .post("/facilities/{facility}/ledger/{asset}", A::EditLedger, Facility, edit::save)
        .post("/facilities/{facility}/ledger/{asset}/retire", A::EditLedger, Facility, state::retire)
        .post("/facilities/{facility}/ledger/{asset}/restore", A::EditLedger, Facility, state::restore)
        .upload("/facilities/{facility}/ledger/{asset}/documents", A::EditLedger, Facility, UPLOAD_BYTES, files::attach)
        .post("/facilities/{facility}/ledger/{asset}/documents/{document}/remove", A::EditLedger, Facility, files::remove)
}

/// The names of the facility's systems and vendors.
pub(crate) async fn names(app: &AppState, facility: FacilityId) -> Result<Names, Problem> {
    let systems = app.store.records::<System>(facility).await?;
    let vendors = app.store.records::<Engagement>(facility).await?;
    Ok(Names::new(
        systems.into_iter().map(|row| (row.id, row.body.name)),
        vendors.into_iter().map(|row| (row.id, row.body.name)),
    ))
}

/// The address of a page of the ledger.
fn at(facility: FacilityId, page: &str) -> String {
    if page.is_empty() {
        format!("/facilities/{facility}/ledger")
    } else {
        format!("/facilities/{facility}/ledger/{page}")
    }
}
