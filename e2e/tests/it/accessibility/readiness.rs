//! The plan, drills, incidents, audits and courses.

use super::furnished::first_link;
use super::inspection::Inspection;
use super::{LANGUAGES, routes};
use crate::harness::{Browser, Screen, Server, model_hospital, sign_in, use_language};
use Stop::{At, Behind};
use anyhow::Result;

/// A page to look at.
enum Stop {
    /// By its address; short names in braces stand for what earlier stops found. A status before it is what it answers.
    At(&'static str),
    /// The first link on a page whose address looks like this; found under a name.
    Behind(&'static str, &'static str, &'static str),
}

/// Looks at the pages of a role in both languages, and at some of them in the dark.
async fn walk(role: &str, stops: &[Stop], dark: &[&str], routes: &[&str]) -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    sign_in(&browser, &server, &server.credential(role)?).await?;
    let mut names = vec![("{place}".to_owned(), place)];
    let path = |names: &[(String, String)], page: &str| {
        names.iter().fold(page.to_owned(), |page, (name, address)| page.replace(name, address))
    };
    for lang in LANGUAGES {
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;
        for stop in stops {
            let (status, page) = match stop {
                At(page) => {
                    page.split_once(' ').map_or(Ok((200, *page)), |(status, page)| status.parse().map(|s| (s, page)))?
                }
                Behind(on, pattern, name) => {
                    browser.visit(&server.url(&path(&names, on))).await?;
                    let found = first_link(&browser, pattern).await?;
                    names.retain(|(known, _)| known != name);
                    names.push(((*name).to_owned(), found));
                    (200, *name)
                }
            };
            inspection.page(&path(&names, page), status).await?;
        }
    }
    for page in dark {
        inspection.dark(&path(&names, page)).await?;
    }
    inspection.conclude(routes, &LANGUAGES)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plan_looks_like() -> Result<()> {
    let stops = [
        At("{place}/plan"),
        At("{place}/plan/sections/activation"),
        At("{place}/plan/sections/cut-off"),
        At("{place}/plan/sections/paper"),
        At("{place}/plan/sections/systems"),
        At("{place}/plan/versions"),
        Behind("{place}/plan/versions", "/plan/versions/\\d+$", "{version}"),
        At("{place}/plan/offices"),
        At("{place}/plan/offices/new"),
        Behind("{place}/plan/offices", "/plan/offices/[0-9a-f-]{36}$", "{office}"),
        At("{place}/plan/cases"),
    ];
    walk("safety_manager", &stops, &["{place}/plan", "{place}/plan/sections/cut-off"], routes::PLAN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finished_drills_and_calls_look_like() -> Result<()> {
    let stops = [
        At("{place}/plan/drills"),
        At("{place}/plan/drills/new"),
        At("{place}/plan/drills/new?scenario=ransomware-60"),
        Behind("{place}/plan/drills", "/plan/drills/[0-9a-f-]{36}$", "{drill}"),
        At("{drill}/report"),
        At("{place}/plan/drills/trend"),
        At("{place}/plan/calls"),
        Behind("{place}/plan/calls", "/plan/calls/[0-9a-f-]{36}$", "{round}"),
    ];
    walk("it_operator", &stops, &["{drill}/report", "{place}/plan/drills/trend"], routes::DRILLS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_audits_and_actions_look_like() -> Result<()> {
    let stops = [
        At("{place}/audits"),
        At("{place}/audits/new"),
        Behind("{place}/audits", "/audits/[0-9a-f-]{36}$", "{audit}"),
        // This one is signed: its forms say so instead of opening.
        At("409 {audit}/plan"),
        At("{audit}/report"),
        At("{audit}/room"),
        At("409 {audit}/samples/new"),
        At("409 {audit}/findings/new"),
        At("409 {audit}/interviews/new"),
        Behind("{audit}", "/items/[a-z0-9.-]+$", "{item}"),
        Behind("{audit}", "/findings/[0-9a-f-]{36}$", "{finding}"),
        Behind("{audit}", "/samples/[0-9a-f-]{36}$", "{sample}"),
        Behind("{audit}", "/interviews/[0-9a-f-]{36}$", "{interview}"),
        At("{place}/audits/executives"),
        At("{place}/audits/actions"),
        At("{place}/audits/actions/new"),
        Behind("{place}/audits/actions", "/audits/actions/[0-9a-f-]{36}$", "{action}"),
        At("{action}/edit"),
    ];
    walk("safety_manager", &stops, &["{place}/audits", "{audit}", "{action}"], routes::AUDITS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_notices_look_like_to_a_member() -> Result<()> {
    let stops = [
        At("{place}/notices"),
        Behind("{place}/notices", "/notices/[0-9a-f-]{36}$", "{notice}"),
        At("{place}/notices/report"),
    ];
    walk("safety_manager", &stops, &["{place}/notices", "{notice}"], routes::NOTICES).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_notices_look_like_at_the_centre() -> Result<()> {
    let stops = [
        At("/region/notices"),
        At("/region/notices/new"),
        At("/region/notices/reports"),
        Behind("/region/notices", "/region/notices/[0-9a-f-]{36}$", "{notice}"),
        At("{notice}/edit"),
        At("{notice}/withdraw"),
        Behind("{notice}", "/told/[0-9a-f-]{36}$", "{told}"),
        Behind("/region/notices", "/region/notices/[0-9a-f-]{36}/preview$", "{preview}"),
    ];
    walk("administrator", &stops, &["/region/notices", "{notice}", "{preview}"], routes::REGION_NOTICES).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_courses_look_like() -> Result<()> {
    let stops = [
        At("{place}/training"),
        At("{place}/training/new"),
        Behind("{place}/training", "/training/courses/[0-9a-f-]{36}$", "{course}"),
        At("{course}/edit"),
        Behind("{course}", "/training/sessions/[0-9a-f-]{36}$", "{session}"),
        At("{place}/training/late"),
        At("{place}/training/staff"),
        At("{place}/training/staff/new"),
        Behind("{place}/training/staff", "/training/staff/[0-9a-f-]{36}$", "{member}"),
        Behind("{place}/training", "/training/lessons/[a-z0-9-]+$", "{lesson}"),
    ];
    walk("safety_manager", &stops, &["{place}/training", "{place}/training/late"], routes::TRAINING).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_incidents_look_like() -> Result<()> {
    let stops = [
        At("{place}/plan/incidents"),
        At("{place}/plan/incidents/take-in"),
        Behind("{place}/plan/incidents", "/plan/incidents/[0-9a-f-]{36}$", "{incident}"),
        At("{incident}/reports"),
        Behind("{incident}/reports", "/reports/[a-z-]+$", "{report}"),
    ];
    walk("safety_manager", &stops, &["{incident}", "{incident}/reports"], routes::INCIDENTS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rooms_look_like_to_those_inside() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;
    browser.visit(&server.url(&format!("{place}/plan/drills/new?scenario=clinic-20"))).await?;
    browser.fill("#title", "見るための訓練").await?;
    browser.click_on("main form button.button").await?;
    browser.until("document.readyState === 'complete' && /drills\\/[0-9a-f-]{36}$/.test(location.pathname)").await?;
    let drill = browser.text_of("location.pathname").await?;
    if browser.value("document.querySelector('#doors-head ~ ul code') === null").await? == true {
        browser.click_on("#doors-head ~ ul button[value='open']").await?;
    }
    let code = browser.see("#doors-head ~ ul code").await?.text().await?;
    browser.visit(&server.url(&format!("{drill}/console"))).await?;
    browser.until("document.querySelector('#k-space') !== null").await?;
    browser.press(" ").await?;
    browser.until("document.querySelector('#k-space')?.value === 'hold'").await?;
    // The incident: started, and left open, so that its banner stands on every page that follows.
    browser.visit(&server.url(&format!("{place}/plan/incidents"))).await?;
    browser.click_on("form[action$='/plan/incidents'] button.button").await?;
    browser.until("document.readyState === 'complete' && /incidents\\/[0-9a-f-]{36}$/.test(location.pathname)").await?;
    let incident = browser.text_of("location.pathname").await?;
    for lang in LANGUAGES {
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;
        for page in ["", "/console", "/poster"] {
            inspection.page(&format!("{drill}{page}"), 200).await?;
        }
        for page in ["", "/reports", "/close"] {
            inspection.page(&format!("{incident}{page}"), 200).await?;
        }
        inspection.page("/join", 200).await?;
        inspection.page(&format!("/join/{}", code.replace('-', "")), 200).await?;
    }
    for page in ["/console", "/poster"] {
        inspection.dark(&format!("{drill}{page}")).await?;
    }
    inspection.dark(&incident).await?;

    // A player and an observer, each in a browser of their own.
    for role in ["owner-doctor", "observer"] {
        let seat = Browser::open(Screen::Desk).await?;
        let mut inside = Inspection::new(&seat, &server)?;
        seat.visit(&server.url(&format!("/join/{}", code.replace('-', "")))).await?;
        seat.fill("#name", "青木").await?;
        let first = "document.querySelector('label.choice input[name=role]').value";
        let role = if role == "observer" { role.to_owned() } else { seat.text_of(first).await? };
        seat.click_on(&format!("label.choice:has([value='{role}'])")).await?;
        seat.click_on("main form button").await?;
        seat.until("document.readyState === 'complete' && location.pathname.startsWith('/seat/drill')").await?;
        let (page, routes) = if role == "observer" {
            ("/seat/drill/observe", ["/seat/drill/observe"])
        } else {
            ("/seat/drill", ["/seat/drill"])
        };
        for lang in LANGUAGES {
            seat.visit(&server.url(page)).await?;
            use_language(&seat, lang).await?;
            inside.page(page, 200).await?;
        }
        inside.dark(page).await?;
        inside.conclude(&routes, &LANGUAGES)?;
    }
    inspection.conclude(routes::ROOMS, &LANGUAGES)
}
