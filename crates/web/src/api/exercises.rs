//! Scenarios of drills as text: looked through by the linter, played by simulated players. Nothing is kept.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::Fields;
use super::openapi::{Refused, RefusedBody};
use crate::AppState;
use crate::drills::scenarios::LARGEST;
use crate::results::press;
use axum::Json;
use axum::extract::State;
use hakutaku_model::exercise::{
    Finding, Paths, SIMULATED_START, Scenario, Simulation, can_be_played, check as look_through, paths,
    simulate as play,
};
use hakutaku_model::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

/// A body with the largest scenario, each of its characters escaped.
pub(super) const LARGEST_BODY: usize = 2 * LARGEST + 64 * 1024;

/// A scenario as text.
#[derive(ToSchema)]
#[schema(as = ScenarioText, examples(json!({"scenario": "format: hakutaku-exercise/1\nid: …"})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct ScenarioJson {
    /// The text of a `hakutaku-exercise/1` file (YAML), up to 512 KiB.
    scenario: String,
}

/// A scenario to play.
#[derive(ToSchema)]
#[schema(as = ScenarioToPlay, examples(json!({"scenario": "format: hakutaku-exercise/1\nid: …", "seed": 7})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct ToPlayJson {
    /// The text of a `hakutaku-exercise/1` file (YAML), up to 512 KiB.
    scenario: String,
    /// What the simulated players draw from; 1 if absent. The same text and seed always give the same drill.
    seed: Option<i64>,
}

/// What the linter found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScenarioCheck)]
pub(super) struct CheckedJson {
    /// Whether it can be played.
    ok: bool,
    /// The scenario's id.
    id: String,
    /// Errors first: `severity` (`error`, `warning`), `place`, `problem` in both languages.
    #[schema(value_type = Vec<Object>)]
    findings: Vec<Finding>,
    /// Every way it can go, as far as they are listed; `null` while it cannot be played.
    #[schema(required = true, value_type = Option<Object>)]
    ways: Option<Paths>,
}

/// Reads a text and looks it through.
fn read(app: &AppState, fields: &mut Fields) -> Option<(Scenario, Vec<Finding>)> {
    let text = fields.text("scenario");
    if text.is_none() && !fields.has_wrong("scenario") {
        fields.wrong("scenario", "必ず入れてください。", "Must be given.");
    }
    let text = text?;
    if text.len() > LARGEST {
        fields.wrong("scenario", "512 KiBまでです。", "May have 512 KiB at most.");
        return None;
    }
    match hakutaku_catalog::read_exercise(&text) {
        Ok(scenario) => {
            let known = |id: &str| app.catalogue.controls.contains_key(id);
            let findings = look_through(&scenario, Some(&known));
            Some((scenario, findings))
        }
        Err(error) => {
            let (ja, en) =
                (format!("シナリオとして読めません（{error}）。"), format!("This is no scenario ({error})."));
            fields.wrong("scenario", ja, en);
            None
        }
    }
}

/// Looks a scenario through
///
/// The same as `hakutaku exercise check FILE --format json`. A text that is no scenario at all is refused; one that
/// cannot be played is answered with what is wrong with it.
#[utoipa::path(post, path = "/api/v1/exercises/check", operation_id = "checkExercise", tag = "drills",
    request_body = ScenarioJson,
    responses((status = 200, description = "What was found", body = CheckedJson), Refused, RefusedBody))]
pub(super) async fn check(
    State(app): State<AppState>,
    _: Caller,
    mut fields: Fields,
) -> Result<Json<CheckedJson>, Fault> {
    let found = read(&app, &mut fields);
    fields.finish()?;
    let Some((scenario, findings)) = found else { return Err(nothing()) };
    let ok = can_be_played(&findings);
    let id = scenario.id.clone();
    let ways = if ok { Some(press(move || paths(&scenario)).await?) } else { None };
    Ok(Json(CheckedJson { ok, id, findings, ways }))
}

/// Plays a scenario with simulated players
///
/// The same as `hakutaku exercise simulate FILE --seed N --format json`: the journal (`hakutaku-journal/1`) and the data
/// of the after-action report (`hakutaku-drill-report/1`).
#[utoipa::path(post, path = "/api/v1/exercises/simulate", operation_id = "simulateExercise", tag = "drills",
    request_body = ToPlayJson,
    responses((status = 200, description = "`format`, `seed`, `journal`, `report`", body = Object), Refused, RefusedBody))]
pub(super) async fn simulate(
    State(app): State<AppState>,
    _: Caller,
    mut fields: Fields,
) -> Result<Json<Simulation>, Fault> {
    let found = read(&app, &mut fields);
    let seed = fields.number::<i64>("seed", 0..=i64::MAX).unwrap_or(1);
    fields.finish()?;
    let Some((scenario, findings)) = found else { return Err(nothing()) };
    if !can_be_played(&findings) {
        let wrong = |finding: Finding| {
            let say = |words: &str| format!("{}: {words}", finding.place);
            Wrong::field("scenario", Text::new(say(&finding.problem.ja), say(&finding.problem.en)))
        };
        return Err(Fault::wrong(findings.into_iter().map(wrong).collect()));
    }
    let simulation = press(move || play(&scenario, seed.unsigned_abs(), SIMULATED_START)).await?;
    Ok(Json(simulation))
}

/// Without a scenario something was wrong, and that was said.
fn nothing() -> Fault {
    Fault::field("scenario", "必ず入れてください。", "Must be given.")
}
