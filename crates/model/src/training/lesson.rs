//! Short lessons of the catalogue, and the questions that follow them.

use super::course::{Course, QuizResult};
use super::staff::StaffRole;
use crate::catalogue::Confidence;
use crate::id::ControlId;
use crate::known::SourceLine;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A lesson of about five minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Stable id.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// In one sentence.
    pub summary: Text,
    /// Minutes it takes with its questions.
    pub minutes: u16,
    /// For whom; empty: everybody.
    #[serde(default)]
    pub roles: Vec<StaffRole>,
    /// Whether it is for those who are new.
    #[serde(default)]
    pub newcomers: bool,
    /// What there is to read.
    pub parts: Vec<LessonPart>,
    /// What to keep in mind.
    pub remember: Vec<Text>,
    /// Four to six questions.
    pub quiz: Vec<QuizQuestion>,
    /// The controls it serves.
    pub controls: Vec<ControlId>,
    /// Where facts in it come from.
    #[serde(default)]
    pub sources: Vec<SourceLine>,
    /// How sure the facts are.
    pub confidence: Confidence,
}

/// A few sentences under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonPart {
    /// The heading.
    pub title: Text,
    /// The sentences.
    pub text: Text,
    /// Points, if any.
    #[serde(default)]
    pub points: Vec<Text>,
}

/// A question with one right answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuizQuestion {
    /// Its id, unique in its lesson or course.
    pub id: String,
    /// The question.
    pub question: Text,
    /// Two to four answers.
    pub choices: Vec<Choice>,
    /// Why the right one is right; said kindly after answering.
    #[serde(default)]
    pub why: Text,
}

impl QuizQuestion {
    /// Which answer is right, counted from 0.
    #[must_use]
    pub fn right(&self) -> Option<usize> {
        self.choices.iter().position(|choice| choice.right)
    }
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it says.
    pub text: Text,
    /// Whether it is the right one.
    #[serde(default)]
    pub right: bool,
}

/// All questions of a course with the names they are answered under: those of its lessons, then its own.
#[must_use]
pub fn asked<'q>(course: &'q Course, lessons: &'q [Lesson]) -> Vec<(String, &'q QuizQuestion)> {
    let of_lessons =
        course.lessons.iter().filter_map(|id| lessons.iter().find(|lesson| lesson.id == *id)).flat_map(|lesson| {
            lesson.quiz.iter().map(move |question| (format!("{}/{}", lesson.id, question.id), question))
        });
    of_lessons.chain(course.questions.iter().map(|question| (format!("own/{}", question.id), question))).collect()
}

/// How many answers are right. A question left open is a wrong one.
#[must_use]
pub fn score(questions: &[(String, &QuizQuestion)], answers: &BTreeMap<String, usize>) -> QuizResult {
    let right = questions
        .iter()
        .filter(|(name, question)| question.right().is_some() && answers.get(name).copied() == question.right())
        .count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    QuizResult { right: number(right), of: number(questions.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, right: usize) -> QuizQuestion {
        let choice = |at: usize| Choice { text: Text::new(at.to_string(), at.to_string()), right: at == right };
        QuizQuestion {
            id: id.into(),
            question: Text::new("？", "?"),
            choices: (0..3).map(choice).collect(),
            why: Text::default(),
        }
    }

    #[test]
    fn an_open_question_is_a_wrong_one() {
        let (a, b, c) = (question("a", 0), question("b", 2), question("c", 1));
        let questions = [("x/a".to_owned(), &a), ("x/b".to_owned(), &b), ("own/c".to_owned(), &c)];
        let answers = [("x/a".to_owned(), 0), ("x/b".to_owned(), 1), ("elsewhere".to_owned(), 0)].into();
        let result = score(&questions, &answers);
        assert_eq!(result, QuizResult { right: 1, of: 3 });
        assert!(!result.passes(34) && result.passes(33));
        assert!(QuizResult { right: 4, of: 5 }.passes(80));
        assert!(QuizResult { right: 0, of: 0 }.passes(100), "where nothing is asked, nothing is wrong");
    }
}
