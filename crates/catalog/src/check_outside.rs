//! Rules about the conditions of the fees, the bodies of the contact chart, and what stands beside a guideline's items.

use crate::check::Checker;
use std::collections::BTreeSet;

/// Words that would say more than that evidence is in hand.
const NEVER: [&str; 4] = ["算定できます", "届け出られます", "claimable", "you may claim"];

impl Checker<'_> {
    pub(crate) fn revisions(&mut self) {
        let catalogue = self.catalogue;
        let mut ids = BTreeSet::new();
        let years: Vec<u16> = catalogue.revisions.iter().map(|revision| revision.year).collect();
        if years.windows(2).any(|pair| pair[0] == pair[1]) {
            self.say("reimbursement", "two files are for the same year");
        }
        for revision in &catalogue.revisions {
            let place = format!("reimbursement {}", revision.year);
            self.text(&place, "title", &revision.title);
            self.text(&place, "notice", &revision.notice);
            for gap in &revision.gaps {
                self.text(&place, "a gap", gap);
            }
            for add_on in &revision.add_ons {
                let place = format!("add-on {}", add_on.id);
                if !ids.insert(add_on.id.as_str()) {
                    self.say(&place, "the id is used twice");
                }
                self.text(&place, "title", &add_on.title);
                self.text(&place, "points", &add_on.points);
                if add_on.kinds.is_empty() {
                    self.say(&place, "it is for no kind of institution");
                }
                if add_on.source.title.trim().is_empty() {
                    self.say(&place, "it has no source");
                }
                for condition in &add_on.conditions {
                    let place = format!("condition {}", condition.id);
                    if !ids.insert(condition.id.as_str()) {
                        self.say(&place, "the id is used twice");
                    }
                    self.text(&place, "text", &condition.text);
                    self.text(&place, "bring", &condition.bring);
                    for words in [&condition.text, &condition.bring] {
                        if NEVER.iter().any(|never| words.ja.contains(never) || words.en.contains(never)) {
                            self.say(&place, "it says that a fee may be claimed");
                        }
                    }
                    for control in condition.controls.iter().filter(|id| !catalogue.controls.contains_key(*id)) {
                        self.say(&place, format!("there is no control {control}"));
                    }
                }
            }
            for ruling in &revision.answers {
                let place = format!("answer {}", ruling.id);
                self.text(&place, "text", &ruling.text);
                let known = |id: &String| {
                    revision.add_ons.iter().flat_map(|add_on| &add_on.conditions).any(|condition| condition.id == *id)
                };
                for about in ruling.about.iter().filter(|id| !known(id)) {
                    self.say(&place, format!("there is no condition {about} in this revision"));
                }
            }
        }
    }

    pub(crate) fn outside_bodies(&mut self) {
        let mut ids = BTreeSet::new();
        for body in &self.catalogue.outside_bodies {
            let place = format!("outside body {}", body.id);
            if !ids.insert(body.id.as_str()) {
                self.say(&place, "the id is used twice");
            }
            if body.part.is_inside() {
                self.say(&place, "its part is one of the house");
            }
            for (name, text) in [("title", &body.title), ("when", &body.when), ("note", &body.note)] {
                self.text(&place, name, text);
            }
        }
    }

    pub(crate) fn editions(&mut self) {
        let catalogue = self.catalogue;
        for guideline in catalogue.guidelines.values() {
            let place = format!("guideline {}", guideline.id);
            let about = &guideline.about;
            let texts = about
                .changes
                .iter()
                .chain(&about.explanations)
                .map(|reported| &reported.summary)
                .chain(about.gaps.iter().map(|gap| &gap.what))
                .chain(about.timeline.iter().map(|event| &event.event));
            for text in texts {
                self.text(&place, "a line beside the items", text);
            }
        }
    }
}
