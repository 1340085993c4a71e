//! What the region goes by: rules of correlation with their steps, weights of the watch screen, words around notices.

use crate::files::Source;
use crate::load::{LoadError, read};
use hakutaku_model::region::correlate::{Rule, Rules, Step};
use hakutaku_model::region::guide::TlpWords;
use hakutaku_model::region::notice::anonymous::{Guide, Suspicion};
use hakutaku_model::region::watch::need::Factor;
use hakutaku_model::region::RegionGuide;
use hakutaku_model::text::Text;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticesFile {
    tlp: Vec<TlpWords>,
    suspicions: Vec<Suspicion>,
    call_script: Vec<Text>,
    gaps: Vec<Text>,
}

pub(crate) fn load(source: &Source) -> Result<RegionGuide, LoadError> {
    let rules: Vec<Rule> = read(source, "region/rules.yaml")?;
    let steps: Vec<Step> = read(source, "region/steps.yaml")?;
    let factors: Vec<Factor> = read(source, "region/watch.yaml")?;
    let notices: NoticesFile = read(source, "region/notices.yaml")?;
    Ok(RegionGuide {
        rules: Rules { rules, steps },
        factors,
        tlp: notices.tlp,
        anonymous: Guide { suspicions: notices.suspicions },
        call_script: notices.call_script,
        gaps: notices.gaps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guide_with(path: &str, from: &str, to: &str) -> Result<RegionGuide, LoadError> {
        let source = Source::embedded();
        let text = source.text(path).expect("there");
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        load(&source.with(path, changed))
    }

    #[test]
    fn what_we_ship_fits_together() {
        let guide = load(&Source::embedded()).expect("loads");
        assert_eq!(guide.faults(), Vec::<String>::new());
        for id in ["same-source", "same-credential", "same-steps", "first-touch", "known-leak", "sweep", "ledger-device", "token-used", "sensor-silent", "chain-broken"] {
            assert!(guide.rules.rule(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_rule_that_leads_nowhere_or_says_too_much_is_found() {
        let faults = |path: &str, from: &str, to: &str| guide_with(path, from, to).expect("loads").faults().join("\n");
        let rules = "region/rules.yaml";
        assert!(faults(rules, "[call-centre, where-token-lay, no-power-off]", "[call-centre, nowhere, no-power-off]").contains("there is no step nowhere"));
        assert!(faults(rules, "[call-centre, where-token-lay, no-power-off]", "[call-centre]").contains("there must be three"));
        // A member is never told who else was touched.
        assert!(faults(rules, "おとりとして置いた「{token}」", "{facilities}で「{token}」").contains("{facilities} is not known here"));
        assert!(faults(rules, "threshold: 1", "threshold: 0").contains("threshold"));
        assert!(faults("region/steps.yaml", "  otherwise: call-vendor\n", "").contains("says nothing for when they are not known"));
        assert!(faults("region/watch.yaml", "each: 40", "each: 0").contains("urgent-cases"));
        assert!(faults("region/notices.yaml", "id: green", "id: clear").contains("every label of TLP 2.0"));
    }

    #[test]
    fn a_word_nobody_knows_is_refused() {
        assert!(guide_with("region/rules.yaml", "first_only: true", "first_olny: true").is_err());
        assert!(guide_with("region/rules.yaml", "group: token", "group: tokens").is_err());
        assert!(guide_with("region/watch.yaml", "id: weak-fields", "id: weak").is_err());
    }
}
