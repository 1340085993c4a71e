//! Holds an answer against its description: status, media type, and every member of a JSON body.

use super::program::Reply;
use axum::http::{Method, header};
use serde_json::Value;
use std::sync::OnceLock;

/// The description, as the server publishes it.
pub(super) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(hakutaku_web::openapi_document()).expect("JSON"))
}

/// The described path an address belongs to.
fn template(path: &str) -> Option<&'static Value> {
    let path = path.split('?').next().unwrap_or_default();
    let paths = document()["paths"].as_object().expect("paths");
    let fits = |template: &str| {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
        ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| a == b || a.starts_with('{'))
    };
    paths.iter().find(|(template, _)| fits(template)).map(|(_, item)| item)
}

/// What differs from the description; nothing for addresses that are not described.
pub(super) fn faults(method: &Method, path: &str, reply: &Reply) -> Vec<String> {
    let Some(item) = template(path) else { return Vec::new() };
    let operation = &item[method.as_str().to_ascii_lowercase()];
    if operation.is_null() {
        return Vec::new();
    }
    let status = reply.status.as_u16().to_string();
    let response = resolve(&operation["responses"][&status]);
    if response.is_null() {
        return vec![format!("status {status} is not described: {}", reply.text())];
    }
    let Some(content) = response["content"].as_object() else {
        return if reply.body.is_empty() { Vec::new() } else { vec!["a body is not described".to_owned()] };
    };
    let kind = reply.header(header::CONTENT_TYPE).split(';').next().unwrap_or_default();
    let Some(media) = content.get(kind) else {
        // A kept file comes back with its own media type.
        let any = content.contains_key("application/octet-stream");
        return if any { Vec::new() } else { vec![format!("media type {kind} is not described")] };
    };
    if !kind.ends_with("json") {
        return Vec::new();
    }
    match serde_json::from_slice(&reply.body) {
        Ok(value) => {
            let mut faults = Vec::new();
            hold(&media["schema"], &value, "$", &mut faults);
            faults
        }
        Err(error) => vec![format!("not JSON: {error}")],
    }
}

/// Follows `$ref`.
pub(super) fn resolve(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        Some(place) => {
            let found = document().pointer(place.trim_start_matches('#'));
            resolve(found.unwrap_or_else(|| panic!("{place} leads nowhere")))
        }
        None => schema,
    }
}

/// What is wrong with the examples of a schema.
pub(super) fn faults_of_examples(name: &str, schema: &'static Value) -> Vec<String> {
    let mut faults = Vec::new();
    for example in schema["examples"].as_array().into_iter().flatten() {
        hold(schema, example, name, &mut faults);
    }
    faults
}

/// The part of JSON Schema that the description uses. A member that is not described is a fault.
fn hold(schema: &'static Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = resolve(schema);
    if let Some(ways) = schema["oneOf"].as_array() {
        let right = ways.iter().any(|way| {
            let mut inner = Vec::new();
            hold(way, value, at, &mut inner);
            inner.is_empty()
        });
        if !right {
            faults.push(format!("{at}: fits none of the described ways: {value}"));
        }
        return;
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        faults.push(format!("{at}: {value} is not described"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => return,
    };
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.contains(&found) {
        faults.push(format!("{at}: {found} instead of {types:?}"));
        return;
    }
    if let (Some(number), Some(most)) = (value.as_f64(), schema["maximum"].as_f64())
        && number > most
    {
        faults.push(format!("{at}: {number} is more than {most}"));
    }
    if let Some(items) = value.as_array() {
        for (n, item) in items.iter().enumerate() {
            hold(&schema["items"], item, &format!("{at}[{n}]"), faults);
        }
    }
    if let (Some(members), Some(described)) = (value.as_object(), schema["properties"].as_object()) {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(name) {
                faults.push(format!("{at}.{name} is missing"));
            }
        }
        for (name, member) in members {
            match described.get(name) {
                Some(schema) => hold(schema, member, &format!("{at}.{name}"), faults),
                None => faults.push(format!("{at}.{name} is not described")),
            }
        }
    }
}
