//! Evidence: files that show an answer to be true.

mod attach;
mod download;
mod list;
mod remove;

pub(crate) use attach::{broken, clean_name, clean_type, read};
pub(crate) use download::{disposition, send};

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action as A;
use hakutaku_store::MAX_DOCUMENT_BYTES;

/// A file of the largest size and the form around it.
const UPLOAD_BYTES: usize = MAX_DOCUMENT_BYTES + 64 * 1024;

/// The routes of evidence.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .upload(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/documents",
            A::AddDocument,
            Scope::Question,
            UPLOAD_BYTES,
            attach::attach,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/documents",
            A::ReadDocument,
            Scope::Assessment,
            list::list,
        )
        .get("/facilities/{facility}/documents/{document}", A::ReadDocument, Scope::Facility, download::download)
        .post("/facilities/{facility}/documents/{document}/remove", A::AddDocument, Scope::Facility, remove::remove)
}
