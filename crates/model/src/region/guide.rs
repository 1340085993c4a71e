//! What the catalogue says about the region (`catalog/region/`).

use super::correlate::Rules;
use super::notice::{Onward, Tlp, anonymous};
use super::watch::need::{self, Factor};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A label of TLP 2.0, explained to people who have never heard of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlpWords {
    /// Which.
    pub id: Tlp,
    /// What a reader may do.
    pub may: Text,
    /// What a reader must not do.
    pub must_not: Text,
    /// When a sender chooses it.
    pub choose: Text,
}

/// All content of the region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RegionGuide {
    /// Rules of correlation and their steps.
    pub rules: Rules,
    /// Weights of the watch screen.
    pub factors: Vec<Factor>,
    /// Labels explained.
    pub tlp: Vec<TlpWords>,
    /// Words that identify a reporter.
    pub anonymous: anonymous::Guide,
    /// What is said at the head of a list to telephone by.
    pub call_script: Vec<Text>,
    /// What our data lack.
    pub gaps: Vec<Text>,
}

impl RegionGuide {
    /// Everything that does not fit together, with the file it is in; empty when it can be used.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let in_file = |file: &'static str| move |fault: String| format!("region/{file}: {fault}");
        let mut out: Vec<String> = self.rules.faults().into_iter().map(in_file("rules.yaml")).collect();
        out.extend(need::faults(&self.factors).into_iter().map(in_file("watch.yaml")));
        let mut say = |fault: String| out.push(in_file("notices.yaml")(fault));
        if self.tlp.iter().map(|one| one.id).collect::<Vec<_>>() != Tlp::ALL {
            say("every label of TLP 2.0 must be explained once, from the widest to the narrowest".to_owned());
        }
        for one in &self.tlp {
            let public = one.id.allows(Onward::Public);
            for (name, text) in [("may", &one.may), ("must_not", &one.must_not), ("choose", &one.choose)] {
                if text.is_incomplete() && !(public && name == "must_not") {
                    say(format!("{}: {name} lacks a language", one.id.key()));
                }
            }
        }
        for one in &self.anonymous.suspicions {
            if one.endings.iter().any(|ending| ending.trim().is_empty()) || one.endings.is_empty() {
                say(format!("suspicion {}: it has no ending", one.id));
            }
            if one.why.is_incomplete() {
                say(format!("suspicion {}: why lacks a language", one.id));
            }
        }
        for (name, texts) in [("call_script", &self.call_script), ("gaps", &self.gaps)] {
            if texts.is_empty() || texts.iter().any(Text::is_incomplete) {
                say(format!("{name} is empty or lacks a language"));
            }
        }
        out
    }
}
