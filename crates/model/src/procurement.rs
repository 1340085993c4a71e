//! What to ask for when buying: the good practices of ENISA (February 2020) that fit a kind of purchase, as requirement
//! lines for a request for proposal.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// `catalog/procurement.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcurementGuide {
    /// Where the matrix was read.
    pub source: Text,
    /// What the source lacks, or says differently in two places.
    pub gaps: Vec<Text>,
    /// The ten kinds of purchase.
    pub kinds: Vec<Explained>,
    /// The five kinds of threat.
    pub threats: Vec<Explained>,
    /// The thirty practices.
    pub practices: Vec<Practice>,
}

/// A name with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    /// Stable id.
    pub id: String,
    /// Name.
    pub title: Text,
    /// What it covers.
    pub about: Text,
}

/// Who has to act on a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// A requirement for the bidder: belongs into the request for proposal.
    Bidder,
    /// Something the house does itself while buying.
    House,
}

/// A good practice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// `gp-01` to `gp-30`.
    pub id: String,
    /// 1 to 30.
    pub number: u8,
    /// What it is called, in our words.
    pub title: Text,
    /// The line as one would write it.
    pub requirement: Text,
    /// Why.
    pub why: Text,
    /// Who acts.
    pub addressee: Addressee,
    /// The kinds of purchase it applies to, by id.
    pub kinds: Vec<String>,
    /// The threats it helps against, by id.
    pub threats: Vec<String>,
    /// Where the source's table and its detailed page differ.
    #[serde(default)]
    pub differs: Option<Text>,
}

/// The practices for some kinds of purchase, in order; each with those of the chosen kinds it applies to.
#[must_use]
pub fn practices_for<'g>(guide: &'g ProcurementGuide, kinds: &[String]) -> Vec<(&'g Practice, Vec<&'g Explained>)> {
    guide
        .practices
        .iter()
        .filter_map(|practice| {
            let fits: Vec<&Explained> =
                guide.kinds.iter().filter(|k| kinds.contains(&k.id) && practice.kinds.contains(&k.id)).collect();
            (!fits.is_empty()).then_some((practice, fits))
        })
        .collect()
}

impl ProcurementGuide {
    /// A kind of purchase by id.
    #[must_use]
    pub fn kind(&self, id: &str) -> Option<&Explained> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// A kind of threat by id.
    #[must_use]
    pub fn threat(&self, id: &str) -> Option<&Explained> {
        self.threats.iter().find(|threat| threat.id == id)
    }
}
