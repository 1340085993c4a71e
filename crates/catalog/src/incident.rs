//! Roles, first steps and reports of a real incident; and the scenario an incident becomes.

use crate::files::Source;
use crate::load::{LoadError, read};
use hakutaku_model::incident::{FormField, IncidentGuide, IncidentRole, ReportKind, Step, Trigger};
use hakutaku_model::text::Text;
use serde::{Deserialize, Serialize};

const REPORTS: &str = "incident/reports.yaml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepsFile {
    roles: Vec<IncidentRole>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportsFile {
    fields: Vec<FormField>,
    reports: Vec<ReportKind>,
    triggers: Vec<Trigger>,
    exemptions: Vec<Text>,
    delegation: Text,
    counting: Text,
    coming: Vec<Text>,
    gaps: Vec<Text>,
}

pub(crate) fn load(source: &Source) -> Result<IncidentGuide, LoadError> {
    let steps: StepsFile = read(source, "incident/steps.yaml")?;
    let reports: ReportsFile = read(source, REPORTS)?;
    let guide = IncidentGuide {
        roles: steps.roles,
        steps: steps.steps,
        fields: reports.fields,
        reports: reports.reports,
        triggers: reports.triggers,
        exemptions: reports.exemptions,
        delegation: reports.delegation,
        counting: reports.counting,
        coming: reports.coming,
        gaps: reports.gaps,
    };
    match guide.faults().first() {
        None => Ok(guide),
        Some(fault) => Err(LoadError::Malformed { path: REPORTS.to_owned(), message: fault.clone() }),
    }
}

/// A scenario that cannot be written as YAML: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[error("writing a scenario as YAML: {0}")]
pub struct YamlError(String);

/// A scenario as the text of its file.
///
/// # Errors
/// A value that YAML cannot hold.
pub fn exercise_yaml(scenario: &impl Serialize) -> Result<String, YamlError> {
    serde_saphyr::to_string(scenario).map_err(|error| YamlError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reports_of_the_command_line_are_there() {
        let guide = load(&Source::embedded()).expect("loads");
        for form in ["ppc-preliminary", "ppc-final", "mhlw", "prefecture", "police", "ipa", "vendor", "internal"] {
            assert!(guide.report(form).is_some(), "{form}");
        }
        for trigger in ["sensitive", "financial", "malicious", "many"] {
            assert!(guide.triggers.iter().any(|known| known.id == trigger), "{trigger}");
        }
    }

    #[test]
    fn a_report_that_names_an_unknown_field_is_refused() {
        let source = Source::embedded();
        let text = source.text(REPORTS).expect("there").replace("place, component, occurred_at]", "place, nowhere]");
        assert!(load(&source.with(REPORTS, text)).is_err());
    }
}
