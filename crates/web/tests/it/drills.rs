//! Drills, from preparing to closing: what each screen shows, what nobody else sees, and what survives a restart.

use crate::ward::{Somebody, Ward};
use crate::world::{Answer, Visitor};
use axum::body::BodyDataStream;
use axum::http::StatusCode;
use hakutaku_model::exercise::{DrillEvent, DrillSetup, DrillState};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::person::Role;
use hakutaku_model::room::RoomKind;
use hakutaku_model::seat::Purpose;
use hakutaku_store::Act;
use hakutaku_web::AppState;
use std::time::Duration;

/// A scenario of twelve minutes: two roles, a decision, a condition, an inject that is dropped.
const SCENARIO: &str = include_str!("../../../model/src/exercise/testing/clinic.json");
const UNPLUG: &str = "Unplug the terminal";
const FOR_THE_DOCTOR: &str = "What about those waiting?";

/// A drill of the ward's hospital.
struct Held {
    ward: Ward,
    conductor: Somebody,
    room: RoomId,
}

impl Held {
    /// Prepared as a person does it: the file is loaded, the form sent, the door opened.
    async fn new(speed: &str) -> Self {
        let ward = Ward::new().await;
        let mut conductor = ward.somebody("Oda", Role::ItOperator).await;
        let base = format!("/facilities/{}/plan/drills", ward.facility);
        conductor.browser.get(&base).await.is(200).says("No drill yet");
        conductor.browser.get(&format!("{base}/new")).await.is(200);
        let checked =
            conductor.browser.attach(&format!("{base}/check"), "own.yaml", "text/yaml", SCENARIO.as_bytes()).await;
        checked.is(200).says("A clinic&#39;s patient record stops").says("Ways it can go");
        let fields = [
            ("own", SCENARIO),
            ("title", "Autumn drill"),
            ("day", "2026-12-01"),
            ("speed", speed),
            ("role", "doctor"),
            ("role", "reception"),
        ];
        let made = conductor.browser.submit(&base, &fields).await;
        made.is(303);
        let room: RoomId = made.to().rsplit('/').next().and_then(|id| id.parse().ok()).expect("the drill's page");
        let mut held = Self { ward, conductor, room };
        held.door("open", held.ward.facility).await.is(303);
        held
    }

    fn base(&self) -> String {
        format!("/facilities/{}/plan/drills/{}", self.ward.facility, self.room)
    }

    async fn door(&mut self, what: &str, facility: FacilityId) -> Answer {
        let path = format!("{}/door", self.base());
        self.conductor.browser.submit(&path, &[("do", what), ("facility", &facility.to_string())]).await
    }

    /// Somebody comes in by the code.
    async fn comes(&self, facility: FacilityId, name: &str, role: &str) -> Visitor {
        let store = &self.ward.world.app.store;
        let doors = store.doors(facility, Purpose::Drill, self.room.0).await.expect("read");
        let code = doors.first().expect("a door").code.clone();
        let mut visitor = self.ward.world.visitor();
        visitor.get(&format!("/join/{code}")).await.is(200).says("Doctor in charge").says("Observer");
        let join = format!("/join/{code}");
        visitor.submit(&join, &[("name", name), ("role", role)]).await.goes("/seat/drill");
        visitor
    }

    async fn conduct(&mut self, fields: &[(&str, &str)]) -> Answer {
        let path = format!("{}/console", self.base());
        self.conductor.browser.submit(&path, fields).await
    }

    async fn events(&self) -> Vec<DrillEvent> {
        let entries = self.ward.world.app.store.entries(self.room).await.expect("read");
        hakutaku_model::room::verify(&entries).expect("an unbroken journal");
        entries.iter().filter_map(DrillEvent::of).collect()
    }

    /// How often an inject was told.
    async fn fired(&self, inject: &str) -> usize {
        let told = |event: &DrillEvent| matches!(event, DrillEvent::InjectFired { inject: told, .. } if told == inject);
        self.events().await.iter().filter(|event| told(event)).count()
    }

    /// Another server on the same database.
    fn another_server(&self) -> AppState {
        let here = &self.ward.world.app;
        AppState::new(here.store.clone(), here.catalogue.clone(), here.public_url.clone(), false)
            .expect("the parts fit")
    }
}

/// Reads a stream until it says something, or for so long.
async fn hear(stream: &mut BodyDataStream, wanted: &str) -> String {
    use futures_util::StreamExt as _;
    let mut heard = String::new();
    let listening = async {
        while let Some(Ok(piece)) = stream.next().await {
            heard.push_str(&String::from_utf8_lossy(&piece));
            if heard.contains(wanted) {
                break;
            }
        }
    };
    // Not a measurement: only a bound for a test that fails.
    let _ = tokio::time::timeout(Duration::from_secs(5), listening).await;
    heard
}

#[tokio::test]
async fn a_drill_from_the_first_inject_to_the_closed_record() {
    let mut held = Held::new("1").await;
    let place = held.ward.facility;
    let mut doctor = held.comes(place, "Shiraishi", "doctor").await;
    let mut reception = held.comes(place, "Sato", "reception").await;
    let mut observer = held.comes(place, "Murai", "observer").await;
    doctor.get("/seat/drill").await.is(200).says("Not started").says("You are with a patient");
    reception.get("/seat/drill").await.is(200).keeps_quiet_about("You are with a patient");
    observer.get("/seat/drill").await.goes("/seat/drill/observe");
    observer.get("/seat/drill/observe").await.is(200).says("Was it treated as a crisis?");
    doctor.submit("/seat/drill", &[("do", "done"), ("inject", "note"), ("action", "call-vendor")]).await.is(409);

    held.conduct(&[("do", "start")]).await.is(303);
    held.conduct(&[("do", "start")]).await.is(409);
    reception.get("/seat/drill").await.says("Running").keeps_quiet_about("An unfamiliar note");
    held.conduct(&[("do", "fire"), ("inject", "note")]).await.is(303);
    reception
        .get("/seat/drill")
        .await
        .says("An unfamiliar note")
        .says(UNPLUG)
        .keeps_quiet_about("Telephone the vendor");
    let done = [("do", "done"), ("inject", "note"), ("action", "unplug")];
    reception.submit("/seat/drill", &done).await.goes("/seat/drill");
    reception.get("/seat/drill").await.says("Done by Sato");
    held.conduct(&[("do", "fire"), ("inject", "who-to-see")]).await.is(303);
    doctor.get("/seat/drill").await.says(FOR_THE_DOCTOR).says("You decide");
    let page = held.conductor.browser.get(&format!("{}/console", held.base())).await;
    page.is(200).says("Done by Sato").says("data-key=\"1\"").says("data-key=\"right\"").says("Everyone");
    let choice = [("do", "choose"), ("inject", "who-to-see"), ("option", "everyone")];
    doctor.submit("/seat/drill", &choice).await.goes("/seat/drill");
    doctor.submit("/seat/drill", &choice).await.is(409);
    assert_eq!(held.fired("too-many").await, 1, "the choice brings its branch by itself");

    let improvised = [("do", "improvise"), ("to", "doctor"), ("text", "The mayor telephones")];
    held.conduct(&improvised).await.is(303);
    doctor.get("/seat/drill").await.says("The mayor telephones");
    reception.get("/seat/drill").await.keeps_quiet_about("The mayor telephones");
    observer.get("/seat/drill/observe").await.says("The mayor telephones").says("Done by Sato");
    let score = [("section", "first"), ("item", "as-crisis"), ("score", "4"), ("comment", "Calm")];
    observer.submit("/seat/drill/observe", &score).await.goes("/seat/drill/observe");
    observer.get("/seat/drill/observe").await.says("value=\"4\" checked").says("Calm");
    observer
        .submit("/seat/drill/observe", &[("section", "first"), ("item", "as-crisis"), ("score", "6")])
        .await
        .is(422);
    reception.submit("/seat/drill", &[("do", "check"), ("check", "re-list"), ("value", "yes")]).await.is(303);

    doctor.submit("/seat/drill", &[("do", "wash"), ("w-went-well", "Too soon")]).await.is(409);
    held.conduct(&[("do", "hold")]).await.is(303);
    held.conduct(&[("do", "jump"), ("minute", "99")]).await.is(422);
    held.conduct(&[("do", "end")]).await.is(303);
    doctor.get("/seat/drill").await.says("wash is-open").says("What went well?");
    let wash = [("do", "wash"), ("w-went-well", "Paper was at hand"), ("w-confident", "4")];
    doctor.submit("/seat/drill", &wash).await.goes("/seat/drill");
    doctor.get("/seat/drill").await.says("Paper was at hand").says("value=\"4\" checked");
    held.conductor.browser.get(&held.base()).await.is(200).says("After-action report").says("Sato");

    let state = DrillState::fold(&held.ward.world.app.store.entries(held.room).await.expect("read"));
    assert_eq!((state.scores.len(), state.hot_wash.len(), state.participants.len()), (1, 2, 3));
    let close = format!("{}/close", held.base());
    held.conductor.browser.submit(&close, &[]).await.is(422);
    held.conductor.browser.submit(&close, &[("sure", "yes")]).await.is(303);
    doctor.get("/seat/drill").await.is(404);
    held.conductor.browser.get(&held.base()).await.is(200).keeps_quiet_about("Open the console");
}

#[tokio::test]
async fn a_player_never_receives_another_roles_inject() {
    let mut held = Held::new("1").await;
    let place = held.ward.facility;
    let doctor = held.comes(place, "Shiraishi", "doctor").await;
    let mut reception = held.comes(place, "Sato", "reception").await;
    reception.get("/seat/drill").await.is(200);
    let (status, mut to_doctor) = doctor.listen("/seat/drill/live").await;
    let (_, mut to_reception) = reception.listen("/seat/drill/live").await;
    assert_eq!(status, StatusCode::OK);
    hear(&mut to_doctor, "\"whole\":true").await;
    hear(&mut to_reception, "\"whole\":true").await;
    held.conduct(&[("do", "start")]).await.is(303);
    held.conduct(&[("do", "fire"), ("inject", "who-to-see")]).await.is(303);
    held.conduct(&[("do", "fire"), ("inject", "note")]).await.is(303);
    let heard = hear(&mut to_doctor, "An unfamiliar note").await;
    assert!(heard.contains(FOR_THE_DOCTOR) && heard.contains("id: "), "{heard}");
    let heard = hear(&mut to_reception, "An unfamiliar note").await;
    assert!(heard.contains("An unfamiliar note") && !heard.contains(FOR_THE_DOCTOR), "{heard}");
    for (what, inject, action) in
        [("done", "note", "call-vendor"), ("done", "too-many", "slow-down"), ("seen", "who-to-see", "")]
    {
        let sent = [("do", what), ("inject", inject), ("action", action)];
        reception.submit("/seat/drill", &sent).await.is(422);
    }
    reception.submit("/seat/drill", &[("do", "seen"), ("inject", "note")]).await.is(303);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let seen = held.events().await.into_iter().filter(|event| matches!(event, DrillEvent::Seen { .. })).count();
    assert_eq!(seen, 1);
    // A phone that slept at this point of the journal is told the whole, one that missed nothing only the time.
    let entries = held.ward.world.app.store.entry_count(held.room).await.expect("read");
    let (_, mut again) = reception.listen(&format!("/seat/drill/live?at={entries}")).await;
    let heard = hear(&mut again, "\n\n").await;
    assert!(heard.starts_with("event: beat"), "{heard}");
}

#[tokio::test]
async fn a_restarted_server_goes_on_where_it_was_and_two_tell_nothing_twice() {
    let mut held = Held::new("1").await;
    held.conduct(&[("do", "start"), ("speed", "120")]).await.is(303);
    // Another server takes the running drill up, while the first one goes on, too.
    let second = held.another_server();
    hakutaku_web::resume_drills(&second).await;
    tokio::time::sleep(Duration::from_millis(5500)).await;
    for (inject, times) in [("note", 1), ("who-to-see", 1), ("spread", 1), ("vendor-calls", 1), ("too-many", 0)] {
        assert_eq!(held.fired(inject).await, times, "{inject}");
    }
    let mut console = held.conductor.browser.before(&second);
    console.get(&format!("{}/console", held.base())).await.is(200).says("Running").says("treatment room");
    console.submit(&format!("{}/console", held.base()), &[("do", "end")]).await.is(303);
    held.conductor.browser.get(&held.base()).await.says("Ended");
}

#[tokio::test]
async fn what_is_sent_twice_is_written_once() {
    let mut held = Held::new("1").await;
    let mut doctor = held.comes(held.ward.facility, "Shiraishi", "doctor").await;
    doctor.get("/seat/drill").await.is(200);
    held.conduct(&[("do", "start")]).await.is(303);
    held.conduct(&[("do", "fire"), ("inject", "note")]).await.is(303);
    held.conduct(&[("do", "fire"), ("inject", "note")]).await.is(303);
    assert_eq!(held.fired("note").await, 1);
    for _ in 0..3 {
        let sent = [("do", "answer"), ("inject", "note"), ("text", "We call now"), ("once", "1111-2222-3333")];
        doctor.submit("/seat/drill", &sent).await.is(303);
    }
    let answers = held.events().await.into_iter().filter(|event| matches!(event, DrillEvent::Answered { .. })).count();
    assert_eq!(answers, 1);
}

#[tokio::test]
async fn a_closed_door_stops_those_inside() {
    let mut held = Held::new("1").await;
    let place = held.ward.facility;
    let mut doctor = held.comes(place, "Shiraishi", "doctor").await;
    doctor.get("/seat/drill").await.is(200);
    let (_, mut stream) = doctor.listen("/seat/drill/live").await;
    hear(&mut stream, "\n\n").await;
    held.door("close", place).await.is(303);
    let heard = hear(&mut stream, "event: closed").await;
    assert!(heard.contains("event: closed"), "{heard}");
    doctor.get("/seat/drill").await.is(404);
    doctor.submit("/seat/drill", &[("do", "seen"), ("inject", "note")]).await.is(404);
    assert_eq!(doctor.listen("/seat/drill/live").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_house_of_a_drill_reads_its_own_record_and_no_other_house_reads_any() {
    let mut held = Held::new("1").await;
    let store = held.ward.world.app.store.clone();
    let act = Act::system(held.ward.world.now());
    let mut houses = Vec::new();
    for name in ["Minato Clinic", "Umi Clinic"] {
        let profile = FacilityProfile {
            name: name.into(),
            kind: FacilityKind::Clinic,
            prefecture: 13,
            beds: 0,
            it_staff_tenths: 0,
        };
        houses.push(store.create_facility(&act, &profile, &[]).await.expect("created").id);
    }
    let [second, stranger] = houses[..] else { panic!("two houses") };
    // A person who conducts at both prepares one drill for both.
    store.grant(&act, held.conductor.id, Some(second), Role::ItOperator).await.expect("granted");
    let list = format!("/facilities/{}/plan/drills", held.ward.facility);
    let fields = [
        ("own", SCENARIO),
        ("title", "Joint drill"),
        ("day", "2026-12-01"),
        ("speed", "1"),
        ("role", "doctor"),
        ("role", "reception"),
        ("facility", &second.to_string()),
        ("facility", &stranger.to_string()),
    ];
    let made = held.conductor.browser.submit(&list, &fields).await;
    held.room = made.to().rsplit('/').next().and_then(|id| id.parse().ok()).expect("the drill's page");
    let room = store.room_behind(held.room).await.expect("there");
    let setup: DrillSetup = serde_json::from_value(room.setup).expect("a setup");
    assert_eq!(setup.facilities.len(), 2, "nobody prepares a drill for a house that is not theirs");

    for place in [held.ward.facility, second] {
        held.door("open", place).await.is(303);
    }
    let mut here = held.comes(held.ward.facility, "Shiraishi", "reception").await;
    let mut there = held.comes(second, "Tanaka", "reception").await;
    for seat in [&mut here, &mut there] {
        seat.get("/seat/drill").await.is(200);
    }
    held.conduct(&[("do", "start")]).await.is(303);
    held.conduct(&[("do", "fire"), ("inject", "note")]).await.is(303);
    here.submit("/seat/drill", &[("do", "done"), ("inject", "note"), ("action", "unplug")]).await.is(303);
    there.get("/seat/drill").await.says("An unfamiliar note").keeps_quiet_about("Shiraishi");
    there.submit("/seat/drill", &[("do", "answer"), ("inject", "note"), ("text", "Our switch is off")]).await.is(303);

    // One house is ahead: only it is told, and only it hears what is made up on the spot.
    let place = second.to_string();
    let page = held.conductor.browser.get(&format!("{}/console", held.base())).await;
    page.is(200).says("Tell one facility only").says("All facilities").says("data-goto=\"o\"");
    let one = [("do", "fire"), ("inject", "who-to-see"), ("facility", place.as_str())];
    held.conduct(&one).await.is(303);
    assert_eq!(held.fired("who-to-see").await, 1);
    held.conduct(&one).await.is(409);
    let nobody = [("do", "fire"), ("inject", "who-to-see"), ("facility", &stranger.to_string())];
    held.conduct(&nobody).await.is(422);
    let made_up =
        [("do", "improvise"), ("to", "all"), ("text", "A reporter stands at your door"), ("facility", &place)];
    held.conduct(&made_up).await.is(303);
    there.get("/seat/drill").await.says("A reporter stands at your door");
    here.get("/seat/drill").await.keeps_quiet_about("A reporter stands at your door");

    let mut clinic = held.conductor.browser.clone();
    let page = clinic.get(&format!("/facilities/{second}/plan/drills/{}", held.room)).await;
    page.is(200).says("Tanaka").says("Our switch is off").keeps_quiet_about("Shiraishi");
    clinic.get(&format!("/facilities/{second}/plan/drills")).await.says("Joint drill").says("Conducted by");
    clinic.get(&format!("/facilities/{second}/plan/drills/{}/console", held.room)).await.is(404);
    let whole = held.conductor.browser.get(&format!("{}/console", held.base())).await;
    whole.says("Minato Clinic").says("Done by Shiraishi").says("Our switch is off");

    store.grant(&act, held.conductor.id, Some(stranger), Role::ItOperator).await.expect("granted");
    for leaf in ["", "/console", "/poster", "/live"] {
        let path = format!("/facilities/{stranger}/plan/drills/{}{leaf}", held.room);
        held.conductor.browser.get(&path).await.is(404);
    }
    let own = store.rooms(stranger, RoomKind::Drill).await.expect("read");
    assert!(own.is_empty());
}

#[tokio::test]
async fn a_scenario_that_cannot_be_played_is_refused_with_the_linters_sentences() {
    let ward = Ward::new().await;
    let mut oda = ward.somebody("Oda", Role::ItOperator).await;
    let base = format!("/facilities/{}/plan/drills", ward.facility);
    oda.browser.get(&format!("{base}/new")).await.is(200);
    let wrong = SCENARIO.replace("\"goto\": \"too-many\"", "\"goto\": \"nowhere\"");
    let check = format!("{base}/check");
    oda.browser.attach(&check, "own.yaml", "text/yaml", wrong.as_bytes()).await.is(422).says("nowhere");
    oda.browser.attach(&check, "own.yaml", "text/yaml", b"format: x\n").await.is(422).says("could not be read");
    oda.browser.attach(&check, "own.yaml", "text/yaml", b"\xff\xfe").await.is(422).says("UTF-8");
    oda.browser.attach(&check, "own.yaml", "text/yaml", b"").await.is(422).says("choose a file");
    let fields = [("own", SCENARIO), ("title", ""), ("day", "soon"), ("speed", "3")];
    let sent = oda.browser.submit(&base, &fields).await;
    sent.is(422).says("The date could not be read").says("Please choose at least one role");
    assert!(ward.world.app.store.rooms(ward.facility, RoomKind::Drill).await.expect("read").is_empty());
}

#[tokio::test]
async fn the_poster_shows_code_and_clock_and_an_auditor_only_looks() {
    let mut held = Held::new("20").await;
    let code = {
        let store = &held.ward.world.app.store;
        let doors = store.doors(held.ward.facility, Purpose::Drill, held.room.0).await.expect("read");
        doors.first().expect("open").code.clone()
    };
    let poster = held.conductor.browser.get(&format!("{}/poster", held.base())).await;
    poster.is(200).says(&code).says("<svg class=\"qr\"").says("data-clock-text").says("/join");
    let mut auditor = held.ward.somebody("Kansa", Role::Auditor).await;
    auditor.browser.get(&held.base()).await.is(200).keeps_quiet_about("Open the console");
    auditor.browser.get(&format!("{}/console", held.base())).await.is(403);
    let path = format!("{}/console", held.base());
    auditor.browser.submit(&path, &[("do", "start")]).await.is(403);
    held.conduct(&[("do", "start")]).await.is(303);
    assert!(held.events().await.contains(&DrillEvent::Started { speed: 20, facilities: Vec::new() }));
}
