//! The pages of Hakutaku.
//!
//! One folder per capability holds its routes, handlers and view structs; its templates are in `templates/<capability>`.
//! [`access`] is the table of all routes, [`shell`] what every page shares.
//!
//! To add a capability: a folder with `pub(crate) fn routes(routes: Routes) -> Routes`, one line in `routes()` of
//! this file, lines in `access-table.tsv`, words in `catalog/messages/{ja,en}/<capability>.ftl`, and a line in `shell/nav.rs` if it has
//! a page of its own in the navigation.

pub mod access;
pub mod shell;

mod account;
mod accounts;
mod actions;
mod after;
mod answering;
mod api;
mod assessments;
mod audit_seat;
mod audits;
mod backups;
mod calls;
mod cases;
mod checklists;
mod connections;
mod contacts;
mod doors;
mod drill_seat;
mod drills;
mod evidence;
mod exchange;
mod facilities;
mod guideline;
mod guides;
mod home;
mod house;
mod incident_seat;
mod incidents;
mod inspection;
mod installation;
mod invitations;
mod journal;
mod ledger;
mod ledger_import;
mod metrics;
mod notices;
mod official;
mod people;
mod plan;
mod readiness;
mod region;
mod region_notices;
mod responsibility;
mod results;
mod setup;
mod sign_in;
mod state;
mod systems;
pub mod taxii;
mod training;
mod training_seat;
mod vendor_form;
mod vendors;
mod watch;

pub use access::{RouteRow, Scope, route_table};
pub use api::openapi_document;
pub use drills::ticker::resume_drills;
pub use metrics::metrics_router;
pub use region::desk::{leave_region, watch_region};
pub use setup::begin_setup;
pub use sign_in::one_time_link::{begin_recovery, remove_expired_links};
pub use sign_in::passwords::hash_password;
pub use state::{AppState, WebError};

use access::Routes;
use axum::extract::Extension;
use axum::{Router, middleware};
use shell::{headers, problem};
use tower_http::compression::CompressionLayer;

/// All routes of all capabilities.
pub(crate) fn routes() -> Routes {
    Routes::default()
        .with(shell::public_pages::routes)
        .with(shell::preferences::routes)
        .with(setup::routes)
        .with(sign_in::routes)
        .with(home::routes)
        .with(account::routes)
        .with(facilities::routes)
        .with(people::routes)
        .with(installation::routes)
        .with(assessments::routes)
        .with(answering::routes)
        .with(invitations::routes)
        .with(evidence::routes)
        .with(results::routes)
        .with(exchange::routes)
        .with(contacts::routes)
        .with(readiness::routes)
        .with(guideline::routes)
        .with(ledger::routes)
        .with(ledger_import::routes)
        .with(accounts::routes)
        .with(systems::routes)
        .with(connections::routes)
        .with(backups::routes)
        .with(responsibility::routes)
        .with(guides::routes)
        .with(checklists::routes)
        .with(official::routes)
        .with(inspection::routes)
        .with(journal::routes)
        .with(plan::routes)
        .with(vendors::routes)
        .with(vendor_form::routes)
        .with(doors::routes)
        .with(drills::routes)
        .with(drill_seat::routes)
        .with(actions::routes)
        .with(after::routes)
        .with(calls::routes)
        .with(watch::routes)
        .with(notices::routes)
        .with(region_notices::routes)
        .with(region::routes)
        .with(incidents::routes)
        .with(incident_seat::routes)
        .with(audits::routes)
        .with(audit_seat::routes)
        .with(training::routes)
        .with(training_seat::routes)
        .with(cases::routes)
        .with(api::routes)
        .with(taxii::routes)
}

/// The whole web application.
pub fn router(app: AppState) -> Router {
    let (_, router) = routes().finish();
    // The last layer is the first to see a request.
    router
        .fallback(|| async { problem::Problem::NotFound })
        .layer(middleware::from_fn_with_state(app.clone(), api::door::keep))
        .layer(middleware::from_fn_with_state(app.clone(), taxii::door::keep))
        .layer(Extension(app.clone()))
        .layer(middleware::from_fn_with_state(app.clone(), headers::for_this_host))
        .layer(middleware::from_fn_with_state(app.clone(), headers::observe))
        .layer(middleware::from_fn_with_state(app.clone(), problem::say))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .with_state(app)
}
