//! The table of all routes, and every route driven as everybody.
//!
//! A new route is covered by being registered. `ACCESS_TABLE=write cargo test -p hakutaku-web --test it access` writes
//! the table; look at the difference before committing it.

use crate::world::{Answer, Visitor, World};
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::access::{Action, Actor, Resource, allowed, is_reading};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{AssessmentId, FacilityId, PersonId, QuestionId, SensorId};
use hakutaku_model::person::Role;
use hakutaku_model::seat::Purpose;
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use hakutaku_model::vendor::{Company, Engagement};
use hakutaku_model::vendor_request::Ask;
use hakutaku_store::{
    Act, InvitationKind, IssuedSession, NewAssessment, NewInvitation, NewPerson, NewVendorRequest, Shelf,
};
use hakutaku_web::shell::csrf::Secret;
use hakutaku_web::{RouteRow, Scope, route_table};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

fn word(action: Action) -> String {
    serde_json::to_value(action).expect("a word").as_str().expect("a string").to_owned()
}

#[test]
fn the_table_is_the_checked_in_one() {
    let mut table = String::from("method\tpath\taction\tscope\n");
    for row in route_table() {
        writeln!(table, "{}\t{}\t{}\t{}", row.method, row.path, word(row.action), row.scope.key()).expect("written");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("access-table.tsv");
    if std::env::var_os("ACCESS_TABLE").is_some_and(|what| what == "write") {
        std::fs::write(&file, &table).expect("written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    for line in table.lines() {
        assert!(kept.lines().any(|known| known == line), "not in access-table.tsv: {line}");
    }
    for line in kept.lines() {
        assert!(table.lines().any(|known| known == line), "in access-table.tsv, but no route: {line}");
    }
}

#[test]
fn every_path_names_what_its_scope_needs() {
    for row in route_table() {
        let needed: &[&str] = match row.scope {
            Scope::Public
            | Scope::Own
            | Scope::Installation
            | Scope::GuestToken
            | Scope::VendorLink
            | Scope::Seat
            | Scope::Sensor => &[],
            Scope::Facility => &["{facility}"],
            Scope::Assessment => &["{facility}", "{assessment}"],
            Scope::Question => &["{facility}", "{assessment}", "{question}"],
        };
        for name in needed {
            assert!(row.path.contains(name), "{} {} needs {name}", row.method, row.path);
        }
        assert!(row.scope != Scope::Public || row.action == Action::Public, "{} {}", row.method, row.path);
    }
}

/// What is sent to be computed with, and changes nothing: too long for an address.
const COMPUTED: [&str; 4] = [
    "/api/v1/responsibility/check",
    "/api/v1/exercises/check",
    "/api/v1/exercises/simulate",
    "/facilities/{facility}/vendors/guides/procurement",
];

#[test]
fn whoever_may_only_read_reaches_nothing_that_changes() {
    let changing = |row: &&RouteRow| row.method != "GET" && row.scope != Scope::Public && !COMPUTED.contains(&row.path);
    for row in route_table().iter().filter(changing) {
        assert!(!is_reading(row.action), "{} {} changes something by {:?}", row.method, row.path, row.action);
    }
}

/// A place with an assessment.
struct House {
    facility: FacilityId,
    assessment: AssessmentId,
}

/// Somebody who tries.
struct Tester {
    name: String,
    actor: Actor,
    key: Key,
}

/// What they carry.
enum Key {
    Nothing,
    Session(PersonId),
    Token(String),
    Invitation(String),
    Vendor(String),
    Seat(String),
    Sensor(String),
}

struct Fixture {
    world: World,
    own: House,
    other: House,
    testers: Vec<Tester>,
    sessions: Mutex<HashMap<PersonId, IssuedSession>>,
}

/// Somebody of a vendor with a link; one with a PIN that was not given is nobody.
async fn vendor(world: &World, facility: FacilityId, pin: Option<String>) -> Tester {
    let (store, act) = (&world.app.store, Act::system(world.now()));
    let company: Company = serde_json::from_str(r#"{"name": "Minato"}"#).expect("reads");
    let company = store.add_record(&act, Shelf::Installation, &company).await.expect("added").id;
    let engagement = serde_json::json!({"company": company, "name": "Minato"});
    let engagement: Engagement = serde_json::from_value(engagement).expect("reads");
    let new = NewVendorRequest {
        vendor: store.add_record(&act, facility, &engagement).await.expect("added").id,
        ask: Ask::Checklist("r7".into()),
        message: String::new(),
        due: world.now().date_in_japan(),
        pin: pin.clone(),
        expires_at: world.now().plus_seconds(3600),
    };
    let issued = store.create_vendor_request(&act, facility, &new).await.expect("asked");
    let actor = match pin {
        None => Actor::Vendor { request: issued.request.id, facility },
        Some(_) => Actor::Anonymous,
    };
    let name = format!("vendor{}", if actor == Actor::Anonymous { " without the PIN" } else { "" });
    Tester { name, actor, key: Key::Vendor(issued.token) }
}

/// Somebody who came in by a door.
async fn seated(world: &World, facility: FacilityId, purpose: Purpose) -> Tester {
    let (store, now) = (&world.app.store, world.now());
    let target = uuid::Uuid::now_v7();
    let (act, choice, until) = (Act::system(now), serde_json::json!({}), now.plus_seconds(3600));
    let door = store.open_door(&act, facility, purpose, target, &choice, until).await.expect("opened").door;
    let issued = store.take_seat(&door, "Aoki", "", now).await.expect("seated");
    let actor = Actor::Seated { seat: issued.seat.id, facility, purpose, door: door.id };
    Tester { name: format!("seat of {}", purpose.key()), actor, key: Key::Seat(issued.token) }
}

const QUESTION: &str = "it-backup-01";

async fn house(world: &World, name: &str) -> House {
    let (store, act) = (&world.app.store, Act::system(world.now()));
    let profile = FacilityProfile {
        name: name.into(),
        kind: FacilityKind::Hospital,
        prefecture: 1,
        beds: 50,
        it_staff_tenths: 0,
    };
    let facility = store.create_facility(&act, &profile, &["hospital-it".into()]).await.expect("created").id;
    let edition = world.app.catalogue.questionnaire("hospital-it").expect("in the catalogue").edition.clone();
    let new = NewAssessment { questionnaire: "hospital-it".into(), edition, year: FiscalYear(2026), respondent: None };
    let assessment = store.create_assessment(&act, facility, &new).await.expect("created").id;
    House { facility, assessment }
}

impl Fixture {
    async fn new() -> Self {
        let world = World::new().await;
        let (store, act) = (&world.app.store, Act::system(world.now()));
        store.set_setting(&act, "setup.done", &true.into()).await.expect("set");
        let own = house(&world, "Own").await;
        let other = house(&world, "Other").await;
        let mut testers = vec![Tester { name: "anonymous".into(), actor: Actor::Anonymous, key: Key::Nothing }];
        // Administrators, and the staff of the centre.
        let everywhere = [(None, Role::Administrator), (None, Role::RegionalSupporter)];
        for (place, role) in everywhere.into_iter().chain(Role::ALL.map(|role| (Some(own.facility), role))) {
            let name = format!("{}{}", role.key(), if place.is_none() { "-everywhere" } else { "" });
            let new =
                NewPerson { username: name.clone(), display_name: name.clone(), lang: Lang::En, password_hash: None };
            let id = store.create_person(&act, &new).await.expect("created").id;
            store.grant(&act, id, place, role).await.expect("granted");
            for read_only in [false, true] {
                let issued = store.create_api_token(&act, id, "t", read_only, None).await.expect("made");
                testers.push(Tester {
                    name: format!("{name} by token{}", if read_only { ", read-only" } else { "" }),
                    actor: Actor::Person { id, memberships: vec![(place, role)], read_only },
                    key: Key::Token(issued.token),
                });
            }
            testers.push(Tester {
                name,
                actor: Actor::Person { id, memberships: vec![(place, role)], read_only: false },
                key: Key::Session(id),
            });
        }
        for questions in [None, Some(vec![QuestionId::from(QUESTION)]), Some(vec![QuestionId::from("it-logs-01")])] {
            let new = NewInvitation {
                assessment: own.assessment,
                questions: questions.clone(),
                name: "Guest".into(),
                kind: InvitationKind::Vendor,
                expires_at: world.now().plus_seconds(3600),
            };
            let issued = store.create_invitation(&act, own.facility, &new).await.expect("invited");
            testers.push(Tester {
                name: format!("guest for {questions:?}"),
                actor: Actor::Guest {
                    invitation: issued.row.id,
                    facility: own.facility,
                    assessment: own.assessment,
                    questions,
                },
                key: Key::Invitation(issued.token),
            });
        }
        for pin in [None, Some("4711".to_owned())] {
            testers.push(vendor(&world, own.facility, pin).await);
        }
        for purpose in Purpose::ALL {
            testers.push(seated(&world, own.facility, purpose).await);
        }
        testers.push(sensor(&world, own.facility).await);
        Self { world, own, other, testers, sessions: Mutex::default() }
    }

    /// The person's session; a fresh one for routes that may end it.
    async fn session(&self, row: &RouteRow, person: PersonId) -> IssuedSession {
        let kept = self.sessions.lock().expect("alone").remove(&person);
        let may_end = row.method == "POST" && row.scope == Scope::Own;
        let session = match kept {
            Some(session) => session,
            None => {
                let act = Act::person(person, self.world.now());
                self.world.app.store.create_session(&act, person, true).await.expect("begun")
            }
        };
        if !may_end {
            self.sessions.lock().expect("alone").insert(person, session.clone());
        }
        session
    }

    /// Sends what the row asks for, as this tester, about this house.
    async fn send(&self, row: &RouteRow, tester: &Tester, house: &House) -> Answer {
        let mut visitor: Visitor = self.world.visitor();
        let mut csrf = String::new();
        let invitation = match &tester.key {
            Key::Invitation(token) => token.as_str(),
            _ => "no-such-token",
        };
        match &tester.key {
            Key::Nothing | Key::Token(_) | Key::Sensor(_) => {}
            Key::Session(person) => {
                let session = self.session(row, *person).await;
                csrf = Secret::derive(session.csrf.as_bytes()).token();
                visitor.cookies.insert("hakutaku-session".into(), session.token);
            }
            Key::Invitation(token) => {
                csrf = Secret::derive(token.as_bytes()).token();
                visitor.cookies.insert("hakutaku-invitation".into(), token.clone());
            }
            Key::Vendor(token) => {
                csrf = Secret::derive(token.as_bytes()).token();
                visitor.cookies.insert("hakutaku-vendor".into(), token.clone());
            }
            Key::Seat(token) => {
                csrf = Secret::derive(token.as_bytes()).token();
                visitor.cookies.insert("hakutaku-seat".into(), token.clone());
            }
        }
        let path = fill(row.path, house, invitation);
        let mut request = visitor.request(Method::from_bytes(row.method.as_bytes()).expect("a method"), &path);
        if let Key::Token(token) | Key::Sensor(token) = &tester.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request
            .header("x-csrf-token", csrf)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::empty())
            .expect("a request");
        visitor.send(request).await
    }
}

fn fill(path: &str, house: &House, invitation: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{facility}" => house.facility.to_string(),
            "{assessment}" => house.assessment.to_string(),
            "{question}" => QUESTION.to_owned(),
            "{token}" => invitation.to_owned(),
            // Things of other kinds: ids that exist nowhere.
            part if part.starts_with('{') => uuid::Uuid::from_u128(0xdead).to_string(),
            part => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// A decoy sensor of the house.
async fn sensor(world: &World, facility: FacilityId) -> Tester {
    let (store, act, now) = (&world.app.store, Act::system(world.now()), world.now());
    let code = store.invite_sensor(&act, facility, "Ward 3", now.plus_seconds(3600)).await.expect("invited");
    // The base point of the curve: a valid key, whoever may know its secret.
    let key = format!("58{}", "66".repeat(31));
    let id = SensorId(uuid::Uuid::from_u128(77));
    let enrolled = store.enrol_sensor(&code, id, &key, now).await.expect("enrolled");
    Tester { name: "sensor".into(), actor: Actor::Sensor { sensor: id, facility }, key: Key::Sensor(enrolled.token) }
}

/// Where tokens count, and cookies do not.
fn for_programs(row: &RouteRow) -> bool {
    row.path.starts_with("/api/") || row.path.starts_with("/taxii2/")
}

/// What the table of the model says.
fn expected(row: &RouteRow, tester: &Tester, house: &House) -> bool {
    // Tokens open the API and nothing else; cookies open everything else.
    let is_api = for_programs(row);
    let nobody = Actor::Anonymous;
    let actor = match (&tester.key, is_api) {
        (Key::Token(_) | Key::Sensor(_), false)
        | (Key::Session(_) | Key::Invitation(_) | Key::Vendor(_) | Key::Seat(_), true) => &nobody,
        _ => &tester.actor,
    };
    let resource = match row.scope {
        Scope::Public | Scope::Own | Scope::Installation => Resource::Installation,
        Scope::Facility => Resource::Facility(house.facility),
        Scope::Assessment => Resource::Assessment(house.facility, house.assessment),
        Scope::Question => Resource::Question(house.facility, house.assessment, QUESTION.into()),
        Scope::GuestToken => match actor {
            Actor::Guest { facility, assessment, .. } => Resource::Assessment(*facility, *assessment),
            _ => return false,
        },
        Scope::VendorLink => match actor {
            Actor::Vendor { request, facility } => Resource::VendorRequest(*facility, *request),
            _ => return false,
        },
        Scope::Sensor => match actor {
            Actor::Sensor { facility, .. } => Resource::Facility(*facility),
            _ => return false,
        },
        Scope::Seat => match actor {
            Actor::Seated { facility, purpose, door, .. } => Resource::Behind(*facility, *purpose, *door),
            _ => return false,
        },
    };
    let somebody = row.scope != Scope::Own || matches!(actor, Actor::Person { .. });
    somebody && allowed(actor, row.action, &resource)
}

#[tokio::test]
async fn every_page_opens_to_whom_the_model_says_and_to_nobody_else() {
    drive(|row| !for_programs(row)).await;
}

#[tokio::test]
async fn every_api_route_opens_to_whom_the_model_says_and_to_nobody_else() {
    drive(for_programs).await;
}

async fn drive(these: impl Fn(&RouteRow) -> bool) {
    let mut fixture = Fixture::new().await;
    for row in route_table().iter().filter(|row| row.scope != Scope::Public && these(row)) {
        for place in ["own", "other"] {
            // At the centre all members are alike.
            if place == "other" && (row.scope == Scope::Installation || !row.path.contains("{facility}")) {
                continue;
            }
            for tester in fixture.testers.iter().filter(|tester| tester.matters_for(row)) {
                let house = if place == "own" { &fixture.own } else { &fixture.other };
                let answer = fixture.send(row, tester, house).await;
                let cell = format!("{} {} as {} at {place} facility", row.method, row.path, tester.name);
                assert_eq!(!answer.refused, expected(row, tester, house), "{cell}: {}", answer.status);
                assert_ne!(answer.status.as_u16(), 500, "{cell}: {}", answer.text);
                if answer.refused {
                    refused_politely(row, tester, place, &answer, &cell);
                }
            }
        }
        // A route may have taken apart what the next one needs.
        if fixture.world.app.store.assessment(fixture.own.facility, fixture.own.assessment).await.is_err() {
            fixture = Fixture::new().await;
        }
    }
}

impl Tester {
    /// A token on a page, or a cookie at the API, is nobody: the strongest of them is enough to show it.
    fn matters_for(&self, row: &RouteRow) -> bool {
        let strongest = self.name.starts_with("administrator-everywhere");
        match (&self.key, for_programs(row)) {
            (Key::Token(_), false) | (Key::Session(_), true) => strongest,
            _ => true,
        }
    }
}

/// Nobody learns from a refusal what exists elsewhere.
#[track_caller]
fn refused_politely(row: &RouteRow, tester: &Tester, place: &str, answer: &Answer, cell: &str) {
    let is_api = for_programs(row);
    let status = answer.status.as_u16();
    let by_session = matches!(tester.key, Key::Session(_)) && !is_api;
    let by_token = matches!(tester.key, Key::Token(_)) && is_api;
    let by_sensor = matches!(tester.key, Key::Sensor(_)) && is_api;
    let by_invitation = matches!(tester.key, Key::Invitation(_)) && !is_api;
    let wanted: &[u16] = if by_session || by_token {
        match (row.scope, place) {
            (Scope::GuestToken | Scope::VendorLink | Scope::Seat, _) => &[404],
            // Of no facility: all of them are somebody else's.
            (Scope::Facility | Scope::Assessment | Scope::Question, _)
                if tester.name.starts_with("regional_supporter-everywhere") =>
            {
                &[404]
            }
            (_, "other") if !tester.name.starts_with("administrator-everywhere") => &[404],
            _ => &[403],
        }
    } else if by_sensor {
        // Known, and here for one thing only.
        &[403]
    } else if matches!(row.scope, Scope::GuestToken | Scope::VendorLink | Scope::Seat) {
        &[404]
    } else if by_invitation {
        // A guest is somebody; but one's own pages need an account.
        if row.scope == Scope::Own { &[303, 404] } else { &[404] }
    } else if is_api {
        // Wrong or missing tokens; too many of them are slowed down.
        &[401, 429]
    } else {
        &[303]
    };
    assert!(wanted.contains(&status), "{cell}: {status} instead of {wanted:?}");
    if status == 303 {
        assert!(answer.to().starts_with("/sign-in"), "{cell}: {}", answer.to());
    }
}
