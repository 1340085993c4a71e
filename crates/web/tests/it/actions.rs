//! Corrective actions, calls through the contact tree, and what a drill came to.

use crate::ward::{Somebody, Ward};
use hakutaku_model::accounts::{Account, AccountList, Leaver, LeaversList};
use hakutaku_model::calls::CallRound;
use hakutaku_model::contacts::{ContactLine, Part};
use hakutaku_model::corrective::{CorrectiveAction, State, Watch};
use hakutaku_model::exercise::event::{DrillEvent, DrillSetup, TakingPart};
use hakutaku_model::exercise::scenario::Scenario;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::person::Role;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::room::{Author, RoomKind};
use serde_json::json;

fn at(facility: FacilityId, rest: &str) -> String {
    format!("/facilities/{facility}/{rest}")
}

async fn elsewhere(ward: &Ward, who: &Somebody) -> FacilityId {
    let profile = FacilityProfile {
        name: "Hidden Hospital".into(),
        kind: FacilityKind::Hospital,
        prefecture: 1,
        beds: 50,
        it_staff_tenths: 0,
    };
    let store = &ward.world.app.store;
    let other = store.create_facility(&ward.act(), &profile, &[]).await.expect("created").id;
    store.grant(&ward.act(), who.id, Some(other), Role::ItOperator).await.expect("granted");
    other
}

async fn noted(ward: &Ward, who: &mut Somebody, fields: &[(&str, &str)]) -> Kept<CorrectiveAction> {
    let list = at(ward.facility, "audits/actions");
    who.browser.get(&format!("{list}/new")).await.is(200);
    who.browser.submit(&list, fields).await.is(303);
    let rows = ward.world.app.store.records::<CorrectiveAction>(ward.facility).await.expect("lists");
    rows.last().expect("it was added").clone()
}

async fn kept(ward: &Ward, id: RecordId) -> Kept<CorrectiveAction> {
    ward.world.app.store.record_of(ward.facility, id).await.expect("is there")
}

fn accounts(left: bool) -> (AccountList, LeaversList) {
    let account: Account = serde_json::from_value(
        json!({"name": "yamada", "display_name": "Yamada", "staff_number": "1001", "enabled": left}),
    )
    .expect("reads");
    let leaver: Leaver =
        serde_json::from_value(json!({"name": "Yamada", "staff_number": "1001", "left_on": "2026-03-31"}))
            .expect("reads");
    let list: AccountList =
        serde_json::from_value(json!({"source": "AD", "file": "ad.csv", "accounts": [account]})).expect("reads");
    let leavers: LeaversList = serde_json::from_value(json!({"file": "left.csv", "leavers": [leaver]})).expect("reads");
    (list, leavers)
}

#[tokio::test]
async fn an_action_goes_from_noted_to_closed_by_a_second_person_and_its_history_stays() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut mori = ward.somebody("Mori", Role::SafetyManager).await;
    let list = at(ward.facility, "audits/actions");
    sato.browser.get(&list).await.is(200).says("Nothing yet");
    let wrong = [("title", ""), ("due", "someday"), ("watch", "control"), ("controls", "no.such")];
    sato.browser.submit(&list, &wrong).await.is(422);
    let row = noted(
        &ward,
        &mut sato,
        &[
            ("title", "Put paper on every ward"),
            ("owner", "Murai"),
            ("due", "2099-01-31"),
            ("controls", "bcp.paper-operation"),
            ("preventive", "yes"),
        ],
    )
    .await;
    let one = format!("{list}/{}", row.id);
    sato.browser.get(&list).await.is(200).says("Put paper on every ward").says("Murai").says("31 January 2099");
    sato.browser.get(&one).await.is(200).says("checklist").says("#item-");

    let done = [("version", "1"), ("remark", "Boxes on all wards")];
    let path = format!("{one}/done");
    finish(&mut sato, &path, &done, Some(("photo.jpg", b"\xff\xd8jpeg"))).await.is(303);
    let row = kept(&ward, row.id).await;
    assert_eq!((row.body.done.as_ref().map(|deed| deed.by.as_str()), row.body.documents.len()), (Some("Sato"), 1));
    finish(&mut sato, &path, &done, None).await.is(409).says("Sato");
    finish(&mut sato, &path, &[("version", "2")], None).await.is(422).says("reported as done already");

    sato.browser.submit(&format!("{one}/close"), &[("version", "2")]).await.is(422).says("a second person has to look");
    mori.browser.get(&one).await.is(200).says("photo.jpg");
    let close = [("version", "2"), ("remark", "Saw the boxes"), ("effect_due", "2000-01-01")];
    mori.browser.submit(&format!("{one}/close"), &close).await.is(422).says("after today");
    let close = [("version", "2"), ("remark", "Saw the boxes"), ("effect_due", "2099-06-01")];
    mori.browser.submit(&format!("{one}/close"), &close).await.is(303);
    let today = ward.world.now().date_in_japan();
    assert_eq!(kept(&ward, row.id).await.body.state(today), State::Closed);

    mori.browser.submit(&format!("{one}/effect"), &[("version", "3")]).await.is(422);
    let bad = [("version", "3"), ("holds", "no"), ("remark", "Two wards are empty again")];
    mori.browser.submit(&format!("{one}/effect"), &bad).await.is(303);
    let page = mori.browser.get(&one).await;
    page.is(200)
        .says("Two wards are empty again")
        .says("Saw the boxes")
        .says("Boxes on all wards")
        .says("Opened again");
    mori.browser.submit(&format!("{one}/reopen"), &[("version", "4"), ("why", "x")]).await.is(422).says("open already");

    let mut auditor = ward.somebody("Audit", Role::Auditor).await;
    auditor.browser.get(&one).await.is(200);
    auditor.browser.submit(&format!("{one}/retire"), &[("version", "4")]).await.is(403);
    let other = elsewhere(&ward, &sato).await;
    sato.browser.get(&at(other, &format!("audits/actions/{}", row.id))).await.is(404);
    sato.browser.submit(&at(other, &format!("audits/actions/{}/close", row.id)), &[("version", "4")]).await.is(404);
}

/// Reports as done with the page's own form.
async fn finish(
    who: &mut Somebody,
    path: &str,
    fields: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
) -> crate::world::Answer {
    let mut body = Vec::new();
    let csrf = [("csrf", who.browser.csrf.clone())];
    let texts = csrf.iter().map(|(name, value)| (*name, value.as_str())).chain(fields.iter().copied());
    for (name, value) in texts {
        body.extend(
            format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    if let Some((name, content)) = file {
        body.extend(
            format!("--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/jpeg\r\n\r\n").into_bytes(),
        );
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--part--\r\n");
    let request = who
        .browser
        .request(axum::http::Method::POST, path)
        .header(axum::http::header::CONTENT_TYPE, "multipart/form-data; boundary=part")
        .body(axum::body::Body::from(body))
        .expect("a request");
    who.browser.send(request).await
}

#[tokio::test]
async fn a_fact_that_turns_bad_opens_a_closed_action_by_itself_and_the_page_of_the_facility_says_so() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut mori = ward.somebody("Mori", Role::SafetyManager).await;
    let (list, leavers) = accounts(false);
    let accounts_row = store.add_record(&ward.act(), ward.facility, &list).await.expect("added");
    store.add_record(&ward.act(), ward.facility, &leavers).await.expect("added");
    let row = noted(&ward, &mut sato, &[("title", "Stop leavers"), ("watch", "nobody-left-signs-in")]).await;
    assert_eq!(row.body.watch, Some(Watch::NobodyLeftSignsIn));
    let one = at(ward.facility, &format!("audits/actions/{}", row.id));
    finish(&mut sato, &format!("{one}/done"), &[("version", "1")], None).await.is(303);
    mori.browser.get(&one).await.is(200);
    mori.browser.submit(&format!("{one}/close"), &[("version", "2")]).await.is(303);
    mori.browser
        .get(&at(ward.facility, "audits/actions"))
        .await
        .is(200)
        .keeps_quiet_about("opened again by themselves");

    let (bad, _) = accounts(true);
    store
        .change_record(&ward.act(), ward.facility, accounts_row.id, accounts_row.version, &bad)
        .await
        .expect("changed");
    let home = format!("/facilities/{}", ward.facility);
    mori.browser.get(&home).await.is(200).says("opened again by themselves").says("Stop leavers");
    mori.browser.get(&home).await.is(200).keeps_quiet_about("opened again by themselves");
    let page = mori.browser.get(&one).await;
    page.is(200).says("Nobody who has left can still sign in").says("A fact turned bad");
    let now = kept(&ward, row.id).await;
    assert_eq!(now.body.reopened.len(), 1);
    assert_eq!(now.body.reopened[0].closed.as_ref().map(|deed| deed.by.as_str()), Some("Mori"));
}

#[tokio::test]
async fn a_closed_action_is_told_beside_the_question_it_strengthens() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut mori = ward.somebody("Mori", Role::SafetyManager).await;
    let question = ward.world.app.catalogue.questionnaire("hospital-it").expect("known");
    let asked = question.question("it-backup-01").expect("known").controls[0].to_string();
    let row = noted(&ward, &mut sato, &[("title", "A disk off the net"), ("controls", &asked)]).await;
    let field = ward.at("fields/backup");
    sato.browser.get(&field).await.is(200).keeps_quiet_about("A disk off the net");
    let one = at(ward.facility, &format!("audits/actions/{}", row.id));
    finish(&mut sato, &format!("{one}/done"), &[("version", "1")], None).await.is(303);
    mori.browser.get(&one).await.is(200);
    mori.browser.submit(&format!("{one}/close"), &[("version", "2")]).await.is(303);
    sato.browser.get(&field).await.is(200).says("Closed since the answer before").says("A disk off the net");
}

async fn chart(ward: &Ward) {
    let line = |part, name: &str, phone: &str| ContactLine {
        name: name.into(),
        phone_day: phone.into(),
        ..ContactLine::of(part)
    };
    let lines = [
        line(Part::It, "Oda", "054-000-1101"),
        line(Part::SafetyManager, "Fujimori", "ext. 2010"),
        line(Part::Police, "Desk", "054-000-0110"),
    ];
    ward.world.app.store.add_records(&ward.act(), ward.facility, &lines).await.expect("added");
}

#[tokio::test]
async fn calls_are_marked_with_one_tap_and_become_a_record_a_fact_and_an_action() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let list = at(ward.facility, "plan/calls");
    sato.browser.get(&list).await.is(200).says("There is no contact chart yet");
    chart(&ward).await;
    sato.browser.get(&list).await.is(200).says("Not held yet");
    sato.browser.submit(&list, &[("reach", "moon"), ("aim", "x")]).await.is(422);
    let begin = [("reach", "house"), ("time", "day"), ("aim", "10"), ("message", "This is a drill")];
    sato.browser.submit(&list, &begin).await.is(303);
    let id = store.records::<CallRound>(ward.facility).await.expect("lists")[0].id;
    let one = format!("{list}/{id}");
    let page = sato.browser.get(&one).await;
    page.is(200).says("tel:0540001101").says("This is a drill").keeps_quiet_about("Desk");

    sato.browser.submit(&format!("{one}/lines/0"), &[("do", "answered")]).await.is(303);
    sato.browser.submit(&format!("{one}/lines/1"), &[("do", "no-answer")]).await.is(303);
    sato.browser.submit(&format!("{one}/lines/1"), &[("do", "undo")]).await.is(303);
    sato.browser.submit(&format!("{one}/lines/1"), &[("do", "undo")]).await.is(422);
    sato.browser.submit(&format!("{one}/lines/1"), &[("do", "wrong-number")]).await.is(303);
    sato.browser.submit(&format!("{one}/lines/9"), &[("do", "answered")]).await.is(404);
    sato.browser.submit(&format!("{one}/lines/1"), &[("do", "shouted")]).await.is(422);
    let today = ward.world.now().date_in_japan();
    let facts = store.facts(&ward.world.app.catalogue, ward.facility, today).await.expect("facts");
    assert_eq!(facts.drills, None, "a round that still runs is no fact");
    sato.browser.submit(&format!("{one}/end"), &[("remark", "Old number")]).await.is(303);
    sato.browser.submit(&format!("{one}/lines/1"), &[("do", "answered")]).await.is(422).says("ended already");
    let facts =
        store.facts(&ward.world.app.catalogue, ward.facility, today).await.expect("facts").drills.expect("held");
    assert_eq!((facts.newest_call, facts.not_reached, facts.call_within_year), (Some(today), 1, true));

    let page = sato.browser.get(&one).await;
    page.is(200).says("Old number").says("Make it an improvement");
    let link = page.text.split("href=\"").find(|rest| rest.contains("/new?")).expect("a link");
    let link = link.split('"').next().expect("an address").replace("&#38;", "&").replace("&amp;", "&");
    sato.browser.get(&link).await.is(200).says("Fujimori").says("value=\"incident.contact-chart\" checked");
    let action = noted(
        &ward,
        &mut sato,
        &[("title", "Correct it"), ("source", "call"), ("round", &id.to_string()), ("found", "line-1")],
    )
    .await;
    sato.browser.get(&one).await.is(200).says("Correct it").keeps_quiet_about("Make it an improvement");
    let page = sato.browser.get(&at(ward.facility, &format!("audits/actions/{}", action.id))).await;
    page.is(200).says(&format!("plan/calls/{id}"));
    let pdf = sato.browser.get(&format!("{one}/record.pdf")).await;
    pdf.is(200);
    assert!(pdf.bytes.starts_with(b"%PDF"));

    let other = elsewhere(&ward, &sato).await;
    sato.browser.get(&at(other, &format!("plan/calls/{id}"))).await.is(404);
    let strange = [("title", "x"), ("source", "call"), ("round", &id.to_string())];
    sato.browser.submit(&at(other, "audits/actions"), &strange).await.is(404);
}

fn scenario() -> Scenario {
    let text = |en: &str| json!({ "ja": en, "en": en });
    serde_json::from_value(json!({
        "format": "hakutaku-exercise/1", "id": "small", "title": text("Small drill"), "summary": text("Call the vendor."),
        "for": ["hospital"], "kind": "tabletop", "minutes": 20,
        "objectives": [{"id": "call-early", "text": text("Call early"), "controls": ["bcp.drill"], "plan_sections": ["activation"]}],
        "roles": [{"id": "it", "title": text("IT"), "brief": text("On duty"), "check_sheet": []}],
        "phases": [{"id": "first", "title": text("Notice"), "minutes": [0, 20], "questions": []}],
        "injects": [{"id": "note", "phase": "first", "at": 1, "to": ["it"], "kind": "technical", "text": text("A note"),
            "expects": [{"id": "call", "role": "it", "text": text("Call the vendor"), "within": 5, "objective": "call-early"}]}],
        "evaluation": {"scale": {}, "sections": []}, "hot_wash": [],
    }))
    .expect("a scenario")
}

async fn held(ward: &Ward, conductor: FacilityId, facilities: Vec<TakingPart>) -> RoomId {
    let store = &ward.world.app.store;
    let setup = DrillSetup::new(scenario(), facilities);
    let sides = setup.sides();
    let setup = serde_json::to_value(&setup).expect("writes");
    let room = store.create_room(&ward.act(), conductor, RoomKind::Drill, "Autumn drill", &setup).await.expect("made");
    let author = |name: &str, role: &str, facility| Author {
        name: name.into(),
        role: role.into(),
        person: None,
        seat: None,
        facility,
    };
    let several = !sides.is_empty();
    let conducts = author("Kubota", "conductor", None);
    let mut events = vec![
        (conducts.clone(), DrillEvent::Started { speed: 1, facilities: sides.clone() }),
        (conducts.clone(), DrillEvent::InjectFired { inject: "note".into(), by_hand: false, facility: None }),
    ];
    for (at, side) in sides.iter().enumerate() {
        events.push((author(&format!("Player {at}"), "it", Some(*side)), DrillEvent::Joined { role: "it".into() }));
    }
    events.push((conducts, DrillEvent::Ended));
    for (second, (author, event)) in (0..).zip(events) {
        let at = ward.world.now().plus_seconds(second * 600);
        store.append_entries(room.id, &[event.draft(&author, at, several)]).await.expect("written");
    }
    room.id
}

#[tokio::test]
async fn a_gap_of_a_drill_is_followed_by_clicks_to_the_checklist_answer_it_changes() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut mori = ward.somebody("Mori", Role::SafetyManager).await;
    sato.browser.get(&at(ward.facility, "plan/drills/trend")).await.is(200).says("No drill was held");
    let room = held(&ward, ward.facility, Vec::new()).await;
    let report = at(ward.facility, &format!("plan/drills/{room}/report"));
    let page = sato.browser.get(&report).await;
    page.is(200).says("Call the vendor").says("Not done").says("Make it an improvement");
    let link = page.text.split("href=\"").find(|rest| rest.contains("/new?")).expect("a link");
    let link = link.split('"').next().expect("an address").replace("&#38;", "&").replace("&amp;", "&");
    let form = sato.browser.get(&link).await;
    form.is(200).says("value=\"bcp.drill\" checked").says("value=\"activation\"");
    let hidden = |name: &str| {
        let (_, rest) = form.text.split_once(&format!("name=\"{name}\" value=\"")).expect("carried");
        rest.split('"').next().expect("a value").to_owned()
    };
    let (room_field, found, objective) = (hidden("room"), hidden("found"), hidden("objective"));
    let action = noted(
        &ward,
        &mut sato,
        &[
            ("title", "Numbers at the phone"),
            ("source", "drill"),
            ("room", &room_field),
            ("found", &found),
            ("objective", &objective),
            ("controls", "bcp.drill"),
            ("owner", "Oda"),
        ],
    )
    .await;
    sato.browser.get(&report).await.is(200).says("Numbers at the phone").says("Oda");
    let one = at(ward.facility, &format!("audits/actions/{}", action.id));
    let page = sato.browser.get(&one).await;
    page.is(200).says(&format!("plan/drills/{room}/report"));
    let line = page.text.split("href=\"").find(|rest| rest.contains("#item-")).expect("a line of the form");
    let line = line.split('"').next().expect("an address").to_owned();
    let form_page = line.split('#').next().expect("a page").to_owned();
    sato.browser.get(&form_page).await.is(200).says("Autumn drill").keeps_quiet_about("Numbers at the phone");

    finish(&mut sato, &format!("{one}/done"), &[("version", "1")], None).await.is(303);
    mori.browser.get(&one).await.is(200);
    mori.browser.submit(&format!("{one}/close"), &[("version", "2")]).await.is(303);
    let page = sato.browser.get(&form_page).await;
    page.is(200).says("Numbers at the phone").says(line.split('#').nth(1).expect("an anchor"));
    let today = ward.world.now().date_in_japan();
    let drills =
        store.facts(&ward.world.app.catalogue, ward.facility, today).await.expect("facts").drills.expect("held");
    assert_eq!((drills.held, drills.gaps, drills.gaps_closed, drills.within_year), (1, 1, 1, true));

    sato.browser.get(&at(ward.facility, "plan/drills/trend")).await.is(200).says("Call early").says("0 / 1");
    let pdf = sato.browser.get(&format!("{report}.pdf")).await;
    pdf.is(200);
    assert!(pdf.bytes.starts_with(b"%PDF"));
    let docx = sato.browser.get(&format!("{report}.docx")).await;
    docx.is(200);
    assert!(docx.bytes.starts_with(b"PK"));
}

#[tokio::test]
async fn of_a_drill_of_several_facilities_each_sees_its_own_record_only() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let other = elsewhere(&ward, &sato).await;
    let part = |facility, name: &str| TakingPart { facility, name: name.into() };
    let room = held(&ward, ward.facility, vec![part(ward.facility, "Here"), part(other, "There")]).await;
    let here = sato.browser.get(&at(ward.facility, &format!("plan/drills/{room}/report"))).await;
    here.is(200).says("Player 0").keeps_quiet_about("Player 1");
    let there = sato.browser.get(&at(other, &format!("plan/drills/{room}/report"))).await;
    there.is(200).says("Player 1").keeps_quiet_about("Player 0");
    let alone = held(&ward, ward.facility, Vec::new()).await;
    sato.browser.get(&at(other, &format!("plan/drills/{alone}/report"))).await.is(404);
    let strange = [("title", "x"), ("source", "drill"), ("room", &alone.to_string())];
    sato.browser.submit(&at(other, "audits/actions"), &strange).await.is(404);
}
