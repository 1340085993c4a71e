//! Writing down why a finding may stay, or why it is none.

use super::{at, review};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::Response;
use hakutaku_model::accounts::{AccountDecision, AccountList, FindingKind, Ruling};
use hakutaku_model::day;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

pub(super) async fn decide(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let finding = FindingKind::from_key(form.value("finding")).ok_or(Problem::NotFound)?;
    let (source, account) = (form.value("source").to_owned(), form.value("account").to_owned());
    let lists = app.store.records::<AccountList>(facility).await?;
    let known =
        lists.iter().any(|list| list.body.source == source && list.body.accounts.iter().any(|one| one.name == account));
    if !known {
        return Err(Problem::NotFound);
    }
    let Some(ruling) = Ruling::from_key(form.value("ruling")) else {
        return review::page(&app, &visit, form, Some(t.m("accounts-review-ruling-missing"))).await;
    };
    let reason = form.line("reason", LONGEST_REASON);
    if let Some(wrong) = form.wrong(&t, "reason") {
        let said = if reason.is_empty() { t.m("accounts-review-reason-missing") } else { wrong };
        return review::page(&app, &visit, form, Some(said)).await;
    }
    let typed = form.value("until").trim().to_owned();
    let until = day::parse(&typed);
    if until.is_none() && !typed.is_empty() {
        return review::page(&app, &visit, form, Some(t.m("accounts-review-date-wrong"))).await;
    }
    let decision = AccountDecision { source, account, finding, ruling, reason, until };
    app.store.put_record(&visit.act(app.now()), facility, &decision).await?;
    Ok(visit.done(&app, &format!("{}#{}", at(facility, ""), finding.key()), Key("notice-saved")))
}
