//! Tables of contacts: what a visitor does, and the touches it must leave. The written catalogue has a row for each of them,
//! and no other.

use crate::sensor::{Running, client, said};
use hakutaku_model::touch::{Kind, SignedTouch};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is planted in the sensors of all tables.
pub(crate) const PLANTED: &str = "
[[token]]
name = \"note on the desk\"
kind = \"credential\"
value = \"hoshu:Ringo2024\"
[[token]]
name = \"copy of the keys\"
kind = \"url\"
value = \"/backup/keys.zip\"
[[token]]
name = \"connection data\"
kind = \"document\"
value = \"/share/logo.png\"
[[token]]
name = \"server in the notes\"
kind = \"dns\"
value = \"files.example.jp\"
";

enum Sent {
    /// These bytes over a connection of their own, or as one datagram.
    Bytes(Vec<u8>),
    /// What a client does.
    By(fn(&Running)),
}

/// A contact: its name, what is sent, the kinds of the touches it leaves, and what else must hold.
pub(crate) struct Contact {
    pub(crate) name: &'static str,
    sent: Sent,
    /// How often, each time over a connection of its own.
    times: usize,
    pub(crate) kinds: Vec<Kind>,
    user: Option<&'static str>,
    details: Vec<(&'static str, &'static str)>,
    answer: Option<&'static [u8]>,
}

/// Bytes and the kinds of touches they leave.
pub(crate) fn row(name: &'static str, bytes: Vec<u8>, kinds: &[Kind]) -> Contact {
    let sent = Sent::Bytes(bytes);
    Contact { name, sent, times: 1, kinds: kinds.to_vec(), user: None, details: Vec::new(), answer: None }
}

/// As [`row`], for bytes that are written down.
pub(crate) fn say(name: &'static str, bytes: &[u8], kinds: &[Kind]) -> Contact {
    row(name, bytes.to_vec(), kinds)
}

/// A client and the kinds of touches it leaves.
pub(crate) fn by(name: &'static str, act: fn(&Running), kinds: &[Kind]) -> Contact {
    Contact { sent: Sent::By(act), ..say(name, b"", kinds) }
}

impl Contact {
    /// Sent so many times, each time over a connection of its own.
    pub(crate) fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// Every touch has this user name.
    pub(crate) fn user(self, user: &'static str) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Every touch has this detail.
    pub(crate) fn detail(mut self, key: &'static str, value: &'static str) -> Self {
        self.details.push((key, value));
        self
    }

    /// The answer holds these bytes; empty: there is none.
    pub(crate) fn answer(self, answer: &'static [u8]) -> Self {
        Self { answer: Some(answer), ..self }
    }

    fn check(&self, touches: &[SignedTouch], answer: &[u8]) {
        let kinds: Vec<Kind> = touches.iter().map(|signed| signed.touch.kind).collect();
        assert_eq!(kinds, self.kinds, "{}: {touches:#?}", self.name);
        for signed in touches {
            if self.user.is_some() {
                assert_eq!(signed.touch.user.as_deref(), self.user, "{}: {touches:#?}", self.name);
            }
            for (key, value) in &self.details {
                let found = signed.touch.detail.get(*key).map(String::as_str);
                assert_eq!(found, Some(*value), "{}: {key}: {touches:#?}", self.name);
            }
        }
        let holds = |part: &[u8]| answer.windows(part.len()).any(|window| window == part);
        match self.answer {
            Some([]) => assert!(answer.is_empty(), "{}: {}", self.name, answer.escape_ascii()),
            Some(part) => assert!(holds(part), "{}: {}", self.name, answer.escape_ascii()),
            None => {}
        }
    }
}

/// All contacts of a protocol, and the machines before which each of them is made.
pub(crate) struct Table {
    pub(crate) protocol: &'static str,
    pub(crate) personas: &'static [&'static str],
    pub(crate) contacts: Vec<Contact>,
    /// What more must hold of a contact's touches.
    pub(crate) check: fn(&str, &[SignedTouch]),
}

impl Table {
    /// Makes each contact in turn: it leaves exactly its touches.
    fn run(&self) {
        let is_udp = hakutaku_decoy::protocol::known(self.protocol)
            .is_some_and(|known| known.transport() == hakutaku_decoy::protocol::Transport::Udp);
        for persona in self.personas {
            let sensor = Running::with(&[(self.protocol, persona)], PLANTED);
            let mut before = 0;
            for contact in &self.contacts {
                let wait = if contact.answer.is_some_and(|part| !part.is_empty()) { 20_000 } else { 50 };
                let mut answer = Vec::new();
                for _ in 0..contact.times {
                    match &contact.sent {
                        Sent::Bytes(bytes) if is_udp => {
                            let said = sensor.ask(self.protocol, bytes, Duration::from_millis(wait));
                            answer = said.unwrap_or_default();
                        }
                        Sent::Bytes(bytes) => answer = sensor.say(self.protocol, bytes),
                        Sent::By(act) => act(&sensor),
                    }
                }
                let new = sensor.touches(before + contact.kinds.len()).split_off(before);
                contact.check(&new, &answer);
                (self.check)(contact.name, &new);
                before += new.len();
            }
            assert_eq!(sensor.verify(), before as u64);
        }
    }
}

/// Nothing more.
pub(crate) fn nothing_more(_: &str, _: &[SignedTouch]) {}

/// One test for each table, and the list of all of them.
macro_rules! tables {
    ($($name:ident: $module:ident::$table:ident,)*) => {
        mod every_contact_leaves_its_touches {
            $(#[test]
            fn $name() {
                crate::$module::$table().run();
            })*
        }

        fn tables() -> Vec<Table> {
            vec![$(crate::$module::$table()),*]
        }
    };
}

tables! {
    ssh: ssh::table,
    telnet: telnet::table,
    ftp: ftp::table,
    vnc: vnc::table,
    rdp: rdp::table,
    smb: smb::table,
    mssql: mssql::table,
    postgresql: postgresql::table,
    mysql: mysql::table,
    http: web::plain,
    http_of_windows: web::windows,
    https: web::secure,
    fhir: fhir::table,
    ipp: printer::ipp_table,
    jetdirect: printer::raw_table,
    snmp: snmp::table,
    dns: dns::table,
    dicom: dicom::table,
    hl7: hl7::table,
    modbus: modbus::table,
    bacnet: bacnet::table,
    sip: sip::table,
    sip_tcp: sip::table_over_tcp,
    ntp: ntp::table,
    tftp: tftp::table,
    tcp: tcp::table,
}

/// Whether a contact is of a class, by its name and the kinds of its touches.
type IsOf = fn(&str, &[&str]) -> bool;

/// The classes of contact that are counted.
const CLASSES: [(&str, IsOf); 8] = [
    ("connect", |_, kinds| kinds.contains(&"connect")),
    ("half", |name, _| name.contains("half") || name.contains("then gone") || name.contains("never")),
    ("wrong", |_, kinds| kinds.contains(&"wrong-protocol")),
    ("sign-in", |_, kinds| kinds == ["sign-in"]),
    ("guesses", |_, kinds| kinds.iter().filter(|kind| **kind == "sign-in").count() > 1),
    ("probe", |_, kinds| kinds.contains(&"probe")),
    ("malformed", |_, kinds| kinds.contains(&"malformed")),
    ("Japanese", |name, _| ["Japanese", "Shift_JIS", "EUC-JP", "ISO-2022-JP"].iter().any(|word| name.contains(word))),
];

/// `docs/decoy-touches.md` and the tables say the same: each row of the one is a row of the other, in the same order, and
/// the figures at its top are those of its rows.
#[test]
fn the_written_catalogue_is_what_is_tested() {
    let document = include_str!("../../../../docs/decoy-touches.md");
    let cells = |line: &str| -> Vec<String> { line.split('|').map(|cell| cell.trim().to_owned()).collect() };
    let written: Vec<Vec<String>> = document
        .lines()
        .map(cells)
        .filter(|cells| cells.len() == 6 && cells[1] != "protocol" && !cells[1].starts_with("---"))
        .collect();
    let mut tested = Vec::new();
    for table in tables() {
        for Contact { name, kinds, .. } in &table.contacts {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.key()).collect();
            tested.push([table.protocol.to_owned(), (*name).to_owned(), kinds.join(", ")]);
        }
    }
    tested.extend(
        crate::scan::ROWS
            .iter()
            .map(|(name, _, kind, _)| ["scan".to_owned(), (*name).to_owned(), kind.key().to_owned()]),
    );
    let rows: Vec<[String; 3]> = written.iter().map(|row| [row[1].clone(), row[2].clone(), row[4].clone()]).collect();
    let missing: Vec<String> = tested
        .iter()
        .filter(|row| !rows.contains(row))
        .map(|row| format!("| {} | {} |  | {} |", row[0], row[1], row[2]))
        .collect();
    assert!(missing.is_empty(), "these rows belong into docs/decoy-touches.md:\n{}", missing.join("\n"));
    let untested: Vec<&[String; 3]> = rows.iter().filter(|row| !tested.contains(row)).collect();
    assert!(untested.is_empty(), "no test makes these contacts: {untested:#?}");
    assert_eq!(rows, tested, "the rows are in another order, or one is there twice");
    let plain: Vec<&Vec<String>> = written.iter().filter(|row| row[3].is_ascii()).collect();
    assert!(plain.is_empty(), "these rows have no Japanese: {plain:#?}");

    let mut counts: Vec<(String, [usize; 9])> = Vec::new();
    for [protocol, name, kinds] in &tested {
        if counts.last().is_none_or(|(last, _)| last != protocol) {
            counts.push((protocol.clone(), [0; 9]));
        }
        let Some((_, count)) = counts.last_mut() else { continue };
        let kinds: Vec<&str> = kinds.split(", ").collect();
        count[0] += 1;
        for ((_, is_of), count) in CLASSES.iter().zip(&mut count[1..]) {
            *count += usize::from(is_of(name, &kinds));
        }
    }
    let mut all = [0; 9];
    for (_, count) in &counts {
        all.iter_mut().zip(count).for_each(|(sum, count)| *sum += count);
    }
    counts.push(("all".to_owned(), all));
    let line = |(protocol, count): &(String, [usize; 9])| {
        let shown = count.map(|count| if count == 0 { "–".to_owned() } else { count.to_string() });
        format!("| {protocol} | {} |", shown.join(" | "))
    };
    let expected: Vec<String> = counts.iter().map(line).collect();
    let figures: Vec<&str> = document.lines().filter(|line| line.matches('|').count() == 11).skip(2).collect();
    assert_eq!(figures, expected, "the figures at the top of docs/decoy-touches.md are:\n{}", expected.join("\n"));
}

/// No protocol is without a table, and no class of contact is missing where it can happen.
#[test]
fn every_protocol_has_every_class_of_contact_that_it_can_have() {
    let tables = tables();
    let names: Vec<&str> = tables.iter().map(|table| table.protocol).collect();
    for known in hakutaku_decoy::protocol::NAMES {
        assert!(names.contains(&known.name), "{}", known.name);
    }
    // What a protocol has no place for. The document says why.
    let absent: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("telnet", &["probe"][..]),
        ("vnc", &["probe", "Japanese"]),
        ("mysql", &["probe"]),
        ("jetdirect", &["sign-in", "guesses"]),
        ("dns", &["sign-in", "guesses"]),
        ("hl7", &["sign-in", "guesses"]),
        ("modbus", &["sign-in", "guesses", "Japanese"]),
        ("bacnet", &["sign-in", "guesses", "Japanese"]),
        ("ntp", &["sign-in", "guesses", "Japanese"]),
        ("tftp", &["sign-in", "guesses"]),
        ("tcp", &["half", "sign-in", "guesses", "probe"]),
    ]);
    let mut lacking: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for known in hakutaku_decoy::protocol::NAMES {
        for (class, is_of) in CLASSES {
            let of_it = tables.iter().filter(|table| table.protocol == known.name);
            let has_it = of_it.flat_map(|table| &table.contacts).any(|contact| {
                let kinds: Vec<&str> = contact.kinds.iter().map(|kind| kind.key()).collect();
                is_of(contact.name, &kinds)
            });
            if !has_it {
                lacking.entry(known.name).or_default().push(class);
            }
        }
    }
    let absent: BTreeMap<&str, Vec<&str>> =
        absent.into_iter().map(|(name, classes)| (name, classes.to_vec())).collect();
    assert_eq!(lacking, absent);
}

/// The kinds of touches, sorted: what separate connections leave may be written in any order.
pub(crate) fn kinds(touches: &[SignedTouch]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = touches.iter().map(|signed| signed.touch.kind).collect();
    kinds.sort();
    kinds
}

/// What `nmap -sV` says of a decoy, asked with one of its probes alone: all of them on an unusual port would take a minute.
pub(crate) fn version_by_nmap(sensor: &Running, protocol: &str, scan: &str, probe: &str) -> String {
    let all = std::fs::read("/usr/share/nmap/nmap-service-probes").expect("nmap's probes");
    let all = String::from_utf8_lossy(&all);
    let start = all.find(&format!("\nProbe {probe} ")).expect("a probe of this name") + 1;
    let length = all[start + 1..].find("\nProbe ").map_or(all.len() - start, |at| at + 1);
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("probes");
    // A fallback would name a probe that is not in this file.
    let section: Vec<&str> = all[start..start + length].lines().filter(|line| !line.starts_with("fallback ")).collect();
    std::fs::write(&file, section.join("\n")).expect("written");
    let (port, file) = (sensor.address(protocol).port().to_string(), file.to_str().expect("path").to_owned());
    said(&client("nmap", &[scan, "-Pn", "-n", "-sV", "--versiondb", &file, "-p", &port, "127.0.0.1"]))
}

/// Whether the tests may send raw packets (scans with datagrams).
pub(crate) fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}
