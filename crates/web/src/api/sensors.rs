//! Decoy sensors: coming in by a code, reporting touches and health; and reading both.

use super::door::Caller;
use super::fault::Fault;
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedCode, RefusedQuery};
use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::sign_in::throttle::Attempt;
use crate::watch;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use hakutaku_model::sensor::{Acknowledged, AskEventsPass, Enrol, Enrolled, EventsPass, Sensor};
use hakutaku_model::touch::health::SignedHealth;
use hakutaku_model::touch::transport::Subject;
use hakutaku_store::{Batch, StoreError};
use serde::Deserialize;
use serde_json::{Value, json};

/// The largest piece of a spool that is taken in at once: as much as a sensor sends, with room.
pub(super) const LARGEST_PIECE: usize = 2 * 1024 * 1024;

/// Let a sensor in
///
/// The sensor names the code somebody made for it on the page of sensors, its own id and its public key. It gets a token
/// of its own, which may report touches and health and nothing else. A code works once.
#[utoipa::path(post, path = "/api/v1/sensors/enrol", operation_id = "enrolSensor", tag = "sensors", security(()),
    request_body(content = Object, description = "`code`, `sensor` (UUID), `public_key` (Ed25519, 64 hexadecimal digits)"),
    responses((status = 200, description = "`token`, `secret_key`, `facility`, `name`", body = Object), RefusedCode, RefusedBody))]
pub(super) async fn enrol(
    State(app): State<AppState>,
    visit: Visit,
    Json(asked): Json<Enrol>,
) -> Result<Json<Enrolled>, Fault> {
    let from = visit.peer.map_or_else(String::new, |ip| ip.to_string());
    let attempt = Attempt::on(&format!("sensor-code:{from}"), &visit);
    if let Some(minutes) = attempt.minutes_to_wait(&app).await? {
        return Err(Fault::too_many(u64::from(minutes) * 60));
    }
    match app.store.enrol_sensor(&asked.code, asked.sensor, &asked.public_key, app.now()).await {
        Ok(done) => {
            let facility = app.store.facility(done.sensor.facility).await?.profile.name;
            // A key that is none shows when the sensor asks for its pass; the enrolment does not fail for it.
            let events = asked.events_key.as_deref().and_then(|key| pass(&app, &done.sensor, key)?.ok());
            let name = done.sensor.name;
            Ok(Json(Enrolled { token: done.token, secret_key: done.secret_key, facility, name, events }))
        }
        Err(StoreError::NotFound(_)) => {
            attempt.failed(&app).await?;
            Err(Problem::NotFound.into())
        }
        Err(StoreError::Invalid(_)) => Err(Fault::field(
            "public_key",
            "Ed25519 の公開鍵（16進数64桁）ではありません。",
            "Not an Ed25519 public key of 64 hexadecimal digits.",
        )),
        Err(StoreError::AlreadyExists(_)) => Err(Fault::field(
            "sensor",
            "この番号のセンサーは、別の施設か別の鍵ですでに登録されています。",
            "A sensor with this id is known already, at another facility or with another key.",
        )),
        Err(error) => Err(error.into()),
    }
}

/// Which piece of a spool is sent.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// The number of the touch before the first line.
    after: u64,
    /// The number of the first touch the sensor still has. What is missing here and still there is asked for again by the
    /// answer's `number`; what is nowhere any more is a gap.
    oldest: u64,
}

fn own(visit: &Visit) -> Result<&Sensor, Fault> {
    visit.sensor.as_ref().ok_or_else(|| Problem::SignInFirst(None).into())
}

/// Report touches
///
/// Lines of the sensor's spool as they are, one touch a line. Each is kept exactly once, whatever is sent twice. What the
/// answer names is on disk here and need not be sent again. For sensors only, with their own token.
#[utoipa::path(post, path = "/api/v1/sensors/touches", operation_id = "reportTouches", tag = "sensors", params(After),
    request_body(content = String, content_type = "application/x-ndjson"),
    responses((status = 200, description = "`number`: everything up to it is kept", body = Object), Refused, RefusedBody))]
pub(super) async fn take(
    State(app): State<AppState>,
    visit: Visit,
    Query(After { after, oldest }): Query<After>,
    body: Bytes,
) -> Result<Json<Acknowledged>, Fault> {
    let sensor = own(&visit)?;
    let lines: Vec<&[u8]> = body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let taken = app.store.take_touches(sensor.id, &Batch { after, oldest, lines: &lines }, app.now()).await?;
    app.region.arrived();
    Ok(Json(Acknowledged { number: taken.number, waiting: None }))
}

/// Report health
///
/// How the sensor is, signed. For sensors only, with their own token. Five minutes without any report are silence.
#[utoipa::path(post, path = "/api/v1/sensors/health", operation_id = "reportHealth", tag = "sensors",
    request_body(content = Object),
    responses((status = 200, description = "`number`: touches up to it are kept here", body = Object), Refused, RefusedBody))]
pub(super) async fn hear(
    State(app): State<AppState>,
    visit: Visit,
    Json(said): Json<SignedHealth>,
) -> Result<Json<Acknowledged>, Fault> {
    let sensor = own(&visit)?;
    match app.store.hear_sensor(sensor, &said, app.now()).await {
        Ok(()) => {
            app.region.arrived();
            let mut waiting = None;
            if let Some(stream) = &app.stream
                && said.health.number > sensor.chain.number
            {
                waiting = stream.waiting(Subject { facility: sensor.facility, sensor: sensor.id }).await;
            }
            Ok(Json(Acknowledged { number: sensor.chain.number, waiting }))
        }
        Err(StoreError::Invalid(_)) => {
            Err(Fault::field("signature", "このセンサーの署名ではありません。", "This is not the sensor's signature."))
        }
        Err(error) => Err(error.into()),
    }
}

fn pass(app: &AppState, sensor: &Sensor, key: &str) -> Option<Result<EventsPass, String>> {
    let subject = Subject { facility: sensor.facility, sensor: sensor.id };
    app.stream.as_ref().map(|stream| stream.pass(subject, key, app.now()))
}

/// Get a pass to the stream server
///
/// Where touches go through a region's stream server: the pass with which this sensor may publish its own touches there,
/// for a day. It is of use only with the sensor's own key. Not found where there is no stream server. For sensors only.
#[utoipa::path(post, path = "/api/v1/sensors/events", operation_id = "passToEvents", tag = "sensors",
    request_body(content = Object, description = "`events_key`: the public key as NATS writes user keys"),
    responses((status = 200, description = "`facility`, `token`, `expires_at`, `issued_at`", body = Object), Refused, RefusedBody, NotThere))]
pub(super) async fn events(
    State(app): State<AppState>,
    visit: Visit,
    Json(asked): Json<AskEventsPass>,
) -> Result<Json<EventsPass>, Fault> {
    match pass(&app, own(&visit)?, &asked.events_key) {
        None => Err(Problem::NotFound.into()),
        Some(Ok(pass)) => Ok(Json(pass)),
        Some(Err(_)) => Err(Fault::field(
            "events_key",
            "中継サーバーで使う公開鍵（U で始まる）ではありません。",
            "Not a public key for the stream server (it begins with U).",
        )),
    }
}

/// List sensors
///
/// With their standing: `well`, `troubled`, `silent`, `broken`, `retired`.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/sensors", operation_id = "listSensors", tag = "sensors",
    params(AtFacility),
    responses((status = 200, description = "Sensors", body = Object), Refused, NotThere))]
pub(super) async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<Value>, Fault> {
    let now = app.now();
    let sensors = app.store.sensors(caller.place()?.id).await?;
    let items: Vec<Value> = sensors
        .iter()
        .map(|sensor| {
            json!({
                "id": sensor.id, "name": sensor.name, "standing": sensor.standing(now), "touches": sensor.chain.number,
                "behind": sensor.behind(), "heard_at": sensor.heard_at, "enrolled_at": sensor.enrolled_at,
                "retired_at": sensor.retired_at, "fault": sensor.fault, "health": sensor.health,
            })
        })
        .collect();
    Ok(Json(json!({ "items": items })))
}

/// Which touches.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Older {
    /// `next` of the piece before.
    #[serde(default)]
    cursor: Option<String>,
}

/// List touches
///
/// Newest arrival first, a hundred at a time, as the sensors signed them.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/touches", operation_id = "listTouches", tag = "sensors",
    params(AtFacility, Older),
    responses((status = 200, description = "`items` with `arrived_at` and `touch`; `next` for the piece after", body = Object), Refused, NotThere, RefusedQuery))]
pub(super) async fn touches(
    State(app): State<AppState>,
    caller: Caller,
    Query(older): Query<Older>,
) -> Result<Json<Value>, Fault> {
    let cursor = older.cursor.as_deref().map(watch::read_cursor);
    if cursor == Some(None) {
        return Err(Fault::field(
            "cursor",
            "前の応答の next をそのまま入れてください。",
            "Must be the \"next\" of an earlier answer, unchanged.",
        ));
    }
    let rows = app.store.touches(caller.place()?.id, cursor.flatten(), watch::PIECE).await?;
    let next = watch::next_cursor(&rows);
    let items: Vec<Value> =
        rows.iter().map(|row| json!({ "arrived_at": row.arrived_at, "touch": row.signed })).collect();
    Ok(Json(json!({ "items": items, "next": next })))
}
