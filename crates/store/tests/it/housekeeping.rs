//! What a periodic job clears away, and what it leaves alone.

use crate::fixture::{hospital, noon, question, system};
use hakutaku_model::time::Ts;
use hakutaku_store::NewDocument;
use hakutaku_store::documents::STRAY_SECONDS;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::throttle::{FORGET_SECONDS, FREE_FAILURES};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Writes a file, if it is not there, as of some moment.
fn written(path: &Path, at: Ts) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("creates");
    let file = std::fs::File::options().create(true).append(true).open(path).expect("opens");
    let since = Duration::from_micros(u64::try_from(at.micros()).expect("after 1970"));
    file.set_modified(SystemTime::UNIX_EPOCH + since).expect("sets");
}

#[tokio::test]
async fn a_content_without_an_entry_goes_after_a_day_and_nothing_else_does() {
    for_each_database(async |place| {
        let store = place.open().await;
        assert_eq!(store.remove_stray_files(noon()).await.expect("removes"), 0, "no file was ever kept");
        let (facility, assessment) = hospital(&store).await;
        let document = NewDocument {
            assessment: Some(assessment),
            question: Some(question("a")),
            name: "構成図.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
        };
        let kept = store.add_document(&system(), facility, &document, b"kept".to_vec()).await.expect("keeps");
        let folder = store.data().join("blobs");
        let hex = kept.sha256.to_string();
        let with_entry = folder.join(&hex[..2]).join(&hex[2..]);
        assert!(with_entry.exists());
        let stray = |digit: &str| folder.join(digit.repeat(2)).join(digit.repeat(62));
        let (old, young) = (stray("a"), stray("b"));
        let broken_off = folder.join("aa/new-0011223344556677");
        let not_ours = folder.join("aa/README");
        let day_before = noon().plus_seconds(-STRAY_SECONDS);
        for path in [&with_entry, &old, &broken_off, &not_ours] {
            written(path, day_before.plus_seconds(-1));
        }
        written(&young, day_before);

        assert_eq!(store.remove_stray_files(noon()).await.expect("removes"), 2);
        assert!(!old.exists() && !broken_off.exists());
        assert!(with_entry.exists() && young.exists() && not_ours.exists());
        assert_eq!(store.read_document(&system(), facility, kept.id).await.expect("reads"), b"kept");
        assert_eq!(store.remove_stray_files(noon()).await.expect("removes"), 0);
    })
    .await;
}

#[tokio::test]
async fn settings_are_found_by_how_their_keys_begin() {
    for_each_database(async |place| {
        let store = place.open().await;
        for key in ["one_time_link.b", "one_time_link.a", "one-time-link.c", "onextimexlink.d", "one_time_link"] {
            store.set_setting(&system(), key, &json!(key)).await.expect("sets");
        }
        let found = store.settings_beginning("one_time_link.").await.expect("reads");
        let expected = ["one_time_link.a", "one_time_link.b"].map(|key| (key.to_owned(), json!(key)));
        assert_eq!(found, expected, "an underscore stands for itself");
        assert!(store.settings_beginning("nothing.").await.expect("reads").is_empty());
    })
    .await;
}

#[tokio::test]
async fn counters_of_failed_sign_ins_go_once_they_are_forgotten() {
    for_each_database(async |place| {
        let store = place.open().await;
        for _ in 0..=FREE_FAILURES {
            store.note_failure("name:old", noon()).await.expect("counts");
        }
        let later = noon().plus_seconds(FORGET_SECONDS);
        store.note_failure("name:new", later).await.expect("counts");
        assert_eq!(store.remove_forgotten_failures(later).await.expect("removes"), 0, "it still counts");
        let later = later.plus_seconds(1);
        assert_eq!(store.remove_forgotten_failures(later).await.expect("removes"), 1);
        assert_eq!(store.remove_forgotten_failures(later).await.expect("removes"), 0);
    })
    .await;
}
