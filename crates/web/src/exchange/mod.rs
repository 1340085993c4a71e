//! Answers from files: a filled workbook or an answers file is read, shown row by row, and saved whole or not at all.
//!
//! What goes out is in [`crate::results`]; this is what comes in.

mod confirm;
pub(crate) mod pending;
mod read_file;
pub(crate) mod upload;
mod verdict;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action;

/// The largest file taken, with room for the form around it: a workbook has at most 10 MiB (a full one some 60 kB).
const LARGEST: usize = 10 * 1024 * 1024 + 64 * 1024;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/assessments/{assessment}/import", Action::Answer, Scope::Assessment, upload::show)
        .upload(
            "/facilities/{facility}/assessments/{assessment}/import",
            Action::Answer,
            Scope::Assessment,
            LARGEST,
            upload::upload,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/import/confirm",
            Action::Answer,
            Scope::Assessment,
            confirm::confirm,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/import/discard",
            Action::Answer,
            Scope::Assessment,
            confirm::discard,
        )
}
