//! Lists of devices taken into the ledger.

use crate::ward::{Somebody, Ward};
use crate::world::Answer;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::ledger::{Asset, AssetKind};
use hakutaku_model::ledger_import::ImportProfile;
use hakutaku_model::person::Role;
use hakutaku_store::AssetChange;

const LIST: &str =
    "資産番号,機器名,種別,設置場所,サポート期限\nA-1,emr-db1,サーバ,本館B1,R13.10.14\nA-2,ns3-pc1,PC,3階病棟,\n";

impl Ward {
    fn import(&self, page: &str) -> String {
        format!("/facilities/{}/ledger/import{page}", self.facility)
    }

    async fn in_ledger(&self) -> Vec<Asset> {
        let rows = self.world.app.store.all_assets(self.facility).await.expect("read");
        let mut assets: Vec<Asset> = rows.into_iter().map(|kept| kept.asset).collect();
        assets.sort_by(|a, b| a.number.cmp(&b.number));
        assets
    }
}

fn hidden(page: &Answer, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.text.split_once(&mark).unwrap_or_else(|| panic!("no {name}: {}", page.text));
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Uploads a list and says that the guessed columns are right; gives the page with the verdicts.
async fn looked_at(ward: &Ward, who: &mut Somebody, list: &[u8], extra: &[(&str, &str)]) -> Answer {
    who.browser.get(&ward.import("")).await.is(200);
    who.browser.attach(&ward.import(""), "list.csv", "text/csv", list).await.goes(&ward.import("/columns"));
    let page = who.browser.get(&ward.import("/columns")).await;
    page.is(200);
    let mut fields: Vec<(String, String)> =
        vec![("ticket".into(), hidden(&page, "ticket")), ("go".into(), "on".into())];
    for at in 0..20 {
        let mark = format!("name=\"h{at}\" value=\"");
        let Some((_, rest)) = page.text.split_once(&mark) else { break };
        fields.push((format!("h{at}"), rest.split('"').next().unwrap_or_default().to_owned()));
        let (_, select) = page.text.split_once(&format!("<select id=\"c{at}\"")).expect("a choice");
        let select = select.split("</select>").next().unwrap_or_default();
        if let Some((before, _)) = select.split_once("\" selected>") {
            fields.push((format!("c{at}"), before.rsplit('"').next().unwrap_or_default().to_owned()));
        }
    }
    fields.push(("header_row".into(), hidden_input(&page, "header_row")));
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend(extra);
    who.browser.submit(&ward.import("/columns"), &all).await.goes(&ward.import("/rows"));
    who.browser.get(&ward.import("/rows")).await
}

fn hidden_input(page: &Answer, name: &str) -> String {
    let (_, rest) = page.text.split_once(&format!("id=\"{name}\"")).expect("a field");
    let (_, rest) = rest.split_once("value=\"").expect("a value");
    rest.split('"').next().unwrap_or_default().to_owned()
}

async fn yes(ward: &Ward, who: &mut Somebody, page: &Answer, extra: &[(&str, &str)]) -> Answer {
    let (ticket, seen) = (hidden(page, "ticket"), hidden(page, "seen"));
    let mut fields = vec![("ticket", ticket.as_str()), ("seen", seen.as_str())];
    fields.extend(extra);
    who.browser.submit(&ward.import("/apply"), &fields).await
}

#[tokio::test]
async fn a_list_is_looked_at_taken_in_undone_and_the_same_list_again_changes_nothing() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = looked_at(&ward, &mut sato, LIST.as_bytes(), &[("name", "資産管理ソフト")]).await;
    page.is(200).says("<b>2</b> New").says("Import 2 rows").says("emr-db1");
    assert!(ward.in_ledger().await.is_empty(), "nothing is written by looking");

    let done = yes(&ward, &mut sato, &page, &[]).await;
    done.is(303);
    let assets = ward.in_ledger().await;
    assert_eq!(assets.iter().map(|one| one.kind).collect::<Vec<_>>(), [AssetKind::Server, AssetKind::Terminal]);
    assert_eq!(assets[0].support_ends.map(|day| day.to_string()).as_deref(), Some("2031-10-14"));
    let ledger = sato.browser.get(done.to()).await;
    ledger.is(200).says("emr-db1").says("ledger/undo");

    let again = looked_at(&ward, &mut sato, LIST.as_bytes(), &[]).await;
    again.is(200).says("<b>2</b> Unchanged").says("There is nothing to import");
    assert_eq!(ward.in_ledger().await.len(), 2);
    let kept = ward.world.app.store.records::<ImportProfile>(ward.facility).await.expect("read");
    assert_eq!(kept[0].body.name, "資産管理ソフト");
}

#[tokio::test]
async fn rejected_rows_name_row_and_column_and_are_left_out_only_when_a_person_says_so() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let list = format!("{LIST}A-3,pump,自転車,ICU,いつか\nA-1,twin,PC,,\n");
    let page = looked_at(&ward, &mut sato, list.as_bytes(), &[]).await;
    page.is(200).says("<b>2</b> Rejected").says(">4</td>").says("Not a kind").says("Not a date");
    page.says("The same device as in row 2");
    yes(&ward, &mut sato, &page, &[]).await.is(422).says("tick the box first");
    assert!(ward.in_ledger().await.is_empty());
    let csv = sato.browser.get(&ward.import("/rows.csv")).await;
    csv.is(200).says("Rejected").says("Not a date");
    let page = sato.browser.get(&ward.import("/rows?show=rejected")).await;
    page.is(200).keeps_quiet_about("emr-db1");
    yes(&ward, &mut sato, &page, &[("leave_out", "yes")]).await.is(303);
    assert_eq!(ward.in_ledger().await.len(), 2);
}

#[tokio::test]
async fn a_ledger_that_changed_meanwhile_is_looked_at_again() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = looked_at(&ward, &mut sato, LIST.as_bytes(), &[]).await;
    let other = Asset { number: "A-1".into(), name: "emr-db1".into(), ..Asset::default() };
    ward.world
        .app
        .store
        .change_assets(&ward.act(), ward.facility, &[AssetChange::Create(other)], "create")
        .await
        .expect("created");
    let shown = yes(&ward, &mut sato, &page, &[]).await;
    shown.is(422).says("The ledger changed meanwhile").says("<b>1</b> Changed");
    yes(&ward, &mut sato, &shown, &[]).await.is(303);
    assert_eq!(ward.in_ledger().await.len(), 2);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_other_houses_are_untouched() {
    let ward = Ward::new().await;
    let profile = FacilityProfile {
        name: "Elsewhere".into(),
        kind: FacilityKind::Clinic,
        prefecture: 13,
        beds: 0,
        it_staff_tenths: 0,
    };
    let forms = ["small-facility".into()];
    let elsewhere = ward.world.app.store.create_facility(&ward.act(), &profile, &forms).await.expect("created").id;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&ward.import("")).await.is(200).says("Import a list of devices");
    for (name, content, says) in [
        ("old.xls", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], "old xls file"),
        ("half.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0", "not a table"),
    ] {
        let page = sato.browser.attach(&ward.import(""), name, "application/octet-stream", content).await;
        page.is(422).says(says).says("The ledger has not changed");
    }
    sato.browser.get(&format!("/facilities/{elsewhere}/ledger/import")).await.is(404);
    let page = looked_at(&ward, &mut sato, LIST.as_bytes(), &[]).await;
    let (ticket, seen) = (hidden(&page, "ticket"), hidden(&page, "seen"));
    let theirs = format!("/facilities/{elsewhere}/ledger/import/apply");
    sato.browser.submit(&theirs, &[("ticket", &ticket), ("seen", &seen)]).await.is(404);
    yes(&ward, &mut sato, &page, &[]).await.is(303);
    assert!(ward.world.app.store.all_assets(elsewhere).await.expect("read").is_empty());
    let mut auditor = ward.somebody("Auditor", Role::Auditor).await;
    auditor.browser.get(&ward.import("")).await.is(403);
}
