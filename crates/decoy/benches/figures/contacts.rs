//! The contacts that both products get, byte for byte, and the real clients among them.

use crate::talk::{Step, login7, mysql_login, prelogin, rdp_request, snmp, ssh};

/// How a contact is made.
pub(crate) enum Contact {
    /// Says these one after the other, waiting a moment for an answer before each; then closes.
    Say(Vec<Vec<u8>>),
    /// The same inside TLS.
    InTls(Vec<Vec<u8>>),
    /// One datagram.
    Send(Vec<u8>),
    /// A program; `{port}` is the port. A word may be of any bytes.
    Run(Vec<Vec<u8>>),
}

/// One row.
pub(crate) struct Row {
    pub(crate) protocol: &'static str,
    pub(crate) name: &'static str,
    pub(crate) contact: Contact,
}

/// The name in the events, where it is Japanese.
pub(crate) const NAME: &str = "検査室";
const SJIS: &[u8] = b"\x8c\x9f\x8d\xb8\x8e\xba";
const EUC: &[u8] = b"\xb8\xa1\xba\xba\xbc\xbc";
const GARBAGE: &[u8] = b"\xde\xad\xbe\xef\xde\xad\xbe\xef\xde\xad\xbe\xef\r\n\r\n";
const HTTP: &[u8] = b"GET / HTTP/1.0\r\n\r\n";
const TLS: &[u8] = b"\x16\x03\x01\0\x05hello";
const SIP: &[u8] = b"OPTIONS sip:100@pbx SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:100@pbx>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

fn form(user: &[u8]) -> Vec<u8> {
    let user: String = user
        .iter()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    let body = format!("username={user}&password=guess");
    format!("POST /index.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn register(user: &[u8]) -> Vec<u8> {
    [
        &b"REGISTER sip:pbx SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nAuthorization: Digest username=\""[..],
        user,
        b"\", realm=\"asterisk\", nonce=\"1/2\", uri=\"sip:pbx\", response=\"00\"\r\nContent-Length: 0\r\n\r\n",
    ]
    .concat()
}

fn cookie(user: &[u8]) -> Vec<u8> {
    let body = [&b"\xe0\0\0\0\0\0Cookie: mstshash="[..], user, b"\r\n", &[1, 0, 8, 0, 3, 0, 0, 0]].concat();
    let length = u8::try_from(body.len()).unwrap_or(0);
    [&[3, 0, 0, length + 5, length][..], &body].concat()
}

fn words(all: &[&[u8]]) -> Vec<Vec<u8>> {
    all.iter().map(|word| word.to_vec()).collect()
}

fn ssh_client(user: &[u8]) -> Contact {
    Contact::Run(words(&[
        b"timeout",
        b"20",
        b"sshpass",
        b"-p",
        b"guess",
        b"ssh",
        b"-p",
        b"{port}",
        b"-l",
        user,
        b"-o",
        b"StrictHostKeyChecking=no",
        b"-o",
        b"UserKnownHostsFile=/dev/null",
        b"-o",
        b"NumberOfPasswordPrompts=1",
        b"-o",
        b"PubkeyAuthentication=no",
        b"-o",
        b"PreferredAuthentications=password",
        b"-o",
        b"HostKeyAlgorithms=+ssh-rsa",
        b"127.0.0.1",
    ]))
}

/// All of them.
pub(crate) fn rows() -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    let mut add =
        |protocol: &'static str, name: &'static str, contact: Contact| out.push(Row { protocol, name, contact });
    let say = |parts: &[&[u8]]| Contact::Say(words(parts));
    for protocol in ["ftp", "http", "https", "mssql", "mysql", "rdp", "ssh", "telnet", "vnc"] {
        add(protocol, "bare connect", say(&[]));
        add(protocol, "garbage", say(&[GARBAGE]));
        match protocol {
            "http" => add(protocol, "SSH", say(&[b"SSH-2.0-Go\r\n"])),
            _ => add(protocol, "HTTP", say(&[HTTP])),
        }
        add(protocol, if protocol == "https" { "broken TLS" } else { "TLS" }, say(&[TLS]));
    }
    let names: [(&'static str, &[u8]); 4] = [
        ("sign-in", b"admin"),
        ("sign-in in Shift_JIS", SJIS),
        ("sign-in in EUC-JP", EUC),
        ("sign-in in UTF-8", NAME.as_bytes()),
    ];
    for (name, user) in names {
        add("ftp", name, say(&[&[b"USER ", user, b"\r\n"].concat(), b"PASS guess\r\n"]));
        add("http", name, say(&[&form(user)]));
        add("https", name, Contact::InTls(vec![form(user)]));
        add("mysql", name, say(&[&mysql_login(user)]));
        add("ssh", name, ssh_client(user));
        add("telnet", name, say(&[&[user, b"\r\n"].concat(), b"guess\r\n"]));
        add("rdp", if name == "sign-in" { "cookie" } else { name }, say(&[&cookie(user)]));
        add("sip", name, Contact::Send(register(user)));
        // A read request for a file of this name.
        add(
            "tftp",
            if name == "sign-in" { "a file" } else { name },
            Contact::Send([&b"\0\x01"[..], user, b"\0octet\0"].concat()),
        );
    }
    add("ftp", "a name, then gone", say(&[b"USER admin\r\n"]));
    add("ftp", "system asked", say(&[b"SYST\r\n", b"QUIT\r\n"]));
    add("http", "page looked at", say(&[b"GET /index.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]));
    add("http", "half a request", say(&[b"GET /index.html HT"]));
    add("http", "path outside", say(&[b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"]));
    add(
        "http",
        "file put",
        say(&[b"PUT /x.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"]),
    );
    add(
        "https",
        "page looked at",
        Contact::InTls(words(&[b"GET /index.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])),
    );
    add("https", "handshake, then gone", Contact::InTls(vec![]));
    add("mssql", "half a handshake", say(&[&prelogin()]));
    add("mssql", "sign-in", say(&[&prelogin(), &login7()]));
    add("mysql", "half a sign-in", say(&[&mysql_login(b"admin")[..20]]));
    add("rdp", "half a request", say(&[&rdp_request()[..12]]));
    add(
        "rdp",
        "sign-in with xfreerdp",
        Contact::Run(words(&[
            b"timeout",
            b"30",
            b"xvfb-run",
            b"-a",
            b"xfreerdp",
            b"/v:127.0.0.1:{port}",
            "/u:検査室".as_bytes(),
            b"/p:guess",
            b"/cert:ignore",
            b"+auth-only",
        ])),
    );
    add("ssh", "version, then gone", say(&[b"SSH-2.0-Go\r\n"]));
    let exchange: Vec<Vec<u8>> =
        ssh().into_iter().filter_map(|step| if let Step::Say(bytes) = step { Some(bytes) } else { None }).collect();
    add("ssh", "keys, then gone", Contact::Say(exchange));
    add("telnet", "options, then gone", say(&[b"\xff\xfc\x18\xff\xfc\x20"]));
    add("telnet", "a name, then gone", say(&[b"admin\r\n"]));
    add("vnc", "version, then gone", say(&[b"RFB 003.008\n"]));
    add("vnc", "half a sign-in", say(&[b"RFB 003.008\n", b"\x02"]));
    add("vnc", "sign-in", say(&[b"RFB 003.008\n", b"\x02", b"sixteen bytes..."]));
    add("vnc", "no password wanted", say(&[b"RFB 003.008\n", b"\x01", b"\x01"]));
    for protocol in ["ntp", "sip", "snmp", "tftp"] {
        add(protocol, "an empty datagram", Contact::Send(vec![]));
        add(protocol, "garbage", Contact::Send(GARBAGE.to_vec()));
        let other = if protocol == "sip" { HTTP } else { SIP };
        add(protocol, "another protocol", Contact::Send(other.to_vec()));
    }
    add("ntp", "the time", Contact::Send([&[0x23][..], &[0; 47]].concat()));
    add("ntp", "monlist", Contact::Send([&b"\x17\0\x03\x2a"[..], &[0; 40]].concat()));
    add("ntp", "variables", Contact::Send(b"\x16\x02\0\x01\0\0\0\0\0\0\0\0".to_vec()));
    add("sip", "options", Contact::Send(SIP.to_vec()));
    add("sip", "half a request", Contact::Send(b"OPTIONS sip:x SIP/2".to_vec()));
    add("snmp", "public", Contact::Send(snmp(b"public")));
    add("snmp", "a community guessed", Contact::Send(snmp(b"himitsu")));
    add("snmp", "half a question", Contact::Send(snmp(b"public")[..20].to_vec()));
    add("tftp", "a file to keep", Contact::Send(b"\0\x02fw.bin\0octet\0".to_vec()));
    add("tftp", "half a request", Contact::Send(b"\0\x01boot".to_vec()));
    out
}
