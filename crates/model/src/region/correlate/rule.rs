//! Rules of correlation, as the catalogue holds them.

use super::event::SignalKind;
use crate::catalogue::Confidence;
use crate::known::keyed;
use crate::text::Text;
use crate::touch::Kind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

keyed! {
    /// How bad it is.
    Severity {
        /// Worth knowing.
        #[default]
        Low = "low", "参考", "For information";
        /// Look today.
        Middle = "middle", "注意", "Attention";
        /// Somebody acts now.
        High = "high", "重大", "Serious";
        /// Everybody concerned acts now.
        Urgent = "urgent", "緊急", "Urgent";
    }
}

/// What ties touches together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grouping {
    /// The same source, anywhere.
    Source,
    /// The same source at the same facility.
    Visitor,
    /// The same facility.
    Facility,
    /// The same user name with the same secret.
    Credential,
    /// The same secret.
    Secret,
    /// The same client software by the name it gives, over the same protocol.
    Client,
    /// The same steps in the same order, whoever takes them.
    Sequence,
    /// The same device of a ledger.
    Device,
    /// The same token.
    Token,
    /// The same sensor. For signals, not touches.
    Sensor,
}

/// What is counted against the threshold: how many different ones within the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Count {
    /// Facilities.
    Facilities,
    /// Addresses touched, or sensors where the address is not told.
    Places,
    /// One touch is enough; the threshold is 1.
    Touches,
}

/// A fact that the caller must know about the touch for the rule to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The source is a device of a ledger.
    Device,
    /// The secret is one known to have leaked, or to belong to somebody.
    Leak,
}

/// When a finding is worse than the rule's severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raise {
    /// One of these kinds is among the touches; empty: any.
    #[serde(default)]
    pub kinds: BTreeSet<Kind>,
    /// At least so many facilities are touched.
    #[serde(default)]
    pub facilities: usize,
    /// Then at least this.
    pub to: Severity,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable id.
    pub id: String,
    /// What it finds.
    pub title: Text,
    /// What ties touches together.
    pub group: Grouping,
    /// What is counted.
    pub count: Count,
    /// From how many on.
    pub threshold: usize,
    /// Within how many minutes; further touches join as long as no pause is longer.
    pub window_minutes: u32,
    /// Only these kinds of touch; empty: all.
    #[serde(default)]
    pub kinds: BTreeSet<Kind>,
    /// Only these signals (grouping by sensor).
    #[serde(default)]
    pub signals: BTreeSet<SignalKind>,
    /// Only with these facts known.
    #[serde(default)]
    pub needs: BTreeSet<Fact>,
    /// Only the first run ever of a key.
    #[serde(default)]
    pub first_only: bool,
    /// Also when the touch was announced as noise.
    #[serde(default)]
    pub despite_noise: bool,
    /// Whether the finding joins the case of its visitors; otherwise it is a case of its own.
    #[serde(default = "yes")]
    pub joins: bool,
    /// How many steps in a row must agree (grouping by sequence).
    #[serde(default)]
    pub steps_in_a_row: usize,
    /// How bad it is at least.
    pub severity: Severity,
    /// When it is worse.
    #[serde(default)]
    pub raise: Vec<Raise>,
    /// Why, for the centre.
    pub reason: Text,
    /// Why, for a facility that was touched; names no other.
    pub reason_member: Text,
    /// Why, for a facility whose device or password it is and that was not touched itself.
    #[serde(default)]
    pub reason_owner: Option<Text>,
    /// The next three steps of a facility that was touched: ids of [`Step`].
    pub steps: Vec<String>,
    /// The next three steps of the owner of the device or password; empty: the same.
    #[serde(default)]
    pub owner_steps: Vec<String>,
}

fn yes() -> bool {
    true
}

/// Something to do, in words for a facility without an expert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stable id.
    pub id: String,
    /// What to do, or not to do.
    pub text: Text,
    /// Placeholders of the text that must be known; otherwise [`Step::otherwise`] is said.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The step to give when something needed is not known.
    #[serde(default)]
    pub otherwise: Option<String>,
    /// What it rests on; empty when it is our own advice.
    #[serde(default)]
    pub basis: String,
    /// How sure the basis is.
    #[serde(default)]
    pub confidence: Confidence,
}

/// All rules with their steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Rules in the order they are told.
    pub rules: Vec<Rule>,
    /// Steps.
    pub steps: Vec<Step>,
}

/// What a reason for the centre may contain in braces.
const CENTRE: [&str; 17] = [
    "facilities",
    "count",
    "source",
    "users",
    "protocols",
    "places",
    "device",
    "owner",
    "weaknesses",
    "connection",
    "cutter",
    "leak",
    "token",
    "client",
    "sequence",
    "sensor",
    "signal",
];
/// What a reason or step for a member may contain.
const MEMBER: [&str; 18] = [
    "others",
    "source",
    "users",
    "protocols",
    "places",
    "device",
    "owner",
    "place",
    "weaknesses",
    "connection",
    "cutter",
    "cutter_phone",
    "how_to_cut",
    "leak",
    "token",
    "client",
    "sensor",
    "signal",
];

impl Rules {
    /// A rule by id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// A step by id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The place of a rule in the list; unknown ones come last.
    #[must_use]
    pub(super) fn rank(&self, id: &str) -> usize {
        self.rules.iter().position(|rule| rule.id == id).unwrap_or(usize::MAX)
    }

    /// Everything that does not fit together; empty when the rules can be used.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut seen = BTreeSet::new();
        for rule in &self.rules {
            if !seen.insert(&rule.id) {
                out.push(format!("rule {}: it stands twice", rule.id));
            }
            self.rule_faults(rule, &mut |problem| out.push(format!("rule {}: {problem}", rule.id)));
        }
        let mut steps: BTreeMap<&str, &Step> = BTreeMap::new();
        for step in &self.steps {
            if steps.insert(&step.id, step).is_some() {
                out.push(format!("step {}: it stands twice", step.id));
            }
        }
        for step in &self.steps {
            let mut say = |problem: String| out.push(format!("step {}: {problem}", step.id));
            words(&mut say, "text", &step.text, &MEMBER);
            for name in placeholders(&step.text.ja).chain(placeholders(&step.text.en)) {
                if !step.needs.iter().any(|need| need == name) {
                    say(format!("it says {{{name}}} and does not need it"));
                }
            }
            match &step.otherwise {
                None if !step.needs.is_empty() => {
                    say("it needs facts and says nothing for when they are not known".into());
                }
                Some(id) => match steps.get(id.as_str()) {
                    None => say(format!("there is no step {id}")),
                    Some(other) if !other.needs.is_empty() => say(format!("{id}, said instead, needs facts too")),
                    Some(_) => {}
                },
                None => {}
            }
            let used = |id: &String| *id == step.id;
            let named = self.rules.iter().any(|rule| rule.steps.iter().chain(&rule.owner_steps).any(used))
                || self.steps.iter().any(|other| other.otherwise.as_ref().is_some_and(used));
            if !named {
                say("no rule leads to it".into());
            }
        }
        out
    }

    fn rule_faults(&self, rule: &Rule, say: &mut dyn FnMut(String)) {
        words(say, "title", &rule.title, &[]);
        words(say, "reason", &rule.reason, &CENTRE);
        words(say, "reason_member", &rule.reason_member, &MEMBER);
        if let Some(text) = &rule.reason_owner {
            words(say, "reason_owner", text, &MEMBER);
        }
        for (name, steps) in [("steps", &rule.steps), ("owner_steps", &rule.owner_steps)] {
            if steps.len() != 3 && !(name == "owner_steps" && steps.is_empty()) {
                say(format!("{name}: there must be three, not {}", steps.len()));
            }
            for id in steps.iter().filter(|id| self.step(id).is_none()) {
                say(format!("{name}: there is no step {id}"));
            }
        }
        if rule.threshold == 0 || (rule.count == Count::Touches && rule.threshold != 1) {
            say("the threshold is 1 for touches and at least 1 for the rest".into());
        }
        if rule.window_minutes < super::group::GRAIN_MINUTES || rule.window_minutes > 60 * 24 * 14 {
            say("the window must be between 10 minutes and 14 days".into());
        }
        if (rule.group == Grouping::Sensor) == rule.signals.is_empty() {
            say("grouping by sensor needs signals, any other grouping has none".into());
        }
        if (rule.group == Grouping::Sequence) != (rule.steps_in_a_row >= 2) {
            say("grouping by sequence says how many steps in a row agree (at least 2), any other grouping does not"
                .into());
        }
        let needs = match rule.group {
            Grouping::Device => Some(Fact::Device),
            Grouping::Secret => Some(Fact::Leak),
            _ => None,
        };
        if let Some(fact) = needs.filter(|fact| !rule.needs.contains(fact)) {
            say(format!("this grouping needs the fact {fact:?}"));
        }
        if rule.raise.iter().any(|raise| raise.to <= rule.severity) {
            say("raise must lead to more than the rule's severity".into());
        }
    }
}

fn words(say: &mut dyn FnMut(String), name: &str, text: &Text, allowed: &[&str]) {
    if text.is_incomplete() {
        say(format!("{name} lacks a language"));
    }
    for side in [&text.ja, &text.en] {
        for unknown in placeholders(side).filter(|found| !allowed.contains(found)) {
            say(format!("{name}: {{{unknown}}} is not known here"));
        }
    }
}

/// The names in braces.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
