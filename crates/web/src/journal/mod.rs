//! The log as people read it: who did what, when. Verifying the chain is `hakutaku audit verify`.

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::journal::{Chain, Entry};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/log", Action::ReadInstallationLog, Scope::Installation, installation)
        .get("/facilities/{facility}/log", Action::ReadLog, Scope::Facility, facility)
}

/// Entries on one page.
const LINES: u32 = 100;

#[derive(Debug, Deserialize)]
struct Before {
    /// Show entries older than this one.
    before: Option<u64>,
}

struct Line {
    seq: u64,
    at: String,
    who: String,
    what: String,
    object: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "journal/journal.html")]
struct JournalPage {
    t: Words,
    page: Page,
    lines: Vec<Line>,
    older: Option<u64>,
    is_newest: bool,
}

async fn installation(
    State(app): State<AppState>,
    visit: Visit,
    Query(Before { before }): Query<Before>,
) -> Result<Html<String>, Problem> {
    show(&app, &visit, Chain::Installation, before).await
}

async fn facility(
    State(app): State<AppState>,
    visit: Visit,
    Query(Before { before }): Query<Before>,
) -> Result<Html<String>, Problem> {
    show(&app, &visit, Chain::Facility(visit.place()?.id), before).await
}

async fn show(app: &AppState, visit: &Visit, chain: Chain, before: Option<u64>) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let entries = match before {
        None => app.store.recent_journal(chain, LINES).await?,
        Some(before) => {
            let first = before.saturating_sub(u64::from(LINES)).max(1);
            let mut entries = app.store.journal(chain, first, LINES).await?;
            entries.retain(|entry| entry.seq < before);
            entries.reverse();
            entries
        }
    };
    let older = entries.last().map(|entry| entry.seq).filter(|seq| *seq > 1);
    let mut names = HashMap::new();
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let who = name_of(app, t, &entry.event.actor, &mut names).await;
        let object = name_of(app, t, &entry.event.object, &mut names).await;
        lines.push(line(t, entry, who, object));
    }
    html(&JournalPage { t, page: visit.page(t.m("log-title")), lines, older, is_newest: before.is_none() })
}

fn line(t: Words, entry: Entry, who: String, object: String) -> Line {
    Line {
        seq: entry.seq,
        at: entry.at.minute_in_japan(t.lang),
        who,
        what: words_for(&entry.event.action).map_or(entry.event.action, |key| t.k(key)),
        object,
        detail: small_facts(&entry.event.detail),
    }
}

fn small_facts(detail: &BTreeMap<String, String>) -> String {
    detail.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ")
}

/// `person:<id>` by name, everything else as it stands.
async fn name_of(app: &AppState, t: Words, who: &str, known: &mut HashMap<String, String>) -> String {
    if let Some(name) = known.get(who) {
        return name.clone();
    }
    let name = match who.split_once(':') {
        Some(("person", id)) => match id.parse() {
            Ok(id) => app.store.person(id).await.map_or_else(|_| who.to_owned(), |person| person.display_name),
            Err(_) => who.to_owned(),
        },
        Some(("invitation", _)) => t.m("log-by-invitation"),
        Some(("token", _)) => t.m("log-by-token"),
        _ if who == "system" => t.m("log-by-system"),
        _ => who.to_owned(),
    };
    known.insert(who.to_owned(), name.clone());
    name
}

/// What happened, in words; an action without words here is shown as it is called in the log.
fn words_for(action: &str) -> Option<Key> {
    Some(match action {
        "answer.save" => Key("log-answer-save"),
        "answer.clear" => Key("log-answer-clear"),
        "answer.import" => Key("log-answer-import"),
        "assessment.create" => Key("log-assessment-create"),
        "assessment.close" => Key("log-assessment-close"),
        "assessment.reopen" => Key("log-assessment-reopen"),
        "assessment.carry_over" => Key("log-assessment-carry-over"),
        "comment.add" => Key("log-comment-add"),
        "document.add" => Key("log-document-add"),
        "document.read" => Key("log-document-read"),
        "document.remove" => Key("log-document-remove"),
        "facility.create" => Key("log-facility-create"),
        "facility.change" => Key("log-facility-change"),
        "handover.create" => Key("log-handover-create"),
        "handover.change" => Key("log-handover-change"),
        "invitation.create" => Key("log-invitation-create"),
        "invitation.open" => Key("log-invitation-open"),
        "invitation.revoke" => Key("log-invitation-revoke"),
        "passkey.add" => Key("log-passkey-add"),
        "passkey.remove" => Key("log-passkey-remove"),
        "passkey.use" => Key("log-passkey-use"),
        "person.create" => Key("log-person-create"),
        "person.disable" => Key("log-person-disable"),
        "person.enable" => Key("log-person-enable"),
        "person.language" => Key("log-person-language"),
        "person.name" => Key("log-person-name"),
        "person.password" => Key("log-person-password"),
        "person.totp" => Key("log-person-totp"),
        "result.export" => Key("log-result-export"),
        "role.grant" => Key("log-role-grant"),
        "role.revoke" => Key("log-role-revoke"),
        "session.start" => Key("log-session-start"),
        "session.renew" => Key("log-session-renew"),
        "session.end" => Key("log-session-end"),
        "session.end_all" => Key("log-session-end-all"),
        "session.refuse" => Key("log-session-refuse"),
        "setting.change" => Key("log-setting-change"),
        "setting.remove" => Key("log-setting-remove"),
        "token.create" => Key("log-token-create"),
        "token.revoke" => Key("log-token-revoke"),
        _ => return None,
    })
}
