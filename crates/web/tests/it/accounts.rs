//! The account review.

use crate::ward::Ward;
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::person::Role;

impl Ward {
    fn accounts(&self, page: &str) -> String {
        format!("/facilities/{}/ledger/accounts{page}", self.facility)
    }
}

fn form(csrf: &str, fields: &[(&str, &str)], name: &str, content: &str) -> String {
    let field = |name: &str, value: &str| {
        format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut body = field("csrf", csrf);
    for (name, value) in fields {
        body += &field(name, value);
    }
    body + &format!(
        "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n--part--\r\n"
    )
}

#[tokio::test]
async fn who_has_left_is_found_decided_about_and_counted() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&ward.accounts("")).await.is(200).says("There is no list yet");
    sato.browser.get(&ward.accounts("/import")).await.is(200).says("Import an account list");
    let today = ward.world.now().date_in_japan();
    assert_eq!(ward.world.app.store.account_facts(ward.facility, today).await.expect("counted"), None);

    let accounts =
        "ID,氏名,有効,パスワード\nyamada,山田 太郎,1,himitsu\nnurse1,看護師,1,himitsu\nsuzuki,鈴木花子,0,himitsu\n";
    for (page, fields, file, says) in [
        ("/import", &[("source", "AD"), ("exported", "R8.11.20")][..], accounts, "3 accounts of “AD” were imported"),
        ("/leavers", &[][..], "氏名,退職日\n山田太郎,2020-03-31\n鈴木 花子,2020-03-31\n", "2 leavers were imported"),
    ] {
        let body = form(&sato.browser.csrf, fields, "list.csv", file);
        let request = sato
            .browser
            .request(Method::POST, &ward.accounts(page))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(Body::from(body))
            .expect("a request");
        sato.browser.send(request).await.is(200).says(says);
    }
    let page = sato.browser.get(&ward.accounts("")).await;
    page.is(200)
        .says("The name is the same (山田太郎")
        .says("names a department or a role")
        .keeps_quiet_about("himitsu");
    let facts = ward.world.app.store.account_facts(ward.facility, today).await.expect("counted").expect("a list");
    assert_eq!((facts.enabled, facts.left_but_enabled, facts.shared, facts.leavers_known), (2, 1, 1, true));
    assert_eq!(facts.as_of.map(|day| day.to_string()).as_deref(), Some("2026-11-20"));

    let fields = [("source", "AD"), ("account", "nurse1"), ("finding", "shared"), ("ruling", "on_purpose")];
    sato.browser.submit(&ward.accounts("/decide"), &fields).await.is(422).says("Please give a reason");
    let mut all = fields.to_vec();
    all.push(("reason", "shared terminal of the ward"));
    sato.browser.submit(&ward.accounts("/decide"), &all).await.is(303);
    sato.browser.get(&ward.accounts("")).await.says("Known, and kept: shared terminal of the ward");
    let mut auditor = ward.somebody("Auditor", Role::Auditor).await;
    auditor.browser.get(&ward.accounts("")).await.is(200).keeps_quiet_about("name=\"ruling\"");
    auditor.browser.get(&ward.accounts("/import")).await.is(403);
}
