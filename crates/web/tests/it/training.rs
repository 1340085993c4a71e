//! Courses: staff, a course by telephone and by paper, who is late, certificates.

use crate::ward::{Somebody, Ward};
use crate::world::Visitor;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::person::Role;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::training::{Attendance, Course, Session, StaffMember, Way};

fn at(facility: FacilityId, rest: &str) -> String {
    format!("/facilities/{facility}/training{rest}")
}

async fn staff(ward: &Ward) -> Vec<Kept<StaffMember>> {
    ward.world.app.store.records(ward.facility).await.expect("lists")
}

async fn attendance(ward: &Ward) -> Vec<Kept<Attendance>> {
    ward.world.app.store.records(ward.facility).await.expect("lists")
}

const LIST: &str =
    "職員番号,氏名,部署,職種\n101,佐藤 花,3階病棟,看護師\n102,鈴木 一,3階病棟,看護師\n201,今井 幸子,医事課,医事\n";

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("there");
    let value = rest.split('"').next().unwrap_or_default();
    value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Loads a list of staff and confirms it.
async fn load(ward: &Ward, who: &mut Somebody, list: &str) {
    let page = who.browser.attach(&at(ward.facility, "/staff/import"), "list.csv", "text/csv", list.as_bytes()).await;
    page.is(200);
    let run = hidden(&page.text, "run");
    who.browser
        .submit(&at(ward.facility, "/staff/import/confirm"), &[("run", &run)])
        .await
        .goes(&at(ward.facility, "/staff"));
}

/// A course with a built-in lesson and something to agree to, and a day for it.
async fn course(ward: &Ward, who: &mut Somebody) -> (RecordId, RecordId) {
    let year = ward.this_year().0.to_string();
    let fields = [
        ("title", "Everybody's course"),
        ("year", year.as_str()),
        ("lessons", "suspicious-mail"),
        ("quiz_needed", "yes"),
        ("pass_percent", "75"),
        ("agreement", "I take nothing home."),
    ];
    who.browser.submit(&at(ward.facility, ""), &fields).await.is(303);
    let courses: Vec<Kept<Course>> = ward.world.app.store.records(ward.facility).await.expect("lists");
    let course = courses[0].id;
    let today = ward.world.now().date_in_japan().to_string();
    let day = [("held_on", today.as_str()), ("kind", "meeting"), ("teacher", "Fujimori")];
    who.browser.submit(&at(ward.facility, &format!("/courses/{course}/sessions")), &day).await.is(303);
    let sessions: Vec<Kept<Session>> = ward.world.app.store.records(ward.facility).await.expect("lists");
    (course, sessions[0].id)
}

/// The code that stands on the page of a session.
fn code_on(page: &str) -> String {
    let (_, rest) = page.split_once("<p class=\"tr-code\">").expect("a code");
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// Comes in by the code and finishes with these answers.
async fn take_part(ward: &Ward, code: &str, name: &str, department: &str, more: &[(&str, &str)]) -> Visitor {
    let mut phone = ward.world.visitor();
    phone.get(&format!("/join/{code}")).await.is(200).says("Shirasawa");
    phone.submit(&format!("/join/{code}"), &[("name", name), ("role", department)]).await.goes("/seat/course");
    phone.get("/seat/course").await.is(200).says("When a mail looks odd");
    let mut fields = vec![("agree", "yes")];
    fields.extend_from_slice(more);
    phone.submit("/seat/course", &fields).await.goes("/seat/course");
    phone
}

const RIGHT: [(&str, &str); 4] = [("answer-0", "1"), ("answer-1", "2"), ("answer-2", "0"), ("answer-3", "1")];

#[tokio::test]
async fn a_list_of_staff_is_judged_row_by_row_before_anything_is_saved() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&at(ward.facility, "")).await.is(200).says("First, load the list of staff");
    sato.browser.get(&at(ward.facility, "/staff")).await.is(200);
    let import = at(ward.facility, "/staff/import");
    let patients = "氏名,患者番号\n佐藤,1\n";
    sato.browser.attach(&import, "x.csv", "text/csv", patients.as_bytes()).await.is(422).says("patients");
    let bad = "職員番号,氏名,部署\n1,佐藤,外来\n1,鈴木,外来\n2,,外来\n";
    sato.browser.attach(&import, "x.csv", "text/csv", bad.as_bytes()).await.is(422).says("2 rows need mending");
    assert_eq!(staff(&ward).await.len(), 0, "nothing is half done");

    load(&ward, &mut sato, LIST).await;
    assert_eq!(staff(&ward).await.len(), 3);
    let moved = "職員番号,氏名,部署,職種\n101,佐藤 花,4階病棟,看護師\n102,鈴木 一,3階病棟,看護師\n";
    let page = sato.browser.attach(&import, "x.csv", "text/csv", moved.as_bytes()).await;
    page.is(200).says("Changed").says("In the list but not in this file: 1").says("今井 幸子");
    let run = hidden(&page.text, "run");
    sato.browser.submit(&format!("{import}/confirm"), &[("run", &run), ("absent", "left")]).await.is(303);
    let list = staff(&ward).await;
    let of = |number: &str| list.iter().find(|row| row.body.number == number).expect("there").body.clone();
    assert_eq!(of("101").department, "4階病棟");
    assert!(of("201").left_on.is_some(), "who left is marked, not removed");
    sato.browser.submit(&format!("{import}/confirm"), &[("run", "[{\"row\":1}]")]).await.is(422);
    sato.browser.submit(&format!("{import}/confirm"), &[("run", "nonsense")]).await.is(422);
}

#[tokio::test]
async fn five_minutes_on_a_telephone_finish_a_course_and_lead_to_a_certificate() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::SafetyManager).await;
    load(&ward, &mut sato, LIST).await;
    let (course, session) = course(&ward, &mut sato).await;
    let page = at(ward.facility, &format!("/sessions/{session}"));
    sato.browser.get(&page).await.is(200).says("The way in is closed");
    sato.browser.submit(&format!("{page}/door"), &[]).await.goes(&page);
    let code = code_on(&sato.browser.get(&page).await.text);

    // Everything missing is said at once, and nothing is kept.
    let mut hasty = ward.world.visitor();
    hasty.get(&format!("/join/{code}")).await.is(200);
    hasty.submit(&format!("/join/{code}"), &[("name", "佐藤花"), ("role", "3階病棟")]).await.is(303);
    hasty.get("/seat/course").await.is(200).keeps_quiet_about("Staff number");
    hasty.submit("/seat/course", &[]).await.is(422).says("still open").says("tick the box");
    assert_eq!(attendance(&ward).await.len(), 0);

    // Too many wrong answers: it is there, but not finished; a second try finishes it.
    let wrong = [("answer-0", "0"), ("answer-1", "0"), ("answer-2", "0"), ("answer-3", "0")];
    let mut phone = take_part(&ward, &code, "佐藤花", "3階病棟", &wrong).await;
    phone.get("/seat/course").await.is(200).says("Nearly there").says("1 of 4 right").says("A call is safe");
    let certificate = |who: RecordId| at(ward.facility, &format!("/courses/{course}/certificates/{who}"));
    let list = staff(&ward).await;
    let hana = list.iter().find(|row| row.body.number == "101").expect("there").id;
    sato.browser.get(&certificate(hana)).await.is(422);
    phone.get("/seat/course?again=1").await.is(200);
    let mut fields = vec![("agree", "yes")];
    fields.extend_from_slice(&RIGHT);
    phone.submit("/seat/course", &fields).await.is(303);
    phone.get("/seat/course").await.says("Thank you").says("4 of 4 right");
    let rows = attendance(&ward).await;
    assert_eq!((rows.len(), rows[0].body.staff, rows[0].body.way), (1, Some(hana), Way::Code));

    let pdf = sato.browser.get(&certificate(hana)).await;
    assert!(pdf.is(200).bytes.starts_with(b"%PDF"));
    let sheet = sato.browser.get(&format!("{page}/sheet.pdf")).await;
    assert!(sheet.is(200).bytes.starts_with(b"%PDF"));
    sato.browser.get(&at(ward.facility, "/late")).await.is(200).says("鈴木 一").keeps_quiet_about("佐藤 花");
    sato.browser.get(&at(ward.facility, &format!("/courses/{course}"))).await.is(200).says("1 of 3 (33%)");

    // Closed, those inside are out.
    sato.browser.submit(&format!("{page}/door/close"), &[]).await.is(303);
    phone.get("/seat/course").await.is(404);
}

#[tokio::test]
async fn who_is_not_found_gives_a_number_or_is_found_later() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    load(&ward, &mut sato, &format!("{LIST}103,佐藤 花,3階病棟,看護師\n")).await;
    let (_, session) = course(&ward, &mut sato).await;
    let page = at(ward.facility, &format!("/sessions/{session}"));
    sato.browser.get(&page).await.is(200);
    sato.browser.submit(&format!("{page}/door"), &[]).await.is(303);
    let code = code_on(&sato.browser.get(&page).await.text);

    let mut phone = ward.world.visitor();
    phone.get(&format!("/join/{code}")).await.is(200);
    phone.submit(&format!("/join/{code}"), &[("name", "佐藤 花"), ("role", "3階病棟")]).await.is(303);
    phone.get("/seat/course").await.says("Staff number");
    let with = |number: &'static str| {
        let mut fields = vec![("agree", "yes"), ("number", number)];
        fields.extend_from_slice(&RIGHT);
        fields
    };
    phone.submit("/seat/course", &with("")).await.is(422).says("Give your staff number");
    phone.submit("/seat/course", &with("102")).await.is(422).says("does not seem to belong");
    phone.submit("/seat/course", &with("103")).await.is(303);
    let list = staff(&ward).await;
    let of = |number: &str| list.iter().find(|row| row.body.number == number).expect("there").id;
    assert_eq!(attendance(&ward).await[0].body.staff, Some(of("103")));

    let mut unlisted = vec![("unlisted", "yes")];
    unlisted.extend_from_slice(&RIGHT);
    take_part(&ward, &code, "すずき", "-", &unlisted).await.get("/seat/course").await.says("find out later");
    sato.browser.get(&page).await.says("People not found in the list").says("すずき");
    let row = attendance(&ward).await.into_iter().find(|row| row.body.staff.is_none()).expect("there").id.to_string();
    let member = of("102").to_string();
    sato.browser.submit(&format!("{page}/assign"), &[("row", &row), ("member", "")]).await.is(422);
    sato.browser.submit(&format!("{page}/assign"), &[("row", &row), ("member", &member)]).await.is(303);
    assert!(attendance(&ward).await.iter().all(|row| row.body.staff.is_some()));
}

#[tokio::test]
async fn a_paper_list_is_photographed_ticked_and_taken_back() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    load(&ward, &mut sato, LIST).await;
    let (_, session) = course(&ward, &mut sato).await;
    let page = at(ward.facility, &format!("/sessions/{session}"));
    sato.browser.get(&page).await.is(200);
    sato.browser.attach(&format!("{page}/photos"), "list.jpg", "image/jpeg", b"\xff\xd8photo").await.is(303);
    sato.browser.get(&page).await.says("list.jpg");
    let list = staff(&ward).await;
    let [one, two] = [0, 1].map(|at| list[at].id.to_string());
    let ticks =
        [("shown", one.as_str()), ("shown", &two), ("here", &one), ("quiz", &one), ("agreed", &one), ("here", &two)];
    sato.browser.submit(&format!("{page}/ticks"), &ticks).await.is(303);
    let rows = attendance(&ward).await;
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.body.way == Way::Paper));
    sato.browser.get(&at(ward.facility, "")).await.says("1 of 3 (33%)");
    let back = [("shown", two.as_str()), ("was", &two)];
    sato.browser.submit(&format!("{page}/ticks"), &back).await.is(303);
    assert_eq!(attendance(&ward).await.len(), 1);
    let facts = ward.world.app.store.training_facts(ward.facility, ward.world.now().date_in_japan()).await;
    let facts = facts.expect("reads").expect("begun");
    assert_eq!((facts.sessions, facts.expected, facts.complete), (1, 3, 1));
}

#[tokio::test]
async fn a_course_keeps_its_version_says_what_is_wrong_and_stays_in_its_house() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&at(ward.facility, "/new?lesson=note-on-the-screen")).await.is(200).says("A strange note");
    let year = ward.this_year().0.to_string();
    let bad = [
        ("title", ""),
        ("year", "soon"),
        ("links", "javascript:alert(1)"),
        ("quiz", "Who?\nme"),
        ("due", "2001-01-01"),
    ];
    let answer = sato.browser.submit(&at(ward.facility, ""), &bad).await;
    answer.is(422).says("beginning with http").says("two to six answers");
    let (course, session) = course(&ward, &mut sato).await;
    let one = at(ward.facility, &format!("/courses/{course}"));
    let change =
        |title: &'static str| [("title", title), ("year", year.as_str()), ("pass_percent", "80"), ("version", "1")];
    sato.browser.get(&format!("{one}/edit")).await.is(200);
    sato.browser.submit(&one, &change("First")).await.goes(&one);
    sato.browser.submit(&one, &change("Second")).await.is(409).says("saved first").says("First").says("Second");

    let profile = FacilityProfile {
        name: "Hidden Hospital".into(),
        kind: FacilityKind::Hospital,
        prefecture: 1,
        beds: 50,
        it_staff_tenths: 0,
    };
    let other = store.create_facility(&ward.act(), &profile, &[]).await.expect("created").id;
    store.grant(&ward.act(), sato.id, Some(other), Role::ItOperator).await.expect("granted");
    for rest in [format!("/courses/{course}"), format!("/sessions/{session}"), format!("/sessions/{session}/sheet.pdf")]
    {
        sato.browser.get(&at(other, &rest)).await.is(404);
    }
    sato.browser.submit(&at(other, &format!("/sessions/{session}/door")), &[]).await.is(404);
    let mut director = ward.somebody("Shiraishi", Role::Executive).await;
    director.browser.get(&one).await.is(200).says("First").keeps_quiet_about("Add a day");
    director.browser.submit(&format!("{one}/retire"), &[("version", "2")]).await.is(403);
    sato.browser.submit(&format!("{one}/retire"), &[("version", "1")]).await.is(409);
    sato.browser.submit(&format!("{one}/retire"), &[("version", "2")]).await.is(303);
    sato.browser.get(&one).await.is(404);
}

#[tokio::test]
async fn somebody_in_the_staff_is_added_changed_and_never_twice() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let list = at(ward.facility, "/staff");
    let new = [("number", "7"), ("name", "Abe"), ("department", "ICU"), ("role", "nurse")];
    sato.browser.get(&format!("{list}/new")).await.is(200);
    sato.browser.submit(&list, &new).await.goes(&list);
    sato.browser.submit(&list, &new).await.is(422).says("in the list already");
    let id = staff(&ward).await[0].id;
    let one = format!("{list}/{id}");
    let change = [("number", "7"), ("name", "Abe"), ("department", "Office"), ("role", "other"), ("version", "1")];
    sato.browser.submit(&one, &change).await.goes(&list);
    let late = [("number", "7"), ("name", "Abe"), ("department", "Ward"), ("role", "nurse"), ("version", "1")];
    sato.browser.submit(&one, &late).await.is(409).says("Office");
    let wrong =
        [("name", "Abe"), ("role", "nurse"), ("joined_on", "2026-04-02"), ("left_on", "2026-04-01"), ("version", "2")];
    sato.browser.submit(&one, &wrong).await.is(422).says("last day is before the first");
}

#[tokio::test]
async fn the_late_list_is_a_paper_for_the_heads_of_departments() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    load(&ward, &mut sato, LIST).await;
    course(&ward, &mut sato).await;
    let page = sato.browser.get(&at(ward.facility, "/late?only=late")).await;
    page.is(200).says("late.pdf?year=").says("only=late");
    for query in ["", "?only=late", "?year=1999"] {
        let paper = sato.browser.get(&at(ward.facility, &format!("/late.pdf{query}"))).await;
        assert!(paper.is(200).bytes.starts_with(b"%PDF"), "{query}");
    }
    let mut respondent = ward.somebody("Mikami", Role::Respondent).await;
    respondent.browser.get(&at(ward.facility, "/late.pdf")).await.is(403);
}
