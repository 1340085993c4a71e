//! Setting up: five steps, resumable, once.

use crate::world::{Visitor, World, code_of};
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::person::Role;
use hakutaku_web::begin_setup;

async fn link(world: &World) -> String {
    let token = begin_setup(&world.app.store, world.now()).await.expect("the store works").expect("not set up");
    format!("/setup?token={token}")
}

const ADMINISTRATOR: [(&str, &str); 4] = [
    ("display_name", "山田 花子"),
    ("username", "yamada"),
    ("password", "three quiet herons"),
    ("repeat", "three quiet herons"),
];

const HOSPITAL: [(&str, &str); 5] =
    [("name", "白沢病院"), ("kind", "hospital"), ("prefecture", "13"), ("beds", "２４０"), ("it_staff", "1.5")];

async fn up_to_the_facility(world: &World) -> Visitor {
    let mut visitor = world.visitor();
    let link = link(world).await;
    visitor.get(&link).await.goes("/setup/language");
    visitor.get("/setup/language").await.is(200).says("Welcome");
    visitor.submit("/setup/language", &[("lang", "en")]).await.goes("/setup/administrator");
    visitor.get("/setup/administrator").await.is(200);
    visitor.submit("/setup/administrator", &ADMINISTRATOR).await.goes("/setup/second-factor");
    let page = visitor.get("/setup/second-factor").await;
    let code = code_of(&page.text);
    visitor.submit("/setup/second-factor", &[("code", &code)]).await.goes("/setup/facility");
    visitor
}

#[tokio::test]
async fn five_steps_lead_from_nothing_to_a_signed_in_administrator() {
    let world = World::new().await;
    let mut visitor = up_to_the_facility(&world).await;
    visitor.get("/setup/facility").await.is(200).says("Prefecture");
    visitor.submit("/setup/facility", &HOSPITAL).await.goes("/setup/questionnaires");
    visitor.get("/setup/questionnaires").await.is(200);
    let chosen = [("questionnaire", "hospital-it"), ("questionnaire", "executive")];
    visitor.submit("/setup/questionnaires", &chosen).await.goes("/setup/done");
    visitor.get("/setup/done").await.is(200).says("All set");
    visitor.get("/").await.is(200).says("白沢病院");

    assert!(world.app.store.is_set_up().await.expect("the store works"));
    let facility = &world.app.store.facilities().await.expect("the store works")[0];
    assert_eq!((facility.profile.kind, facility.profile.beds), (FacilityKind::Hospital, 240));
    assert_eq!(facility.profile.it_staff_tenths, 15);
    assert_eq!(facility.questionnaires.len(), 2);
    let person = world.app.store.person_by_username("YAMADA").await.expect("the store works").expect("she is there");
    let roles = world.app.store.memberships_of(person.id).await.expect("the store works");
    assert_eq!(roles, [(None, Role::Administrator)]);
    assert!(person.has_totp);
}

#[tokio::test]
async fn the_link_works_once_and_nothing_works_without_it() {
    let world = World::new().await;
    let stranger = &mut world.visitor();
    for step in ["language", "administrator", "second-factor", "facility", "questionnaires"] {
        stranger.get(&format!("/setup/{step}")).await.is(410);
    }
    stranger.get("/setup?token=guess").await.is(410);

    let mut visitor = up_to_the_facility(&world).await;
    visitor.get("/setup/facility").await.is(200);
    visitor.submit("/setup/facility", &HOSPITAL).await.goes("/setup/questionnaires");
    visitor.get("/setup/questionnaires").await.is(200);
    visitor.submit("/setup/questionnaires", &[("questionnaire", "hospital-it")]).await.goes("/setup/done");
    visitor.get("/setup/administrator").await.is(410);
    assert_eq!(begin_setup(&world.app.store, world.now()).await.expect("the store works"), None);
}

#[tokio::test]
async fn a_newer_link_voids_the_older_one() {
    let world = World::new().await;
    let (older, newer) = (link(&world).await, link(&world).await);
    world.visitor().get(&older).await.is(410);
    world.visitor().get(&newer).await.goes("/setup/language");
}

#[tokio::test]
async fn going_back_changes_what_was_said_and_makes_nothing_twice() {
    let world = World::new().await;
    let mut visitor = up_to_the_facility(&world).await;
    visitor.get("/setup/facility").await.is(200);
    visitor.submit("/setup/facility", &HOSPITAL).await.goes("/setup/questionnaires");
    visitor.get("/setup/facility").await.is(200).says("白沢病院").says("value=\"1.5\"");
    let clinic = [("name", "白沢診療所"), ("kind", "clinic"), ("prefecture", "1"), ("beds", ""), ("it_staff", "0")];
    visitor.submit("/setup/facility", &clinic).await.goes("/setup/questionnaires");
    let facilities = world.app.store.facilities().await.expect("the store works");
    assert_eq!(facilities.len(), 1);
    assert_eq!(facilities[0].profile.name, "白沢診療所");
    // Another kind brings another suggestion.
    assert_eq!(facilities[0].questionnaires, ["small-facility".into()]);

    visitor.get("/setup/administrator").await.is(200).says("readonly");
    visitor.submit("/setup/administrator", &ADMINISTRATOR).await.goes("/setup/second-factor");
    assert_eq!(world.app.store.people().await.expect("the store works").len(), 1);
}

#[tokio::test]
async fn another_browser_goes_on_where_the_first_one_stopped() {
    let world = World::new().await;
    up_to_the_facility(&world).await;
    let mut visitor = world.visitor();
    let link = link(&world).await;
    visitor.get(&link).await.goes("/setup/language");
    visitor.get("/setup/language").await.is(200);
    visitor.submit("/setup/language", &[("lang", "ja")]).await.goes("/setup/facility");
}

#[tokio::test]
async fn nobody_gets_past_the_administrator_without_a_second_factor() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    let link = link(&world).await;
    visitor.get(&link).await;
    visitor.get("/setup/administrator").await.is(200);
    visitor.submit("/setup/administrator", &ADMINISTRATOR).await.goes("/setup/second-factor");
    visitor.get("/setup/facility").await.goes("/setup/second-factor");
    visitor.get("/").await.goes("/sign-in");
    visitor.get("/setup/second-factor").await.is(200);
    visitor.submit("/setup/second-factor", &[("code", "000000")]).await.is(422).says("These digits are wrong");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays() {
    let world = World::new().await;
    let mut visitor = world.visitor();
    let link = link(&world).await;
    visitor.get(&link).await;
    visitor.get("/setup/administrator").await.is(200);
    let typed = [("display_name", "山田 花子"), ("username", "ya mada"), ("password", "password1234"), ("repeat", "x")];
    let page = visitor.submit("/setup/administrator", &typed).await;
    page.is(422).says("山田 花子").says("id=\"username-wrong\"").says("id=\"password-wrong\"");
    page.says("aria-describedby=\"username-hint username-wrong\" aria-invalid=\"true\"");
    assert!(!page.text.contains("password1234"), "a password never comes back");
}
