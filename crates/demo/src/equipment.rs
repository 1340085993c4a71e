//! What the hospital has, in the order it enters: vendors and systems last year; devices, lines, copies, accounts and the
//! forms that stand on them this year. One batch each, so that the demo starts fast.

use crate::connections::{self, Ends};
use crate::devices::{Places, devices};
use crate::telling::Telling;
use crate::vendors::FIRMS;
use crate::{DemoError, checklist, clinic, contacts, copies, matrix, requests, sign_ins, systems, vendors};
use hakutaku_model::person::Role;
use hakutaku_model::readiness::ReadinessNote;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::vendor::Engagement;
use hakutaku_store::{Act, AssetChange, Shelf};
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

/// The hospital's vendors as they stand in its register, and its systems.
#[derive(Debug)]
pub(crate) struct Firms {
    firms: Vec<(&'static str, Kept<Engagement>)>,
    systems: HashMap<String, RecordId>,
}

impl Firms {
    /// A vendor's row by the key of the tables.
    pub(crate) fn row(&self, key: &str) -> Option<&Kept<Engagement>> {
        self.firms.iter().find(|firm| firm.0 == key).map(|firm| &firm.1)
    }

    fn firm(&self, key: &str) -> Option<RecordId> {
        self.row(key).map(|row| row.id)
    }

    fn system(&self, name: &str) -> Option<RecordId> {
        self.systems.get(name).copied()
    }
}

/// Last year the hospital wrote down whom it deals with and what it runs.
pub(crate) async fn begin(telling: &mut Telling<'_>) -> Result<Firms, DemoError> {
    let (store, hospital, today) = (telling.store, telling.cast.hospital, telling.clock.last_day());
    let at = telling.clock.last_year(10, 8, 10, 0);
    let administrator = telling.by(Role::Administrator, at);
    let companies = store.add_records(&administrator, Shelf::Installation, &vendors::companies(today)).await?;
    let companies: Vec<RecordId> = companies.iter().map(|row| row.id).collect();
    let at = telling.clock.later(40);
    let act = telling.by(Role::ItOperator, at);
    let engaged = store.add_records(&act, hospital, &vendors::engagements(&companies, today)).await?;
    let mut firms: Vec<(&'static str, Kept<Engagement>)> = FIRMS.iter().map(|firm| firm.key).zip(engaged).collect();
    let by_key: HashMap<&str, RecordId> = firms.iter().map(|(key, row)| (*key, row.id)).collect();
    let at = telling.clock.later(40);
    let act = telling.by(Role::ItOperator, at);
    let kept = store.add_records(&act, hospital, &systems::systems(|key| by_key.get(key).copied())).await?;
    let systems: HashMap<String, RecordId> = kept.into_iter().map(|row| (row.body.name, row.id)).collect();
    for (key, row) in &mut firms {
        let body = vendors::with_products(key, &row.body, &|name| systems.get(name).copied(), today);
        *row = store.change_record(&act, hospital, row.id, row.version, &body).await?;
    }
    Ok(Firms { firms, systems })
}

/// This year's registers; the checklist last, since it stands on all of them.
pub(crate) async fn enter(telling: &mut Telling<'_>, firms: &Firms) -> Result<(), DemoError> {
    let (store, hospital, small) = (telling.store, telling.cast.hospital, telling.cast.clinic);
    let (system, firm) = (|name: &str| firms.system(name), |key: &str| firms.firm(key));
    let operator = |telling: &mut Telling<'_>| {
        let at = telling.clock.later(1);
        telling.by(Role::ItOperator, at)
    };

    let act = operator(telling);
    let today = act.at.date_in_japan();
    let changes: Vec<AssetChange> =
        devices(&Places { system: &system, vendor: &firm, today }).into_iter().map(AssetChange::Create).collect();
    store.change_assets(&act, hospital, &changes, "import").await?;
    let act = operator(telling);
    let lines = connections::connections(&Ends { system: &system, vendor: &firm, today });
    let lines = store.add_records(&act, hospital, &lines).await?;
    let line = |name: &str| lines.iter().find(|row| row.body.name == name);

    let act = operator(telling);
    store.add_records(&act, hospital, &contacts::hospital(today)).await?;
    store.add_records(&act, small, &contacts::clinic(today)).await?;
    let at = telling.clock.later(1);
    let manager = telling.by(Role::SafetyManager, at);
    store.add_records(&manager, hospital, &notes(today)).await?;
    let border = (line(connections::MAINTENANCE).map(|row| row.id), connections::MAINTENANCE);
    if let Some(matrix) = matrix::matrix(telling.catalogue, system("電子カルテ"), border, &firm, today) {
        store.add_record(&manager, hospital, &matrix).await?;
    }

    let at = telling.clock.later(1);
    let nurse = Act::person(telling.cast.nurse, at);
    let changes: Vec<AssetChange> = clinic::devices(today).into_iter().map(AssetChange::Create).collect();
    store.change_assets(&nurse, small, &changes, "import").await?;

    let act = operator(telling);
    let kept = store.add_records(&act, hospital, &copies::copies(&system, firm("cloud"))).await?;
    store.add_records(&act, hospital, &copies::tests(&kept, &system, today)).await?;
    store.add_record(&act, hospital, &copies::snapshots(act.at)?).await?;
    let act = operator(telling);
    store.add_record(&act, hospital, &sign_ins::list(today)).await?;
    store.add_record(&act, hospital, &sign_ins::leavers(today)).await?;
    store.add_record(&act, hospital, &sign_ins::decision(today)).await?;

    crate::actions::tell(telling).await?;
    crate::plan::tell(telling).await?;
    let at = telling.clock.later(1);
    checklist::earlier(telling, at).await?;
    checklist::hospital(telling).await?;
    // One line is put right after the form was confirmed on it: the form says so.
    let act = operator(telling);
    if let Some(row) = line(connections::REGIONAL) {
        store.change_record(&act, hospital, row.id, row.version, &connections::improved(&row.body)).await?;
    }
    requests::ask_the_last(telling, firms).await?;
    checklist::pharmacy(telling).await
}
