//! Own questions as people type them: a question, its answers below it, a star before the right one, a blank line between.

use super::lesson::{Choice, QuizQuestion};
use crate::text::Text;

/// The most own questions of a course.
const MOST_QUESTIONS: usize = 30;
/// The longest line, in characters.
const LONGEST_LINE: usize = 300;
/// Answers to a question.
const CHOICES: std::ops::RangeInclusive<usize> = 2..=6;

/// What is wrong with typed questions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuizFault {
    /// Too few or too many answers.
    #[error("reading the question in line {line}: it needs two to six answers below it")]
    Choices {
        /// Where the question stands, from 1.
        line: usize,
    },
    /// No answer, or several, marked as right.
    #[error("reading the question in line {line}: exactly one answer must be marked with *")]
    Right {
        /// Where the question stands, from 1.
        line: usize,
    },
    /// A line is too long.
    #[error("reading the questions: line {line} is longer than {LONGEST_LINE} characters")]
    Long {
        /// Which, from 1.
        line: usize,
    },
    /// Too many questions.
    #[error("reading the questions: more than {MOST_QUESTIONS}")]
    Many,
}

impl QuizFault {
    /// The fault in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Choices { line } => Text::new(
                format!("{line}行目の問題: 答えを2つから6つ、すぐ下の行に1つずつ書いてください。"),
                format!("The question in line {line}: write two to six answers below it, one per line."),
            ),
            Self::Right { line } => Text::new(
                format!("{line}行目の問題: 正しい答えの頭に＊を1つだけ付けてください。"),
                format!("The question in line {line}: put a * before the one right answer."),
            ),
            Self::Long { line } => Text::new(
                format!("{line}行目が長すぎます（{LONGEST_LINE}文字まで）。"),
                format!("Line {line} is too long ({LONGEST_LINE} characters at most)."),
            ),
            Self::Many => Text::new(
                format!("問題は{MOST_QUESTIONS}問までにしてください。"),
                format!("No more than {MOST_QUESTIONS} questions, please."),
            ),
        }
    }
}

/// Reads typed questions; nothing typed is no question.
///
/// # Errors
/// The first thing wrong, with its line.
pub fn read_quiz(typed: &str) -> Result<Vec<QuizQuestion>, QuizFault> {
    let mut blocks: Vec<Vec<(usize, &str)>> = vec![Vec::new()];
    for (at, line) in typed.lines().enumerate() {
        let (line, at) = (line.trim(), at + 1);
        if line.chars().count() > LONGEST_LINE {
            return Err(QuizFault::Long { line: at });
        }
        match blocks.last_mut() {
            Some(block) if !line.is_empty() => block.push((at, line)),
            _ => blocks.push(Vec::new()),
        }
    }
    let blocks: Vec<_> = blocks.into_iter().filter(|block| !block.is_empty()).collect();
    if blocks.len() > MOST_QUESTIONS {
        return Err(QuizFault::Many);
    }
    blocks.iter().enumerate().map(|(number, block)| question(number + 1, block)).collect()
}

fn question(number: usize, block: &[(usize, &str)]) -> Result<QuizQuestion, QuizFault> {
    let both = |text: &str| Text::new(text, text);
    let Some(((line, head), rest)) = block.split_first() else { return Err(QuizFault::Choices { line: 0 }) };
    let choices: Vec<Choice> = rest
        .iter()
        .map(|(_, text)| match text.strip_prefix(['*', '＊']) {
            Some(text) => Choice { text: both(text.trim()), right: true },
            None => Choice { text: both(text), right: false },
        })
        .filter(|choice| !choice.text.ja.is_empty())
        .collect();
    if !CHOICES.contains(&choices.len()) {
        return Err(QuizFault::Choices { line: *line });
    }
    if choices.iter().filter(|choice| choice.right).count() != 1 {
        return Err(QuizFault::Right { line: *line });
    }
    Ok(QuizQuestion { id: format!("q{number}"), question: both(head), choices, why: Text::default() })
}

/// Own questions as they are typed.
#[must_use]
pub fn write_quiz(questions: &[QuizQuestion]) -> String {
    let block = |question: &QuizQuestion| {
        let mut lines = vec![question.question.ja.clone()];
        lines.extend(
            question.choices.iter().map(|c| if c.right { format!("*{}", c.text.ja) } else { c.text.ja.clone() }),
        );
        lines.join("\n")
    };
    questions.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_questions_come_back_as_they_were() {
        let typed = "困ったら誰に電話する？\n自分で直す\n*情報システム係\n\n\n私物のUSBは？\n＊使わない\n使う\n";
        let read = read_quiz(typed).expect("right");
        assert_eq!((read.len(), read[0].right(), read[1].right()), (2, Some(1), Some(0)));
        assert_eq!(read_quiz(&write_quiz(&read)), Ok(read));
        assert_eq!(read_quiz("  \n\n"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert_eq!(read_quiz("問い\n*ひとつだけ"), Err(QuizFault::Choices { line: 1 }));
        assert_eq!(read_quiz("a\n*b\nc\n\n問い\nはい\nいいえ"), Err(QuizFault::Right { line: 5 }));
        assert_eq!(read_quiz("問い\n*はい\n*いいえ"), Err(QuizFault::Right { line: 1 }));
        assert_eq!(read_quiz(&"長".repeat(301)), Err(QuizFault::Long { line: 1 }));
    }
}
