//! Nothing of one facility is reached through another.

use crate::fixture::{facility, hospital, level, noon, of_year, question, save, saved, system};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{
    HandoverState, InvitationKind, NewAnswer, NewDocument, NewHandover, NewInvitation, RecipientKind, StoreError,
};

macro_rules! not_found {
    ($($call:expr),+ $(,)?) => {$(
        match $call.await {
            Err(StoreError::NotFound(_)) => {}
            other => panic!("{}: {other:?}", stringify!($call)),
        }
    )+};
}

#[tokio::test]
async fn another_facilitys_id_with_our_assessment_finds_nothing_and_changes_nothing() {
    for_each_database(async |place| {
        let store = place.open().await;
        let ours @ (facility_id, assessment) = hospital(&store).await;
        let other = facility(&store, "よその病院").await;
        let act = &system();
        let q = &question("it-a-01");
        saved(save(&store, ours, "it-a-01", 2, None).await);
        let invitation = NewInvitation {
            assessment,
            questions: None,
            name: "院長".to_owned(),
            kind: InvitationKind::Executive,
            expires_at: noon().plus_seconds(60),
        };
        let issued = store.create_invitation(act, facility_id, &invitation).await.expect("invites");
        let handover = NewHandover {
            assessment,
            question: q.clone(),
            to_name: "業者".to_owned(),
            to_kind: RecipientKind::Vendor,
            message: String::new(),
            person: None,
            invitation: Some(issued.row.id),
        };
        let handed = store.create_handover(act, facility_id, &handover).await.expect("hands over");
        let document = NewDocument {
            assessment: Some(assessment),
            question: None,
            name: "a.txt".to_owned(),
            media_type: "text/plain".to_owned(),
        };
        let kept = store.add_document(act, facility_id, &document, b"ours".to_vec()).await.expect("keeps");
        store.add_comment(act, facility_id, assessment, q, "うちの話").await.expect("comments");
        let before = store.answers(facility_id, assessment).await.expect("reads");

        let import = [NewAnswer { question: q.clone(), value: level(0), note: String::new() }];
        not_found!(
            store.assessment(other, assessment),
            store.previous_assessment(other, assessment),
            store.answers(other, assessment),
            store.model_answers(other, assessment),
            store.save_answer(act, other, assessment, q, level(0), "", Some(1)),
            store.save_all(act, other, assessment, &import),
            store.clear_answer(act, other, assessment, q, 1),
            store.close_assessment(act, other, assessment),
            store.carry_over(act, other, assessment, assessment, std::slice::from_ref(q)),
            store.add_comment(act, other, assessment, q, "よその話"),
            store.create_invitation(act, other, &invitation),
            store.revoke_invitation(act, other, issued.row.id),
            store.create_handover(act, other, &handover),
            store.handover(other, handed.id),
            store.set_handover_state(act, other, handed.id, HandoverState::Closed),
            store.add_document(act, other, &document, b"theirs".to_vec()),
            store.document(other, kept.id),
            store.read_document(act, other, kept.id),
            store.remove_document(act, other, kept.id),
        );
        assert_eq!(store.answer(other, assessment, q).await.expect("reads"), None);
        assert!(store.answer_history(other, assessment, q).await.expect("reads").is_empty());
        assert!(store.comments(other, assessment, None).await.expect("reads").is_empty());
        assert!(store.invitations_to(other, assessment).await.expect("reads").is_empty());
        assert!(store.handovers(other, assessment).await.expect("reads").is_empty());
        assert!(store.handovers_for_invitation(other, issued.row.id).await.expect("reads").is_empty());
        assert!(store.documents(other, None).await.expect("reads").is_empty());
        assert!(store.document_counts(other, assessment).await.expect("reads").is_empty());
        assert!(store.assessments(other).await.expect("reads").is_empty());
        store.mark_invitation_used(act, other, issued.row.id).await.expect("changes nothing");

        assert_eq!(store.answers(facility_id, assessment).await.expect("reads"), before);
        let invited = store.invitations_to(facility_id, assessment).await.expect("reads");
        assert_eq!((invited[0].revoked_at, invited[0].first_used_at), (None, None));
        assert_eq!(store.handover(facility_id, handed.id).await.expect("reads").state, HandoverState::Open);
    })
    .await;
}

#[tokio::test]
async fn a_facilitys_log_holds_its_own_matters_only() {
    for_each_database(async |place| {
        use hakutaku_model::journal::Chain;
        let store = place.open().await;
        let (one, _) = hospital(&store).await;
        let two = facility(&store, "よその病院").await;
        store.create_assessment(&system(), two, &of_year(2026)).await.expect("creates");
        let actions = |entries: Vec<hakutaku_model::journal::Entry>| -> Vec<String> {
            entries.into_iter().map(|entry| entry.event.action).collect()
        };
        for facility in [one, two] {
            let entries = store.journal(Chain::Facility(facility), 1, 100).await.expect("reads");
            assert_eq!(actions(entries), ["facility.create", "assessment.create"]);
        }
        let entries = store.journal(Chain::Installation, 1, 100).await.expect("reads");
        assert_eq!(actions(entries), ["facility.create", "facility.create"]);
    })
    .await;
}
