//! Official spreadsheets and the inspection pack.

use crate::sample::{House, act};
use axum::http::{StatusCode, header};
use hakutaku_model::checklist::{FormKind, ItemAnswer, ItemKey, Mark, Round};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::official::OfficialForm;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use jiff::civil::date;

const BLANK: &[u8] = include_bytes!("../../../documents/tests/forms/circled.xlsx");

fn answer(form: &OfficialForm, at: usize) -> ItemAnswer {
    let row = &form.profile.rows[at];
    ItemAnswer {
        key: ItemKey {
            edition: form.profile.edition.clone(),
            form: FormKind::Hospital,
            item: row.item.clone(),
            group: row.group.clone(),
            vendor: None,
        },
        first: Some(Round { mark: Mark::Yes, on: date(2026, 11, 21) }),
        target: None,
        second: None,
        saw: None,
        remark: String::new(),
        documents: Vec::new(),
    }
}

#[tokio::test]
async fn a_form_is_loaded_confirmed_answered_and_filled_in_place() {
    let house = House::new().await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let base = format!("/facilities/{}/forms/official", house.facility);
    let empty = browser.get(&base).await.text();
    assert!(empty.contains("まだ読み込んでいません") && empty.contains("001716187.xlsx"), "{empty}");
    let refused = browser.upload(&base, "form.xlsx", b"%PDF-1.7").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Excel"));

    let loaded = browser.upload(&base, "様式.xlsx", BLANK).await;
    assert_eq!(loaded.status, StatusCode::SEE_OTHER, "{}", loaded.text());
    let page = loaded.header(header::LOCATION).to_owned();
    let html = browser.get(&page).await.text();
    assert!(html.contains("機器の台帳管理") || html.contains("台帳管理を行っている"), "{html}");
    assert_eq!(browser.get(&format!("{page}/filled.xlsx")).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let kept = house.app.store.records::<OfficialForm>(house.facility).await.expect("listed").remove(0);
    let rows: Vec<String> = kept.body.profile.rows.iter().map(|row| row.row.to_string()).collect();
    let mut fields: Vec<(&str, &str)> = rows.iter().map(|row| ("keep", row.as_str())).collect();
    fields.extend([("version", "1"), ("do", "confirm")]);
    let done = browser.post(&format!("{page}/rows"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let late = browser.post(&format!("{page}/rows"), &fields[..fields.len() - 1]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "somebody else was first");
    assert!(late.text().contains("ほかの人が先に"));

    let kept = house.app.store.records::<OfficialForm>(house.facility).await.expect("listed").remove(0);
    assert!(kept.body.confirmed);
    let editions = house.app.store.checklist_editions(&house.app.catalogue, house.facility).await.expect("listed");
    assert!(editions.iter().any(|edition| edition.id == kept.body.profile.edition && edition.items.len() == 5));
    house.app.store.add_record(&act(), house.facility, &answer(&kept.body, 0)).await.expect("answered");
    let filled = browser.get(&format!("{page}/filled.xlsx")).await;
    assert_eq!(filled.status, StatusCode::OK);
    let profile = serde_json::from_str(&browser.get(&format!("{page}/profile.json")).await.text()).expect("a profile");
    assert_eq!(kept.body.profile, profile);
}

#[tokio::test]
async fn nobody_sees_the_form_of_another_facility() {
    let house = House::new().await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let base = format!("/facilities/{}/forms/official", house.facility);
    let page = browser.upload(&base, "様式.xlsx", BLANK).await.header(header::LOCATION).to_owned();
    let profile = FacilityProfile {
        name: "別の病院".to_owned(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 90,
        it_staff_tenths: 5,
    };
    let other = house.app.store.create_facility(&act(), &profile, &[]).await.expect("a facility").id;
    let id = page.rsplit('/').next().expect("an id");
    // An administrator may open both facilities; the form still belongs to one of them.
    let found = house.app.store.record_of::<OfficialForm>(other, id.parse().expect("an id")).await;
    assert!(found.is_err());
    let foreign = browser.get(&format!("/facilities/{other}/forms/official/{id}")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_missing_is_listed_and_the_pack_is_fetched_and_logged() {
    let house = House::new().await;
    let browser = house.browser(Role::SafetyManager, Lang::Ja).await;
    let base = format!("/facilities/{}/forms/inspection", house.facility);
    let html = browser.get(&base).await.text();
    let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words} is not on the page"));
    assert!(at("1回目の日付が空欄") < at("連絡体制図が足りない"));
    assert!(html.contains("#line-"), "each line leads to where it is put right");
    let pdf = browser.get(&format!("{base}/pack.pdf")).await;
    assert!(pdf.body.starts_with(b"%PDF"));
    if let Ok(path) = std::env::var("HAKUTAKU_KEEP_PDF") {
        std::fs::write(path, &pdf.body).expect("kept");
    }
    let zip = browser.get(&format!("{base}/pack.zip")).await;
    assert!(zip.body.starts_with(b"PK"), "{}", zip.status);
    let executive = house.browser(Role::Executive, Lang::Ja).await;
    assert_eq!(executive.get(&base).await.status, StatusCode::OK);
    assert_eq!(executive.get(&format!("{base}/pack.zip")).await.status, StatusCode::FORBIDDEN);
    let log = house
        .app
        .store
        .recent_journal(hakutaku_model::journal::Chain::Facility(house.facility), 20)
        .await
        .expect("the log");
    assert_eq!(log.iter().filter(|entry| entry.event.action == "inspection.export").count(), 2);
}
