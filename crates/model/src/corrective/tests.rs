//! What may be done with an action, and what opens it again.

use super::*;
use crate::facts::AccountFacts;
use jiff::civil::date;
use uuid::Uuid;

fn deed(by: &str, person: Option<u128>) -> Deed {
    let person = person.map(|n| PersonId(Uuid::from_u128(n)));
    Deed { by: by.into(), person, on: date(2026, 11, 21), remark: String::new() }
}

fn accounts(left: u32) -> FactSheet {
    let accounts = AccountFacts { leavers_known: true, left_but_enabled: left, ..AccountFacts::default() };
    FactSheet { accounts: Some(accounts), ..FactSheet::default() }
}

#[test]
fn whoever_did_the_work_does_not_close_it() {
    let none = FactSheet::default();
    let mut action = CorrectiveAction::new("退職者のIDを止める", Source::Noted);
    assert_eq!(action.close(deed("村井", Some(2)), None, &none), Err(Refusal::NotDone));
    action.finish(deed("藤森", Some(1))).expect("it was open");
    assert_eq!(action.close(deed("別名", Some(1)), None, &none), Err(Refusal::SamePerson));
    assert_eq!(action.close(deed("藤 森", None), None, &none), Err(Refusal::SamePerson), "the name alone");
    action.close(deed("村井", Some(2)), None, &none).expect("a second person");
    assert_eq!(action.state(date(2026, 11, 22)), State::Closed);
    assert_eq!(action.close(deed("村井", Some(2)), None, &none), Err(Refusal::AlreadyClosed));
}

#[test]
fn a_fact_that_turns_bad_opens_it_again_by_itself() {
    let mut action = CorrectiveAction::new("退職者のIDを止める", Source::Noted);
    action.watch = Some(Watch::NobodyLeftSignsIn);
    action.finish(deed("藤森", Some(1))).expect("it was open");
    assert_eq!(action.close(deed("村井", Some(2)), None, &accounts(1)), Err(Refusal::FactStillBad));
    action.close(deed("村井", Some(2)), None, &accounts(0)).expect("the fact is good");
    assert!(!action.look_at(&accounts(0), date(2026, 12, 1)));
    assert!(!action.look_at(&FactSheet::default(), date(2026, 12, 1)), "nothing known is nothing bad");
    assert!(action.look_at(&accounts(2), date(2026, 12, 1)));
    assert_eq!(action.state(date(2026, 12, 1)), State::Open);
    assert_eq!(action.reopened[0].fact, "nobody-left-signs-in");
    assert!(!action.look_at(&accounts(2), date(2026, 12, 2)), "it opens once");
}

#[test]
fn the_later_look_keeps_it_closed_or_opens_it() {
    let none = FactSheet::default();
    let mut action = CorrectiveAction::new("訓練", Source::Noted);
    action.due = Some(date(2026, 11, 30));
    assert_eq!(action.state(date(2026, 11, 30)), State::Open);
    assert_eq!(action.state(date(2026, 12, 1)), State::Overdue);
    assert_eq!((action.days_past(date(2026, 11, 30)), action.days_past(date(2026, 12, 31))), (None, Some(31)));
    action.finish(deed("藤森", None)).expect("it was open");
    assert_eq!(action.state(date(2026, 12, 1)), State::Done);
    assert_eq!(action.days_past(date(2026, 12, 31)), None);
    action.close(deed("村井", None), Some(date(2027, 2, 1)), &none).expect("a second person");
    assert_eq!(action.state(date(2027, 1, 31)), State::Closed);
    assert_eq!(action.state(date(2027, 2, 1)), State::EffectDue);
    let mut held = action.clone();
    held.see_effect(deed("村井", None), true).expect("a look was planned");
    assert_eq!(held.state(date(2027, 2, 2)), State::Effective);
    action.see_effect(deed("村井", None), false).expect("a look was planned");
    assert_eq!(action.state(date(2027, 2, 2)), State::Overdue);
    assert_eq!(action.reopened.len(), 1);
}

#[test]
fn what_was_done_stays_readable_when_it_opens_again() {
    let mut action = CorrectiveAction::new("退職者のIDを止める", Source::Noted);
    action.finish(deed("藤森", Some(1))).expect("it was open");
    action.close(deed("村井", Some(2)), None, &FactSheet::default()).expect("a second person");
    action.reopen(deed("大庭", Some(3))).expect("it was closed");
    let past = &action.reopened[0];
    assert_eq!(past.done.as_ref().map(|deed| deed.by.as_str()), Some("藤森"));
    assert_eq!(past.closed.as_ref().map(|deed| deed.by.as_str()), Some("村井"));
    assert_eq!(past.by, "大庭");
}

#[test]
fn only_what_is_closed_is_proof_for_its_controls() {
    let (plan, drill) = (ControlId::from("bcp.plan"), ControlId::from("bcp.drill"));
    let action = |title: &str, controls: &[&ControlId], closed: Option<Date>| {
        let mut action = CorrectiveAction::new(title, Source::Noted);
        action.controls = controls.iter().map(|id| (*id).clone()).collect();
        action.due = Some(date(2026, 10, 31));
        let deed = |by: &str, on| Deed { by: by.into(), person: None, on, remark: String::new() };
        action.done = closed.map(|on| deed("藤森", on));
        action.closed = closed.map(|on| deed("村井", on));
        action
    };
    let rows = [
        action("紙の用紙を各病棟に置く", &[&plan, &drill, &plan], Some(date(2026, 11, 3))),
        action("電話の順番を直す", &[&plan], Some(date(2026, 9, 1))),
        action("訓練に夜勤を入れる", &[&drill], None),
    ];
    let today = date(2026, 11, 21);
    let facts = action_facts(&rows, today).expect("there are some");
    assert_eq!((facts.open, facts.overdue), (1, 1));
    let proof = &facts.by_control[&plan];
    assert_eq!(
        (proof.title.as_str(), proof.closed, proof.count, proof.open),
        ("紙の用紙を各病棟に置く", date(2026, 11, 3), 2, 0)
    );
    assert_eq!((facts.by_control[&drill].count, facts.by_control[&drill].open), (1, 1));
    assert_eq!(closed_since(&rows, std::slice::from_ref(&plan), Some(date(2026, 10, 1))).len(), 1);
    assert_eq!(closed_since(&rows, std::slice::from_ref(&plan), None)[0].0, "紙の用紙を各病棟に置く");
    let mut again = rows.to_vec();
    again[0].reopen(Deed { by: "大庭".into(), person: None, on: today, remark: String::new() }).expect("closed");
    assert_eq!(action_facts(&again, today).expect("some").by_control.get(&drill), None, "it opened again");
    assert_eq!(action_facts(&[], today), None);
}
