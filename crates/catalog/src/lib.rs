//! Loads and validates `catalog/` into the types of `hakutaku-model`.
//!
//! The catalogue is content: YAML files, described in `docs/catalog-format.md` and embedded in the binary. Loading
//! reads and links them; [`check`] finds everything that breaks the rules, so that a writer sees all problems at once.

mod audit;
mod check;
mod check_outside;
mod check_people;
mod check_plan;
mod check_vendors;
mod clauses;
mod exercises;
mod files;
mod incident;
mod load;
mod outside;
mod people;
mod region;

pub use check::check;
pub use clauses::{ClausesError, LARGEST_CLAUSES_FILE, read_clauses};
pub use exercises::{ExerciseError, LARGEST_EXERCISE, read_exercise, read_exercise_bytes, write_exercise};
pub use files::Source;
pub use incident::{YamlError, exercise_yaml};
pub use load::{LoadError, load};

use hakutaku_model::catalogue::Catalogue;
use std::sync::{Arc, OnceLock};

/// The words of the pages: the Fluent messages of a language, one file per capability.
#[must_use]
pub fn messages(lang: hakutaku_model::text::Lang) -> &'static str {
    macro_rules! all {
        ($lang:literal: $($capability:literal),+ $(,)?) => {
            concat!($(include_str!(concat!("../../../catalog/messages/", $lang, "/", $capability, ".ftl"))),+)
        };
    }
    macro_rules! every_capability {
        ($lang:literal) => {
            all!(
                $lang:
                "foundation",
                "ledger",
                "exchange",
                "installation",
                "connections",
                "backups",
                "vendors",
                "watch",
                "notices",
                "region",
                "vendor-form",
                "responsibility",
                "guides",
                "forms",
                "official",
                "readiness",
                "doors",
                "plan",
                "drills",
                "after",
                "audits",
                "actions",
                "incidents",
                "cases",
                "training",
            )
        };
    }
    match lang {
        hakutaku_model::text::Lang::Ja => every_capability!("ja"),
        hakutaku_model::text::Lang::En => every_capability!("en"),
    }
}

/// The catalogue this binary was built with, loaded once.
///
/// # Errors
/// A file that cannot be read. `hakutaku catalog check` runs before every release, so this means a broken build.
pub fn embedded() -> Result<Arc<Catalogue>, LoadError> {
    static LOADED: OnceLock<Arc<Catalogue>> = OnceLock::new();
    if let Some(catalogue) = LOADED.get() {
        return Ok(Arc::clone(catalogue));
    }
    let catalogue = Arc::new(load(&Source::embedded())?);
    Ok(Arc::clone(LOADED.get_or_init(|| catalogue)))
}

/// The published Handa case as a responsibility matrix (`hakutaku-responsibility/1`).
#[must_use]
pub fn handa_example() -> &'static str {
    include_str!("../../../catalog/examples/handa-matrix.json")
}
