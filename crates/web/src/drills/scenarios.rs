//! Scenarios to choose from: those of the catalogue, and a person's own file, read by the same linter as the terminal's.

use crate::AppState;
use crate::shell::words::{Key, Words};
use hakutaku_model::exercise::Scenario;
use hakutaku_model::exercise::check::{Finding, Severity, check};
use hakutaku_model::exercise::paths::{Paths, paths};

/// The largest scenario file: 512 KiB of text.
pub(crate) const LARGEST: usize = 512 * 1024;
/// With the form around it.
pub(super) const LARGEST_UPLOAD: usize = LARGEST + 64 * 1024;
/// As a field of an ordinary form, where each byte of Japanese takes three.
pub(super) const LARGEST_FORM: usize = 3 * LARGEST + 64 * 1024;
/// So many paths are listed on the page; the terminal prints all.
const MOST_PATHS: usize = 24;

/// Why a file is no scenario that can be played.
#[derive(Debug)]
pub(crate) struct Unplayable {
    /// In one sentence.
    pub(crate) sentence: String,
    /// What the linter found.
    pub(crate) findings: Vec<String>,
}

/// A scenario that can be played, with what somebody should look at.
#[derive(Debug)]
pub(crate) struct Playable {
    pub(crate) scenario: Scenario,
    pub(crate) warnings: Vec<String>,
}

fn say(t: Words, finding: &Finding) -> String {
    format!("{}: {}", finding.place, t.text(&finding.problem))
}

/// Reads and checks a scenario's text.
pub(crate) fn read_own(app: &AppState, t: Words, text: &str) -> Result<Playable, Unplayable> {
    let unplayable = |key: Key, findings| Unplayable { sentence: t.k(key), findings };
    if text.len() > LARGEST {
        return Err(unplayable(Key("drill-own-large"), Vec::new()));
    }
    let scenario = hakutaku_catalog::read_exercise(text)
        .map_err(|error| unplayable(Key("drill-own-unreadable"), vec![error.to_string()]))?;
    let known = |id: &str| app.catalogue.controls.contains_key(id);
    let findings = check(&scenario, Some(&known));
    let of = |severity: Severity| -> Vec<String> {
        findings.iter().filter(|finding| finding.severity == severity).map(|finding| say(t, finding)).collect()
    };
    let errors = of(Severity::Error);
    if errors.is_empty() {
        Ok(Playable { warnings: of(Severity::Warning), scenario })
    } else {
        Err(unplayable(Key("drill-own-wrong"), errors))
    }
}

/// Every way the drill can go, one line each.
pub(super) fn path_lines(t: Words, scenario: &Scenario) -> Vec<String> {
    let Paths { paths, .. } = paths(scenario);
    let line = |path: &hakutaku_model::exercise::paths::Path| {
        let told = path.injects.iter().filter(|step| !step.dropped);
        let step = |step: &hakutaku_model::exercise::paths::Step| {
            let text = scenario.inject(&step.inject).map_or("", |inject| t.text(&inject.text));
            let short: String = text.chars().take(24).collect();
            format!("{} {short}", step.minute)
        };
        told.map(step).collect::<Vec<_>>().join(" → ")
    };
    paths.iter().take(MOST_PATHS).map(line).collect()
}
