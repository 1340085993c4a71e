//! A real incident: started, written, reported, closed; helpers; journals that travel.

use crate::ward::{Somebody, Ward};
use crate::world::{Answer, Visitor};
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::corrective::{CorrectiveAction, Source};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::incident::Incident;
use hakutaku_model::journal::Chain;
use hakutaku_model::person::Role;
use hakutaku_model::room::{JournalFile, Room, RoomKind};
use hakutaku_model::seat::Purpose;

/// A house in which somebody has just started an incident.
struct Alarm {
    ward: Ward,
    it: Somebody,
    base: String,
    home: String,
}

impl Alarm {
    async fn new() -> Self {
        let ward = Ward::new().await;
        let mut it = ward.somebody("Ito", Role::ItOperator).await;
        let base = format!("/facilities/{}/plan/incidents", ward.facility);
        it.browser.get(&base).await.is(200).says("Is something happening?");
        let home = it.browser.submit(&base, &[]).await.is(303).to().to_owned();
        it.browser.get(&home).await.is(200).says("Incident of");
        Self { ward, it, base, home }
    }

    async fn write(&mut self, fields: &[(&str, &str)]) -> Answer {
        self.it.browser.submit(&format!("{}/write", self.home), fields).await
    }

    async fn room(&self) -> Room {
        let rooms = self.ward.world.app.store.rooms(self.ward.facility, RoomKind::Incident).await.expect("read");
        rooms.into_iter().next().expect("started")
    }

    async fn state(&self) -> Incident {
        let room = self.room().await;
        let entries = self.ward.world.app.store.entries(room.id).await.expect("read");
        Incident::fold(&room, &entries)
    }
}

async fn upload(browser: &mut Visitor, path: &str, field: &str, content: &[u8]) -> Answer {
    let mut body = format!(
        "--part\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--part\r\nContent-Disposition: form-data; \
         name=\"{field}\"; filename=\"journal.json\"\r\nContent-Type: application/json\r\n\r\n",
        browser.csrf
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--part--\r\n");
    let request = browser
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
        .body(Body::from(body))
        .expect("a request");
    browser.send(request).await
}

#[tokio::test]
async fn it_is_started_in_two_clicks_written_reported_and_closed_into_actions() {
    let mut alarm = Alarm::new().await;
    let home = alarm.home.clone();
    let facility = format!("/facilities/{}", alarm.ward.facility);
    alarm.it.browser.get(&facility).await.is(200).says("An incident is under way");

    alarm.it.browser.get(&home).await.is(200);
    alarm.write(&[("kind", "note"), ("text", "Odd <b>screen</b>")]).await.is(303);
    alarm.write(&[("kind", "ward"), ("ward", "Ward 3"), ("operation", "paper")]).await.is(303);
    alarm.write(&[("kind", "system"), ("system", "Chart"), ("running", "cut")]).await.is(303);
    alarm
        .write(&[("kind", "decision"), ("text", "Cut the line"), ("basis", "unknown visitor"), ("by", "Doi")])
        .await
        .is(303);
    alarm.write(&[("kind", "decision"), ("text", "No basis"), ("basis", " "), ("by", "Doi")]).await.is(422);
    alarm
        .write(&[("kind", "cost"), ("who", "Ito"), ("what", "cutting"), ("hours", "１.5"), ("yen", "１２,０００円")])
        .await
        .is(303);
    let page = alarm.it.browser.get(&home).await;
    page.is(200)
        .says("Odd &#60;b&#62;screen")
        .says("Ward 3")
        .says("On paper")
        .says("Cut the line")
        .says("1 h 30 min")
        .says("12000");
    alarm.it.browser.get(&home).await.keeps_quiet_about("No basis");

    // A decision is undone by a new entry; the first one stays.
    let decision = alarm.state().await.decisions[0].entry.to_string();
    let undone = [("kind", "undone"), ("decision", decision.as_str()), ("why", "It was the vendor"), ("by", "Doi")];
    alarm.write(&undone).await.is(303);
    alarm.it.browser.get(&home).await.is(200).says("It was the vendor");
    alarm.write(&undone).await.is(422);
    assert_eq!(alarm.state().await.decisions.len(), 1);

    // Facts typed once feed every form; the questions set the deadline.
    alarm.it.browser.get(&format!("{home}/reports")).await.is(200).says("the days are counted as if it were due");
    alarm.write(&[("kind", "fields"), ("summary", "A visitor on the line"), ("place", "Server room")]).await.is(303);
    let answers =
        [("kind", "triggers"), ("sensitive", "suspected"), ("financial", "no"), ("malicious", "yes"), ("many", "no")];
    alarm.write(&answers).await.is(303);
    let state = alarm.state().await;
    assert_eq!(state.ppc().final_days, 60);
    alarm
        .it
        .browser
        .get(&format!("{home}/reports/ppc-preliminary"))
        .await
        .is(200)
        .says("A visitor on the line")
        .says("our assumption");
    let mhlw = alarm.it.browser.get(&format!("{home}/reports/mhlw")).await;
    mhlw.is(200).says("A visitor on the line").says("not in our data").says("Chart：Cut off");
    let json = alarm.it.browser.get(&format!("{home}/reports/mhlw/report.json")).await;
    assert_eq!(json.json()["format"], "hakutaku-incident-report/1");
    for (file, start) in [("report.pdf", "%PDF"), ("report.xlsx", "PK")] {
        let answer = alarm.it.browser.get(&format!("{home}/reports/internal/{file}")).await;
        assert!(answer.is(200).bytes.starts_with(start.as_bytes()), "{file}");
    }
    alarm.it.browser.get(&format!("{home}/reports/nobody")).await.is(404);
    alarm.it.browser.get(&format!("{home}/reports/mhlw")).await.is(200);
    let sent = [
        ("kind", "report"),
        ("report", "mhlw"),
        ("status", "sent"),
        ("by", "Ito"),
        ("receipt", "R-77"),
        ("back", "/reports/mhlw"),
    ];
    alarm.write(&sent).await.goes(&format!("{home}/reports/mhlw"));
    alarm.it.browser.get(&format!("{home}/reports/mhlw")).await.says("R-77").says("Made");
    let record = alarm.it.browser.get(&format!("{home}/record.pdf")).await;
    assert!(record.is(200).bytes.starts_with(b"%PDF"));

    // Closing asks about what is left, and makes actions once.
    let close = format!("{home}/close");
    alarm.it.browser.get(&close).await.is(200).says("Reports not made yet").says("Ward 3");
    let mut fields = vec![
        ("summary", "Cut in time"),
        ("title-1", "Name who cuts at night"),
        ("owner-1", "Ito"),
        ("due-1", "令和9年3月31日"),
        ("section-1", "cut-off"),
    ];
    alarm.it.browser.submit(&close, &fields).await.is(422).says("Reports are left");
    fields.push(("anyway", "yes"));
    alarm.it.browser.submit(&close, &fields).await.goes(&home);
    let actions = alarm.ward.world.app.store.records::<CorrectiveAction>(alarm.ward.facility).await.expect("read");
    assert_eq!(actions.len(), 1);
    assert_eq!(actions[0].body.plan_section.as_deref(), Some("cut-off"));
    assert!(matches!(actions[0].body.source, Source::Incident { .. }));
    alarm.it.browser.get(&home).await.is(200).says("Closed on");
    alarm.write(&[("kind", "note"), ("text", "too late")]).await.is(409).says("This incident is closed");
    alarm.it.browser.get(&facility).await.keeps_quiet_about("An incident is under way");
    // The office gives its number a week later: the one thing that is still written.
    let page = format!("{home}/reports/mhlw");
    alarm.it.browser.get(&page).await.is(200).says("Add a receipt number").keeps_quiet_about("status-head");
    let number = |report| [("kind", "receipt"), ("report", report), ("receipt", "R-2026-9"), ("back", "/reports/mhlw")];
    alarm.write(&number("mhlw")).await.goes(&page);
    alarm.it.browser.get(&page).await.is(200).says("R-2026-9").keeps_quiet_about("R-77");
    alarm.write(&number("police")).await.is(422).says("First note that this report was made");
    alarm.write(&[("kind", "receipt"), ("report", "mhlw"), ("receipt", " ")]).await.is(422);
    let log = alarm.ward.world.app.store.recent_journal(Chain::Facility(alarm.ward.facility), 20).await.expect("read");
    assert!(log.iter().any(|entry| entry.event.action == "room.add-late"));
    let yaml = alarm.it.browser.get(&format!("{home}/scenario.yaml")).await;
    yaml.is(200).says("hakutaku-exercise/1").says("Ward 3");
}

#[tokio::test]
async fn a_line_that_waited_on_the_device_is_written_once_and_at_its_time() {
    let mut alarm = Alarm::new().await;
    let path = format!("{}/write", alarm.home);
    for _ in 0..3 {
        let browser = &mut alarm.it.browser;
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("csrf", browser.csrf.as_str()),
                ("kind", "note"),
                ("text", "Typed offline"),
                ("once", "00-abc"),
                ("age", "3600"),
            ])
            .finish();
        let request = browser
            .request(Method::POST, &path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        let answer = browser.send(request).await;
        assert_eq!(answer.is(200).json()["outcome"], "written");
    }
    let state = alarm.state().await;
    assert_eq!(state.lines.len(), 1);
    let waited = state.lines[0].at.micros() - state.lines[0].moment().micros();
    assert_eq!(waited / 1_000_000, 3600);
}

#[tokio::test]
async fn a_helper_writes_and_reads_nothing_else() {
    let mut alarm = Alarm::new().await;
    alarm.write(&[("kind", "decision"), ("text", "Secret decision"), ("basis", "b"), ("by", "Doi")]).await.is(303);
    alarm.it.browser.get(&alarm.home).await.is(200);
    alarm.it.browser.submit(&format!("{}/doors", alarm.home), &[]).await.is(303);
    let page = alarm.it.browser.get(&alarm.home).await;
    let (_, rest) = page.text.split_once("inc-code\">").expect("the page shows the code");
    let code = rest.split('<').next().expect("a code").to_owned();

    let mut nurse = alarm.ward.world.visitor();
    nurse.get(&format!("/join/{code}")).await.is(200).says("incident");
    nurse.submit(&format!("/join/{code}"), &[("name", "Nishi"), ("role", "ward")]).await.goes("/seat/incident");
    nurse.get("/seat/incident").await.is(200).says("You are writing as Nishi").keeps_quiet_about("Secret decision");
    nurse.submit("/seat/incident", &[("kind", "note"), ("text", "Paper charts are out")]).await.goes("/seat/incident");
    nurse.get("/seat/incident").await.is(200).says("Paper charts are out");
    nurse.submit("/seat/incident", &[("kind", "ward"), ("ward", "Ward 5"), ("operation", "limited")]).await.is(303);
    nurse.get("/seat/incident").await.is(200).says("Ward 5");
    nurse.submit("/seat/incident", &[("kind", "decision"), ("text", "x"), ("basis", "y"), ("by", "z")]).await.is(403);
    nurse.get("/seat/incident").await.is(200);
    nurse
        .submit("/seat/incident", &[("kind", "report"), ("report", "mhlw"), ("status", "sent"), ("by", "z")])
        .await
        .is(403);
    for foreign in [alarm.home.clone(), format!("{}/reports", alarm.home), format!("{}/journal.json", alarm.home)] {
        assert!(!nurse.get(&foreign).await.status.is_success(), "{foreign}");
    }
    let state = alarm.state().await;
    let line = state.lines.iter().find(|line| line.author.name == "Nishi").expect("written");
    assert!(line.author.seat.is_some() && line.author.role == "ward");

    // The door is shut: the helper is out.
    let (_, rest) = page.text.split_once("/doors/").expect("a form");
    let door = rest.split('/').next().expect("an id").to_owned();
    alarm.it.browser.get(&alarm.home).await.is(200);
    alarm.it.browser.submit(&format!("{}/doors/{door}/close", alarm.home), &[]).await.is(303);
    nurse.get("/seat/incident").await.is(404);
}

#[tokio::test]
async fn another_house_and_those_without_the_right_see_nothing() {
    let alarm = Alarm::new().await;
    let store = &alarm.ward.world.app.store;
    let profile = FacilityProfile {
        name: "Elsewhere".into(),
        kind: FacilityKind::Hospital,
        prefecture: 1,
        beds: 20,
        it_staff_tenths: 0,
    };
    let other = store.create_facility(&alarm.ward.act(), &profile, &[]).await.expect("created").id;
    let mut mori = alarm.ward.somebody("Mori", Role::SafetyManager).await;
    store.grant(&alarm.ward.act(), mori.id, Some(other), Role::SafetyManager).await.expect("granted");
    let foreign = alarm.home.replace(&alarm.ward.facility.to_string(), &other.to_string());
    for page in ["", "/reports", "/record.pdf", "/journal.json", "/close", "/reports/mhlw/report.pdf"] {
        mori.browser.get(&format!("{foreign}{page}")).await.is(404);
    }
    let base = format!("/facilities/{other}/plan/incidents");
    mori.browser.get(&base).await.is(200).says("There is no record yet");
    mori.browser.submit(&format!("{foreign}/write"), &[("kind", "note"), ("text", "x")]).await.is(404);
    let mut respondent = alarm.ward.somebody("Mikami", Role::Respondent).await;
    respondent.browser.get(&alarm.home).await.is(403);
    let mut auditor = alarm.ward.somebody("Abe", Role::Auditor).await;
    auditor.browser.get(&alarm.home).await.is(200).keeps_quiet_about("data-queue data-clear");
    auditor.browser.submit(&format!("{}/write", alarm.home), &[("kind", "note"), ("text", "x")]).await.is(403);
}

#[tokio::test]
async fn a_journal_travels_to_a_laptop_and_back_and_a_damaged_one_is_refused() {
    let mut alarm = Alarm::new().await;
    alarm.write(&[("kind", "note"), ("text", "Before the cut")]).await.is(303);
    let file = alarm.it.browser.get(&format!("{}/journal.json", alarm.home)).await;
    let carried: JournalFile = serde_json::from_slice(&file.is(200).bytes).expect("a journal");

    // The laptop was filled from a backup: it knows the same facility.
    let laptop = Laptop::of(&alarm).await;
    let mut there = laptop.somebody("Ito", Role::ItOperator).await;
    let take_in = format!("/facilities/{}/plan/incidents/take-in", laptop.facility);
    let content = serde_json::to_vec(&JournalFile {
        room: Room { facility: laptop.facility, ..carried.room.clone() },
        ..carried.clone()
    })
    .expect("writes");
    there.browser.get(&take_in).await.is(200);
    let shown = upload(&mut there.browser, &take_in, "file", &content).await;
    shown.is(200).says("1 entries, of which 1 are new");
    assert!(laptop.world.app.store.rooms(laptop.facility, RoomKind::Incident).await.expect("read").is_empty());
    upload(&mut there.browser, &take_in, "journal", &content).await.is(303);
    let home = format!("/facilities/{}/plan/incidents/{}", laptop.facility, carried.room.id);
    there.browser.get(&home).await.is(200).says("Before the cut");
    there.browser.submit(&format!("{home}/write"), &[("kind", "note"), ("text", "On the laptop")]).await.is(303);
    alarm.it.browser.get(&alarm.home).await.is(200);
    alarm.write(&[("kind", "note"), ("text", "On the server")]).await.is(303);

    let back = there.browser.get(&format!("{home}/journal.json")).await;
    let mut back: JournalFile = serde_json::from_slice(&back.is(200).bytes).expect("a journal");
    back.room.facility = alarm.ward.facility;
    let take_in = format!("{}/take-in", alarm.base);
    let mut damaged = back.clone();
    damaged.entries[0].body = serde_json::json!({ "kind": "note", "text": "rewritten" });
    let mut foreign = back.clone();
    foreign.room.facility = FacilityId(uuid::Uuid::from_u128(1));
    alarm.it.browser.get(&take_in).await.is(200);
    let text = |file: &JournalFile| serde_json::to_vec(file).expect("writes");
    upload(&mut alarm.it.browser, &take_in, "journal", &text(&damaged))
        .await
        .is(422)
        .says("was changed after it was written");
    upload(&mut alarm.it.browser, &take_in, "file", &text(&foreign)).await.is(422).says("another facility");
    upload(&mut alarm.it.browser, &take_in, "file", b"{}").await.is(422).says("not the journal file");
    upload(&mut alarm.it.browser, &take_in, "file", b"").await.is(422).says("Choose a file");
    assert_eq!(alarm.state().await.lines.len(), 2, "nothing of them was taken in");
    upload(&mut alarm.it.browser, &take_in, "journal", &text(&back)).await.is(303);
    upload(&mut alarm.it.browser, &take_in, "journal", &text(&back)).await.is(303);
    let texts = alarm.it.browser.get(&alarm.home).await;
    texts.is(200).says("Before the cut").says("On the laptop").says("On the server");
    assert_eq!(alarm.state().await.lines.len(), 3);

    // On the laptop it was closed: taking that journal in closes it here, too, and the code is void.
    alarm.it.browser.get(&alarm.home).await.is(200);
    alarm.it.browser.submit(&format!("{}/doors", alarm.home), &[]).await.is(303);
    there.browser.get(&format!("{home}/close")).await.is(200);
    there.browser.submit(&format!("{home}/close"), &[("summary", "Over"), ("anyway", "yes")]).await.goes(&home);
    let ended = there.browser.get(&format!("{home}/journal.json")).await;
    let mut ended: JournalFile = serde_json::from_slice(&ended.is(200).bytes).expect("a journal");
    ended.room.facility = alarm.ward.facility;
    // The machine stopped after the last line, before the room itself was closed: the line is enough.
    ended.room.closed_at = None;
    alarm.it.browser.get(&take_in).await.is(200);
    upload(&mut alarm.it.browser, &take_in, "file", &text(&ended)).await.is(200).says("This record is closed");
    upload(&mut alarm.it.browser, &take_in, "journal", &text(&ended)).await.is(303);
    alarm.it.browser.get(&alarm.home).await.is(200).says("Closed on").says("Over");
    let room = alarm.room().await;
    assert!(room.closed_at.is_some());
    let store = &alarm.ward.world.app.store;
    let doors = store.doors(alarm.ward.facility, Purpose::Incident, room.id.0).await.expect("read");
    assert!(!doors.is_empty() && doors.iter().all(|door| !door.is_open(alarm.ward.world.now())));
    alarm.write(&[("kind", "note"), ("text", "too late")]).await.is(409);
}

/// Another installation. Its facility has an id of its own here, so that the tests put the laptop's into the file; a real
/// laptop is filled from a backup and has the same.
struct Laptop;

impl Laptop {
    async fn of(_: &Alarm) -> Ward {
        Ward::new().await
    }
}

#[tokio::test]
async fn evidence_goes_from_hand_to_hand_with_a_printed_label() {
    let mut alarm = Alarm::new().await;
    let hash = "0F".repeat(32);
    let first =
        [("kind", "custody"), ("item", "Disk 1"), ("holder", "Oda"), ("sha256", hash.as_str()), ("back", "#custody")];
    alarm.write(&first).await.goes(&format!("{}#custody", alarm.home));
    alarm.write(&[("kind", "custody"), ("item", "Disk 1"), ("holder", "Police")]).await.is(303);
    alarm
        .write(&[("kind", "custody"), ("item", "Disk 2"), ("holder", "Oda"), ("sha256", "short")])
        .await
        .is(422)
        .says("64 characters");
    let state = alarm.state().await;
    assert_eq!(state.custody.len(), 1);
    let label = &state.custody[0].label;
    alarm.it.browser.get(&alarm.home).await.is(200).says("Disk 1").says("Police").says(&hash.to_lowercase());
    let paper = alarm.it.browser.get(&format!("{}/custody/{label}/label.pdf", alarm.home)).await;
    assert!(paper.is(200).bytes.starts_with(b"%PDF"));
    alarm.it.browser.get(&format!("{}/custody/none/label.pdf", alarm.home)).await.is(404);

    alarm.it.browser.get(&alarm.home).await.is(200);
    let photo =
        alarm.it.browser.attach(&format!("{}/files", alarm.home), "screen.jpg", "image/jpeg", b"\xFF\xD8photo").await;
    photo.is(303);
    let page = alarm.it.browser.get(&alarm.home).await;
    page.is(200).says("screen.jpg");
    let (_, rest) = page.text.split_once(&format!("{}/files/", alarm.home)).expect("a link");
    let id = rest.split('"').next().expect("an id");
    let file = alarm.it.browser.get(&format!("{}/files/{id}", alarm.home)).await;
    assert_eq!(file.is(200).bytes, b"\xFF\xD8photo");
}

#[tokio::test]
async fn a_back_link_never_leads_elsewhere() {
    let mut alarm = Alarm::new().await;
    for back in ["//evil.example", "/../../..", "https://evil.example"] {
        let home = alarm.home.clone();
        alarm.write(&[("kind", "note"), ("text", "x"), ("back", back)]).await.goes(&home);
    }
}
