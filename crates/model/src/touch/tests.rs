//! The chain of touches, as a specification.

use super::*;
use proptest::prelude::*;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn sensor() -> SensorId {
    SensorId(uuid::Uuid::from_u128(5))
}

fn touch(chain: &Chain, user: Option<&str>) -> Touch {
    Touch {
        id: TouchId { sensor: chain.sensor, number: chain.next() },
        sensor: chain.sensor,
        time: Ts::from_micros(1_700_000_000_000_000),
        protocol: "ssh".to_owned(),
        persona: "linux-server".to_owned(),
        source_ip: IpAddr::from([192, 0, 2, 7]),
        source_port: 40_000,
        dest_port: 22,
        kind: Kind::SignIn,
        user: user.map(str::to_owned),
        secret_hash: None,
        detail: BTreeMap::from([("client".to_owned(), "OpenSSH_9.2".to_owned())]),
        previous: chain.hash,
    }
}

fn lines(count: usize) -> Vec<Vec<u8>> {
    let mut chain = Chain::new(sensor());
    (0..count)
        .map(|n| {
            let line = touch(&chain, Some(&format!("利用者{n}\"\\"))).sign(&key());
            chain.advance(&line);
            line
        })
        .collect()
}

fn follow(lines: &[Vec<u8>]) -> Result<u64, Break> {
    let mut chain = Chain::new(sensor());
    for line in lines {
        chain.check(line, &key().verifying_key())?;
    }
    Ok(chain.number)
}

#[test]
fn an_unbroken_chain_is_followed_to_its_end() {
    assert_eq!(follow(&lines(5)), Ok(5));
}

#[test]
fn a_missing_line_shows() {
    let mut all = lines(5);
    all.remove(2);
    assert_eq!(follow(&all), Err(Break::Number { expected: 3, found: 4 }));
}

#[test]
fn two_lines_that_changed_places_show() {
    let mut all = lines(5);
    all.swap(1, 2);
    assert_eq!(follow(&all), Err(Break::Number { expected: 2, found: 3 }));
}

#[test]
fn a_line_of_somebody_elses_key_shows() {
    let mut chain = Chain::new(sensor());
    let line = touch(&chain, None).sign(&SigningKey::from_bytes(&[8; 32]));
    assert_eq!(chain.check(&line, &key().verifying_key()), Err(Break::Signature { number: 1 }));
    assert_eq!(chain.number, 0, "the chain stays where it was");
}

#[test]
fn a_sensor_set_back_to_an_old_state_shows_at_the_first_line_it_writes_anew() {
    let all = lines(3);
    let mut forked = Chain::new(sensor());
    forked.advance(&all[0]);
    let other = touch(&forked, Some("other")).sign(&key());
    forked.advance(&other);
    let third = touch(&forked, None).sign(&key());
    assert_eq!(follow(&[all[0].clone(), all[1].clone(), third]), Err(Break::Previous { number: 3 }));
}

#[test]
fn the_line_has_the_fields_of_the_contract_in_order() {
    let line = String::from_utf8(lines(1).remove(0)).expect("UTF-8");
    let mut at = 0;
    for name in [
        "id",
        "sensor",
        "time",
        "protocol",
        "persona",
        "source_ip",
        "source_port",
        "dest_port",
        "kind",
        "user",
        "secret_hash",
        "detail",
        "previous",
        "signature",
    ] {
        let found = line[at..].find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name} is missing in {line}"));
        at += found;
    }
}

#[test]
fn every_kind_reads_back_from_its_key() {
    for kind in Kind::ALL {
        let read: Kind = serde_json::from_value(kind.key().into()).expect("reads");
        assert_eq!(read, kind);
    }
}

proptest! {
    #[test]
    fn one_changed_byte_anywhere_breaks_the_chain(which in 0usize..4, at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut all = lines(4);
        let line = &mut all[which];
        let at = at.index(line.len());
        prop_assume!(line[at] != to);
        line[at] = to;
        prop_assert!(follow(&all).is_err());
    }

    #[test]
    fn whatever_the_visitor_typed_reads_back_and_verifies(user in "\\PC{0,40}", detail in "\\PC{0,40}") {
        let mut chain = Chain::new(sensor());
        let mut one = touch(&chain, Some(&user));
        one.detail.insert("path".to_owned(), detail);
        let line = one.sign(&key());
        let read = chain.check(&line, &key().verifying_key());
        prop_assert_eq!(read.map(|signed| signed.touch), Ok(one));
    }
}
