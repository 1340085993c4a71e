//! The rules of the forms, as data: `catalog/checklists/rules.yaml`.

use super::FormKind;
use crate::catalogue::{Checklist, Confidence};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The key under which a rule names editions that were loaded from a file.
const OTHER: &str = "other";

/// Everything about the forms that is not an item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistRules {
    /// Headings of the sections by number.
    pub sections: Vec<SectionName>,
    /// Names of the device groups.
    pub groups: Vec<GroupName>,
    /// The rules.
    pub rules: Vec<FormRule>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionName {
    /// As [`crate::catalogue::ChecklistItem::section`].
    pub number: u8,
    /// Heading.
    pub title: Text,
}

/// A device group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupName {
    /// As in [`crate::catalogue::ChecklistItem::groups`].
    pub id: String,
    /// Name.
    pub title: Text,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormRule {
    /// Its id.
    pub id: String,
    /// The rule in a sentence, paraphrased.
    pub text: Text,
    /// What the engine does about it.
    pub effect: RuleEffect,
    /// For which editions it was read, and how surely; `other` stands for editions loaded from a file.
    pub editions: BTreeMap<String, Confidence>,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "kebab-case")]
pub enum RuleEffect {
    /// A "no" to this topic skips all else on the form.
    NoSkipsTheRest {
        /// The opening question.
        topic: String,
    },
    /// Without any vendor contract these forms are not needed.
    NoVendorSkipsForms {
        /// Which.
        forms: Vec<FormKind>,
    },
    /// Without any vendor contract these topics are not filled in.
    NoVendorSkipsTopics {
        /// Which.
        topics: Vec<String>,
    },
    /// The first round lies within the fiscal year.
    FirstRoundInsideYear,
    /// A target date stands only after a "no".
    TargetOnlyAfterNo,
    /// The target date lies within the fiscal year.
    TargetInsideYear,
    /// One sheet for each contracted vendor.
    OneSheetPerVendor {
        /// Which forms.
        forms: Vec<FormKind>,
    },
    /// The vendor fills it in: the facility only reads.
    VendorWrites {
        /// Which forms.
        forms: Vec<FormKind>,
    },
    /// Said to the reader, nothing to compute.
    Tells,
}

impl FormRule {
    /// How sure the rule is for an edition; `None`: it does not count there.
    #[must_use]
    pub fn confidence(&self, edition: &str, loaded: bool) -> Option<Confidence> {
        let other = if loaded { self.editions.get(OTHER) } else { None };
        self.editions.get(edition).or(other).copied()
    }
}

/// The rules that count for one edition.
#[derive(Debug, Clone)]
pub struct InForce<'a> {
    rules: Vec<(&'a FormRule, Confidence)>,
}

impl ChecklistRules {
    /// The rules for an edition; `loaded`: it came from a file and is not in our data.
    #[must_use]
    pub fn in_force(&self, edition: &Checklist, loaded: bool) -> InForce<'_> {
        let rules = self.rules.iter().filter_map(|rule| Some((rule, rule.confidence(&edition.id, loaded)?)));
        InForce { rules: rules.collect() }
    }

    /// The heading of a section; a section without a name goes by its number.
    #[must_use]
    pub fn section(&self, number: u8) -> Text {
        self.sections.iter().find(|section| section.number == number).map_or_else(
            || Text::new(format!("{number}"), format!("Section {number}")),
            |section| section.title.clone(),
        )
    }

    /// The name of a device group; an unknown one goes by its id.
    #[must_use]
    pub fn group(&self, id: &str) -> Text {
        self.groups.iter().find(|group| group.id == id).map_or_else(|| Text::new(id, id), |group| group.title.clone())
    }
}

impl<'a> InForce<'a> {
    /// All of them with their confidence.
    pub fn all(&self) -> impl Iterator<Item = (&'a FormRule, Confidence)> + '_ {
        self.rules.iter().copied()
    }

    /// The first rule with an effect that the test accepts.
    pub fn find(&self, test: impl Fn(&RuleEffect) -> bool) -> Option<&'a FormRule> {
        self.rules.iter().find(|(rule, _)| test(&rule.effect)).map(|(rule, _)| *rule)
    }

    /// The rule by which a "no" to this topic skips the rest.
    #[must_use]
    pub fn gate(&self, topic: &str) -> Option<&'a FormRule> {
        self.find(|effect| matches!(effect, RuleEffect::NoSkipsTheRest { topic: gate } if gate == topic))
    }

    /// The rule by which a form is not needed without a vendor contract.
    #[must_use]
    pub fn form_needs_vendor(&self, form: FormKind) -> Option<&'a FormRule> {
        self.find(|effect| matches!(effect, RuleEffect::NoVendorSkipsForms { forms } if forms.contains(&form)))
    }

    /// The rule by which a topic is not filled in without a vendor contract.
    #[must_use]
    pub fn topic_needs_vendor(&self, topic: &str) -> Option<&'a FormRule> {
        self.find(
            |effect| matches!(effect, RuleEffect::NoVendorSkipsTopics { topics } if topics.iter().any(|t| t == topic)),
        )
    }

    /// Whether a sheet is kept for each vendor.
    #[must_use]
    pub fn is_per_vendor(&self, form: FormKind) -> bool {
        self.find(|effect| matches!(effect, RuleEffect::OneSheetPerVendor { forms } if forms.contains(&form))).is_some()
    }

    /// Whether somebody else fills the form in.
    #[must_use]
    pub fn vendor_writes(&self, form: FormKind) -> bool {
        self.find(|effect| matches!(effect, RuleEffect::VendorWrites { forms } if forms.contains(&form))).is_some()
    }

    /// Whether an effect without parameters is in force.
    #[must_use]
    pub fn has(&self, effect: &RuleEffect) -> bool {
        self.find(|known| known == effect).is_some()
    }
}
