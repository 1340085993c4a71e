//! Counting requests: by group of routes, how they ended and how long they took; and how many listen to live pages.

use crate::access::route_table;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt as _;
use hakutaku_model::figures::{Form, Histogram, Page};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Requests that met no route.
const NO_ROUTE: &str = "none";
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What the application counts of itself.
#[derive(Debug)]
pub(crate) struct Meter {
    pub(super) started: SystemTime,
    groups: BTreeMap<&'static str, Group>,
    of_pattern: HashMap<&'static str, &'static str>,
    streams: Arc<AtomicI64>,
}

#[derive(Debug, Default)]
struct Group {
    answers: [AtomicU64; CLASSES.len()],
    took: Histogram,
}

impl Default for Meter {
    fn default() -> Self {
        let of_pattern: HashMap<_, _> = route_table().iter().map(|row| (row.path, group_of(row.path))).collect();
        let names = of_pattern.values().copied().chain([NO_ROUTE]);
        Self {
            started: SystemTime::now(),
            groups: names.map(|name| (name, Group::default())).collect(),
            of_pattern,
            streams: Arc::default(),
        }
    }
}

/// The part of the application a pattern belongs to: a word of the pattern itself, never of an address.
fn group_of(pattern: &'static str) -> &'static str {
    let mut words = pattern.split('/').filter(|word| !word.is_empty() && !word.starts_with('{') && *word != "v1");
    match words.next() {
        None => "home",
        Some("facilities") => words.next().unwrap_or("facilities"),
        Some("api") => match words.next() {
            Some("sensors") => "api-sensors",
            _ => "api",
        },
        Some(word) => word,
    }
}

impl Meter {
    /// Counts an answer by the pattern of its route. Of a live page the time ends with its beginning.
    pub(crate) fn answered(&self, pattern: Option<&str>, status: StatusCode, took: Duration) {
        let name = pattern.and_then(|pattern| self.of_pattern.get(pattern)).copied().unwrap_or(NO_ROUTE);
        let Some(group) = self.groups.get(name) else { return };
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(count) = group.answers.get(class) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        group.took.add(took);
    }

    /// Counts a live page for as long as its answer lasts.
    pub(crate) fn held(&self, response: Response) -> Response {
        let open = Open::new(self.streams.clone());
        response.map(|body| {
            let pieces = body.into_data_stream().map(move |piece| {
                let _still = &open;
                piece
            });
            Body::from_stream(pieces)
        })
    }

    pub(super) fn write(&self, page: &mut Page) {
        let help = "Requests answered, by group of routes and class of status.";
        let mut answers = page.family("hakutaku_http_requests_total", Form::Counter, help);
        for (name, group) in &self.groups {
            for (class, count) in CLASSES.iter().zip(&group.answers) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    answers.put(&[("group", name), ("status", class)], count);
                }
            }
        }
        let help = "How long an answer took, by group of routes; of live pages until their first byte.";
        let mut took = page.family("hakutaku_http_request_seconds", Form::Histogram, help);
        for (name, group) in self.groups.iter().filter(|(_, group)| group.took.count() > 0) {
            took.histogram(&[("group", name)], &group.took);
        }
        let open = self.streams.load(Ordering::Relaxed);
        page.one("hakutaku_live_pages", Form::Gauge, "Server-sent event streams that are open.", open);
    }
}

/// One more while it lives.
struct Open(Arc<AtomicI64>);

impl Open {
    fn new(count: Arc<AtomicI64>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_a_word_of_the_pattern() {
        for (pattern, group) in [
            ("/", "home"),
            ("/people/{person}/bar", "people"),
            ("/facilities", "facilities"),
            ("/facilities/{facility}", "facilities"),
            ("/facilities/{facility}/watch/touches/{touch}", "watch"),
            ("/api/v1/sensors/touches", "api-sensors"),
            ("/api/v1/facilities/{facility}/touches", "api"),
            ("/static/{file}", "static"),
        ] {
            assert_eq!(group_of(pattern), group, "{pattern}");
        }
    }

    #[test]
    fn no_group_comes_from_outside() {
        let meter = Meter::default();
        meter.answered(Some("/people"), StatusCode::OK, Duration::from_millis(3));
        meter.answered(Some("/no/such/pattern"), StatusCode::NOT_FOUND, Duration::ZERO);
        meter.answered(None, StatusCode::NOT_FOUND, Duration::ZERO);
        let mut page = Page::new();
        meter.write(&mut page);
        let text = page.finish();
        assert!(text.contains("hakutaku_http_requests_total{group=\"people\",status=\"2xx\"} 1\n"), "{text}");
        assert!(text.contains("hakutaku_http_requests_total{group=\"none\",status=\"4xx\"} 2\n"), "{text}");
        assert!(!text.contains("such"), "{text}");
    }

    #[tokio::test]
    async fn a_live_page_counts_until_its_answer_is_gone() {
        let meter = Meter::default();
        let open = || meter.streams.load(Ordering::Relaxed);
        let one = meter.held(Response::new(Body::from("data: 1\n\n")));
        let other = meter.held(Response::new(Body::empty()));
        assert_eq!(open(), 2);
        drop(other);
        assert_eq!(open(), 1);
        let read = axum::body::to_bytes(one.into_body(), 100).await.expect("reads");
        assert_eq!((&read[..], open()), (&b"data: 1\n\n"[..], 0));
    }
}
