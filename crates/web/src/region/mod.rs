//! 地域: the centre that watches over its members.
//!
//! | file | what a person does |
//! |---|---|
//! | [`screen`] | sees who needs help today |
//! | [`cases`], [`case`] | sees cases; reads one, notes, ends it |
//! | [`members`], [`member`] | finds a member; has it on the telephone |
//! | [`help`] | does something for a member within its consent |
//! | [`shift`] | hands over to the next shift |
//! | [`settings`] | says who the centre is, which networks are shared, what has leaked |
//! | [`behalf`] | checks consent and tells the member |
//! | [`desk`] | runs the correlator |

pub(crate) mod behalf;
mod case;
mod cases;
pub(crate) mod desk;
mod help;
mod member;
mod members;
mod screen;
mod settings;
mod shift;

pub(crate) use case::{Note, PART_CLOSED, Step, notes_about, number as case_number, part_facts, part_key, steps};
pub(crate) use screen::needs_now;
pub(crate) use settings::settings_of;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::State;
use axum::response::IntoResponse;
use hakutaku_model::access::Action as A;
use hakutaku_model::region::correlate::Severity;
use hakutaku_model::time::Ts;
use jiff::civil::Date;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Installation;
    routes
        .get("/region", A::ReadRegion, Installation, screen::show)
        .stream("/region/live", A::ReadRegion, Installation, listen)
        .get("/region/cases", A::ReadRegion, Installation, cases::show)
        .get("/region/cases/{case}", A::ReadRegion, Installation, case::show)
        .post("/region/cases/{case}/notes", A::WatchRegion, Installation, case::note)
        .post("/region/cases/{case}/close", A::WatchRegion, Installation, case::close)
        .get("/region/members", A::ReadRegion, Installation, members::list)
        .get("/region/members/{facility}", A::ReadRegion, Installation, member::show)
        .get("/region/members/{facility}/edit", A::WatchRegion, Installation, members::edit)
        .post("/region/members/{facility}/edit", A::WatchRegion, Installation, members::save)
        .post("/region/members/{facility}/notes", A::WatchRegion, Installation, member::note)
        .post("/region/members/{facility}/promises", A::WatchRegion, Installation, member::promise)
        .post("/region/members/{facility}/promises/{promise}/kept", A::WatchRegion, Installation, member::promise_kept)
        .post("/region/members/{facility}/results", A::WatchRegion, Installation, help::results)
        .post("/region/members/{facility}/device", A::WatchRegion, Installation, help::device)
        .post("/region/members/{facility}/noise", A::WatchRegion, Installation, help::noise)
        .post("/region/members/{facility}/cases/{case}", A::WatchRegion, Installation, help::part)
        .post("/region/members/{facility}/sensors", A::WatchRegion, Installation, help::invite_sensor)
        .post("/region/members/{facility}/sensors/{sensor}/retire", A::WatchRegion, Installation, help::retire_sensor)
        .get("/region/shift", A::ReadRegion, Installation, shift::show)
        .post("/region/shift", A::WatchRegion, Installation, shift::write)
        .post("/region/shift/{note}/take", A::WatchRegion, Installation, shift::take)
        .get("/region/settings", A::WatchRegion, Installation, settings::show)
        .post("/region/settings", A::WatchRegion, Installation, settings::save)
        .post("/region/settings/leaks", A::WatchRegion, Installation, settings::add_leak)
        .post("/region/settings/leaks/{leak}/retire", A::WatchRegion, Installation, settings::retire_leak)
}

/// Server-sent events for whoever looks at the centre's pages: `changed`, and `lagged` after too much at once.
async fn listen(State(app): State<AppState>, _visit: Visit) -> Result<impl IntoResponse, Problem> {
    Ok(app.live.listen(desk::CHANNEL))
}

/// How a severity looks.
pub(crate) fn mood(severity: Severity) -> &'static str {
    match severity {
        Severity::Urgent | Severity::High => "bad",
        Severity::Middle => "now",
        Severity::Low => "",
    }
}

/// The end of a day in Japan.
pub(crate) fn end_of(day: Date) -> Ts {
    let days = day.duration_since(jiff::civil::date(1970, 1, 1)).as_secs();
    Ts::from_micros(0).plus_seconds(days + 15 * 60 * 60)
}
