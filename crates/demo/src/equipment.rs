//! What the hospital has: vendors, systems, devices, the contact chart, and the evidence noted for the fees. One batch
//! each, so that the demo starts fast.

use crate::devices::{Places, devices};
use crate::telling::Telling;
use crate::vendors::FIRMS;
use crate::{DemoError, contacts, systems, vendors};
use hakutaku_model::id::RecordId;
use hakutaku_model::person::Role;
use hakutaku_model::readiness::ReadinessNote;
use hakutaku_store::{AssetChange, Shelf};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::HashMap;

/// Condition, evidence, where it is, who answers for it, days ago. The last drill is more than a year past: what the page is
/// there to find.
const NOTES: [(&str, &str, &str, &str, i64); 3] = [
    ("a207-2024-r1", "任命書（藤森 律子、専任）", "事務部の青い綴り", "藤森 律子", 560),
    ("a207-2024-r2", "研修の実施記録（全職員、出席簿付き）", "共有の「施設基準」", "藤森 律子", 120),
    ("a207-2024-r4", "復旧手順の読み合わせの記録", "共有の「施設基準」", "小田 真", 430),
];

fn notes(today: Date) -> Vec<ReadinessNote> {
    NOTES
        .iter()
        .map(|(condition, evidence, place, who, days)| ReadinessNote {
            condition: (*condition).to_owned(),
            evidence: (*evidence).to_owned(),
            place: (*place).to_owned(),
            on: today.saturating_sub(days.days()),
            who: (*who).to_owned(),
        })
        .collect()
}

/// Enters all of it in the hospital's registers.
pub(crate) async fn enter(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let (store, hospital, clinic) = (telling.store, telling.cast.hospital, telling.cast.clinic);
    let mut at = |minutes| telling.clock.later(minutes);
    let (first, second, third, fourth, fifth) = (at(1), at(1), at(1), at(1), at(1));
    let today = fifth.date_in_japan();
    let administrator = telling.by(Role::Administrator, first);
    let operator = |at| telling.by(Role::ItOperator, at);

    let companies = store.add_records(&administrator, Shelf::Installation, &vendors::companies()).await?;
    let companies: Vec<RecordId> = companies.iter().map(|row| row.id).collect();
    let engaged = store.add_records(&operator(second), hospital, &vendors::engagements(&companies, today)).await?;
    let firms: HashMap<&str, RecordId> = FIRMS.iter().zip(&engaged).map(|(firm, row)| (firm.key, row.id)).collect();
    let firm = |key: &str| firms.get(key).copied();

    let kept = store.add_records(&operator(third), hospital, &systems::systems(firm)).await?;
    let by_name: HashMap<&str, RecordId> = kept.iter().map(|row| (row.body.name.as_str(), row.id)).collect();
    let system = |name: &str| by_name.get(name).copied();

    let changes: Vec<AssetChange> =
        devices(&Places { system: &system, vendor: &firm, today }).into_iter().map(AssetChange::Create).collect();
    store.change_assets(&operator(fourth), hospital, &changes, "import").await?;

    store.add_records(&operator(fifth), hospital, &contacts::hospital(today)).await?;
    store.add_records(&operator(fifth), clinic, &contacts::clinic(today)).await?;
    let manager = telling.by(Role::SafetyManager, fifth);
    store.add_records(&manager, hospital, &notes(today)).await?;
    Ok(())
}
