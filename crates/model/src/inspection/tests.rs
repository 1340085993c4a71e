use super::*;
use crate::catalogue::ItemStatus;
use crate::checklist::{Fault, FormKind, ItemAnswer, ItemKey, ItemView, LineView, Mark, Progress, Round, SectionView};
use crate::id::DocumentId;
use crate::time::FiscalYear;
use jiff::civil::date;

fn answer(key: &ItemKey) -> ItemAnswer {
    ItemAnswer {
        key: key.clone(),
        first: Some(Round { mark: Mark::Yes, on: date(2026, 6, 1) }),
        target: None,
        second: None,
        saw: None,
        remark: String::new(),
        documents: vec![DocumentId(uuid::Uuid::nil())],
    }
}

fn line(state: LineState) -> LineView {
    let key = ItemKey {
        edition: "r7".into(),
        form: FormKind::Hospital,
        item: state.key().into(),
        group: "servers".into(),
        vendor: None,
    };
    let group = Text::new("サーバ", "Servers");
    let answer = Some(answer(&key));
    LineView {
        key,
        group,
        state,
        answer,
        kept: None,
        proposal: None,
        reopened: None,
        faults: Vec::new(),
        last_year: Vec::new(),
    }
}

fn form(lines: Vec<LineView>) -> FormView {
    let items = lines
        .into_iter()
        .map(|line| ItemView {
            id: line.key.item.clone(),
            number: Some("2-①".into()),
            topic: "t".into(),
            title: Text::new("題", "Title"),
            summary: Text::new("文", "Text"),
            expectation: None,
            status: ItemStatus::Required,
            inferred: false,
            lines: vec![line],
        })
        .collect();
    FormView {
        edition: "r7".into(),
        era: Text::new("令和7年度", "FY2025"),
        fiscal_year: 2025,
        url: String::new(),
        years: (FiscalYear(2025), FiscalYear(2026)),
        prepares: true,
        form: FormKind::Hospital,
        vendor: None,
        vendor_writes: false,
        skipped: None,
        sections: vec![SectionView { number: 2, title: Text::new("節", "Section"), items }],
        progress: Progress::default(),
        rules: Vec::new(),
        years_apart: None,
    }
}

fn kinds(input: &Input<'_>) -> Vec<Kind> {
    missing(input).into_iter().map(|item| item.kind).collect()
}

#[test]
fn blank_dates_come_first_and_evidence_last() {
    let mut faulty = line(LineState::Yes);
    faulty.faults = vec![Fault::SecondWithoutFirst];
    let mut reopened = line(LineState::Yes);
    reopened.reopened = Some(Vec::new());
    let mut bare = line(LineState::Yes);
    bare.answer.as_mut().expect("answered").documents.clear();
    let mut late = line(LineState::NoWithTarget);
    late.answer.as_mut().expect("answered").target = Some(date(2026, 10, 1));
    let forms = [form(vec![bare, faulty, late, reopened, line(LineState::NoWithoutTarget), line(LineState::Open)])];
    let vendors = [
        VendorForm { vendor: "甲".into(), returned: Some(date(2026, 9, 1)), asked: None, due: None },
        VendorForm {
            vendor: "乙".into(), returned: None, asked: Some(date(2026, 9, 1)), due: Some(date(2026, 10, 1))
        },
    ];
    let input = Input {
        forms: &forms,
        vendor_forms: Some(&vendors),
        contacts: None,
        devices: None,
        today: Some(date(2026, 11, 21)),
    };
    use Kind as K;
    assert_eq!(
        kinds(&input),
        [
            K::BlankFirstRound,
            K::NoTarget,
            K::TargetPassed,
            K::Faulty,
            K::Reopened,
            K::VendorForm,
            K::Contacts,
            K::Ledger,
            K::Evidence
        ]
    );
    assert!(missing(&input)[5].what.ja.contains("過ぎています"));
}

#[test]
fn a_form_that_is_complete_leaves_nothing_to_say_about_it() {
    let forms = [form(vec![line(LineState::Yes), line(LineState::DoneInSecondRound), line(LineState::NoWithTarget)])];
    let input = Input { forms: &forms, vendor_forms: Some(&[]), contacts: None, devices: Some(312), today: None };
    assert_eq!(kinds(&input), [Kind::Contacts]);
}

#[test]
fn what_was_never_begun_is_said() {
    assert_eq!(kinds(&Input::default()), [Kind::BlankFirstRound, Kind::VendorForm, Kind::Contacts, Kind::Ledger]);
}
