//! Every route with the right it needs. A route cannot be registered otherwise, and no handler decides by itself.
//!
//! [`Routes`] takes method, path, [`Action`] and [`Scope`] together with the handler and puts the same guard before
//! each: find the visitor, build the resource from the address, ask `model::access::allowed`, check the form token.
//! `access-table.tsv` is the checked-in table; `tests/it/access.rs` compares it and drives every route as every role.

use crate::AppState;
use crate::shell::csrf;
use crate::shell::problem::Problem;
use crate::shell::visit::{Place, Visit, for_programs};
use crate::shell::words::Key;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts as _, RawPathParams, Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use hakutaku_model::access::{Action, Actor, Resource, allowed};
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The largest ordinary form or API body: 1 MiB (80 answers with long remarks are about 100 kB).
const FORM_BYTES: usize = 1024 * 1024;
/// An ordinary answer takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a route is about; says how its resource is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Nothing of anybody's: anyone may ask.
    Public,
    /// The visitor's own things: a person must be signed in. With [`Action::Public`] a read-only token may, too.
    Own,
    /// The whole installation.
    Installation,
    /// The facility named `{facility}` in the path.
    Facility,
    /// The assessment named `{assessment}` of the facility named `{facility}`.
    Assessment,
    /// The question named `{question}` of that assessment.
    Question,
    /// The assessment of the invitation that the visitor's cookie names (or `{token}` in the path).
    GuestToken,
    /// The request of the vendor's link that the visitor's cookie names, its PIN given.
    VendorLink,
    /// What a decoy sensor reports of itself, by its own token.
    Sensor,
    /// What lies behind the door by which the visitor came in; the seat is in the cookie, the action says the purpose.
    Seat,
}

impl Scope {
    /// The word in `access-table.tsv`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Own => "own",
            Self::Installation => "installation",
            Self::Facility => "facility",
            Self::Assessment => "assessment",
            Self::Question => "question",
            Self::GuestToken => "guest-token",
            Self::VendorLink => "vendor-link",
            Self::Sensor => "sensor",
            Self::Seat => "seat",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteRow {
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// The path with its `{names}`.
    pub path: &'static str,
    /// What it does.
    pub action: Action,
    /// To what.
    pub scope: Scope,
    /// The largest body in bytes.
    pub body_limit: usize,
    /// Whether it may go on for as long as it likes (server-sent events).
    pub streams: bool,
}

/// Routes being collected; the only way to a router.
#[derive(Debug, Default)]
pub struct Routes {
    rows: Vec<RouteRow>,
    router: Router<AppState>,
}

impl Routes {
    /// A page or an API answer that changes nothing.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, action: Action, scope: Scope, handler: H) -> Self
    where
        H: Handler<T, AppState, Future = Answer>,
        T: 'static,
    {
        self.add(MethodFilter::GET, row("GET", path, action, scope), untyped(handler))
    }

    /// A form.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, action: Action, scope: Scope, handler: H) -> Self
    where
        H: Handler<T, AppState, Future = Answer>,
        T: 'static,
    {
        self.add(MethodFilter::POST, row("POST", path, action, scope), untyped(handler))
    }

    /// Puts a thing in its place (API and scripts).
    #[must_use]
    pub fn put<H, T>(self, path: &'static str, action: Action, scope: Scope, handler: H) -> Self
    where
        H: Handler<T, AppState, Future = Answer>,
        T: 'static,
    {
        self.add(MethodFilter::PUT, row("PUT", path, action, scope), untyped(handler))
    }

    /// Removes a thing (API and scripts).
    #[must_use]
    pub fn delete<H, T>(self, path: &'static str, action: Action, scope: Scope, handler: H) -> Self
    where
        H: Handler<T, AppState, Future = Answer>,
        T: 'static,
    {
        self.add(MethodFilter::DELETE, row("DELETE", path, action, scope), untyped(handler))
    }

    /// A form with a file. In a multipart form the hidden field `csrf` must come first.
    #[must_use]
    pub fn upload<H, T>(self, path: &'static str, action: Action, scope: Scope, largest: usize, handler: H) -> Self
    where
        H: Handler<T, AppState, Future = Answer>,
        T: 'static,
    {
        let row = RouteRow { body_limit: largest, ..row("POST", path, action, scope) };
        self.add(MethodFilter::POST, row, untyped(handler))
    }

    /// Server-sent events: no time limit.
    #[must_use]
    pub fn stream<H, T>(self, path: &'static str, action: Action, scope: Scope, handler: H) -> Self
    where
        H: Handler<T, AppState, Future = Answer>,
        T: 'static,
    {
        let row = RouteRow { streams: true, ..row("GET", path, action, scope) };
        self.add(MethodFilter::GET, row, untyped(handler))
    }

    /// Takes the routes of a capability in.
    #[must_use]
    pub fn with(self, capability: impl FnOnce(Self) -> Self) -> Self {
        capability(self)
    }

    fn add(mut self, method: MethodFilter, row: RouteRow, handler: Untyped) -> Self {
        self.rows.push(row);
        let handler = move |State(app): State<AppState>, request: Request| handler(request, app);
        let guarded = on(method, handler)
            .route_layer(DefaultBodyLimit::max(row.body_limit))
            .route_layer(middleware::from_fn(move |request: Request, next: Next| guard(row, request, next)));
        Self { rows: self.rows, router: self.router.route(row.path, guarded) }
    }

    pub(crate) fn finish(self) -> (Vec<RouteRow>, Router<AppState>) {
        (self.rows, self.router)
    }
}

/// What a handler's call gives.
type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler without its type.
type Untyped = Arc<dyn Fn(Request, AppState) -> Answer + Send + Sync>;

/// Takes a handler's type away: what axum puts around a handler is then compiled once, not once for each of 600.
fn untyped<H, T>(handler: H) -> Untyped
where
    H: Handler<T, AppState, Future = Answer>,
    T: 'static,
{
    Arc::new(move |request, app| handler.clone().call(request, app))
}

fn row(method: &'static str, path: &'static str, action: Action, scope: Scope) -> RouteRow {
    RouteRow { method, path, action, scope, body_limit: FORM_BYTES, streams: false }
}

/// All routes, in the order of registration.
#[must_use]
pub fn route_table() -> &'static [RouteRow] {
    static TABLE: OnceLock<Vec<RouteRow>> = OnceLock::new();
    TABLE.get_or_init(|| crate::routes().finish().0)
}

/// Whether a page of this pattern exists.
pub(crate) fn has_page(pattern: &str) -> bool {
    route_table().iter().any(|row| row.method == "GET" && row.path == pattern)
}

/// Marks an answer as a refusal by the guard, so that the table test can tell it from a handler's own answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// What stands before every handler.
async fn guard(row: RouteRow, request: Request, next: Next) -> Response {
    let Some(app) = request.extensions().get::<AppState>().cloned() else {
        return Problem::internal("a router without its state").into_response();
    };
    if matches!(row.path, "/healthz" | "/static/{file}") {
        // Asked for all the time and about nobody: no look at who asks.
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let names = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(names) => names,
        Err(_) => return Problem::NotFound.into_response(),
    };
    let token = if row.scope == Scope::GuestToken { named(&names, "token") } else { None };
    let mut visit = match Visit::resolve(&app, &parts.headers, parts.uri.path(), token).await {
        Ok(visit) => visit,
        Err(problem) => return problem.into_response(),
    };
    visit.peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let visit = match admit(&app, row, &names, visit.clone()).await {
        Ok(mut visit) if row.method == "GET" && row.scope == Scope::Facility && !for_programs(row.path) => {
            // Whatever page of the house somebody is on, a running incident is one click away.
            visit.incident = crate::incidents::under_way(&app, &visit).await.unwrap_or_default();
            visit
        }
        Ok(visit) => visit,
        Err(problem) => {
            let problem = match problem {
                Problem::SignInFirst(_) if parts.method == Method::GET => {
                    Problem::SignInFirst(parts.uri.path_and_query().map(ToString::to_string))
                }
                other => other,
            };
            let mut response = problem.into_response();
            response.extensions_mut().insert(visit);
            response.extensions_mut().insert(Refused);
            return response;
        }
    };

    // The door of the API takes all cookies away: there is nothing another site could make a browser send along.
    let body = if is_safe(&parts.method) || for_programs(row.path) {
        body
    } else {
        match check_form(row, &parts.headers, body, &visit).await {
            Ok(body) => body,
            Err(problem) => return with_visit(problem.into_response(), visit),
        }
    };
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(visit.clone());
    let mut response = if row.streams {
        app.meter.held(next.run(request).await)
    } else {
        match tokio::time::timeout(PATIENCE, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Problem::Slow.into_response(),
        }
    };
    visit.remember(&app, response.headers_mut());
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        visit.forget_notice(&app, response.headers_mut());
    }
    with_visit(response, visit)
}

fn with_visit(mut response: Response, visit: Visit) -> Response {
    response.extensions_mut().insert(visit);
    response
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Reads the body within its limit and checks that one of our own pages sent it.
async fn check_form(
    row: RouteRow,
    headers: &axum::http::HeaderMap,
    body: Body,
    visit: &Visit,
) -> Result<Body, Problem> {
    let too_large = || Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE);
    let bytes = axum::body::to_bytes(body, row.body_limit).await.map_err(|_| too_large())?;
    let token = csrf::token_of(headers, &bytes).await;
    if csrf::from_here(headers, visit.origin()) && token.is_some_and(|token| visit.csrf.accepts(&token)) {
        Ok(Body::from(bytes))
    } else {
        Err(Problem::StaleForm)
    }
}

/// Decides whether the visitor may go on, and as whom.
async fn admit(app: &AppState, row: RouteRow, names: &RawPathParams, mut visit: Visit) -> Result<Visit, Problem> {
    if row.scope == Scope::Public {
        return Ok(visit);
    }
    if row.scope == Scope::VendorLink {
        return as_vendor(app, row, visit).await;
    }
    if row.scope == Scope::Seat {
        return as_seated(app, row, visit).await;
    }
    if row.scope == Scope::Sensor {
        return as_sensor(app, row, visit).await;
    }
    if visit.sensor.is_some() {
        // Its token is good for what a sensor does and for nothing else.
        return Err(Problem::Forbidden);
    }
    let guest = visit.guest();
    if visit.actor == Actor::Anonymous && guest.is_none() {
        return Err(if row.scope == Scope::GuestToken { link_ended() } else { Problem::SignInFirst(None) });
    }
    let resource = resource_of(app, row.scope, names, &visit).await?;
    let person_may = visit.actor != Actor::Anonymous && allowed(&visit.actor, row.action, &resource);
    // An invitation link is followed as its guest, also by somebody who has an account.
    if !person_may || row.scope == Scope::GuestToken {
        match guest {
            Some(guest) if allowed(&guest, row.action, &resource) => visit.actor = guest,
            _ => return Err(refusal(&visit, &resource)),
        }
    }
    if row.scope == Scope::Own && visit.person.is_none() {
        return Err(Problem::SignInFirst(None));
    }
    if let Some(facility) = resource.facility() {
        let known = visit.places.iter().find(|place| place.id == facility).cloned();
        visit.place = match known {
            Some(place) => Some(place),
            None => Some(Place { id: facility, name: app.store.facility(facility).await?.profile.name }),
        };
    }
    visit.resource = resource;
    Ok(visit)
}

/// A vendor's link is followed as its vendor, also by somebody who has an account; nothing else of theirs is at hand.
async fn as_vendor(app: &AppState, row: RouteRow, mut visit: Visit) -> Result<Visit, Problem> {
    let ended = || Problem::Said(StatusCode::NOT_FOUND, Key("vform-not-here"));
    let (actor, resource) = visit.vendor_guest().ok_or_else(ended)?;
    if !allowed(&actor, row.action, &resource) {
        return Err(ended());
    }
    let facility = resource.facility().ok_or_else(ended)?;
    visit.actor = actor;
    visit.person = None;
    visit.places = Vec::new();
    visit.place = Some(Place { id: facility, name: app.store.facility(facility).await?.profile.name });
    visit.resource = resource;
    Ok(visit)
}

/// Whoever came in by a door acts from their seat, also with an account; nothing else of theirs is at hand.
async fn as_seated(app: &AppState, row: RouteRow, mut visit: Visit) -> Result<Visit, Problem> {
    let ended = || Problem::Said(StatusCode::NOT_FOUND, Key("door-not-here"));
    let (seat, door) = visit.seat.clone().ok_or_else(ended)?;
    let actor = Actor::Seated { seat: seat.id, facility: door.facility, purpose: door.purpose, door: door.id };
    let resource = Resource::Behind(door.facility, door.purpose, door.id);
    if !allowed(&actor, row.action, &resource) {
        return Err(ended());
    }
    visit.actor = actor;
    visit.person = None;
    visit.places = Vec::new();
    visit.place = Some(Place { id: door.facility, name: app.store.facility(door.facility).await?.profile.name });
    visit.resource = resource;
    Ok(visit)
}

/// A sensor speaks for itself alone.
async fn as_sensor(app: &AppState, row: RouteRow, mut visit: Visit) -> Result<Visit, Problem> {
    let stranger = if visit.actor == Actor::Anonymous { Problem::SignInFirst(None) } else { Problem::Forbidden };
    let sensor = visit.sensor.as_ref().ok_or(stranger)?;
    let (actor, facility) = (Actor::Sensor { sensor: sensor.id, facility: sensor.facility }, sensor.facility);
    let resource = Resource::Facility(facility);
    if !allowed(&actor, row.action, &resource) {
        return Err(Problem::Forbidden);
    }
    visit.actor = actor;
    visit.place = Some(Place { id: facility, name: app.store.facility(facility).await?.profile.name });
    visit.resource = resource;
    Ok(visit)
}

/// Somebody else's things look as if they were not there; one's own facility says that the role does not allow it.
fn refusal(visit: &Visit, resource: &Resource) -> Problem {
    match (&visit.actor, resource.facility()) {
        (Actor::Anonymous, _) if visit.invitation.is_none() => Problem::SignInFirst(None),
        (
            Actor::Anonymous | Actor::Guest { .. } | Actor::Vendor { .. } | Actor::Seated { .. } | Actor::Sensor { .. },
            _,
        ) => Problem::NotFound,
        (Actor::Person { .. }, None) => Problem::Forbidden,
        (Actor::Person { .. }, Some(facility)) if visit.places.iter().any(|place| place.id == facility) => {
            Problem::Forbidden
        }
        (Actor::Person { .. }, Some(_)) => Problem::NotFound,
    }
}

/// A link that was withdrawn or has expired says so; nothing else about it is told.
fn link_ended() -> Problem {
    Problem::Said(StatusCode::NOT_FOUND, Key("guest-ended"))
}

fn named<'n>(names: &'n RawPathParams, name: &str) -> Option<&'n str> {
    names.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The resource an address names; 404 if it names nothing that exists.
async fn resource_of(app: &AppState, scope: Scope, names: &RawPathParams, visit: &Visit) -> Result<Resource, Problem> {
    let read = |name: &str| named(names, name).ok_or(Problem::NotFound);
    match scope {
        Scope::Public | Scope::Own | Scope::Installation => Ok(Resource::Installation),
        // Admitted before anything of an address is looked at, see `as_vendor` and `as_seated`.
        Scope::VendorLink | Scope::Seat | Scope::Sensor => Err(Problem::NotFound),
        Scope::GuestToken => {
            let invitation = visit.invitation.as_ref().ok_or_else(link_ended)?;
            Ok(Resource::Assessment(invitation.facility, invitation.assessment))
        }
        Scope::Facility => {
            let facility: FacilityId = read("facility")?.parse().map_err(|_| Problem::NotFound)?;
            app.store.facility(facility).await?;
            Ok(Resource::Facility(facility))
        }
        Scope::Assessment | Scope::Question => {
            let facility: FacilityId = read("facility")?.parse().map_err(|_| Problem::NotFound)?;
            let assessment: AssessmentId = read("assessment")?.parse().map_err(|_| Problem::NotFound)?;
            let row = app.store.assessment(facility, assessment).await?;
            if scope == Scope::Assessment {
                return Ok(Resource::Assessment(facility, assessment));
            }
            let question = QuestionId::from(read("question")?);
            let known = app
                .catalogue
                .questionnaire(row.questionnaire.as_str())
                .is_some_and(|questionnaire| questionnaire.question(question.as_str()).is_some());
            if known { Ok(Resource::Question(facility, assessment, question)) } else { Err(Problem::NotFound) }
        }
    }
}
