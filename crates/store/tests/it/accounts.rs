//! People, roles, second factors, passkeys, API tokens.

use crate::fixture::{facility, noon, person, system};
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{NewPerson, StoreError};
use serde_json::json;

#[tokio::test]
async fn a_user_name_is_taken_whatever_the_case_of_its_letters() {
    for_each_database(async |place| {
        let store = place.open().await;
        let id = person(&store, "Tanaka").await;
        assert_eq!(store.person_by_username(" tANAKA ").await.expect("reads").map(|row| row.id), Some(id));
        let new = NewPerson {
            username: "TANAKA".to_owned(),
            display_name: "田中".to_owned(),
            lang: Lang::En,
            password_hash: None,
        };
        let again = store.create_person(&system(), &new).await;
        assert!(matches!(again, Err(StoreError::AlreadyExists(_))), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn roles_are_given_and_taken_per_facility() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, two) = (facility(&store, "一").await, facility(&store, "二").await);
        let who = person(&store, "sato").await;
        for (at, role) in [(one, Role::ItOperator), (one, Role::Respondent), (two, Role::Auditor), (two, Role::Auditor)]
        {
            store.grant(&system(), who, Some(at), role).await.expect("grants");
        }
        assert_eq!(store.memberships_of(who).await.expect("reads").len(), 3, "twice is once");
        let members = store.members_of(one).await.expect("reads");
        assert_eq!(members.len(), 1);
        assert_eq!(members[0].roles, [Role::ItOperator, Role::Respondent]);
        store.revoke(&system(), who, Some(one), Role::ItOperator).await.expect("revokes");
        assert!(matches!(
            store.revoke(&system(), who, Some(one), Role::ItOperator).await,
            Err(StoreError::NotFound(_))
        ));
        assert!(store.grant(&system(), who, None, Role::Auditor).await.is_err(), "only administrators span everything");
    })
    .await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, two) = (person(&store, "one").await, person(&store, "two").await);
        store.grant(&system(), one, None, Role::Administrator).await.expect("grants");
        assert!(store.revoke(&system(), one, None, Role::Administrator).await.is_err());
        assert!(store.set_disabled(&system(), one, true).await.is_err());
        assert!(!store.person(one).await.expect("reads").disabled, "a refusal changes nothing");
        store.grant(&system(), two, None, Role::Administrator).await.expect("grants");
        store.set_disabled(&system(), one, true).await.expect("disables");
        assert!(
            store.revoke(&system(), two, None, Role::Administrator).await.is_err(),
            "a disabled one does not count"
        );
    })
    .await;
}

#[tokio::test]
async fn a_totp_step_works_once_and_never_backwards() {
    for_each_database(async |place| {
        let store = place.open().await;
        let who = person(&store, "suzuki").await;
        store.set_totp_secret(&system(), who, Some(b"12345678901234567890")).await.expect("sets");
        assert!(store.person(who).await.expect("reads").has_totp);
        assert_eq!(store.totp_secret(who).await.expect("reads").as_deref(), Some(&b"12345678901234567890"[..]));
        assert!(store.record_totp_step(who, 100).await.expect("records"));
        assert!(!store.record_totp_step(who, 100).await.expect("records"), "a replay");
        assert!(!store.record_totp_step(who, 99).await.expect("records"), "an older one");
        let (one, other) = tokio::join!(store.record_totp_step(who, 101), store.record_totp_step(who, 101));
        assert_ne!(one.expect("records"), other.expect("records"), "at the same moment only one counts");
        store.set_totp_secret(&system(), who, None).await.expect("removes");
        assert_eq!(store.totp_secret(who).await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn passkeys_belong_to_one_person() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (one, two) = (person(&store, "one").await, person(&store, "two").await);
        let key = store.add_passkey(&system(), one, "電話", b"credential", &json!({"counter": 0})).await.expect("adds");
        let again = store.add_passkey(&system(), two, "別", b"credential", &json!({})).await;
        assert!(matches!(again, Err(StoreError::AlreadyExists(_))), "{again:?}");
        store.update_passkey(&system(), one, key.id, &json!({"counter": 1})).await.expect("updates");
        assert!(store.update_passkey(&system(), two, key.id, &json!({})).await.is_err());
        assert!(store.remove_passkey(&system(), two, key.id).await.is_err());
        let found = store.passkey_by_credential_id(b"credential").await.expect("reads").expect("exists");
        assert_eq!((found.person, found.credential, found.last_used_at), (one, json!({"counter": 1}), Some(noon())));
        store.set_disabled(&system(), one, true).await.expect("disables");
        assert_eq!(store.passkey_by_credential_id(b"credential").await.expect("reads"), None);
        store.remove_passkey(&system(), one, key.id).await.expect("removes");
        assert!(store.passkeys_of(one).await.expect("lists").is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_api_token_works_until_it_ends_is_withdrawn_or_its_person_is_disabled() {
    for_each_database(async |place| {
        let store = place.open().await;
        let who = person(&store, "ito").await;
        let ends = noon().plus_seconds(60);
        let short = store.create_api_token(&system(), who, "試し", true, Some(ends)).await.expect("makes");
        let long = store.create_api_token(&system(), who, "連携", false, None).await.expect("makes");
        assert!(short.token.starts_with("hkt_"));
        let found = store.api_token(&short.token, noon()).await.expect("reads").expect("valid");
        assert_eq!((found.id, found.person, found.read_only), (short.row.id, who, true));
        assert_eq!(store.api_token(&short.token, ends).await.expect("reads"), None);
        assert_eq!(store.api_token("hkt_guess", noon()).await.expect("reads"), None);
        store.set_disabled(&system(), who, true).await.expect("disables");
        assert_eq!(store.api_token(&long.token, noon()).await.expect("reads"), None);
        store.set_disabled(&system(), who, false).await.expect("enables");
        store.revoke_api_token(&system(), who, long.row.id).await.expect("withdraws");
        assert_eq!(store.api_token(&long.token, noon()).await.expect("reads"), None);
        assert_eq!(store.api_tokens_of(who).await.expect("lists").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_last_use_of_an_api_token_is_kept_to_the_minute_and_never_goes_back() {
    for_each_database(async |place| {
        let store = place.open().await;
        let who = person(&store, "ito").await;
        let token = store.create_api_token(&system(), who, "連携", true, None).await.expect("makes");
        let last_used = async || store.api_tokens_of(who).await.expect("lists")[0].last_used_at;
        assert_eq!((token.row.last_used_at, last_used().await), (None, None));
        let at = |seconds| noon().plus_seconds(seconds);
        for (now, kept) in [(at(0), at(0)), (at(59), at(0)), (at(60), at(60)), (at(30), at(60))] {
            store.touch_api_token(token.row.id, now).await.expect("notes");
            assert_eq!(last_used().await, Some(kept), "at {now}");
        }
        let found = store.api_token(&token.token, at(61)).await.expect("reads").expect("valid");
        assert_eq!(found.last_used_at, Some(at(60)));
    })
    .await;
}
