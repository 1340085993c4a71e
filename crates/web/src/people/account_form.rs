//! The fields of a new account.

use crate::shell::form::Form;
use crate::shell::words::{Key, Words};
use hakutaku_model::person::Role;

/// A role to choose.
pub(crate) struct RoleOption {
    pub(crate) key: &'static str,
    pub(crate) title: String,
    pub(crate) explained: String,
    pub(crate) chosen: bool,
}

/// The user name of a form: 2 to 40 letters, digits or `. - _ @`; Japanese letters are fine.
pub(crate) fn username(form: &mut Form) -> String {
    let name = form.line("username", 40);
    let fine = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'));
    if !name.is_empty() && (!fine || name.chars().count() < 2) {
        form.fault("username", Key("username-characters"));
    }
    name
}

/// The roles a visitor may give: only administrators make administrators.
pub(crate) fn roles(t: Words, form: &Form, by_administrator: bool) -> Vec<RoleOption> {
    Role::ALL
        .into_iter()
        .filter(|role| by_administrator || *role != Role::Administrator)
        .map(|role| RoleOption {
            key: role.key(),
            title: role.title().get(t.lang).to_owned(),
            explained: t.k(explained(role)),
            chosen: form.has("role", role.key()),
        })
        .collect()
}

fn explained(role: Role) -> Key {
    match role {
        Role::Administrator => Key("role-administrator"),
        Role::SafetyManager => Key("role-safety-manager"),
        Role::ItOperator => Key("role-it-operator"),
        Role::Executive => Key("role-executive"),
        Role::Respondent => Key("role-respondent"),
        Role::Auditor => Key("role-auditor"),
        Role::RegionalSupporter => Key("role-regional-supporter"),
    }
}
