//! Backups: one file that brings everything back, into either database.

use crate::fixture::{facility, hospital, noon, of_year, person, question, save, saved, system};
use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;
use hakutaku_model::id::{AssessmentId, FacilityId, PersonId};
use hakutaku_store::testing::{Place, for_each_database};
use hakutaku_store::{ArchiveKey, ArchiveLock, NewAssessment, NewDocument, Store, StoreError};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A key instead of a passphrase: a passphrase is slow on purpose, see the one test that has one.
fn identity() -> &'static Identity {
    static IDENTITY: OnceLock<Identity> = OnceLock::new();
    IDENTITY.get_or_init(Identity::generate)
}

struct Filled {
    facility: FacilityId,
    assessment: AssessmentId,
    person: PersonId,
    archive: PathBuf,
}

fn lock() -> ArchiveLock {
    ArchiveLock::Recipient(identity().to_public().to_string())
}

fn key() -> ArchiveKey {
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

async fn filled_and_saved(place: &Place, store: &Store) -> Filled {
    let (facility, assessment, person) = fill(store).await;
    let archive = place.scratch().join("hakutaku.backup");
    store.create_backup(&system(), &lock(), &archive).await.expect("backs up");
    Filled { facility, assessment, person, archive }
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
