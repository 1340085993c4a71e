//! Backups: one file that brings everything back, into either database.

use crate::fixture::{facility, hospital, noon, of_year, person, question, save, saved, system};
use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use hakutaku_model::checklist::ItemAnswer;
use hakutaku_model::id::{AssessmentId, AssetId, BatchId, FacilityId, PersonId};
use hakutaku_model::ledger::Asset;
use hakutaku_model::system::System;
use hakutaku_model::vendor::{Company, Engagement};
use hakutaku_model::vendor_answers::Draft;
use hakutaku_model::vendor_request::Ask;
use hakutaku_store::testing::{Place, for_each_database};
use hakutaku_store::{
    ArchiveKey, ArchiveLock, AssetChange, AssetQuery, NewAssessment, NewDocument, NewVendorRequest, Shelf, Store,
    StoreError,
};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A key instead of a passphrase: a passphrase is slow on purpose, see the one test that has one.
fn identity() -> &'static Identity {
    static IDENTITY: OnceLock<Identity> = OnceLock::new();
    IDENTITY.get_or_init(Identity::generate)
}

/// The registers of the facility.
struct Kept {
    /// Changed once, then that was undone.
    asset: AssetId,
    batch: BatchId,
    token: String,
}

struct Filled {
    kept: Kept,
    facility: FacilityId,
    assessment: AssessmentId,
    person: PersonId,
    archive: PathBuf,
}

pub(crate) fn lock() -> ArchiveLock {
    ArchiveLock::Recipient(identity().to_public().to_string())
}

pub(crate) fn key() -> ArchiveKey {
    secret_of(identity())
}

fn secret_of(identity: &Identity) -> ArchiveKey {
    ArchiveKey::Identity(identity.to_string().expose_secret().to_owned())
}

async fn fill(store: &Store) -> (FacilityId, AssessmentId, PersonId) {
    let place_of @ (facility, assessment) = hospital(store).await;
    let who = person(store, "tanaka").await;
    store.grant(&system(), who, Some(facility), hakutaku_model::person::Role::Executive).await.expect("grants");
    store.set_totp_secret(&system(), who, Some(b"totp secret")).await.expect("sets");
    store.create_api_token(&system(), who, "連携", true, None).await.expect("makes");
    store.create_session(&system(), who, true).await.expect("begins");
    for n in 0..30 {
        saved(save(store, place_of, &format!("q-{n:02}"), n % 4, None).await);
    }
    store.clear_answer(&system(), facility, assessment, &question("q-29"), 1).await.expect("clears");
    let document = NewDocument {
        assessment: Some(assessment),
        question: Some(question("q-00")),
        name: "証跡 𠮷野.txt".to_owned(),
        media_type: "text/plain".to_owned(),
    };
    store.add_document(&system(), facility, &document, b"evidence".to_vec()).await.expect("keeps");
    store.sign_heads(noon()).await.expect("signs");
    (facility, assessment, who)
}

/// Devices with a history, a batch that was undone, a retired row; records of both shelves; a request to a vendor.
async fn fill_registers(store: &Store, facility: FacilityId) -> Kept {
    let system_row: System =
        serde_json::from_value(serde_json::json!({"name": "電子カルテ", "kind": "emr", "rto_hours": 4}))
            .expect("reads");
    let emr = store.add_record(&system(), facility, &system_row).await.expect("adds").id;
    let company: Company = serde_json::from_str(r#"{"name": "𠮷野医療システム"}"#).expect("reads");
    let company = store.add_record(&system(), Shelf::Installation, &company).await.expect("adds").id;
    let vendor: Engagement =
        serde_json::from_value(serde_json::json!({"company": company, "name": "𠮷野医療システム"})).expect("reads");
    let vendor = store.add_record(&system(), facility, &vendor).await.expect("adds").id;
    let answer: ItemAnswer = serde_json::from_value(serde_json::json!({
        "key": {"edition": "r7", "form": "hospital", "item": "i", "group": "servers"},
        "first": {"mark": "no", "on": "2026-11-20"}, "target": "2027-03-01", "remark": "="
    }))
    .expect("reads");
    store.put_record(&system(), facility, &answer).await.expect("puts");
    store.put_record(&system(), facility, &ItemAnswer { remark: "二度目".to_owned(), ..answer }).await.expect("puts");
    let gone = store.add_record(&system(), facility, &System { name: "旧".to_owned(), ..system_row }).await;
    store.retire_record::<System>(&system(), facility, gone.expect("adds").id, 1).await.expect("retires");

    let device = |n: usize| Asset {
        number: format!("PC-{n:03}"),
        name: "ナース端末".to_owned(),
        system: Some(emr),
        vendor: Some(vendor),
        ..Asset::default()
    };
    let changes: Vec<AssetChange> = (0..150).map(|n| AssetChange::Create(device(n))).collect();
    let rows = store.change_assets(&system(), facility, &changes, "import").await.expect("creates").rows;
    let changed = Asset { place: "東館3階".to_owned(), ..device(0) };
    let changes = [
        AssetChange::Change { id: rows[0].id, expected: 1, asset: changed },
        AssetChange::Retire { id: rows[1].id, expected: 1 },
    ];
    let batch = store.change_assets(&system(), facility, &changes, "edit").await.expect("changes").id;
    store.undo_assets(&system(), facility, batch).await.expect("undoes");
    let retired = AssetChange::Retire { id: rows[2].id, expected: 1 };
    store.change_assets(&system(), facility, &[retired], "edit").await.expect("retires");

    let new = NewVendorRequest {
        vendor,
        ask: Ask::Checklist("r7".into()),
        message: "よろしくお願いします".to_owned(),
        due: noon().date_in_japan(),
        pin: Some("493817".to_owned()),
        expires_at: noon().plus_seconds(86_400),
    };
    let issued = store.create_vendor_request(&system(), facility, &new).await.expect("asks");
    let draft = Draft::default();
    store.save_vendor_draft(&system(), facility, issued.request.id, &draft).await.expect("keeps");
    Kept { asset: rows[0].id, batch, token: issued.token }
}

async fn assert_same_registers(before: &Store, after: &Store, facility: FacilityId, kept: &Kept) {
    assert_eq!(
        after.records::<System>(facility).await.expect("reads"),
        before.records::<System>(facility).await.expect("reads")
    );
    assert_eq!(
        after.records::<Company>(Shelf::Installation).await.expect("reads"),
        before.records::<Company>(Shelf::Installation).await.expect("reads")
    );
    let answers = after.records::<ItemAnswer>(facility).await.expect("reads");
    assert_eq!(answers, before.records::<ItemAnswer>(facility).await.expect("reads"));
    assert_eq!((answers.len(), answers[0].version), (1, 2));
    for retired in [false, true] {
        let query = AssetQuery { retired, limit: 1_000, ..AssetQuery::new(noon().date_in_japan()) };
        assert_eq!(
            after.assets_page(facility, &query).await.expect("finds"),
            before.assets_page(facility, &query).await.expect("finds")
        );
    }
    let history = after.asset_history(facility, kept.asset).await.expect("reads");
    assert_eq!(history, before.asset_history(facility, kept.asset).await.expect("reads"));
    assert_eq!(history.iter().map(|was| was.asset.place.as_str()).collect::<Vec<_>>(), ["", "東館3階", ""]);
    let batch = after.asset_batch(facility, kept.batch).await.expect("reads");
    assert_eq!(batch, before.asset_batch(facility, kept.batch).await.expect("reads"));
    let undoing = batch.undone_by.expect("was undone");
    let requests = after.vendor_requests(facility).await.expect("reads");
    assert_eq!(requests, before.vendor_requests(facility).await.expect("reads"));
    assert_eq!(
        after.vendor_draft(facility, requests[0].id).await.expect("reads"),
        before.vendor_draft(facility, requests[0].id).await.expect("reads")
    );
    let opened = after.vendor_link(&kept.token).await.expect("reads").expect("the link still opens");
    assert_eq!(opened.id, requests[0].id);
    // It is a ledger to work with, not only to look at.
    after.undo_assets(&system(), facility, undoing).await.expect("undoes the undoing");
    assert_eq!(after.asset(facility, kept.asset).await.expect("reads").asset.place, "東館3階");
    assert_eq!(before.asset(facility, kept.asset).await.expect("reads").asset.place, "");
}

async fn filled_and_saved(place: &Place, store: &Store) -> Filled {
    let (facility, assessment, person) = fill(store).await;
    let kept = fill_registers(store, facility).await;
    let archive = place.scratch().join("hakutaku.backup");
    store.create_backup(&system(), &lock(), &archive).await.expect("backs up");
    Filled { kept, facility, assessment, person, archive }
}

async fn assert_same(before: &Store, after: &Store, filled: &Filled) {
    let Filled { facility, assessment, person, .. } = *filled;
    assert_eq!(after.facilities().await.expect("reads"), before.facilities().await.expect("reads"));
    assert_eq!(after.people().await.expect("reads"), before.people().await.expect("reads"));
    assert_eq!(
        after.answers(facility, assessment).await.expect("reads"),
        before.answers(facility, assessment).await.expect("reads")
    );
    for key in ["q-00", "q-29"] {
        let history = |store: Store| async move {
            store.answer_history(facility, assessment, &question(key)).await.expect("reads")
        };
        assert_eq!(history(after.clone()).await, history(before.clone()).await);
    }
    assert_eq!(after.memberships_of(person).await.expect("reads"), before.memberships_of(person).await.expect("reads"));
    assert_eq!(after.totp_secret(person).await.expect("reads").as_deref(), Some(&b"totp secret"[..]));
    assert_eq!(after.public_key(), before.public_key());
    let documents = after.documents(facility, None).await.expect("reads");
    assert_eq!(documents, before.documents(facility, None).await.expect("reads"));
    assert_eq!(after.read_document(&system(), facility, documents[0].id).await.expect("reads"), b"evidence");
    assert_same_registers(before, after, facility, &filled.kept).await;
    let report = after.verify_journal().await.expect("verifies");
    assert!(report.is_intact(), "{report:?}");
    saved(save(after, (facility, assessment), "after", 1, None).await);
}

#[tokio::test]
async fn an_archive_of_either_database_restores_into_either() {
    for_each_database(async |place| {
        let store = place.open().await;
        let filled = filled_and_saved(&place, &store).await;
        for target in [Place::sqlite(), Place::postgres()] {
            let report =
                Store::restore_backup(&filled.archive, &key(), target.options.clone()).await.expect("restores");
            assert_eq!((report.blobs, report.rows["answer"], report.rows["person"]), (1, 29, 1));
            let ledger = ["asset", "asset_batch", "asset_history", "record", "vendor_request"];
            assert_eq!(ledger.map(|table| report.rows[table]), [150, 4, 155, 5, 1]);
            assert!(report.journal.is_intact());
            let restored = target.open().await;
            assert_same(&store, &restored, &filled).await;
            restored.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_restore_refuses_a_place_that_is_in_use() {
    for_each_database(async |place| {
        let store = place.open().await;
        let filled = filled_and_saved(&place, &store).await;
        let refused = Store::restore_backup(&filled.archive, &key(), place.options.clone()).await.expect_err("refuses");
        assert!(refused.to_string().contains("empty"), "{refused}");
        // The database alone in use, with a new data directory.
        let mut elsewhere = place.options.clone();
        elsewhere.data = place.scratch().join("new");
        let outcome = Store::restore_backup(&filled.archive, &key(), elsewhere).await;
        assert_eq!(outcome.is_err(), place.name == "postgres", "{outcome:?}");
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn a_flipped_byte_a_cut_off_end_and_a_foreign_file_are_no_archive() {
    let place = Place::sqlite();
    let store = place.open().await;
    let filled = filled_and_saved(&place, &store).await;
    let good = Store::verify_backup(&filled.archive, &key()).await.expect("is good");
    assert!(good.journal.is_intact() && good.missing_blobs.is_empty());
    let bytes = std::fs::read(&filled.archive).expect("reads");
    let bad = place.scratch().join("bad");
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for (what, content) in
        [("flipped", &flipped[..]), ("cut off", &bytes[..bytes.len() - 20]), ("foreign", b"no archive")]
    {
        std::fs::write(&bad, content).expect("writes");
        let outcome = Store::verify_backup(&bad, &key()).await;
        assert!(matches!(outcome, Err(StoreError::Damaged(_))), "{what}: {outcome:?}");
        let target = Place::sqlite();
        Store::restore_backup(&bad, &key(), target.options.clone()).await.expect_err("refuses");
        assert!(!target.options.data.join("hakutaku.sqlite").exists(), "{what}: nothing was restored");
    }
}

#[tokio::test]
async fn an_archive_locked_for_a_key_opens_with_its_secret_only() {
    let place = Place::sqlite();
    let store = place.open().await;
    facility(&store, "白沢記念病院").await;
    let archive = place.scratch().join("keyed");
    store.create_backup(&system(), &lock(), &archive).await.expect("backs up");
    Store::verify_backup(&archive, &key()).await.expect("opens");
    let other = Store::verify_backup(&archive, &secret_of(&Identity::generate())).await;
    assert!(matches!(&other, Err(StoreError::Invalid(said)) if said.contains("does not open")), "{other:?}");
    Store::verify_backup(&archive, &ArchiveKey::Passphrase("any".to_owned()))
        .await
        .expect_err("no passphrase opens it");
    store.create_backup(&system(), &lock(), &archive).await.expect_err("nothing is overwritten");
}

#[tokio::test]
async fn an_archive_locked_by_a_passphrase_opens_with_it_only() {
    let place = Place::sqlite();
    let store = place.open().await;
    facility(&store, "白沢記念病院").await;
    let archive = place.scratch().join("locked");
    let phrase = "正しい馬 電池 ホチキス";
    store.create_backup(&system(), &ArchiveLock::Passphrase(phrase.to_owned()), &archive).await.expect("backs up");
    let wrong = Store::verify_backup(&archive, &ArchiveKey::Passphrase("another one".to_owned())).await;
    assert!(matches!(&wrong, Err(StoreError::Invalid(said)) if said.contains("does not open")), "{wrong:?}");
    Store::verify_backup(&archive, &ArchiveKey::Passphrase(phrase.to_owned())).await.expect("opens");
    let short = ArchiveLock::Passphrase("short".to_owned());
    store.create_backup(&system(), &short, &place.scratch().join("weak")).await.expect_err("too short");
}

#[tokio::test]
async fn a_lost_upload_does_not_keep_the_rest_from_being_saved() {
    let place = Place::sqlite();
    let store = place.open().await;
    fill(&store).await;
    std::fs::remove_dir_all(store.data().join("blobs")).expect("removes");
    let archive = place.scratch().join("without");
    let report = store.create_backup(&system(), &lock(), &archive).await.expect("backs up");
    assert_eq!((report.blobs, report.missing_blobs.len()), (0, 1), "and says what is missing");
    assert_eq!(Store::verify_backup(&archive, &key()).await.expect("is good").missing_blobs, report.missing_blobs);
}

#[tokio::test]
async fn a_restore_that_fails_halfway_leaves_the_place_empty() {
    let place = Place::sqlite();
    let store = place.open().await;
    let (facility, ..) = fill(&store).await;
    let good = place.scratch().join("good");
    store.create_backup(&system(), &lock(), &good).await.expect("backs up");
    // SQLite keeps a character that PostgreSQL does not.
    let odd = NewAssessment { edition: "20\u{0}27".to_owned(), ..of_year(2027) };
    store.create_assessment(&system(), facility, &odd).await.expect("creates");
    let bad = place.scratch().join("bad");
    store.create_backup(&system(), &lock(), &bad).await.expect("backs up");
    let target = Place::postgres();
    let failed = Store::restore_backup(&bad, &key(), target.options.clone()).await;
    assert!(matches!(failed, Err(StoreError::Database { .. })), "{failed:?}");
    Store::restore_backup(&good, &key(), target.options.clone()).await.expect("there is room again");
}
