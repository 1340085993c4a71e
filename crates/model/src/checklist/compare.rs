//! What became of last year's topics. Years are joined by topic; the printed numbers move from year to year.

use super::FormKind;
use crate::catalogue::{Checklist, ChecklistItem};
use serde::Serialize;
use std::collections::BTreeSet;

/// How a topic got from last year's form to this year's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TopicTurn {
    /// Asked now, not last year.
    New,
    /// Asked last year, not any more.
    Gone,
    /// Asked for the same device groups.
    Same,
    /// Asked in fewer places: several groups were put together.
    Merged,
    /// Asked in more places.
    Split,
    /// Asked as often, but for other groups.
    Moved,
}

/// One place where a topic is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Asked {
    /// Item id.
    pub item: String,
    /// Printed number.
    pub number: Option<String>,
    /// Device group.
    pub group: String,
}

/// A topic in both years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopicStep {
    /// Topic id.
    pub topic: String,
    /// What became of it.
    pub turn: TopicTurn,
    /// Where it was asked last year.
    pub before: Vec<Asked>,
    /// Where it is asked now.
    pub now: Vec<Asked>,
}

/// Where a form asks a topic, in the order of the form.
#[must_use]
pub fn places(edition: &Checklist, form: FormKind, topic: &str) -> Vec<Asked> {
    let items = edition.items.iter().filter(|item| item.form == form && item.topic == topic);
    items.flat_map(lines).collect()
}

fn lines(item: &ChecklistItem) -> impl Iterator<Item = Asked> + '_ {
    item.groups.iter().map(|group| Asked { item: item.id.clone(), number: item.number.clone(), group: group.clone() })
}

/// Both years side by side: first the topics of this year in the order of the form, then those that are gone.
#[must_use]
pub fn compare(this: &Checklist, last: &Checklist, form: FormKind) -> Vec<TopicStep> {
    let mut topics: Vec<&str> = Vec::new();
    for item in this.items.iter().chain(&last.items).filter(|item| item.form == form) {
        if !topics.contains(&item.topic.as_str()) {
            topics.push(&item.topic);
        }
    }
    topics
        .into_iter()
        .map(|topic| {
            let (before, now) = (places(last, form, topic), places(this, form, topic));
            TopicStep { topic: topic.to_owned(), turn: turn(&before, &now), before, now }
        })
        .collect()
}

fn turn(before: &[Asked], now: &[Asked]) -> TopicTurn {
    let groups = |asked: &[Asked]| asked.iter().map(|place| place.group.clone()).collect::<BTreeSet<_>>();
    let (old, new) = (groups(before), groups(now));
    match (before.is_empty(), now.is_empty()) {
        (true, _) => TopicTurn::New,
        (_, true) => TopicTurn::Gone,
        _ if old == new => TopicTurn::Same,
        _ if new.len() < old.len() => TopicTurn::Merged,
        _ if new.len() > old.len() => TopicTurn::Split,
        _ => TopicTurn::Moved,
    }
}

/// The places of last year that a line of this year continues: the same group where there was one, else all places of
/// the topic.
#[must_use]
pub fn forerunners(last: &Checklist, form: FormKind, topic: &str, group: &str) -> Vec<Asked> {
    let all = places(last, form, topic);
    let same: Vec<Asked> = all.iter().filter(|place| place.group == group).cloned().collect();
    if same.is_empty() { all } else { same }
}
