//! What the centre counts across its members, and what it does for one within its consent.

use crate::fixture::{facility, noon, person, system};
use crate::sensors::{enrolled, key, lines, send};
use hakutaku_model::ledger::Asset;
use hakutaku_model::person::Role;
use hakutaku_model::record::Kept;
use hakutaku_model::region::correlate::{Case, CaseId, Change, Moment, Severity};
use hakutaku_model::region::watch::consent::{Act as Deed, Consent, Deed as Doing, Entry, Refusal};
use hakutaku_model::time::Ts;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Act, AssetChange};
use std::collections::BTreeSet;

#[tokio::test]
async fn only_within_a_consent_and_never_after_it_was_taken_back() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (home, helper) = (facility(&store, "白沢").await, person(&store, "hayakawa").await);
        let who = [format!("person:{helper}"), "centre".to_owned()];
        let act = Act::person(helper, noon());
        let try_it = async |deed: Deed, at: Ts| {
            let doing = Doing { facility: home, who: &who, act: deed, at };
            store.act_on_behalf(&Act { at, ..act.clone() }, &doing, "早川", "10.0.0.1").await.expect("asks")
        };
        assert_eq!(try_it(Deed::SeeLedger, noon()).await.err(), Some(Refusal::None));
        let consent = Consent {
            id: "c1".to_owned(),
            facility: home,
            given_by: "藤森".to_owned(),
            given_at: noon(),
            to: "centre".to_owned(),
            acts: BTreeSet::from([Deed::SeeLedger]),
            until: noon().plus_seconds(3600),
            withdrawn: None,
        };
        let row = store.add_record(&system(), home, &consent).await.expect("given");
        let done = try_it(Deed::SeeLedger, noon().plus_seconds(1)).await.expect("within it");
        assert!(done.words.ja.contains("藤森") && done.words.ja.contains("10.0.0.1"), "{:?}", done.words);
        assert_eq!(try_it(Deed::HandleCases, noon().plus_seconds(1)).await.err(), Some(Refusal::OtherActs));
        assert_eq!(try_it(Deed::SeeLedger, noon().plus_seconds(3600)).await.err(), Some(Refusal::Over));
        let back = Consent { withdrawn: Some((noon().plus_seconds(5), "藤森".to_owned())), ..row.body };
        store.change_record(&system(), home, row.id, row.version, &back).await.expect("taken back");
        assert_eq!(try_it(Deed::SeeLedger, noon().plus_seconds(5)).await.err(), Some(Refusal::Withdrawn));
        let told: Vec<Kept<Entry>> = store.records(home).await.expect("lists");
        assert_eq!(told.len(), 1, "refusals are no deeds");
        let log = store.recent_journal(hakutaku_model::journal::Chain::Facility(home), 9).await.expect("reads");
        assert!(log.iter().any(|entry| entry.event.action == "done-on-behalf.create"));
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn the_screen_counts_cases_and_visitors_and_its_stamp_moves_with_them() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (home, quiet) = (facility(&store, "白沢").await, facility(&store, "静か").await);
        enrolled(&store, home).await;
        let before = store.region_stamp().await.expect("a stamp");
        send(&store, 0, &lines(3, &key())).await;
        let touched = store.region_stamp().await.expect("a stamp");
        assert_ne!(before, touched);
        let moment = Moment { at: noon(), mark: "1".to_owned() };
        let case = Case {
            id: CaseId(uuid::Uuid::from_u128(1)),
            severity: Severity::High,
            first: moment.clone(),
            last: moment,
            findings: Vec::new(),
        };
        let until = noon().plus_seconds(60);
        assert!(store.lease("correlator", "one", noon(), until).await.expect("asks"));
        let change = Change::Opened { case, replaces: BTreeSet::new() };
        store.correlated("one", &system(), &[], &[change]).await.expect("written");
        assert_ne!(touched, store.region_stamp().await.expect("a stamp"));
        let counted = store.region_counts(noon(), noon().plus_seconds(1)).await.expect("counts");
        let here: Vec<_> = counted.sources.iter().map(|one| (one.facility, one.source.as_str())).collect();
        assert_eq!(here, [(home, "192.0.2.1")], "three touches by one visitor");
        assert!(counted.cases.is_empty(), "a case without parts concerns nobody");
        assert!(!counted.unread.contains_key(&quiet));
        let tomorrow = store.region_counts(noon().plus_seconds(1), noon()).await.expect("counts");
        assert!(tomorrow.sources.is_empty());
    })
    .await;
}

#[tokio::test]
async fn addresses_of_ledgers_are_found_and_every_change_is_seen() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (home, other) = (facility(&store, "白沢").await, facility(&store, "よそ").await);
        assert_eq!(store.newest_ledger_change().await.expect("asks"), None);
        let asset = |ip: &str| AssetChange::Create(Asset { name: "PC".into(), ip: ip.into(), ..Asset::default() });
        store.change_assets(&system(), home, &[asset("10.0.0.1 10.0.0.2"), asset("")], "test").await.expect("added");
        let first = store.newest_ledger_change().await.expect("asks");
        assert!(first.is_some());
        store.change_assets(&system(), other, &[asset("10.0.0.9")], "test").await.expect("added");
        assert_ne!(store.newest_ledger_change().await.expect("asks"), first);
        let own = store.addresses(Some(home)).await.expect("lists");
        assert_eq!(own.iter().map(|row| row.2.as_str()).collect::<Vec<_>>(), ["10.0.0.1 10.0.0.2"]);
        assert_eq!(store.addresses(None).await.expect("lists").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn staff_of_the_centre_belong_to_no_facility_and_others_must() {
    for_each_database(async |place| {
        let store = place.open().await;
        let helper = person(&store, "hayakawa").await;
        store.grant(&system(), helper, None, Role::RegionalSupporter).await.expect("granted");
        assert_eq!(store.memberships_of(helper).await.expect("reads"), [(None, Role::RegionalSupporter)]);
        assert!(store.grant(&system(), helper, None, Role::ItOperator).await.is_err());
        assert_eq!(store.secret_hash("a").len(), 32);
        assert_ne!(store.secret_hash("a"), store.secret_hash("b"));
    })
    .await;
}
