//! Reads scenarios of drills (`hakutaku-exercise/1`): those of the catalogue and those people write themselves.

use crate::files::Source;
use crate::load::LoadError;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::exercise::{Scenario, Severity, check};

/// A scenario file larger than this is refused: 1 MiB (60 minutes with eight roles are about 80 kB).
pub const LARGEST_EXERCISE: usize = 1024 * 1024;

/// Why a scenario file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ExerciseError {
    /// Larger than [`LARGEST_EXERCISE`].
    #[error("the scenario file is larger than 1 MiB")]
    TooLarge,
    /// Not UTF-8.
    #[error("the scenario file is not UTF-8 text")]
    NotText,
    /// Not of the format.
    #[error("the scenario file cannot be read: {0}")]
    Malformed(String),
}

/// Reads a scenario; whether its parts fit together is found by [`hakutaku_model::exercise::check()`].
///
/// # Errors
/// When it is too large or no YAML of this shape; the message has one line, with the place in the file.
pub fn read_exercise(text: &str) -> Result<Scenario, ExerciseError> {
    if text.len() > LARGEST_EXERCISE {
        return Err(ExerciseError::TooLarge);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_saphyr::from_str(text).map_err(|error| {
        // The library draws the place; its first line says what and where.
        let whole = error.to_string();
        ExerciseError::Malformed(whole.lines().next().unwrap_or_default().chars().take(300).collect())
    })
}

/// Reads a scenario from bytes, such as an uploaded file.
///
/// # Errors
/// As [`read_exercise`], and when it is no text.
pub fn read_exercise_bytes(bytes: &[u8]) -> Result<Scenario, ExerciseError> {
    if bytes.len() > LARGEST_EXERCISE {
        return Err(ExerciseError::TooLarge);
    }
    read_exercise(std::str::from_utf8(bytes).map_err(|_| ExerciseError::NotText)?)
}

/// Writes a scenario as a file that [`read_exercise`] reads: for taking a copy to change.
///
/// # Errors
/// When it cannot be written as YAML.
pub fn write_exercise(scenario: &Scenario) -> Result<String, ExerciseError> {
    serde_saphyr::to_string(scenario).map_err(|error| ExerciseError::Malformed(error.to_string()))
}

/// The scenarios of the catalogue, in order of their files' names; there may be none.
pub(crate) fn load(source: &Source) -> Result<Vec<Scenario>, LoadError> {
    let mut scenarios = Vec::new();
    for (path, text) in source.in_folder("exercises") {
        let malformed = |message: String| LoadError::Malformed { path: path.to_owned(), message };
        let scenario = read_exercise(text).map_err(|error| malformed(error.to_string()))?;
        if path != format!("exercises/{}.yaml", scenario.id) {
            return Err(malformed(format!("the id {} is not the name of the file", scenario.id)));
        }
        scenarios.push(scenario);
    }
    Ok(scenarios)
}

/// What breaks the rules in the catalogue's scenarios. Warnings count too: what we ship is clean.
pub(crate) fn problems(catalogue: &Catalogue) -> Vec<String> {
    let known = |control: &str| catalogue.controls.contains_key(control);
    let of = |scenario: &Scenario| {
        let id = scenario.id.clone();
        let findings = check(scenario, Some(&known)).into_iter();
        findings.map(move |finding| {
            let note = if finding.severity == Severity::Warning { " (warning)" } else { "" };
            format!("exercise {id}, {}: {}{note}", finding.place, finding.problem.en)
        })
    };
    catalogue.exercises.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::exercise::can_be_played;

    const CLINIC: &str = include_str!("../../model/src/exercise/testing/clinic.json");

    #[test]
    fn a_scenario_is_read_written_and_read_again() {
        let scenario = read_exercise(CLINIC).expect("reads");
        assert_eq!(check(&scenario, None), []);
        let written = write_exercise(&scenario).expect("writes");
        assert_eq!(read_exercise(&written).expect("reads again"), scenario);
    }

    #[test]
    fn bad_files_get_one_line() {
        let said = |text: &str| read_exercise(text).expect_err("refused").to_string();
        assert!(said(&" ".repeat(LARGEST_EXERCISE + 1)).contains("larger than 1 MiB"));
        assert!(said("injects: [{id: 1, to: [").contains("cannot be read"));
        let unknown = CLINIC.replacen("\"summary\"", "\"sumary\"", 1);
        assert!(said(&unknown).contains("sumary"), "{}", said(&unknown));
        let both = CLINIC.replacen("\"by\": 6", "\"bye\": 6", 1);
        assert!(said(&both).contains("bye"), "{}", said(&both));
        for text in ["", "[]", "format: 5", "- - - -", &unknown, &both] {
            assert!(!said(text).contains('\n'), "{text}");
        }
        assert!(read_exercise_bytes(&[0x82, 0xa0]).expect_err("refused").to_string().contains("not UTF-8"));
    }

    #[test]
    fn the_catalogue_needs_no_scenario_and_names_a_file_by_its_id() {
        let none = Source::from_pairs([]);
        assert_eq!(load(&none).expect("none"), []);
        let wrong = Source::from_pairs([("exercises/other.yaml", CLINIC)]);
        assert!(load(&wrong).expect_err("refused").to_string().contains("not the name of the file"));
        let right = Source::from_pairs([("exercises/clinic-small.yaml", CLINIC)]);
        let loaded = load(&right).expect("one");
        assert!(can_be_played(&check(&loaded[0], None)));
    }

    #[test]
    fn a_control_that_is_not_in_the_catalogue_is_named() {
        let catalogue = Catalogue { exercises: vec![read_exercise(CLINIC).expect("reads")], ..Catalogue::default() };
        let said = problems(&catalogue);
        assert!(said.iter().any(|line| line.contains("there is no control bcp.activation")), "{said:?}");
    }
}
