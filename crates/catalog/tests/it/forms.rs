//! The engine of the official forms, on the forms of this repository.

use hakutaku_catalog::{Source, load};
use hakutaku_model::catalogue::{Catalogue, Checklist, ItemStatus};
use hakutaku_model::checklist::compare::forerunners;
use hakutaku_model::checklist::{
    Fault, FormGround, FormKind, FormView, ItemAnswer, ItemKey, LineState, Mark, Round, Seen, TopicTurn, VendorHead,
    compare, editions, in_use, years_of,
};
use hakutaku_model::facts::{BackupFacts, FactSheet, LedgerFacts};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::time::{FiscalYear, Ts};
use jiff::civil::{Date, date};
use uuid::Uuid;

fn catalogue() -> Catalogue {
    load(&Source::embedded()).expect("the repository's catalogue loads")
}

/// A day of fiscal year 2025, the year of the r7 form.
const DAY: Date = date(2025, 11, 21);

fn vendor(n: u128, contracted: bool) -> VendorHead {
    VendorHead { id: RecordId(Uuid::from_u128(n)), name: format!("事業者{n}"), contracted }
}

fn ground(catalogue: &Catalogue, answers: Vec<ItemAnswer>) -> FormGround {
    let kept = |(at, body): (usize, ItemAnswer)| Kept {
        id: RecordId(Uuid::from_u128(at as u128 + 1000)),
        version: 1,
        body,
        created_at: Ts::from_micros(0),
        changed_at: Ts::from_micros(0),
        changed_by: "佐藤".to_owned(),
        retired_at: None,
    };
    FormGround {
        editions: editions(catalogue, &[]),
        answers: answers.into_iter().enumerate().map(kept).collect(),
        vendors: vec![vendor(1, true)],
        facts: FactSheet::default(),
        today: DAY,
    }
}

fn key(edition: &str, item: &str, group: &str) -> ItemKey {
    let form = FormKind::Hospital;
    ItemKey { edition: edition.to_owned(), form, item: item.to_owned(), group: group.to_owned(), vendor: None }
}

fn answer(key: ItemKey) -> ItemAnswer {
    ItemAnswer { key, first: None, target: None, second: None, saw: None, remark: String::new(), documents: Vec::new() }
}

fn round(mark: Mark, on: Date) -> Option<Round> {
    Some(Round { mark, on })
}

fn ledger_item() -> ItemKey {
    key("r7", "mhlw-r7-hospital-2-01-sys", "system-wide")
}

fn hospital(catalogue: &Catalogue, ground: &FormGround) -> FormView {
    ground.view(catalogue, "r7", FormKind::Hospital, None).expect("the form is there")
}

fn state_of(answer: ItemAnswer) -> (LineState, Vec<Fault>) {
    let catalogue = catalogue();
    let (item, group) = (answer.key.item.clone(), answer.key.group.clone());
    let view = hospital(&catalogue, &ground(&catalogue, vec![answer]));
    let (_, line) = view.line(&item, &group).expect("the line is there");
    (line.state.clone(), line.faults.clone())
}

#[test]
fn a_form_has_a_line_for_each_item_and_group() {
    let catalogue = catalogue();
    let view = hospital(&catalogue, &ground(&catalogue, Vec::new()));
    assert_eq!(view.sections.iter().map(|section| section.number).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    // 19 items after the opening question; 2-⑫ is asked for servers and for terminals.
    assert_eq!((view.progress.lines, view.progress.open), (20, 20));
    assert!(view.line("mhlw-r7-hospital-2-12-srv-pc", "servers").is_some());
    assert!(view.line("mhlw-r7-hospital-2-12-srv-pc", "terminal-pcs").is_some());
    let (gate, _) = view.lines().next().expect("the opening question");
    assert_eq!(gate.status, ItemStatus::Gate);
}

#[test]
fn every_section_and_group_of_every_edition_has_a_name_and_every_rule_an_edition() {
    let catalogue = catalogue();
    let rules = &catalogue.checklist_rules;
    for item in catalogue.checklists.iter().flat_map(|edition| &edition.items) {
        assert!(rules.sections.iter().any(|section| section.number == item.section), "section {}", item.section);
        for group in &item.groups {
            assert!(rules.groups.iter().any(|known| known.id == *group), "group {group}");
        }
    }
    for rule in &rules.rules {
        assert!(!rule.text.is_incomplete() && !rule.editions.is_empty(), "{}", rule.id);
    }
}

#[test]
fn inferred_items_are_marked() {
    let catalogue = catalogue();
    let view = hospital(&catalogue, &ground(&catalogue, Vec::new()));
    let (gate, _) = view.lines().next().expect("the opening question");
    assert!(gate.inferred, "its text is inferred");
    let (item, _) = view.line("mhlw-r7-hospital-2-04-sys", "system-wide").expect("there");
    assert!(item.inferred, "its number is inferred");
    let (item, _) = view.line("mhlw-r7-hospital-2-01-sys", "system-wide").expect("there");
    assert!(!item.inferred);
}

#[test]
fn states_follow_the_rounds() {
    let base = answer(ledger_item());
    let with = |first, target, second| state_of(ItemAnswer { first, target, second, ..base.clone() }).0;
    let (yes, no) = (round(Mark::Yes, date(2025, 6, 1)), round(Mark::No, date(2025, 6, 1)));
    let later = Some(date(2026, 3, 1));
    assert_eq!(with(None, None, None), LineState::Open);
    assert_eq!(with(yes, None, None), LineState::Yes);
    assert_eq!(with(no, None, None), LineState::NoWithoutTarget);
    assert_eq!(with(no, later, None), LineState::NoWithTarget);
    assert_eq!(with(no, later, round(Mark::Yes, date(2025, 11, 1))), LineState::DoneInSecondRound);
    assert_eq!(with(no, later, round(Mark::No, date(2025, 11, 1))), LineState::StillNo);
}

#[test]
fn what_cannot_be_is_said() {
    let base = answer(ledger_item());
    let faults = |first, target, second| state_of(ItemAnswer { first, target, second, ..base.clone() }).1;
    let no = round(Mark::No, date(2025, 6, 1));
    let years = (FiscalYear(2025), FiscalYear(2025));
    assert_eq!(faults(round(Mark::Yes, date(2025, 11, 22)), None, None), [Fault::InFuture { on: date(2025, 11, 22) }]);
    assert_eq!(
        faults(round(Mark::Yes, date(2025, 3, 31)), None, None),
        [Fault::FirstOutsideYear { on: date(2025, 3, 31), from: years.0, to: years.1 }]
    );
    assert_eq!(faults(round(Mark::Yes, date(2025, 4, 1)), None, None), []);
    assert_eq!(faults(round(Mark::Yes, date(2025, 6, 1)), Some(date(2026, 1, 1)), None), [Fault::TargetWithoutNo]);
    assert_eq!(faults(None, Some(date(2026, 1, 1)), None), [Fault::TargetWithoutNo]);
    assert_eq!(faults(no, Some(date(2026, 3, 31)), None), []);
    assert_eq!(
        faults(no, Some(date(2026, 4, 1)), None),
        [Fault::TargetOutsideYear { on: date(2026, 4, 1), year: FiscalYear(2025) }]
    );
    assert_eq!(faults(no, Some(date(2025, 5, 31)), None), [Fault::TargetBeforeFirst { on: date(2025, 5, 31) }]);
    assert_eq!(
        faults(no, None, round(Mark::Yes, date(2025, 5, 31))),
        [Fault::SecondBeforeFirst { on: date(2025, 5, 31) }]
    );
    assert_eq!(faults(None, None, round(Mark::Yes, date(2025, 5, 31))), [Fault::SecondWithoutFirst]);
    for fault in faults(no, Some(date(2026, 4, 1)), None) {
        assert!(!fault.sentence().is_incomplete());
    }
}

#[test]
fn no_system_skips_the_rest_and_an_answer_there_is_a_fault() {
    let catalogue = catalogue();
    let gate = ItemAnswer { first: round(Mark::No, DAY), ..answer(key("r7", "mhlw-r7-hospital-gate", "gate")) };
    let stray = ItemAnswer { first: round(Mark::Yes, DAY), ..answer(ledger_item()) };
    let view = hospital(&catalogue, &ground(&catalogue, vec![gate, stray]));
    assert_eq!((view.progress.lines, view.progress.skipped), (1, 19));
    let (_, line) = view.line("mhlw-r7-hospital-2-01-sys", "system-wide").expect("there");
    assert!(matches!(line.state, LineState::Skipped(_)));
    assert_eq!(line.faults, [Fault::AnswerToSkipped]);
}

#[test]
fn without_a_vendor_contract_the_vendor_form_and_two_topics_are_skipped() {
    let catalogue = catalogue();
    let mut ground = ground(&catalogue, Vec::new());
    ground.vendors = vec![vendor(1, false)];
    let view = hospital(&catalogue, &ground);
    let skipped: Vec<&str> = view
        .lines()
        .filter(|(_, line)| matches!(line.state, LineState::Skipped(_)))
        .map(|(item, _)| item.topic.as_str())
        .collect();
    assert_eq!(skipped, ["remote-maintenance", "disclosure-document"]);
    let sheet = ground.view(&catalogue, "r7", FormKind::Vendor, None).expect("there");
    assert!(sheet.skipped.as_ref().is_some_and(|skip| !skip.no_vendor_entered));
    assert_eq!(sheet.progress.lines, 0);
    ground.vendors.clear();
    let view = hospital(&catalogue, &ground);
    let (_, line) = view.line("mhlw-r7-hospital-2-02-sys", "system-wide").expect("there");
    let LineState::Skipped(skip) = &line.state else { panic!("{:?}", line.state) };
    assert!(skip.no_vendor_entered, "nobody may have entered a vendor that exists");
}

#[test]
fn each_vendor_has_a_sheet_of_its_own_and_nobody_else_answers_it() {
    let catalogue = catalogue();
    let mut ground = ground(&catalogue, Vec::new());
    ground.vendors.push(vendor(2, true));
    let (one, two) = (ground.vendors[0].id, ground.vendors[1].id);
    let item =
        ItemKey { form: FormKind::Vendor, vendor: Some(one), ..key("r7", "mhlw-r7-vendor-2-07-sys", "system-wide") };
    let body = ItemAnswer { first: round(Mark::Yes, DAY), ..answer(item) };
    ground.answers = self::ground(&catalogue, vec![body]).answers;
    let sheet = |vendor| ground.view(&catalogue, "r7", FormKind::Vendor, Some(vendor)).expect("there");
    assert_eq!((sheet(one).progress.yes, sheet(two).progress.yes), (1, 0));
    assert!(sheet(one).vendor_writes && sheet(one).lines().all(|(_, line)| line.proposal.is_none()));
    assert!(ground.view(&catalogue, "r7", FormKind::Vendor, Some(RecordId(Uuid::from_u128(99)))).is_none());
    assert!(ground.view(&catalogue, "r7", FormKind::Hospital, Some(one)).is_none());
}

#[test]
fn a_fact_that_changes_reopens_what_was_confirmed_and_an_unrelated_one_does_not() {
    let catalogue = catalogue();
    let mut ground = ground(&catalogue, Vec::new());
    ground.facts.ledger =
        Some(LedgerFacts { total: 312, servers: 8, terminals: 300, network_devices: 4, ..LedgerFacts::default() });
    let view = hospital(&catalogue, &ground);
    let (_, line) = view.line("mhlw-r7-hospital-2-01-sys", "system-wide").expect("there");
    let proposal = line.proposal.as_ref().expect("proposed");
    let saw = Seen {
        fingerprint: proposal.fingerprint.clone(),
        reasons: proposal.reasons.iter().map(|reason| reason.ja.clone()).collect(),
    };
    let body = ItemAnswer { first: round(Mark::Yes, DAY), saw: Some(saw), ..answer(ledger_item()) };
    ground.answers = self::ground(&catalogue, vec![body]).answers;
    assert_eq!(hospital(&catalogue, &ground).progress.look_again, 0);

    ground.facts.backups = Some(BackupFacts { systems: 3, ..BackupFacts::default() });
    let touched = ground.facts.ledger.as_mut().expect("there");
    touched.newest_change = Some(DAY);
    assert_eq!(hospital(&catalogue, &ground).progress.look_again, 0, "backups and a touched row say nothing about it");

    ground.facts.ledger.as_mut().expect("there").without_owner = 4;
    let view = hospital(&catalogue, &ground);
    assert_eq!(view.progress.look_again, 1);
    let (_, line) = view.line("mhlw-r7-hospital-2-01-sys", "system-wide").expect("there");
    assert!(line.reopened.as_ref().is_some_and(|reasons| reasons[0].contains("管理者なし0台")));
    assert!(line.proposal.as_ref().is_some_and(|now| now.reasons[0].ja.contains("管理者なし4台")));
    assert_eq!(line.state, LineState::Yes, "the answer itself stays");
}

fn edition<'c>(catalogue: &'c Catalogue, id: &str) -> &'c Checklist {
    catalogue.checklists.iter().find(|edition| edition.id == id).expect("known")
}

#[test]
fn years_are_joined_by_topic() {
    let catalogue = catalogue();
    let steps = compare(edition(&catalogue, "r7"), edition(&catalogue, "r6"), FormKind::Hospital);
    let turn = |topic: &str| steps.iter().find(|step| step.topic == topic).map(|step| step.turn);
    for new in ["password-policy", "password-reuse", "removable-media", "two-factor", "operating-rules"] {
        assert_eq!(turn(new), Some(TopicTurn::New), "{new}");
    }
    assert_eq!(turn("security-patch"), Some(TopicTurn::Merged), "per group in r6, for all systems in r7");
    assert_eq!(turn("asset-inventory"), Some(TopicTurn::Same));
    let back = compare(edition(&catalogue, "r6"), edition(&catalogue, "r7"), FormKind::Hospital);
    assert!(back.iter().any(|step| step.topic == "two-factor" && step.turn == TopicTurn::Gone));
    assert!(back.iter().any(|step| step.topic == "security-patch" && step.turn == TopicTurn::Split));
    let places = forerunners(edition(&catalogue, "r6"), FormKind::Hospital, "security-patch", "system-wide");
    assert!(places.len() >= 2, "{places:?}");
}

#[test]
fn last_years_answers_stand_beside_this_years_lines() {
    let catalogue = catalogue();
    let last = edition(&catalogue, "r6");
    let patches: Vec<ItemAnswer> = last
        .items
        .iter()
        .filter(|item| item.form == FormKind::Hospital && item.topic == "security-patch")
        .flat_map(|item| item.groups.iter().map(|group| (item.id.clone(), group.clone())))
        .map(|(item, group)| ItemAnswer {
            first: round(Mark::Yes, date(2024, 6, 1)),
            ..answer(key("r6", &item, &group))
        })
        .collect();
    let count = patches.len();
    let view = hospital(&catalogue, &ground(&catalogue, patches));
    let (_, line) = view.line("mhlw-r7-hospital-2-06-sys", "system-wide").expect("there");
    assert_eq!(line.last_year.iter().filter(|last| last.answer.is_some()).count(), count);
    assert_eq!(line.state, LineState::Open, "nothing comes over by itself");
}

#[test]
fn the_form_of_2026_is_known_to_exist_and_last_years_serves_to_prepare() {
    let catalogue = catalogue();
    let all = editions(&catalogue, &[]);
    let used = in_use(&all, FiscalYear(2026));
    assert_eq!(used.published.map(|edition| edition.id.as_str()), Some("r8"));
    assert_eq!(used.works_with.map(|edition| edition.id.as_str()), Some("r7"));
    assert!(used.is_preparation() && !in_use(&all, FiscalYear(2025)).is_preparation());
    let years = |id: &str, today| years_of(&all, edition(&catalogue, id), FiscalYear(today));
    assert_eq!(years("r7", 2026), (FiscalYear(2025), FiscalYear(2026)), "so that dates of the running year are taken");
    assert_eq!(years("r6", 2026), (FiscalYear(2024), FiscalYear(2024)));
    let mut ground = ground(&catalogue, Vec::new());
    ground.today = date(2026, 11, 21);
    assert!(hospital(&catalogue, &ground).prepares);
    assert!(ground.view(&catalogue, "r8", FormKind::Hospital, None).is_none(), "its items are not in our data");
}

#[test]
fn a_loaded_official_file_becomes_the_edition_of_its_year() {
    let catalogue = catalogue();
    let mut loaded = edition(&catalogue, "r7").clone();
    loaded.id = "official-2026".to_owned();
    loaded.fiscal_year = 2026;
    let all = editions(&catalogue, &[loaded]);
    let used = in_use(&all, FiscalYear(2026));
    assert_eq!(used.works_with.map(|edition| edition.id.as_str()), Some("official-2026"));
    assert!(!used.is_preparation());
    assert_eq!(years_of(&all, edition(&catalogue, "r7"), FiscalYear(2026)), (FiscalYear(2025), FiscalYear(2025)));
    let mut ground = ground(&catalogue, Vec::new());
    (ground.editions, ground.today) = (all, date(2026, 11, 21));
    ground.vendors.clear();
    let view = ground.view(&catalogue, "official-2026", FormKind::Hospital, None).expect("there");
    assert!(view.rules.iter().any(|rule| rule.id == "gate"), "the rules count for it, as inferred");
    assert_eq!(view.progress.skipped, 2);
}

#[test]
fn an_edition_is_found_by_both_its_names() {
    let catalogue = catalogue();
    let ground = ground(&catalogue, Vec::new());
    assert_eq!(ground.edition("mhlw-r7"), ground.edition("r7"));
    assert!(ground.edition("r99").is_none());
}
