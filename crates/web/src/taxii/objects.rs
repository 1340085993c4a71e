//! Reading: objects, manifests, versions (sections 5.3 to 5.6), in pages by place in the collection.
//!
//! A page's `next` is the place of its last object. Places only grow, so that pages are exact however many objects share
//! an instant, and the last page costs as much as the first.

use super::collections::{Names, named};
use super::{Refusal, Taxii};
use crate::AppState;
use crate::shell::visit::Visit;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hakutaku_exchange::taxii::{Envelope, FIRST_ADDED, Filter, LAST_ADDED, Versions, write_next};
use hakutaku_model::time::Ts;
use hakutaku_store::{ExchangeObject, ExchangeQuery, ExchangeVersions};
use serde_json::{Value, json};
use std::collections::HashMap;

/// One page of rows.
struct Page {
    rows: Vec<ExchangeObject>,
    next: Option<String>,
}

impl Page {
    /// The instants of the first and last row (section 3.1).
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, row) in [(FIRST_ADDED, self.rows.first()), (LAST_ADDED, self.rows.last())] {
            if let Some(value) = row.and_then(|row| HeaderValue::from_str(&row.added_at.to_string()).ok()) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers
    }
}

fn filter(query: Option<&str>) -> Result<Filter, Refusal> {
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().take(50).collect();
    Filter::of(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .map_err(|bad| Refusal::new(StatusCode::BAD_REQUEST, bad.to_string()))
}

async fn page(app: &AppState, key: &str, filter: &Filter) -> Result<Page, Refusal> {
    // Nothing but STIX 2.1 comes in.
    if !filter.spec_versions.is_empty() && !filter.spec_versions.iter().any(|version| version == "2.1") {
        return Ok(Page { rows: Vec::new(), next: None });
    }
    let versions = match &filter.versions {
        Versions::All => None,
        Versions::Last => Some(ExchangeVersions { last: true, ..ExchangeVersions::default() }),
        Versions::First => Some(ExchangeVersions { first: true, ..ExchangeVersions::default() }),
        Versions::Some { last, first, exactly } => Some(ExchangeVersions { last: *last, first: *first, exactly }),
    };
    let query = ExchangeQuery {
        after: filter.after.unwrap_or(0),
        added_after: filter.added_after,
        ids: &filter.ids,
        types: &filter.types,
        versions,
        // One more says whether there is more.
        most: filter.limit.saturating_add(1),
    };
    let mut rows = app.store.exchange_objects_like(key, &query).await?;
    let most = usize::try_from(filter.limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|row| write_next(row.seq));
    Ok(Page { rows, next })
}

/// The page of a path and query, of one object where the path names one.
async fn asked(
    app: &AppState,
    visit: &Visit,
    names: &HashMap<String, String>,
    query: Option<&str>,
) -> Result<Page, Refusal> {
    let collection = named(visit, names)?;
    let mut filter = filter(query)?;
    let object = names.get("object");
    if let Some(id) = object {
        filter.ids = vec![id.clone()];
    }
    let page = page(app, &collection.key, &filter).await?;
    if object.is_some() && page.rows.is_empty() && filter.after.is_none() {
        // Filters may leave nothing of an object that is there (section 5.6): then the answer is empty.
        let any = ExchangeQuery { ids: &filter.ids, most: 1, ..ExchangeQuery::default() };
        if app.store.exchange_objects_like(&collection.key, &any).await?.is_empty() {
            return Err(Refusal::not_found("object"));
        }
    }
    Ok(page)
}

fn envelope(page: &Page) -> Result<Envelope, Refusal> {
    let objects: Result<Vec<Value>, _> = page.rows.iter().map(|row| serde_json::from_str(&row.body)).collect();
    let broken = |_| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "An object here cannot be read.");
    Ok(Envelope { more: page.next.is_some(), next: page.next.clone(), objects: objects.map_err(broken)? })
}

/// Objects of a collection.
pub(super) async fn list(
    State(app): State<AppState>,
    visit: Visit,
    Path(names): Names,
    RawQuery(query): RawQuery,
) -> Result<(HeaderMap, Taxii<Envelope>), Refusal> {
    let page = asked(&app, &visit, &names, query.as_deref()).await?;
    Ok((page.headers(), Taxii(envelope(&page)?)))
}

/// One object, in the versions asked for.
pub(super) async fn one(
    State(app): State<AppState>,
    visit: Visit,
    Path(names): Names,
    RawQuery(query): RawQuery,
) -> Result<(HeaderMap, Taxii<Envelope>), Refusal> {
    let page = asked(&app, &visit, &names, query.as_deref()).await?;
    Ok((page.headers(), Taxii(envelope(&page)?)))
}

/// What is there, without the objects themselves.
pub(super) async fn manifest(
    State(app): State<AppState>,
    visit: Visit,
    Path(names): Names,
    RawQuery(query): RawQuery,
) -> Result<(HeaderMap, Taxii<Value>), Refusal> {
    let page = asked(&app, &visit, &names, query.as_deref()).await?;
    let rows: Vec<Value> = page
        .rows
        .iter()
        .map(|row| json!({ "id": row.id, "date_added": row.added_at, "version": row.version, "media_type": row.media_type }))
        .collect();
    Ok((page.headers(), Taxii(paged("objects", rows.into(), &page))))
}

/// The versions of one object.
pub(super) async fn versions(
    State(app): State<AppState>,
    visit: Visit,
    Path(names): Names,
    RawQuery(query): RawQuery,
) -> Result<(HeaderMap, Taxii<Value>), Refusal> {
    let query = of_all_versions(query.as_deref().unwrap_or_default());
    let page = asked(&app, &visit, &names, Some(&query)).await?;
    let rows: Vec<Ts> = page.rows.iter().map(|row| row.version).collect();
    Ok((page.headers(), Taxii(paged("versions", json!(rows), &page))))
}

/// A query, with all versions asked for whatever it says of them.
fn of_all_versions(query: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "match[version]");
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    kept.extend_pairs(pairs).append_pair("match[version]", "all");
    kept.finish()
}

fn paged(name: &str, rows: Value, page: &Page) -> Value {
    let mut said = json!({ name: rows });
    if let Some(next) = &page.next {
        (said["more"], said["next"]) = (true.into(), next.as_str().into());
    }
    said
}
