//! Links for vendors.

use crate::fixture::{facility, noon, system};
use hakutaku_model::checklist::{ItemAnswer, Mark};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::RecordId;
use hakutaku_model::vendor::{Company, Engagement};
use hakutaku_model::vendor_answers::{Draft, Line, Reply, Sheet, Signer, Submission, VendorQuestion, Way};
use hakutaku_model::vendor_request::{Ask, MOST_WRONG_PINS, Request, State};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Act, IssuedVendorRequest, NewVendorRequest, PinOutcome, Shelf, Store, StoreError};

async fn vendor(store: &Store, facility: FacilityId) -> RecordId {
    let company: Company = serde_json::from_str(r#"{"name": "みなと医療システム"}"#).expect("reads");
    let company = store.add_record(&system(), Shelf::Installation, &company).await.expect("adds").id;
    let json = serde_json::json!({"company": company, "name": "みなと医療システム"});
    let engagement: Engagement = serde_json::from_value(json).expect("reads");
    store.add_record(&system(), facility, &engagement).await.expect("adds").id
}

async fn ask(store: &Store, facility: FacilityId, pin: Option<&str>) -> IssuedVendorRequest {
    let new = NewVendorRequest {
        vendor: vendor(store, facility).await,
        ask: Ask::Checklist("r7".into()),
        message: "よろしくお願いします".into(),
        due: noon().date_in_japan(),
        pin: pin.map(str::to_owned),
        expires_at: noon().plus_seconds(86_400),
    };
    store.create_vendor_request(&system(), facility, &new).await.expect("asks")
}

fn answer(request: &Request, reply: Reply) -> Submission {
    let line =
        Line { id: "i".into(), group: "servers".into(), topic: "t".into(), reply: Some(reply), ..Line::default() };
    Submission {
        request: request.id,
        vendor: request.vendor,
        vendor_name: request.vendor_name.clone(),
        ask: request.ask.clone(),
        sheet: Sheet { lines: vec![line], ..Sheet::default() },
        signer: Signer { name: "田中".into(), ..Signer::default() },
        sent_at: noon(),
        way: Way::Link,
        document: None,
    }
}

#[tokio::test]
async fn an_answer_is_taken_once_and_becomes_facts_and_questions() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let issued = ask(&store, home, None).await;
        let act = Act::vendor(issued.request.id, noon());
        let request = store.vendor_link(&issued.token).await.expect("reads").expect("opens");
        store.answer_vendor_request(&act, home, &answer(&request, Reply::No)).await.expect("answers");
        let twice = store.answer_vendor_request(&act, home, &answer(&request, Reply::Yes)).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
        let answers = store.records::<ItemAnswer>(home).await.expect("lists");
        assert_eq!(answers[0].body.first.map(|round| round.mark), Some(Mark::No));
        assert_eq!(answers[0].body.key.vendor, Some(request.vendor));
        assert_eq!(answers[0].changed_by, "みなと医療システム");
        assert!(store.records::<VendorQuestion>(home).await.expect("lists")[0].body.is_open());
        let facts = store.vendor_facts(home, noon().date_in_japan()).await.expect("counts").expect("has vendors");
        assert_eq!((facts.total, facts.contracted), (1, 0));
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn wrong_pins_close_the_link_until_a_new_one_is_made() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let issued = ask(&store, home, Some("4711")).await;
        assert!(!store.vendor_pass_holds(&issued.token, None).await.expect("asks"));
        let PinOutcome::Right(pass) = store.try_vendor_pin(&issued.token, "4711", noon()).await.expect("tries") else {
            panic!("the PIN is right");
        };
        assert!(store.vendor_pass_holds(&issued.token, Some(&pass)).await.expect("asks"));
        assert!(!store.vendor_pass_holds(&issued.token, Some("4711")).await.expect("asks"));
        for left in (1..MOST_WRONG_PINS).rev() {
            let outcome = store.try_vendor_pin(&issued.token, "0000", noon()).await.expect("tries");
            assert_eq!(outcome, PinOutcome::Wrong(left));
        }
        for pin in ["0000", "4711"] {
            let outcome = store.try_vendor_pin(&issued.token, pin, noon()).await.expect("tries");
            assert_eq!(outcome, PinOutcome::Closed, "{pin}");
        }
        let request = store.vendor_request(home, issued.request.id).await.expect("reads");
        assert_eq!(request.state(noon()), State::Locked);
        let expires = noon().plus_seconds(86_400);
        let again =
            store.reissue_vendor_link(&system(), home, request.id, Some("0815"), expires).await.expect("makes a link");
        assert!(store.vendor_link(&issued.token).await.expect("reads").is_none(), "the old link opens nothing");
        assert!(!store.vendor_pass_holds(&again.token, Some(&pass)).await.expect("asks"));
        let outcome = store.try_vendor_pin(&again.token, "0815", noon()).await.expect("tries");
        assert!(matches!(outcome, PinOutcome::Right(_)));
    })
    .await;
}

#[tokio::test]
async fn a_draft_survives_a_restart_and_a_new_link_and_is_refused_after_the_end() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let issued = ask(&store, home, None).await;
        let (id, act) = (issued.request.id, Act::vendor(issued.request.id, noon()));
        let draft = Draft { signer: Signer { name: "𠮷野".into(), ..Signer::default() }, ..Draft::default() };
        store.save_vendor_draft(&act, home, id, &draft).await.expect("keeps");
        drop(store);
        let store = place.open().await;
        store.reissue_vendor_link(&system(), home, id, None, noon().plus_seconds(60)).await.expect("makes a link");
        assert_eq!(store.vendor_draft(home, id).await.expect("reads"), Some(draft.clone()));
        let late = Act::vendor(id, noon().plus_seconds(60));
        assert!(matches!(store.save_vendor_draft(&late, home, id, &draft).await, Err(StoreError::Conflict(_))));
        let request = store.vendor_request(home, id).await.expect("reads");
        let answered = store.answer_vendor_request(&late, home, &answer(&request, Reply::Yes)).await;
        assert!(matches!(answered, Err(StoreError::Conflict(_))), "the link has ended");
        let by_file = Submission { way: Way::File, ..answer(&request, Reply::Yes) };
        store.answer_vendor_request(&system(), home, &by_file).await.expect("a file is taken later too");
    })
    .await;
}

#[tokio::test]
async fn a_request_is_its_facilitys_and_a_signature_this_installations() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (home, other) = (facility(&store, "白沢").await, facility(&store, "別").await);
        let issued = ask(&store, home, None).await;
        assert!(matches!(store.vendor_request(other, issued.request.id).await, Err(StoreError::NotFound(_))));
        let foreign = store.answer_vendor_request(&system(), other, &answer(&issued.request, Reply::Yes)).await;
        assert!(matches!(foreign, Err(StoreError::NotFound(_))));
        assert!(store.vendor_requests(other).await.expect("lists").is_empty());
        let signature = store.sign_vendor_request("a request");
        assert!(store.has_signed_vendor_request("a request", &signature));
        assert!(!store.has_signed_vendor_request("another", &signature));
        assert!(!store.has_signed_vendor_request("a request", "00"));
    })
    .await;
}
