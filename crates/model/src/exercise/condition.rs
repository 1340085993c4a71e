//! Conditions on which injects come or are dropped.

use super::clock::Minute;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What must be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Condition {
    /// Somebody reported an expected action done.
    Done(ActionRef),
    /// The minute has come and nobody reported it done.
    NotDone(ActionRef, Minute),
    /// An option was chosen.
    Chosen(ChoiceRef),
    /// All of them.
    All(Vec<Self>),
    /// At least one of them.
    Any(Vec<Self>),
}

impl Condition {
    /// Every condition in it that names something, in the order of the file.
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::leaves).collect(),
            leaf => vec![leaf],
        }
    }

    /// Whether it holds, given what was done, what was chosen, and the minute.
    pub fn holds(
        &self,
        minute: Minute,
        done: &dyn Fn(&ActionRef) -> bool,
        chosen: &dyn Fn(&ChoiceRef) -> bool,
    ) -> bool {
        match self {
            Self::Done(action) => done(action),
            Self::NotDone(action, by) => minute >= *by && !done(action),
            Self::Chosen(choice) => chosen(choice),
            Self::All(parts) => parts.iter().all(|part| part.holds(minute, done, chosen)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(minute, done, chosen)),
        }
    }

    /// The minutes at which it can turn by the clock alone.
    #[must_use]
    pub fn minutes(&self) -> Vec<Minute> {
        self.leaves()
            .into_iter()
            .filter_map(|leaf| if let Self::NotDone(_, by) = leaf { Some(*by) } else { None })
            .collect()
    }
}

/// An expected action of a role: `it-lead/call-vendor`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ActionRef {
    /// Whose.
    pub role: String,
    /// Which.
    pub action: String,
}

/// An option of a decision: `stop-emr/stop`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChoiceRef {
    /// The inject with the decision.
    pub inject: String,
    /// The option.
    pub option: String,
}

/// Why a condition cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// No two parts.
    #[error("{0:?} must be written as two ids with a slash between them, such as it-lead/call-vendor")]
    NoSlash(String),
    /// None or several of the members.
    #[error("a condition has exactly one of done, not_done (with by), chosen, all, any")]
    NotOne,
    /// `by` alone or missing.
    #[error("by belongs to not_done and must stand there")]
    By,
    /// Nothing in `all` or `any`.
    #[error("all and any need at least one condition")]
    Nothing,
}

fn two_parts(text: &str) -> Result<(String, String), ConditionError> {
    match text.split_once('/') {
        Some((first, second)) if !first.is_empty() && !second.is_empty() && !second.contains('/') => {
            Ok((first.to_owned(), second.to_owned()))
        }
        _ => Err(ConditionError::NoSlash(text.chars().take(80).collect())),
    }
}

macro_rules! pair {
    ($name:ident, $first:ident, $second:ident) => {
        impl TryFrom<String> for $name {
            type Error = ConditionError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                two_parts(&text).map(|($first, $second)| Self { $first, $second })
            }
        }

        impl From<$name> for String {
            fn from(pair: $name) -> Self {
                pair.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", self.$first, self.$second)
            }
        }
    };
}

pair!(ActionRef, role, action);
pair!(ChoiceRef, inject, option);

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    done: Option<ActionRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_done: Option<ActionRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<Minute>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chosen: Option<ChoiceRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Condition>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Condition>>,
}

impl TryFrom<Written> for Condition {
    type Error = ConditionError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let given = [
            written.done.is_some(),
            written.not_done.is_some(),
            written.chosen.is_some(),
            written.all.is_some(),
            written.any.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            return Err(ConditionError::NotOne);
        }
        if written.by.is_some() != written.not_done.is_some() {
            return Err(ConditionError::By);
        }
        let parts = |parts: Vec<Self>| if parts.is_empty() { Err(ConditionError::Nothing) } else { Ok(parts) };
        if let Some(action) = written.done {
            return Ok(Self::Done(action));
        }
        if let (Some(action), Some(by)) = (written.not_done, written.by) {
            return Ok(Self::NotDone(action, by));
        }
        if let Some(choice) = written.chosen {
            return Ok(Self::Chosen(choice));
        }
        if let Some(all) = written.all {
            return parts(all).map(Self::All);
        }
        parts(written.any.unwrap_or_default()).map(Self::Any)
    }
}

impl From<Condition> for Written {
    fn from(condition: Condition) -> Self {
        let none = Self::default();
        match condition {
            Condition::Done(action) => Self { done: Some(action), ..none },
            Condition::NotDone(action, by) => Self { not_done: Some(action), by: Some(by), ..none },
            Condition::Chosen(choice) => Self { chosen: Some(choice), ..none },
            Condition::All(parts) => Self { all: Some(parts), ..none },
            Condition::Any(parts) => Self { any: Some(parts), ..none },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: serde_json::Value) -> Result<Condition, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_condition_is_read_and_written_as_the_file_says_it() {
        let written = json!({"any": [{"not_done": "it/cut", "by": 12}, {"all": [{"done": "it/call"}, {"chosen": "stop/go-on"}]}]});
        let condition = read(written.clone()).expect("reads");
        assert_eq!(serde_json::to_value(&condition).expect("writes"), written);
        assert_eq!(condition.leaves().len(), 3);
        assert_eq!(condition.minutes(), [Minute::whole(12)]);
    }

    #[test]
    fn what_is_half_said_is_refused_with_one_sentence() {
        assert!(read(json!({})).is_err_and(|said| said.contains("exactly one")));
        assert!(read(json!({"done": "a/b", "chosen": "a/b"})).is_err_and(|said| said.contains("exactly one")));
        assert!(read(json!({"not_done": "a/b"})).is_err_and(|said| said.contains("by belongs")));
        assert!(read(json!({"done": "a/b", "by": 3})).is_err_and(|said| said.contains("by belongs")));
        assert!(read(json!({"done": "call"})).is_err_and(|said| said.contains("two ids")));
        assert!(read(json!({"any": []})).is_err_and(|said| said.contains("at least one")));
    }

    #[test]
    fn not_done_holds_from_its_minute_on_and_only_while_it_is_not_done() {
        let condition = read(json!({"not_done": "it/cut", "by": 12})).expect("reads");
        let nothing = |_: &ChoiceRef| false;
        assert!(!condition.holds(Minute::whole(11), &|_| false, &nothing));
        assert!(condition.holds(Minute::whole(12), &|_| false, &nothing));
        assert!(!condition.holds(Minute::whole(30), &|_| true, &nothing));
    }
}
