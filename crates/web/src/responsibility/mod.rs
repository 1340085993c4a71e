//! Who does what: responsibility matrices, with each side's own view, findings and signatures.

mod concerns;
mod create;
mod example;
mod files;
mod fill;
mod import;
mod list;
mod setup;
mod show;
mod sign;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::{Kept, Register as _};
use hakutaku_model::responsibility::Matrix;
use hakutaku_model::vendor::Engagement;
use hakutaku_store::responsibility_facts::refresh_contracts;

/// A filled sheet, with room for the form around it.
const LARGEST_FILE: usize = 10 * 1024 * 1024 + 64 * 1024;
/// A dry run's lines, sent back to be confirmed.
const LARGEST_RUN: usize = 12 * 1024 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/vendors/responsibility", A::ReadVendors, Facility, list::list)
        .post("/facilities/{facility}/vendors/responsibility", A::EditVendors, Facility, create::create)
        .get("/facilities/{facility}/vendors/responsibility/new", A::EditVendors, Facility, create::form)
        .get("/facilities/{facility}/vendors/responsibility/handa", A::ReadVendors, Facility, example::show)
        .get("/facilities/{facility}/vendors/responsibility/{matrix}", A::ReadVendors, Facility, show::show)
        .get("/facilities/{facility}/vendors/responsibility/{matrix}/setup", A::EditVendors, Facility, setup::form)
        .post("/facilities/{facility}/vendors/responsibility/{matrix}/setup", A::EditVendors, Facility, setup::save)
        .post("/facilities/{facility}/vendors/responsibility/{matrix}/concerns/{object}", A::EditVendors, Facility, concerns::save)
        .post("/facilities/{facility}/vendors/responsibility/{matrix}/retire", A::EditVendors, Facility, list::retire)
        .get("/facilities/{facility}/vendors/responsibility/{matrix}/fill/{party}/{object}", A::EditVendors, Facility, fill::form)
        .post("/facilities/{facility}/vendors/responsibility/{matrix}/fill/{party}/{object}", A::EditVendors, Facility, fill::save)
        .post("/facilities/{facility}/vendors/responsibility/{matrix}/sign", A::SignResponsibility, Facility, sign::ours)
        .post("/facilities/{facility}/vendors/responsibility/{matrix}/sign-vendor", A::EditVendors, Facility, sign::theirs)
        .get("/facilities/{facility}/vendors/responsibility/{matrix}/annex.pdf", A::ReadVendors, Facility, files::annex)
        .get("/facilities/{facility}/vendors/responsibility/{matrix}/matrix.json", A::ReadVendors, Facility, files::json)
        .get("/facilities/{facility}/vendors/responsibility/{matrix}/statements.xlsx", A::ReadVendors, Facility, files::sheet)
        .upload("/facilities/{facility}/vendors/responsibility/{matrix}/import", A::EditVendors, Facility, LARGEST_FILE, import::upload)
        .upload("/facilities/{facility}/vendors/responsibility/{matrix}/import/confirm", A::EditVendors, Facility, LARGEST_RUN, import::confirm)
}

/// The address of the list.
fn home(facility: FacilityId) -> String {
    format!("/facilities/{facility}/vendors/responsibility")
}

/// A matrix in use with the contracts of today, fenced by the facility of the address.
async fn matrix_of(app: &AppState, visit: &Visit, id: &str) -> Result<Kept<Matrix>, Problem> {
    let facility = visit.place()?.id;
    let id: RecordId = id.parse().map_err(|_| Problem::NotFound)?;
    let mut kept = app.store.record_of::<Matrix>(facility, id).await?;
    if kept.retired_at.is_some() {
        return Err(Problem::NotFound);
    }
    let vendors = app.store.records::<Engagement>(facility).await?;
    refresh_contracts(&mut kept.body, &vendors, app.now().date_in_japan());
    Ok(kept)
}

/// Writes a matrix in the log as what was done with it, where the change of its row would not say so.
async fn note(app: &AppState, visit: &Visit, id: RecordId, what: &str, detail: &[(&str, &str)]) -> Result<(), Problem> {
    let chain = hakutaku_model::journal::Chain::Facility(visit.place()?.id);
    let object = format!("{}:{id}", Matrix::KIND);
    let detail = detail.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    app.store.record(&visit.act(app.now()), chain, what, &object, detail).await?;
    Ok(())
}
