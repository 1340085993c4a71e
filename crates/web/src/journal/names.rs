//! People and things of the log by name: `person:<id>` is of no help to a reader.

use crate::AppState;
use crate::shell::words::Words;
use hakutaku_model::id::QuestionId;
use hakutaku_model::journal::Chain;
use hakutaku_model::person::Role;
use std::collections::{BTreeMap, HashMap};

/// Looks each name up once per page.
pub(super) struct Names<'a> {
    app: &'a AppState,
    t: Words,
    chain: Chain,
    known: HashMap<String, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(app: &'a AppState, t: Words, chain: Chain) -> Self {
        Self { app, t, chain, known: HashMap::new() }
    }

    /// The name of an actor or object of the log. What has none, or is gone, stays as it is written.
    pub(super) async fn of(&mut self, written: &str) -> String {
        if let Some(name) = self.known.get(written) {
            return name.clone();
        }
        let name = self.look_up(written).await.unwrap_or_else(|| written.to_owned());
        self.known.insert(written.to_owned(), name.clone());
        name
    }

    /// The small facts of an entry; those that say something to a reader in their words.
    pub(super) fn facts(&self, detail: &BTreeMap<String, String>) -> String {
        let facts: Vec<String> = detail
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "version" | "second_factor_done"))
            .map(|(name, value)| {
                match name.as_str() {
                    "role" => Role::from_key(value).map(|role| role.title().get(self.t.lang).to_owned()),
                    "questionnaire" => {
                        self.app.catalogue.questionnaire(value).map(|q| self.t.text(&q.title).to_owned())
                    }
                    "question" => self.question(value),
                    "name" | "username" => Some(value.clone()),
                    _ => None,
                }
                .unwrap_or_else(|| format!("{name}: {value}"))
            })
            .collect();
        facts.join(", ")
    }

    fn question(&self, id: &str) -> Option<String> {
        let (_, _, question) = self.app.catalogue.question(&QuestionId::from(id))?;
        Some(format!("{} {}", question.id, self.t.text(&question.text)))
    }

    async fn look_up(&self, written: &str) -> Option<String> {
        if written == "system" {
            return Some(self.t.m("log-by-system"));
        }
        let (kind, rest) = written.split_once(':')?;
        let (id, part) = rest.split_once('/').map_or((rest, None), |(id, part)| (id, Some(part)));
        match kind {
            "person" => Some(self.app.store.person(id.parse().ok()?).await.ok()?.display_name),
            "facility" => Some(self.app.store.facility(id.parse().ok()?).await.ok()?.profile.name),
            "invitation" => Some(self.t.m("log-by-invitation")),
            "vendor" => Some(self.t.m("vendor-log-by")),
            "token" => Some(self.t.m("log-by-token")),
            "seat" => Some(self.t.m("log-by-seat")),
            // The rest of such a key is the hash of a link.
            "setting" => id.split_once('.').map(|(first, rest)| {
                if first == "one_time_link" { first.to_owned() } else { format!("{first}.{rest}") }
            }),
            "assessment" => match part {
                Some(question) => self.question(question),
                None => self.assessment(id).await,
            },
            _ => None,
        }
    }

    async fn assessment(&self, id: &str) -> Option<String> {
        let Chain::Facility(facility) = self.chain else { return None };
        let row = self.app.store.assessment(facility, id.parse().ok()?).await.ok()?;
        let questionnaire = self.app.catalogue.questionnaire(row.questionnaire.as_str())?;
        Some(format!("{} {}", self.t.text(&questionnaire.title), row.year.label(self.t.lang)))
    }
}
