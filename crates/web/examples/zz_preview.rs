//! Temporary: serves the sample house to look at.
#[path = "../tests/it/sample.rs"]
mod sample;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use sample::{House, YEAR};
#[tokio::main]
async fn main() {
    let house = House::new().await;
    let it = house.two_years().await;
    let net = house.app.store.assessments_in(house.facility, &"network-typology".into(), YEAR).await.expect("x")[0].id;
    let empty = house.open("online-consultation", YEAR, None).await;
    let small = house.answered("small-facility", YEAR, None, |at| Some(sample::level((at * 3 + 1) % 4))).await;
    let ja = house.browser(Role::SafetyManager, Lang::Ja).await;
    let en = house.browser(Role::SafetyManager, Lang::En).await;
    let out = format!("FAC={}\nIT={it}\nNET={net}\nEMPTY={empty}\nSMALL={small}\nJA={}\nEN={}\n", house.facility, ja.session, en.session);
    std::fs::write("/tmp/rx/env", out).expect("x");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8799").await.expect("x");
    axum::serve(listener, hakutaku_web::router(house.app.clone())).await.expect("x");
}
