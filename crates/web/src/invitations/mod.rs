//! Links for people without an account: executives, colleagues, vendors.

pub(crate) mod guest;
mod invite;
pub(crate) mod link;
mod open;
mod withdraw;

pub(crate) use invite::issue;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action as A;

/// The routes of invitations.
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::{Assessment, GuestToken, Public};
    routes
        .post("/facilities/{facility}/assessments/{assessment}/invitations", A::Invite, Assessment, invite::invite)
        .post(
            "/facilities/{facility}/assessments/{assessment}/invitations/{invitation}/withdraw",
            A::Invite,
            Assessment,
            withdraw::withdraw,
        )
        // Opening a link only changes the address into a cookie; whoever has none gets a kind page.
        .get("/i/{token}", A::Public, Public, open::open)
        .get("/guest/ended", A::Public, Public, open::ended)
        .post("/guest/leave", A::Public, Public, open::leave)
        .get("/guest", A::AnswerHandedOver, GuestToken, guest::show)
        .get("/guest/done", A::AnswerHandedOver, GuestToken, guest::done)
}
