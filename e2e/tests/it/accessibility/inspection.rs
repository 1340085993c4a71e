//! What is looked for on each page.

use crate::harness::{Browser, Server};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Asks axe what is wrong, and what it thinks of each place.
const ASK_AXE: &str = "const done = arguments[arguments.length - 1];
    if (!window.axe) (0, eval)(arguments[0]);
    const why = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join('; ').slice(0, 240);
    axe.run(document, { resultTypes: ['violations'] }).then(
      ({ violations, passes }) => done({ looked: passes.length, found: violations.map((v) =>
        `${v.id} (${v.impact}, ${v.nodes.length} places)` + v.nodes.slice(0, 4).map((node) =>
          `\\n    ${node.target.join(' ')} | ${node.html.slice(0, 160)} | ${why(node)}`).join('')) }),
      (error) => done({ looked: 0, found: [`axe failed: ${error}`] }));";

/// What sticks out on the right of a small phone.
const STICKING_OUT: &str = "[...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > 361).slice(0, 6)
    .map((e) => `${e.tagName}.${e.className}#${e.id} ${Math.round(e.getBoundingClientRect().right)}`).join(', ')";

/// Collects what is wrong on all pages, so that one run tells everything.
pub(super) struct Inspection<'a> {
    browser: &'a Browser,
    server: &'a Server,
    axe: String,
    findings: Vec<String>,
    seen: BTreeSet<(String, String)>,
}

impl<'a> Inspection<'a> {
    pub(super) fn new(browser: &'a Browser, server: &'a Server) -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path)
            .with_context(|| format!("{} is missing: run `npm ci` in e2e/", path.display()))?;
        Ok(Self { browser, server, axe, findings: Vec::new(), seen: BTreeSet::new() })
    }

    /// Opens a page that must answer with this status, and looks at it.
    pub(super) async fn page(&mut self, path: &str, status: u64) -> Result<()> {
        self.browser.visit(&self.server.url(path)).await?;
        let answered = self.browser.status().await?;
        if answered != status {
            self.findings.push(format!("{path}: status {answered} instead of {status}"));
        }
        self.here().await
    }

    /// Looks at the page that is open.
    pub(super) async fn here(&mut self) -> Result<()> {
        let browser = self.browser;
        let lang = browser.text_of("document.documentElement.lang").await?;
        let path = browser.text_of("location.pathname").await?;
        let place = format!("{path} [{lang}]");
        self.seen.insert((path, lang));
        // What is folded away counts as well; menus float above other things and are looked at closed.
        let unfold = "document.querySelectorAll('main details:not(.menu)').forEach((d) => { d.open = true; }), true";
        browser.value(unfold).await?;
        self.axe(&place).await?;
        browser.width(Some(360)).await?;
        let wide = browser.value("document.documentElement.scrollWidth").await?;
        if wide.as_u64() > Some(360) {
            let culprits = browser.text_of(STICKING_OUT).await?;
            self.findings.push(format!("{place}: {wide} wide on a screen of 360: {culprits}"));
        }
        browser.width(None).await?;
        let here = browser.text_of("location.origin + location.pathname").await?;
        for complaint in browser.complaints().await? {
            // A page that says no is itself logged as failed to load; it is visited on purpose.
            if !(complaint.starts_with(&here) && complaint.contains("Failed to load resource")) {
                self.findings.push(format!("{place}: console: {complaint}"));
            }
        }
        let own = self.server.url("");
        let asked = browser.asked().await?;
        ensure!(asked.contains(&own), "{place}: the log of requests must show at least the page itself");
        for elsewhere in asked.into_iter().filter(|asked| *asked != own) {
            self.findings.push(format!("{place}: asked {elsewhere}"));
        }
        Ok(())
    }

    async fn axe(&mut self, place: &str) -> Result<()> {
        let answer = self.browser.execute_async(ASK_AXE, vec![json!(self.axe)]).await.context("axe")?;
        ensure!(answer.json()["looked"].as_u64() > Some(0), "{place}: axe looked at nothing: {}", answer.json());
        for finding in answer.json()["found"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            self.findings.push(format!("{place}: {finding}"));
        }
        Ok(())
    }

    /// The colours of a page in the dark, at a desk and on a phone.
    pub(super) async fn dark(&mut self, path: &str) -> Result<()> {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        self.browser.tools("Emulation.setEmulatedMedia", features).await?;
        self.browser.visit(&self.server.url(path)).await?;
        self.browser.until("matchMedia('(prefers-color-scheme: dark)').matches").await?;
        self.axe(&format!("{path} [dark]")).await?;
        self.browser.width(Some(360)).await?;
        self.axe(&format!("{path} [dark, phone]")).await?;
        self.browser.width(None).await?;
        self.browser.tools("Emulation.setEmulatedMedia", json!({ "features": [] })).await.map(drop)
    }

    /// What was found so far.
    pub(super) fn findings(&self) -> &[String] {
        &self.findings
    }

    /// Nothing was wrong, and each of these routes was looked at in each of these languages.
    pub(super) fn conclude(self, routes: &[&str], languages: &[&str]) -> Result<()> {
        ensure!(self.findings.is_empty(), "{} findings:\n{}", self.findings.len(), gathered(&self.findings));
        for lang in languages {
            for route in routes {
                let seen = self.seen.iter().any(|(path, here)| here == lang && fits(route, path));
                ensure!(seen, "{route} was not looked at in {lang}; seen: {:#?}", self.seen);
            }
        }
        Ok(())
    }
}

/// Steps of addresses that stand for themselves, and never for an id.
const LITERAL: &[&str] = &[
    "new",
    "openapi.json",
    "import",
    "accounts",
    "systems",
    "connections",
    "picture",
    "merge-plan",
    "backups",
    "snapshots",
    "requests",
    "responsibility",
    "guides",
    "handa",
];

/// Whether a path is of a route such as `/facilities/{facility}`.
fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    let literal = |step: &str| LITERAL.contains(&step);
    route.len() == path.len()
        && route.iter().zip(path).all(|(step, at)| *step == at || (step.starts_with('{') && !literal(at)))
}

/// The same finding on many pages once, with the pages.
fn gathered(findings: &[String]) -> String {
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in findings {
        let (page, what) = finding.split_once(": ").unwrap_or(("", finding));
        pages.entry(what).or_default().push(page);
    }
    let lines = pages.into_iter().map(|(what, pages)| format!("{what}\n    on {}", pages.join(", ")));
    lines.collect::<Vec<String>>().join("\n")
}
