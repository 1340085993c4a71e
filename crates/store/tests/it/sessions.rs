//! Sessions, sign-in ceremonies, slowing down guesses.

use crate::fixture::{noon, person, system};
use hakutaku_store::Act;
use hakutaku_store::sessions::{ABSOLUTE_SECONDS, CEREMONY_SECONDS, IDLE_SECONDS};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::throttle::{FORGET_SECONDS, FREE_FAILURES};
use serde_json::json;

#[tokio::test]
async fn a_session_ends_when_idle() {
    for_each_database(async |place| {
        let store = place.open().await;
        let issued = store.create_session(&system(), person(&store, "a").await, false).await.expect("begins");
        let at = |seconds| noon().plus_seconds(seconds);
        let row = store.session(&issued.token, at(IDLE_SECONDS - 1)).await.expect("reads").expect("still valid");
        assert_eq!((row.csrf, row.second_factor_done), (issued.csrf, false));
        assert_eq!(store.session(&issued.token, at(IDLE_SECONDS)).await.expect("reads"), None);
        store.touch_session(&issued.token, at(IDLE_SECONDS)).await.expect("no error");
        assert_eq!(
            store.session(&issued.token, at(IDLE_SECONDS)).await.expect("reads"),
            None,
            "touching revives nothing"
        );
    })
    .await;
}

#[tokio::test]
async fn a_session_in_use_lasts_twelve_hours_and_no_longer() {
    for_each_database(async |place| {
        let store = place.open().await;
        let issued = store.create_session(&system(), person(&store, "a").await, true).await.expect("begins");
        let step = IDLE_SECONDS - 60;
        let mut at = noon();
        while at.plus_seconds(step) < noon().plus_seconds(ABSOLUTE_SECONDS) {
            at = at.plus_seconds(step);
            store.touch_session(&issued.token, at).await.expect("touches");
            assert!(store.session(&issued.token, at).await.expect("reads").is_some(), "{at}");
        }
        let end = noon().plus_seconds(ABSOLUTE_SECONDS);
        assert_eq!(store.session(&issued.token, end).await.expect("reads"), None);
        assert_eq!(store.remove_expired_sessions(end).await.expect("removes"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_renewed_session_voids_the_old_token_but_not_the_clock() {
    for_each_database(async |place| {
        let store = place.open().await;
        let old = store.create_session(&system(), person(&store, "a").await, false).await.expect("begins");
        let later = Act::system(noon().plus_seconds(600));
        let new = store.rotate_session(&later, &old.token, true).await.expect("renews");
        assert_eq!(store.session(&old.token, later.at).await.expect("reads"), None);
        let row = store.session(&new.token, later.at).await.expect("reads").expect("valid");
        assert!(row.second_factor_done && row.csrf != old.csrf && row.created_at == noon());
        assert!(store.rotate_session(&later, &old.token, true).await.is_err());
        store.end_session(&later, &new.token).await.expect("ends");
        store.end_session(&later, &new.token).await.expect("twice is no error");
        assert_eq!(store.session(&new.token, later.at).await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_or_disabling_signs_out_everywhere() {
    for_each_database(async |place| {
        let store = place.open().await;
        let who = person(&store, "a").await;
        let other = store.create_session(&system(), person(&store, "b").await, true).await.expect("begins");
        let one = store.create_session(&system(), who, true).await.expect("begins");
        store.set_password(&system(), who, "$argon2id$new").await.expect("sets");
        assert_eq!(store.session(&one.token, noon()).await.expect("reads"), None);
        let two = store.create_session(&system(), who, true).await.expect("begins");
        store.set_disabled(&system(), who, true).await.expect("disables");
        assert_eq!(store.session(&two.token, noon()).await.expect("reads"), None);
        assert!(store.create_session(&system(), who, true).await.is_err());
        assert!(store.session(&other.token, noon()).await.expect("reads").is_some(), "others stay");
    })
    .await;
}

#[tokio::test]
async fn the_state_of_a_ceremony_is_taken_once_within_five_minutes() {
    for_each_database(async |place| {
        let store = place.open().await;
        let token = store.new_ceremony(&json!({"challenge": 1}), noon()).await.expect("keeps");
        assert_eq!(store.take_ceremony(&token, noon()).await.expect("takes"), Some(json!({"challenge": 1})));
        assert_eq!(store.take_ceremony(&token, noon()).await.expect("takes"), None);
        store.set_ceremony("session", &json!(1), noon()).await.expect("keeps");
        store.set_ceremony("session", &json!(2), noon()).await.expect("replaces");
        let late = noon().plus_seconds(CEREMONY_SECONDS);
        assert_eq!(store.take_ceremony("session", late).await.expect("takes"), None);
        assert_eq!(store.take_ceremony("session", noon()).await.expect("takes"), Some(json!(2)));
    })
    .await;
}

#[tokio::test]
async fn guessing_one_name_slows_that_name_down_and_no_other() {
    for_each_database(async |place| {
        let store = place.open().await;
        for _ in 0..FREE_FAILURES {
            assert_eq!(store.note_failure("name:tanaka", noon()).await.expect("counts"), None);
        }
        let mut waits = Vec::new();
        for _ in 0..4 {
            let until = store.note_failure("name:tanaka", noon()).await.expect("counts").expect("blocked");
            waits.push((until.micros() - noon().micros()) / 1_000_000);
        }
        assert_eq!(waits, [1, 2, 4, 8]);
        let until = noon().plus_seconds(8);
        assert_eq!(store.blocked_until("name:tanaka", noon()).await.expect("reads"), Some(until));
        assert_eq!(store.blocked_until("name:tanaka", until).await.expect("reads"), None, "then it may try again");
        assert_eq!(store.blocked_until("name:sato", noon()).await.expect("reads"), None);
        let day_after = noon().plus_seconds(FORGET_SECONDS + 1);
        assert_eq!(store.note_failure("name:tanaka", day_after).await.expect("counts"), None, "forgotten after a day");
        store.clear_failures("name:tanaka").await.expect("clears");
        assert_eq!(store.blocked_until("name:tanaka", noon()).await.expect("reads"), None);
    })
    .await;
}
