//! The ledger of devices.

use crate::ward::{Somebody, Ward};
use crate::world::Answer;
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::ledger::{Asset, AssetKind, KeptAsset};
use hakutaku_model::person::Role;
use hakutaku_model::system::{System, SystemKind};
use hakutaku_store::AssetChange;
use serde_json::{Value, json};

fn named(number: &str, name: &str) -> Asset {
    Asset { number: number.to_owned(), name: name.to_owned(), kind: AssetKind::Server, ..Asset::default() }
}

impl Ward {
    fn ledger(&self, page: &str) -> String {
        format!("/facilities/{}/ledger{page}", self.facility)
    }

    async fn devices(&self, assets: impl IntoIterator<Item = Asset>) -> Vec<KeptAsset> {
        let changes: Vec<AssetChange> = assets.into_iter().map(AssetChange::Create).collect();
        self.world.app.store.change_assets(&self.act(), self.facility, &changes, "create").await.expect("created").rows
    }

    async fn device(&self, row: &KeptAsset) -> KeptAsset {
        self.world.app.store.asset(self.facility, row.id).await.expect("there")
    }
}

impl Somebody {
    /// Sends JSON as the list's script does.
    async fn post_json(&mut self, path: &str, body: &Value) -> Answer {
        let request = self
            .browser
            .request(Method::POST, path)
            .header("x-csrf-token", self.browser.csrf.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        self.browser.send(request).await
    }
}

#[tokio::test]
async fn an_empty_ledger_says_what_to_do_first_and_takes_a_device() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&ward.ledger("")).await.is(200).says("No device yet").says("Add the first device");
    sato.browser.get(&ward.ledger("/new")).await.is(200).says("Operating system").says("form").is(200);
    let refused = sato.browser.submit(&ward.ledger("/new"), &[("place", "本館"), ("support_ends", "someday")]).await;
    refused.is(422).says("Not a date").says("Give a number, a name or a serial number").says("someday").says("本館");
    let fields = [("name", "電子カルテDB"), ("number", "S-1"), ("kind", "server"), ("support_ends", "令和8年3月31日")];
    let created = sato.browser.submit(&ward.ledger("/new"), &fields).await;
    assert_eq!(created.status.as_u16(), 303, "{}", created.text);
    let page = sato.browser.get(created.to()).await;
    page.is(200).says("1 device was added").says("2026-03-31").says("Support ended").says("No owner");
    let again = sato.browser.submit(&ward.ledger("/new"), &[("name", "別"), ("number", "ｓ-１")]).await;
    again.is(422).says("Another device has this number");
}

#[tokio::test]
async fn the_list_is_searched_filtered_sorted_and_shows_the_columns_chosen() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let system = System {
        name: "ナースコール".to_owned(),
        kind: SystemKind::NurseCall,
        product: String::new(),
        owner: String::new(),
        vendor: None,
        rto_hours: None,
        rpo_hours: None,
        clinical_importance: None,
        recovery_order: None,
        segment: String::new(),
        note: String::new(),
    };
    let system = ward.world.app.store.add_record(&ward.act(), ward.facility, &system).await.expect("added").id;
    ward.devices([
        Asset { owner: "情報課".to_owned(), ..named("1", "𠮷野サーバ") },
        Asset { system: Some(system), kind: AssetKind::MedicalDevice, ..named("2", "呼出親機") },
        named("3", "<script>alert(1)</script>"),
    ])
    .await;
    let page = sato.browser.get(&ward.ledger("")).await;
    page.is(200).says("1 to 3 of 3 devices").says("&#60;script&#62;").says("aria-sort=\"ascending\"");
    let found = sato.browser.get(&ward.ledger("?q=%EF%BE%85%EF%BD%B0%EF%BD%BD")).await;
    found.is(200).says("呼出親機").says("1 to 1 of 1");
    let unowned = sato.browser.get(&ward.ledger("?mark=no_owner&kind=server")).await;
    unowned.says("1 to 1 of 1").says("aria-current=\"true\"");
    sato.browser.get(&ward.ledger("?q=nothing-like-it")).await.is(200).says("No device matches");
    sato.browser.get(&ward.ledger("?q=%00&page=99&sort=-serial&mark=x")).await.is(200);
    sato.browser
        .submit(&ward.ledger("/columns"), &[("column", "serial"), ("column", "note")])
        .await
        .goes(&ward.ledger(""));
    let page = sato.browser.get(&ward.ledger("")).await;
    page.says("data-column=\"serial\"");
    assert!(!page.text.contains("<th role=\"columnheader\" scope=\"col\" data-column=\"owner\""));
}

#[tokio::test]
async fn cells_typed_into_the_list_are_saved_together_or_not_at_all() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let rows = ward.devices([named("1", "一"), named("2", "二")]).await;
    let cells = |row: &KeptAsset, cells: Value| json!({"id": row.id, "version": row.version, "cells": cells});
    let path = ward.ledger("/grid");
    let sent =
        json!({"rows": [cells(&rows[0], json!({"owner": "情報課"})), cells(&rows[1], json!({"rto_hours": "soon"}))]});
    let refused = sato.post_json(&path, &sent).await;
    refused.is(422);
    assert_eq!(
        refused.json()["faults"][0],
        json!({"row": 1, "column": "rto_hours", "message": "Write a whole number."})
    );
    assert_eq!(ward.device(&rows[0]).await.version, 1, "nothing of it was saved");
    let sent =
        json!({"rows": [cells(&rows[0], json!({"owner": "情報課"})), cells(&rows[1], json!({"rto_hours": "２４"}))]});
    let dry = sato.post_json(&path, &json!({"dry": true, "rows": sent["rows"]})).await.json();
    assert_eq!((&dry["rows"][1]["cells"][0]["now"], ward.device(&rows[0]).await.version), (&json!("24"), 1));
    let saved = sato.post_json(&path, &sent).await.is(200).json();
    assert_eq!((&saved["changed"], &saved["rows"][1]["cells"]["rto_hours"]), (&json!(2), &json!("24")));
    // Based on what was there before: the answer shows what stands now.
    let late = sato.post_json(&path, &sent).await;
    late.is(409);
    assert_eq!(late.json()["conflicts"][0]["stands"]["cells"]["owner"], "情報課");
    let pasted = json!({"rows": [{"cells": {"name": "新三", "kind": "スイッチ"}}]});
    sato.post_json(&path, &pasted).await.is(200);
    let undo = sato.browser.submit(&ward.ledger("/undo"), &[("batch", saved["batch"].as_str().expect("an id"))]).await;
    let page = sato.browser.get(undo.to()).await;
    page.is(200).says("2 devices are as they were before").says("Redo");
    assert_eq!(ward.device(&rows[0]).await.asset.owner, "");
    sato.browser.submit(&ward.ledger("/undo"), &[("batch", saved["batch"].as_str().expect("an id"))]).await.is(409);
}

#[tokio::test]
async fn ticked_rows_are_changed_and_taken_out_by_a_plain_form() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let rows = ward.devices([named("1", "一"), named("2", "二"), named("3", "三")]).await;
    sato.browser.get(&ward.ledger("")).await.is(200);
    let ticks: Vec<String> = rows.iter().map(|row| format!("{}:1", row.id)).collect();
    let fields = |column: &'static str, value: &'static str, action: &'static str| {
        let mut fields: Vec<(&str, &str)> = ticks.iter().map(|tick| ("row", tick.as_str())).collect();
        fields.extend([("column", column), ("value", value), ("do", action)]);
        fields
    };
    let path = ward.ledger("/several");
    sato.browser.submit(&path, &[("column", "owner")]).await.is(422).says("No device is ticked");
    sato.browser
        .submit(&path, &fields("support_ends", "いつか", "change"))
        .await
        .is(422)
        .says("Not a date")
        .says("checked");
    let done = sato.browser.submit(&path, &fields("remote_maintenance", "○", "change")).await;
    sato.browser.get(done.to()).await.says("3 devices were changed").says("Undo");
    assert_eq!(ward.device(&rows[2]).await.asset.remote_maintenance, Some(true));
    sato.browser.submit(&path, &fields("owner", "x", "change")).await.is(422).says("Somebody else changed");
    let ticks: Vec<String> = rows.iter().map(|row| format!("{}:2", row.id)).collect();
    let mut fields: Vec<(&str, &str)> = ticks.iter().map(|tick| ("row", tick.as_str())).collect();
    fields.push(("do", "retire"));
    let done = sato.browser.submit(&path, &fields).await;
    sato.browser.get(done.to()).await.says("3 devices were taken out");
    sato.browser.get(&ward.ledger("?state=retired")).await.says("1 to 3 of 3").says("Put the chosen devices back");
}

#[tokio::test]
async fn whoever_saves_a_form_over_a_newer_row_keeps_what_was_typed_and_sees_the_other() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let row = ward.devices([named("1", "一")]).await.remove(0);
    let here = ward.ledger(&format!("/{}", row.id));
    sato.browser.get(&here).await.is(200);
    let newer = Asset { owner: "検査科".to_owned(), ..row.asset.clone() };
    let change = AssetChange::Change { id: row.id, expected: 1, asset: newer };
    ward.world.app.store.change_assets(&ward.act(), ward.facility, &[change], "edit").await.expect("changed");
    let typed = [("version", "1"), ("name", "一"), ("number", "1"), ("kind", "server"), ("owner", "情報課")];
    sato.browser.submit(&here, &typed).await.is(409).says("検査科").says("情報課").says("value=\"2\"");
    let typed = [("version", "2"), ("name", "一"), ("number", "1"), ("kind", "server"), ("owner", "情報課")];
    let saved = sato.browser.submit(&here, &typed).await;
    sato.browser.get(saved.to()).await.says("1 device was changed").says("<del>検査科</del>");
    assert_eq!(ward.device(&row).await.asset.owner, "情報課");
    let gone = sato.browser.submit(&format!("{here}/retire"), &[("version", "3")]).await;
    sato.browser.get(gone.to()).await.says("Taken out of the ledger").says("Put back");
    sato.browser.submit(&here, &typed).await.is(409);
}

#[tokio::test]
async fn photos_are_kept_with_a_device_and_deleted_for_good() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let row = ward.devices([named("1", "一")]).await.remove(0);
    let here = ward.ledger(&format!("/{}", row.id));
    let done = sato.browser.attach(&format!("{here}/documents"), "写真.png", "image/png", b"png").await;
    sato.browser.get(done.to()).await.is(200).says("写真.png");
    let document = ward.device(&row).await.asset.documents[0];
    sato.browser.submit(&format!("{here}/documents/{document}/remove"), &[]).await;
    assert!(ward.device(&row).await.asset.documents.is_empty());
    assert!(ward.world.app.store.documents(ward.facility, None).await.expect("read").is_empty());
}

#[tokio::test]
async fn exports_hold_what_the_list_shows_and_defuse_formulas() {
    let ward = Ward::new().await;
    let mut aoki = ward.somebody("Aoki", Role::Auditor).await;
    ward.devices([named("1", "=1+1"), Asset { kind: AssetKind::Other, ..named("2", "Printer") }]).await;
    let csv = aoki.browser.get(&ward.ledger("/export.csv?kind=server")).await;
    csv.is(200).says("\u{feff}Number,Name,Kind").says("'=1+1");
    assert!(!csv.text.contains("Printer"));
    aoki.browser.get(&ward.ledger("/export.xlsx")).await.is(200);
    aoki.browser.get(&ward.ledger("")).await.is(200).says("Printer");
    aoki.browser.get(&ward.ledger("/new")).await.is(403);
    aoki.post_json(&ward.ledger("/grid"), &json!({"rows": []})).await.is(403);
}

#[tokio::test]
async fn a_device_of_another_facility_is_not_there() {
    let ward = Ward::new().await;
    let other = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let theirs = other.devices([named("1", "他院")]).await.remove(0);
    sato.browser.get(&ward.ledger(&format!("/{}", theirs.id))).await.is(404);
    let sent = json!({"rows": [{"id": theirs.id, "version": 1, "cells": {"owner": "x"}}]});
    let answer = sato.post_json(&ward.ledger("/grid"), &sent).await;
    answer.is(409);
    assert_eq!(answer.json()["conflicts"][0]["stands"], Value::Null);
}
