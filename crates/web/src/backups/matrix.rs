//! Systems × checks, each system's copies and tests, and the condition of 2024.

use crate::AppState;
use crate::house::House;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::backup::{
    BackupCopy, BackupGuide, Check, Condition, Readiness, RestoreTest, Rows, SnapshotList, SystemVerdict, Verdict,
    condition, judge,
};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::text::Lang;
use hakutaku_model::time::{Ts, date_words};

/// All rows about backups.
pub(crate) struct Held {
    pub(crate) house: House,
    pub(crate) copies: Vec<Kept<BackupCopy>>,
    pub(crate) tests: Vec<Kept<RestoreTest>>,
    pub(crate) snapshots: Vec<Kept<SnapshotList>>,
}

impl Held {
    pub(crate) async fn of(app: &AppState, facility: FacilityId) -> Result<Self, Problem> {
        Ok(Self {
            house: House::of(app, facility).await?,
            copies: app.store.records(facility).await?,
            tests: app.store.records(facility).await?,
            snapshots: app.store.records(facility).await?,
        })
    }

    fn rows(&self) -> Rows<'_> {
        Rows { systems: &self.house.systems, copies: &self.copies, tests: &self.tests, snapshots: &self.snapshots }
    }
}

/// The verdicts of a day.
pub(crate) fn judged(held: &Held, now: Ts) -> (Vec<SystemVerdict>, Condition) {
    let verdicts = judge(held.rows(), now.date_in_japan());
    let condition = condition(held.rows(), &verdicts);
    (verdicts, condition)
}

struct Cell {
    class: &'static str,
    sign: &'static str,
    word: String,
    found: String,
}

struct CopyLine {
    id: String,
    name: String,
    what: String,
    separation: String,
    accepted: Option<String>,
    newest: Option<String>,
    details: String,
}

struct TestLine {
    id: String,
    date: String,
    success: bool,
    time: String,
    target: String,
    checked: String,
    who: String,
}

struct SystemLine {
    id: String,
    name: String,
    essential: bool,
    readiness: Option<(&'static str, &'static str, String)>,
    cells: Vec<Cell>,
    gaps: Vec<(String, String, String)>,
    copies: Vec<CopyLine>,
    tests: Vec<TestLine>,
}

#[derive(Template)]
#[template(path = "backups/matrix.html")]
struct MatrixPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    systems_page: String,
    may_edit: bool,
    checks: Vec<String>,
    lines: Vec<SystemLine>,
    /// Systems that need no copy and have none.
    others: Vec<(String, String)>,
    readiness: (&'static str, &'static str, String),
    /// Kinds nobody registered, in words; empty if there is none.
    unlisted: String,
    statements: Vec<(String, Option<String>)>,
}

fn readiness(t: Words, readiness: Readiness) -> (&'static str, &'static str, String) {
    match readiness {
        Readiness::EvidenceReady => ("good", "✓", t.m("backup-ready")),
        Readiness::NotReady => ("bad", "✕", t.m("backup-not-ready")),
        Readiness::NotInOurData => ("now", "?", t.m("backup-not-in-data")),
    }
}

/// Words one after the other, as the language separates them.
fn listed(t: Words, words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(if t.lang == Lang::Ja { "、" } else { ", " })
}

fn cells(t: Words, verdict: &SystemVerdict) -> Vec<Cell> {
    let cell = |class, sign, word: String, found: &hakutaku_model::text::Text| Cell {
        class,
        sign,
        word,
        found: t.text(found).to_owned(),
    };
    verdict
        .findings
        .iter()
        .map(|finding| match finding.verdict {
            Verdict::Met => cell("met", "✓", t.m("backup-met"), &finding.found),
            Verdict::NotMet => cell("not_met", "✕", t.m("backup-not-met"), &finding.found),
            Verdict::Unknown => cell("unknown", "?", t.m("backup-unknown"), &finding.found),
        })
        .collect()
}

fn copy_line(t: Words, held: &Held, guide: &BackupGuide, row: &Kept<BackupCopy>, today: jiff::civil::Date) -> CopyLine {
    let copy = &row.body;
    let said = |text: hakutaku_model::text::Text| t.text(&text).to_owned();
    let mut details = Vec::new();
    if let Some(generations) = copy.generations {
        details.push(t.a("backup-generations-count", "count", generations));
    }
    if let Some(hours) = copy.interval_hours {
        details.push(t.a("backup-every", "hours", hours));
    }
    if !copy.deletable_by.is_empty() {
        details.push(t.a("backup-deletable-line", "who", copy.deletable_by.as_str()));
    }
    let newest = copy.snapshots.as_ref().and_then(|wanted| wanted.newest(&held.snapshots)).map(|snapshot| {
        let day = snapshot.time.date_in_japan();
        let days = day.until(today).map_or(0, |span| span.get_days()).max(0);
        t.a2("backup-newest-snapshot", "day", date_words(day, t.lang), "days", days)
    });
    CopyLine {
        id: row.id.to_string(),
        name: copy.name.clone(),
        what: [said(copy.medium.title()), said(copy.place.title()), said(copy.method.title())].join(" / "),
        separation: said(copy.separation.title()),
        accepted: guide.rule(copy.separation).and_then(|rule| rule.accepted_by.clone()).map(said),
        newest,
        details: details.join(" / "),
    }
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let held = Held::of(&app, facility).await?;
    let (verdicts, condition) = judged(&held, app.now());
    let guide = &app.catalogue.backup;
    let (counted, rest): (Vec<_>, Vec<_>) = verdicts.iter().partition(|verdict| verdict.counts());
    let today = app.now().date_in_japan();
    let lines = counted
        .into_iter()
        .map(|verdict| SystemLine {
            id: verdict.system.to_string(),
            name: verdict.name.clone(),
            essential: verdict.essential,
            readiness: verdict.readiness.map(|ready| readiness(t, ready)),
            cells: cells(t, verdict),
            gaps: verdict
                .gaps()
                .map(|gap| {
                    let next = gap.next.as_ref().map(|next| t.text(next).to_owned()).unwrap_or_default();
                    (t.text(&gap.check.title()).to_owned(), t.text(&gap.found).to_owned(), next)
                })
                .collect(),
            copies: held
                .copies
                .iter()
                .filter(|row| row.body.system == verdict.system)
                .map(|row| copy_line(t, &held, guide, row, today))
                .collect(),
            tests: tests(t, &held, verdict),
        })
        .collect();
    let page = MatrixPage {
        t,
        page: visit.page(t.m("backup-title")),
        tabs: nav::tabs(&visit, nav::LEDGER),
        base: format!("/facilities/{facility}/ledger/backups"),
        systems_page: format!("/facilities/{facility}/ledger/systems"),
        may_edit: visit.may(Action::EditLedger),
        checks: Check::ALL.iter().map(|check| t.text(&check.title()).to_owned()).collect(),
        lines,
        others: rest.into_iter().map(|verdict| (verdict.system.to_string(), verdict.name.clone())).collect(),
        readiness: readiness(t, condition.readiness),
        unlisted: listed(t, condition.unlisted.iter().map(|kind| t.text(&kind.title()).to_owned())),
        statements: guide
            .statements
            .iter()
            .map(|said| (t.text(&said.text).to_owned(), said.source.as_ref().map(|source| source.title.clone())))
            .collect(),
    };
    Ok(html(&page)?.into_response())
}

fn tests(t: Words, held: &Held, verdict: &SystemVerdict) -> Vec<TestLine> {
    let mut tests: Vec<&Kept<RestoreTest>> =
        held.tests.iter().filter(|row| row.body.system == verdict.system).collect();
    tests.sort_by_key(|row| std::cmp::Reverse((row.body.date, row.id)));
    let rto = held.house.system(verdict.system).and_then(|system| system.rto_hours);
    let time = |test: &RestoreTest| match (test.minutes, rto) {
        (None, _) => t.m("backup-not-measured"),
        (Some(minutes), None) => t.a("backup-minutes", "minutes", minutes),
        (Some(minutes), Some(rto)) if u64::from(minutes) <= u64::from(rto) * 60 => {
            t.a2("backup-within-rto", "minutes", minutes, "rto", rto)
        }
        (Some(minutes), Some(rto)) => t.a2("backup-over-rto", "minutes", minutes, "rto", rto),
    };
    tests
        .into_iter()
        .take(10)
        .map(|row| TestLine {
            id: row.id.to_string(),
            date: date_words(row.body.date, t.lang),
            success: row.body.success,
            time: time(&row.body),
            target: row.body.target.clone(),
            checked: row.body.checked.clone(),
            who: row.body.who.clone(),
        })
        .collect()
}
