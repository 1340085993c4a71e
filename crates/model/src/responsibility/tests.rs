use super::file::{fault_of, parse, write};
use super::words::report;
use super::*;
use jiff::civil::date;
use proptest::prelude::*;

fn party(id: &str, side: Side, in_force: bool) -> MatrixParty {
    let contract = (side == Side::Vendor).then(|| ContractNote { title: "保守契約".into(), in_force });
    MatrixParty { id: id.into(), name: format!("{id}社"), side, vendor: None, contract }
}

/// The house `h` and three firms, of which `c` has no contract; one row.
fn matrix(statements: Vec<Statement>) -> Matrix {
    Matrix {
        title: "試し".into(),
        parties: vec![
            party("a", Side::Vendor, true),
            party("b", Side::Vendor, true),
            party("c", Side::Vendor, false),
            party("h", Side::Facility, false),
        ],
        objects: vec![Object {
            kind: ObjectKind::Connection,
            id: "vpn".into(),
            name: "保守用VPN".into(),
            parties: vec!["a".into(), "b".into(), "h".into()],
        }],
        own_tasks: vec![OwnTask { id: "patch".into(), title: Text::new("更新", "Patching") }],
        rows: vec![Row { task: "patch".into(), object: "vpn".into(), statements }],
        signatures: Vec::new(),
    }
}

fn mine(party: &str) -> Statement {
    Statement::new(party, Says::Mine)
}

fn theirs(party: &str, whom: &str) -> Statement {
    Statement { whom: Some(whom.into()), ..Statement::new(party, Says::Theirs) }
}

fn not_mine(party: &str) -> Statement {
    Statement::new(party, Says::Theirs)
}

fn shared(party: &str, with: &[&str], how: &str) -> Statement {
    let with = with.iter().map(ToString::to_string).collect();
    Statement { with, how: how.into(), ..Statement::new(party, Says::Shared) }
}

fn needless(party: &str) -> Statement {
    Statement { why: "停止中".into(), ..Statement::new(party, Says::NotNeeded) }
}

/// Holes, double claims, contradictions, uncontracted, open.
fn counts(statements: Vec<Statement>) -> [usize; 5] {
    let f = check(&matrix(statements));
    [f.holes.len(), f.double_claims.len(), f.contradictions.len(), f.uncontracted.len(), f.open.len()]
}

#[test]
fn one_takes_it_on_and_the_others_agree() {
    assert_eq!(counts(vec![mine("a"), theirs("b", "a"), theirs("h", "a")]), [0; 5]);
    assert_eq!(counts(vec![mine("h"), theirs("a", "h"), not_mine("b")]), [0; 5]);
}

#[test]
fn each_takes_it_for_the_others_is_one_contradiction_and_a_hole() {
    assert_eq!(counts(vec![theirs("a", "b"), theirs("b", "a"), not_mine("h")]), [1, 0, 1, 0, 0]);
}

#[test]
fn a_denial_is_a_contradiction_also_when_a_third_does_it() {
    assert_eq!(counts(vec![mine("a"), theirs("b", "a"), theirs("h", "b")]), [0, 0, 1, 0, 0]);
    assert_eq!(counts(vec![mine("h"), theirs("a", "b"), needless("b")]), [0, 0, 1, 0, 0]);
}

#[test]
fn nobodys_is_a_hole_only_when_everybody_concerned_has_spoken() {
    assert_eq!(counts(vec![not_mine("a"), not_mine("b"), not_mine("h")]), [1, 0, 0, 0, 0]);
    assert_eq!(counts(vec![not_mine("a"), not_mine("b")]), [0, 0, 0, 0, 1]);
    assert_eq!(counts(Vec::new()), [0, 0, 0, 0, 1]);
}

#[test]
fn who_is_counted_on_must_be_asked_too() {
    // `c` is not concerned by itself, but `a` counts on it.
    let f = check(&matrix(vec![theirs("a", "c"), not_mine("b"), not_mine("h")]));
    assert_eq!(f.open[0].parties, ["c"]);
    assert!(f.holes.is_empty());
    assert_eq!(f.uncontracted[0].parties, ["c"]);
}

#[test]
fn all_agreeing_that_it_is_not_needed_is_no_hole() {
    assert_eq!(counts(vec![needless("a"), needless("b"), needless("h")]), [0; 5]);
    assert_eq!(counts(vec![needless("a"), not_mine("b"), not_mine("h")]), [1, 0, 0, 0, 0]);
}

#[test]
fn two_who_both_do_it_need_an_agreed_split() {
    assert_eq!(counts(vec![mine("a"), mine("h"), theirs("b", "a")]), [0, 1, 0, 0, 0]);
    assert_eq!(counts(vec![shared("a", &["h"], "夜はA"), shared("h", &["a"], "夜はＡ"), theirs("b", "a")]), [0; 5]);
    let different = vec![shared("a", &["h"], "夜はA"), shared("h", &["a"], "夜は院内"), theirs("b", "a")];
    assert_eq!(counts(different), [0, 1, 0, 0, 0]);
    assert_eq!(counts(vec![shared("a", &["h"], "夜はA"), mine("h"), theirs("b", "a")]), [0, 1, 0, 0, 0]);
}

#[test]
fn a_share_that_the_other_does_not_take_is_a_contradiction() {
    assert_eq!(counts(vec![shared("a", &["h"], "夜はA"), theirs("h", "a"), theirs("b", "a")]), [0, 0, 1, 0, 0]);
}

#[test]
fn work_without_a_contract_is_named_whoever_gave_it() {
    assert_eq!(counts(vec![mine("c"), theirs("a", "c"), theirs("b", "c"), theirs("h", "c")]), [0, 0, 0, 1, 0]);
    let excluded = Statement { covered: Some(false), ..mine("a") };
    assert_eq!(counts(vec![excluded, theirs("b", "a"), theirs("h", "a")]), [0, 0, 0, 1, 0]);
}

#[test]
fn a_change_after_signing_shows_and_the_order_of_entry_does_not() {
    let mut m = matrix(vec![mine("a"), theirs("b", "a"), theirs("h", "a")]);
    for id in ["a", "b", "c", "h"] {
        let hash = m.hash();
        m.signatures.push(Signature {
            party: id.into(),
            name: "署名 者".into(),
            role: "部長".into(),
            on: date(2026, 11, 21),
            hash,
        });
    }
    assert!(m.is_signed_by_all());
    m.rows[0].statements.reverse();
    m.parties.reverse();
    assert!(m.is_signed_by_all());
    m.rows[0].say("a", Some(not_mine("a")));
    assert!(m.signed().iter().all(|(_, signed, _)| *signed == Signed::AnotherText));
}

#[test]
fn a_file_is_read_back_as_it_was_written() {
    let m = matrix(vec![mine("a"), shared("b", &["h"], "半分ずつ"), needless("h")]);
    let text = write(&m).expect("written");
    assert_eq!(parse(&text, &TaskCatalogue::default()).expect("read"), m);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    let good = write(&matrix(vec![mine("a"), theirs("b", "a")])).expect("written");
    let cases = [
        ("\"patch\",\n      \"object\"", "\"pach\",\n      \"object\"", "no task \"pach\""),
        ("\"whom\": \"a\"", "\"whom\": \"z\"", "not a party"),
        ("\"whom\": \"a\"", "\"whom\": \"b\"", "cannot name itself"),
        ("\"says\": \"mine\"", "\"says\": \"not_needed\"", "needs \"why\""),
        ("\"says\": \"mine\"", "\"says\": \"ours\"", "unknown variant"),
        ("\"says\": \"mine\"", "\"say\": \"mine\"", "unknown field `say`"),
        ("responsibility/1", "responsibility/9", "\"format\" must be"),
        ("\"party\": \"b\"", "\"party\": \"a\"", "speaks twice"),
    ];
    for (from, to, expected) in cases {
        assert!(good.contains(from), "{from} in {good}");
        let bad = good.replacen(from, to, 1);
        let problems = parse(&bad, &TaskCatalogue::default()).expect_err(expected);
        assert!(problems.iter().any(|p| p.message.en.contains(expected)), "{expected}: {problems:?}");
        assert!(problems[0].line > 1 && problems[0].column > 1, "{problems:?}");
    }
    let typo = good.replacen("\"says\": \"mine\"", "\"say\": \"mine\"", 1);
    let line = typo.lines().position(|line| line.contains("\"say\"")).expect("there") + 1;
    assert_eq!(parse(&typo, &TaskCatalogue::default()).expect_err("refused")[0].line, line);
    for junk in ["", "{", "[]", "null", "{\"format\":1}"] {
        assert!(parse(junk, &TaskCatalogue::default()).is_err(), "{junk}");
    }
}

#[test]
fn findings_are_said_with_the_names_of_those_concerned() {
    let r = report(&matrix(vec![theirs("a", "b"), theirs("b", "a"), not_mine("h")]), &TaskCatalogue::default());
    assert_eq!(
        r.contradictions[0].sentence.en,
        "“Patching” for 保守用VPN: a社 and b社 disagree. One counts on the other, who says otherwise."
    );
    assert!(!r.is_clean());
}

fn any_statement(party: &'static str) -> impl Strategy<Value = Option<Statement>> {
    let others: Vec<&'static str> = ["a", "b", "c", "h"].into_iter().filter(|id| *id != party).collect();
    let other = proptest::sample::select(others);
    prop_oneof![
        Just(None),
        Just(Some(mine(party))),
        Just(Some(not_mine(party))),
        Just(Some(needless(party))),
        other.clone().prop_map(move |whom| Some(theirs(party, whom))),
        (other, prop_oneof!["夜", "昼"]).prop_map(move |(whom, how)| Some(shared(party, &[whom], &how))),
    ]
}

fn any_matrix() -> impl Strategy<Value = Matrix> {
    (any_statement("a"), any_statement("b"), any_statement("c"), any_statement("h"))
        .prop_map(|(a, b, c, h)| matrix([a, b, c, h].into_iter().flatten().collect()))
}

/// The same matrix under other ids, with columns and statements the other way round.
fn renamed(m: &Matrix) -> Matrix {
    // Reverses the alphabetical order, so that no rule may lean on it.
    let new = |id: &str| match id {
        "a" => "z".to_owned(),
        "b" => "y".to_owned(),
        "c" => "x".to_owned(),
        _ => "w".to_owned(),
    };
    let mut m = m.clone();
    m.parties.reverse();
    for party in &mut m.parties {
        party.id = new(&party.id);
    }
    for object in &mut m.objects {
        object.parties = object.parties.iter().map(|id| new(id)).collect();
    }
    for row in &mut m.rows {
        row.statements.reverse();
        for s in &mut row.statements {
            s.party = new(&s.party);
            s.whom = s.whom.as_deref().map(new);
            s.with = s.with.iter().map(|id| new(id)).collect();
        }
    }
    m
}

proptest! {
    #[test]
    fn names_and_order_of_parties_decide_nothing(m in any_matrix()) {
        let back = |id: &String| match id.as_str() { "z" => "a", "y" => "b", "x" => "c", _ => "h" }.to_owned();
        let plain = |list: &[Finding], rename: bool| {
            let mut sets: Vec<Vec<String>> = list
                .iter()
                .map(|f| {
                    let mut ids: Vec<String> = f.parties.iter().map(|id| if rename { back(id) } else { id.clone() }).collect();
                    ids.sort();
                    ids
                })
                .collect();
            sets.sort();
            sets
        };
        let (one, other) = (check(&m), check(&renamed(&m)));
        for (a, b) in [
            (&one.holes, &other.holes),
            (&one.double_claims, &other.double_claims),
            (&one.contradictions, &other.contradictions),
            (&one.uncontracted, &other.uncontracted),
            (&one.open, &other.open),
        ] {
            prop_assert_eq!(plain(a, false), plain(b, true));
        }
    }

    #[test]
    fn an_agreed_matrix_has_no_finding(does in proptest::sample::select(vec!["a", "b", "h"])) {
        let said = ["a", "b", "h"].map(|id| if id == does { mine(id) } else { theirs(id, does) });
        let f = check(&matrix(said.to_vec()));
        prop_assert!(f.is_clean() && f.open.is_empty());
    }

    #[test]
    fn every_finding_names_a_row_and_parties_that_exist(m in any_matrix()) {
        let f = check(&m);
        for finding in f.all().chain(&f.open) {
            prop_assert!(m.rows.iter().any(|row| row.task == finding.task && row.object == finding.object));
            prop_assert!(!finding.parties.is_empty());
            prop_assert!(finding.parties.iter().all(|id| m.party(id).is_some()));
        }
    }

    #[test]
    fn what_a_form_may_say_a_file_may_carry(m in any_matrix()) {
        prop_assert!(m.rows[0].statements.iter().all(|s| fault_of(s, &m).is_none()));
        let read = parse(&write(&m).expect("written"), &TaskCatalogue::default());
        prop_assert_eq!(read.as_ref(), Ok(&m));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = parse(&text, &TaskCatalogue::default());
        let inner = format!("{{\"format\":\"{}\",\"parties\":[{text}],\"objects\":[],\"rows\":[]}}", file::FORMAT);
        let _ = parse(&inner, &TaskCatalogue::default());
    }
}
