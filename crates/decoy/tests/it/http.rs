//! HTTP and HTTPS: a table of contacts, each of which leaves exactly one touch, and real clients.

use crate::sensor::{Running, client, said};
use crate::web::form;
use hakutaku_model::touch::{Kind, SignedTouch, Touch};
use std::fs;
use std::io::{Read as _, Write as _};

fn kinds(all: &[SignedTouch]) -> Vec<Kind> {
    all.iter().map(|signed| signed.touch.kind).collect()
}

/// What a plain visitor leaves and what they are answered.
fn contact(persona: &str, bytes: &[u8]) -> (Touch, String) {
    let sensor = Running::new(&[("http", persona)]);
    let answer = sensor.say("http", bytes);
    (sensor.only().touch, String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn names_in_japanese_encodings_are_readable_and_nothing_is_lost() {
    let shift_jis = encoding_rs::SHIFT_JIS.encode("管理者").0.into_owned();
    let euc = encoding_rs::EUC_JP.encode("管理者").0.into_owned();
    let escape = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let bodies: &[(Vec<u8>, &str)] = &[
        (format!("userid={}&passcode=x", escape(&shift_jis)).into_bytes(), "管理者"),
        (format!("userid={}&passcode=x", escape(&euc)).into_bytes(), "管理者"),
        (format!("userid={}&passcode=x", escape("管理者".as_bytes())).into_bytes(), "管理者"),
        ([b"userid=", &shift_jis[..], b"&passcode=x"].concat(), "管理者"),
        (b"userid=%u7BA1%u7406&passcode=%zz".to_vec(), "管理"),
        // A character cut in half: whatever it is read as, the try is there.
        (b"userid=%E7%AE&passcode=%".to_vec(), ""),
        (r#"{"user":"管理者","password":"x"}"#.as_bytes().to_vec(), "管理者"),
    ];
    for (body, expected) in bodies {
        let (touch, answer) = contact("building", &form("/login.cgi", body));
        assert_eq!(touch.kind, Kind::SignIn);
        let user = touch.user.expect("a user");
        assert!(user == *expected || expected.is_empty(), "{user}");
        assert!(touch.secret_hash.is_some());
        assert!(answer.contains("charset=Shift_JIS"), "{answer}");
    }
    let basic = b"GET / HTTP/1.0\r\nAuthorization: Basic iseXnY7SOng=\r\n\r\n";
    let touch = contact("camera", basic).0;
    assert_eq!(
        (touch.kind, touch.user.as_deref(), &touch.detail["user_encoding"][..]),
        (Kind::SignIn, Some("管理者"), "Shift_JIS")
    );
}

#[test]
fn pages_looked_at_are_one_touch_and_none_if_a_try_follows() {
    let sensor = Running::new(&[("http", "nas")]);
    sensor.say("http", b"GET / HTTP/1.1\r\nHost: nas\r\nUser-Agent: me\r\n\r\nGET /favicon.ico HTTP/1.1\r\nHost: nas\r\n\r\nGET /x HTTP/1.1\r\nHost: nas\r\nConnection: close\r\n\r\n");
    let touch = sensor.only().touch;
    assert_eq!(
        (touch.kind, &touch.detail["requests"][..], &touch.detail["paths"][..]),
        (Kind::Probe, "3", "/ /favicon.ico /x")
    );
    assert_eq!(
        (&touch.detail["path"][..], &touch.detail["user_agent"][..], &touch.detail["host"][..]),
        ("/", "me", "nas")
    );

    let sensor = Running::new(&[("http", "nas")]);
    let tries = [
        &b"GET / HTTP/1.1\r\nHost: nas\r\n\r\n"[..],
        b"POST /api/login HTTP/1.1\r\nHost: nas\r\nContent-Length: 15\r\n\r\nuser=a&passwd=b",
        b"POST /api/login HTTP/1.1\r\nHost: nas\r\nContent-Length: 15\r\n\r\nuser=a&passwd=c",
    ];
    sensor.say("http", &tries.concat());
    let all = sensor.touches(2);
    assert_eq!(kinds(&all), [Kind::SignIn, Kind::SignIn]);
    assert_ne!(all[0].touch.secret_hash, all[1].touch.secret_hash);
    assert_eq!(all[0].touch.detail["path"], "/api/login");
}

#[test]
fn tokens_are_named_and_answered_with_something_harmless() {
    let sensor = Running::with(
        &[("http", "nas"), ("https", "nas")],
        "[[token]]\nname = \"鍵の控え\"\nkind = \"url\"\nvalue = \"/backup/keys.zip\"\n\
         [[token]]\nname = \"接続情報\"\nkind = \"document\"\nvalue = \"/share/logo.png\"\n",
    );
    let (plain, secure) = (sensor.address("http"), sensor.address("https"));
    let out = client(
        "curl",
        &["-s", "-o", "/dev/null", "-w", "%{http_code}", &format!("http://{plain}/backup/keys.zip?x=1")],
    );
    assert_eq!(said(&out), "200");
    client("curl", &["-sk", "-o", "/dev/null", &format!("https://{secure}/share/logo.png")]);
    let all = sensor.touches(2);
    assert_eq!(kinds(&all), [Kind::Token, Kind::Token]);
    assert_eq!((&all[0].touch.detail["token"][..], &all[1].touch.detail["token"][..]), ("鍵の控え", "接続情報"));
}

#[test]
fn over_tls_the_same_pages_are_there() {
    let sensor = Running::new(&[("https", "vpn")]);
    let url = format!("https://{}/portal/signin", sensor.address("https"));
    let page = said(&client("curl", &["-sk", "-D", "-", &url]));
    assert!(page.contains("リモートアクセス接続") && page.contains("Server: nginx/1."), "{page}");
    assert_eq!(sensor.only().touch.kind, Kind::Probe);
    let page = said(&client("curl", &["-sk", "-d", "username=%8A%C7%97%9D%8E%D2&password=secret", &url]));
    assert!(page.contains("正しくありません"), "{page}");
    let touch = sensor.touches(2).remove(1).touch;
    assert_eq!((touch.kind, touch.user.as_deref()), (Kind::SignIn, Some("管理者")));
    assert_eq!(touch.detail["tls"], "TLSv1_3");
}

#[test]
fn machines_have_their_own_pages_icons_and_servers() {
    let mut icons = Vec::new();
    for (persona, title, server) in [
        ("vpn", "リモートアクセス接続 サインイン", "nginx/1."),
        ("nas", "ファイル共有 管理画面", "nginx/1."),
        ("printer", "- 状態", "lighttpd/1.4."),
        ("linux-server", "Server is running", "nginx/1."),
        ("windows-server", "Web サーバー", "Microsoft-IIS/10.0"),
        ("gateway", "システム連携ゲートウェイ 管理コンソール", ""),
        ("pacs", "医用画像管理システム ログイン", ""),
        ("modality", "撮影装置 保守画面", "Microsoft-IIS/10.0"),
        ("telephone", "構内電話 設定画面", "nginx/1."),
    ] {
        let sensor = Running::new(&[("http", persona)]);
        let url = format!("http://{}/", sensor.address("http"));
        let page = said(&client("curl", &["-sL", "-D", "-", &url]));
        assert!(page.contains(title) && page.contains(&format!("Server: {server}")), "{persona}: {page}");
        assert_eq!(sensor.only().touch.kind, Kind::Probe);
        icons.push(client("curl", &["-s", &format!("{url}favicon.ico")]).stdout);
    }
    let real: Vec<_> = icons.iter().filter(|icon| icon.starts_with(&[0, 0, 1, 0])).collect();
    assert_eq!(real.len(), 7);
    assert!(real.iter().enumerate().all(|(at, icon)| !real[..at].contains(icon)));
    let (touch, answer) = contact("camera", b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(touch.kind, Kind::Probe);
    assert!(
        answer.contains(" 401 ") && answer.contains("WWW-Authenticate: Basic realm=\"") && answer.contains("Date: ")
    );
}

#[test]
fn a_visitor_who_says_a_request_letter_by_letter_is_let_go() {
    let sensor = Running::with(&[("http", "nas")], "[limits]\nvisit_seconds = 2\n");
    let mut stream = sensor.connect("http");
    let begun = std::time::Instant::now();
    for byte in b"GET / HTTP/1.1\r\nX: ".iter().chain([b'a'; 10_000].iter()) {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(begun.elapsed().as_secs() < 30);
    assert_eq!(sensor.only().touch.kind, Kind::Handshake);
}

#[test]
fn a_page_not_changed_is_not_sent_again() {
    let sensor = Running::new(&[("http", "linux-server")]);
    let mut stream = sensor.connect("http");
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").expect("sent");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("read");
    let tag = page.lines().find_map(|line| line.strip_prefix("ETag: ")).expect("a tag").to_owned();
    let again = sensor.say("http", format!("GET / HTTP/1.0\r\nIf-None-Match: {tag}\r\n\r\n").as_bytes());
    assert!(again.starts_with(b"HTTP/1.1 304"));
}

#[test]
fn a_scanner_names_the_products() {
    let table = [
        ("http", "linux-server", "http nginx 1."),
        ("https", "nas", "ssl/http nginx 1."),
        ("http", "windows-server", "http Microsoft IIS httpd 10.0"),
        ("http", "printer", "http lighttpd 1.4"),
    ];
    let sensors = table.map(|(protocol, persona, _)| Running::new(&[(protocol, persona)]));
    let ports: Vec<u16> = sensors.iter().zip(&table).map(|(sensor, row)| sensor.address(row.0).port()).collect();
    let list = ports.iter().map(u16::to_string).collect::<Vec<_>>().join(",");
    let out = said(&client("nmap", &["-sV", "-Pn", "--version-intensity", "2", "-p", &list, "127.0.0.1"]));
    for ((sensor, port), (_, persona, name)) in sensors.iter().zip(ports).zip(table) {
        let line = out.lines().find(|line| line.starts_with(&format!("{port}/tcp"))).expect("the port");
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.contains(&format!("open {name}")), "{persona}: {out}");
        assert!(sensor.touches(1).iter().all(|signed| signed.touch.kind <= Kind::Probe));
    }
}

#[test]
fn a_scanner_reads_the_title() {
    let sensor = Running::new(&[("http", "nas")]);
    let port = sensor.address("http").port().to_string();
    let out = said(&client("nmap", &["-Pn", "--script", "+http-title", "-p", &port, "127.0.0.1"]));
    // The scanner shows what is not ASCII as bytes: "ファイル".
    assert!(out.contains(r"http-title: \xE3\x83\x95\xE3\x82\xA1\xE3\x82\xA4\xE3\x83\xAB"), "{out}");
}

#[test]
fn a_scanner_reads_the_names_of_a_server_of_windows() {
    let sensor = Running::new(&[("http", "windows-server")]);
    let host = sensor.identity(hakutaku_decoy::persona::Kind::WindowsServer).host.to_uppercase();
    let port = sensor.address("http").port().to_string();
    let out = said(&client("nmap", &["-Pn", "-n", "--script", "+http-ntlm-info", "-p", &port, "127.0.0.1"]));
    assert!(out.contains(&format!("NetBIOS_Computer_Name: {host}")) && out.contains("Product_Version: 10.0."), "{out}");
    assert!(sensor.touches(1).iter().all(|signed| signed.touch.kind <= Kind::Probe));
}

fn guess(sensor: &Running, module: &str, target: &str) -> String {
    let folder = tempfile::tempdir().expect("folder");
    let list = folder.path().join("passwords");
    fs::write(&list, (0..20).map(|n| format!("guess{n}\n")).collect::<String>()).expect("written");
    let (list, port) = (list.display().to_string(), sensor.address("http").port().to_string());
    said(&client("hydra", &["-I", "-t", "4", "-l", "admin", "-P", &list, "-s", &port, "127.0.0.1", module, target]))
}

#[test]
fn guessing_at_a_form_leaves_one_touch_a_try() {
    // As the tool does by default it fetches the page on a connection of its own before each try: that connection leaves
    // its own look. Told not to (`g=`), it leaves the tries and nothing else.
    for (options, looks) in [("F=正しくありません", 20), ("g=:F=正しくありません", 0)] {
        let sensor = Running::new(&[("http", "nas")]);
        let out = guess(&sensor, "http-post-form", &format!("/api/login:user=^USER^&passwd=^PASS^:{options}"));
        assert!(out.contains("0 valid password"), "{out}");
        let all = sensor.touches(20 + looks);
        let of = |kind| all.iter().filter(move |signed| signed.touch.kind == kind);
        let secrets: std::collections::BTreeSet<_> = of(Kind::SignIn).map(|signed| &signed.touch.secret_hash).collect();
        assert_eq!((of(Kind::SignIn).count(), secrets.len()), (20, 20), "{:?}", kinds(&all));
        // Workers without work left connect and hang up.
        let hung_up = of(Kind::Connect).count();
        assert!(hung_up <= 4, "{:?}", kinds(&all));
        assert_eq!((of(Kind::Probe).count(), all.len()), (looks, 20 + looks + hung_up), "{:?}", kinds(&all));
    }
}

#[test]
fn guessing_at_basic_leaves_one_touch_a_try() {
    let sensor = Running::new(&[("http", "camera")]);
    let out = guess(&sensor, "http-get", "/");
    assert!(out.contains("0 valid password"), "{out}");
    let all = sensor.touches(20);
    let tries: Vec<Kind> = kinds(&all).into_iter().filter(|kind| *kind != Kind::Connect).collect();
    assert_eq!(tries, [Kind::SignIn; 20], "{out}");
}

#[test]
fn whoever_sends_without_end_is_cut_off_and_leaves_one_touch() {
    let openings: [(&str, &[u8], Kind); 6] = [
        ("http", b"", Kind::Malformed),
        ("http", b"GET / HTTP/1.1\r\nHost: ", Kind::Malformed),
        ("http", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", Kind::Request),
        ("http", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", Kind::Request),
        ("ipp", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/ipp\r\nContent-Length: 999999999\r\n\r\n\x02\x00\x00\x02", Kind::Write),
        ("jetdirect", b"%!PS\n", Kind::Write),
    ];
    for (protocol, opening, kind) in openings {
        let sensor = Running::new(&[(protocol, "printer")]);
        let mut stream = sensor.connect(protocol);
        stream.write_all(opening).expect("sent");
        let block = [b'x'; 65_536];
        let mut sent = 0u64;
        while sent < 100_000_000 && stream.write_all(&block).is_ok() {
            sent += block.len() as u64;
        }
        assert!(sent < 100_000_000, "{protocol}: everything could be sent");
        drop(stream);
        assert_eq!(sensor.only().touch.kind, kind, "{protocol} {}", String::from_utf8_lossy(opening));
    }
}
