//! Evidence files.

use crate::fixture::{hospital, noon, question, system};
use hakutaku_model::id::AssessmentId;
use hakutaku_model::journal::Chain;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Act, MAX_DOCUMENT_BYTES, NewDocument, StoreError};
use std::path::{Path, PathBuf};

fn evidence(assessment: AssessmentId, key: &str) -> NewDocument {
    NewDocument {
        assessment: Some(assessment),
        question: Some(question(key)),
        name: "構成図.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
    }
}

/// The encrypted files in the data directory.
fn blobs(data: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(data.join("blobs")).into_iter().flatten().flatten();
    folders
        .flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten())
        .map(|f| f.path())
        .collect()
}

#[tokio::test]
async fn a_file_comes_back_as_it_went_in_and_the_reading_is_logged() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let content = b"%PDF-1.7 secret".to_vec();
        let row =
            store.add_document(&system(), facility, &evidence(assessment, "a"), content.clone()).await.expect("keeps");
        assert_eq!(usize::try_from(row.size).expect("positive"), content.len());
        let on_disk = std::fs::read(&blobs(store.data())[0]).expect("reads");
        assert!(!on_disk.windows(6).any(|part| part == b"secret"), "encrypted");
        let act = Act::system(noon());
        assert_eq!(store.read_document(&act, facility, row.id).await.expect("reads"), content);
        let last = &store.recent_journal(Chain::Facility(facility), 1).await.expect("reads")[0];
        assert_eq!(
            (last.event.action.as_str(), last.event.object.clone()),
            ("document.read", format!("document:{}", row.id))
        );
        let counts = store.document_counts(facility, assessment).await.expect("counts");
        assert_eq!(counts.get(&question("a")), Some(&1));
        assert_eq!(store.documents(facility, Some(assessment)).await.expect("lists"), [row]);
    })
    .await;
}

#[tokio::test]
async fn one_content_is_kept_once_and_goes_with_the_last_that_refers_to_it() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let mut rows = Vec::new();
        for key in ["a", "b"] {
            rows.push(
                store
                    .add_document(&system(), facility, &evidence(assessment, key), b"same".to_vec())
                    .await
                    .expect("keeps"),
            );
        }
        assert_eq!(blobs(store.data()).len(), 1);
        store.remove_document(&system(), facility, rows[0].id).await.expect("removes");
        assert_eq!(store.read_document(&system(), facility, rows[1].id).await.expect("reads"), b"same");
        store.remove_document(&system(), facility, rows[1].id).await.expect("removes");
        assert!(blobs(store.data()).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_damaged_file_is_not_handed_out() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let row =
            store.add_document(&system(), facility, &evidence(assessment, "a"), b"text".to_vec()).await.expect("keeps");
        let path = &blobs(store.data())[0];
        let mut bytes = std::fs::read(path).expect("reads");
        bytes[14] ^= 1;
        std::fs::write(path, bytes).expect("writes");
        let read = store.read_document(&system(), facility, row.id).await;
        assert!(matches!(read, Err(StoreError::Damaged(_))), "{read:?}");
    })
    .await;
}

#[tokio::test]
async fn a_file_above_twenty_mebibytes_is_refused_with_its_size() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let large = vec![0; MAX_DOCUMENT_BYTES + 1];
        let refused =
            store.add_document(&system(), facility, &evidence(assessment, "a"), large).await.expect_err("refuses");
        assert!(refused.to_string().contains("20 MiB"), "{refused}");
        let homeless = NewDocument { assessment: None, ..evidence(assessment, "a") };
        assert!(store.add_document(&system(), facility, &homeless, b"x".to_vec()).await.is_err());
        assert!(blobs(store.data()).is_empty());
    })
    .await;
}
