//! What the catalogue says about incidents: roles, first steps, reports and their fields.

use crate::catalogue::{Citation, Confidence};
use crate::contacts::Part;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A role in an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentRole {
    /// Stable id.
    pub id: String,
    /// What people call it.
    pub title: Text,
    /// What it is for, in one sentence.
    pub task: Text,
    /// Whose line of the contact chart proposes a name.
    #[serde(default)]
    pub part: Option<Part>,
}

/// A first step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stable id.
    pub id: String,
    /// Who does it.
    pub role: String,
    /// When: `found`, `first`, `today`, `later`.
    pub when: String,
    /// What to do.
    pub text: Text,
    /// What it rests on; `None` when it is our own advice.
    #[serde(default)]
    pub basis: Option<Text>,
    /// How sure the basis is.
    #[serde(default)]
    pub confidence: Confidence,
}

/// How long a report has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// At once on suspicion.
    AtOnce,
    /// Promptly; no number of days.
    Promptly,
    /// The commission's first report.
    PpcPreliminary,
    /// The commission's final report.
    PpcFinal,
    /// No published deadline is in our data.
    NotInOurData,
    /// It is voluntary.
    Voluntary,
}

/// A report the incident may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportKind {
    /// Stable id; the name of the form on the command line.
    pub id: String,
    /// To whom.
    pub to: Text,
    /// What the form is called.
    pub title: Text,
    /// When it is asked for.
    pub when: Text,
    /// How long it has.
    pub term: Term,
    /// Law or notice; empty when none is in our data.
    #[serde(default)]
    pub basis: Text,
    /// How it is sent.
    #[serde(default)]
    pub channel: Text,
    /// Where its form or numbers are.
    #[serde(default)]
    pub url: String,
    /// Whose line of the contact chart has the number.
    #[serde(default)]
    pub part: Option<Part>,
    /// The recipient's key in the settings of reporting offices.
    #[serde(default)]
    pub recipient: Option<String>,
    /// Its fields in their order.
    pub fields: Vec<String>,
    /// Whether the fields are those of the outside text; otherwise they are ours.
    pub official_fields: bool,
    /// What about it is not in our data.
    #[serde(default)]
    pub gap: Option<Text>,
    /// Where it stands.
    pub source: Citation,
    /// How sure.
    pub confidence: Confidence,
}

impl ReportKind {
    /// How it is named in a sentence: to whom, and which form.
    #[must_use]
    pub fn name(&self) -> Text {
        Text::new(format!("{}　{}", self.to.ja, self.title.ja), format!("{}: {}", self.to.en, self.title.en))
    }
}

/// A fact that reports ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Stable key.
    pub key: String,
    /// What it is called.
    pub title: Text,
    /// What to write.
    #[serde(default)]
    pub hint: Text,
    /// Filled from the record instead of being typed: `facility`, `known_at`, `systems`, `wards`, `measures`, `contact`,
    /// `triggers`.
    #[serde(default)]
    pub from: Option<String>,
}

/// One of the four kinds of event that must be reported to the commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Stable id: `sensitive`, `financial`, `malicious`, `many`.
    pub id: String,
    /// The question.
    pub question: Text,
    /// What to know about it.
    #[serde(default)]
    pub hint: Text,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IncidentGuide {
    /// Roles in the order they are shown.
    pub roles: Vec<IncidentRole>,
    /// First steps.
    pub steps: Vec<Step>,
    /// Fields.
    pub fields: Vec<FormField>,
    /// Reports in the order they are made.
    pub reports: Vec<ReportKind>,
    /// The commission's questions.
    pub triggers: Vec<Trigger>,
    /// What exempts from them.
    pub exemptions: Vec<Text>,
    /// What holds when data were entrusted to or by somebody else.
    pub delegation: Text,
    /// What is assumed about counting days.
    pub counting: Text,
    /// Changes that are coming.
    pub coming: Vec<Text>,
    /// What is not in our data.
    pub gaps: Vec<Text>,
}

impl IncidentGuide {
    /// A role by id.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&IncidentRole> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// A report by id.
    #[must_use]
    pub fn report(&self, id: &str) -> Option<&ReportKind> {
        self.reports.iter().find(|report| report.id == id)
    }

    /// A field by key.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// What does not fit together: for the catalogue's check.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut found = Vec::new();
        for step in self.steps.iter().filter(|step| self.role(&step.role).is_none()) {
            found.push(format!("step {} names no role {}", step.id, step.role));
        }
        for report in &self.reports {
            for key in report.fields.iter().filter(|key| self.field(key).is_none()) {
                found.push(format!("report {} names no field {key}", report.id));
            }
            if report.fields.is_empty() {
                found.push(format!("report {} has no fields", report.id));
            }
            if !report.official_fields && report.gap.is_none() {
                found.push(format!("report {} has fields of ours and does not say so", report.id));
            }
        }
        let texts = self.roles.iter().flat_map(|role| [(&role.id, &role.title), (&role.id, &role.task)]);
        let texts = texts.chain(self.steps.iter().map(|step| (&step.id, &step.text)));
        let texts = texts.chain(self.fields.iter().map(|field| (&field.key, &field.title)));
        let texts = texts.chain(self.triggers.iter().map(|trigger| (&trigger.id, &trigger.question)));
        let texts =
            texts.chain(self.reports.iter().flat_map(|r| [(&r.id, &r.to), (&r.id, &r.title), (&r.id, &r.when)]));
        found.extend(texts.filter(|(_, text)| text.is_incomplete()).map(|(id, _)| format!("{id} lacks a language")));
        let mut ids: Vec<&str> = self.steps.iter().map(|step| step.id.as_str()).collect();
        ids.extend(self.reports.iter().map(|report| report.id.as_str()));
        ids.extend(self.fields.iter().map(|field| field.key.as_str()));
        ids.sort_unstable();
        found.extend(ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| format!("{} stands twice", pair[0])));
        found
    }
}
