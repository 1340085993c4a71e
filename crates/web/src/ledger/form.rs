//! The form of one device: its fields in groups, what was typed in them, and what is wrong with it.

use super::plan::Plan;
use crate::shell::form::Form;
use crate::shell::words::Words;
use hakutaku_model::ledger::cell::{Names, write};
use hakutaku_model::ledger::{Asset, AssetKind, Column};
use hakutaku_model::record::RecordId;
use hakutaku_model::text::Lang;
use std::collections::BTreeMap;

/// One field.
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) value: String,
    pub(super) wrong: Option<String>,
    /// What may be chosen; empty for a text.
    pub(super) choices: Vec<Choice>,
    pub(super) long: bool,
    pub(super) short: bool,
}

pub(super) struct Choice {
    pub(super) value: String,
    pub(super) title: String,
    pub(super) chosen: bool,
}

/// Fields that belong together.
pub(super) struct Group {
    pub(super) key: &'static str,
    pub(super) title: String,
    pub(super) fields: Vec<Field>,
}

/// What stands in the fields, by column.
pub(super) type Values = BTreeMap<Column, String>;

/// The fields of a device as it stands. Systems and vendors by id, so that equal names are told apart.
pub(super) fn values_of(asset: &Asset, names: &Names, lang: Lang) -> Values {
    let id = |id: Option<RecordId>| id.map(|id| id.to_string()).unwrap_or_default();
    Column::ALL
        .into_iter()
        .map(|column| {
            let text = match column {
                Column::Kind => asset.kind.key().to_owned(),
                Column::System => id(asset.system),
                Column::Vendor => id(asset.vendor),
                _ => write(column, asset, names, lang),
            };
            (column, text)
        })
        .collect()
}

/// What was typed.
pub(super) fn values_typed(form: &Form) -> Values {
    let typed = |column: &Column| !form.values(column.key()).is_empty();
    Column::ALL.into_iter().filter(typed).map(|column| (column, form.value(column.key()).to_owned())).collect()
}

/// The cells that differ from what stands: what refers to a system not in use any more is left as it is.
pub(super) fn touched(typed: &Values, stands: &Values) -> Values {
    typed.iter().filter(|(column, text)| stands.get(column) != Some(text)).map(|(c, text)| (*c, text.clone())).collect()
}

/// What is wrong with the first row of a plan, by column.
pub(super) fn wrong(plan: &Plan, t: Words) -> BTreeMap<Column, String> {
    let mut wrong = BTreeMap::new();
    for (_, fault) in &plan.faults {
        wrong.entry(fault.column).or_insert_with(|| fault.what.sentence().get(t.lang).to_owned());
    }
    wrong
}

/// The fields in their groups.
pub(super) fn groups(t: Words, names: &Names, values: &Values, wrong: &BTreeMap<Column, String>) -> Vec<Group> {
    let group = |key: &'static str, title: &str, columns: &[Column]| Group {
        key,
        title: t.m(title),
        fields: columns.iter().map(|column| field(t, names, *column, values, wrong)).collect(),
    };
    use Column as C;
    vec![
        group("what", "ledger-group-what", &[C::Name, C::Number, C::Kind, C::System, C::Owner, C::Place]),
        group(
            "device",
            "ledger-group-device",
            &[C::Maker, C::Model, C::Serial, C::Os, C::Firmware, C::SupportEnds, C::LastSeen],
        ),
        group("network", "ledger-group-network", &[C::Ip, C::Mac, C::Segment, C::RemoteMaintenance, C::Vendor]),
        group(
            "recovery",
            "ledger-group-recovery",
            &[C::RtoHours, C::RpoHours, C::ClinicalImportance, C::RecoveryOrder, C::Note],
        ),
    ]
}

fn field(t: Words, names: &Names, column: Column, values: &Values, wrong: &BTreeMap<Column, String>) -> Field {
    let value = values.get(&column).cloned().unwrap_or_default();
    let hint = match column {
        Column::SupportEnds | Column::LastSeen => t.m("ledger-hint-date"),
        Column::ClinicalImportance => t.m("ledger-hint-importance"),
        Column::RecoveryOrder => t.m("ledger-hint-order"),
        Column::Ip => t.m("ledger-hint-ip"),
        Column::Number => t.m("ledger-hint-number"),
        Column::System if names.systems().is_empty() => t.m("ledger-hint-no-system"),
        Column::Vendor if names.vendors().is_empty() => t.m("ledger-hint-no-vendor"),
        _ => String::new(),
    };
    Field {
        key: column.key(),
        label: column.title().get(t.lang).to_owned(),
        hint,
        choices: choices(t, names, column, &value),
        wrong: wrong.get(&column).cloned(),
        long: column == Column::Note,
        short: matches!(
            column,
            Column::RtoHours
                | Column::RpoHours
                | Column::ClinicalImportance
                | Column::RecoveryOrder
                | Column::SupportEnds
                | Column::LastSeen
        ),
        value,
    }
}

fn choices(t: Words, names: &Names, column: Column, value: &str) -> Vec<Choice> {
    let choice = |key: String, title: String| Choice { chosen: key == value, value: key, title };
    let register = |rows: &[(RecordId, String)]| -> Vec<Choice> {
        let none = choice(String::new(), t.m("ledger-none"));
        let rows = rows.iter().map(|(id, name)| choice(id.to_string(), name.clone()));
        let mut all: Vec<Choice> = std::iter::once(none).chain(rows).collect();
        if !all.iter().any(|choice| choice.chosen) {
            all.push(choice(value.to_owned(), t.m("ledger-out-of-use")));
        }
        all
    };
    match column {
        Column::Kind => AssetKind::ALL
            .into_iter()
            .map(|kind| choice(kind.key().to_owned(), kind.title().get(t.lang).to_owned()))
            .collect(),
        Column::System => register(names.systems()),
        Column::Vendor => register(names.vendors()),
        Column::RemoteMaintenance => {
            let (yes, no) = (t.m("ledger-yes"), t.m("ledger-no"));
            vec![choice(String::new(), t.m("ledger-unknown")), choice(yes.clone(), yes), choice(no.clone(), no)]
        }
        _ => Vec::new(),
    }
}
