//! The audit sheet with its manual: `audit/guide.yaml` and the items of `audit/sheet-*.yaml`.

use crate::files::Source;
use crate::load::{LoadError, parse, read};
use hakutaku_model::audit::AuditGuide;
use hakutaku_model::audit::sample::LARGEST_SAMPLE;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::id::ControlId;
use hakutaku_model::text::Text;
use std::collections::BTreeSet;

/// Reads both, and puts the items in the order of the fields.
pub(crate) fn load(source: &Source, catalogue: &Catalogue) -> Result<AuditGuide, LoadError> {
    let mut guide: AuditGuide = read(source, "audit/guide.yaml")?;
    for (path, text) in source.in_folder("audit").filter(|(path, _)| path.starts_with("audit/sheet-")) {
        guide.items.extend(parse::<Vec<_>>(path, text)?);
    }
    let place = |field: &str| catalogue.fields.iter().position(|one| one.id.as_str() == field);
    guide.items.sort_by_key(|item| (place(item.field.as_str()), item.id.clone()));
    Ok(guide)
}

/// Everything that breaks the rules.
pub(crate) fn check(catalogue: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    let guide = &catalogue.audit;
    let mut say = |place: &str, what: String| problems.push(format!("{place}: {what}"));
    let mut ids = BTreeSet::new();
    if !(60..=80).contains(&guide.items.len()) {
        say("audit sheet", format!("there must be 60 to 80 items, not {}", guide.items.len()));
    }
    for field in &catalogue.fields {
        if !guide.items.iter().any(|item| item.field == field.id) {
            say("audit sheet", format!("nothing about {}", field.id));
        }
    }
    let complete = |text: &Text| !text.is_incomplete();
    let unknown = |controls: &[ControlId]| -> Vec<String> {
        controls.iter().filter(|id| !catalogue.controls.contains_key(*id)).map(ToString::to_string).collect()
    };
    for item in &guide.items {
        let place = format!("audit item {}", item.id);
        if !ids.insert(item.id.as_str()) {
            say(&place, "the id is used twice".to_owned());
        }
        if !item.id.starts_with(&format!("aud-{}-", item.field)) {
            say(&place, format!("its id does not name its field {}", item.field));
        }
        if catalogue.field(item.field.as_str()).is_none() {
            say(&place, format!("there is no field {}", item.field));
        }
        let texts = [
            ("title", &item.title),
            ("ask", &item.ask),
            ("look", &item.look),
            ("conforming", &item.conforming),
            ("minor", &item.minor),
            ("major", &item.major),
            ("source", &item.source),
        ];
        for (name, _) in texts.iter().filter(|(_, text)| !complete(text)) {
            say(&place, format!("{name} lacks a language"));
        }
        if item.controls.is_empty() {
            say(&place, "it looks at no control".to_owned());
        }
        for control in unknown(&item.controls) {
            say(&place, format!("there is no control {control}"));
        }
        if item.sample.is_some_and(|sample| !(1..=LARGEST_SAMPLE).contains(&usize::from(sample.size))) {
            say(&place, format!("a sample has 1 to {LARGEST_SAMPLE} lines"));
        }
    }
    for question in &guide.interviews {
        let place = format!("interview question {}", question.id);
        if !ids.insert(question.id.as_str()) {
            say(&place, "the id is used twice".to_owned());
        }
        if !complete(&question.text) || !complete(&question.listen) {
            say(&place, "a text lacks a language".to_owned());
        }
        for control in unknown(&question.controls) {
            say(&place, format!("there is no control {control}"));
        }
    }
    if !guide.interviews.iter().any(|question| question.director) {
        say("audit guide", "there is no question for the director".to_owned());
    }
    let rhythm = &guide.rhythm;
    if rhythm.internal_years < 1 || rhythm.external_from < 1 || rhythm.external_until < rhythm.external_from {
        say("audit guide", "the years of the rhythm do not fit".to_owned());
    }
    if !complete(&rhythm.words) || rhythm.source.title.trim().is_empty() {
        say("audit guide", "the recommendation lacks its words or its source".to_owned());
    }
    problems
}
