//! Systems, connections and backups.

use super::program::{Program, at};
use crate::sample::{House, act};
use axum::http::{Method, StatusCode, header};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::person::Role;
use serde_json::{Value, json};

async fn made(program: &Program, path: &str, body: &Value) -> String {
    let reply = program.post(path, body).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    reply.header(header::LOCATION).to_owned()
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

async fn neighbour(house: &House) -> FacilityId {
    let profile = FacilityProfile {
        name: "隣の診療所".into(),
        kind: FacilityKind::Clinic,
        prefecture: 1,
        beds: 0,
        it_staff_tenths: 0,
    };
    house.app.store.create_facility(&act(), &profile, &[]).await.expect("created").id
}

#[tokio::test]
async fn a_system_is_added_changed_with_its_version_and_retired() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let list = at(house.facility, "/systems");
    let path = made(&it, &list, &json!({"name": "電子カルテ", "kind": "emr", "rto_hours": 8})).await;
    let read = it.get(&path).await;
    assert_eq!((&read.json()["rto_hours"], &read.json()["version"]), (&json!(8), &json!(1)));
    let etag = read.header(header::ETAG).to_owned();
    let again = it.call(Method::GET, &path, &[(header::IF_NONE_MATCH, &etag)], Vec::new()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);

    let body = |owner: &str| json!({"name": "電子カルテ", "kind": "emr", "owner": owner, "expected_version": 1});
    let changed = it.put(&path, &body("情報課")).await;
    assert_eq!((changed.status, &changed.json()["owner"]), (StatusCode::OK, &json!("情報課")), "{}", changed.text());
    assert_eq!(changed.json()["rto_hours"], Value::Null, "what is absent is not known");
    let late = it.put(&path, &body("総務課")).await;
    assert_eq!((late.status, &late.json()["current"]["owner"]), (StatusCode::CONFLICT, &json!("情報課")));

    assert_eq!(it.delete(&path).await.wrong_fields(), ["expected_version"]);
    assert_eq!(it.delete(&format!("{path}?expected_version=1")).await.status, StatusCode::CONFLICT);
    assert_eq!(it.delete(&format!("{path}?expected_version=2")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(it.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(it.get(&list).await.json()["items"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_said_by_member_and_nothing_points_into_another_house() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let here = made(&it, &at(house.facility, "/systems"), &json!({"name": "検査", "kind": "laboratory"})).await;
    let nowhere = "0193a1b2-0000-7000-8000-000000000009";
    for (list, body, fields) in [
        ("/systems", json!({"kind": "teapot", "nmae": "x"}), vec!["kind", "name"]),
        ("/systems", json!({"name": "a", "kind": "emr", "nmae": "x"}), vec!["nmae"]),
        ("/systems", json!({"name": "a", "kind": "emr", "vendor": {"is": "vendor", "who": nowhere}}), vec!["vendor"]),
        ("/systems", json!({"name": "a", "kind": "emr", "recovery_order": 0}), vec!["recovery_order"]),
        ("/connections", json!({"name": "a", "kind": "string"}), vec!["kind"]),
        ("/connections", json!({"name": "a", "kind": "ext-vendor-vpn", "systems": [nowhere]}), vec!["systems"]),
        (
            "/connections",
            json!({"name": "a", "kind": "ext-vendor-vpn", "device": {"modle": "x"}}),
            vec!["device.modle"],
        ),
        ("/backups/copies", json!({"name": "a", "system": nowhere}), vec!["system"]),
        ("/backups/tests", json!({"system": id(&here), "success": true, "date": "2026-02-30"}), vec!["date"]),
    ] {
        let reply = it.post(&at(house.facility, list), &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(reply.wrong_fields(), fields, "{body}");
    }
    let other = neighbour(&house).await;
    for rest in ["/systems", "/connections", "/backups/copies", "/backups/verdicts", "/connections/picture.svg"] {
        assert_eq!(it.get(&at(other, rest)).await.status, StatusCode::NOT_FOUND, "{rest}");
    }
    // Somebody of both houses reaches no row through the wrong one.
    let there = Program::new(&house, None, Role::Administrator, false).await;
    let astray = at(other, &format!("/systems/{}", id(&here)));
    assert_eq!(there.get(&astray).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_auditor_reads_and_changes_nothing() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let path = made(&it, &at(house.facility, "/systems"), &json!({"name": "検査", "kind": "laboratory"})).await;
    let auditor = Program::new(&house, Some(house.facility), Role::Auditor, false).await;
    assert_eq!(auditor.get(&path).await.status, StatusCode::OK);
    let body = json!({"name": "x", "kind": "emr", "expected_version": 1});
    assert_eq!(auditor.put(&path, &body).await.status, StatusCode::FORBIDDEN);
    assert_eq!(auditor.delete(&format!("{path}?expected_version=1")).await.status, StatusCode::FORBIDDEN);
    for list in ["/systems", "/connections", "/backups/copies", "/backups/tests", "/backups/snapshots?repository=x"] {
        assert_eq!(auditor.post(&at(house.facility, list), &json!({})).await.status, StatusCode::FORBIDDEN, "{list}");
    }
}

#[tokio::test]
async fn connections_come_as_rows_picture_and_merge_plan() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let emr = made(&it, &at(house.facility, "/systems"), &json!({"name": "電子カルテ", "kind": "emr"})).await;
    let body = json!({"name": "保守<VPN>", "kind": "ext-vendor-vpn", "medium": "internet_ssl_vpn", "systems": [id(&emr)],
        "other_end": {"is": "other", "who": "ひので情報"}, "cutter": {"phone": "00-0000-0001"}});
    let path = made(&it, &at(house.facility, "/connections"), &body).await;
    assert_eq!(it.get(&path).await.json()["cutter"]["phone"], "00-0000-0001");
    let picture = it.get(&at(house.facility, "/connections/picture.svg")).await;
    assert_eq!((picture.status, picture.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/svg+xml"));
    assert!(picture.text().contains("保守&lt;VPN&gt;") || picture.text().contains("保守&#60;VPN"), "escaped");
    let plan = it.get(&at(house.facility, "/connections/merge-plan")).await.json();
    assert_eq!(plan["before"]["entrances"], 1);
    assert_eq!(plan["steps"][0]["name"], "保守<VPN>");
}

#[tokio::test]
async fn backups_come_as_rows_and_verdicts_and_snapshots_are_proof() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let emr = made(&it, &at(house.facility, "/systems"), &json!({"name": "電子カルテ", "kind": "emr"})).await;
    let copy = json!({"system": id(&emr), "name": "DB", "medium": "tape", "separation": "offline_medium",
        "snapshots": {"host": "emr-db"}});
    let copy = made(&it, &at(house.facility, "/backups/copies"), &copy).await;
    let test = json!({"system": id(&emr), "copy": id(&copy), "date": "2026-10-01", "success": true, "minutes": 90});
    made(&it, &at(house.facility, "/backups/tests"), &test).await;

    let list = r#"[{"time":"2026-11-20T01:00:00Z","hostname":"emr-db","paths":["/srv"],"id":"aa11"}]"#;
    let to = at(house.facility, "/backups/snapshots?repository=main");
    let kept = it.send(Method::POST, &to, list).await;
    assert_eq!((kept.status, &kept.json()["snapshots"]), (StatusCode::OK, &json!(1)), "{}", kept.text());
    assert_eq!(it.send(Method::POST, &to, "[{]").await.wrong_fields(), ["body"]);
    let nameless = at(house.facility, "/backups/snapshots");
    assert_eq!(it.send(Method::POST, &nameless, list).await.wrong_fields(), ["repository"]);

    let verdicts = it.get(&at(house.facility, "/backups/verdicts")).await.json();
    assert_eq!(verdicts["systems"][0]["copies"], 1);
    assert_eq!(verdicts["systems"][0]["newest_snapshot"], "2026-11-20T01:00:00.000000Z");
    assert!(verdicts["condition"]["unlisted"].as_array().is_some_and(|kinds| kinds.contains(&json!("claims"))));
}

#[tokio::test]
async fn a_list_of_devices_is_imported_once() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let list = "資産番号,機器名,種別,サポート期限\nA-1,emr-db1,サーバ,R13.10.14\nA-2,pc1,PC,いつか\n";
    let to = |rest: &str| at(house.facility, &format!("/ledger/import{rest}"));
    let tried = it.send(Method::POST, &to("?dry_run=true"), list).await;
    assert_eq!(
        (&tried.json()["created"], &tried.json()["rejected"][0]["row"]),
        (&json!(1), &json!(3)),
        "{}",
        tried.text()
    );
    assert_eq!(it.get(&at(house.facility, "/ledger")).await.json()["items"], json!([]), "a dry run writes nothing");
    assert_eq!(it.send(Method::POST, &to("?strict=true"), list).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(it.send(Method::POST, &to(""), list).await.json()["created"], 1);
    let again = it.send(Method::POST, &to(""), list).await.json();
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(1)));
    assert_eq!(it.send(Method::POST, &to("?profile=none"), list).await.wrong_fields(), ["profile"]);
    let auditor = Program::new(&house, Some(house.facility), Role::Auditor, false).await;
    assert_eq!(auditor.send(Method::POST, &to(""), list).await.status, StatusCode::FORBIDDEN);
}
