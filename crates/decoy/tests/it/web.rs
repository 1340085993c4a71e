//! The contacts of HTTP and HTTPS.

use crate::contacts::{Contact, Table, by, nothing_more, row, say};
use crate::sensor::{Running, client, said};
use crate::smb::{NTLM_NEGOTIATE, ntlm_authenticate};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hakutaku_model::touch::Kind;
use std::io::Write as _;
use std::process::{Command, Stdio};

pub(crate) fn form(path: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A form sent three times over one connection.
fn guesses(path: &str, body: &str) -> Vec<u8> {
    let once = form(path, body.as_bytes());
    let staying = String::from_utf8_lossy(&once).replace("Connection: close\r\n", "");
    [staying.repeat(2).as_bytes(), &once].concat()
}

fn escaped(encoding: &'static encoding_rs::Encoding) -> String {
    encoding.encode("管理者").0.iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// How network cameras are asked (WS-Security).
const SOAP: &[u8] = b"POST /onvif/device_service HTTP/1.0\r\nContent-Type: application/soap+xml\r\nContent-Length: 117\r\n\r\n\
    <Envelope><Header><wsse:UsernameToken><wsse:Username>admin</wsse:Username><wsse:Password Type=\"x\">y</wsse:Password></";
const CHUNKS: &[u8] = b"POST /portal/signin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nuser=\r\n8\r\na&pass=b\r\n0\r\n\r\n";
const TWO_LENGTHS: &[u8] =
    b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
const BROKEN_CHUNKS: &[u8] = b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n";

fn looks() -> Vec<Contact> {
    let probe = &[Kind::Probe];
    vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b""),
        say("half a request line", b"GET / HT", &[Kind::Handshake]).answer(b""),
        say("half a head", b"GET / HTTP/1.1\r\nHost: x\r\n", &[Kind::Handshake]).answer(b""),
        say("a page", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", probe).answer(b"HTTP/1.1 302"),
        say("a page by HTTP/1.0", b"GET / HTTP/1.0\r\n\r\n", probe).answer(b"HTTP/1.1 302"),
        say("a page without a host", b"GET / HTTP/1.1\r\n\r\n", probe).answer(b"HTTP/1.1 400"),
        say("a page by HTTP/0.9", b"GET /\r\n", probe),
        say("a page that is not there", b"GET /nothing HTTP/1.0\r\n\r\n", probe).answer(b"HTTP/1.1 404"),
        say("a head alone", b"HEAD /portal/signin HTTP/1.0\r\n\r\n", probe).answer(b"HTTP/1.1 200"),
        say("options", b"OPTIONS / HTTP/1.0\r\n\r\n", probe).answer(b"HTTP/1.1 405"),
        say("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", probe).answer(b"HTTP/1.1 505"),
        row("three pages", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3), probe).detail("requests", "3"),
    ]
}

fn requests() -> Vec<Contact> {
    let (request, write) = (&[Kind::Request], &[Kind::Write]);
    vec![
        say("a file outside", b"GET /x/../../../etc/passwd HTTP/1.0\r\n\r\n", request).answer(b"HTTP/1.1 404"),
        say("a hidden folder", b"GET /.git/HEAD HTTP/1.0\r\n\r\n", request).answer(b"HTTP/1.1 404"),
        say("a known hole", b"GET /dana-na/../dana/html5acc/guacamole/ HTTP/1.0\r\n\r\n", request)
            .answer(b"HTTP/1.1 404"),
        say("a way through to elsewhere", b"CONNECT mail.example.jp:25 HTTP/1.0\r\n\r\n", request)
            .answer(b"HTTP/1.1 400"),
        say("an echo", b"TRACE / HTTP/1.0\r\n\r\n", request).answer(b"HTTP/1.1 405"),
        say("a list of files", b"PROPFIND / HTTP/1.0\r\n\r\n", request).answer(b"HTTP/1.1 405"),
        say("a form of nothing", b"POST /x HTTP/1.0\r\nContent-Length: 3\r\n\r\na=b", request).answer(b"HTTP/1.1 404"),
        say("a form that never ends", b"POST /x HTTP/1.0\r\nContent-Length: 30\r\n\r\na=b", request)
            .answer(b"HTTP/1.1 404"),
        row("a form of 300 kB", form("/x", &vec![b'a'; 300_000]), request).answer(b"HTTP/1.1 404"),
        say("two lengths", TWO_LENGTHS, request).answer(b"HTTP/1.1 400"),
        say("broken chunks", BROKEN_CHUNKS, request).answer(b"HTTP/1.1 404"),
        say("a file to keep", b"PUT /shell.jsp HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", write)
            .answer(b"HTTP/1.1 405"),
        say("a page deleted", b"DELETE /x HTTP/1.0\r\n\r\n", write).answer(b"HTTP/1.1 405"),
        say("planted address", b"GET /backup/keys.zip?x=1 HTTP/1.0\r\n\r\n", &[Kind::Token])
            .detail("token", "copy of the keys")
            .answer(b"HTTP/1.1 200"),
        say("planted document opened", b"GET /share/logo.png HTTP/1.0\r\n\r\n", &[Kind::Token])
            .detail("token", "connection data")
            .answer(b"HTTP/1.1 200"),
    ]
}

fn tries() -> Vec<Contact> {
    let one = &[Kind::SignIn];
    let named = |encoding| form("/portal/signin", format!("username={}&password=x", escaped(encoding)).as_bytes());
    let look_and_try =
        [&b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..], &form("/portal/signin", b"username=a&password=b")].concat();
    vec![
        row("sign-in", form("/portal/signin", b"username=a&password=b"), one).user("a").answer(b"HTTP/1.1 200"),
        say("sign-in in chunks", CHUNKS, one).user("a").answer(b"HTTP/1.1 200"),
        row("a page, then sign-in", look_and_try, one).user("a"),
        row("three guesses", guesses("/portal/signin", "username=a&password=b"), &[Kind::SignIn; 3]).user("a"),
        say("sign-in in an address", b"GET /login?user=a&pass=b HTTP/1.0\r\n\r\n", one)
            .user("a")
            .answer(b"HTTP/1.1 404"),
        say("sign-in in an envelope of XML", SOAP, one).user("admin").answer(b"HTTP/1.1 404"),
        say("sign-in by Basic", b"GET / HTTP/1.0\r\nAuthorization: Basic YTpi\r\n\r\n", one)
            .user("a")
            .answer(b"HTTP/1.1 401"),
        say("sign-in by broken Basic", b"GET / HTTP/1.0\r\nAuthorization: Basic ???\r\n\r\n", one)
            .answer(b"HTTP/1.1 401"),
        say("sign-in by Digest", b"GET / HTTP/1.0\r\nAuthorization: Digest username=\"a\"\r\n\r\n", one)
            .user("a")
            .answer(b"HTTP/1.1 401"),
        row("sign-in in UTF-8, Japanese", named(encoding_rs::UTF_8), one).user("管理者"),
        row("sign-in in Shift_JIS", named(encoding_rs::SHIFT_JIS), one).user("管理者"),
        row("sign-in in EUC-JP", named(encoding_rs::EUC_JP), one).user("管理者"),
        row("planted credential", form("/portal/signin", b"username=hoshu&password=Ringo2024"), &[Kind::Token])
            .user("hoshu"),
    ]
}

fn others() -> Vec<Contact> {
    let (wrong, malformed) = (&[Kind::WrongProtocol], &[Kind::Malformed]);
    let long = [&b"GET /"[..], &[b'a'; 20_000], b" HTTP/1.1\r\nHost: x\r\n\r\n"].concat();
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(500));
    vec![
        say("SSH", b"SSH-2.0-x\r\n", wrong),
        say("TLS", b"\x16\x03\x01\x00\x05abcde", wrong).answer(b"HTTP/1.1 400"),
        say("RTSP", b"OPTIONS / RTSP/1.0\r\n\r\n", wrong).answer(b"HTTP/1.1 400"),
        say("SIP", b"OPTIONS sip:nm SIP/2.0\r\n\r\n", wrong).answer(b"HTTP/1.1 400"),
        say("SMTP", b"EHLO x\r\n", wrong).answer(b"HTTP/1.1 400"),
        say("garbage", b"\xde\xad\xbe\xef", malformed).answer(b"HTTP/1.1 400"),
        say("a version of nothing", b"GET / HTTP/x\r\n\r\n", malformed).answer(b"HTTP/1.1 400"),
        row("an address of 20 kB", long, malformed).answer(b"HTTP/1.1 414"),
        row("500 fields", many.into_bytes(), malformed).answer(b"HTTP/1.1 400"),
    ]
}

/// What leaves which touches without TLS.
pub(crate) fn plain() -> Table {
    let contacts = [looks(), requests(), tries(), others()].into_iter().flatten().collect();
    Table { protocol: "http", personas: &["vpn"], contacts, check: nothing_more }
}

/// What leaves which touches before a server of Windows, which knows accounts besides.
pub(crate) fn windows() -> Table {
    let asked = |scheme: &str, message: &[u8]| {
        let message = STANDARD.encode(message);
        format!("GET /certsrv/ HTTP/1.1\r\nHost: x\r\nAuthorization: {scheme} {message}\r\n\r\n").into_bytes()
    };
    let named = |encoding: &'static encoding_rs::Encoding| ntlm_authenticate(&encoding.encode("管理者").0, 2);
    let tried = |scheme: &str, encoding| [asked(scheme, NTLM_NEGOTIATE), asked(scheme, &named(encoding))].concat();
    let one = &[Kind::SignIn];
    let contacts = vec![
        say("a page for accounts", b"GET /certsrv/ HTTP/1.0\r\n\r\n", &[Kind::Probe])
            .answer(b"WWW-Authenticate: NTLM\r\n"),
        row("half a sign-in by NTLM: names asked", asked("NTLM", NTLM_NEGOTIATE), &[Kind::Probe])
            .answer(b"WWW-Authenticate: NTLM TlRMTVNTUAAC"),
        by("sign-in by NTLM", |sensor| account(sensor, "--ntlm", "KLINIK\\admin:Winter2026!"), one)
            .user("admin")
            .detail("domain", "KLINIK")
            .detail("scheme", "ntlmv2")
            .detail("path", "/certsrv/"),
        by("sign-in by Basic before accounts", |sensor| account(sensor, "--basic", "admin:Winter2026!"), one)
            .user("admin"),
        row("sign-in by NTLM without a challenge", asked("NTLM", &named(encoding_rs::UTF_8)), one).user("管理者"),
        row("sign-in by Negotiate", tried("Negotiate", encoding_rs::UTF_8), one).user("管理者"),
        row("sign-in by NTLM in Shift_JIS", tried("NTLM", encoding_rs::SHIFT_JIS), one).user("管理者"),
        row("sign-in by NTLM in EUC-JP", tried("NTLM", encoding_rs::EUC_JP), one).user("管理者"),
        row("three guesses by NTLM", tried("NTLM", encoding_rs::UTF_8).repeat(3), &[Kind::SignIn; 3]).user("管理者"),
        by("planted credential by NTLM", |sensor| account(sensor, "--ntlm", "hoshu:Ringo2024"), &[Kind::Token]),
        row("an account of another scheme", asked("NTLM", b"abc"), &[Kind::Request]),
    ];
    Table { protocol: "http", personas: &["windows-server"], contacts, check: nothing_more }
}

fn account(sensor: &Running, scheme: &str, credential: &str) {
    let url = format!("http://{}/certsrv/", sensor.address("http"));
    let output = client("curl", &["-s", "-o", "/dev/null", "-w", "%{http_code}", scheme, "-u", credential, &url]);
    assert_eq!(said(&output), "401");
}

/// What leaves which touches at a port that wants TLS.
pub(crate) fn secure() -> Table {
    let (wrong, one) = (&[Kind::WrongProtocol], &[Kind::SignIn]);
    let contacts = vec![
        say("bare connect", b"", &[Kind::Connect]).answer(b""),
        say("half a TLS handshake", b"\x16\x03\x01", &[Kind::Handshake]).answer(b""),
        say("a broken TLS handshake", b"\x16\x03\x01\x00\x05abcde", &[Kind::Handshake]),
        by("TLS, then gone", |sensor| inside(sensor, b""), &[Kind::Handshake]),
        by("half a request inside TLS", |sensor| inside(sensor, b"GET / HT"), &[Kind::Handshake]),
        by("a page", |sensor| fetch(sensor, &[], "/"), &[Kind::Probe]).detail("tls", "TLSv1_3"),
        by("a known hole", |sensor| fetch(sensor, &[], "/.env"), &[Kind::Request]),
        by("a file to keep", |sensor| fetch(sensor, &["-X", "PUT", "-d", "x"], "/shell.jsp"), &[Kind::Write]),
        by("sign-in", |sensor| sign_in(sensor, "a", "b"), one).user("a"),
        by(
            "three guesses",
            |sensor| inside(sensor, &guesses("/portal/signin", "username=a&password=b")),
            &[Kind::SignIn; 3],
        )
        .user("a"),
        by("sign-in in Shift_JIS", |sensor| sign_in(sensor, &escaped(encoding_rs::SHIFT_JIS), "b"), one).user("管理者"),
        by("sign-in in EUC-JP", |sensor| sign_in(sensor, &escaped(encoding_rs::EUC_JP), "b"), one).user("管理者"),
        by("planted credential", |sensor| sign_in(sensor, "hoshu", "Ringo2024"), &[Kind::Token]).user("hoshu"),
        by("planted document opened", |sensor| fetch(sensor, &[], "/share/logo.png"), &[Kind::Token]),
        say("HTTP without TLS", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", wrong).answer(b"HTTP/1.1 400"),
        say("SSH", b"SSH-2.0-x\r\n", wrong).answer(b"HTTP/1.1 400"),
        by("SSH inside TLS", |sensor| inside(sensor, b"SSH-2.0-x\r\n"), wrong),
        say("garbage", b"\xde\xad\xbe\xef", &[Kind::Malformed]).answer(b"HTTP/1.1 400"),
        by("garbage inside TLS", |sensor| inside(sensor, b"\x01\x02"), &[Kind::Malformed]),
    ];
    Table { protocol: "https", personas: &["vpn"], contacts, check: nothing_more }
}

fn fetch(sensor: &Running, options: &[&str], path: &str) {
    let url = format!("https://{}{path}", sensor.address("https"));
    let output = client("curl", &[&["-sk", "--path-as-is", "-o", "/dev/null"], options, &[&url]].concat());
    assert!(output.status.success(), "{}", said(&output));
}

fn sign_in(sensor: &Running, user: &str, password: &str) {
    fetch(sensor, &["-d", &format!("username={user}&password={password}")], "/portal/signin");
}

/// Says something inside TLS and leaves, or waits until the decoy closes if the last request asks for that.
fn inside(sensor: &Running, bytes: &[u8]) {
    let address = sensor.address("https").to_string();
    let waits = bytes.windows(17).any(|window| window == b"Connection: close");
    let end = if waits { "-ign_eof" } else { "-no_ign_eof" };
    let mut child = Command::new("timeout")
        .args(["60", "openssl", "s_client", "-quiet", end, "-connect", &address])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl");
    child.stdin.take().expect("input").write_all(bytes).expect("said");
    child.wait().expect("ended");
}
