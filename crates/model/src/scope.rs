//! Does a rule apply? One question at a time, with the reason of every turn.

use crate::catalogue::Confidence;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A decision graph of `catalog/scope.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeGuide {
    /// Stable id, as in addresses.
    pub id: String,
    /// What is decided.
    pub title: Text,
    /// For whom, and what it does not decide.
    pub intro: Text,
    /// The first question.
    pub start: String,
    /// The questions.
    pub nodes: Vec<ScopeNode>,
    /// The ends.
    pub results: Vec<ScopeResult>,
    /// What the source lacks.
    #[serde(default)]
    pub gaps: Vec<Text>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeNode {
    /// Unique in its guide.
    pub id: String,
    /// The question.
    pub question: Text,
    /// Examples, or what the words mean.
    pub help: Text,
    /// Why it decides.
    pub why: Text,
    /// Where that is said.
    pub source: Text,
    /// Whether the source was read.
    pub confidence: Confidence,
    /// After yes.
    pub yes: Turn,
    /// After no.
    pub no: Turn,
}

/// Where an answer leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// A question or a result.
    pub to: String,
    /// What the answer means.
    pub reason: Text,
}

/// What a guide ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeVerdict {
    /// It applies.
    Applies,
    /// It does not.
    DoesNot,
    /// Another rule does, or may.
    Other,
}

/// An end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeResult {
    /// Unique in its guide.
    pub id: String,
    /// Which way.
    pub verdict: ScopeVerdict,
    /// The result in one sentence.
    pub title: Text,
    /// What to do now.
    pub next: Vec<Text>,
    /// Where that is said.
    pub source: Text,
    /// Whether the source was read.
    pub confidence: Confidence,
}

/// One step that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken<'g> {
    /// The question.
    pub node: &'g ScopeNode,
    /// The answer.
    pub yes: bool,
}

impl<'g> Taken<'g> {
    /// What the answer means.
    #[must_use]
    pub fn reason(&self) -> &'g Text {
        if self.yes { &self.node.yes.reason } else { &self.node.no.reason }
    }
}

/// Where the answers lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk<'g> {
    /// The way here.
    pub taken: Vec<Taken<'g>>,
    /// The next question; `None` at an end.
    pub node: Option<&'g ScopeNode>,
    /// The end; `None` while there is a question.
    pub result: Option<&'g ScopeResult>,
}

/// Follows answers from the start. Answers beyond an end are ignored.
#[must_use]
pub fn walk<'g>(guide: &'g ScopeGuide, answers: &[bool]) -> Walk<'g> {
    let mut at = guide.start.as_str();
    let mut taken = Vec::new();
    for yes in answers {
        let Some(node) = guide.node(at) else { break };
        taken.push(Taken { node, yes: *yes });
        at = if *yes { &node.yes.to } else { &node.no.to };
    }
    Walk { taken, node: guide.node(at), result: guide.result(at) }
}

impl ScopeGuide {
    fn node(&self, id: &str) -> Option<&ScopeNode> {
        self.nodes.iter().find(|node| node.id == id)
    }

    fn result(&self, id: &str) -> Option<&ScopeResult> {
        self.results.iter().find(|result| result.id == id)
    }

    /// What keeps a path from ending, or leaves a part unreached; empty if nothing.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let ids: Vec<&str> =
            self.nodes.iter().map(|n| n.id.as_str()).chain(self.results.iter().map(|r| r.id.as_str())).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        if unique.len() != ids.len() {
            problems.push("an id is used twice".to_owned());
        }
        let mut reached = BTreeSet::new();
        let mut way = Vec::new();
        self.follow(&self.start, &mut way, &mut reached, &mut problems);
        problems.extend(unique.iter().filter(|id| !reached.contains(**id)).map(|id| format!("no path leads to {id}")));
        problems
    }

    fn follow<'g>(
        &'g self,
        at: &'g str,
        way: &mut Vec<&'g str>,
        reached: &mut BTreeSet<&'g str>,
        problems: &mut Vec<String>,
    ) {
        if way.contains(&at) {
            problems.push(format!("a path comes back to {at}"));
            return;
        }
        let known = !reached.insert(at);
        match (self.node(at), self.result(at)) {
            (None, None) => problems.push(format!("a path leads to {at}, which does not exist")),
            // A node seen before by another way was followed to its ends then.
            (Some(node), _) if !known => {
                way.push(at);
                self.follow(&node.yes.to, way, reached, problems);
                self.follow(&node.no.to, way, reached, problems);
                way.pop();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Text {
        Text::new(words, words)
    }

    fn node(id: &str, yes: &str, no: &str) -> ScopeNode {
        let turn = |to: &str| Turn { to: to.into(), reason: text(&format!("{id}-{to}")) };
        ScopeNode {
            id: id.into(),
            question: text(id),
            help: text(id),
            why: text(id),
            source: text(id),
            confidence: Confidence::Seen,
            yes: turn(yes),
            no: turn(no),
        }
    }

    fn result(id: &str) -> ScopeResult {
        ScopeResult {
            id: id.into(),
            verdict: ScopeVerdict::Applies,
            title: text(id),
            next: Vec::new(),
            source: text(id),
            confidence: Confidence::Seen,
        }
    }

    fn guide(nodes: Vec<ScopeNode>) -> ScopeGuide {
        ScopeGuide {
            id: "g".into(),
            title: text("g"),
            intro: text("g"),
            start: "one".into(),
            nodes,
            results: vec![result("in"), result("out")],
            gaps: Vec::new(),
        }
    }

    #[test]
    fn answers_lead_to_a_question_or_an_end_with_all_reasons() {
        let g = guide(vec![node("one", "two", "out"), node("two", "in", "out")]);
        assert!(g.problems().is_empty());
        assert_eq!(walk(&g, &[]).node.map(|n| n.id.as_str()), Some("one"));
        assert_eq!(walk(&g, &[true]).node.map(|n| n.id.as_str()), Some("two"));
        let end = walk(&g, &[true, true, false]);
        assert_eq!(end.result.map(|r| r.id.as_str()), Some("in"));
        assert_eq!(end.taken.iter().map(|t| t.reason().en.as_str()).collect::<Vec<_>>(), ["one-two", "two-in"]);
    }

    #[test]
    fn a_path_without_an_end_is_found() {
        let circle = guide(vec![node("one", "two", "out"), node("two", "in", "one")]);
        assert_eq!(circle.problems(), ["a path comes back to one"]);
        let nowhere = guide(vec![node("one", "in", "three")]);
        let problems = nowhere.problems().join("; ");
        assert!(problems.contains("three, which does not exist") && problems.contains("no path leads to out"));
    }
}
