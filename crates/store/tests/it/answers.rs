//! Answers: saved as one goes, never overwritten silently.

use crate::fixture::{assessment, facility, hospital, level, noon, of_year, person, question, save, saved, system};
use hakutaku_model::assessment::{AnswerValue, Standing};
use hakutaku_model::time::FiscalYear;
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Act, ChangeKind, NewAnswer, NewAssessment, SaveOutcome, StoreError};

#[tokio::test]
async fn an_answer_is_kept_with_who_gave_it_and_when() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, assessment) = hospital(&store).await;
        let who = person(&store, "tanaka").await;
        let act = Act::person(who, noon());
        let reason = AnswerValue::NotApplicable("無線は使っていない".to_owned());
        saved(store.save_answer(&act, facility, assessment, &question("it-a-01"), reason.clone(), "備考", None).await);
        store.set_display_name(&system(), who, "別の名").await.expect("renames");
        let rows = store.answers(facility, assessment).await.expect("reads");
        assert_eq!(rows.len(), 1);
        assert_eq!((&rows[0].value, rows[0].note.as_str(), rows[0].version), (&reason, "備考", 1));
        assert_eq!(
            (rows[0].answered_by.as_str(), rows[0].answered_at),
            ("tanaka さん", noon()),
            "the name as it was then"
        );
        assert_eq!(rows[0].standing, Standing::Confirmed);
    })
    .await;
}

#[tokio::test]
async fn two_people_answering_at_once_conflict_visibly() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of = hospital(&store).await;
        let first = saved(save(&store, place_of, "it-a-01", 1, None).await);
        let (one, other) =
            tokio::join!(save(&store, place_of, "it-a-01", 2, Some(1)), save(&store, place_of, "it-a-01", 3, Some(1)));
        let outcomes = [one.expect("no failure"), other.expect("no failure")];
        let stands = outcomes.iter().find_map(|o| match o {
            SaveOutcome::Saved(row) => Some(row.clone()),
            SaveOutcome::Conflict(_) => None,
        });
        let stands = stands.expect("one of them is saved");
        assert_eq!((first.version, stands.version), (1, 2));
        assert!(outcomes.contains(&SaveOutcome::Conflict(Some(stands))), "the other one is shown what stands");
    })
    .await;
}

#[tokio::test]
async fn an_answer_taken_away_is_a_conflict_for_who_still_saw_it() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of @ (facility, assessment) = hospital(&store).await;
        saved(save(&store, place_of, "it-a-01", 1, None).await);
        let clear = store.clear_answer(&system(), facility, assessment, &question("it-a-01"), 9).await;
        assert!(matches!(clear, Err(StoreError::Conflict(_))));
        store.clear_answer(&system(), facility, assessment, &question("it-a-01"), 1).await.expect("clears");
        assert_eq!(
            save(&store, place_of, "it-a-01", 2, Some(1)).await.expect("no failure"),
            SaveOutcome::Conflict(None)
        );
        let again = saved(save(&store, place_of, "it-a-01", 2, None).await);
        assert_eq!(again.version, 3, "versions go on rising");
        let history = store.answer_history(facility, assessment, &question("it-a-01")).await.expect("reads");
        let kinds: Vec<_> = history.iter().map(|change| (change.version, change.kind, change.value.clone())).collect();
        assert_eq!(
            kinds,
            [
                (1, ChangeKind::Saved, Some(level(1))),
                (2, ChangeKind::Cleared, None),
                (3, ChangeKind::Saved, Some(level(2)))
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn many_saves_at_once_are_each_acknowledged_and_one_bad_one_spoils_no_other() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of = hospital(&store).await;
        let other = facility(&store, "別の病院").await;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..200_u32 {
            let store = store.clone();
            tasks.spawn(async move {
                // Every tenth names another hospital's assessment.
                let at = if n % 10 == 0 { (other, place_of.1) } else { place_of };
                (n, save(&store, at, &format!("q-{n:03}"), 2, None).await)
            });
        }
        while let Some(done) = tasks.join_next().await {
            let (n, outcome) = done.expect("no panic");
            match outcome {
                Err(StoreError::NotFound(_)) => assert_eq!(n % 10, 0, "{n}"),
                outcome => assert_ne!(saved(outcome).version + i64::from(n % 10), 1, "{n}"),
            }
        }
        assert_eq!(store.answers(place_of.0, place_of.1).await.expect("reads").len(), 180);
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn a_blank_reason_and_a_closed_assessment_take_no_answer() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of @ (facility, assessment) = hospital(&store).await;
        let blank = AnswerValue::NotApplicable("　".to_owned());
        let outcome = store.save_answer(&system(), facility, assessment, &question("q"), blank, "", None).await;
        assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
        store.close_assessment(&system(), facility, assessment).await.expect("closes");
        assert!(matches!(save(&store, place_of, "q", 1, None).await, Err(StoreError::Invalid(_))));
        assert!(store.close_assessment(&system(), facility, assessment).await.is_err(), "it is closed already");
        store.reopen_assessment(&system(), facility, assessment).await.expect("reopens");
        saved(save(&store, place_of, "q", 1, None).await);
    })
    .await;
}

#[tokio::test]
async fn an_import_is_all_or_nothing() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of @ (facility, assessment) = hospital(&store).await;
        saved(save(&store, place_of, "q-1", 0, None).await);
        let answer = |key: &str, value| NewAnswer { question: question(key), value, note: String::new() };
        let bad = [answer("q-1", level(3)), answer("q-2", AnswerValue::NotApplicable(String::new()))];
        assert!(store.save_all(&system(), facility, assessment, &bad).await.is_err());
        assert_eq!(store.answers(facility, assessment).await.expect("reads")[0].value, level(0));
        let good = [answer("q-1", level(3)), answer("q-2", level(1))];
        let rows = store.save_all(&system(), facility, assessment, &good).await.expect("imports");
        assert_eq!(rows.iter().map(|row| row.version).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(store.answers(facility, assessment).await.expect("reads"), rows);
    })
    .await;
}

#[tokio::test]
async fn an_import_is_refused_whole_when_anything_it_was_compared_with_has_changed() {
    for_each_database(async |place| {
        let store = place.open().await;
        let facility = facility(&store, "白沢記念病院").await;
        let answer = |key: &str| NewAnswer { question: question(key), value: level(3), note: String::new() };
        // "kept" stays as it is: whoever said yes to the import saw it all the same.
        let file = [answer("changed"), answer("cleared"), answer("new")];
        let seen = [("changed", Some(1)), ("cleared", Some(1)), ("kept", Some(1)), ("new", None)]
            .map(|(key, version)| (question(key), version));
        for (year, meanwhile) in (2020..).zip([None, Some("changed"), Some("cleared"), Some("kept"), Some("new")]) {
            let place_of @ (_, assessment) = (facility, assessment(&store, facility, year).await);
            for key in ["changed", "cleared", "kept"] {
                saved(save(&store, place_of, key, 1, None).await);
            }
            match meanwhile {
                None => {}
                Some("cleared") => {
                    store.clear_answer(&system(), facility, assessment, &question("cleared"), 1).await.expect("clears");
                }
                Some(key) => {
                    saved(save(&store, place_of, key, 2, (key != "new").then_some(1)).await);
                }
            }
            let before = store.answers(facility, assessment).await.expect("reads");
            let outcome = store.save_all_as_seen(&system(), facility, assessment, &file, &seen).await;
            match meanwhile {
                None => assert_eq!(outcome.expect("imports").len(), 3),
                Some(what) => {
                    assert!(matches!(outcome, Err(StoreError::Conflict(_))), "{what}: {outcome:?}");
                    let after = store.answers(facility, assessment).await.expect("reads");
                    assert_eq!(after, before, "{what}: nothing of it is saved");
                }
            }
        }
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn of_imports_and_answers_at_the_same_moment_one_stands_and_the_others_learn_of_it() {
    for_each_database(async |place| {
        let store = place.open().await;
        let place_of @ (facility, assessment) = hospital(&store).await;
        let keys: Vec<String> = (0..20).map(|n| format!("q-{n:02}")).collect();
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..4_u8 {
            let (store, keys) = (store.clone(), keys.clone());
            tasks.spawn(async move {
                // All of them looked at an assessment without answers; the last two answer one question on the page.
                if n >= 2 {
                    return match save(&store, place_of, &keys[19], n, None).await.expect("no failure") {
                        SaveOutcome::Saved(row) => Some(vec![row]),
                        SaveOutcome::Conflict(_) => None,
                    };
                }
                let seen: Vec<_> = keys.iter().map(|key| (question(key), None)).collect();
                let file: Vec<_> = keys
                    .iter()
                    .map(|key| NewAnswer { question: question(key), value: level(n), note: String::new() })
                    .collect();
                match store.save_all_as_seen(&system(), facility, assessment, &file, &seen).await {
                    Ok(rows) => Some(rows),
                    Err(StoreError::Conflict(_)) => None,
                    Err(error) => panic!("{error}"),
                }
            });
        }
        let stood: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(stood.len(), 1, "{stood:?}");
        assert_eq!(store.answers(facility, assessment).await.expect("reads"), stood[0]);
    })
    .await;
}

#[tokio::test]
async fn last_years_answers_come_in_unconfirmed_and_count_when_saved_again() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, this) = hospital(&store).await;
        let last = assessment(&store, facility, 2025).await;
        for key in ["kept", "dropped", "answered"] {
            saved(save(&store, (facility, last), key, 1, None).await);
        }
        saved(save(&store, (facility, this), "answered", 3, None).await);
        let previous = store.previous_assessment(facility, this).await.expect("reads").expect("there is one");
        assert_eq!(previous.id, last);
        let wanted = [question("kept"), question("answered"), question("new")];
        let copied = store.carry_over(&system(), facility, last, this, &wanted).await.expect("copies");
        assert_eq!(copied, 1, "not what is answered already, not what is no longer asked");
        let row = store.answer(facility, this, &question("kept")).await.expect("reads").expect("copied");
        assert_eq!((row.standing, row.version), (Standing::Unconfirmed, 1));
        let row = saved(save(&store, (facility, this), "kept", 1, Some(1)).await);
        assert_eq!(row.standing, Standing::Confirmed);
        assert_eq!(store.carry_over(&system(), facility, last, this, &wanted).await.expect("copies"), 0);
    })
    .await;
}

#[tokio::test]
async fn one_assessment_per_questionnaire_year_and_respondent() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (facility, _) = hospital(&store).await;
        let again = store.create_assessment(&system(), facility, &of_year(2026)).await;
        assert!(matches!(again, Err(StoreError::AlreadyExists(_))), "{again:?}");
        for name in ["院長", "事務長"] {
            let new =
                NewAssessment { questionnaire: "executive".into(), respondent: Some(name.to_owned()), ..of_year(2026) };
            store.create_assessment(&system(), facility, &new).await.expect("one for each executive");
        }
        let found = store.assessments_in(facility, &"executive".into(), FiscalYear(2026)).await.expect("lists");
        let names: Vec<_> = found.iter().filter_map(|row| row.respondent.as_deref()).collect();
        assert_eq!(names, ["院長", "事務長"]);
        let newest = store.latest_assessment(facility, &"hospital-it".into()).await.expect("reads").expect("exists");
        assert_eq!(newest.year, FiscalYear(2026));
    })
    .await;
}
