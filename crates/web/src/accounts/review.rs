//! The findings.

use super::at;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::accounts::{
    AccountDecision, AccountList, Certainty, Finding, FindingKind, LeaversList, Ruling, review,
};
use hakutaku_model::record::Kept;
use hakutaku_model::time::date_words;

/// So many findings of a kind are shown.
const SHOWN: usize = 200;

/// A finding in words.
struct Line {
    /// For the ids of the form.
    number: usize,
    source: String,
    account: String,
    display_name: String,
    certainty: String,
    badge: &'static str,
    why: String,
    decision: Option<String>,
    expired: Option<String>,
    kind: &'static str,
    /// Whether the form of this line is the one that was sent and is wrong.
    open: bool,
}

/// All findings of a kind.
struct Group {
    key: &'static str,
    title: String,
    count: usize,
    open: usize,
    more: bool,
    lines: Vec<Line>,
}

/// An imported list.
struct ListLine {
    id: String,
    version: i64,
    source: String,
    as_of: String,
    count: usize,
    knows_sign_ins: bool,
}

#[derive(Template)]
#[template(path = "accounts/review.html")]
struct ReviewPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    may_edit: bool,
    lists: Vec<ListLine>,
    leavers: Option<(usize, String)>,
    enabled: usize,
    total: usize,
    groups: Vec<Group>,
    rulings: Vec<(&'static str, String)>,
    form: Form,
    fault: Option<String>,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), None).await
}

/// The page, with what was typed into a form that is wrong.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let (t, facility, today) = (visit.t(), visit.place()?.id, app.now().date_in_japan());
    let kept: Vec<Kept<AccountList>> = app.store.records(facility).await?;
    let leavers: Option<LeaversList> =
        app.store.records(facility).await?.into_iter().next().map(|kept: Kept<LeaversList>| kept.body);
    let decisions: Vec<AccountDecision> =
        app.store.records(facility).await?.into_iter().map(|kept: Kept<AccountDecision>| kept.body).collect();
    let day = |day: Option<_>| day.map_or_else(String::new, |day| date_words(day, t.lang));
    let list_lines = kept
        .iter()
        .map(|kept| ListLine {
            id: kept.id.to_string(),
            version: kept.version,
            source: kept.body.source.clone(),
            as_of: day(kept.body.as_of()),
            count: kept.body.accounts.len(),
            knows_sign_ins: kept.body.knows_sign_ins,
        })
        .collect();
    let lists: Vec<AccountList> = kept.into_iter().map(|kept| kept.body).collect();
    let found = review(&lists, leavers.as_ref(), &decisions, today);
    let mut number = 0;
    let groups = FindingKind::ALL.into_iter().map(|kind| {
        let findings: Vec<&Finding> = found.findings.iter().filter(|finding| finding.kind == kind).collect();
        Group {
            key: kind.key(),
            title: t.text(&kind.title()).to_owned(),
            count: findings.len(),
            open: findings.iter().filter(|finding| finding.is_open()).count(),
            more: findings.len() > SHOWN,
            lines: findings
                .into_iter()
                .take(SHOWN)
                .map(|finding| {
                    number += 1;
                    line(finding, number, &form, t)
                })
                .collect(),
        }
    });
    let groups = groups.collect();
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ReviewPage {
        t,
        page: visit.page(t.m("accounts-review-title")),
        tabs: nav::tabs(visit, nav::LEDGER),
        base: at(facility, ""),
        may_edit: visit.may(Action::EditAccounts),
        lists: list_lines,
        leavers: leavers.map(|list| (list.leavers.len(), day(list.imported))),
        enabled: found.enabled,
        total: found.total,
        groups,
        rulings: Ruling::ALL.into_iter().map(|one| (one.key(), t.text(&one.title()).to_owned())).collect(),
        form,
        fault,
    };
    Ok((status, html(&page)?).into_response())
}

fn line(finding: &Finding, number: usize, form: &Form, t: Words) -> Line {
    let said = |decision: &AccountDecision| {
        let ruling = t.text(&decision.ruling.title()).to_owned();
        let said = t.a2("accounts-review-decided", "ruling", ruling, "reason", &decision.reason);
        match decision.until {
            Some(until) => format!("{said} ({})", t.a("accounts-review-until", "day", date_words(until, t.lang))),
            None => said,
        }
    };
    Line {
        number,
        source: finding.source.clone(),
        account: finding.account.name.clone(),
        display_name: finding.account.display_name.clone(),
        certainty: t.text(&finding.certainty.title()).to_owned(),
        badge: match (finding.kind, finding.certainty) {
            (FindingKind::LeftButEnabled, Certainty::Sure | Certainty::Likely) => "bad",
            (_, Certainty::Sure) => "now",
            _ => "",
        },
        why: t.text(&finding.why).to_owned(),
        decision: finding.decision.as_ref().map(said),
        expired: finding.expired.as_ref().map(|old| t.a("accounts-review-expired", "reason", &old.reason)),
        kind: finding.kind.key(),
        open: form.value("account") == finding.account.name
            && form.value("source") == finding.source
            && form.value("finding") == finding.kind.key(),
    }
}
