//! The hospital's registers and forms: what the model hospital promises to show.

use super::{Demo, now};
use hakutaku_model::accounts::{AccountDecision, AccountList};
use hakutaku_model::backup::{BackupCopy, Check, RestoreTest, Rows, SnapshotList, judge};
use hakutaku_model::checklist::{FormKind, FormView, ItemAnswer, Mark};
use hakutaku_model::connection::{Connection, RiskId, risks};
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::inspection::{Input, Kind, missing};
use hakutaku_model::record::{Kept, Register};
use hakutaku_model::responsibility::check;
use hakutaku_model::system::{System, SystemKind};
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_model::vendor::{Company, Engagement, Validity};
use hakutaku_model::vendor_answers::{QuestionState, Submission, VendorQuestion};
use hakutaku_model::vendor_request::{Ask, State};
use hakutaku_store::Shelf;

impl Demo {
    async fn rows<T: Register>(&self) -> Vec<Kept<T>> {
        let hospital = self.facility(FacilityKind::Hospital).await.id;
        self.store.records::<T>(hospital).await.expect("listed")
    }

    async fn form(&self, place: FacilityKind, edition: &str, form: FormKind, at: Ts) -> FormView {
        let facility = self.facility(place).await.id;
        let ground = self.store.form_ground(&self.catalogue, facility, at.date_in_japan()).await.expect("gathered");
        ground.view(&self.catalogue, edition, form, None).expect("such a form")
    }
}

#[tokio::test]
async fn the_connection_picture_has_lines_like_the_published_cases_and_good_ones() {
    let demo = Demo::filled().await;
    let lines = demo.rows::<Connection>().await;
    assert_eq!(lines.len(), 11);
    let known: Vec<&str> = demo.catalogue.connections.types.iter().map(|kind| kind.id.as_str()).collect();
    let firms: Vec<_> = demo.rows::<Engagement>().await.iter().map(|row| row.id).collect();
    for line in lines.iter().map(|row| &row.body) {
        assert!(known.contains(&line.kind.as_str()), "{}", line.kind);
        assert!(line.contract.is_none_or(|id| firms.contains(&id)), "{}", line.name);
    }
    let today = now().date_in_japan();
    let marks = |row: &Kept<Connection>| risks(&row.body, &demo.catalogue.connections, today);
    let has = |id| lines.iter().any(|row| marks(row).iter().any(|mark| mark.id == id));
    for id in [
        RiskId::Firmware,
        RiskId::WeakAuthentication,
        RiskId::StandingSupplier,
        RiskId::EquipmentJoined,
        RiskId::NobodyCuts,
    ] {
        assert!(has(id), "{id:?}");
    }
    assert!(!has(RiskId::EligibilityJoined), "the national line stays alone");
    assert!(lines.iter().any(|row| marks(row).is_empty()), "some are well kept");
}

#[tokio::test]
async fn of_six_vendors_two_have_not_answered() {
    let demo = Demo::filled().await;
    let hospital = demo.facility(FacilityKind::Hospital).await.id;
    assert_eq!(demo.rows::<Engagement>().await.len(), 6);
    let requests = demo.store.vendor_requests(hospital).await.expect("listed");
    let this: Vec<_> = requests.iter().filter(|one| one.ask == Ask::Checklist("r7".into())).collect();
    assert_eq!(this.len(), 6);
    let in_state = |state| this.iter().filter(|one| one.state(now()) == state).count();
    assert_eq!((in_state(State::Answered), in_state(State::Late), in_state(State::Sent)), (4, 1, 1));
    let late = this.iter().find(|one| one.state(now()) == State::Late).expect("late");
    assert_eq!(late.reminders.len(), 1);
    assert!(this.iter().all(|one| one.answered_at.is_none_or(|at| at > one.created_at)));

    let facts = demo.store.vendor_facts(hospital, now().date_in_japan()).await.expect("read").expect("vendors");
    assert_eq!((facts.contracted, facts.asked, facts.returned, facts.late), (6, 6, 4, 1));
    assert_eq!((facts.disclosure_received, facts.certificates_ending), (1, 2));
    let came: Vec<_> = demo.rows::<Submission>().await;
    assert_eq!(came.len(), 6, "four of this year, one earlier form, one disclosure");
    let questions = demo.rows::<VendorQuestion>().await;
    assert_eq!(questions.iter().filter(|row| row.body.is_open()).count(), 1);
    let accepted = |row: &&Kept<VendorQuestion>| matches!(row.body.state, QuestionState::Accepted { .. });
    assert_eq!(questions.iter().filter(accepted).count(), 1);
    let companies = demo.store.records::<Company>(Shelf::Installation).await.expect("listed");
    let certificates = companies.iter().flat_map(|row| &row.body.certificates);
    let ending = certificates.filter(|one| one.validity(now().date_in_japan()) == Validity::Ending);
    assert_eq!(ending.count(), 1);
}

#[tokio::test]
async fn the_two_contradictions_of_the_matrix_are_found_and_the_hole() {
    let demo = Demo::filled().await;
    let hospital = demo.facility(FacilityKind::Hospital).await.id;
    let matrices = demo.store.responsibility_matrices(hospital, now().date_in_japan()).await.expect("read");
    assert_eq!(matrices.len(), 1);
    let found = check(&matrices[0].body);
    let tasks: Vec<&str> = found.contradictions.iter().map(|one| one.task.as_str()).collect();
    assert_eq!(tasks, ["os-patching", "gateway-patching"]);
    assert_eq!(found.contradictions[0].parties, ["emr", "hospital"]);
    assert_eq!(found.contradictions[1].parties, ["hospital", "network"]);
    assert_eq!(found.holes.iter().map(|one| one.task.as_str()).collect::<Vec<_>>(), ["log-review"]);
    assert!(found.double_claims.is_empty() && found.uncontracted.is_empty(), "{found:?}");
    assert!(!matrices[0].body.is_signed_by_all());
    let known = |task: &str| demo.catalogue.responsibility.task(task).is_some();
    assert!(matrices[0].body.rows.iter().all(|row| known(&row.task)));
    assert!(matrices[0].body.rows.iter().filter(|row| row.statements.len() == 3).count() >= 30);
}

/// The demo keeps the forms' own rules on any day, also where a day of the story would leave the year.
#[tokio::test]
async fn the_forms_are_mostly_answered_and_keep_their_rules() {
    for now in ["2026-11-21T01:00:00Z", "2027-03-31T14:00:00Z", "2027-03-31T15:20:00Z"] {
        let now = Ts::try_from(now.to_owned()).expect("valid");
        let demo = Demo::at(now).await;
        let view = demo.form(FacilityKind::Hospital, "r7", FormKind::Hospital, now).await;
        for (item, line) in view.lines() {
            assert!(line.faults.is_empty(), "{now} {} {:?}", item.topic, line.faults);
        }
        let progress = view.progress;
        assert_eq!((progress.lines, progress.open, progress.look_again), (20, 3, 1), "{now} {progress:?}");
        assert_eq!(progress.no_with_target, 6, "{progress:?}");
        assert_eq!(progress.no_without_target, 0, "{progress:?}");
        let reopened: Vec<&str> =
            view.lines().filter(|(_, line)| line.reopened.is_some()).map(|(item, _)| item.topic.as_str()).collect();
        assert_eq!(reopened, ["two-factor"]);
        let year = FiscalYear::of(now.date_in_japan());
        for (item, line) in view.lines() {
            let Some(answer) = &line.answer else { continue };
            assert!(answer.target.is_none_or(|day| FiscalYear::of(day) == year), "{}", item.topic);
            // Who does not follow the proposal says why.
            let proposed = line.proposal.as_ref().map(|proposal| proposal.mark.key());
            let said = answer.second.or(answer.first).map(|round| round.mark);
            let follows =
                matches!((said, proposed), (Some(Mark::Yes), Some("yes")) | (Some(Mark::No), Some("no" | "not_yet")));
            assert!(follows || !answer.remark.is_empty(), "{} {proposed:?}", item.topic);
        }
        assert!(view.lines().filter(|(_, line)| !line.last_year.is_empty()).count() >= 10, "beside last year's");
        let earlier = demo.form(FacilityKind::Hospital, "r6", FormKind::Hospital, now).await;
        assert_eq!((earlier.progress.open, earlier.progress.faulty), (0, 0));
        let pharmacy = demo.form(FacilityKind::Pharmacy, "r7", FormKind::Pharmacy, now).await;
        assert!(pharmacy.progress.open > 5 && pharmacy.progress.answered() >= 5, "{:?}", pharmacy.progress);
        assert_eq!(pharmacy.progress.faulty, 0);
    }
}

#[tokio::test]
async fn vendors_forms_keep_the_rules_too() {
    let demo = Demo::filled().await;
    let hospital = demo.facility(FacilityKind::Hospital).await.id;
    let ground = demo.store.form_ground(&demo.catalogue, hospital, now().date_in_japan()).await.expect("gathered");
    for vendor in ground.vendors.iter().map(|vendor| vendor.id) {
        for edition in ["r6", "r7"] {
            let view = ground.view(&demo.catalogue, edition, FormKind::Vendor, Some(vendor)).expect("a sheet");
            assert_eq!(view.progress.faulty, 0, "{edition} {:?}", view.vendor);
        }
    }
    let papers = demo.rows::<ItemAnswer>().await.iter().filter(|row| !row.body.documents.is_empty()).count();
    assert_eq!(papers, 3);
}

#[tokio::test]
async fn the_inspection_list_begins_with_a_blank_first_round() {
    let demo = Demo::filled().await;
    let view = demo.form(FacilityKind::Hospital, "r7", FormKind::Hospital, now()).await;
    let forms = [view];
    let input = Input { forms: &forms, today: Some(now().date_in_japan()), ..Input::default() };
    let list = missing(&input);
    assert_eq!(list.first().map(|one| one.kind), Some(Kind::BlankFirstRound));
    assert_eq!(list.iter().filter(|one| one.kind == Kind::BlankFirstRound).count(), 3);
    assert!(list.iter().any(|one| one.kind == Kind::Reopened));
}

#[tokio::test]
async fn backups_are_kept_well_for_the_record_and_not_for_all() {
    let demo = Demo::filled().await;
    let hospital = demo.facility(FacilityKind::Hospital).await.id;
    let today = now().date_in_japan();
    let (systems, copies) = (demo.rows::<System>().await, demo.rows::<BackupCopy>().await);
    let (tests, snapshots) = (demo.rows::<RestoreTest>().await, demo.rows::<SnapshotList>().await);
    let verdicts = judge(Rows { systems: &systems, copies: &copies, tests: &tests, snapshots: &snapshots }, today);
    let of = |kind: SystemKind| {
        let system = systems.iter().position(|row| row.body.kind == kind).expect("a system");
        &verdicts[system]
    };
    let record = of(SystemKind::Emr);
    for check in [Check::Copies, Check::Media, Check::Elsewhere, Check::Offline, Check::Methods, Check::RestoreTest] {
        assert!(record.is_met(check), "{check:?} {:?}", record.finding(check));
    }
    assert!(record.newest_snapshot.is_some());
    assert!(of(SystemKind::OrderEntry).is_met(Check::Offline));
    assert!(!of(SystemKind::Claims).is_met(Check::Offline));
    assert_eq!(of(SystemKind::Laboratory).copies, 0);
    assert_eq!(tests.len(), 2);
    assert_eq!((snapshots[0].body.tool.as_str(), snapshots[0].body.snapshots.len()), ("restic", 28));
    let facts = demo.store.backup_facts(hospital, today).await.expect("read").expect("begun");
    assert_eq!((facts.systems, facts.three_two_one), (4, 2), "the record and the orders in its copy");
}

#[tokio::test]
async fn two_people_who_left_can_still_sign_in() {
    let demo = Demo::filled().await;
    let hospital = demo.facility(FacilityKind::Hospital).await.id;
    let facts = demo.store.account_facts(hospital, now().date_in_japan()).await.expect("read").expect("lists");
    assert_eq!((facts.enabled, facts.left_but_enabled, facts.shared), (59, 2, 3));
    assert_eq!((facts.administrators, facts.leavers_known), (3, true));
    // Two who are there, one who left long ago, one who has yet to begin.
    assert_eq!(facts.unused, 4);
    assert_eq!(demo.rows::<AccountList>().await[0].body.accounts.len(), 60);
    assert_eq!(demo.rows::<AccountDecision>().await.len(), 1);
}

#[tokio::test]
async fn the_ledgers_are_full_and_the_clinics_is_small() {
    let demo = Demo::filled().await;
    for (place, total) in [(FacilityKind::Hospital, 312), (FacilityKind::Clinic, 12)] {
        let facility = demo.facility(place).await.id;
        let counts = demo.store.asset_counts(facility, now().date_in_japan()).await.expect("counted");
        assert_eq!(counts.total, total, "{place:?}");
    }
}

/// What the registers say is the same in every installation; ids alone differ.
#[tokio::test]
async fn two_installations_tell_the_same() {
    let (one, other) = tokio::join!(Demo::filled(), Demo::filled());
    let names = |rows: Vec<Kept<Connection>>| rows.into_iter().map(|row| row.body.name).collect::<Vec<_>>();
    assert_eq!(names(one.rows().await), names(other.rows().await));
    let (first, second) = (
        one.form(FacilityKind::Hospital, "r7", FormKind::Hospital, now()).await,
        other.form(FacilityKind::Hospital, "r7", FormKind::Hospital, now()).await,
    );
    let told = |view: &FormView| -> Vec<_> {
        let lines = view.lines().filter_map(|(item, line)| Some((item.id.clone(), line.answer.clone()?)));
        lines.map(|(id, answer)| (id, answer.first, answer.target, answer.saw, answer.remark)).collect()
    };
    assert_eq!(told(&first), told(&second), "even what was seen when confirming");
    let list = |rows: Vec<Kept<AccountList>>| rows.into_iter().map(|row| row.body).collect::<Vec<_>>();
    assert_eq!(list(one.rows().await), list(other.rows().await));
    let read = |rows: Vec<Kept<SnapshotList>>| rows.into_iter().map(|row| row.body).collect::<Vec<_>>();
    assert_eq!(read(one.rows().await), read(other.rows().await));
}
