use super::*;
use jiff::civil::date;
use uuid::Uuid;

fn line(id: &str, topic: &str, reply: Option<Reply>) -> Line {
    Line { id: id.into(), topic: topic.into(), group: "servers".into(), reply, ..Line::default() }
}

fn sheet(lines: Vec<Line>) -> Sheet {
    Sheet { lines, ..Sheet::default() }
}

fn submission(lines: Vec<Line>) -> Submission {
    Submission {
        request: VendorRequestId(Uuid::from_u128(1)),
        vendor: RecordId(Uuid::from_u128(2)),
        vendor_name: "みなと".into(),
        ask: Ask::Checklist("r7".into()),
        sheet: sheet(lines),
        signer: Signer { name: "田中".into(), ..Signer::default() },
        sent_at: Ts::try_from("2026-11-21T03:00:00Z".to_owned()).expect("valid"),
        way: Way::Link,
        document: None,
    }
}

fn faults(line: Line) -> Vec<SheetFault> {
    let expected = [(line.id.clone(), line.group.clone())];
    let signer = Signer { name: "田中".into(), ..Signer::default() };
    let draft = Draft { sheet: sheet(vec![line]), signer };
    check(&Ask::Checklist("r7".into()), &draft, &expected, date(2026, 11, 21))
}

#[test]
fn every_line_needs_an_answer_and_the_sheet_a_name() {
    let expected = [("a".to_owned(), "servers".to_owned()), ("b".to_owned(), "servers".to_owned())];
    let draft = Draft { sheet: sheet(vec![line("a", "", Some(Reply::Yes))]), ..Draft::default() };
    let found = check(&Ask::Checklist("r7".into()), &draft, &expected, date(2026, 11, 21));
    assert_eq!(found, [SheetFault::NoSigner, SheetFault::Unanswered { id: "b".into(), group: "servers".into() }]);
}

#[test]
fn a_target_stands_only_after_a_no_and_within_the_fiscal_year() {
    let no = |target| Line { target: Some(target), ..line("a", "", Some(Reply::No)) };
    assert!(faults(no(date(2027, 3, 31))).is_empty());
    assert!(matches!(faults(no(date(2027, 4, 1)))[..], [SheetFault::TargetOutsideYear { .. }]));
    let yes = Line { target: Some(date(2027, 1, 1)), ..line("a", "", Some(Reply::Yes)) };
    assert!(matches!(faults(yes)[..], [SheetFault::TargetWithoutNo { .. }]));
    let future = Line { on: Some(date(2026, 11, 22)), ..line("a", "", Some(Reply::Yes)) };
    assert!(matches!(faults(future)[..], [SheetFault::CheckedInFuture { .. }]));
}

#[test]
fn a_no_becomes_a_question_and_a_later_yes_settles_it() {
    let said_no = questions_after(&submission(vec![line("a", "t", Some(Reply::No))]), &[]);
    assert!(said_no[0].is_open());
    let said_yes = questions_after(&submission(vec![line("a", "t", Some(Reply::Yes))]), &said_no);
    assert!(matches!(said_yes[0].state, QuestionState::Settled { .. }));
    let again = questions_after(&submission(vec![line("a", "t", Some(Reply::No))]), &said_yes);
    assert!(again[0].is_open(), "a no after a yes is a question again");
}

#[test]
fn an_accepted_risk_stays_accepted_when_the_vendor_says_no_again() {
    let mut known = questions_after(&submission(vec![line("a", "t", Some(Reply::No))]), &[]);
    let accepted = QuestionState::Accepted { reason: "隔離".into(), owner: "佐藤".into(), on: date(2026, 11, 21) };
    known[0].state = accepted.clone();
    let again = questions_after(&submission(vec![line("a", "t", Some(Reply::No))]), &known);
    assert_eq!(again[0].state, accepted);
}

#[test]
fn a_second_answer_is_the_second_round_of_the_form() {
    let vendor = RecordId(Uuid::from_u128(2));
    let no = line("a", "t", Some(Reply::No));
    let first = item_answer("r7", vendor, &no, date(2026, 6, 1), None).expect("an answer");
    assert_eq!(first.first, Some(Round { mark: Mark::No, on: date(2026, 6, 1) }));
    let yes = line("a", "t", Some(Reply::Yes));
    let second = item_answer("r7", vendor, &yes, date(2026, 11, 1), Some(first.clone())).expect("an answer");
    assert_eq!((second.first, second.second.map(|round| round.mark)), (first.first, Some(Mark::Yes)));
    assert!(item_answer("r7", vendor, &line("a", "t", None), date(2026, 6, 1), None).is_none());
}

#[test]
fn years_are_compared_by_topic_and_not_by_number() {
    let r6 = sheet(vec![line("r6-2-07", "password-policy", Some(Reply::No)), line("r6-2-09", "old", Some(Reply::Yes))]);
    let r7 = sheet(vec![line("r7-2-08", "password-policy", Some(Reply::Yes)), line("r7-2-10", "two-factor", None)]);
    let found = differences(&r6, &r7);
    assert!(matches!(found[0], Difference::Changed { from, to } if from.id == "r6-2-07" && to.id == "r7-2-08"));
    assert!(matches!(found[1], Difference::New(line) if line.topic == "two-factor"));
    assert!(matches!(found[2], Difference::Gone(line) if line.topic == "old"));
    assert!(differences(&r7, &r7).is_empty());
}

#[test]
fn an_answers_file_is_read_back_and_fills_another_years_form_by_topic() {
    let file = AnswersFile {
        format: FORMAT.into(),
        ask: Ask::Checklist("r6".into()),
        sheet: sheet(vec![line("r6-2-07", "password-policy", Some(Reply::Yes))]),
        signer: Signer::default(),
        sent_on: date(2026, 11, 21),
    };
    let bytes = serde_json::to_vec(&file).expect("writes");
    let read = AnswersFile::read(&bytes, &Ask::Checklist("r7".into())).expect("reads");
    assert!(read.offer("r7-2-08", "servers", "password-policy").is_some());
    assert!(read.offer("r7-2-08", "network-devices", "password-policy").is_none());
    assert!(matches!(AnswersFile::read(&bytes, &Ask::Mds2), Err(AnswersFileError::OtherForm { .. })));
}

#[test]
fn a_file_that_is_none_is_refused_with_a_reason() {
    let ask = Ask::Mds2;
    assert!(matches!(AnswersFile::read(b"PK\x03\x04", &ask), Err(AnswersFileError::NotOurs(_))));
    assert!(matches!(
        AnswersFile::read(br#"{"format": "hakutaku-vendor-answers/2"}"#, &ask),
        Err(AnswersFileError::OtherFormat(_))
    ));
    assert!(matches!(AnswersFile::read(&vec![b' '; LARGEST_FILE + 1], &ask), Err(AnswersFileError::TooLarge)));
}

#[test]
fn what_forms_print_as_an_answer_is_understood() {
    for (text, reply) in [
        ("はい", Reply::Yes),
        ("○", Reply::Yes),
        ("Yes", Reply::Yes),
        ("ＮＯ", Reply::No),
        ("いいえ", Reply::No),
        ("対象外", Reply::NotApplicable),
        ("N/A", Reply::NotApplicable),
        ("See Notes", Reply::SeeNotes),
    ] {
        assert_eq!(Reply::understood(text), Some(reply), "{text}");
    }
    assert_eq!(Reply::understood("=1+1"), None);
}
