use super::*;
use crate::cases::FactTest;
use crate::catalogue::Confidence;
use crate::connection::risk::RiskId;
use crate::facts::{BackupFacts, ConnectionFacts, ControlFact};
use crate::known::SourceLine;
use crate::score::Level;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 21);

fn step(phase: Phase, broken_by: &[(&str, Option<FactTest>)]) -> Step {
    Step {
        phase,
        text: Text::new("段", "step"),
        broken_by: broken_by
            .iter()
            .map(|(control, fact)| Breaker { control: (*control).into(), fact: *fact })
            .collect(),
        source: (!broken_by.is_empty()).then_some(0),
        confidence: Confidence::Seen,
    }
}

fn case(steps: Vec<Step>) -> PublishedCase {
    PublishedCase {
        id: "case-x".into(),
        name: Text::new("病院", "Hospital"),
        month: "2021-10".into(),
        kind: Text::new("暗号化", "ransomware"),
        summary: Text::new("要旨", "summary"),
        steps,
        unknown: Vec::new(),
        sources: vec![SourceLine { title: "報告書".into(), date: None, url: None }],
        confidence: Confidence::Seen,
    }
}

fn chain() -> PublishedCase {
    case(vec![
        step(Phase::Entry, &[("network.gateway-update", Some(FactTest::TwoFactor))]),
        step(Phase::Foothold, &[]),
        step(Phase::Spread, &[("authentication.unique-admin-passwords", None)]),
        step(Phase::Recovery, &[("backup.offline", Some(FactTest::OfflineCopies))]),
    ])
}

fn answered(levels: &[(&str, u8)]) -> FactSheet {
    let fact = |level: u8| ControlFact {
        level: Level::new(level).expect("0-3"),
        day: date(2026, 6, 1),
        question: "it-network-01".into(),
    };
    FactSheet {
        answers: levels.iter().map(|(id, level)| ((*id).into(), fact(*level))).collect(),
        ..FactSheet::default()
    }
}

fn walked(case: &PublishedCase, facts: &FactSheet) -> (Outcome, Vec<Verdict>) {
    let found = walk(case, &Ground { facts, lines: &[], today: TODAY }, &Catalogue::default());
    (found.outcome, found.steps.iter().map(|view| view.verdict).collect())
}

#[test]
fn nothing_known_is_not_good() {
    use Verdict::{NotPublished, Unknown};
    assert_eq!(
        walked(&chain(), &FactSheet::default()),
        (Outcome::Unknown, vec![Unknown, NotPublished, Unknown, Unknown])
    );
}

#[test]
fn the_first_step_that_holds_breaks_the_chain() {
    let facts = answered(&[("network.gateway-update", 1), ("authentication.unique-admin-passwords", 2)]);
    assert_eq!(walked(&chain(), &facts).0, Outcome::Stopped(3));
    let facts = answered(&[("network.gateway-update", 3), ("authentication.unique-admin-passwords", 2)]);
    assert_eq!(walked(&chain(), &facts).0, Outcome::Stopped(1));
}

#[test]
fn a_register_that_says_otherwise_outranks_the_answer() {
    let mut facts = answered(&[("network.gateway-update", 3), ("authentication.unique-admin-passwords", 0)]);
    let lines =
        |without_two_factor| Some(ConnectionFacts { total: 4, without_two_factor, ..ConnectionFacts::default() });
    facts.connections = lines(1);
    assert_eq!(walked(&chain(), &facts).1[0], Verdict::Passed);
    facts.connections = lines(0);
    assert_eq!(walked(&chain(), &facts).1[0], Verdict::Stopped);
}

#[test]
fn a_weak_answer_outweighs_a_register_that_only_counts() {
    let mut facts = answered(&[("network.gateway-update", 0)]);
    facts.connections = Some(ConnectionFacts { total: 4, ..ConnectionFacts::default() });
    assert_eq!(walked(&chain(), &facts).1[0], Verdict::Passed);
}

#[test]
fn a_copy_offline_makes_the_harm_smaller_and_stops_nothing() {
    let mut facts = answered(&[("network.gateway-update", 0), ("authentication.unique-admin-passwords", 1)]);
    facts.backups = Some(BackupFacts { systems: 3, offline: 3, ..BackupFacts::default() });
    assert_eq!(walked(&chain(), &facts).0, Outcome::Limited(4));
    facts.backups = Some(BackupFacts { systems: 3, offline: 2, ..BackupFacts::default() });
    assert_eq!(walked(&chain(), &facts).0, Outcome::NotStopped);
    facts.answers.remove(&ControlId::from("authentication.unique-admin-passwords"));
    assert_eq!(walked(&chain(), &facts).0, Outcome::Unknown, "the open step could have kept the harm away");
}

#[test]
fn a_line_that_resembles_the_case_is_not_outweighed_by_an_answer() {
    let facts = answered(&[("network.gateway-update", 3), ("authentication.unique-admin-passwords", 0)]);
    let mark = |severity| RiskMark {
        id: RiskId::Firmware,
        severity,
        reason: Text::new("古い", "old"),
        case: Some("case-handa-2021"),
    };
    for (severity, verdict) in [(Severity::High, Verdict::Passed), (Severity::Medium, Verdict::Stopped)] {
        let lines = [("保守VPN".to_owned(), vec![mark(severity)])];
        let chain = chain();
        let found = walk(&chain, &Ground { facts: &facts, lines: &lines, today: TODAY }, &Catalogue::default());
        assert_eq!(found.steps[0].verdict, verdict, "{severity:?}");
    }
}

#[test]
fn every_reason_names_the_day_of_its_fact() {
    let facts = answered(&[("network.gateway-update", 3)]);
    let chain = chain();
    let found = walk(&chain, &Ground { facts: &facts, lines: &[], today: TODAY }, &Catalogue::default());
    assert_eq!(found.steps[0].reasons[0].day, Some(date(2026, 6, 1)));
    assert!(found.steps[0].reasons[0].text.en.contains("as of 1 June 2026"));
}

#[test]
fn what_breaks_it_earlier_is_said_for_the_steps_before() {
    let facts = answered(&[("network.gateway-update", 0), ("authentication.unique-admin-passwords", 2)]);
    let chain = chain();
    let found = walk(&chain, &Ground { facts: &facts, lines: &[], today: TODAY }, &Catalogue::default());
    assert_eq!(found.advice.iter().map(|advice| advice.step).collect::<Vec<_>>(), [1]);
}
