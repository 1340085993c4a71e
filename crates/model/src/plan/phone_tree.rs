//! The phone tree: for everybody who has to call, the list of whom.

use super::Ground;
use crate::contacts::Part;
use serde::Serialize;

/// Whom one person calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// The caller's part; `None`: whoever notices.
    pub part: Option<Part>,
    /// Who calls; empty for whoever notices.
    pub who: String,
    /// In the order of calling.
    pub calls: Vec<Call>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// Part of who is called.
    pub part: Part,
    /// Who.
    pub who: String,
    /// By day.
    pub phone_day: String,
    /// At night and on holidays.
    pub phone_night: String,
    /// Who is called instead when nobody answers.
    pub substitute: String,
    /// And their telephone.
    pub substitute_phone: String,
}

/// One list per caller, in the order in which they are reached; callers with nobody to call are left out.
#[must_use]
pub fn phone_tree(ground: &Ground) -> Vec<Branch> {
    let calls_of = |caller: Option<&str>| -> Vec<Call> {
        let called = ground.people.iter().filter(|person| person.caller.as_deref() == caller);
        called
            .map(|person| Call {
                part: person.part,
                who: person.who.clone(),
                phone_day: person.phone_day.clone(),
                phone_night: person.phone_night.clone(),
                substitute: person.substitute.clone(),
                substitute_phone: person.substitute_phone.clone(),
            })
            .collect()
    };
    let first = Branch { part: None, who: String::new(), calls: calls_of(None) };
    let others = ground.people.iter().map(|person| Branch {
        part: Some(person.part),
        who: person.who.clone(),
        calls: calls_of(Some(&person.id)),
    });
    std::iter::once(first).chain(others).filter(|branch| !branch.calls.is_empty()).collect()
}
