//! お知らせ at the region's centre: written, sent, followed until the last member has read them.
//!
//! Editions go out in one place, [`send`]; who is reached how comes from one place, [`reach`].

mod edit;
pub(crate) mod fields;
mod list;
mod live;
pub(crate) mod papers;
mod preview;
pub(crate) mod reach;
mod reports;
pub(crate) mod send;
pub(crate) mod show;
mod told;
mod withdraw;

use crate::access::{Routes, Scope::Installation};
use hakutaku_model::access::Action as A;

pub(crate) const BASE: &str = "/region/notices";

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/region/notices", A::ReadRegion, Installation, list::show)
        .get("/region/notices/new", A::WatchRegion, Installation, edit::new)
        .post("/region/notices", A::WatchRegion, Installation, edit::add)
        .get("/region/notices/reports", A::ReadRegion, Installation, reports::show)
        .post("/region/notices/reports/{report}", A::WatchRegion, Installation, reports::settle)
        .get("/region/notices/{notice}", A::ReadRegion, Installation, show::show)
        .stream("/region/notices/{notice}/live", A::ReadRegion, Installation, live::listen)
        .get("/region/notices/{notice}/edit", A::WatchRegion, Installation, edit::show)
        .post("/region/notices/{notice}/edit", A::WatchRegion, Installation, edit::change)
        .get("/region/notices/{notice}/preview", A::ReadRegion, Installation, preview::show)
        .post("/region/notices/{notice}/send", A::WatchRegion, Installation, preview::send)
        .post("/region/notices/{notice}/discard", A::WatchRegion, Installation, preview::discard)
        .get("/region/notices/{notice}/withdraw", A::WatchRegion, Installation, withdraw::show)
        .post("/region/notices/{notice}/withdraw", A::WatchRegion, Installation, withdraw::send)
        .get("/region/notices/{notice}/told/{facility_told}", A::WatchRegion, Installation, told::show)
        .post("/region/notices/{notice}/told/{facility_told}", A::WatchRegion, Installation, told::take)
        .get("/region/notices/{notice}/phone.pdf", A::ReadRegion, Installation, papers::phone)
        .get("/region/notices/{notice}/fax.pdf", A::ReadRegion, Installation, papers::fax)
}
