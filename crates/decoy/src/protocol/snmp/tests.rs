use super::*;
use proptest::prelude::*;

/// The probe of a well-known scanner: lengths in long form.
const PROBE: &[u8] = b"0\x82\0/\x02\x01\0\x04\x06public\xa0\x82\0\x20\x02\x04\x4c\x33\xa7\x56\x02\x01\0\x02\x01\0\x30\x82\0\x10\x30\x82\0\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\0\x05\0";

fn machine(kind: PersonaKind) -> Identity {
    Identity::new(&[3; 32], kind, std::net::IpAddr::from([10, 0, 0, 1]))
}

fn message(bytes: &[u8]) -> Message<'_> {
    match parse(bytes) {
        Some(Parsed::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

fn ask(version: u32, tag: u8, name: &[u32]) -> Vec<u8> {
    let list = put(0x30, &put(0x30, &[put(6, &identifier(name)), put(5, b"")].concat()));
    let pdu = [put(2, &[9]), put(2, &[0]), put(2, &[0]), list].concat();
    put(0x30, &[put(2, &number(version)), put(4, b"public"), put(tag, &pdu)].concat())
}

/// Error status and the only variable of an answer.
fn answered(request: &[u8]) -> (i64, Vec<u32>, u8) {
    let answer = respond(&machine(PersonaKind::LinuxServer), &message(request)).expect("answered");
    let mut bytes = &answer[..];
    let mut inner = take_as(&mut bytes, 0x30).expect("message");
    take(&mut inner).expect("version");
    take(&mut inner).expect("community");
    let mut pdu = take_as(&mut inner, 0xa2).expect("response");
    take(&mut pdu).expect("request");
    let error = integer(take_as(&mut pdu, 2).expect("status")).expect("number");
    take(&mut pdu).expect("index");
    let mut list = take_as(&mut pdu, 0x30).expect("list");
    let mut variable = take_as(&mut list, 0x30).expect("variable");
    let name = arcs(take_as(&mut variable, 6).expect("name")).expect("arcs");
    (error, name, take(&mut variable).expect("value").0)
}

#[test]
fn the_system_group_is_walked_to_its_end() {
    for version in [0, 1] {
        let mut at = SYSTEM.to_vec();
        for n in 1..=7 {
            let (error, name, _) = answered(&ask(version, 0xa1, &at));
            assert_eq!((error, name.clone()), (0, [&SYSTEM[..], &[n, 0]].concat()));
            at = name;
        }
        let (error, name, tag) = answered(&ask(version, 0xa1, &at));
        assert_eq!((error, name, tag), if version == 0 { (2, at, 5) } else { (0, at, 0x82) });
    }
}

#[test]
fn what_is_not_there_and_what_may_not_be_set_is_refused() {
    let elsewhere = [1, 3, 6, 1, 2, 1, 99];
    assert_eq!(answered(&ask(0, 0xa0, &elsewhere)).0, 2);
    assert_eq!(answered(&ask(1, 0xa0, &elsewhere)).2, 0x80);
    assert_eq!(answered(&ask(1, 0xa3, &[1, 3, 6, 1, 2, 1, 1, 5, 0])).0, 6);
    assert_eq!(answered(&ask(0, 0xa3, &[1, 3, 6, 1, 2, 1, 1, 5, 0])).0, 2);
}

#[test]
fn a_scanners_probe_is_answered_with_the_name() {
    let identity = machine(PersonaKind::Printer);
    let answer = respond(&identity, &message(PROBE)).expect("answered");
    assert!(answer.windows(identity.host.len()).any(|window| window == identity.host.as_bytes()));
}

#[test]
fn every_persona_describes_itself() {
    for kind in PersonaKind::ALL {
        assert!(description(&machine(kind)).len() > 10);
    }
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        fuzz(&bytes);
    }

    #[test]
    fn a_damaged_request_never_panics(at in 0usize..51, to: u8) {
        let mut bytes = PROBE.to_vec();
        if let Some(byte) = bytes.get_mut(at) { *byte = to; }
        fuzz(&bytes);
    }
}
