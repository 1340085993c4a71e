//! A round of calls, as a hospital lives it.

use super::*;
use crate::contacts::{ContactLine, chart};
use crate::facility::FacilityKind;
use crate::record::RecordId;
use jiff::civil::date;

fn at(seconds: i64) -> Ts {
    Ts::from_micros(1_795_000_000_000_000).plus_seconds(seconds)
}

fn tree() -> Chart {
    let line = |part, name: &str| ContactLine {
        name: name.into(),
        phone_day: "内線 2101".into(),
        phone_night: "000-0000-1101".into(),
        ..ContactLine::of(part)
    };
    let id = |n: u128| RecordId(uuid::Uuid::from_u128(n));
    let rows = [
        (id(1), line(Part::It, "小田")),
        (id(2), line(Part::SafetyManager, "藤森")),
        (id(3), line(Part::Director, "白石")),
        (id(4), ContactLine { phone_night: String::new(), ..line(Part::Police, "県警") }),
    ];
    chart(FacilityKind::Hospital, &rows, &[], date(2026, 11, 21))
}

fn tap(outcome: Outcome, seconds: i64) -> Attempt {
    Attempt { outcome, at: at(seconds), by: "小田".into() }
}

#[test]
fn a_test_calls_the_house_and_leaves_the_police_alone() {
    let round = CallRound::begin(&tree(), Reach::HouseAndVendors, true, "小田", at(0));
    assert_eq!(
        round.calls.iter().map(|call| call.part).collect::<Vec<_>>(),
        [Part::It, Part::SafetyManager, Part::Director]
    );
    assert_eq!(round.calls[0].phone, "000-0000-1101", "the telephone of the night");
    assert_eq!((round.calls[0].caller, round.calls[1].caller, round.calls[2].caller), (None, Some(0), Some(1)));
    let all = CallRound::begin(&tree(), Reach::Everybody, true, "小田", at(0));
    assert_eq!(all.calls.len(), 4);
    assert_eq!(all.calls.last().expect("police").phone, "内線 2101", "who has no night phone is called by day's");
}

#[test]
fn minutes_run_until_the_last_one_is_reached_and_a_substitute_counts() {
    let mut round = CallRound::begin(&tree(), Reach::House, false, "小田", at(0));
    round.aim_minutes = Some(10);
    assert_eq!(round.tally(), Tally { lines: 3, open: 3, ..Tally::default() });
    round.mark(0, tap(Outcome::Answered, 30)).expect("runs");
    round.mark(1, tap(Outcome::NoAnswer, 90)).expect("runs");
    assert_eq!(round.unreachable(), [1]);
    round.mark(1, tap(Outcome::Substitute, 300)).expect("runs");
    assert_eq!(round.unreachable(), [0_usize; 0], "the substitute was reached");
    round.mark(2, tap(Outcome::Answered, 540)).expect("runs");
    let tally = round.tally();
    assert_eq!((tally.reached, tally.seconds, tally.complete, tally.within_aim), (3, Some(540), true, Some(true)));
}

#[test]
fn the_same_tap_twice_counts_once_and_a_mark_can_be_taken_back() {
    let mut round = CallRound::begin(&tree(), Reach::House, false, "小田", at(0));
    assert_eq!(round.mark(0, tap(Outcome::NoAnswer, 10)), Ok(true));
    assert_eq!(round.mark(0, tap(Outcome::NoAnswer, 12)), Ok(false), "a nervous finger");
    assert_eq!(round.mark(0, tap(Outcome::NoAnswer, 120)), Ok(true), "a second try");
    assert_eq!(round.mark(0, tap(Outcome::Answered, 200)), Ok(true));
    assert_eq!(round.mark(0, tap(Outcome::Answered, 900)), Ok(false), "reached once is reached");
    assert_eq!(round.calls[0].reached_at(), Some(at(200)));
    round.unmark(0).expect("marked");
    assert_eq!(round.calls[0].outcome(), Some(Outcome::NoAnswer));
    assert_eq!(round.mark(9, tap(Outcome::Answered, 1)), Err(Refusal::NoSuchLine));
    assert_eq!(round.unmark(2), Err(Refusal::NothingMarked));
}

#[test]
fn an_ended_round_stays_as_it_is_and_whoever_was_missed_breaks_the_aim() {
    let mut round = CallRound::begin(&tree(), Reach::House, false, "小田", at(0));
    round.aim_minutes = Some(10);
    round.mark(0, tap(Outcome::WrongNumber, 20)).expect("runs");
    assert_eq!(round.tally().within_aim, None, "it still runs");
    round.end(at(1_200), "番号が古い".into()).expect("runs");
    assert_eq!(round.tally().within_aim, Some(false));
    assert_eq!((round.tally().not_reached, round.tally().open), (1, 2));
    assert_eq!(round.mark(1, tap(Outcome::Answered, 1_300)), Err(Refusal::Ended));
    assert_eq!(round.end(at(1_300), String::new()), Err(Refusal::Ended));
}

#[test]
fn a_clock_turned_back_gives_no_negative_minutes() {
    let round = CallRound::begin(&tree(), Reach::House, false, "小田", at(0));
    assert_eq!(round.seconds_until(at(-7_200)), 0);
}
