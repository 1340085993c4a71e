//! Lessons for courses, and published cases as chains of steps: one file each.

use crate::files::Source;
use crate::load::{LoadError, parse};
use hakutaku_model::cases::PublishedCase;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::training::Lesson;
use std::collections::BTreeSet;

pub(crate) fn load(source: &Source, catalogue: &mut Catalogue) -> Result<(), LoadError> {
    let mut seen = BTreeSet::new();
    let mut once = |path: &str, id: &str| {
        if seen.insert(id.to_owned()) {
            Ok(())
        } else {
            Err(LoadError::Twice { path: path.to_owned(), id: id.to_owned() })
        }
    };
    // The names of the files begin with a number: that is the order in which lessons are offered.
    for (path, text) in source.in_folder("lessons") {
        let lesson: Lesson = parse(path, text)?;
        once(path, &lesson.id)?;
        catalogue.lessons.push(lesson);
    }
    for (path, text) in source.in_folder("cases") {
        let case: PublishedCase = parse(path, text)?;
        once(path, &case.id)?;
        catalogue.cases.push(case);
    }
    catalogue.cases.sort_by(|a, b| b.month.cmp(&a.month).then_with(|| a.id.cmp(&b.id)));
    Ok(())
}
