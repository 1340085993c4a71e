//! What a caller sends: JSON objects read member by member, so that everything wrong is said at once; versions in headers.

use super::fault::{Fault, Wrong};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use hakutaku_model::text::Text;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::fmt::Display;
use std::ops::RangeInclusive;

/// The body of a request as an object whose members are taken out one by one.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    left: Map<String, Value>,
    wrong: Vec<Wrong>,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let text = json_text(request, state).await?;
        match serde_json::from_str(&text) {
            Ok(Value::Object(left)) => Ok(Self { left, wrong: Vec::new() }),
            Ok(_) => Err(not_an_object(1, 1, Text::new("JSONのオブジェクトを送ってください。", "Send a JSON object."))),
            Err(error) => Err(not_an_object(
                error.line().max(1),
                error.column().max(1),
                Text::new(format!("JSONとして読めません（{error}）。"), format!("Cannot be read as JSON ({error}).")),
            )),
        }
    }
}

/// What stands behind the question mark of the address.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Fault> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(error) => {
                let error = error.body_text();
                Err(Fault::field(
                    "query",
                    format!("アドレスの ? より後ろを読み取れません（{error}）。"),
                    format!("What follows the ? of the address cannot be read ({error})."),
                ))
            }
        }
    }
}

fn not_an_object(line: usize, column: usize, message: Text) -> Fault {
    Fault::wrong(vec![Wrong::at(line, column, None, message)])
}

/// The body as text, if it says that it is JSON.
pub(crate) async fn json_text<S: Send + Sync>(request: Request, state: &S) -> Result<String, Fault> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence != "application/json" && !(essence.starts_with("application/") && essence.ends_with("+json")) {
        return Err(Fault::said(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "本文はJSONで、Content-Type: application/json を付けて送ってください。",
            "Send JSON with Content-Type: application/json.",
        ));
    }
    let bytes = whole_body(request, state).await?;
    String::from_utf8(bytes.into()).map_err(|error| {
        let before = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..before].iter().filter(|byte| **byte == b'\n').count() + 1;
        not_an_object(line, 1, Text::new("UTF-8の文字ではありません。", "This is not UTF-8 text."))
    })
}

/// All bytes of the body, within the route's limit.
pub(crate) async fn whole_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Fault> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            too_large()
        } else {
            Fault::field("body", "本文を最後まで受け取れませんでした。", "The body did not arrive completely.")
        }
    })
}

/// 413.
pub(crate) fn too_large() -> Fault {
    Fault::said(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "本文が大きすぎます。上限は docs/api.md にあります。何も保存していません。",
        "The body is too large; docs/api.md has the limits. Nothing was saved.",
    )
}

impl Fields {
    /// Says what is wrong with a member.
    pub(crate) fn wrong(&mut self, name: &str, ja: impl Into<String>, en: impl Into<String>) {
        self.wrong.push(Wrong::field(name, Text::new(ja, en)));
    }

    /// Whether something was found wrong with a member already.
    pub(crate) fn has_wrong(&self, name: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong.field.as_deref() == Some(name))
    }

    /// Takes a member out; `null` is the same as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name).filter(|value| !value.is_null())
    }

    /// A member of any kind, if given.
    pub(crate) fn any(&mut self, name: &str) -> Option<Value> {
        self.take(name)
    }

    /// All members that were not taken out yet, for a body that is read as a whole.
    pub(crate) fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.left)
    }

    fn missing(&mut self, name: &str) {
        self.wrong(name, "必ず入れてください。", "Must be given.");
    }

    /// A text, if given.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            _ => {
                self.wrong(name, "文字で入れてください。", "Must be text.");
                None
            }
        }
    }

    /// A text on one line, if given: not blank, at most `longest` characters, no control characters.
    pub(crate) fn line(&mut self, name: &str, longest: usize) -> Option<String> {
        let text = self.text(name)?.trim().to_owned();
        if text.is_empty() {
            self.wrong(name, "空にはできません。", "May not be blank.");
        } else if text.chars().count() > longest {
            self.wrong(name, format!("{longest}字までです。"), format!("May have {longest} characters at most."));
        } else if text.chars().any(char::is_control) {
            self.wrong(name, "改行や制御文字は使えません。", "May not hold line breaks or control characters.");
        }
        Some(text)
    }

    /// The same, but it must be there.
    pub(crate) fn must_line(&mut self, name: &str, longest: usize) -> String {
        if self.left.get(name).is_none_or(Value::is_null) {
            self.missing(name);
        }
        self.line(name, longest).unwrap_or_default()
    }

    /// A whole number, if given.
    pub(crate) fn number<N>(&mut self, name: &str, within: RangeInclusive<N>) -> Option<N>
    where
        N: TryFrom<i64> + PartialOrd + Display,
    {
        let value = self.take(name)?;
        let number =
            value.as_i64().and_then(|number| N::try_from(number).ok()).filter(|number| within.contains(number));
        if number.is_none() {
            let (least, most) = (within.start(), within.end());
            self.wrong(
                name,
                format!("{least}から{most}までの整数で入れてください。"),
                format!("Must be a whole number from {least} to {most}."),
            );
        }
        number
    }

    /// The same, but it must be there.
    pub(crate) fn must_number<N>(&mut self, name: &str, within: RangeInclusive<N>) -> Option<N>
    where
        N: TryFrom<i64> + PartialOrd + Display,
    {
        if self.left.get(name).is_none_or(Value::is_null) {
            self.missing(name);
        }
        self.number(name, within)
    }

    /// Yes or no; no when absent.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.take(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.wrong(name, "true か false で入れてください。", "Must be true or false.");
                false
            }
        }
    }

    /// One of a fixed set, which must be there.
    pub(crate) fn must_choose<T>(&mut self, name: &str, known: &[&str], read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let Some(value) = self.take(name) else {
            self.missing(name);
            return None;
        };
        let chosen = value.as_str().and_then(read);
        if chosen.is_none() {
            let known = known.join(", ");
            self.wrong(name, format!("次のどれかです：{known}"), format!("Must be one of {known}."));
        }
        chosen
    }

    /// A list of texts, if given.
    pub(crate) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        let value = self.take(name)?;
        let texts = serde_json::from_value(value).ok();
        if texts.is_none() {
            self.wrong(name, "文字の並び（配列）で入れてください。", "Must be a list of texts.");
        }
        texts
    }

    /// Ends the reading: whatever was not taken out is unknown, and nothing may be wrong.
    pub(crate) fn finish(mut self) -> Result<(), Fault> {
        let unknown = std::mem::take(&mut self.left);
        for name in unknown.keys() {
            self.wrong(
                name,
                "この項目はありません。つづりを確かめてください。",
                "There is no such member; check its spelling.",
            );
        }
        if self.wrong.is_empty() { Ok(()) } else { Err(Fault::wrong(self.wrong)) }
    }
}

/// A version as an entity tag.
pub(crate) fn etag(version: i64) -> (HeaderName, HeaderValue) {
    let tag = HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
    (header::ETAG, tag)
}

/// The version in `If-Match`, as [`etag`] gave it.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Fault> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let version = value.to_str().ok().and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    match version {
        Some(version) => Ok(Some(version)),
        None => Err(Fault::field(
            "If-Match",
            "読んだときの ETag を、引用符ごとそのまま送ってください。",
            "Send the ETag that was read, as it was, with its quotation marks.",
        )),
    }
}

/// Whether the caller has this version already.
pub(crate) fn is_known(headers: &HeaderMap, version: i64) -> bool {
    let tag = format!("\"{version}\"");
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|one| one.trim() == tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: Value) -> Fields {
        match value {
            Value::Object(left) => Fields { left, wrong: Vec::new() },
            _ => Fields::default(),
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_a_misspelt_member_is_not_overlooked() {
        let mut sent = fields(serde_json::json!({"name": "長".repeat(121), "beds": "many", "bedz": 20}));
        sent.must_line("name", 120);
        sent.must_number::<u32>("beds", 0..=5000);
        sent.must_number::<u8>("prefecture", 1..=47);
        let names: Vec<_> = sent.wrong.iter().filter_map(|wrong| wrong.field.clone()).collect();
        assert_eq!(names, ["name", "beds", "prefecture"]);
        assert!(sent.finish().is_err());
    }

    #[test]
    fn null_is_the_same_as_absent() {
        let mut sent = fields(serde_json::json!({"note": null, "dry": null}));
        assert_eq!(sent.text("note"), None);
        assert!(!sent.flag("dry"));
        assert!(sent.finish().is_ok());
    }

    #[test]
    fn a_version_comes_back_as_it_was_given() {
        let (name, tag) = etag(7);
        assert_eq!(name, header::ETAG);
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, tag.clone());
        headers.insert(header::IF_NONE_MATCH, tag);
        assert_eq!(if_match(&headers).ok(), Some(Some(7)));
        assert!(is_known(&headers, 7) && !is_known(&headers, 8));
        headers.insert(header::IF_MATCH, HeaderValue::from_static("7"));
        assert!(if_match(&headers).is_err());
    }
}
