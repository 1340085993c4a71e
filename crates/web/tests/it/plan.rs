//! The plan for outages: written by rows without scripts, approved, printed, and out of date once a fact changes.

use crate::ward::{Somebody, Ward};
use hakutaku_model::connection::Connection;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::office::ReportingOffice;
use hakutaku_model::party::Contact;
use hakutaku_model::person::Role;
use hakutaku_model::plan::{PlanPrint, PlanVersion, SectionDraft};

fn at(facility: FacilityId, rest: &str) -> String {
    format!("/facilities/{facility}/plan{rest}")
}

fn seen(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\" value=\"").expect("an approval form");
    rest.split('"').next().expect("a value").to_owned()
}

/// Writes the aim, and adds a line that somebody can cut.
async fn begun(ward: &Ward, who: &mut Somebody) {
    let section = at(ward.facility, "/sections/purpose");
    let fields = [("do", "save"), ("version", "0"), ("text.aim", "Care goes on"), ("text.policy", "Safety first")];
    who.browser.submit(&section, &fields).await.goes(&section);
    let line = Connection {
        name: "Maintenance VPN".into(),
        kind: "ext-vendor-vpn".into(),
        cutter: Contact { name: "Oda".into(), phone: "2101".into(), ..Contact::default() },
        ..Connection::default()
    };
    ward.world.app.store.add_record(&ward.act(), ward.facility, &line).await.expect("added");
}

#[tokio::test]
async fn rows_are_added_and_taken_out_without_scripts_and_a_later_writer_sees_the_earlier_one() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let section = at(ward.facility, "/sections/paper");
    sato.browser.get(&at(ward.facility, "")).await.is(200).says("0 of 15 sections").says("Not in our data");
    sato.browser.get(&section).await.is(200).says("Template 2.1.5").says("No rows yet");
    let added = [("do", "add:forms"), ("version", "0"), ("text.rules", "Write names"), ("forms.rows", "0")];
    let page = sato.browser.submit(&section, &added).await;
    page.is(200).says("Not saved yet").says("name=\"forms.0.ward\"").says("Write names");
    let filled = [
        ("version", "0"),
        ("text.rules", "Write names"),
        ("forms.rows", "2"),
        ("forms.0.ward", "East"),
        ("forms.0.form", "Orders"),
        ("forms.1.ward", "West"),
    ];
    let drop: Vec<(&str, &str)> = [("do", "drop:forms:0")].into_iter().chain(filled).collect();
    let page = sato.browser.submit(&section, &drop).await;
    page.is(200).says("value=\"West\"");
    assert!(!page.text.contains("value=\"East\""));
    let save: Vec<(&str, &str)> = [("do", "save")].into_iter().chain(filled).collect();
    sato.browser.submit(&section, &save).await.goes(&section);
    let kept = &ward.world.app.store.records::<SectionDraft>(ward.facility).await.expect("lists")[0].body;
    assert_eq!(kept.written.rows("forms").len(), 2);

    let mut murai = ward.somebody("Murai", Role::SafetyManager).await;
    murai.browser.get(&section).await.is(200).says("East");
    let late = [("do", "save"), ("version", "0"), ("text.rules", "Mine"), ("forms.rows", "0")];
    murai.browser.submit(&section, &late).await.is(409).says("Sato saved first").says("Write names").says("Mine");
    let long = "x".repeat(12_001);
    murai.browser.submit(&section, &[("do", "save"), ("version", "1"), ("text.rules", &long)]).await.is(422);
    let starter = [("do", "start:en"), ("version", "0")];
    let section = at(ward.facility, "/sections/activation");
    murai.browser.submit(&section, &starter).await.is(200).says("a ransom note").says("Head of IT");
    murai.browser.get(&at(ward.facility, "/sections/teapot")).await.is(404);
}

#[tokio::test]
async fn the_director_approves_what_was_seen_and_a_print_warns_when_who_cuts_the_line_changes() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut boss = ward.somebody("Boss", Role::Executive).await;
    let plan = at(ward.facility, "");
    begun(&ward, &mut sato).await;
    sato.browser.submit(&at(ward.facility, "/print"), &[]).await.is(422).says("Approve first");
    sato.browser.submit(&at(ward.facility, "/approve"), &[("name", "Sato"), ("on", "2026-01-01")]).await.is(403);

    let day = ward.world.now().date_in_japan().to_string();
    let token = seen(&boss.browser.get(&plan).await.text);
    let approval = |seen| [("name", "Boss"), ("office", "Director"), ("on", day.as_str()), ("seen", seen)];
    boss.browser.submit(&at(ward.facility, "/approve"), &approval("stale")).await.is(409).says("Look again");
    boss.browser.submit(&at(ward.facility, "/approve"), &approval(&token)).await.goes(&plan);
    boss.browser.submit(&at(ward.facility, "/approve"), &approval(&token)).await.is(422).says("nothing to approve");
    assert_eq!(store.records::<PlanVersion>(ward.facility).await.expect("lists").len(), 1);

    sato.browser.get(&plan).await.is(200).says("Version 1");
    let print = sato.browser.submit(&at(ward.facility, "/print"), &[("kept_at", "Red bag")]).await;
    assert!(print.is(200).bytes.starts_with(b"%PDF"));
    let kept = &store.records::<PlanPrint>(ward.facility).await.expect("lists")[0].body;
    assert_eq!((kept.version, kept.kept_at.as_str()), (1, "Red bag"));
    sato.browser.get(&plan).await.is(200).says("As it is today");
    let catalogue = &ward.world.app.catalogue;
    let today = ward.world.now().date_in_japan();
    let facts = store.facts(catalogue, ward.facility, today).await.expect("facts").plan.expect("a plan");
    assert_eq!((facts.version, facts.printed_current, facts.sections, facts.written), (Some(1), true, 15, 1));

    let line = &store.records::<Connection>(ward.facility).await.expect("lists")[0];
    let cutter = Contact { name: "Kubota".into(), phone: "2102".into(), ..Contact::default() };
    let changed = Connection { cutter, ..line.body.clone() };
    store.change_record(&ward.act(), ward.facility, line.id, line.version, &changed).await.expect("changed");
    let page = sato.browser.get(&plan).await;
    page.is(200).says("Facts have changed since the print").says("the person who cuts it has changed (Oda → Kubota)");
    assert!(!store.plan_facts(ward.facility, today).await.expect("facts").expect("a plan").printed_current);
    sato.browser.get(&at(ward.facility, "/versions")).await.is(200).says("Kubota").says("Red bag");
    sato.browser.get(&at(ward.facility, "/versions/1")).await.is(200).says("Care goes on");
    sato.browser.get(&at(ward.facility, "/versions/9")).await.is(404);
    let docx = sato.browser.get(&at(ward.facility, "/plan.docx?version=1")).await;
    assert!(docx.is(200).bytes.starts_with(b"PK"));
    sato.browser.get(&at(ward.facility, "/sections/cut-off")).await.is(200).says("Maintenance VPN").says("Kubota");
}

#[tokio::test]
async fn offices_are_settings_with_the_day_of_the_last_check_and_stay_in_their_house() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let list = at(ward.facility, "/offices");
    sato.browser.get(&list).await.is(200).says("4 recipients cannot be reached");
    sato.browser.get(&format!("{list}/new?recipient=rcp-police")).await.is(200).says("selected");
    let wrong = [("recipient", "rcp-police"), ("name", ""), ("url", "javascript:1"), ("last_checked", "2999-01-01")];
    sato.browser.submit(&list, &wrong).await.is(422).says("Give a page that begins with");
    let police = [("recipient", "rcp-police"), ("name", "Cyber desk"), ("phone", "000-0000-9004")];
    sato.browser.submit(&list, &police).await.goes(&list);
    sato.browser.get(&list).await.is(200).says("Never checked").says("3 recipients cannot be reached");
    let id = store.records::<ReportingOffice>(ward.facility).await.expect("lists")[0].id;
    sato.browser.submit(&format!("{list}/{id}/checked"), &[("version", "1")]).await.goes(&list);
    sato.browser.get(&list).await.is(200).says("Checked within a year");
    let stale = [("recipient", "rcp-police"), ("name", "Other desk"), ("version", "1")];
    sato.browser.submit(&format!("{list}/{id}"), &stale).await.is(409).says("Cyber desk").says("Other desk");

    let profile = FacilityProfile {
        name: "Hidden Hospital".into(),
        kind: FacilityKind::Hospital,
        prefecture: 1,
        beds: 50,
        it_staff_tenths: 0,
    };
    let other = store.create_facility(&ward.act(), &profile, &[]).await.expect("created").id;
    sato.browser.get(&at(other, "")).await.is(404);
    store.grant(&ward.act(), sato.id, Some(other), Role::ItOperator).await.expect("granted");
    sato.browser.get(&at(other, &format!("/offices/{id}"))).await.is(404);
    let mut auditor = ward.somebody("Audit", Role::Auditor).await;
    auditor.browser.get(&list).await.is(200).says("Cyber desk");
    auditor.browser.submit(&list, &police).await.is(403);
}
