//! The ground a proposal stands on: facts are taken from here and nowhere else, so that what was used is known.

use super::ProposedMark;
use crate::catalogue::{Catalogue, Relation};
use crate::facts::FactSheet;
use crate::id::ControlId;
use crate::text::{Lang, Text};
use crate::time::date_words;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a missing fact is entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "at", content = "question")]
pub enum Place {
    /// The device ledger.
    Ledger,
    /// The systems.
    Systems,
    /// The external connection points.
    Connections,
    /// Backups and restore tests.
    Backups,
    /// The account review.
    Accounts,
    /// The vendor register.
    Vendors,
    /// Requests to vendors and what came back.
    Requests,
    /// The questionnaire; the question, if one asks for it.
    Questionnaire(Option<String>),
    /// The plan for outages and attacks.
    Plan,
    /// Calls through the contact tree.
    Calls,
    /// A paper to be attached to the answer itself.
    Evidence,
}

/// A fact that would decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What.
    pub what: Text,
    /// Where to enter it.
    pub place: Place,
}

/// What the questionnaire says about a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Questionnaire {
    /// From controls that equal or include the item.
    pub(super) decides: Option<bool>,
    /// From controls that are a part of it: all of them known and in place, or one known not to be.
    pub(super) parts: Option<bool>,
    /// A hint that something near it is undone.
    pub(super) weak_hint: bool,
}

/// What the vendors' returned forms say about a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct VendorWord {
    pub(super) yes: usize,
    pub(super) no: usize,
    /// Contracted vendors that said neither.
    pub(super) silent: usize,
}

impl VendorWord {
    /// All contracted vendors said yes, and there is at least one.
    pub(super) fn all_yes(self) -> bool {
        self.yes > 0 && self.no == 0 && self.silent == 0
    }
}

/// A level from which a control is in place: what the forms expect (`docs/catalog-format.md`).
const IN_PLACE: u8 = 2;

/// How many hints are told; more would hide what matters.
const MOST_HINTS: usize = 3;

pub(super) struct Ground<'a> {
    catalogue: &'a Catalogue,
    pub(super) topic: &'a str,
    pub(super) facts: &'a FactSheet,
    pub(super) used: BTreeMap<String, Value>,
    pub(super) reasons: Vec<Text>,
    pub(super) missing: Vec<Missing>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, topic: &'a str, facts: &'a FactSheet) -> Self {
        Self { catalogue, topic, facts, used: BTreeMap::new(), reasons: Vec::new(), missing: Vec::new() }
    }

    /// Notes facts as used.
    pub(super) fn uses<const N: usize>(&mut self, facts: [(&str, Value); N]) {
        self.used.extend(facts.map(|(name, value)| (name.to_owned(), value)));
    }

    pub(super) fn because(&mut self, ja: impl Into<String>, en: impl Into<String>) {
        self.reasons.push(Text::new(ja, en));
    }

    pub(super) fn misses(&mut self, place: Place, ja: impl Into<String>, en: impl Into<String>) {
        self.missing.push(Missing { what: Text::new(ja, en), place });
    }

    /// What the questionnaire says about this topic; told as reasons. `also` are hints that count here.
    pub(super) fn questionnaire(&mut self) -> Questionnaire {
        let target = format!("checklist/{}", self.topic);
        let mut word = Questionnaire::default();
        let (mut parts, mut parts_known, mut hints) = (0, 0, 0);
        let mut asked_by: Option<Option<String>> = None;
        let controls: Vec<_> = self
            .catalogue
            .controls
            .values()
            .filter_map(|control| Some((control, control.maps.iter().find(|map| map.to == target)?.relation)))
            .collect();
        for (control, relation) in controls {
            if relation == Relation::Subset {
                parts += 1;
            }
            let Some(fact) = self.facts.answers.get(&control.id) else {
                if relation != Relation::Intersects && asked_by.is_none() {
                    asked_by = Some(self.question_about(control.id.as_str()));
                }
                continue;
            };
            let in_place = fact.level.get() >= IN_PLACE;
            match relation {
                Relation::Equal | Relation::Superset => {
                    word.decides = Some(word.decides.unwrap_or(true) && in_place);
                }
                Relation::Subset => {
                    parts_known += 1;
                    word.parts = Some(word.parts.unwrap_or(true) && in_place);
                }
                Relation::Intersects => {
                    hints += 1;
                    // A hint that all is well says nothing about the item; only weak ones are told.
                    if in_place || hints > MOST_HINTS {
                        continue;
                    }
                    word.weak_hint = true;
                }
            }
            let name = format!("answers.{}", control.id);
            self.used.insert(name, Value::from(fact.level.get()));
            let level = fact.level;
            let (title_ja, title_en) = (control.title.ja.clone(), control.title.en.clone());
            let (day_ja, day_en) = (date_words(fact.day, Lang::Ja), date_words(fact.day, Lang::En));
            self.because(
                format!("質問票: 「{title_ja}」は段階{level}（{day_ja}の回答）"),
                format!("Questionnaire: \"{title_en}\" is at level {level} (answered {day_en})"),
            );
        }
        // A part nobody answered about leaves the item open, however good the others are.
        if word.parts == Some(true) && parts_known < parts {
            word.parts = None;
        }
        if let Some(question) = asked_by.filter(|_| word.decides.is_none()) {
            self.misses(
                Place::Questionnaire(question),
                "質問票の答え（この項目に当たる質問）",
                "The answer to the question about this item",
            );
        }
        word
    }

    /// What was mended: closed actions that strengthen a control of this topic are told and count as facts, so that an
    /// answer confirmed before is looked at again. They decide nothing: what is mended must still show.
    pub(super) fn improvements(&mut self) {
        let Some(actions) = self.facts.actions.as_ref().filter(|actions| !actions.by_control.is_empty()) else {
            return;
        };
        let target = format!("checklist/{}", self.topic);
        let bears = |id: &ControlId| {
            self.catalogue.controls.get(id).is_some_and(|control| control.maps.iter().any(|map| map.to == target))
        };
        let mut told: Vec<(&str, Date)> = Vec::new();
        let mut open = 0;
        for (control, proof) in actions.by_control.iter().filter(|(control, _)| bears(control)) {
            self.used.insert(format!("actions.{control}.closed"), proof.count.into());
            self.used.insert(format!("actions.{control}.newest"), proof.title.clone().into());
            open = open.max(proof.open);
            // One action may strengthen several controls.
            if !told.iter().any(|(title, on)| *title == proof.title && *on == proof.closed) {
                told.push((&proof.title, proof.closed));
            }
        }
        told.sort_by_key(|(_, on)| std::cmp::Reverse(*on));
        let reasons = told.into_iter().take(MOST_HINTS).map(|(title, on)| {
            Text::new(
                format!("改善: 「{title}」を{}に終了", date_words(on, Lang::Ja)),
                format!("Improvement: \"{title}\" closed on {}", date_words(on, Lang::En)),
            )
        });
        self.reasons.extend(reasons);
        if open > 0 {
            self.because(
                format!("改善: この項目に関わる未完了のものがまだ{open}件"),
                format!("Improvement: {open} concerning this item still open"),
            );
        }
    }

    /// The first question of the IT form (or another one) about a control.
    fn question_about(&self, control: &str) -> Option<String> {
        let questions = self.catalogue.questionnaires.iter().flat_map(|form| form.questions());
        questions
            .filter(|question| question.controls.iter().any(|id| id.as_str() == control))
            .map(|question| question.id.to_string())
            .next()
    }

    /// What the vendors say about this topic; told as a reason where there is a contracted vendor.
    pub(super) fn vendors(&mut self) -> Option<VendorWord> {
        let vendors = self.facts.vendors.as_ref().filter(|vendors| vendors.contracted > 0)?;
        let said = vendors.by_topic.get(self.topic).cloned().unwrap_or_default();
        let (yes, no) = (said.yes.len(), said.no.len());
        let silent = (vendors.contracted as usize).saturating_sub(yes + no);
        self.used.insert("vendors.contracted".to_owned(), vendors.contracted.into());
        self.used.insert(format!("vendors.by_topic.{}.yes", self.topic), said.yes.clone().into());
        self.used.insert(format!("vendors.by_topic.{}.no", self.topic), said.no.clone().into());
        let names = |comma: &str| said.no.join(comma);
        let (no_ja, no_en) = match no {
            0 => (String::new(), String::new()),
            _ => (format!("、いいえ {no}社（{}）", names("、")), format!(", no from {no} ({})", names(", "))),
        };
        self.because(
            format!("事業者確認用: はい {yes}社{no_ja}、未回答 {silent}社"),
            format!("Vendor forms: yes from {yes}{no_en}, no answer from {silent}"),
        );
        if silent > 0 {
            self.misses(
                Place::Requests,
                format!("事業者{silent}社の回答（事業者確認用）"),
                format!("The answers of {silent} vendors (vendor form)"),
            );
        }
        Some(VendorWord { yes, no, silent })
    }

    /// What controls and vendors alone carry, for topics about which the product keeps no facts of its own.
    pub(super) fn by_others(&mut self) -> ProposedMark {
        let word = self.questionnaire();
        let vendors = self.vendors();
        if word.decides.is_none() {
            self.misses(
                Place::Evidence,
                "示せる記録（設定の画面、手順、点検の記録など）",
                "A record that shows it (a settings screen, a procedure, a check)",
            );
        }
        if vendors.is_some_and(|vendors| vendors.no > 0) {
            return if word.decides == Some(false) { ProposedMark::No } else { ProposedMark::NotYet };
        }
        match (word.decides, word.parts) {
            (Some(false), _) => ProposedMark::No,
            (Some(true), Some(false)) => ProposedMark::NotYet,
            (Some(true), _) => ProposedMark::Yes,
            (None, Some(false)) => ProposedMark::NotYet,
            // Every part answered as in place, and every vendor says the same of what it runs.
            (None, Some(true)) if vendors.is_some_and(VendorWord::all_yes) => ProposedMark::Yes,
            (None, _) if word.weak_hint => ProposedMark::NotYet,
            (None, _) => ProposedMark::Unknown,
        }
    }
}

/// `、最新の変更は2026年11月12日` where the day is known.
pub(super) fn newest(day: Option<Date>) -> (String, String) {
    day.map_or_else(Default::default, |day| {
        (
            format!("、最新の変更は{}", date_words(day, Lang::Ja)),
            format!(", newest change {}", date_words(day, Lang::En)),
        )
    })
}
