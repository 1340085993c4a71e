//! TAXII 2.1 (OASIS Standard, 10 June 2021) as far as server and client share it: media types, times, filters, pages.

use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The media type of every answer (section 1.6.8.1).
pub const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";
/// `X-TAXII-Date-Added-First` (section 3.1).
pub const FIRST_ADDED: &str = "x-taxii-date-added-first";
/// `X-TAXII-Date-Added-Last`.
pub const LAST_ADDED: &str = "x-taxii-date-added-last";
/// Largest page, and the page when nothing is asked for.
pub const PAGE: u32 = 100;
/// The most a client may ask for at once.
pub const LARGEST_PAGE: u32 = 1_000;
/// Most values in one filter.
const MOST_VALUES: usize = 200;

/// What a collection holds on a page (section 3.7, the envelope).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Whether there is more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// Where the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Value>,
}

/// An error message (section 3.6.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// What is wrong.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The status, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<String>,
}

/// Whether an `Accept` header takes TAXII 2.1, or anything. Without the header nothing is asked for (section 1.6.8.1 asks
/// clients to send it): that is taken, too.
#[must_use]
pub fn accepts(accept: Option<&str>) -> bool {
    let Some(accept) = accept else { return true };
    accept.split(',').any(|one| match media(one) {
        Some(("*/*" | "application/*", _)) => true,
        Some(("application/taxii+json", version)) => version.is_none_or(|version| version == "2.1"),
        _ => false,
    })
}

/// Whether a body is said to be TAXII 2.1 (section 1.6.8.1).
#[must_use]
pub fn is_taxii(content_type: Option<&str>) -> bool {
    matches!(content_type.and_then(media), Some(("application/taxii+json", version)) if version.is_none_or(|version| version == "2.1"))
}

/// The type and its version. With the refusal `q=0` it is none.
fn media(text: &str) -> Option<(&str, Option<&str>)> {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().filter(|kind| !kind.is_empty())?;
    let mut version = None;
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("version") {
            version = Some(value);
        }
        if name.trim().eq_ignore_ascii_case("q") && value.parse::<f32>().is_ok_and(|q| q <= 0.0) {
            return None;
        }
    }
    // Types are compared without regard to case; ours are written in lower case by everybody.
    Some((kind, version))
}

/// Which versions of objects (section 3.4.1, `match[version]`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Versions {
    /// The newest of each.
    Last,
    /// The oldest of each.
    First,
    /// All.
    All,
    /// The choices given, together.
    Some {
        /// The newest, too.
        last: bool,
        /// The oldest, too.
        first: bool,
        /// These.
        exactly: Vec<Ts>,
    },
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Only what was added after this instant.
    pub added_after: Option<Ts>,
    /// At most so many, never more than [`LARGEST_PAGE`].
    pub limit: u32,
    /// After this number: the page's beginning.
    pub after: Option<i64>,
    /// Only these ids.
    pub ids: Vec<String>,
    /// Only these types.
    pub types: Vec<String>,
    /// Which versions.
    pub versions: Versions,
    /// Only objects of these versions of STIX.
    pub spec_versions: Vec<String>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            added_after: None,
            limit: PAGE,
            after: None,
            ids: Vec::new(),
            types: Vec::new(),
            versions: Versions::Last,
            spec_versions: Vec::new(),
        }
    }
}

/// A parameter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the parameter {name} is not understood: {why}")]
pub struct BadParameter {
    /// Which.
    pub name: String,
    /// Why.
    pub why: &'static str,
}

impl Filter {
    /// Of the pairs of a query. Parameters that TAXII does not define are passed over (section 3.4).
    ///
    /// # Errors
    /// Names the first that cannot be used.
    pub fn of<'q>(pairs: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<Self, BadParameter> {
        let mut filter = Self::default();
        for (name, value) in pairs {
            let bad = |why| BadParameter { name: name.chars().take(40).collect(), why };
            let list = || {
                let all: Vec<String> =
                    value.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect();
                if all.is_empty() || all.len() > MOST_VALUES {
                    Err(bad("it needs one to 200 values with commas between"))
                } else {
                    Ok(all)
                }
            };
            match name {
                "added_after" => {
                    let at = Ts::try_from(value.to_owned()).map_err(|_| bad("it must be a time of RFC 3339 in UTC"))?;
                    filter.added_after = Some(at);
                }
                "limit" => {
                    let limit: u64 = value.parse().map_err(|_| bad("it must be a number above 0"))?;
                    if limit == 0 {
                        return Err(bad("it must be a number above 0"));
                    }
                    filter.limit = u32::try_from(limit).unwrap_or(u32::MAX).min(LARGEST_PAGE);
                }
                "next" => {
                    filter.after =
                        Some(read_next(value).ok_or_else(|| bad("it must be the next of an earlier answer"))?);
                }
                "match[id]" => filter.ids = list()?,
                "match[type]" => filter.types = list()?,
                "match[spec_version]" => filter.spec_versions = list()?,
                "match[version]" => {
                    filter.versions = versions(&list()?).ok_or_else(|| bad("it takes first, last, all or times"))?;
                }
                _ => {}
            }
        }
        Ok(filter)
    }
}

fn versions(words: &[String]) -> Option<Versions> {
    let (mut first, mut last, mut exactly) = (false, false, Vec::new());
    for word in words {
        match word.as_str() {
            // `all` stands alone (section 3.4.1).
            "all" if words.len() == 1 => return Some(Versions::All),
            "all" => return None,
            "first" => first = true,
            "last" => last = true,
            _ => exactly.push(Ts::try_from(word.clone()).ok()?),
        }
    }
    Some(match (first, last, exactly.is_empty()) {
        (true, false, true) => Versions::First,
        (false, true, true) => Versions::Last,
        _ => Versions::Some { last, first, exactly },
    })
}

/// The `next` of a page that ended with this number.
#[must_use]
pub fn write_next(seq: i64) -> String {
    seq.to_string()
}

fn read_next(text: &str) -> Option<i64> {
    text.parse().ok().filter(|seq| *seq >= 0)
}

/// What became of an object that was added (section 4.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDetail {
    /// The object's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Why it was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The state of a request to add objects (section 4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its id.
    pub id: String,
    /// `complete` or `pending`.
    pub status: String,
    /// When it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_timestamp: Option<String>,
    /// Objects in all.
    pub total_count: usize,
    /// Taken.
    pub success_count: usize,
    /// Those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub successes: Vec<StatusDetail>,
    /// Refused.
    pub failure_count: usize,
    /// Those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<StatusDetail>,
    /// Not yet looked at.
    pub pending_count: usize,
}

/// The version of an object (section 3.4): `modified`, else `created`; for observables and others without either, `None`.
#[must_use]
pub fn version_of(object: &Value) -> Option<Ts> {
    let at = object.get("modified").or_else(|| object.get("created"))?.as_str()?;
    Ts::try_from(at.to_owned()).ok()
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last => f.write_str("last"),
            Self::First => f.write_str("first"),
            Self::All => f.write_str("all"),
            Self::Some { last, first, exactly } => {
                let words = last.then(|| "last".to_owned()).into_iter().chain(first.then(|| "first".to_owned()));
                let all: Vec<String> = words.chain(exactly.iter().map(ToString::to_string)).collect();
                f.write_str(&all.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn media_types() {
        for yes in [
            "application/taxii+json;version=2.1",
            "application/taxii+json",
            "*/*",
            "text/html, application/taxii+json; version=2.1",
        ] {
            assert!(accepts(Some(yes)), "{yes}");
        }
        for no in ["application/taxii+json;version=2.0", "text/html", "application/json", "", "*/*;q=0"] {
            assert!(!accepts(Some(no)), "{no}");
        }
        assert!(accepts(None) && !is_taxii(None) && is_taxii(Some(MEDIA_TYPE)));
        assert!(!is_taxii(Some("application/stix+json;version=2.1")) && !is_taxii(Some("*/*")));
    }

    #[test]
    fn filters() {
        let filter = Filter::of([
            ("added_after", "2026-11-21T00:00:00Z"),
            ("limit", "5"),
            ("match[type]", "indicator,report"),
            ("match[version]", "first,2026-11-21T00:00:00.000Z"),
            ("foreign", "x"),
        ])
        .expect("a filter");
        assert_eq!((filter.limit, filter.types.len()), (5, 2));
        assert!(matches!(filter.versions, Versions::Some { first: true, last: false, .. }));
        assert_eq!(Filter::of([("limit", "99999999")]).map(|one| one.limit), Ok(LARGEST_PAGE));
        for (name, value) in [
            ("limit", "0"),
            ("limit", "-1"),
            ("added_after", "yesterday"),
            ("next", "-3"),
            ("next", "abc"),
            ("match[version]", "all,last"),
            ("match[version]", "newest"),
            ("match[id]", ""),
        ] {
            assert_eq!(Filter::of([(name, value)]).map_err(|bad| bad.name), Err(name.to_owned()), "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_query_is_a_filter_or_refused(name in "(added_after|limit|next|match\\[(id|type|version|spec_version)\\])", value in ".{0,40}", accept in ".{0,60}") {
            let _ = Filter::of([(name.as_str(), value.as_str())]);
            let _ = accepts(Some(&accept));
            let _ = is_taxii(Some(&accept));
        }
    }
}
