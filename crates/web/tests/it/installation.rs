//! Settings of the installation, and its figures.

use crate::ward::Ward;
use crate::world::Visitor;
use axum::body::Body;
use axum::http::Request;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_store::{Act, NewPerson};
use tower::ServiceExt as _;

async fn administrator(ward: &Ward) -> Visitor {
    let (store, act) = (&ward.world.app.store, ward.act());
    let new = NewPerson { username: "admin".into(), display_name: "Admin".into(), lang: Lang::En, password_hash: None };
    let id = store.create_person(&act, &new).await.expect("created").id;
    store.grant(&act, id, None, Role::Administrator).await.expect("granted");
    let session = store.create_session(&Act::person(id, act.at), id, true).await.expect("begun");
    let mut browser = ward.world.visitor();
    browser.cookies.insert("hakutaku-session".into(), session.token);
    browser.get("/").await.is(200);
    browser
}

#[tokio::test]
async fn an_administrator_says_how_long_touches_are_kept_and_the_log_tells() {
    let ward = Ward::new().await;
    let mut browser = administrator(&ward).await;
    let shown = browser.get("/settings").await;
    shown.is(200).says("Settings of the installation").says("value=\"24\"");
    browser.submit("/settings", &[("months", "2")]).await.is(422);
    browser.submit("/settings", &[("months", "１２")]).await.goes("/settings");
    browser.get("/settings").await.is(200).says("value=\"12\"");
    assert_eq!(ward.world.app.store.keep_touches().await.expect("reads").months(), 12);
    browser.get("/log").await.says("Changed how long touches of decoys are kept").says("months: 12");
}

#[tokio::test]
async fn figures_count_requests_by_group_and_name_nobody() {
    let ward = Ward::new().await;
    let mut nurse = ward.somebody("Sato", Role::ItOperator).await;
    nurse.browser.get(&format!("/facilities/{}/watch", ward.facility)).await.is(200);
    nurse.browser.get("/settings").await.is(403);
    let router = hakutaku_web::metrics_router(ward.world.app.clone());
    let asked = Request::get("/metrics").body(Body::empty()).expect("a request");
    let answer = router.oneshot(asked).await.expect("answers");
    assert_eq!(answer.status(), 200);
    let body = axum::body::to_bytes(answer.into_body(), 1_000_000).await.expect("a body");
    let text = String::from_utf8(body.to_vec()).expect("UTF-8");
    for line in [
        "hakutaku_http_requests_total{group=\"watch\",status=\"2xx\"} 1",
        "hakutaku_http_requests_total{group=\"settings\",status=\"4xx\"} 1",
        "hakutaku_database_up 1",
        "hakutaku_sensors{state=\"in-use\"} 0",
        "hakutaku_live_pages 0",
    ] {
        assert!(text.lines().any(|there| there == line), "{line} is missing in\n{text}");
    }
    for word in ["Sato", "Shirasawa", &ward.facility.to_string()] {
        assert!(!text.contains(word), "{word} stands in\n{text}");
    }
}
