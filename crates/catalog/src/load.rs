//! Reads the files and links them. Rules about content are in [`crate::check()`].

use crate::audit;
use crate::files::Source;
use crate::{outside, people};
use hakutaku_model::catalogue::{
    Briefing, Catalogue, Control, Field, Measure, Question, Questionnaire, QuestionnaireKind, Section,
};
use hakutaku_model::id::{FieldId, QuestionnaireId};
use hakutaku_model::plan::PlanStructure;
use hakutaku_model::text::Text;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The questionnaires, in the order they are offered.
pub(crate) const QUESTIONNAIRES: [&str; 5] =
    ["hospital-it", "executive", "small-facility", "online-consultation", "network-typology"];

/// Why a catalogue cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file that must be there is not.
    #[error("{path}: the file is missing")]
    Missing {
        /// Its path in the catalogue.
        path: String,
    },
    /// A file does not have the form of `docs/catalog-format.md`.
    #[error("{path}: {message}")]
    Malformed {
        /// Its path in the catalogue.
        path: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// An id is used twice.
    #[error("{path}: the id {id} is used twice")]
    Twice {
        /// The file with the second use.
        path: String,
        /// The id.
        id: String,
    },
    /// A section names a field that is none of the 21.
    #[error("{path}: there is no field {field}")]
    UnknownField {
        /// Its path in the catalogue.
        path: String,
        /// The name.
        field: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionnaireFile {
    id: QuestionnaireId,
    kind: QuestionnaireKind,
    edition: String,
    title: Text,
    audience: Text,
    minutes: u16,
    fields: Vec<FieldId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionFile {
    field: FieldId,
    #[serde(default)]
    title: Option<Text>,
    intro: Text,
    questions: Vec<Question>,
}

/// Loads a catalogue.
///
/// # Errors
/// The first file that is missing or malformed, or the first id used twice.
pub fn load(source: &Source) -> Result<Catalogue, LoadError> {
    let fields: Vec<Field> = read(source, "fields.yaml")?;
    let mut catalogue = Catalogue { fields, ..Catalogue::default() };
    for (path, text) in source.in_folder("controls") {
        for control in parse::<Vec<Control>>(path, text)? {
            insert(&mut catalogue.controls, control.id.clone(), control, path)?;
        }
    }
    for (path, text) in source.in_folder("measures") {
        for measure in parse::<Vec<Measure>>(path, text)? {
            insert(&mut catalogue.measures, measure.id.clone(), measure, path)?;
        }
    }
    for briefing in read::<Vec<Briefing>>(source, "briefing.yaml")? {
        insert(&mut catalogue.briefings, briefing.field.clone(), briefing, "briefing.yaml")?;
    }
    outside::load(source, &mut catalogue)?;
    catalogue.vendor_certificates = read(source, "vendor-certificates.yaml")?;
    catalogue.mds2 = read(source, "mds2.yaml")?;
    catalogue.service_spec = read(source, "service-spec.yaml")?;
    catalogue.connections = read(source, "connections.yaml")?;
    catalogue.backup = read(source, "backup.yaml")?;
    catalogue.responsibility = read(source, "responsibility.yaml")?;
    catalogue.audit = audit::load(source, &catalogue)?;
    catalogue.scope = read(source, "scope.yaml")?;
    catalogue.procurement = read(source, "procurement.yaml")?;
    catalogue.exercises = crate::exercises::load(source)?;
    catalogue.incident = crate::incident::load(source)?;
    catalogue.plan = PlanStructure {
        provenance: read(source, "plan/structure.yaml")?,
        sections: read(source, "plan/sections.yaml")?,
    };
    people::load(source, &mut catalogue)?;
    catalogue.region = crate::region::load(source)?;
    for id in QUESTIONNAIRES {
        let questionnaire = questionnaire(source, &catalogue, id)?;
        catalogue.questionnaires.push(questionnaire);
    }
    Ok(catalogue)
}

fn questionnaire(source: &Source, catalogue: &Catalogue, id: &str) -> Result<Questionnaire, LoadError> {
    let file: QuestionnaireFile = read(source, &format!("questionnaires/{id}/questionnaire.yaml"))?;
    let sections = file
        .fields
        .iter()
        .map(|field| {
            let path = format!("questionnaires/{id}/{field}.yaml");
            let section: SectionFile = read(source, &path)?;
            let known = catalogue
                .field(section.field.as_str())
                .ok_or_else(|| LoadError::UnknownField { path: path.clone(), field: section.field.to_string() })?;
            if section.field != *field {
                return Err(LoadError::Malformed {
                    path,
                    message: format!("the file is for {}, but the questionnaire expects {field}", section.field),
                });
            }
            Ok(Section {
                title: section.title.unwrap_or_else(|| known.title.clone()),
                field: section.field,
                intro: section.intro,
                questions: section.questions,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Questionnaire {
        id: file.id,
        kind: file.kind,
        edition: file.edition,
        title: file.title,
        audience: file.audience,
        minutes: file.minutes,
        sections,
    })
}

/// Reads one file that must be there.
pub(crate) fn read<T: DeserializeOwned>(source: &Source, path: &str) -> Result<T, LoadError> {
    let text = source.text(path).ok_or_else(|| LoadError::Missing { path: path.to_owned() })?;
    parse(path, text)
}

/// Reads one file's text.
pub(crate) fn parse<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, LoadError> {
    serde_saphyr::from_str(text)
        .map_err(|error| LoadError::Malformed { path: path.to_owned(), message: error.to_string() })
}

/// Puts an entry in, refusing a second one with the same id.
pub(crate) fn insert<K: Ord + ToString, V>(
    map: &mut BTreeMap<K, V>,
    id: K,
    value: V,
    path: &str,
) -> Result<(), LoadError> {
    let shown = id.to_string();
    if map.insert(id, value).is_some() {
        return Err(LoadError::Twice { path: path.to_owned(), id: shown });
    }
    Ok(())
}
