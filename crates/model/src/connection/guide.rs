//! What the catalogue says about connections: their types, media, and the published cases behind them.

use super::Medium;
use crate::catalogue::Confidence;
use crate::known::SourceLine;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// All of it: `catalog/connections.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionGuide {
    /// Types, in the order they are offered.
    pub types: Vec<ConnectionType>,
    /// What is published about media.
    pub media: Vec<MediumRule>,
    /// Published cases, oldest first.
    pub cases: Vec<IncidentCase>,
    /// What the published cases have in common.
    pub lesson: Statement,
    /// Why one watched gateway.
    pub gateway: Statement,
    /// Why a closed network is no reason to leave its device alone.
    pub closed_myth: Statement,
}

/// A sentence with its source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The sentence.
    pub text: Text,
    /// Where it was read.
    #[serde(default)]
    pub source: Option<SourceLine>,
}

/// A type of connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionType {
    /// `ext-vendor-vpn`.
    pub id: String,
    /// Name in plain words.
    pub title: Text,
    /// Name where there is little room.
    pub short: Text,
    /// What usually goes wrong.
    pub risk: Text,
    /// What to look at.
    pub checks: Vec<Text>,
    /// Usual media as the source names them.
    pub usual_media: Text,
    /// The published case behind it, if our data has one.
    #[serde(default)]
    pub case: Option<String>,
    /// A line of the state or the payers with conditions of its own, which stays alone.
    #[serde(default)]
    pub national: bool,
    /// Where it was read.
    pub source: SourceLine,
    /// How sure.
    pub confidence: Confidence,
}

/// Whether a medium is a closed network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Openness {
    /// Closed.
    Closed,
    /// Open: the facility must do more by itself.
    Open,
    /// The source does not say.
    Unsaid,
}

/// What is published about a medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediumRule {
    /// Which.
    pub medium: Medium,
    /// Closed or open.
    pub openness: Openness,
}

/// A published case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentCase {
    /// `case-handa-2021`.
    pub id: String,
    /// Institution and year.
    pub name: Text,
    /// How they came in and what it did, in one or two sentences.
    pub summary: Text,
    /// Where it was read.
    pub source: SourceLine,
    /// How sure.
    pub confidence: Confidence,
}

impl ConnectionGuide {
    /// A type by id.
    #[must_use]
    pub fn kind(&self, id: &str) -> Option<&ConnectionType> {
        self.types.iter().find(|kind| kind.id == id)
    }

    /// A case by id.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<&IncidentCase> {
        self.cases.iter().find(|case| case.id == id)
    }

    /// Whether a medium is published as closed or open.
    #[must_use]
    pub fn openness(&self, medium: Medium) -> Openness {
        self.media.iter().find(|rule| rule.medium == medium).map_or(Openness::Unsaid, |rule| rule.openness)
    }
}
