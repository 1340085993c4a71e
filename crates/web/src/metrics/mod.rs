//! The server's figures for Prometheus, on a listener of their own.
//!
//! Nothing about facilities, people or visitors is in them: whoever may read figures need not be allowed to read anything
//! else. There is no sign-in: the listener stays on the machine itself unless somebody says otherwise.

mod process;
pub(crate) mod requests;

use crate::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use hakutaku_model::figures::{CONTENT_TYPE, Form, Page};
use hakutaku_store::StoreError;

/// The page of figures, `/metrics`, for a listener of its own; never part of the application's routes.
pub fn metrics_router(app: AppState) -> Router {
    Router::new()
        .route("/metrics", get(show))
        .fallback(|| async { (axum::http::StatusCode::NOT_FOUND, "the figures are at /metrics\n") })
        .with_state(app)
}

async fn show(State(app): State<AppState>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE))], metrics_text(&app).await).into_response()
}

/// The figures as they stand.
async fn metrics_text(app: &AppState) -> String {
    let mut page = Page::new();
    page.family("hakutaku_build_info", Form::Gauge, "The program's version.")
        .put(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    process::write(&mut page, app.meter.started);
    app.meter.write(&mut page);
    let store = app.store.meter();
    let help = "How long the database took, waiting for a connection included; changes to the flushed commit.";
    let mut family = page.family("hakutaku_database_seconds", Form::Histogram, help);
    family.histogram(&[("kind", "read")], &store.reading);
    family.histogram(&[("kind", "change")], &store.changing);
    let mut counter = |name: &str, help: &str, value: u64| page.one(name, Form::Counter, help, value);
    counter("hakutaku_touches_total", "Touches taken in from sensors.", store.touches.read());
    counter(
        "hakutaku_touches_again_total",
        "Touches sent that were here already, or not wanted.",
        store.touches_again.read(),
    );
    counter("hakutaku_chain_faults_total", "Breaks found in the chains of sensors.", store.faults.read());
    let answers = from_database(app, &mut page).await;
    if let Err(error) = &answers {
        tracing::error!(%error, "figures of the database could not be read");
    }
    page.one(
        "hakutaku_database_up",
        Form::Gauge,
        "Whether the database answered for this page.",
        u8::from(answers.is_ok()),
    );
    page.finish()
}

/// What is asked of the database. Figures it does not give are left out: a zero would be a lie.
async fn from_database(app: &AppState, page: &mut Page) -> Result<(), StoreError> {
    let now = app.now();
    let counts = app.store.sensor_counts(now).await?;
    let help = "Sensors in use; broken: their chain is; silent: nothing was heard for five minutes.";
    let mut sensors = page.family("hakutaku_sensors", Form::Gauge, help);
    sensors.put(&[("state", "in-use")], counts.in_use);
    sensors.put(&[("state", "broken")], counts.broken);
    sensors.put(&[("state", "silent")], counts.silent);
    let waiting = app.store.arrivals_waiting().await?;
    page.one(
        "hakutaku_arrivals_waiting",
        Form::Gauge,
        "Touches and signals that wait to be joined into cases.",
        waiting,
    );
    if let Some(day) = app.store.last_signed_day().await? {
        let age = (now.date_in_japan() - day).get_days();
        page.one(
            "hakutaku_log_signed_age_days",
            Form::Gauge,
            "Days since the heads of the log were last signed; 0 or 1 is well.",
            age,
        );
    }
    Ok(())
}
