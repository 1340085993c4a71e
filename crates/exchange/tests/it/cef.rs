use crate::samples::{at, case, sensor, touch, touches};
use hakutaku_exchange::Reader;
use hakutaku_exchange::cef::{self, LONGEST_LINE, Sender};
use hakutaku_model::text::Text;
use hakutaku_model::touch::Kind;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn sender() -> Sender {
    Sender { host: "centre.example.jp".into(), version: "0.1.0".into() }
}

/// Reads a line back as the document says, to see that nothing breaks out of its field.
fn parse(line: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let mut header = vec![String::new()];
    let mut chars = line.strip_prefix("CEF:").expect("CEF").chars();
    while header.len() < 8 {
        match chars.next().expect("eight parts") {
            '\\' => header.last_mut().expect("one").push(chars.next().expect("escaped")),
            '|' => header.push(String::new()),
            c => header.last_mut().expect("one").push(c),
        }
    }
    let rest: Vec<char> = chars.collect();
    // Where an unescaped `=` stands, the word before it is a key.
    let mut marks = Vec::new();
    let mut at = 0;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 1,
            '=' => marks.push(at),
            _ => {}
        }
        at += 1;
    }
    let start_of = |mark: usize| rest[..mark].iter().rposition(|c| *c == ' ').map_or(0, |space| space + 1);
    let mut fields = BTreeMap::new();
    for (n, mark) in marks.iter().enumerate() {
        let end = marks.get(n + 1).map_or(rest.len(), |next| start_of(*next) - 1);
        let mut value = String::new();
        let mut raw = rest[mark + 1..end].iter();
        while let Some(c) = raw.next() {
            match c {
                '\\' => value.push(match raw.next().expect("escaped") {
                    'n' => '\n',
                    'r' => '\r',
                    other => *other,
                }),
                other => value.push(*other),
            }
        }
        fields.insert(rest[start_of(*mark)..*mark].iter().collect(), value);
    }
    (header, fields)
}

#[test]
fn a_touch_is_one_line_whose_fields_come_back() {
    let line = cef::touch(&sender(), &touches()[2], Reader::Centre).expect("a line");
    assert!(!line.contains('\n'));
    let (header, fields) = parse(&line);
    assert_eq!(header[..6], ["0", "Hakutaku", "Hakutaku", "0.1.0", "sign-in", "Decoy touched: sign-in"]);
    assert_eq!(header[6], "7");
    assert_eq!(fields["duser"], "a=b\\c|d\ne");
    assert_eq!((&fields["src"][..], &fields["spt"][..], &fields["dst"][..]), ("198.51.100.7", "40000", "192.168.77.5"));
    assert_eq!(fields["rt"], "1795255383000");
    let six = cef::touch(&sender(), &touches()[4], Reader::Centre).expect("a line");
    assert_eq!(parse(&six).1["c6a2"], "2001:db8::9");
}

#[test]
fn readers_outside_see_no_member() {
    assert_eq!(cef::touch(&sender(), &touches()[3], Reader::Community), None);
    let line = cef::touch(&sender(), &touches()[0], Reader::Community).expect("a line");
    for word in ["海辺", "192.168", &sensor().to_string()] {
        assert!(!line.contains(word), "{line}");
    }
    let title = Text::new("同じ相手が来ました", "One source | at two");
    let (header, fields) = parse(&cef::case(&sender(), &case(), &title, Reader::Community));
    assert_eq!((&header[5][..], &fields["msg"][..]), ("One source | at two", "同じ相手が来ました"));
    assert!(!fields.contains_key("cn1"));
    assert_eq!(parse(&cef::case(&sender(), &case(), &title, Reader::Centre)).1["cn1"], "2");
}

#[test]
fn syslog_as_rfc_5424_and_its_framing() {
    let message = cef::syslog(&sender(), at("2026-11-21T10:00:00Z"), "touch", "CEF:0|x");
    assert_eq!(message, "<133>1 2026-11-21T10:00:00.000000Z centre.example.jp hakutaku - touch - CEF:0|x");
    let empty = Sender { host: "日本".into(), ..sender() };
    assert!(cef::syslog(&empty, at("2026-11-21T10:00:00Z"), "case", "x").contains("Z - hakutaku - case - x"));
    assert_eq!(cef::framed("あx"), [b"4 ".as_slice(), "あx".as_bytes()].concat());
}

proptest! {
    #[test]
    fn no_user_name_breaks_out_of_its_field(user in "(.|[\\n\\r|=\\\\ ]){0,300}") {
        let line = cef::touch(&sender(), &touch(1, "198.51.100.7", Kind::SignIn, Some(&user)), Reader::Centre).expect("a line");
        prop_assert!(line.len() <= LONGEST_LINE && !line.chars().any(char::is_control));
        let (header, fields) = parse(&line);
        prop_assert_eq!(header.len(), 8);
        prop_assert_eq!(fields.keys().map(String::as_str).filter(|key| *key != "duser").collect::<Vec<_>>(),
            ["act", "app", "cs1", "cs1Label", "deviceExternalId", "dpt", "dst", "externalId", "outcome", "rt", "spt", "src"]);
    }
}
