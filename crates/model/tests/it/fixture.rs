//! A small catalogue built in code, so that the rules are tested without the real content.

use hakutaku_model::assessment::{Answer, Answers};
use hakutaku_model::catalogue::{
    AppliesIf, Briefing, Catalogue, Control, Field, LevelText, Mapping, Measure, Question, Questionnaire,
    QuestionnaireKind, Relation, Section, Span, Who,
};
use hakutaku_model::score::Level;
use hakutaku_model::text::Text;

pub(crate) fn text(words: &str) -> Text {
    Text::new(format!("{words}（日）"), words)
}

pub(crate) fn level(n: u8) -> Level {
    Level::new(n).expect("0-3")
}

pub(crate) fn question(id: &str, measures: &[&str]) -> Question {
    Question {
        id: id.into(),
        text: text(id),
        why: text("why"),
        evidence: text("evidence"),
        levels: Level::ALL
            .into_iter()
            .map(|level| LevelText { level, ja: format!("段階{level}"), en: format!("level {level}") })
            .collect(),
        controls: vec!["backup.one".into()],
        measures: measures.iter().map(|id| (*id).into()).collect(),
        applies_if: None,
        same_as: Vec::new(),
        benchmark: None,
    }
}

pub(crate) fn hanging_on(mut question: Question, earlier: &str, min_level: Option<u8>) -> Question {
    question.applies_if =
        Some(AppliesIf { question: earlier.into(), min_level: min_level.map(level), reason: text("because") });
    question
}

pub(crate) fn section(field: &str, questions: Vec<Question>) -> Section {
    Section { field: field.into(), title: text(field), intro: text("intro"), questions }
}

pub(crate) fn form(id: &str, kind: QuestionnaireKind, sections: Vec<Section>) -> Questionnaire {
    Questionnaire {
        id: id.into(),
        kind,
        edition: "1".to_owned(),
        title: text(id),
        audience: text("audience"),
        minutes: 5,
        sections,
    }
}

pub(crate) fn measure(id: &str, reaches: u8, cost: u32, hours: u32, after: &[&str]) -> Measure {
    Measure {
        id: id.into(),
        title: text(id),
        steps: vec![text("step")],
        who: Who::It,
        effort_hours: Span { min: 1, max: hours },
        cost_yen: Span { min: 0, max: cost },
        yearly_yen: Span::default(),
        reaches: level(reaches),
        after: after.iter().map(|id| (*id).into()).collect(),
        controls: vec!["backup.one".into()],
        source: None,
    }
}

/// Two fields: `backup` with three questions, `network` with three of which two hang on the first.
pub(crate) fn catalogue() -> Catalogue {
    let measures = [
        measure("b.dear", 3, 500_000, 4, &[]),
        measure("b.cheap", 2, 10_000, 4, &[]),
        measure("b.free", 2, 0, 8, &[]),
        measure("b.free-later", 2, 0, 1, &["b.cheap"]),
        measure("n.rule", 1, 0, 2, &[]),
    ];
    let hospital = form(
        "hospital-it",
        QuestionnaireKind::Assessment,
        vec![
            section(
                "backup",
                vec![
                    question("q1", &["b.dear", "b.cheap", "b.free", "b.free-later"]),
                    question("q2", &["b.cheap"]),
                    question("q3", &["b.free"]),
                ],
            ),
            section(
                "network",
                vec![
                    question("n1", &["n.rule"]),
                    hanging_on(question("n2", &["n.rule"]), "n1", None),
                    hanging_on(question("n3", &["n.rule"]), "n2", Some(2)),
                ],
            ),
        ],
    );
    Catalogue {
        fields: vec![
            Field { id: "backup".into(), title: text("Backup") },
            Field { id: "network".into(), title: text("Network") },
        ],
        controls: [(
            "backup.one".into(),
            Control {
                id: "backup.one".into(),
                title: text("one"),
                statement: text("one"),
                maps: vec![Mapping { to: "mhlw-6.0/X".into(), relation: Relation::Equal, reason: text("same") }],
            },
        )]
        .into(),
        measures: measures.into_iter().map(|m| (m.id.clone(), m)).collect(),
        questionnaires: vec![hospital],
        briefings: ["backup", "network"]
            .into_iter()
            .map(|field| {
                let briefing =
                    Briefing { field: field.into(), gap: text("gap"), decision: text("decision"), ask: text("ask") };
                (briefing.field.clone(), briefing)
            })
            .collect(),
        ..Catalogue::default()
    }
}

pub(crate) fn answers(given: &[(&str, u8)]) -> Answers {
    given.iter().map(|(id, n)| ((*id).into(), Answer::level(level(*n)))).collect()
}
