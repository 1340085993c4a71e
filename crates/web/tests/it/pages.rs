//! Every page in both languages: sound HTML, names for everything, nothing inline.

use crate::world::World;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::{Act, NewAssessment, NewPerson};
use hakutaku_web::route_table;
use std::collections::BTreeSet;

/// The values of an attribute, wherever it stands.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let mark = format!(" {attribute}=\"");
    page.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn check(path: &str, lang: Lang, page: &str) {
    let at = format!("{path} in {}", lang.tag());
    assert!(page.contains(&format!("<html lang=\"{}\"", lang.tag())), "{at}: language");
    assert_eq!(page.matches("<h1").count(), 1, "{at}: one main heading");
    assert_eq!(page.matches("<main").count(), 1, "{at}: one main part");
    for inline in [" style=\"", "<style", " onclick=\"", "javascript:", "http://cdn", "https://cdn"] {
        assert!(!page.contains(inline), "{at}: {inline}");
    }
    let ids = values(page, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    for id in &unique {
        assert_eq!(ids.iter().filter(|other| *other == id).count(), 1, "{at}: id {id} twice");
    }
    for attribute in ["for", "aria-labelledby", "aria-describedby", "aria-controls"] {
        for names in values(page, attribute) {
            for id in names.split_whitespace() {
                assert!(unique.contains(id), "{at}: {attribute} names {id}, which is not there");
            }
        }
    }
    for form in page.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(rest)) {
        if form.contains("method=\"post\"") {
            assert!(form.contains("name=\"csrf\""), "{at}: a form without its token: {form}");
        }
    }
}

#[tokio::test]
async fn every_page_is_sound_in_both_languages() {
    let world = World::new().await;
    let (store, act) = (&world.app.store, Act::system(world.now()));
    store.set_setting(&act, "setup.done", &true.into()).await.expect("set");
    let profile = FacilityProfile {
        name: "白沢<病院>".into(),
        kind: FacilityKind::Hospital,
        prefecture: 47,
        beds: 240,
        it_staff_tenths: 5,
    };
    let all: Vec<_> = world.app.catalogue.questionnaires.iter().map(|q| q.id.clone()).collect();
    let facility = store.create_facility(&act, &profile, &all).await.expect("created").id;
    store.create_facility(&act, &profile, &all).await.expect("created");
    let edition = world.app.catalogue.questionnaire("hospital-it").expect("there").edition.clone();
    let new = NewAssessment { questionnaire: "hospital-it".into(), edition, year: FiscalYear(2026), respondent: None };
    let assessment = store.create_assessment(&act, facility, &new).await.expect("created").id;

    for lang in [Lang::Ja, Lang::En] {
        let new = NewPerson {
            username: format!("admin-{}", lang.tag()),
            display_name: "O'Neill & <Co>".into(),
            lang,
            password_hash: None,
        };
        let id = store.create_person(&act, &new).await.expect("created").id;
        store.grant(&act, id, None, Role::Administrator).await.expect("granted");
        let session = store.create_session(&Act::person(id, world.now()), id, true).await.expect("begun");
        let mut visitor = world.visitor();
        visitor.cookies.insert("hakutaku-session".into(), session.token);
        for row in route_table().iter().filter(|row| row.method == "GET" && !row.streams) {
            let path = row
                .path
                .replace("{facility}", &facility.to_string())
                .replace("{assessment}", &assessment.to_string())
                .replace("{question}", "it-backup-01");
            if path.contains('{') {
                continue;
            }
            let answer = visitor.get(&path).await;
            let is_page = answer
                .headers
                .get("content-type")
                .is_some_and(|kind| kind.to_str().expect("ASCII").starts_with("text/html"));
            if is_page {
                check(&path, lang, &answer.text);
            }
        }
    }
}

/// The addresses within this site that a page links to.
fn links(page: &str) -> BTreeSet<String> {
    values(page, "href")
        .into_iter()
        .filter(|href| href.starts_with('/') && !href.starts_with("/static/"))
        .map(|href| href.split('#').next().unwrap_or(href).replace("&amp;", "&"))
        .collect()
}

#[tokio::test]
async fn no_role_meets_a_link_that_leads_nowhere() {
    let world = World::new().await;
    let (store, act) = (&world.app.store, Act::system(world.now()));
    store.set_setting(&act, "setup.done", &true.into()).await.expect("set");
    let profile = FacilityProfile {
        name: "白沢病院".into(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 240,
        it_staff_tenths: 10,
    };
    let all: Vec<_> = world.app.catalogue.questionnaires.iter().map(|q| q.id.clone()).collect();
    let facility = store.create_facility(&act, &profile, &all).await.expect("created").id;
    for questionnaire in &world.app.catalogue.questionnaires {
        let new = NewAssessment {
            questionnaire: questionnaire.id.clone(),
            edition: questionnaire.edition.clone(),
            year: FiscalYear(2026),
            respondent: (questionnaire.id.as_str() == "executive").then(|| "院長".to_owned()),
        };
        store.create_assessment(&act, facility, &new).await.expect("created");
    }
    for role in Role::ALL {
        let new = NewPerson {
            username: role.key().into(),
            display_name: role.key().into(),
            lang: Lang::Ja,
            password_hash: None,
        };
        let id = store.create_person(&act, &new).await.expect("created").id;
        let place = if role == Role::Administrator { None } else { Some(facility) };
        store.grant(&act, id, place, role).await.expect("granted");
        let session = store.create_session(&Act::person(id, world.now()), id, true).await.expect("begun");
        let mut visitor = world.visitor();
        visitor.cookies.insert("hakutaku-session".into(), session.token);

        let mut waiting = vec![("the address bar".to_owned(), "/".to_owned())];
        let mut seen = BTreeSet::from(["/".to_owned()]);
        while let Some((from, path)) = waiting.pop() {
            let answer = visitor.get(&path).await;
            assert!(
                answer.status.is_success() || answer.status.is_redirection(),
                "{} finds a link to {path} on {from}: {}",
                role.key(),
                answer.status
            );
            // Files are made by their own tests; here it is enough that the first few open.
            for link in links(&answer.text).into_iter().filter(|link| !link.contains(".pdf")) {
                if seen.len() < 150 && seen.insert(link.clone()) {
                    waiting.push((path.clone(), link));
                }
            }
        }
        assert!(seen.len() > 3, "{} finds nothing to do: {seen:?}", role.key());
    }
}
