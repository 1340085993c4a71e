//! Evidence: files attached to questions.

use crate::ward::{QUESTION, Ward};
use axum::http::header;
use hakutaku_model::journal::Chain;
use hakutaku_model::person::Role;
use hakutaku_store::MAX_DOCUMENT_BYTES;

/// The address of the only file.
async fn address(ward: &Ward) -> String {
    let rows = ward.world.app.store.documents(ward.facility, Some(ward.assessment)).await.expect("read");
    format!("/facilities/{}/documents/{}", ward.facility, rows.first().expect("one file").id)
}

#[tokio::test]
async fn a_file_is_attached_listed_and_downloaded_and_the_reading_is_in_the_log() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let path = ward.question(QUESTION, "documents");
    sato.browser
        .attach(&path, "控えの表.html", "text/html", b"<script>")
        .await
        .goes(&ward.at("fields/backup#it-backup-01"));
    sato.browser.get(&ward.at("fields/backup")).await.says("控えの表.html").says("8 B");
    sato.browser.get(&ward.at("documents")).await.is(200).says("控えの表.html").says("Files: 1");

    let file = sato.browser.get(&address(&ward).await).await;
    file.is(200);
    assert_eq!(file.text, "<script>");
    let said =
        |name: header::HeaderName| file.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(said(header::CONTENT_DISPOSITION).starts_with("attachment; filename="));
    assert_eq!(said(header::CONTENT_TYPE), "application/octet-stream", "never shown as a page of ours");
    assert_eq!(said(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let entries = ward.world.app.store.recent_journal(Chain::Facility(ward.facility), 5).await.expect("read");
    assert!(entries.iter().any(|entry| entry.event.action.contains("read")), "{entries:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_taken_says_why() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let path = ward.question(QUESTION, "documents");
    sato.browser.attach(&path, "", "application/octet-stream", b"").await.is(422).says("No file was chosen");
    sato.browser.attach(&path, "empty.pdf", "application/pdf", b"").await.is(422).says("The file is empty");
    let large = vec![0; MAX_DOCUMENT_BYTES + 1];
    sato.browser.attach(&path, "large.pdf", "application/pdf", &large).await.is(413);
    ward.close().await;
    sato.browser.attach(&path, "late.pdf", "application/pdf", b"%PDF").await.is(422).says("is closed");
    assert!(ward.world.app.store.documents(ward.facility, None).await.expect("read").is_empty());
}

#[tokio::test]
async fn a_file_of_the_largest_size_is_taken() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let large = vec![b'x'; MAX_DOCUMENT_BYTES];
    sato.browser.attach(&ward.question(QUESTION, "documents"), "large.pdf", "application/pdf", &large).await.is(303);
    assert_eq!(sato.browser.get(&address(&ward).await).await.text.len(), MAX_DOCUMENT_BYTES);
}

#[tokio::test]
async fn a_file_is_removed_while_the_assessment_is_open() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.attach(&ward.question(QUESTION, "documents"), "a.pdf", "application/pdf", b"%PDF").await.is(303);
    let remove = format!("{}/remove", address(&ward).await);
    let mut auditor = ward.somebody("Auditor", Role::Auditor).await;
    auditor.browser.submit(&remove, &[]).await.is(403);
    sato.browser.submit(&remove, &[]).await.goes(&ward.at("documents"));
    assert!(ward.world.app.store.documents(ward.facility, None).await.expect("read").is_empty());
}

#[tokio::test]
async fn a_respondent_and_a_neighbour_reach_no_file() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.attach(&ward.question(QUESTION, "documents"), "a.pdf", "application/pdf", b"%PDF").await.is(303);
    let file = address(&ward).await;
    ward.somebody("Ueda", Role::Respondent).await.browser.get(&file).await.is(403);
    let elsewhere = Ward::new().await;
    elsewhere.somebody("Mori", Role::SafetyManager).await.browser.get(&file).await.is(404);
}
