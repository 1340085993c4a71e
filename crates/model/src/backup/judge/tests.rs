use super::*;
use crate::backup::{Snapshot, SnapshotList, SnapshotMatch};
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 21);

fn kept<T>(number: u128, body: T) -> Kept<T> {
    let at = Ts::from_micros(0);
    Kept {
        id: uuid::Uuid::from_u128(number).into(),
        version: 1,
        body,
        created_at: at,
        changed_at: at,
        changed_by: "佐藤".into(),
        retired_at: None,
    }
}

fn id(number: u128) -> RecordId {
    uuid::Uuid::from_u128(number).into()
}

fn system(number: u128, kind: SystemKind) -> Kept<crate::system::System> {
    let body = crate::system::System {
        name: kind.title().ja,
        kind,
        product: String::new(),
        owner: String::new(),
        vendor: None,
        rto_hours: Some(8),
        rpo_hours: Some(24),
        clinical_importance: None,
        recovery_order: None,
        segment: String::new(),
        note: String::new(),
    };
    kept(number, body)
}

/// A nightly copy on a disk in the same room: no protection at all.
fn nightly() -> BackupCopy {
    BackupCopy {
        system: id(1),
        name: "毎晩のコピー".into(),
        medium: CopyMedium::Disk,
        place: CopyPlace::SameRoom,
        place_note: String::new(),
        method: CopyMethod::Files,
        separation: Separation::Online,
        generations: Some(7),
        interval_hours: Some(24),
        retention_days: None,
        encrypted: Known::Yes,
        deletable_by: String::new(),
        deletable_by_production: Known::Yes,
        contract: None,
        evidence: String::new(),
        snapshots: None,
        note: String::new(),
    }
}

/// A weekly disk that is pulled and put away elsewhere.
fn weekly() -> BackupCopy {
    BackupCopy {
        name: "週1回のRDX".into(),
        medium: CopyMedium::RemovableDisk,
        place: CopyPlace::Elsewhere,
        method: CopyMethod::Export,
        separation: Separation::ExportedMedium,
        interval_hours: Some(168),
        deletable_by_production: Known::No,
        evidence: "運用管理規程 第12条".into(),
        ..nightly()
    }
}

fn tested(on: Date, minutes: u32, success: bool) -> RestoreTest {
    RestoreTest {
        system: id(1),
        copy: None,
        date: on,
        target: "予備機".into(),
        checked: "患者一覧".into(),
        minutes: Some(minutes),
        success,
        who: "佐藤".into(),
        documents: vec![],
    }
}

fn judged(copies: Vec<BackupCopy>, tests: Vec<RestoreTest>) -> SystemVerdict {
    let systems = [system(1, SystemKind::Emr)];
    let copies: Vec<_> = copies.into_iter().enumerate().map(|(at, copy)| kept(at as u128 + 10, copy)).collect();
    let tests: Vec<_> = tests.into_iter().enumerate().map(|(at, test)| kept(at as u128 + 50, test)).collect();
    let rows = Rows { systems: &systems, copies: &copies, tests: &tests, snapshots: &[] };
    judge(rows, TODAY).remove(0)
}

fn of(verdict: &SystemVerdict, check: Check) -> Verdict {
    verdict.finding(check).expect("every check is made").verdict
}

#[test]
fn two_different_copies_one_elsewhere_and_a_test_meet_everything() {
    let verdict = judged(vec![nightly(), weekly()], vec![tested(date(2026, 6, 1), 300, true)]);
    assert_eq!(verdict.gaps().count(), 0, "{:?}", verdict.gaps().collect::<Vec<_>>());
    assert_eq!(verdict.readiness, Some(Readiness::EvidenceReady));
    assert_eq!(verdict.accepted, [Separation::ExportedMedium]);
}

#[test]
fn no_copy_meets_nothing() {
    let verdict = judged(vec![], vec![]);
    for check in [Check::Copies, Check::Media, Check::Elsewhere, Check::Offline, Check::Methods, Check::Generations] {
        assert_eq!(of(&verdict, check), Verdict::NotMet, "{check:?}");
    }
    assert_eq!(verdict.readiness, Some(Readiness::NotReady));
    assert!(verdict.counts(), "an essential system must be backed up");
}

#[test]
fn one_copy_is_two_with_the_running_system_and_not_three() {
    let verdict = judged(vec![weekly()], vec![]);
    assert_eq!(of(&verdict, Check::Copies), Verdict::NotMet);
    assert_eq!(of(&verdict, Check::Media), Verdict::Met, "the running system's disk is the other medium");
    assert_eq!(of(&verdict, Check::Methods), Verdict::NotMet, "one copy is one method");
}

#[test]
fn a_mirror_without_generations_is_no_copy() {
    let mirror = BackupCopy { method: CopyMethod::Replica, generations: None, ..nightly() };
    let verdict = judged(vec![mirror.clone(), weekly()], vec![]);
    assert_eq!(of(&verdict, Check::Copies), Verdict::NotMet);
    assert_eq!(verdict.copies, 2, "it is still written down");
    let kept_back = BackupCopy { generations: Some(14), ..mirror };
    assert_eq!(of(&judged(vec![kept_back, weekly()], vec![]), Check::Copies), Verdict::Met);
}

#[test]
fn two_disks_are_one_medium() {
    let verdict = judged(vec![nightly(), nightly()], vec![]);
    assert_eq!((of(&verdict, Check::Copies), of(&verdict, Check::Media)), (Verdict::Met, Verdict::NotMet));
    let unknown = BackupCopy { medium: CopyMedium::Other, ..nightly() };
    assert_eq!(of(&judged(vec![nightly(), unknown], vec![]), Check::Media), Verdict::Unknown);
}

#[test]
fn another_building_of_the_site_is_not_elsewhere() {
    let place = |place| of(&judged(vec![BackupCopy { place, ..nightly() }], vec![]), Check::Elsewhere);
    assert_eq!(place(CopyPlace::OtherBuilding), Verdict::NotMet);
    assert_eq!(place(CopyPlace::Elsewhere), Verdict::Met);
    assert_eq!(place(CopyPlace::Cloud), Verdict::Met);
    assert_eq!(place(CopyPlace::Unknown), Verdict::Unknown);
}

#[test]
fn what_the_q_and_a_take_as_offline_is_accepted_and_nothing_else() {
    let way = |separation| of(&judged(vec![BackupCopy { separation, ..nightly() }], vec![]), Check::Offline);
    for accepted in [
        Separation::OfflineMedium,
        Separation::ExportedMedium,
        Separation::DetachedExceptTransfer,
        Separation::CloudSeparated,
        Separation::NetworkSplit,
        Separation::Immutable,
    ] {
        assert_eq!(way(accepted), Verdict::Met, "{accepted:?}");
    }
    assert_eq!(way(Separation::Online), Verdict::NotMet);
    assert_eq!(way(Separation::Unknown), Verdict::Unknown);
}

#[test]
fn one_generation_is_none_and_an_unknown_number_is_unknown() {
    let kept = |generations| of(&judged(vec![BackupCopy { generations, ..nightly() }], vec![]), Check::Generations);
    assert_eq!(kept(Some(1)), Verdict::NotMet);
    assert_eq!(kept(Some(2)), Verdict::Met);
    assert_eq!(kept(None), Verdict::Unknown);
}

#[test]
fn one_plain_copy_spoils_encryption_and_one_safe_copy_saves_from_deletion() {
    let plain = BackupCopy { encrypted: Known::No, ..weekly() };
    let verdict = judged(vec![nightly(), plain], vec![]);
    assert_eq!(of(&verdict, Check::Encryption), Verdict::NotMet);
    assert_eq!(of(&verdict, Check::Deletion), Verdict::Met);
    assert_eq!(of(&judged(vec![nightly()], vec![]), Check::Deletion), Verdict::NotMet, "the way of ransomware");
    let unknown = BackupCopy { deletable_by_production: Known::Unknown, ..nightly() };
    assert_eq!(of(&judged(vec![unknown], vec![]), Check::Deletion), Verdict::Unknown);
}

#[test]
fn copies_must_be_made_more_often_than_data_may_be_lost() {
    assert_eq!(of(&judged(vec![weekly()], vec![]), Check::Age), Verdict::NotMet, "weekly against 24 hours");
    assert_eq!(of(&judged(vec![nightly()], vec![]), Check::Age), Verdict::Met);
    let unknown = BackupCopy { interval_hours: None, ..nightly() };
    assert_eq!(of(&judged(vec![unknown], vec![]), Check::Age), Verdict::Unknown);
}

#[test]
fn an_old_snapshot_shows_that_copies_have_stopped() {
    let systems = [system(1, SystemKind::Emr)];
    let copy = BackupCopy {
        snapshots: Some(SnapshotMatch { host: "emr-db".into(), ..SnapshotMatch::default() }),
        ..nightly()
    };
    let age = |time: &str| {
        let list = SnapshotList {
            repository: "nas".into(),
            tool: "restic".into(),
            read_at: Ts::from_micros(0),
            snapshots: vec![Snapshot {
                id: "a".into(),
                time: Ts::try_from(time.to_owned()).expect("a time"),
                host: "emr-db".into(),
                paths: vec![],
                tags: vec![],
            }],
            left_out: 0,
        };
        let (copies, lists) = ([kept(10, copy.clone())], [kept(20, list)]);
        let rows = Rows { systems: &systems, copies: &copies, tests: &[], snapshots: &lists };
        let verdict = judge(rows, TODAY).remove(0);
        (of(&verdict, Check::Age), verdict.newest_snapshot.is_some())
    };
    assert_eq!(age("2026-11-20T17:00:00Z"), (Verdict::Met, true));
    assert_eq!(age("2026-11-18T14:59:00Z"), (Verdict::NotMet, true));
}

#[test]
fn a_restore_test_counts_for_a_year_and_a_later_failure_undoes_it() {
    let test = |tests| of(&judged(vec![nightly()], tests), Check::RestoreTest);
    assert_eq!(test(vec![]), Verdict::NotMet);
    assert_eq!(test(vec![tested(date(2025, 11, 21), 60, true)]), Verdict::Met);
    assert_eq!(test(vec![tested(date(2025, 11, 20), 60, true)]), Verdict::NotMet);
    let then_failed = vec![tested(date(2026, 5, 1), 60, true), tested(date(2026, 10, 1), 60, false)];
    assert_eq!(test(then_failed), Verdict::NotMet);
    assert_eq!(test(vec![tested(date(2027, 1, 1), 60, true)]), Verdict::NotMet, "a day to come proves nothing");
}

#[test]
fn the_measured_time_is_held_against_the_rto() {
    let time = |minutes| of(&judged(vec![nightly()], vec![tested(TODAY, minutes, true)]), Check::RestoreTime);
    assert_eq!((time(480), time(481)), (Verdict::Met, Verdict::NotMet));
    assert_eq!(of(&judged(vec![nightly()], vec![]), Check::RestoreTime), Verdict::Unknown);
}

#[test]
fn without_paper_the_evidence_is_not_ready() {
    let bare = BackupCopy { evidence: String::new(), contract: None, ..weekly() };
    assert_eq!(judged(vec![nightly(), bare.clone()], vec![]).readiness, Some(Readiness::NotReady));
    let contracted = BackupCopy { contract: Some(id(9)), ..bare.clone() };
    assert_eq!(judged(vec![nightly(), contracted], vec![]).readiness, Some(Readiness::EvidenceReady));
    let unknown = BackupCopy { separation: Separation::Unknown, ..bare };
    assert_eq!(judged(vec![nightly(), unknown], vec![]).readiness, Some(Readiness::NotInOurData));
}

#[test]
fn the_condition_is_about_the_systems_of_q_and_a_47_only() {
    let systems = [system(1, SystemKind::Emr), system(2, SystemKind::Meals)];
    let copies = [kept(10, nightly()), kept(11, weekly())];
    let rows = Rows { systems: &systems, copies: &copies, tests: &[], snapshots: &[] };
    let verdicts = judge(rows, TODAY);
    assert_eq!(verdicts[1].readiness, None);
    assert!(!verdicts[1].counts(), "meals without a copy are not asked about");
    let facility = condition(rows, &verdicts);
    assert_eq!(facility.readiness, Readiness::EvidenceReady);
    assert_eq!(facility.unlisted, [SystemKind::OrderEntry, SystemKind::Claims]);
    let nothing = Rows { systems: &[], copies: &[], tests: &[], snapshots: &[] };
    assert_eq!(condition(nothing, &[]).readiness, Readiness::NotInOurData);
}

#[test]
fn facts_are_counted_over_what_must_be_backed_up() {
    let systems = [system(1, SystemKind::Emr), system(2, SystemKind::Claims), system(3, SystemKind::Meals)];
    let copies = [kept(10, nightly()), kept(11, weekly())];
    let tests = [kept(50, tested(date(2026, 6, 1), 60, true))];
    let rows = Rows { systems: &systems, copies: &copies, tests: &tests, snapshots: &[] };
    let facts = crate::backup::count(rows, TODAY).expect("counted");
    assert_eq!((facts.systems, facts.three_two_one, facts.offline, facts.several_methods), (2, 1, 1, 1));
    assert_eq!((facts.restore_tested, facts.newest_restore_test), (1, Some(date(2026, 6, 1))));
    assert_eq!(facts.fewest_generations, None, "nobody knows about claims");
    let empty = Rows { systems: &systems, copies: &[], tests: &[], snapshots: &[] };
    assert_eq!(crate::backup::count(empty, TODAY), None);
}

fn any_copy() -> impl Strategy<Value = BackupCopy> {
    let pick = |count: usize| 0..count;
    let places = pick(CopyPlace::ALL.len());
    let ways = pick(Separation::ALL.len());
    let media = pick(CopyMedium::ALL.len());
    let methods = pick(CopyMethod::ALL.len());
    (places, ways, media, methods, proptest::option::of(0..9_u32)).prop_map(|(place, way, medium, method, kept)| {
        BackupCopy {
            place: CopyPlace::ALL[place],
            separation: Separation::ALL[way],
            medium: CopyMedium::ALL[medium],
            method: CopyMethod::ALL[method],
            generations: kept,
            ..nightly()
        }
    })
}

proptest! {
    #[test]
    fn another_copy_never_makes_3_2_1_or_offline_worse(
        copies in proptest::collection::vec(any_copy(), 0..5),
        more in any_copy(),
    ) {
        let before = judged(copies.clone(), vec![]);
        let after = judged(copies.into_iter().chain([more]).collect(), vec![]);
        for check in [Check::Copies, Check::Media, Check::Elsewhere, Check::Offline, Check::Methods, Check::Generations] {
            prop_assert!(!before.is_met(check) || after.is_met(check), "{:?}", check);
        }
    }

    #[test]
    fn every_gap_comes_with_a_next_step(copies in proptest::collection::vec(any_copy(), 0..4)) {
        let verdict = judged(copies, vec![]);
        prop_assert_eq!(verdict.findings.len(), Check::ALL.len());
        for finding in &verdict.findings {
            prop_assert_eq!(finding.next.is_none(), finding.verdict == Verdict::Met);
        }
    }
}
