//! placeholder
use crate::Outcome;
use std::path::Path;
pub(crate) fn run(_: &Path) -> Outcome {
    Err("not yet".into())
}
