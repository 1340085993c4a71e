//! The way in for people without an account: a link, a QR code or a short code leads to a page that asks for a name and a
//! role; then they sit where the door leads.
//!
//! A capability opens a door with `Store::open_door` and a [`Choices`](hakutaku_model::seat::Choices) as its choice, shows
//! its code and the QR code of [`link`], and registers pages with `Scope::Seat`.

mod enter;

use crate::AppState;
use crate::access::{Routes, Scope};
use hakutaku_model::access::Action as A;
use hakutaku_model::seat::Purpose;

pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Public;
    routes
        .get("/join", A::Public, Public, enter::ask_code)
        .post("/join", A::Public, Public, enter::try_code)
        .get("/join/{key}", A::Public, Public, enter::ask_name)
        .post("/join/{key}", A::Public, Public, enter::sit_down)
        .post("/seat/leave", A::Public, Public, enter::leave)
}

/// The address of a door for links and QR codes: by its token, or by its short code.
pub(crate) fn link(app: &AppState, key: &str) -> String {
    app.link(&format!("/join/{key}"))
}

/// Where somebody sits who came in for this purpose.
pub(crate) fn inside(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Drill => "/seat/drill",
        Purpose::Incident => "/seat/incident",
        Purpose::AuditRoom => "/seat/audit",
        Purpose::Course => "/seat/course",
    }
}
