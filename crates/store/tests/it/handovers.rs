//! Invitations, hand-overs, comments.

use crate::fixture::{hospital, noon, person, question, system};
use hakutaku_model::id::{AssessmentId, FacilityId};
use hakutaku_model::person::Role;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{
    Act, HandoverState, InvitationKind, IssuedInvitation, NewHandover, NewInvitation, RecipientKind, Store, StoreError,
};

async fn invite(store: &Store, (facility, assessment): (FacilityId, AssessmentId)) -> IssuedInvitation {
    let new = NewInvitation {
        assessment,
        questions: Some(vec![question("it-a-01")]),
        name: "保守業者 山田".to_owned(),
        kind: InvitationKind::Vendor,
        expires_at: noon().plus_seconds(3600),
    };
    store.create_invitation(&system(), facility, &new).await.expect("invites")
}

fn to_colleague(assessment: AssessmentId) -> NewHandover {
    NewHandover {
        assessment,
        question: question("it-a-01"),
        to_name: "看護師長".to_owned(),
        to_kind: RecipientKind::Colleague,
        message: "病棟の分をお願いします".to_owned(),
        person: None,
        invitation: None,
    }
}

#[tokio::test]
async fn an_invitation_works_until_it_ends_or_is_withdrawn() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of @ (facility, assessment) = hospital(&store).await;
        let issued = invite(&store, place_of).await;
        let found = store.invitation(&issued.token, noon()).await.expect("reads").expect("valid");
        assert_eq!(found, issued.row);
        assert_eq!(store.invitation(&issued.token, noon().plus_seconds(3600)).await.expect("reads"), None);
        for later in [10, 20] {
            let act = Act::invitation(found.id, noon().plus_seconds(later));
            store.mark_invitation_used(&act, facility, found.id).await.expect("notes");
        }
        let listed = store.invitations_to(facility, assessment).await.expect("lists");
        assert_eq!(listed[0].first_used_at, Some(noon().plus_seconds(10)), "the first opening counts");
        store.revoke_invitation(&system(), facility, found.id).await.expect("withdraws");
        assert_eq!(store.invitation(&issued.token, noon()).await.expect("reads"), None);
    })
    .await;
}

#[tokio::test]
async fn a_hand_over_moves_only_along_its_states() {
    for_each_database(async |place| {
        use HandoverState::{Answered, Closed, Open, Returned};
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let row = store.create_handover(&system(), facility, &to_colleague(assessment)).await.expect("hands over");
        assert_eq!(row.state, Open);
        for (state, allowed) in [
            (Open, false),
            (Returned, true),
            (Answered, true),
            (Open, false),
            (Closed, true),
            (Open, false),
            (Returned, false),
        ] {
            let moved = store.set_handover_state(&system(), facility, row.id, state).await;
            assert_eq!(moved.is_ok(), allowed, "to {state:?}: {moved:?}");
        }
        assert_eq!(store.handover(facility, row.id).await.expect("reads").state, Closed);
    })
    .await;
}

#[tokio::test]
async fn hand_overs_find_their_person_as_long_as_that_person_has_a_role_there() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of @ (facility, assessment) = hospital(&store).await;
        let who = person(&store, "nurse").await;
        let new = NewHandover { person: Some(who), ..to_colleague(assessment) };
        let stranger = store.create_handover(&system(), facility, &new).await;
        assert!(matches!(stranger, Err(StoreError::NotFound(_))), "no role at this facility: {stranger:?}");
        store.grant(&system(), who, Some(facility), Role::Respondent).await.expect("grants");
        let row = store.create_handover(&system(), facility, &new).await.expect("hands over");
        assert_eq!(store.handovers_for_person(who).await.expect("lists"), [row]);
        store.revoke(&system(), who, Some(facility), Role::Respondent).await.expect("revokes");
        assert!(store.handovers_for_person(who).await.expect("lists").is_empty());
        let invitation = invite(&store, place_of).await.row.id;
        let by_link =
            NewHandover { to_kind: RecipientKind::Vendor, invitation: Some(invitation), ..to_colleague(assessment) };
        let row = store.create_handover(&system(), facility, &by_link).await.expect("hands over");
        assert_eq!(store.handovers_for_invitation(facility, invitation).await.expect("lists"), [row]);
        assert_eq!(store.handovers(facility, assessment).await.expect("lists").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn comments_stay_with_their_question_in_order() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let who = Act::person(person(&store, "kato").await, noon());
        for (key, text) in [("a", "一つ目"), ("b", "別の問い"), ("a", "二つ目")] {
            store.add_comment(&who, facility, assessment, &question(key), text).await.expect("adds");
        }
        let on_a = store.comments(facility, assessment, Some(&question("a"))).await.expect("lists");
        assert_eq!(on_a.iter().map(|row| row.text.as_str()).collect::<Vec<_>>(), ["一つ目", "二つ目"]);
        assert_eq!(on_a[0].by, "kato さん");
        assert_eq!(store.comments(facility, assessment, None).await.expect("lists").len(), 3);
        assert!(store.add_comment(&who, facility, assessment, &question("a"), "  ").await.is_err());
    })
    .await;
}
