//! Rules about the shape of the plan: every section once, every field the rules ask for, texts in both languages.

use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::plan::{Role, SectionGuide, SectionKey};
use hakutaku_model::text::Text;
use std::collections::BTreeSet;

/// The texts and tables that the rules of `hakutaku_model::plan` read by name.
const READ: [(SectionKey, &[&str]); 13] = [
    (SectionKey::Purpose, &["aim", "policy"]),
    (SectionKey::Organisation, &["team"]),
    (SectionKey::Contacts, &["report"]),
    (SectionKey::Activation, &["criteria", "levels", "first-steps"]),
    (SectionKey::Impact, &["impacts"]),
    (SectionKey::Systems, &["substitutes"]),
    (SectionKey::Departments, &["operation"]),
    (SectionKey::Paper, &["forms"]),
    (SectionKey::CutOff, &["rules", "backup-paths", "segments"]),
    (SectionKey::Restore, &["rules", "procedures"]),
    (SectionKey::Communication, &["staff", "patients", "press", "hospitals"]),
    (SectionKey::Evidence, &["rules", "keep"]),
    (SectionKey::Review, &["cycle", "afterwards"]),
];

/// Finds everything that is wrong with the plan's structure.
pub(crate) fn check(catalogue: &Catalogue) -> Vec<String> {
    let plan = &catalogue.plan;
    let mut problems = Vec::new();
    let mut say = |place: &str, problem: String| problems.push(format!("plan {place}: {problem}"));
    let order: Vec<SectionKey> = plan.sections.iter().map(|section| section.key).collect();
    if order != SectionKey::ALL {
        say("sections", "every section must be there once, in the fixed order".to_owned());
    }
    for chapter in &plan.provenance.chapters {
        text(&chapter.id, "title", &chapter.title, &mut say);
        if !plan.sections.iter().any(|section| section.chapters.contains(&chapter.id)) {
            say(&chapter.id, "no section answers to this chapter".to_owned());
        }
    }
    for group in &plan.provenance.groups {
        text(&group.key, "title", &group.title, &mut say);
        text(&group.key, "summary", &group.summary, &mut say);
    }
    for gap in &plan.provenance.gaps {
        text("gaps", "a gap", gap, &mut say);
    }
    for section in &plan.sections {
        let place = section.key.key();
        text(place, "guidance", &section.guidance, &mut say);
        for id in section.chapters.iter().filter(|id| !plan.provenance.chapters.iter().any(|c| c.id == **id)) {
            say(place, format!("there is no chapter {id}"));
        }
        for key in section.groups.iter().filter(|key| !plan.provenance.groups.iter().any(|g| g.key == **key)) {
            say(place, format!("there is no group {key}"));
        }
        fields(section, &mut say);
    }
    for (key, wanted) in READ {
        let Some(section) = plan.section(key) else { continue };
        for name in wanted {
            let known = section.texts.iter().any(|t| t.key == *name) || section.tables.iter().any(|t| t.key == *name);
            if !known {
                say(key.key(), format!("the text or table {name} is missing; the rules read it"));
            }
        }
    }
    problems
}

fn text(place: &str, name: &str, text: &Text, say: &mut impl FnMut(&str, String)) {
    if text.is_incomplete() {
        say(place, format!("{name} is missing in one language"));
    }
}

fn fields(section: &SectionGuide, say: &mut impl FnMut(&str, String)) {
    let place = section.key.key();
    let mut keys = BTreeSet::new();
    for guide in &section.texts {
        if !keys.insert(&guide.key) {
            say(place, format!("{} is there twice", guide.key));
        }
        text(place, &guide.key, &guide.title, say);
        text(place, &guide.key, &guide.starter, say);
        if let Some(hint) = &guide.hint {
            text(place, &guide.key, hint, say);
        }
    }
    for table in &section.tables {
        if !keys.insert(&table.key) {
            say(place, format!("{} is there twice", table.key));
        }
        text(place, &table.key, &table.title, say);
        if let Some(hint) = &table.hint {
            text(place, &table.key, hint, say);
        }
        if table.columns.is_empty() {
            say(place, format!("{} has no columns", table.key));
        }
        for column in &table.columns {
            text(place, &column.key, &column.title, say);
            if column.of.as_deref().is_some_and(|set| set != "roles") {
                say(place, format!("{}: there is no set {:?}", column.key, column.of));
            }
        }
        for (key, words) in table.starter.iter().flatten() {
            match table.columns.iter().find(|column| column.key == *key) {
                None => say(place, format!("{}: a starter row names no column: {key}", table.key)),
                Some(column) if column.of.is_some() && Role::from_key(&words.ja).is_none() => {
                    say(place, format!("{}: there is no role {}", table.key, words.ja));
                }
                Some(_) => text(place, key, words, say),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::plan::{Snapshot, gaps};
    use hakutaku_model::text::Lang;

    #[test]
    fn the_embedded_plan_is_sound_and_its_starters_leave_only_what_nobody_else_knows() {
        let catalogue = crate::embedded().expect("the catalogue loads");
        assert_eq!(check(&catalogue), Vec::<String>::new());
        for lang in [Lang::Ja, Lang::En] {
            let mut plan = Snapshot::default();
            for section in &catalogue.plan.sections {
                plan.sections.insert(section.key, section.starter(lang).tidied());
            }
            for key in [SectionKey::Purpose, SectionKey::Impact, SectionKey::Communication, SectionKey::Review] {
                assert_eq!(gaps(key, &plan), [], "{key:?}");
            }
            assert!(!gaps(SectionKey::Organisation, &plan).is_empty(), "no starter knows who");
        }
    }

    #[test]
    fn a_missing_section_and_an_unknown_chapter_are_told() {
        let catalogue = crate::embedded().expect("the catalogue loads");
        let mut broken = Catalogue::clone(&catalogue);
        broken.plan.sections.remove(0);
        broken.plan.sections[0].chapters.push("tpl-9-9".into());
        let problems = check(&broken).join("\n");
        assert!(problems.contains("in the fixed order") && problems.contains("there is no chapter tpl-9-9"), "{problems}");
    }
}
