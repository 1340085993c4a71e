//! Loading everything that is asked and advised, at every start of the program.

use crate::Outcome;
use crate::table::{Budget, Sample, Table};
use hakutaku_catalog::{LoadError, Source, check, load};

pub(crate) fn run(table: &mut Table) -> Outcome {
    let catalogue = load(&Source::embedded())?;
    let questions: usize = catalogue.questionnaires.iter().map(|form| form.questions().count()).sum();
    let size = format!("{questions} questions");
    let loading = Sample::of(20, || load(&Source::embedded()).map(|_| ()))?;
    table.sample("catalogue: load", &size, &loading, Budget::None);
    let checking = Sample::of(20, || {
        std::hint::black_box(check(&catalogue));
        Ok::<(), LoadError>(())
    })?;
    table.sample("catalogue: check", &size, &checking, Budget::None);
    Ok(())
}
