//! The description itself: complete, valid, and as checked in.

use super::program::Program;
use super::shapes::{document, faults_of_examples, resolve};
use crate::sample::House;
use axum::http::{Method, StatusCode, header};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

fn operations() -> impl Iterator<Item = (String, &'static String, &'static Value)> {
    let paths = document()["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| Some((method.to_ascii_uppercase(), path, item.get(method)?)))
    })
}

#[tokio::test]
async fn anyone_may_read_the_description() {
    let house = House::new().await;
    let reply = Program::it(&house).await.with_token(None).get("/api/openapi.json").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header(header::CONTENT_TYPE), "application/json");
    assert!(reply.json()["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
}

#[test]
fn every_route_of_the_api_is_described_and_nothing_else_is() {
    let described: BTreeSet<String> = operations().map(|(method, path, _)| format!("{method} {path}")).collect();
    let routed: BTreeSet<String> = hakutaku_web::route_table()
        .iter()
        .filter(|row| row.path.starts_with("/api/"))
        .map(|row| format!("{} {}", row.method, row.path))
        .collect();
    let undescribed: Vec<_> = routed.difference(&described).collect();
    let unrouted: Vec<_> = described.difference(&routed).collect();
    assert!(
        undescribed.is_empty() && unrouted.is_empty(),
        "without description: {undescribed:#?}\nwithout route: {unrouted:#?}"
    );
}

#[test]
fn the_description_is_a_valid_openapi_3_1_document() {
    let document = document();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let schemes = document["components"]["securitySchemes"].as_object().expect("security schemes");
    assert_eq!(schemes["token"]["scheme"], "bearer");
    let tags: BTreeSet<&str> =
        document["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations() {
        let place = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].as_str().expect("an id")), "{place}: id used twice");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{place}: no summary");
        assert!(
            operation["tags"].as_array().expect("tags").iter().all(|tag| tags.contains(tag.as_str().expect("text"))),
            "{place}"
        );
        let in_path: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let described: BTreeSet<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| {
                assert_eq!(parameter["required"], true, "{place}");
                parameter["name"].as_str().expect("a name")
            })
            .collect();
        assert_eq!(in_path, described, "{place}: parameters of the path");
        let responses = operation["responses"].as_object().expect("responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{place}: no answer when all is well");
        for (status, response) in responses {
            let response = resolve(response);
            assert!(response["description"].is_string(), "{place} {status}: no description");
            if status.starts_with('4') || status == "default" {
                assert!(response["content"]["application/problem+json"].is_object(), "{place} {status}: not a problem");
            }
        }
        let open = ["/api/openapi.json", "/api/v1/sensors/enrol"].contains(&path.as_str());
        assert_eq!(responses.contains_key("401"), !open, "{place}: asks for a token");
    }
    every_reference_leads_somewhere(document);
}

fn every_reference_leads_somewhere(value: &'static Value) {
    match value {
        Value::Object(members) => {
            if members.contains_key("$ref") {
                resolve(value);
            }
            members.values().for_each(every_reference_leads_somewhere);
        }
        Value::Array(items) => items.iter().for_each(every_reference_leads_somewhere),
        _ => {}
    }
}

#[test]
fn every_member_is_explained_and_every_example_fits() {
    for (name, schema) in document()["components"]["schemas"].as_object().expect("schemas") {
        for (member, described) in schema["properties"].as_object().into_iter().flatten() {
            let way = &described["oneOf"][0]["description"];
            let explained = described["description"].is_string() || described["$ref"].is_string() || way.is_string();
            assert!(explained, "{name}.{member} has no description");
        }
        let faults = faults_of_examples(name, schema);
        assert!(faults.is_empty(), "an example does not fit: {faults:?}");
    }
}

/// `OPENAPI=write cargo test -p hakutaku-web --test it api` writes it; look at the difference before committing it.
#[test]
fn the_description_is_the_one_checked_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let now = sorted(hakutaku_web::openapi_document());
    if std::env::var_os("OPENAPI").is_some_and(|what| what == "write") {
        std::fs::write(&path, &now).expect("written");
    }
    let then = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(then == now, "crates/web/openapi.json differs (OPENAPI=write accepts this):\n{}", difference(&then, &now));
}

/// The same JSON with its keys in order: whether serde_json sorts them depends on what else is being built.
fn sorted(json: &str) -> String {
    fn put(value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_by_key(|(key, _)| *key);
                entries.into_iter().map(|(key, value)| (key.clone(), put(value))).collect()
            }
            Value::Array(list) => list.iter().map(put).collect(),
            other => other.clone(),
        }
    }
    let value: Value = serde_json::from_str(json).expect("JSON");
    serde_json::to_string_pretty(&put(&value)).expect("JSON") + "\n"
}

/// The lines between the first and the last difference.
fn difference(then: &str, now: &str) -> String {
    let (then, now): (Vec<&str>, Vec<&str>) = (then.lines().collect(), now.lines().collect());
    let same = then.iter().zip(&now).take_while(|(a, b)| a == b).count();
    let (then, now) = (&then[same..], &now[same..]);
    let tail = then.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| a == b).count();
    let lines =
        |sign: char, lines: &[&str]| lines.iter().take(60).map(|line| format!("{sign} {line}\n")).collect::<String>();
    format!(
        "from line {}\n{}{}",
        same + 1,
        lines('-', &then[..then.len() - tail]),
        lines('+', &now[..now.len() - tail])
    )
}

#[tokio::test]
async fn what_does_not_exist_is_said_as_a_problem() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let nothing = program.get("/api/v1/nothing").await;
    assert_eq!((nothing.status, &nothing.json()["code"]), (StatusCode::NOT_FOUND, &"not-found".into()));
    let patched = program.call(Method::PATCH, "/api/v1/me", &[], Vec::new()).await;
    assert_eq!((patched.status, &patched.json()["code"]), (StatusCode::METHOD_NOT_ALLOWED, &"method".into()));
    assert!(patched.header(header::ALLOW).contains("GET"));
    for reply in [nothing, patched] {
        assert_eq!(reply.header(header::CONTENT_TYPE), "application/problem+json");
    }
}
