//! The rules of `lessons/` and `cases/`.

use hakutaku_model::cases::PublishedCase;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::text::Text;
use hakutaku_model::training::{Lesson, QuizQuestion};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A lesson takes about five minutes: that many questions, and at most so many characters to read in Japanese.
const QUESTIONS: RangeInclusive<usize> = 4..=6;
const MINUTES: RangeInclusive<u16> = 3..=8;
const LONGEST_LESSON: usize = 1500;
const CHOICES: RangeInclusive<usize> = 2..=4;

pub(crate) fn check(catalogue: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    for lesson in &catalogue.lessons {
        check_lesson(catalogue, lesson, &mut problems);
    }
    for case in &catalogue.cases {
        check_case(catalogue, case, &mut problems);
    }
    // The risk marks of connections and the responsibility tasks name cases: their chains must be here.
    let named = catalogue.connections.cases.iter().map(|case| case.id.as_str());
    for id in named.chain(catalogue.responsibility.cases.iter().map(|case| case.id.as_str())) {
        if !catalogue.cases.iter().any(|case| case.id == id) {
            problems.push(format!("cases: there is no chain of steps for {id}"));
        }
    }
    problems
}

fn text(problems: &mut Vec<String>, place: &str, name: &str, text: &Text) {
    if text.is_incomplete() {
        problems.push(format!("{place}: {name} lacks a language"));
    } else if text.ja == text.en && !text.ja.is_ascii() {
        problems.push(format!("{place}: {name} is the same in both languages"));
    }
}

fn check_lesson(catalogue: &Catalogue, lesson: &Lesson, problems: &mut Vec<String>) {
    let place = format!("lesson {}", lesson.id);
    text(problems, &place, "title", &lesson.title);
    text(problems, &place, "summary", &lesson.summary);
    let mut length = 0;
    for part in &lesson.parts {
        text(problems, &place, "the title of a part", &part.title);
        text(problems, &place, "the text of a part", &part.text);
        length += part.text.ja.chars().count();
        for point in &part.points {
            text(problems, &place, "a point", point);
            length += point.ja.chars().count();
        }
    }
    for line in &lesson.remember {
        text(problems, &place, "remember", line);
    }
    if lesson.parts.is_empty() || lesson.remember.is_empty() {
        problems.push(format!("{place}: there is nothing to read or to remember"));
    }
    if length > LONGEST_LESSON {
        problems.push(format!("{place}: {length} characters are more than five minutes ({LONGEST_LESSON})"));
    }
    if !MINUTES.contains(&lesson.minutes) {
        problems.push(format!("{place}: a short lesson takes 3 to 8 minutes, not {}", lesson.minutes));
    }
    if !QUESTIONS.contains(&lesson.quiz.len()) {
        problems.push(format!("{place}: it must ask 4 to 6 questions, not {}", lesson.quiz.len()));
    }
    let mut seen = BTreeSet::new();
    for question in &lesson.quiz {
        if !seen.insert(&question.id) {
            problems.push(format!("{place}: the question {} stands twice", question.id));
        }
        check_question(&format!("{place} {}", question.id), question, problems);
    }
    // Whoever always ticks the first answer must not pass.
    let firsts = lesson.quiz.iter().filter(|question| question.right() == Some(0)).count();
    if firsts * 2 > lesson.quiz.len() {
        problems.push(format!("{place}: the right answer stands first too often"));
    }
    for control in lesson.controls.iter().filter(|id| !catalogue.controls.contains_key(*id)) {
        problems.push(format!("{place}: there is no control {control}"));
    }
    if lesson.controls.is_empty() {
        problems.push(format!("{place}: it serves no control"));
    }
}

fn check_question(place: &str, question: &QuizQuestion, problems: &mut Vec<String>) {
    text(problems, place, "the question", &question.question);
    text(problems, place, "why", &question.why);
    if !CHOICES.contains(&question.choices.len()) {
        problems.push(format!("{place}: it must offer 2 to 4 answers"));
    }
    if question.choices.iter().filter(|choice| choice.right).count() != 1 {
        problems.push(format!("{place}: exactly one answer must be right"));
    }
    for choice in &question.choices {
        text(problems, place, "an answer", &choice.text);
    }
}

fn check_case(catalogue: &Catalogue, case: &PublishedCase, problems: &mut Vec<String>) {
    let place = format!("case {}", case.id);
    for (name, words) in [("name", &case.name), ("kind", &case.kind), ("summary", &case.summary)] {
        text(problems, &place, name, words);
    }
    for line in &case.unknown {
        text(problems, &place, "unknown", line);
    }
    if case.sources.is_empty() {
        problems.push(format!("{place}: it has no source"));
    }
    if !case.steps.iter().map(|step| step.phase).is_sorted() {
        problems.push(format!("{place}: its steps are not in the order of the chain"));
    }
    if !case.steps.iter().any(|step| step.is_published()) {
        problems.push(format!("{place}: nothing of it is published"));
    }
    for (at, step) in case.steps.iter().enumerate() {
        let place = format!("{place} step {}", at + 1);
        text(problems, &place, "text", &step.text);
        if step.source.is_some_and(|source| source >= case.sources.len()) {
            problems.push(format!("{place}: its source is not in the list"));
        }
        if step.is_published() == step.broken_by.is_empty() {
            problems.push(format!("{place}: a published step names what breaks it, an unpublished one nothing"));
        }
        for breaker in step.broken_by.iter().filter(|breaker| !catalogue.controls.contains_key(&breaker.control)) {
            problems.push(format!("{place}: there is no control {}", breaker.control));
        }
    }
}
