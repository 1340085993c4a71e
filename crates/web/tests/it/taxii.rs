//! The TAXII server, asked by `taxii2-client` and by our own client over a real connection.

use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hakutaku_exchange::client::{ClientError, Progress, Remote, Sign};
use hakutaku_exchange::taxii::{Envelope, MEDIA_TYPE};
use hakutaku_exchange::{ids, stix};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::person::Role;
use hakutaku_model::region::notice::receipt::Stage;
use hakutaku_model::region::notice::{Audience, Edition, Indicator, IndicatorKind, Notice, NoticeKind, Tlp};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, NewExchangeObject, NewPerson};
use hakutaku_web::taxii::publish::{Recipients, publish_notice};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// A centre that answers on a port, with somebody of its own and one member.
struct Served {
    world: World,
    url: String,
    centre: String,
    member: String,
    facility: FacilityId,
}

async fn served() -> Served {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let world = World::at(&url).await;
    let (store, act) = (&world.app.store, Act::system(world.now()));
    store.set_setting(&act, "setup.done", &true.into()).await.expect("set");
    let profile = FacilityProfile {
        name: "Umibe".into(),
        kind: FacilityKind::Clinic,
        prefecture: 1,
        beds: 0,
        it_staff_tenths: 0,
    };
    let facility = store.create_facility(&act, &profile, &[]).await.expect("created").id;
    let mut tokens = Vec::new();
    for (name, place, role) in [("centre", None, Role::Administrator), ("member", Some(facility), Role::Administrator)]
    {
        let new = NewPerson { username: name.into(), display_name: name.into(), lang: Lang::En, password_hash: None };
        let id = store.create_person(&act, &new).await.expect("created").id;
        store.grant(&act, id, place, role).await.expect("granted");
        tokens.push(store.create_api_token(&act, id, "taxii", false, None).await.expect("made").token);
    }
    let router = hakutaku_web::router(world.app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let [centre, member] = tokens.try_into().expect("two");
    Served { world, url, centre, member, facility }
}

impl Served {
    async fn ask(&self, method: Method, path: &str, headers: &[(header::HeaderName, &str)], body: String) -> Answer {
        let mut visitor = self.world.visitor();
        visitor.host = self.url.trim_start_matches("http://").to_owned();
        let mut request = visitor.request(method, path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let answer = visitor.send(request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.headers[header::CONTENT_TYPE], MEDIA_TYPE, "{path}: {}", answer.text);
        answer
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self
            .ask(Method::GET, path, &[(header::AUTHORIZATION, &format!("Bearer {}", self.centre))], String::new())
            .await;
        answer.is(200);
        serde_json::from_str(&answer.text).expect("JSON")
    }

    async fn add(&self, objects: &[Value]) -> Value {
        let body = json!({ "objects": objects }).to_string();
        let headers =
            [(header::AUTHORIZATION, &*format!("Bearer {}", self.centre)), (header::CONTENT_TYPE, MEDIA_TYPE)];
        let answer = self.ask(Method::POST, &format!("{INBOX}objects/"), &headers, body).await;
        answer.is(202);
        serde_json::from_str(&answer.text).expect("JSON")
    }
}

const INBOX: &str = "/taxii2/region/collections/inbox/";

fn indicator(n: u32, modified: &str) -> Value {
    json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--{}", ids::own(&["test", &n.to_string()])),
        "created": "2026-11-01T00:00:00.000Z", "modified": modified, "pattern": "[url:value = 'http://evil.example/']",
        "pattern_type": "stix", "valid_from": "2026-11-01T00:00:00Z", "name": "x",
    })
}

#[tokio::test]
async fn the_door_takes_tokens_in_two_ways_and_says_no_in_taxiis_words() {
    let served = served().await;
    let basic = format!("Basic {}", STANDARD.encode(format!("anybody:{}", served.centre)));
    let bearer = format!("Bearer {}", served.centre);
    for way in [&basic, &bearer] {
        let answer = served.ask(Method::GET, "/taxii2/", &[(header::AUTHORIZATION, way)], String::new()).await;
        answer.is(200);
        let said: Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!(said["default"], format!("{}/taxii2/region/", served.url));
        assert_eq!(said["api_roots"].as_array().expect("roots").len(), 2);
    }
    let stranger = served.ask(Method::GET, INBOX, &[], String::new()).await;
    stranger.is(401);
    assert!(stranger.headers[header::WWW_AUTHENTICATE].to_str().expect("ASCII").starts_with("Basic"));
    assert_eq!(serde_json::from_str::<Value>(&stranger.text).expect("JSON")["http_status"], "401");
    let auth = (header::AUTHORIZATION, basic.as_str());
    served
        .ask(Method::GET, "/taxii2/", &[(header::AUTHORIZATION, "Basic bm8="), (header::ACCEPT, "*/*")], String::new())
        .await
        .is(401);
    served
        .ask(
            Method::GET,
            "/taxii2/",
            &[auth.clone(), (header::ACCEPT, "application/taxii+json;version=2.0")],
            String::new(),
        )
        .await
        .is(406);
    served
        .ask(Method::GET, "/taxii2/region/collections/nothing/objects/", std::slice::from_ref(&auth), String::new())
        .await
        .is(404);
    served
        .ask(Method::GET, &format!("{INBOX}objects/?limit=0"), std::slice::from_ref(&auth), String::new())
        .await
        .is(400);
    let post = |path: String, kind: &'static str, body: &'static str| {
        let (served, auth) = (&served, auth.clone());
        async move { served.ask(Method::POST, &path, &[auth, (header::CONTENT_TYPE, kind)], body.into()).await }
    };
    post(format!("{INBOX}objects/"), "application/json", "{}").await.is(415);
    post(format!("{INBOX}objects/"), MEDIA_TYPE, "{}").await.is(422);
    post(format!("{INBOX}objects/"), MEDIA_TYPE, "{").await.is(422);
    post("/taxii2/region/collections/notices/objects/".into(), MEDIA_TYPE, "{\"objects\":[]}").await.is(403);
    // A member has no business in the centre's root, nor elsewhere.
    let member = format!("Bearer {}", served.member);
    served.ask(Method::GET, INBOX, &[(header::AUTHORIZATION, &member)], String::new()).await.is(403);
    let other = FacilityId(ids::own(&["another"]));
    let path = format!("/taxii2/facilities/{other}/collections/");
    served.ask(Method::GET, &path, &[(header::AUTHORIZATION, &member)], String::new()).await.is(404);
}

#[tokio::test]
async fn what_is_added_has_a_status_and_is_found_by_every_filter() {
    let served = served().await;
    let first = [
        indicator(1, "2026-11-01T00:00:00.000Z"),
        json!({ "type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", "value": "198.51.100.3" }),
        json!({ "type": "indicator", "id": "indicator--1" }),
    ];
    let status = served.add(&first).await;
    assert_eq!(
        (&status["status"], &status["success_count"], &status["failure_count"], &status["pending_count"]),
        (&json!("complete"), &json!(2), &json!(1), &json!(0))
    );
    assert!(status["failures"][0]["message"].as_str().expect("why").contains("UUID"));
    assert_eq!(served.get(&format!("/taxii2/region/status/{}/", status["id"].as_str().expect("an id"))).await, status);
    served.add(&[indicator(1, "2026-11-02T00:00:00.000Z"), indicator(2, "2026-11-01T00:00:00.000Z")]).await;
    let one = first[0]["id"].as_str().expect("an id");
    let count = |path: String| {
        let served = &served;
        async move { served.get(&format!("{INBOX}{path}")).await["objects"].as_array().map_or(0, Vec::len) }
    };
    assert_eq!(count("objects/".into()).await, 3, "the newest version of each");
    assert_eq!(count("objects/?match[version]=all".into()).await, 4);
    assert_eq!(count("objects/?match%5Btype%5D=indicator&match[version]=first".into()).await, 2);
    assert_eq!(count("objects/?match[type]=ipv4-addr,report".into()).await, 1);
    assert_eq!(count(format!("objects/?match[id]={one}&match[version]=2026-11-01T00:00:00.000Z")).await, 1);
    assert_eq!(count("objects/?match[spec_version]=2.0".into()).await, 0);
    assert_eq!(count(format!("objects/{one}/?match[version]=all")).await, 2);
    let versions = served.get(&format!("{INBOX}objects/{one}/versions/")).await;
    assert_eq!(versions["versions"], json!(["2026-11-01T00:00:00.000000Z", "2026-11-02T00:00:00.000000Z"]));
    let manifest = served.get(&format!("{INBOX}manifest/?limit=1")).await;
    assert_eq!(
        (&manifest["more"], manifest["objects"][0]["media_type"].as_str()),
        (&json!(true), Some(stix::MEDIA_TYPE))
    );
    let auth = format!("Bearer {}", served.centre);
    served
        .ask(
            Method::GET,
            &format!("{INBOX}objects/indicator--{}/", ids::own(&["no"])),
            &[(header::AUTHORIZATION, &auth)],
            String::new(),
        )
        .await
        .is(404);
}

/// As many objects as a region gathers, a thousand at each instant.
async fn fill(served: &Served) -> Ts {
    let start = Ts::try_from("2026-11-01T00:00:00Z".to_owned()).expect("a time");
    for batch in 0..100_u32 {
        let objects: Vec<NewExchangeObject> = (0..1_000)
            .map(|n| {
                let object = indicator(batch * 1_000 + n, "2026-11-01T00:00:00.000Z");
                NewExchangeObject {
                    id: object["id"].as_str().expect("an id").to_owned(),
                    version: start,
                    media_type: stix::MEDIA_TYPE.to_owned(),
                    body: object.to_string(),
                }
            })
            .collect();
        let now = start.plus_seconds(i64::from(batch));
        assert_eq!(
            served.world.app.store.add_exchange_objects("region/inbox", &objects, now).await.expect("added"),
            1_000
        );
    }
    start
}

const PROGRAM: &str = "
import json, sys
from taxii2client.v21 import Server, as_pages
url, password = sys.argv[1], sys.argv[2]
server = Server(url + '/taxii2/', user='program', password=password)
[inbox] = [one for one in server.default.collections if one.title == sys.argv[3]]
assert inbox.can_read and inbox.can_write
seen = []
for page in as_pages(inbox.get_objects, per_request=1000):
    seen += [one['id'] for one in page.get('objects', [])]
late = 0
for page in as_pages(inbox.get_objects, per_request=300, added_after='2026-11-01T00:01:38Z'):
    late += len(page.get('objects', []))
listed = 0
for page in as_pages(inbox.get_manifest, per_request=1000, added_after='2026-11-01T00:01:30Z'):
    listed += len(page.get('objects', []))
again = inbox.get_object(seen[50000])
print(json.dumps({'seen': len(seen), 'different': len(set(seen)), 'late': late, 'listed': listed, 'one': len(again['objects'])}))
";

#[tokio::test(flavor = "multi_thread")]
async fn taxii2_client_reads_a_hundred_thousand_objects_exactly_once() {
    let served = served().await;
    fill(&served).await;
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../e2e/.python/bin/python");
    assert!(python.exists(), "{} is missing: run scripts/install-test-tools", python.display());
    let (url, token) = (served.url.clone(), served.centre.clone());
    let output = tokio::task::spawn_blocking(move || {
        Command::new(python).args(["-c", PROGRAM, &url, &token, "受け取り箱"]).output()
    })
    .await
    .expect("joined")
    .expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said, json!({ "seen": 100_000, "different": 100_000, "late": 1_000, "listed": 9_000, "one": 1 }));

    // Our own client: a page that ends in the middle of one instant, stopped and gone on with.
    let (url, token) = (served.url.clone(), served.centre.clone());
    let (first, all) = tokio::task::spawn_blocking(move || {
        let remote = Remote::new(&format!("{url}/taxii2/region"), "inbox", Sign::read(&format!("me:{token}")), None)
            .expect("an address");
        let mut progress = Progress { added_after: Some("2026-11-01T00:01:36Z".into()), ..Progress::default() };
        let (page, more) = remote.page(&mut progress, 700).expect("a page");
        assert!(more);
        // What is kept of it is enough to go on.
        let kept = serde_json::to_string(&progress).expect("JSON");
        let mut progress: Progress = serde_json::from_str(&kept).expect("read");
        let mut all: Vec<Envelope> = vec![page.clone()];
        loop {
            let (page, more) = remote.page(&mut progress, 700).expect("a page");
            all.push(page);
            if !more {
                break;
            }
        }
        // Nothing new since.
        assert_eq!(progress.added_after.as_deref(), Some("2026-11-01T00:01:39.000000Z"));
        assert!(remote.page(&mut progress, 700).expect("a page").0.objects.is_empty());
        let refused =
            Remote::new(&format!("{url}/taxii2/region"), "inbox", Sign::read("hkt_wrong"), None).expect("an address");
        assert!(matches!(refused.page(&mut Progress::default(), 1), Err(ClientError::Refused { status: 401, .. })));
        (page, all)
    })
    .await
    .expect("joined");
    assert_eq!(first.objects.len(), 700);
    let mut different: Vec<String> =
        all.iter().flat_map(|page| &page.objects).map(|one| one["id"].to_string()).collect();
    let count = different.len();
    different.sort_unstable();
    different.dedup();
    assert_eq!((count, different.len()), (3_000, 3_000));
}

fn notice(tlp: Tlp) -> Notice {
    let at = |day: u32| Ts::try_from(format!("2026-11-{day:02}T00:00:00Z")).expect("a time");
    Notice {
        number: format!("2026-{}", tlp.key()),
        edition: 1,
        because: Edition::First,
        kind: NoticeKind::Attack,
        tlp,
        audience: Audience::default(),
        title: "不審な接続元".into(),
        text: "ほかの施設で、見慣れない相手からの接続がありました。".into(),
        actions: vec!["記録を確かめてください。".into()],
        indicators: vec![Indicator { kind: IndicatorKind::Address, value: "198.51.100.7".into() }],
        products: Vec::new(),
        expects: Stage::Understood,
        deadline: at(25),
        by: "監視センター".into(),
        at: at(21),
    }
}

#[tokio::test]
async fn a_notice_reaches_those_it_is_for_and_its_withdrawal_too() {
    let served = served().await;
    let (app, now) = (&served.world.app, served.world.now());
    publish_notice(app, &[notice(Tlp::Green)], Recipients::Everybody, now).await.expect("published");
    publish_notice(app, &[notice(Tlp::Amber)], Recipients::Only(&[served.facility]), now).await.expect("published");
    publish_notice(app, &[notice(Tlp::Red)], Recipients::Everybody, now).await.expect("kept at the centre");
    let root = format!("/taxii2/facilities/{}/collections", served.facility);
    let reports = |path: String, token: String| {
        let served = &served;
        async move {
            let answer = served
                .ask(Method::GET, &path, &[(header::AUTHORIZATION, &format!("Bearer {token}"))], String::new())
                .await;
            answer.is(200);
            let page: Envelope = serde_json::from_str(&answer.text).expect("an envelope");
            page.objects
        }
    };
    let (member, centre) = (&served.member, &served.centre);
    assert_eq!(reports(format!("{root}/notices/objects/?match[type]=report"), member.clone()).await.len(), 1);
    assert_eq!(reports(format!("{root}/own-notices/objects/?match[type]=report"), member.clone()).await.len(), 1);
    let all = "/taxii2/region/collections/notices/objects/?match[type]=report";
    assert_eq!(reports(all.into(), centre.clone()).await.len(), 3);
    // The same again is the same; another edition is another version.
    publish_notice(app, &[notice(Tlp::Green)], Recipients::Everybody, now).await.expect("published");
    let at = |day: u32| Ts::try_from(format!("2026-11-{day:02}T00:00:00Z")).expect("a time");
    let editions = [notice(Tlp::Green), notice(Tlp::Green).withdrawn("誤報でした", "x", at(22), at(26))];
    publish_notice(app, &editions, Recipients::Everybody, now).await.expect("published");
    let versions =
        reports(format!("{root}/notices/objects/?match[type]=report&match[version]=all"), member.clone()).await;
    assert_eq!(versions.len(), 2);
    assert_eq!((versions[0].get("revoked"), &versions[1]["revoked"]), (None, &json!(true)));
    let clues = reports(format!("{root}/notices/objects/?match[type]=indicator"), member.clone()).await;
    assert_eq!((clues.len(), &clues[0]["revoked"]), (1, &json!(true)));
}
