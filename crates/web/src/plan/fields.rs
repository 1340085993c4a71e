//! The form of a section: texts, and tables as rows of fields. Rows are added and taken out by buttons of the form itself,
//! so that it works without scripts.

use crate::shell::form::Form;
use crate::shell::words::{Key, Words};
use hakutaku_model::plan::{Role, Row, SectionGuide, Written, cell};

/// Longest text, in characters.
pub(super) const LONGEST_TEXT: usize = 12_000;
/// Longest cell.
pub(super) const LONGEST_CELL: usize = 1_000;
/// More rows than any plan needs.
pub(super) const MOST_ROWS: usize = 200;

/// A text to write.
pub(super) struct TextField {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) hint: String,
    pub(super) value: String,
    pub(super) rows: usize,
}

/// A table to fill in.
pub(super) struct TableField {
    pub(super) key: String,
    pub(super) title: String,
    pub(super) hint: String,
    pub(super) rows: Vec<RowField>,
    /// How many rows the registers would add.
    pub(super) suggested: usize,
}

/// One row.
pub(super) struct RowField {
    pub(super) at: usize,
    /// What stands in its first column.
    pub(super) name: String,
    pub(super) cells: Vec<CellField>,
}

/// One cell.
pub(super) struct CellField {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) value: String,
    pub(super) long: bool,
    /// The choices of a closed set: key, name, chosen.
    pub(super) choices: Vec<(String, String, bool)>,
    pub(super) focus: bool,
}

/// Whether a text may be kept.
pub(super) fn fits(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(|c| c.is_control() && !"\n\t\r".contains(c))
}

/// What was typed, blank rows included: they are rows somebody is about to fill.
pub(super) fn read(form: &mut Form, guide: &SectionGuide) -> Written {
    let mut written = Written::default();
    let mut faults: Vec<Key> = Vec::new();
    let mut checked = |text: &str, longest: usize| -> String {
        let text = text.replace("\r\n", "\n");
        if text.chars().count() > longest {
            faults.push(Key("form-too-long"));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            faults.push(Key("form-control-characters"));
        }
        text
    };
    for text in &guide.texts {
        let typed = checked(form.value(&format!("text.{}", text.key)), LONGEST_TEXT);
        written.texts.insert(text.key.clone(), typed);
    }
    let mut too_many = false;
    for table in &guide.tables {
        let count: usize = form.value(&format!("{}.rows", table.key)).parse().unwrap_or_default();
        too_many |= count > MOST_ROWS;
        let rows = (0..count.min(MOST_ROWS))
            .map(|at| {
                table
                    .columns
                    .iter()
                    .map(|column| {
                        let typed = form.value(&format!("{}.{at}.{}", table.key, column.key));
                        (column.key.clone(), checked(typed, LONGEST_CELL))
                    })
                    .collect::<Row>()
            })
            .collect();
        written.tables.insert(table.key.clone(), rows);
    }
    if too_many {
        faults.push(Key("plan-wrong-rows"));
    }
    for key in faults {
        form.fault("fields", key);
    }
    written
}

/// The fields that show what is written. `fresh`: the table and row to begin typing in.
pub(super) fn show(
    t: Words,
    guide: &SectionGuide,
    written: &Written,
    fresh: Option<(&str, usize)>,
    suggested: impl Fn(&str) -> usize,
) -> (Vec<TextField>, Vec<TableField>) {
    let texts = guide.texts.iter().map(|text| {
        let value = written.texts.get(&text.key).cloned().unwrap_or_default();
        TextField {
            name: format!("text.{}", text.key),
            title: t.text(&text.title).to_owned(),
            hint: text.hint.as_ref().map(|hint| t.text(hint).to_owned()).unwrap_or_default(),
            rows: value.lines().map(|line| 1 + line.chars().count() / 48).sum::<usize>().clamp(4, 24),
            value,
        }
    });
    let tables = guide.tables.iter().map(|table| {
        let rows = written.tables.get(&table.key).map_or(&[][..], Vec::as_slice);
        let row = |(at, row): (usize, &Row)| {
            let cells = table.columns.iter().enumerate().map(|(place, column)| {
                let value = row.get(&column.key).cloned().unwrap_or_default();
                let roles = Role::ALL.iter().filter(|_| column.of.as_deref() == Some("roles"));
                CellField {
                    name: format!("{}.{at}.{}", table.key, column.key),
                    title: t.text(&column.title).to_owned(),
                    long: column.long,
                    choices: roles
                        .map(|role| (role.key().to_owned(), t.text(&role.title()).to_owned(), role.key() == value))
                        .collect(),
                    focus: place == 0 && fresh == Some((table.key.as_str(), at)),
                    value,
                }
            });
            let first = table.columns.first().map_or("", |column| cell(row, &column.key));
            let named = Role::from_key(first).map(|role| t.text(&role.title()).to_owned());
            let name = named.unwrap_or_else(|| first.lines().next().unwrap_or_default().to_owned());
            RowField { at, name, cells: cells.collect() }
        };
        TableField {
            key: table.key.clone(),
            title: t.text(&table.title).to_owned(),
            hint: table.hint.as_ref().map(|hint| t.text(hint).to_owned()).unwrap_or_default(),
            rows: rows.iter().enumerate().map(row).collect(),
            suggested: suggested(&table.key),
        }
    });
    (texts.collect(), tables.collect())
}
