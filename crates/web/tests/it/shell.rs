//! What every page shares: headers, host names, form tokens, languages, errors.

use crate::world::World;
use axum::body::Body;
use axum::http::{Method, header};

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    for path in ["/sign-in", "/nowhere", "/healthz", "/licences", "/"] {
        let answer = visitor.get(path).await;
        let has = |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"));
        assert!(has("content-security-policy").starts_with("default-src 'self'; object-src 'none'; base-uri 'none'"));
        assert!(has("content-security-policy").ends_with("form-action 'self'; frame-ancestors 'none'"));
        assert!(!has("content-security-policy").contains("unsafe"));
        assert_eq!(has("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(has("referrer-policy"), "no-referrer");
        assert_eq!(has("cache-control"), "no-store");
        assert!(!has("permissions-policy").is_empty());
    }
}

#[tokio::test]
async fn files_carry_their_hash_and_are_kept_for_ever() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    let page = visitor.get("/sign-in").await.text;
    let (_, rest) = page.split_once("href=\"/static/hakutaku.").expect("a style sheet");
    let path = format!("/static/hakutaku.{}", rest.split('"').next().expect("its end"));
    let sheet = visitor.get(&path).await;
    assert_eq!(sheet.headers.get("cache-control").expect("kept"), "public, max-age=31536000, immutable");
    assert_eq!(sheet.headers.get("content-type").expect("typed"), "text/css; charset=utf-8");
    visitor.get("/static/hakutaku.css").await.is(404);
}

#[tokio::test]
async fn health_answers_ok_to_any_loopback_name() {
    let world = World::new().await;
    for host in ["localhost:8787", "127.0.0.1:8787", "[::1]:8787", "localhost"] {
        let mut visitor = world.visitor();
        visitor.host = host.into();
        visitor.get("/healthz").await.is(200).says("ok");
    }
}

#[tokio::test]
async fn another_host_name_gets_no_page() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    for host in ["evil.example", "localhost.evil.example:8787", "10.0.0.5:8787"] {
        visitor.host = host.into();
        visitor.get("/sign-in").await.is(421);
    }
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    visitor.get("/sign-in").await;
    let good = visitor.csrf.clone();
    for bad in ["", "x", &good[2..]] {
        visitor.csrf = bad.to_owned();
        visitor.submit("/theme", &[("theme", "dark")]).await.is(403).says("too old");
    }
    let mut other = world.visitor();
    other.get("/sign-in").await;
    other.csrf = good.clone();
    other.submit("/theme", &[("theme", "dark")]).await.is(403);
    assert!(!visitor.cookies.contains_key("hakutaku-theme"));

    visitor.csrf = good.clone();
    visitor.submit("/theme", &[("theme", "dark"), ("back", "/sign-in")]).await.goes("/sign-in");
    visitor.get("/sign-in").await.says("data-theme=\"dark\"");

    let foreign = visitor
        .request(Method::POST, "/theme")
        .header(header::ORIGIN, "http://localhost:9999")
        .header("x-csrf-token", good)
        .body(Body::empty())
        .expect("a request");
    visitor.send(foreign).await.is(403);
}

#[tokio::test]
async fn the_language_follows_the_browser_until_somebody_chooses() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    visitor.get("/sign-in").await.says("<html lang=\"en\"");
    visitor.submit("/language", &[("lang", "ja"), ("back", "/licences")]).await.goes("/licences");
    visitor.get("/licences").await.says("<html lang=\"ja\"").says("使用許諾");
    visitor.get("/nowhere").await.is(404).says("ページが見つかりません");
}

#[tokio::test]
async fn errors_are_pages_for_people_and_problem_json_for_programs() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    let page = visitor.get("/nowhere").await;
    page.is(404).says("<h1>Page not found</h1>");
    let problem = visitor.get("/api/v1/nowhere").await;
    problem.is(404).says("\"status\":404");
    assert_eq!(problem.headers.get("content-type").expect("typed"), "application/problem+json");
    visitor.get("/sign-out").await.is(405).says("<h1>");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_with_a_sentence() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    visitor.get("/sign-in").await;
    let long = "x".repeat(1024 * 1024);
    visitor.submit("/sign-in", &[("username", &long)]).await.is(413).says("too large");
}
