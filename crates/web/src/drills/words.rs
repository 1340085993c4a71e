//! Words that several screens of a drill share.

use crate::shell::words::{Key, Words};
use hakutaku_model::exercise::scenario::{EVERYBODY, InjectKind};
use hakutaku_model::exercise::{CONDUCTOR, Condition, OBSERVER, Scenario, Stage};
use serde_json::json;

/// What an inject is about.
pub(crate) fn kind_key(kind: InjectKind) -> Key {
    match kind {
        InjectKind::Technical => Key("drill-kind-technical"),
        InjectKind::Clinical => Key("drill-kind-clinical"),
        InjectKind::Outside => Key("drill-kind-outside"),
        InjectKind::Information => Key("drill-kind-information"),
    }
}

/// How far a drill has come.
pub(crate) fn stage_words(t: Words, stage: Stage) -> String {
    t.k(match stage {
        Stage::Waiting => Key("drill-stage-waiting"),
        Stage::Running => Key("drill-stage-running"),
        Stage::Held => Key("drill-stage-held"),
        Stage::Ended => Key("drill-stage-ended"),
    })
}

/// Seconds as `2:05`.
pub(crate) fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What people call a role.
pub(crate) fn role_title(t: Words, scenario: &Scenario, role: &str) -> String {
    match role {
        OBSERVER => t.m("drill-observer"),
        CONDUCTOR => t.m("drill-conductor"),
        EVERYBODY => t.m("drill-everybody"),
        role => scenario.role(role).map_or_else(|| role.to_owned(), |role| t.text(&role.title).to_owned()),
    }
}

/// Several roles in one line.
pub(crate) fn role_titles(t: Words, scenario: &Scenario, roles: &[String]) -> String {
    roles.iter().map(|role| role_title(t, scenario, role)).collect::<Vec<_>>().join(" / ")
}

/// A condition as the conductor reads it.
pub(crate) fn condition_words(t: Words, scenario: &Scenario, condition: &Condition) -> String {
    let action = |role: &str, id: &str| {
        scenario.action(role, id).map_or_else(|| id.to_owned(), |(_, action)| t.text(&action.text).to_owned())
    };
    let join = |parts: &[Condition], with: String| {
        parts.iter().map(|part| condition_words(t, scenario, part)).collect::<Vec<_>>().join(&with)
    };
    match condition {
        Condition::Done(wanted) => t.a("drill-when-done", "action", action(&wanted.role, &wanted.action)),
        Condition::NotDone(wanted, by) => {
            t.a2("drill-when-not-done", "action", action(&wanted.role, &wanted.action), "minute", by.to_string())
        }
        Condition::Chosen(wanted) => {
            let decision = scenario.inject(&wanted.inject).and_then(|inject| inject.decide.as_ref());
            let option = decision.and_then(|decision| decision.options.iter().find(|found| found.id == wanted.option));
            let text = option.map_or_else(|| wanted.option.clone(), |option| t.text(&option.text).to_owned());
            t.a("drill-when-chosen", "option", text)
        }
        Condition::All(parts) => join(parts, t.m("drill-when-and")),
        Condition::Any(parts) => join(parts, t.m("drill-when-or")),
    }
}

/// What the scripts say.
pub(crate) fn for_scripts(t: Words) -> String {
    json!({
        "in": t.a("drill-js-in", "time", "{time}"),
        "now": t.m("drill-js-now"),
        "left": t.a("drill-js-left", "time", "{time}"),
        "late": t.a("drill-js-late", "time", "{time}"),
        "online": t.m("drill-js-online"),
        "offline": t.m("drill-js-offline"),
        "offlineKept": t.a("drill-js-offline-kept", "count", "{count}"),
        "sending": t.m("drill-js-sending"),
        "saved": t.m("drill-js-saved"),
        "refused": t.m("drill-js-refused"),
    })
    .to_string()
}
