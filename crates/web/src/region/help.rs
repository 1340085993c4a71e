//! What the centre does for a member within its consent. Each deed is checked and entered into the member's list and log
//! before it is done.

use super::behalf::on_behalf;
use super::case::{PART_CLOSED, part_key};
use super::member::{Found, href, page};
use crate::AppState;
use crate::house::{self, NOTE};
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use crate::watch::noise_form;
use crate::watch::sensors::{CODE_SECONDS, enrolment_command};
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::assessment::evaluate;
use hakutaku_model::catalogue::QuestionnaireKind;
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::region::correlate::CaseId;
use hakutaku_model::region::watch::consent::Act;
use std::net::IpAddr;

/// More devices than may have one address.
const DEVICES: usize = 5;

/// See the summary of the newest result.
pub(super) async fn results(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
) -> Result<Response, Problem> {
    let t = visit.t();
    app.store.facility(facility).await?;
    on_behalf(&app, &visit, facility, Act::SeeResults, "").await?;
    let mut sheets = app.store.assessments(facility).await?;
    sheets.retain(|sheet| sheet.respondent.is_none());
    sheets.sort_by_key(|sheet| std::cmp::Reverse((sheet.year, sheet.created_at)));
    let mut found = Found { title: t.m("region-results"), words: t.m("region-no-results"), ..Found::default() };
    for sheet in sheets {
        let Some(questionnaire) = app.catalogue.questionnaire(sheet.questionnaire.as_str()) else { continue };
        if questionnaire.kind != QuestionnaireKind::Assessment {
            continue;
        }
        let result = evaluate(questionnaire, &app.store.model_answers(facility, sheet.id).await?);
        let Some(overall) = result.overall else { continue };
        found.words = t.a3(
            "region-results-of",
            ("title", t.text(&questionnaire.title)),
            ("year", sheet.year.label(t.lang)),
            ("score", overall.two_decimals()),
        );
        found.lines = result
            .weak_fields()
            .into_iter()
            .filter_map(|weak| {
                let field = app.catalogue.fields.iter().find(|field| field.id == weak.field)?;
                Some((
                    t.text(&field.title).to_owned(),
                    weak.score.map(|score| score.two_decimals()).unwrap_or_default(),
                ))
            })
            .collect();
        break;
    }
    page(&app, &visit, facility, Form::default(), Some(found), Vec::new()).await
}

/// Look a device up by its address.
pub(super) async fn device(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
    mut form: Form,
) -> Result<Response, Problem> {
    let t = visit.t();
    app.store.facility(facility).await?;
    let address = form.choice("address", |text| text.trim().parse::<IpAddr>().ok());
    let Some(address) = address.map(|address| address.to_canonical()) else {
        form.fault("address", Key("region-address-wrong"));
        return page(&app, &visit, facility, form, None, Vec::new()).await;
    };
    on_behalf(&app, &visit, facility, Act::SeeLedger, &address.to_string()).await?;
    let ids: Vec<_> = app
        .store
        .addresses(Some(facility))
        .await?
        .into_iter()
        .filter(|(_, _, text)| text.split_whitespace().any(|word| word.parse() == Ok(address)))
        .map(|(_, id, _)| id)
        .take(DEVICES)
        .collect();
    let mut found = Found { title: t.a("region-devices-at", "address", address.to_string()), ..Found::default() };
    for row in app.store.assets_of(facility, &ids).await? {
        let asset = row.asset;
        let what = [asset.owner, asset.place, asset.os, asset.firmware];
        let what: Vec<String> = what.into_iter().filter(|text| !text.trim().is_empty()).collect();
        found.lines.push((asset.name, what.join(" · ")));
    }
    if found.lines.is_empty() {
        found.words = t.m("watch-no-device");
    }
    page(&app, &visit, facility, form, Some(found), Vec::new()).await
}

/// Declare noise.
pub(super) async fn noise(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
    mut form: Form,
) -> Result<Response, Problem> {
    app.store.facility(facility).await?;
    let by = visit.person()?.display_name.clone();
    let declared = noise_form::read(&mut form, facility, &by, app.now());
    let declaration = match declared {
        Ok(declaration) => declaration,
        Err(faults) => {
            let faults = faults.iter().map(|fault| visit.t().text(fault).to_owned()).collect();
            return page(&app, &visit, facility, form, None, faults).await;
        }
    };
    let detail = format!("{} {}", declaration.from, declaration.reason);
    on_behalf(&app, &visit, facility, Act::DeclareNoise, &detail).await?;
    app.store.add_record(&visit.act(app.now()), facility, &declaration).await?;
    app.region.told();
    Ok(visit.done(&app, &href(facility), Key("notice-saved")))
}

/// Note something in the member's part of a case, or end that part.
pub(super) async fn part(
    State(app): State<AppState>,
    visit: Visit,
    Path((facility, id)): Path<(FacilityId, CaseId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let kept = app.store.case(id).await?;
    if !kept.case.facilities().contains(&facility) {
        return Err(Problem::NotFound);
    }
    let text = house::words(&mut form, "part", NOTE);
    if text.is_empty() {
        form.fault("part", Key("form-empty"));
    }
    if !form.is_right() {
        return page(&app, &visit, facility, form, None, Vec::new()).await;
    }
    on_behalf(&app, &visit, facility, Act::HandleCases, &text).await?;
    let kind = if form.has("end", "yes") { PART_CLOSED } else { "note" };
    let by = visit.person()?.display_name.clone();
    app.store.add_region_entry(&visit.act(app.now()), &part_key(id, facility), &by, kind, &text).await?;
    Ok(visit.done(&app, &href(facility), Key("notice-saved")))
}

/// Make an enrolment code.
pub(super) async fn invite_sensor(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
    mut form: Form,
) -> Result<Response, Problem> {
    let t = visit.t();
    app.store.facility(facility).await?;
    let name = form.line("sensor", 100);
    if !form.is_right() {
        return page(&app, &visit, facility, form, None, Vec::new()).await;
    }
    on_behalf(&app, &visit, facility, Act::ChangeSensors, &name).await?;
    let now = app.now();
    let code = app.store.invite_sensor(&visit.act(now), facility, &name, now.plus_seconds(CODE_SECONDS)).await?;
    let found = Found { title: t.m("watch-code"), words: enrolment_command(&app, &code), code, lines: Vec::new() };
    page(&app, &visit, facility, Form::default(), Some(found), Vec::new()).await
}

/// Take a sensor out of use.
pub(super) async fn retire_sensor(
    State(app): State<AppState>,
    visit: Visit,
    Path((facility, id)): Path<(FacilityId, SensorId)>,
) -> Result<Response, Problem> {
    let sensor = app.store.sensors(facility).await?.into_iter().find(|one| one.id == id).ok_or(Problem::NotFound)?;
    on_behalf(&app, &visit, facility, Act::ChangeSensors, &sensor.name).await?;
    app.store.retire_sensor(&visit.act(app.now()), facility, id).await?;
    Ok(visit.done(&app, &href(facility), Key("notice-saved")))
}
