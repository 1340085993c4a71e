//! Scope, states and results of audits, as a specification.

use super::paper::is_closed;
use super::*;
use crate::corrective::CorrectiveAction;
use crate::facts::{AccountFacts, BackupFacts, FactSheet, ResponsibilityFacts};
use crate::id::PersonId;
use crate::time::{FiscalYear, Ts};
use jiff::civil::date;
use num_rational::Ratio;
use uuid::Uuid;

fn id(n: u128) -> RecordId {
    RecordId(Uuid::from_u128(n))
}

fn deed(by: &str, person: u128) -> Deed {
    Deed {
        by: by.into(),
        person: Some(PersonId(Uuid::from_u128(person))),
        on: date(2026, 10, 1),
        remark: String::new(),
    }
}

fn kept<T>(n: u128, body: T) -> Kept<T> {
    let at = Ts::from_micros(0);
    Kept { id: id(n), version: 1, body, created_at: at, changed_at: at, changed_by: String::new(), retired_at: None }
}

fn item(name: &str, field: &str, control: &str, always: bool) -> AuditItem {
    let text = || Text::new("文", "text");
    AuditItem {
        id: name.into(),
        field: field.into(),
        title: text(),
        controls: vec![control.into()],
        ask: text(),
        look: text(),
        sample: None,
        conforming: text(),
        minor: text(),
        major: text(),
        always,
        source: text(),
        confidence: crate::catalogue::Confidence::Inferred,
    }
}

fn guide() -> AuditGuide {
    AuditGuide {
        items: vec![
            item("manager", "organization", "organization.security-manager", true),
            item("leavers", "access-control", "access-control.leaver-removal", false),
            item("restore", "backup", "backup.restore-test", false),
            item("matrix", "maintenance", "maintenance.responsibility-matrix", false),
            item("doors", "media", "media.storage", false),
        ],
        ..AuditGuide::default()
    }
}

fn ids(proposed: &[Proposed<'_>]) -> Vec<String> {
    proposed.iter().map(|one| one.item.id.clone()).collect()
}

#[test]
fn the_scope_follows_open_findings_then_facts_then_weak_fields_then_what_is_always_looked_at() {
    let guide = guide();
    let facts = FactSheet {
        accounts: Some(AccountFacts { left_but_enabled: 3, ..AccountFacts::default() }),
        ..FactSheet::default()
    };
    let weak =
        [WeakField { field: "backup".into(), title: Text::new("バックアップ", "Backup"), score: "1.20".into() }];
    let past = [PastFinding {
        item: "matrix".into(),
        controls: Vec::new(),
        title: "表に穴がある".into(),
        severity: Severity::Minor,
    }];
    let proposed = propose(&guide, ScopeGround { facts: &facts, weak: &weak, past: &past });
    assert_eq!(ids(&proposed), ["matrix", "leavers", "restore", "manager"]);
    assert_eq!(proposed[1].reasons[0].words().en, "Accounts of leavers still enabled: 3");
    assert_eq!(proposed[2].reasons[0].words().ja, "自己評価で弱い分野: バックアップ（3点中1.20点）");
    assert_eq!(proposed[3].reasons, [Reason::Always]);
}

#[test]
fn facts_that_are_good_or_not_known_propose_nothing() {
    let guide = guide();
    let none = FactSheet::default();
    let ground = ScopeGround { facts: &none, weak: &[], past: &[] };
    assert_eq!(ids(&propose(&guide, ground)), ["manager"]);
    let good = FactSheet {
        backups: Some(BackupFacts { systems: 4, offline: 4, restore_tested: 4, ..BackupFacts::default() }),
        responsibility: Some(ResponsibilityFacts { cells: 9, ..ResponsibilityFacts::default() }),
        ..FactSheet::default()
    };
    assert_eq!(ids(&propose(&guide, ScopeGround { facts: &good, ..ground })), ["manager"]);
    let bad = FactSheet {
        backups: Some(BackupFacts { systems: 4, offline: 4, restore_tested: 1, ..BackupFacts::default() }),
        responsibility: Some(ResponsibilityFacts { holes: 2, ..ResponsibilityFacts::default() }),
        ..FactSheet::default()
    };
    assert_eq!(ids(&propose(&guide, ScopeGround { facts: &bad, ..ground })), ["restore", "matrix", "manager"]);
}

#[test]
fn a_major_finding_weighs_more_than_two_facts() {
    let guide = guide();
    let facts = FactSheet {
        responsibility: Some(ResponsibilityFacts { holes: 1, contradictions: 1, ..ResponsibilityFacts::default() }),
        ..FactSheet::default()
    };
    let past = [PastFinding {
        item: String::new(),
        controls: vec!["media.storage".into()],
        title: "置きっぱなし".into(),
        severity: Severity::Major,
    }];
    let proposed = propose(&guide, ScopeGround { facts: &facts, weak: &[], past: &past });
    assert_eq!(proposed[0].reasons.len() + proposed[1].reasons.len(), 3);
    assert!(ids(&proposed)[..2].contains(&"doors".to_owned()));
}

fn paper(n: u128, name: &str, mark: Mark) -> Kept<AuditPaper> {
    let paper = AuditPaper {
        audit: id(1),
        item: name.into(),
        mark,
        seen: "台帳".into(),
        remark: String::new(),
        documents: Vec::new(),
        by: deed("監査", 1),
    };
    kept(n, paper)
}

fn finding(n: u128, name: &str, cause: &str) -> Kept<Finding> {
    let finding = Finding {
        audit: id(1),
        item: name.into(),
        title: "止めていないID".into(),
        detail: String::new(),
        kind: FindingKind::NotDone,
        severity: Severity::Minor,
        cause: cause.into(),
        risk: String::new(),
        controls: vec!["access-control.leaver-removal".into()],
        documents: Vec::new(),
        by: deed("監査", 1),
    };
    kept(n, finding)
}

fn running() -> Audit {
    let line = |item: &str| ScopeLine { item: item.into(), reasons: Vec::new() };
    let mut audit = Audit { scope: vec![line("leavers"), line("restore")], ..Audit::default() };
    audit.start(deed("監査", 1)).expect("it has a scope");
    audit
}

#[test]
fn an_audit_is_planned_run_signed_and_closed_in_this_order() {
    let mut audit = Audit::default();
    assert_eq!(audit.start(deed("監査", 1)), Err(Refusal::NoScope));
    assert_eq!(audit.may_write(), Err(Refusal::NotBegun));
    assert_eq!(audit.close(deed("管理", 2)), Err(Refusal::NotSigned));
    let mut audit = running();
    assert_eq!(audit.start(deed("監査", 1)), Err(Refusal::BegunAlready));
    let (papers, findings) = (
        [paper(10, "leavers", Mark::Minor), paper(11, "restore", Mark::Conforming)],
        [finding(20, "leavers", "知らせる道がない")],
    );
    let folder = Folder { papers: &papers, samples: &[], interviews: &[], findings: &findings };
    assert_eq!(audit.before_signing(folder), [Refusal::NoVerdict]);
    audit.conclusion.verdict = Some(Verdict::Gaps);
    audit.conclusion.words = "直すところがある".into();
    audit.sign(deed("監査", 1), folder, Vec::new()).expect("nothing is missing");
    assert_eq!((audit.state(), audit.may_write()), (AuditState::Signed, Err(Refusal::Signed)));
    assert_eq!(audit.seal, Some(seal(folder)));
    assert_eq!(audit.close(deed("別の名", 1)), Err(Refusal::SamePerson));
    audit.take_back().expect("a mistake may be corrected before it is closed");
    audit.sign(deed("監査", 1), folder, Vec::new()).expect("signed again");
    audit.close(deed("管理", 2)).expect("a second person");
    assert_eq!(audit.take_back(), Err(Refusal::Closed));
    assert_eq!((audit.may_write(), audit.may_plan()), (Err(Refusal::Closed), Err(Refusal::Closed)));
}

#[test]
fn a_report_is_not_signed_while_something_is_missing() {
    let audit = running();
    let papers = [paper(10, "leavers", Mark::Major)];
    let nothing = Folder { papers: &papers, samples: &[], interviews: &[], findings: &[] };
    assert_eq!(audit.before_signing(nothing), [Refusal::ItemsOpen, Refusal::FindingMissing, Refusal::NoVerdict]);
    let findings = [finding(20, "leavers", " ")];
    let causeless = Folder { findings: &findings, ..nothing };
    assert!(audit.before_signing(causeless).contains(&Refusal::CauseMissing));
}

#[test]
fn a_changed_paper_no_longer_fits_the_seal() {
    let (before, after) = ([paper(10, "leavers", Mark::Minor)], [paper(10, "leavers", Mark::Conforming)]);
    let folder = Folder { papers: &before, samples: &[], interviews: &[], findings: &[] };
    assert_ne!(seal(folder), seal(Folder { papers: &after, ..folder }));
}

#[test]
fn a_paper_says_what_was_seen_and_not_applicable_says_why() {
    let mut paper = paper(10, "leavers", Mark::Conforming).body;
    assert_eq!(paper.check(), Ok(()));
    paper.seen = " ".into();
    assert_eq!(paper.check(), Err(PaperFault::NothingSeen));
    paper.mark = Mark::NotApplicable;
    assert_eq!(paper.check(), Err(PaperFault::NoReason));
    paper.remark = "無線LANがない".into();
    assert_eq!(paper.check(), Ok(()));
}

#[test]
fn the_result_counts_a_minor_gap_half_and_leaves_out_what_does_not_apply() {
    let marks = [Mark::Conforming, Mark::Observation, Mark::Minor, Mark::Major, Mark::NotApplicable];
    let papers: Vec<_> = marks.into_iter().map(|mark| paper(1, "x", mark).body).collect();
    let tally = tally(&papers);
    assert_eq!((tally.judged(), tally.result(), tally.percent()), (4, Some(Ratio::new(5, 8)), Some(63)));
    assert_eq!(super::tally([]).percent(), None);
}

#[test]
fn what_improved_is_what_both_audits_judged() {
    let before = [paper(1, "a", Mark::Major), paper(2, "b", Mark::Conforming), paper(3, "c", Mark::NotApplicable)];
    let now = [
        paper(4, "b", Mark::Minor),
        paper(5, "a", Mark::Observation),
        paper(6, "c", Mark::Conforming),
        paper(7, "d", Mark::Conforming),
    ];
    let moved = improved(&before, &now);
    assert_eq!(
        moved.iter().map(|one| (one.item.as_str(), one.is_better())).collect::<Vec<_>>(),
        [("a", true), ("b", false)]
    );
}

#[test]
fn a_finding_is_closed_when_every_action_for_it_is() {
    let finding = finding(20, "leavers", "");
    let mut action = finding.body.action(finding.id, "止める", false);
    assert_eq!(action.controls, finding.body.controls);
    let other = CorrectiveAction::new("別", crate::corrective::Source::Noted);
    assert!(!is_closed(finding.id, [&other]), "none is not closed");
    assert!(!is_closed(finding.id, [&action, &other]));
    action.closed = Some(deed("管理", 2));
    assert!(is_closed(finding.id, [&action, &other]));
    let preventive = finding.body.action(finding.id, "人事から毎月知らせる", true);
    assert!(!is_closed(finding.id, [&action, &preventive]));
}

fn held(n: u128, kind: AuditKind, year: i16) -> Kept<Audit> {
    kept(n, Audit { kind, fiscal_year: year, signed: Some(deed("監査", 1)), ..Audit::default() })
}

#[test]
fn the_year_says_what_is_due_by_the_recommendation() {
    let rhythm = Rhythm::default();
    let plan = |audits: &[Kept<Audit>], year| year_plan(audits, &rhythm, FiscalYear(year));
    assert_eq!(plan(&[], 2026), YearPlan { internal: Due::Now { years: None }, external: Due::Now { years: None } });
    let audits = [held(1, AuditKind::Internal, 2025), held(2, AuditKind::External, 2024)];
    assert_eq!(plan(&audits, 2025).internal, Due::Held { audit: id(1) });
    assert_eq!(plan(&audits, 2025).external, Due::Later { from: 2026 });
    assert_eq!(
        plan(&audits, 2026),
        YearPlan { internal: Due::Now { years: Some(1) }, external: Due::Soon { years: 2 } }
    );
    assert_eq!(plan(&audits, 2027).external, Due::Now { years: Some(3) });
    let planned = kept(3, Audit { kind: AuditKind::Internal, fiscal_year: 2026, ..Audit::default() });
    assert_eq!(plan(&[planned], 2026).internal, Due::Planned { audit: id(3) });
}

#[test]
fn open_findings_of_signed_audits_are_counted() {
    let mut audit = held(1, AuditKind::Internal, 2025);
    assert_eq!(count(&[], &[], |_| false), None);
    let findings = [finding(20, "leavers", "x"), finding(21, "restore", "x")];
    let facts = count(std::slice::from_ref(&audit), &findings, |id| id == findings[0].id).expect("begun");
    assert_eq!((facts.newest_internal, facts.newest_external, facts.open_findings), (Some(date(2026, 10, 1)), None, 1));
    audit.body.signed = None;
    let facts = count(&[audit], &findings, |_| false).expect("begun");
    assert_eq!((facts.newest_internal, facts.open_findings), (None, 0), "nothing counts before it is signed");
}
