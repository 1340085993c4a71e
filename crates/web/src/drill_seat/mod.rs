//! In a drill without an account: players and observers who came in by a door.
//!
//! | file | what a person does |
//! |---|---|
//! | [`play`] | sees what their role is told, and listens for more |
//! | [`report`] | reports something done, decides, answers, ticks, looks back at the end |
//! | [`observe`] | scores 1 to 5 with comments while it runs |
//!
//! A seat has one role of one facility, chosen at the door; everything shown and taken here is filtered by that on the
//! server, whatever a browser asks for.

mod observe;
mod play;
mod report;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::drills::live::LiveDrill;
use crate::drills::screens::Audience;
use crate::shell::page::Page;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action as A;
use hakutaku_model::exercise::{DrillEvent, DrillState, OBSERVER, who};
use hakutaku_model::id::RoomId;
use hakutaku_model::room::Author;
use hakutaku_model::seat::{Door, Seat};
use std::sync::Arc;

pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Seat;
    routes
        .get("/seat/drill", A::TakePart, Seat, play::show)
        .post("/seat/drill", A::TakePart, Seat, report::report)
        .stream("/seat/drill/live", A::TakePart, Seat, play::listen)
        .get("/seat/drill/observe", A::TakePart, Seat, observe::show)
        .post("/seat/drill/observe", A::TakePart, Seat, observe::score)
}

/// Somebody in their seat.
struct Sitting {
    seat: Seat,
    door: Door,
    drill: Arc<LiveDrill>,
}

impl Sitting {
    async fn of(app: &AppState, visit: &Visit) -> Result<Self, Problem> {
        let (seat, door) = visit.seat.clone().ok_or(Problem::NotFound)?;
        let drill = app.drills.get(app, RoomId(door.target)).await?;
        let fits = drill.takes_part(door.facility) && drill.options.has_role(&drill.setup.scenario, &seat.role);
        if fits { Ok(Self { seat, door, drill }) } else { Err(Problem::NotFound) }
    }

    fn observes(&self) -> bool {
        self.seat.role == OBSERVER
    }

    /// As the journal names them.
    fn author(&self) -> Author {
        Author {
            name: self.seat.name.clone(),
            role: self.seat.role.clone(),
            person: None,
            seat: Some(self.seat.id),
            facility: Some(self.door.facility),
        }
    }

    fn audience(&self, visit: &Visit) -> Audience {
        let (facility, lang) = (self.door.facility, visit.t().lang);
        if self.observes() {
            Audience::Observer { facility, lang }
        } else {
            Audience::Player { facility, role: self.seat.role.clone(), lang }
        }
    }

    /// Writes down that they came in, the first time their page is shown.
    async fn come_in(&self, app: &AppState) -> Result<(), Problem> {
        let author = self.author();
        let key = who(&author);
        let is_in = |state: &DrillState| state.participants.get(&key).is_some_and(|known| known.role == author.role);
        if self.drill.room.closed_at.is_some() || self.drill.read(app, is_in).await? {
            return Ok(());
        }
        let event = DrillEvent::Joined { role: author.role.clone() };
        let once = format!("joined:{}", self.seat.id);
        self.drill.act(app, &author, Some(once), |_, _| Ok(vec![event])).await
    }
}

/// The frame without the ways into the house: a guest may follow none of them.
fn page(visit: &Visit, path: &str, title: String) -> Page {
    Page { path: path.to_owned(), place: None, places: Vec::new(), nav: Vec::new(), outside: true, ..visit.page(title) }
}
