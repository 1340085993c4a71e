//! Signing in and out.

use crate::world::{Visitor, World, code, code_of};
use hakutaku_model::id::PersonId;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_store::{Act, NewPerson};
use hakutaku_web::{begin_recovery, hash_password, remove_expired_links};

const PASSWORD: &str = "three quiet herons";

async fn person(world: &World, username: &str) -> PersonId {
    let act = Act::system(world.now());
    let new = NewPerson {
        username: username.into(),
        display_name: "Sato".into(),
        lang: Lang::En,
        password_hash: Some(hash_password(PASSWORD).expect("hashed")),
    };
    let store = &world.app.store;
    let id = store.create_person(&act, &new).await.expect("created").id;
    store.grant(&act, id, None, Role::Administrator).await.expect("granted");
    store.set_setting(&act, "setup.done", &true.into()).await.expect("set");
    id
}

async fn try_password(visitor: &mut Visitor, username: &str, password: &str) -> crate::world::Answer {
    visitor.get("/sign-in").await.is(200);
    visitor.submit("/sign-in", &[("username", username), ("password", password), ("back", "")]).await
}

#[tokio::test]
async fn a_password_leads_to_the_page_that_was_asked_for() {
    let world = World::new().await;
    person(&world, "sato").await;
    let mut visitor = world.visitor();
    visitor.get("/facilities").await.goes("/sign-in?back=%2Ffacilities");
    visitor.get("/sign-in?back=%2Ffacilities").await.is(200);
    let fields = [("username", "Sato"), ("password", PASSWORD), ("back", "/facilities")];
    visitor.submit("/sign-in", &fields).await.goes("/facilities");
    visitor.get("/facilities").await.is(200);
}

#[tokio::test]
async fn nobody_is_led_to_another_site_after_signing_in() {
    let world = World::new().await;
    person(&world, "sato").await;
    for elsewhere in ["https://example.com/", "//example.com", "/\\example.com"] {
        let mut visitor = world.visitor();
        visitor.get("/sign-in").await;
        let fields = [("username", "sato"), ("password", PASSWORD), ("back", elsewhere)];
        visitor.submit("/sign-in", &fields).await.goes("/");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let world = World::new().await;
    person(&world, "sato").await;
    let mut known = world.visitor();
    let mut unknown = world.visitor();
    let a = try_password(&mut known, "sato", "wrong wrong wrong").await;
    let b = try_password(&mut unknown, "nobody", "wrong wrong wrong").await;
    a.is(422).says("The user name or the password is wrong.");
    b.is(422);
    // But for the typed name and the random form tokens.
    let plain = |text: &str, csrf: &str, name: &str| text.replace(csrf, "").replace(name, "");
    assert_eq!(plain(&a.text, &known.csrf, "sato"), plain(&b.text, &unknown.csrf, "nobody"));
}

#[tokio::test]
async fn a_session_is_opaque_renewed_at_sign_in_and_gone_after_sign_out() {
    let world = World::new().await;
    person(&world, "sato").await;
    let mut visitor = world.visitor();
    let answer = try_password(&mut visitor, "sato", PASSWORD).await;
    let cookie = answer.headers.get("set-cookie").expect("a cookie").to_str().expect("ASCII");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && cookie.contains("; Path=/"), "{cookie}");
    let first = visitor.cookies["hakutaku-session"].clone();
    let thief = visitor.clone();

    let mut again = visitor.clone();
    again.get("/account").await.is(200);
    again.submit("/sign-out", &[]).await.goes("/sign-in");
    assert!(!again.cookies.contains_key("hakutaku-session"));
    thief.clone().get("/account").await.goes("/sign-in?back=%2Faccount");

    try_password(&mut again, "sato", PASSWORD).await.goes("/");
    assert_ne!(again.cookies["hakutaku-session"], first);
}

#[tokio::test]
async fn after_five_wrong_passwords_even_the_right_one_has_to_wait_and_others_do_not() {
    let world = World::new().await;
    person(&world, "sato").await;
    person(&world, "suzuki").await;
    let mut visitor = world.visitor();
    for _ in 0..=5 {
        try_password(&mut visitor, "sato", "wrong wrong wrong").await.is(422);
    }
    try_password(&mut visitor, "sato", PASSWORD).await.is(429).says("wait about");
    try_password(&mut visitor, "suzuki", PASSWORD).await.goes("/");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_works_once() {
    let world = World::new().await;
    let id = person(&world, "sato").await;
    let secret = [7_u8; 20];
    world.app.store.set_totp_secret(&Act::system(world.now()), id, Some(&secret)).await.expect("set");
    let code = code(&totp_rs::Secret::new(secret.into()).to_base32());

    let mut visitor = world.visitor();
    try_password(&mut visitor, "sato", PASSWORD).await.goes("/sign-in/second-factor");
    let half = visitor.cookies["hakutaku-session"].clone();
    visitor.get("/account").await.goes("/sign-in?back=%2Faccount");
    visitor.get("/sign-in/second-factor").await.is(200);
    visitor.submit("/sign-in/second-factor", &[("code", "000000")]).await.is(422);
    visitor.submit("/sign-in/second-factor", &[("code", &code)]).await.goes("/");
    visitor.get("/account").await.is(200);
    assert_ne!(visitor.cookies["hakutaku-session"], half, "the session is renewed");

    let mut replay = world.visitor();
    try_password(&mut replay, "sato", PASSWORD).await.goes("/sign-in/second-factor");
    replay.get("/sign-in/second-factor").await.is(200);
    replay.submit("/sign-in/second-factor", &[("code", &code)]).await.is(422).says("used already");
}

#[tokio::test]
async fn a_lost_phone_is_overcome_by_a_link_that_works_once() {
    let world = World::new().await;
    let id = person(&world, "sato").await;
    let store = &world.app.store;
    store.set_totp_secret(&Act::system(world.now()), id, Some(&[7; 20])).await.expect("set");
    assert_eq!(begin_recovery(store, "nobody", world.now()).await.expect("works"), None);
    let path = begin_recovery(store, "sato", world.now()).await.expect("works").expect("a path");

    let mut visitor = world.visitor();
    visitor.get(&path).await.is(200).says("sato");
    let fields = [("password", "four quiet herons"), ("repeat", "four quiet herons")];
    visitor.submit(&path, &fields).await.goes("/sign-in");
    visitor.get(&path).await.is(410);
    try_password(&mut visitor, "sato", PASSWORD).await.is(422);
    try_password(&mut visitor, "sato", "four quiet herons").await.goes("/");
}

#[tokio::test]
async fn a_link_that_was_never_used_is_cleared_away_once_it_has_ended() {
    let world = World::new().await;
    person(&world, "sato").await;
    let store = &world.app.store;
    let week = 7 * 24 * 60 * 60;
    let ended =
        begin_recovery(store, "sato", world.now().plus_seconds(-week - 1)).await.expect("works").expect("a path");
    let valid = begin_recovery(store, "sato", world.now()).await.expect("works").expect("a path");
    world.visitor().get(&ended).await.is(410);
    assert_eq!(remove_expired_links(store, world.now()).await.expect("clears"), 1);
    assert_eq!(remove_expired_links(store, world.now()).await.expect("clears"), 0);
    world.visitor().get(&ended).await.is(410);
    world.visitor().get(&valid).await.is(200).says("sato");
}

#[tokio::test]
async fn a_barred_person_is_out_at_once() {
    let world = World::new().await;
    let id = person(&world, "sato").await;
    person(&world, "who-remains").await;
    let mut visitor = world.visitor();
    try_password(&mut visitor, "sato", PASSWORD).await.goes("/");
    world.app.store.set_disabled(&Act::system(world.now()), id, true).await.expect("barred");
    visitor.get("/account").await.goes("/sign-in?back=%2Faccount");
    try_password(&mut visitor, "sato", PASSWORD).await.is(422);
}

#[tokio::test]
async fn the_authenticator_app_is_set_up_with_a_code_and_taken_off_with_the_password() {
    let world = World::new().await;
    let id = person(&world, "sato").await;
    let mut visitor = world.visitor();
    try_password(&mut visitor, "sato", PASSWORD).await.goes("/");
    let page = visitor.get("/account/totp").await;
    let code = code_of(&page.text);
    visitor.submit("/account/totp", &[("code", &code)]).await.goes("/account");
    assert!(world.app.store.person(id).await.expect("there").has_totp);
    visitor.get("/account").await.says("The authenticator app is set up.");
    visitor.submit("/account/totp/remove", &[("totp_password", "wrong")]).await.is(422);
    visitor.submit("/account/totp/remove", &[("totp_password", PASSWORD)]).await.goes("/account");
    assert!(!world.app.store.person(id).await.expect("there").has_totp);
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let world = World::new().await;
    person(&world, "sato").await;
    let mut here = world.visitor();
    let mut elsewhere = world.visitor();
    try_password(&mut here, "sato", PASSWORD).await;
    try_password(&mut elsewhere, "sato", PASSWORD).await;
    here.get("/account").await.is(200);
    let fields = [("current", PASSWORD), ("password", "four quiet herons"), ("repeat", "four quiet herons")];
    here.submit("/account/password", &fields).await.goes("/account");
    here.get("/account").await.is(200);
    elsewhere.get("/account").await.goes("/sign-in?back=%2Faccount");
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let world = World::at("https://hakutaku.example.jp/").await;
    person(&world, "sato").await;
    let mut visitor = world.visitor();
    visitor.host = "hakutaku.example.jp".into();
    let answer = try_password(&mut visitor, "sato", PASSWORD).await;
    let cookie = answer.headers.get("set-cookie").expect("a cookie").to_str().expect("ASCII");
    assert!(cookie.starts_with("__Host-hakutaku-session=") && cookie.contains("; Secure"), "{cookie}");
    assert_eq!(answer.headers.get("strict-transport-security").expect("HSTS"), "max-age=31536000");
}
