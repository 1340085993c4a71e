//! One of each register's rows, so that every page with an address of its own can be looked at.

use crate::harness::{Browser, Server, day_from_now, send};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

/// Writes the rows as whoever is signed in, and gives short names for their pages, such as `{system}`.
pub(super) async fn furnish(browser: &Browser, server: &Server, place: &str) -> Result<Vec<(String, String)>> {
    let rows = Rows { browser, server, place };
    let vendor = vendor(browser, place).await?;
    let today = day_from_now(browser, 0).await?;
    let system = rows.add("/ledger/systems", "", &[("name", "看護支援"), ("kind", "emr")]).await?;
    let system_id = system.rsplit('/').next().context("an id")?.to_owned();
    let connection = [
        ("name", "保守の回線"),
        ("kind", "ext-vendor-vpn"),
        ("medium", "internet_ssl_vpn"),
        ("other_end_name", "試験システム"),
        ("systems", &system_id),
        ("cutter_name", "当直長"),
        ("cutter_phone", "内線 9999"),
    ];
    let connection = rows.add("/ledger/connections", "", &connection).await?;
    let copy = [("system", system_id.as_str()), ("name", "夜間の写し"), ("medium", "disk"), ("separation", "online")];
    let copy = rows.add("/ledger/backups", "/copies", &copy).await?;
    let test = [("system", system_id.as_str()), ("date", &today), ("minutes", "95"), ("success", "yes")];
    let test = rows.add("/ledger/backups", "/tests", &test).await?;
    let contact =
        rows.add("/forms/contacts", "", &[("part", "other"), ("name", "夜勤 太郎"), ("phone_day", "内線 100")]).await?;
    let matrix = [("title", "看護支援の保守"), ("system", &system_id), ("vendor", &vendor)];
    let matrix = send(browser, &format!("{place}/vendors/responsibility"), &matrix).await?;
    browser.visit(&server.url(&matrix)).await?;
    let fill = first_link(browser, "/fill/vendor|/fill/[0-9a-f-]{36}/").await?;
    browser.visit(&server.url(&format!("{place}/vendors/guides"))).await?;
    let guide = first_link(browser, "/guides/scope/").await?;
    let official = official(browser, place).await?;
    let names = [
        ("{system}", system),
        ("{connection}", connection),
        ("{copy}", copy),
        ("{test}", test),
        ("{contact}", contact),
        ("{matrix}", matrix),
        ("{fill}", fill),
        ("{guide}", guide),
        ("{official}", official),
    ];
    Ok(names.into_iter().map(|(name, path)| (name.to_owned(), path)).collect())
}

struct Rows<'a> {
    browser: &'a Browser,
    server: &'a Server,
    place: &'a str,
}

impl Rows<'_> {
    /// Adds a row to the register shown by a page; the row's own page.
    async fn add(&self, page: &str, part: &str, fields: &[(&str, &str)]) -> Result<String> {
        let page = format!("{}{page}", self.place);
        send(self.browser, &format!("{page}{part}"), fields).await?;
        self.browser.visit(&self.server.url(&page)).await?;
        first_link(self.browser, &format!("^{page}{part}/[0-9a-f-]{{36}}$")).await
    }
}

/// The first link of the page whose address looks like this.
pub(super) async fn first_link(browser: &Browser, pattern: &str) -> Result<String> {
    let find = format!(
        "[...document.querySelectorAll('main a')].map((link) => link.getAttribute('href')).find((href) => new RegExp({pattern:?}).test(href)) ?? ''"
    );
    let found = browser.text_of(&find).await?;
    ensure!(!found.is_empty(), "no link to {pattern} on {}", browser.current_url().await?);
    Ok(found)
}

async fn vendor(browser: &Browser, place: &str) -> Result<String> {
    let made = send(browser, &format!("{place}/vendors/new"), &[("name", "保守試験株式会社")]).await?;
    Ok(made.rsplit('/').next().context("an id")?.to_owned())
}

/// Brings the product's own spreadsheet of the form as if the ministry had published it.
async fn official(browser: &Browser, place: &str) -> Result<String> {
    let bring = "const [from, to, done] = arguments;
        (async () => {
          const file = await (await fetch(from)).blob();
          const body = new FormData();
          body.append('csrf', document.querySelector('meta[name=csrf]').content);
          body.append('file', file, 'form.xlsx');
          const answer = await fetch(to, { method: 'POST', body });
          done(answer.ok ? new URL(answer.url).pathname : `${answer.status} ${(await answer.text()).slice(0, 4000)}`);
        })();";
    let from = format!("{place}/forms/checklists/r7/hospital/form.xlsx");
    let to = format!("{place}/forms/official");
    let answer = browser.execute_async(bring, vec![json!(from), json!(to)]).await?;
    let at = answer.json().as_str().unwrap_or_default().to_owned();
    ensure!(at.starts_with(&to) && at != to, "the spreadsheet was not taken: {at}");
    Ok(at)
}
