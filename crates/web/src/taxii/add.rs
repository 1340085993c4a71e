//! Objects that come in (section 5.5), and what became of them (section 4.3).
//!
//! All of a request is looked at before it is answered: a status is complete when it is given. It is kept for a day.

use super::collections::{Names, named};
use super::{Refusal, Taxii};
use crate::AppState;
use crate::shell::visit::Visit;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use hakutaku_exchange::json::{self, LIMITS};
use hakutaku_exchange::stix::{self, check_object};
use hakutaku_exchange::taxii::{Envelope, MEDIA_TYPE, Status, StatusDetail, is_taxii, version_of};
use hakutaku_model::time::Ts;
use hakutaku_store::{ExchangeQuery, NewExchangeObject};

/// Most objects in one request.
const MOST: usize = 5_000;
/// Longest object, in bytes.
const LONGEST: usize = 1024 * 1024;
/// Where statuses are kept.
const STATUSES: &str = "taxii/status";
/// How long, in seconds.
const KEPT: i64 = 24 * 60 * 60;

/// Takes objects in.
pub(super) async fn add(
    State(app): State<AppState>,
    visit: Visit,
    Path(names): Names,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Taxii<Status>), Refusal> {
    let collection = named(&visit, &names)?;
    if !collection.writable {
        return Err(Refusal::new(StatusCode::FORBIDDEN, "Nothing can be added to this collection."));
    }
    if !is_taxii(headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())) {
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("Send an envelope as {MEDIA_TYPE}.")));
    }
    let wrong = |status, words: String| Refusal::new(status, words);
    let value =
        json::read(&body, LIMITS).map_err(|error| wrong(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
    let envelope: Envelope = serde_json::from_value(value)
        .map_err(|_| wrong(StatusCode::UNPROCESSABLE_ENTITY, "The body is not an envelope with objects.".into()))?;
    if envelope.objects.is_empty() || envelope.objects.len() > MOST {
        return Err(wrong(StatusCode::UNPROCESSABLE_ENTITY, format!("An envelope has 1 to {MOST} objects.")));
    }
    let now = app.now();
    let (mut good, mut successes, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    for object in &envelope.objects {
        let id: String = object.get("id").and_then(|id| id.as_str()).unwrap_or_default().chars().take(300).collect();
        // Without a version of its own an object has one that never changes (section 3.4.1).
        let version = version_of(object).unwrap_or(Ts::from_micros(0));
        let text = object.to_string();
        let refused = match check_object(object) {
            Err(words) => Some(words.en),
            Ok(()) if text.len() > LONGEST => Some(format!("It is longer than {LONGEST} bytes.")),
            Ok(()) => None,
        };
        let detail = StatusDetail { id: id.clone(), version: version.to_string(), message: refused.clone() };
        match refused {
            Some(_) => failures.push(detail),
            None => {
                successes.push(detail);
                good.push(NewExchangeObject { id, version, media_type: stix::MEDIA_TYPE.to_owned(), body: text });
            }
        }
    }
    app.store.add_exchange_objects(&collection.key, &good, now).await?;
    let status = Status {
        id: uuid::Uuid::now_v7().to_string(),
        status: "complete".into(),
        request_timestamp: Some(now.to_string()),
        total_count: envelope.objects.len(),
        success_count: successes.len(),
        successes,
        failure_count: failures.len(),
        failures,
        pending_count: 0,
    };
    let body = serde_json::to_string(&status)
        .map_err(|_| wrong(StatusCode::INTERNAL_SERVER_ERROR, "The status cannot be written.".into()))?;
    let kept = NewExchangeObject { id: status.id.clone(), version: now, media_type: MEDIA_TYPE.to_owned(), body };
    app.store.forget_exchange_objects(STATUSES, now.plus_seconds(-KEPT)).await?;
    app.store.add_exchange_objects(STATUSES, &[kept], now).await?;
    Ok((StatusCode::ACCEPTED, Taxii(status)))
}

/// What became of an earlier request.
pub(super) async fn status(State(app): State<AppState>, Path(names): Names) -> Result<Taxii<Status>, Refusal> {
    let ids = [names.get("status").cloned().unwrap_or_default()];
    let query = ExchangeQuery { ids: &ids, most: 1, ..ExchangeQuery::default() };
    let rows = app.store.exchange_objects_like(STATUSES, &query).await?;
    let status = rows.first().and_then(|row| serde_json::from_str(&row.body).ok());
    status.map(Taxii).ok_or_else(|| Refusal::not_found("status"))
}
