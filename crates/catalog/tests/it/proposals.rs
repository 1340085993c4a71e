//! Topic by topic: which facts lead to which proposal. Reads like the promise it is.

use hakutaku_catalog::{Source, load};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::facts::{
    AccountFacts, ActionFacts, ActionProof, BackupFacts, ConnectionFacts, ControlFact, DrillFacts, FactSheet,
    LedgerFacts, PlanFacts, SystemFacts, VendorFacts, VendorTopic,
};
use hakutaku_model::proposal::{Place, Proposal, ProposedMark as M, propose};
use hakutaku_model::score::Level;
use jiff::civil::date;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| load(&Source::embedded()).expect("loads"));

const ALL: &str = "system-wide";

fn on(topic: &str, group: &str, facts: &FactSheet) -> Proposal {
    propose(&CATALOGUE, topic, group, facts)
}

#[track_caller]
fn is(topic: &str, group: &str, facts: &FactSheet, mark: M) -> Proposal {
    let proposal = on(topic, group, facts);
    assert_eq!(proposal.mark, mark, "{topic}: {proposal:#?}");
    proposal
}

/// A sheet with these controls at these levels.
fn said(answers: &[(&str, u8)]) -> FactSheet {
    let fact = |level: u8| ControlFact {
        level: Level::new(level).expect("0-3"),
        day: date(2026, 10, 3),
        question: "it-backup-02".to_owned(),
    };
    for (control, _) in answers {
        assert!(CATALOGUE.controls.contains_key(*control), "{control}");
    }
    FactSheet {
        answers: answers.iter().map(|(control, level)| ((*control).into(), fact(*level))).collect(),
        ..FactSheet::default()
    }
}

fn ledger() -> LedgerFacts {
    LedgerFacts {
        total: 312,
        servers: 8,
        terminals: 290,
        network_devices: 14,
        newest_change: Some(date(2026, 11, 12)),
        ..LedgerFacts::default()
    }
}

fn with_ledger(change: impl FnOnce(&mut LedgerFacts)) -> FactSheet {
    let mut ledger = ledger();
    change(&mut ledger);
    FactSheet { ledger: Some(ledger), ..FactSheet::default() }
}

fn vendors(topic: &str, contracted: u32, yes: &[&str], no: &[&str]) -> VendorFacts {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let said = VendorTopic { yes: names(yes), no: names(no) };
    VendorFacts { total: contracted, contracted, by_topic: [(topic.to_owned(), said)].into(), ..VendorFacts::default() }
}

#[test]
fn nothing_known_is_never_a_proposal_and_names_what_is_missing() {
    for topic in CATALOGUE.checklist_topics.keys() {
        for group in ["gate", ALL, "servers", "terminal-pcs", "network-devices", "incident-readiness"] {
            let proposal = is(topic, group, &FactSheet::default(), M::Unknown);
            assert!(!proposal.missing.is_empty(), "{topic} does not say what is missing");
            assert!(proposal.uses.is_empty(), "{topic}");
        }
    }
}

#[test]
fn a_topic_nobody_knows_is_left_to_the_person() {
    is("of-a-later-year", ALL, &with_ledger(|_| ()), M::Unknown);
}

#[test]
fn system_exists() {
    is("system-exists", "gate", &with_ledger(|_| ()), M::Yes);
    let systems = SystemFacts { total: 3, ..SystemFacts::default() };
    is("system-exists", "gate", &FactSheet { systems: Some(systems), ..FactSheet::default() }, M::Yes);
    // An empty register says that nobody entered anything, not that there is nothing: never a no.
    is(
        "system-exists",
        "gate",
        &FactSheet { systems: Some(SystemFacts::default()), ..FactSheet::default() },
        M::Unknown,
    );
}

#[test]
fn asset_inventory() {
    let whole = is("asset-inventory", ALL, &with_ledger(|_| ()), M::Yes);
    assert!(whole.reasons[0].ja.contains("台帳: 312台") && whole.reasons[0].ja.contains("2026年11月12日"));
    let unowned = is("asset-inventory", ALL, &with_ledger(|ledger| ledger.without_owner = 4), M::NotYet);
    assert!(unowned.reasons[0].ja.contains("管理者なし4台"));
    assert_eq!(unowned.missing.last().map(|missing| &missing.place), Some(&Place::Ledger));
    is("asset-inventory", ALL, &with_ledger(|ledger| ledger.without_place = 1), M::NotYet);
    is("asset-inventory", ALL, &with_ledger(|ledger| ledger.network_devices = 0), M::NotYet);
    is("asset-inventory", ALL, &with_ledger(|ledger| (ledger.servers, ledger.cloud_services) = (0, 3)), M::Yes);
    // The register named in the questionnaire is a part of the item; alone it makes no yes.
    is("asset-inventory", ALL, &said(&[("assets.device-register", 3)]), M::Unknown);
    is("asset-inventory", ALL, &said(&[("assets.device-register", 1)]), M::NotYet);
}

#[test]
fn remote_maintenance() {
    is("remote-maintenance", ALL, &with_ledger(|_| ()), M::Yes);
    is("remote-maintenance", ALL, &with_ledger(|ledger| ledger.remote_unknown = 20), M::NotYet);
    let mut nobody = with_ledger(|ledger| ledger.remote_unknown = 312);
    is("remote-maintenance", ALL, &nobody, M::NotYet);
    nobody.answers = said(&[("maintenance.remote-line-register", 0)]).answers;
    is("remote-maintenance", ALL, &nobody, M::No);
    let mut asked = with_ledger(|_| ());
    asked.vendors = Some(vendors("remote-maintenance", 2, &["甲"], &[]));
    is("remote-maintenance", ALL, &asked, M::NotYet);
    asked.vendors = Some(vendors("remote-maintenance", 2, &["甲", "乙"], &[]));
    is("remote-maintenance", ALL, &asked, M::Yes);
    is("remote-maintenance", ALL, &said(&[("maintenance.remote-line-register", 2)]), M::Yes);
    is("remote-maintenance", ALL, &said(&[("maintenance.remote-line-register", 1)]), M::No);
}

#[test]
fn disclosure_document() {
    let here = |received| FactSheet {
        vendors: Some(VendorFacts { contracted: 6, disclosure_received: received, ..VendorFacts::default() }),
        ..FactSheet::default()
    };
    is("disclosure-document", ALL, &here(6), M::Yes);
    let some = is("disclosure-document", ALL, &here(4), M::NotYet);
    assert!(some.missing.iter().any(|missing| missing.what.ja.contains("2社") && missing.place == Place::Requests));
    is("disclosure-document", ALL, &here(0), M::No);
    is("disclosure-document", ALL, &said(&[("introduction.disclosure-document", 2)]), M::Yes);
    is("disclosure-document", ALL, &said(&[("introduction.disclosure-document", 1)]), M::No);
}

fn accounts() -> AccountFacts {
    AccountFacts { enabled: 400, administrators: 5, leavers_known: true, ..AccountFacts::default() }
}

fn with_accounts(answers: &[(&str, u8)], change: impl FnOnce(&mut AccountFacts)) -> FactSheet {
    let mut accounts = accounts();
    change(&mut accounts);
    FactSheet { accounts: Some(accounts), ..said(answers) }
}

#[test]
fn access_rights() {
    let both = [("access-control.role-rights", 2), ("access-control.admin-limited", 2)];
    is("access-rights", ALL, &with_accounts(&both, |_| ()), M::Yes);
    is("access-rights", ALL, &with_accounts(&both[..1], |_| ()), M::Unknown);
    is("access-rights", ALL, &with_accounts(&[("access-control.role-rights", 1)], |_| ()), M::NotYet);
    is("access-rights", ALL, &with_accounts(&both, |accounts| accounts.shared = 3), M::NotYet);
    is("access-rights", ALL, &with_accounts(&both, |accounts| accounts.shared = accounts.enabled), M::No);
    // A part of the item each: without the account list they are hints.
    is("access-rights", ALL, &said(&both), M::Unknown);
}

#[test]
fn account_cleanup() {
    is("account-cleanup", ALL, &with_accounts(&[], |_| ()), M::Yes);
    is("account-cleanup", ALL, &with_accounts(&[], |accounts| accounts.left_but_enabled = 2), M::No);
    is("account-cleanup", ALL, &with_accounts(&[], |accounts| accounts.unused = 7), M::NotYet);
    is("account-cleanup", ALL, &with_accounts(&[], |accounts| accounts.leavers_known = false), M::Unknown);
    is("account-cleanup", ALL, &with_accounts(&[("access-control.leaver-removal", 0)], |_| ()), M::NotYet);
}

#[test]
fn security_patch() {
    let both = [("malware.patching", 2), ("network.gateway-update", 2)];
    let with = |change: fn(&mut LedgerFacts)| FactSheet { answers: said(&both).answers, ..with_ledger(change) };
    is("security-patch", ALL, &with(|_| ()), M::Yes);
    is("security-patch", ALL, &with(|ledger| ledger.support_ended = 9), M::No);
    is("security-patch", "terminal-pcs", &with(|ledger| ledger.support_ended = 9), M::NotYet);
    is("security-patch", ALL, &with(|ledger| ledger.version_unknown = 30), M::NotYet);
    is("security-patch", ALL, &with_ledger(|_| ()), M::Unknown);
    let none = is("security-patch", "servers", &with(|ledger| ledger.servers = 0), M::Unknown);
    assert!(none.reasons.iter().any(|reason| reason.ja.contains("サーバがありません")));
    let mut lines = with(|_| ());
    lines.connections = Some(ConnectionFacts { total: 5, firmware_unknown: 2, ..ConnectionFacts::default() });
    is("security-patch", ALL, &lines, M::NotYet);
    is("security-patch", "servers", &lines, M::Yes);
}

fn lines(without: u32) -> Option<ConnectionFacts> {
    Some(ConnectionFacts {
        total: 5,
        without_source_restriction: without,
        without_two_factor: without,
        ..ConnectionFacts::default()
    })
}

#[test]
fn source_restriction() {
    let both = [("network.source-limit", 2), ("network.wireless", 3)];
    let with = |without| FactSheet { connections: lines(without), ..said(&both) };
    is("source-restriction", "network-devices", &with(0), M::Yes);
    is("source-restriction", "network-devices", &with(1), M::NotYet);
    is("source-restriction", "network-devices", &with(5), M::No);
    let only_lines = FactSheet { connections: lines(0), ..FactSheet::default() };
    is("source-restriction", "network-devices", &only_lines, M::Unknown);
}

#[test]
fn two_factor() {
    let with =
        |level, without| FactSheet { connections: lines(without), ..said(&[("authentication.two-factor", level)]) };
    is("two-factor", ALL, &with(2, 0), M::Yes);
    is("two-factor", ALL, &with(3, 1), M::NotYet);
    let no = is("two-factor", ALL, &with(1, 0), M::No);
    assert!(no.missing.iter().any(|missing| missing.what.ja.contains("令和9年度")), "a plan can count");
    is("two-factor", ALL, &FactSheet { connections: lines(0), ..FactSheet::default() }, M::Unknown);
}

#[test]
fn what_stands_on_paper_is_decided_by_the_questionnaire_and_asks_for_the_paper() {
    for (topic, control) in [
        ("security-officer", "organization.security-manager"),
        ("contact-chart", "incident.contact-chart"),
        ("cyber-bcp", "bcp.plan"),
    ] {
        let yes = is(topic, "governance", &said(&[(control, 2)]), M::Yes);
        assert!(yes.missing.iter().any(|missing| missing.place == Place::Evidence), "{topic}");
        is(topic, "governance", &said(&[(control, 1)]), M::No);
    }
    is("contact-chart", "incident-readiness", &said(&[("incident.report-route", 0)]), M::NotYet);
}

#[test]
fn what_no_fact_carries_is_never_a_yes() {
    // Controls that only touch these items: hints, however good the answers are.
    for (topic, control) in [
        ("operating-rules", "procedure.information-handling"),
        ("background-services", "introduction.acceptance-check"),
        ("password-policy", "authentication.password-strength"),
        ("password-reuse", "backup.separate-credentials"),
        ("removable-media", "media.registered-only"),
        ("access-log", "logs.access-record"),
    ] {
        is(topic, ALL, &said(&[(control, 3)]), M::Unknown);
        is(topic, ALL, &said(&[(control, 0)]), M::NotYet);
    }
}

#[test]
fn all_parts_and_all_vendors_together_carry_a_yes() {
    let parts = [("media.registered-only", 2), ("media.technical-block", 2)];
    let with =
        |yes: &[&str], no: &[&str]| FactSheet { vendors: Some(vendors("removable-media", 2, yes, no)), ..said(&parts) };
    is("removable-media", ALL, &with(&["甲", "乙"], &[]), M::Yes);
    is("removable-media", ALL, &with(&["甲"], &[]), M::Unknown);
    let no = is("removable-media", ALL, &with(&["甲"], &["乙"]), M::NotYet);
    assert!(no.reasons.iter().any(|reason| reason.ja.contains("いいえ 1社（乙）")));
    let logs = [("logs.access-record", 2), ("logs.review", 2)];
    let mut log = FactSheet { vendors: Some(vendors("access-log", 1, &["甲"], &[])), ..said(&logs) };
    is("access-log", "servers", &log, M::Yes);
    log.ledger = Some(LedgerFacts { servers: 0, ..ledger() });
    is("access-log", "servers", &log, M::Unknown);
}

#[test]
fn backup_restore() {
    let whole = BackupFacts {
        systems: 6,
        three_two_one: 6,
        offline: 6,
        several_methods: 6,
        fewest_generations: Some(3),
        restore_tested: 6,
        newest_restore_test: Some(date(2026, 9, 1)),
        ..BackupFacts::default()
    };
    let with = |facts: BackupFacts| FactSheet { backups: Some(facts), ..FactSheet::default() };
    is("backup-restore", "incident-readiness", &with(whole.clone()), M::Yes);
    for part in [
        BackupFacts { offline: 5, ..whole.clone() },
        BackupFacts { restore_tested: 2, ..whole.clone() },
        BackupFacts { several_methods: 0, ..whole.clone() },
        BackupFacts { fewest_generations: None, ..whole.clone() },
        BackupFacts { fewest_generations: Some(1), ..whole.clone() },
    ] {
        let proposal = is("backup-restore", "incident-readiness", &with(part), M::NotYet);
        assert_eq!(proposal.missing.iter().filter(|missing| missing.place == Place::Backups).count(), 1);
    }
    let nothing = BackupFacts { systems: 6, ..BackupFacts::default() };
    is("backup-restore", "incident-readiness", &with(nothing), M::No);
    is("backup-restore", "incident-readiness", &with(BackupFacts::default()), M::Unknown);
    let mut contradicted = with(whole);
    contradicted.answers =
        said(&[("backup.scope", 2), ("backup.offline", 2), ("backup.generations", 2), ("backup.restore-procedure", 0)])
            .answers;
    is("backup-restore", "incident-readiness", &contradicted, M::NotYet);
}

/// Everything known, with numbers that differ from each other.
fn everything() -> FactSheet {
    let controls: Vec<(String, u8)> = CATALOGUE.controls.keys().map(|id| (id.to_string(), 2)).collect();
    let controls: Vec<(&str, u8)> = controls.iter().map(|(id, level)| (id.as_str(), *level)).collect();
    FactSheet {
        ledger: Some(ledger()),
        systems: Some(SystemFacts { total: 9, ..SystemFacts::default() }),
        accounts: Some(accounts()),
        connections: lines(0),
        backups: Some(BackupFacts { systems: 6, offline: 6, ..BackupFacts::default() }),
        vendors: Some(vendors("access-rights", 2, &["甲", "乙"], &[])),
        ..said(&controls)
    }
}

#[test]
fn an_unrelated_fact_leaves_the_fingerprint_alone_and_a_related_one_changes_it() {
    type Change = fn(&mut FactSheet);
    let ledger: Change = |facts| facts.ledger.as_mut().expect("there").without_owner += 1;
    let remote: Change = |facts| facts.ledger.as_mut().expect("there").remote_unknown += 1;
    let version: Change = |facts| facts.ledger.as_mut().expect("there").version_unknown += 1;
    let gone: Change = |facts| (facts.ledger, facts.systems) = (None, None);
    let servers: Change = |facts| facts.ledger.as_mut().expect("there").servers += 1;
    let leavers: Change = |facts| facts.accounts.as_mut().expect("there").left_but_enabled += 1;
    let shared: Change = |facts| facts.accounts.as_mut().expect("there").shared += 1;
    let lines: Change = |facts| facts.connections.as_mut().expect("there").without_source_restriction += 1;
    let factor: Change = |facts| facts.connections.as_mut().expect("there").without_two_factor += 1;
    let backups: Change = |facts| facts.backups.as_mut().expect("there").restore_tested += 1;
    let document: Change = |facts| facts.vendors.as_mut().expect("there").disclosure_received += 1;
    let vendors: Change = |facts| facts.vendors.as_mut().expect("there").contracted += 1;
    let officer: Change = |facts| weaken(facts, "organization.security-manager");
    let chart: Change = |facts| weaken(facts, "incident.contact-chart");
    let plan: Change = |facts| weaken(facts, "bcp.plan");
    let rules: Change = |facts| weaken(facts, "procedure.information-handling");
    let strange: Change = |facts| weaken(facts, "disposal.proof");
    let cases: [(&str, Change, Change); 19] = [
        ("system-exists", gone, ledger),
        ("security-officer", officer, ledger),
        ("asset-inventory", ledger, backups),
        ("remote-maintenance", remote, leavers),
        ("disclosure-document", document, ledger),
        ("access-rights", shared, ledger),
        ("account-cleanup", leavers, backups),
        ("access-log", servers, backups),
        ("security-patch", version, leavers),
        ("source-restriction", lines, ledger),
        ("background-services", servers, backups),
        ("password-policy", vendors, ledger),
        ("password-reuse", vendors, ledger),
        ("removable-media", vendors, ledger),
        ("two-factor", factor, ledger),
        ("contact-chart", chart, ledger),
        ("backup-restore", backups, ledger),
        ("cyber-bcp", plan, ledger),
        ("operating-rules", rules, ledger),
    ];
    let before = everything();
    for (topic, related, unrelated) in cases {
        let fingerprint = |facts: &FactSheet| on(topic, "servers", facts).fingerprint;
        let change = |change: Change| {
            let mut facts = before.clone();
            change(&mut facts);
            facts
        };
        assert_eq!(fingerprint(&before), fingerprint(&change(unrelated)), "{topic}: unrelated");
        assert_eq!(fingerprint(&before), fingerprint(&change(strange)), "{topic}: another control");
        assert_ne!(fingerprint(&before), fingerprint(&change(related)), "{topic}: related");
        // The day of an answer or of a touched row is told, and is no fact.
        let later: Change = |facts| {
            facts.ledger.as_mut().expect("there").newest_change = Some(date(2026, 11, 30));
            for fact in facts.answers.values_mut() {
                fact.day = date(2026, 11, 30);
            }
        };
        assert_eq!(fingerprint(&before), fingerprint(&change(later)), "{topic}: another day");
    }
    assert_eq!(cases.len(), CATALOGUE.checklist_topics.len(), "every topic is here");
}

fn weaken(facts: &mut FactSheet, control: &str) {
    facts.answers.get_mut(control).expect("a known control").level = Level::ALL[0];
}

#[test]
fn every_sentence_stands_in_both_languages() {
    for topic in CATALOGUE.checklist_topics.keys() {
        let proposal = on(topic, ALL, &everything());
        for text in proposal.reasons.iter().chain(proposal.missing.iter().map(|missing| &missing.what)) {
            assert!(!text.is_incomplete(), "{topic}: {text:?}");
        }
        assert_eq!(proposal.fingerprint.len(), 64);
    }
}

fn mended(control: &str, title: &str, count: u32) -> FactSheet {
    let proof = ActionProof { title: title.to_owned(), closed: date(2026, 11, 3), count, open: 0 };
    let actions = ActionFacts { by_control: [(control.into(), proof)].into(), ..ActionFacts::default() };
    FactSheet { actions: Some(actions), ..FactSheet::default() }
}

fn reasons(proposal: &Proposal) -> String {
    proposal.reasons.iter().map(|reason| reason.ja.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_closed_action_is_a_reason_on_every_item_its_control_bears_on_and_reopens_what_was_confirmed() {
    let before = on("cyber-bcp", "incident-readiness", &FactSheet::default());
    let after = on("cyber-bcp", "incident-readiness", &mended("bcp.paper-operation", "病棟に紙の用紙を置く", 1));
    assert!(reasons(&after).contains("改善: 「病棟に紙の用紙を置く」を2026年11月3日に終了"), "{after:#?}");
    assert_eq!(after.mark, before.mark, "what was mended decides nothing by itself");
    assert_ne!(after.fingerprint, before.fingerprint);
    let another = on("cyber-bcp", "incident-readiness", &mended("bcp.paper-operation", "病棟に紙の用紙を置く", 2));
    assert_ne!(another.fingerprint, after.fingerprint, "a second one closed");
    let elsewhere = on("password-policy", "servers", &mended("bcp.paper-operation", "病棟に紙の用紙を置く", 1));
    assert_eq!(reasons(&elsewhere), "");
}

#[test]
fn an_approved_plan_carries_the_continuity_item_and_a_drill_bears_on_it() {
    let drills = |on, within_year| {
        Some(DrillFacts {
            held: 1,
            newest: Some(on),
            newest_title: "60分の訓練".to_owned(),
            gaps: 3,
            gaps_closed: 1,
            within_year,
            ..DrillFacts::default()
        })
    };
    let only_drill = FactSheet { drills: drills(date(2026, 11, 6), true), ..FactSheet::default() };
    let proposal = is("cyber-bcp", "incident-readiness", &only_drill, M::Unknown);
    assert!(reasons(&proposal).contains("訓練: 「60分の訓練」を2026年11月6日に実施"), "{proposal:#?}");
    assert!(reasons(&proposal).contains("課題3件のうち1件が終了"), "{proposal:#?}");
    let old = FactSheet { drills: drills(date(2026, 11, 6), false), ..FactSheet::default() };
    let aged = on("cyber-bcp", "incident-readiness", &old);
    assert!(reasons(&aged).contains("1年より前"), "{aged:#?}");
    assert_ne!(aged.fingerprint, proposal.fingerprint, "a year passed");

    let plan = |written| PlanFacts {
        version: Some(2),
        approved: Some(date(2026, 10, 1)),
        written,
        sections: 12,
        printed_current: true,
        ..PlanFacts::default()
    };
    let with = |written| FactSheet { plan: Some(plan(written)), ..only_drill.clone() };
    is("cyber-bcp", "incident-readiness", &with(12), M::Yes);
    is("cyber-bcp", "incident-readiness", &with(11), M::NotYet);
    let doubted = FactSheet { answers: said(&[("bcp.plan", 0)]).answers, ..with(12) };
    is("cyber-bcp", "incident-readiness", &doubted, M::NotYet);
    let draft = FactSheet { plan: Some(PlanFacts { sections: 12, ..PlanFacts::default() }), ..FactSheet::default() };
    is("cyber-bcp", "incident-readiness", &draft, M::Unknown);
}

#[test]
fn a_call_through_the_tree_bears_on_the_contact_chart() {
    let called = |not_reached| FactSheet {
        drills: Some(DrillFacts {
            newest_call: Some(date(2026, 5, 14)),
            call_within_year: true,
            not_reached,
            ..DrillFacts::default()
        }),
        ..FactSheet::default()
    };
    let missed = is("contact-chart", "incident-readiness", &called(2), M::Unknown);
    assert!(reasons(&missed).contains("連絡訓練: 2026年5月14日に実施、つながらなかった相手2件"), "{missed:#?}");
    assert!(missed.missing.iter().any(|missing| missing.place == Place::Calls));
    assert_ne!(missed.fingerprint, on("contact-chart", "incident-readiness", &called(0)).fingerprint);
}
