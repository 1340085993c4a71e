//! The region at a glance: names, who needs help today, what is open.

use hakutaku_model::assessment::evaluate;
use hakutaku_model::catalogue::{Catalogue, QuestionnaireKind};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::region::centre::Promise;
use hakutaku_model::region::correlate::{Names, Severity};
use hakutaku_model::region::net::Prefix;
use hakutaku_model::region::noise::{Declaration, Standing as NoiseStanding};
use hakutaku_model::region::watch::handover::{Open, OpenKind};
use hakutaku_model::region::watch::need::{FactorId, Situation, of_case};
use hakutaku_model::sensor::{Sensor, Standing};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_store::{CaseState, FacilityRow, Result, Shelf, Store};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// How long the weak fields of an assessment count as fresh: they change with answers, not with touches.
const FRESH_SECONDS: i64 = 600;
/// Open cases looked at for the next shift.
const CASES: u32 = 500;
/// Japan is nine hours ahead of UTC, all year.
const JAPAN: i64 = 9 * 60 * 60 * 1_000_000;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The beginning of the day in Japan.
#[must_use]
pub fn day_began(now: Ts) -> Ts {
    let local = now.micros().saturating_add(JAPAN);
    Ts::from_micros(local.saturating_sub(local.rem_euclid(DAY)).saturating_sub(JAPAN))
}

/// The names that only the centre may write out.
///
/// # Errors
/// When the database refuses.
pub async fn names(store: &Store) -> Result<Names> {
    let facilities = store.facilities().await?.into_iter().map(|row| (row.id, row.profile.name)).collect();
    let sensors = store.all_sensors().await?.into_iter().map(|sensor| (sensor.id, sensor.name)).collect();
    Ok(Names { facilities, sensors })
}

/// The names of one member's own sensors.
///
/// # Errors
/// When the database refuses.
pub async fn own_names(store: &Store, facility: FacilityId) -> Result<Names> {
    let sensors = store.sensors(facility).await?.into_iter().map(|sensor| (sensor.id, sensor.name)).collect();
    Ok(Names { facilities: BTreeMap::new(), sensors })
}

/// Whether a sensor is one that somebody must look after.
#[must_use]
pub fn is_unwell(sensor: &Sensor, now: Ts) -> bool {
    matches!(sensor.standing(now), Standing::Silent | Standing::Broken)
}

/// Weak fields that were counted lately.
#[derive(Debug, Clone, Default)]
pub struct WeakFields(HashMap<FacilityId, (Ts, Option<u32>)>);

impl WeakFields {
    async fn of(&mut self, store: &Store, catalogue: &Catalogue, facility: FacilityId, now: Ts) -> Result<Option<u32>> {
        if let Some((at, count)) = self.0.get(&facility)
            && *at <= now
            && now < at.plus_seconds(FRESH_SECONDS)
        {
            return Ok(*count);
        }
        let mut sheets = store.assessments(facility).await?;
        sheets.retain(|sheet| sheet.respondent.is_none());
        sheets.sort_by_key(|sheet| std::cmp::Reverse((sheet.year, sheet.created_at)));
        let mut count = None;
        for sheet in sheets {
            let Some(questionnaire) = catalogue.questionnaire(sheet.questionnaire.as_str()) else { continue };
            if questionnaire.kind != QuestionnaireKind::Assessment {
                continue;
            }
            let result = evaluate(questionnaire, &store.model_answers(facility, sheet.id).await?);
            if result.overall.is_some() {
                count = u32::try_from(result.weak_fields().len()).ok();
                break;
            }
        }
        self.0.insert(facility, (now, count));
        Ok(count)
    }
}

fn more(counts: &mut BTreeMap<FactorId, u32>, factor: FactorId, count: u32) {
    let there = counts.entry(factor).or_default();
    *there = there.saturating_add(count);
}

/// What the centre knows of each facility now. What it does not know (updates past their day; decoys where there is no
/// sensor; results where nothing was answered) is left out, and told as not known.
///
/// # Errors
/// When the database refuses.
pub async fn situations(
    store: &Store,
    catalogue: &Catalogue,
    facilities: &[FacilityRow],
    weak: &mut WeakFields,
    now: Ts,
) -> Result<Vec<Situation>> {
    let counted = store.region_counts(day_began(now), now).await?;
    let mut sensors: BTreeMap<FacilityId, Vec<Sensor>> = BTreeMap::new();
    for sensor in store.all_sensors().await? {
        sensors.entry(sensor.facility).or_default().push(sensor);
    }
    let mut visitors: BTreeMap<FacilityId, BTreeSet<&str>> = BTreeMap::new();
    let mut noise: BTreeMap<FacilityId, Vec<Declaration>> = BTreeMap::new();
    for source in &counted.sources {
        if let Entry::Vacant(place) = noise.entry(source.facility) {
            let rows: Vec<Kept<Declaration>> = store.records(source.facility).await?;
            place.insert(rows.into_iter().map(|row| row.body).collect());
        }
        let declared = noise.get(&source.facility).into_iter().flatten();
        if !declared.into_iter().any(|one| covers(one, &source.source, source.kind, now)) {
            visitors.entry(source.facility).or_default().insert(&source.source);
        }
    }
    let mut out = Vec::with_capacity(facilities.len());
    for row in facilities {
        let mut counts: BTreeMap<FactorId, u32> =
            [FactorId::UrgentCases, FactorId::HighCases, FactorId::OtherCases].map(|factor| (factor, 0)).into();
        for severity in Severity::ALL {
            let open = counted.cases.get(&(row.id, *severity)).copied().unwrap_or(0);
            more(&mut counts, of_case(*severity), open);
        }
        if let Some(own) = sensors.get(&row.id) {
            let unwell = own.iter().filter(|sensor| is_unwell(sensor, now)).count();
            counts.insert(FactorId::SilentSensors, u32::try_from(unwell).unwrap_or(u32::MAX));
            let came = visitors.get(&row.id).map_or(0, BTreeSet::len);
            counts.insert(FactorId::Visitors, u32::try_from(came).unwrap_or(u32::MAX));
        }
        counts.insert(FactorId::UnreadNotices, counted.unread.get(&row.id).copied().unwrap_or(0));
        if let Some(fields) = weak.of(store, catalogue, row.id, now).await? {
            counts.insert(FactorId::WeakFields, fields);
        }
        out.push(Situation { facility: row.id, name: row.profile.name.clone(), counts });
    }
    Ok(out)
}

/// Whether a declaration in force covers a source of today. One for certain protocols only is left aside here: the count
/// does not know protocols, and rather counts too many.
fn covers(declaration: &Declaration, source: &str, kind: hakutaku_model::touch::Kind, now: Ts) -> bool {
    matches!(declaration.standing(now), NoiseStanding::InForce | NoiseStanding::EndsSoon)
        && declaration.protocols.is_empty()
        && kind <= declaration.up_to
        && source.parse::<IpAddr>().is_ok_and(|address| Prefix::contains(&declaration.from, address))
}

/// What is open at the centre: cases, unwell sensors, calls promised.
///
/// # Errors
/// When the database refuses.
pub async fn open_things(store: &Store, catalogue: &Catalogue, names: &Names, now: Ts) -> Result<Vec<Open>> {
    let mut out = Vec::new();
    for kept in store.cases(CaseState::Open, CASES).await? {
        let where_: Vec<&str> =
            kept.case.facilities().iter().filter_map(|id| names.facilities.get(id).map(String::as_str)).collect();
        let title = kept.case.title(&catalogue.region.rules);
        out.push(Open {
            kind: OpenKind::Case,
            id: kept.case.id.to_string(),
            facility: kept.case.facilities().first().copied(),
            severity: kept.case.severity,
            what: format!("{}（{}）", title.get(Lang::Ja), where_.join("、")),
            promised: None,
        });
    }
    for sensor in store.all_sensors().await?.into_iter().filter(|sensor| is_unwell(sensor, now)) {
        let at = names.facilities.get(&sensor.facility).cloned().unwrap_or_default();
        out.push(Open {
            kind: OpenKind::Sensor,
            id: sensor.id.to_string(),
            facility: Some(sensor.facility),
            severity: Severity::Middle,
            what: format!("{}（{at}）", sensor.name),
            promised: None,
        });
    }
    let promises: Vec<Kept<Promise>> = store.records(Shelf::Installation).await?;
    for row in promises.into_iter().filter(|row| row.body.kept.is_none()) {
        let promise = row.body;
        let to = names.facilities.get(&promise.facility).cloned().unwrap_or_default();
        out.push(Open {
            kind: OpenKind::Call,
            id: row.id.to_string(),
            facility: Some(promise.facility),
            severity: Severity::Middle,
            what: format!("{}（{to}）", promise.what),
            promised: Some((promise.by, promise.until)),
        });
    }
    Ok(out)
}
