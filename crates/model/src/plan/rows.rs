//! Rows that the registers suggest for a hand-written table: what is there and not yet in the table.

use super::{Row, SectionKey, Snapshot, Stage, cell};
use crate::contacts::Part;
use crate::text::folded;

/// The suggestions for a table, those left out whose first column is there already.
#[must_use]
pub fn suggested_rows(section: SectionKey, table: &str, plan: &Snapshot) -> Vec<Row> {
    let row = |cells: &[(&str, &str)]| -> Row {
        cells.iter().map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned())).collect()
    };
    let ground = &plan.ground;
    let (column, rows): (&str, Vec<Row>) = match (section, table) {
        (SectionKey::Systems, "substitutes") => (
            "system",
            ground.systems.iter().map(|s| row(&[("system", &s.name), ("instead", &s.note)])).collect(),
        ),
        (SectionKey::Restore, "procedures") => (
            "system",
            ground
                .by_recovery()
                .into_iter()
                .map(|system| {
                    let from = ground.copies.iter().find(|copy| copy.system == system.name);
                    let hours = system.rto_hours.map(|hours| hours.to_string()).unwrap_or_default();
                    let who = &system.vendor;
                    row(&[
                        ("system", &system.name),
                        ("from", from.map_or("", |copy| &copy.name)),
                        ("who", who),
                        ("hours", &hours),
                    ])
                })
                .collect(),
        ),
        (SectionKey::CutOff, "backup-paths" | "segments") => {
            let (stage, column) =
                if table == "segments" { (Stage::Inside, "segment") } else { (Stage::Backups, "path") };
            let cut_off = plan.cut_off();
            (column, cut_off.of(stage).filter(|cut| !cut.apart).map(|cut| row(&[(column, &cut.what)])).collect())
        }
        (SectionKey::Departments, "operation") => (
            "department",
            ground
                .people
                .iter()
                .filter(|person| person.part == Part::Department)
                .map(|person| row(&[("department", person.who.split(' ').next().unwrap_or_default())]))
                .collect(),
        ),
        _ => return Vec::new(),
    };
    let there = plan.written(section).rows(table);
    let is_new = |new: &Row| !there.iter().any(|old| folded(cell(old, column)) == folded(cell(new, column)));
    rows.into_iter().filter(|new| !cell(new, column).is_empty() && is_new(new)).collect()
}
