//! The answers file of `hakutaku assess` and of the API's import.
//!
//! ```json
//! {"questionnaire":"hospital-it","edition":"2026.1","answers":[
//!   {"question":"it-backup-01","level":2},
//!   {"question":"it-mobile-01","not_applicable":"nobody carries devices out"}]}
//! ```
//! Unanswered questions are absent. A file is taken whole or not at all: every problem is listed with its place.

use crate::assessment::{Answer, Answers};
use crate::catalogue::{Catalogue, Questionnaire};
use crate::id::QuestionId;
use crate::score::Level;
use crate::text::{Lang, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fmt;

/// A file larger than this is refused before it is read: 4 MiB (a full one has some 10 kB).
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Longest reason for "not applicable", in characters.
pub const MAX_REASON_CHARS: usize = 2_000;

/// Problems reported at most; a file of garbage needs no longer list.
const MAX_PROBLEMS: usize = 200;

/// What a well-formed file says.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswersFile<'c> {
    /// The questionnaire it answers.
    pub questionnaire: &'c Questionnaire,
    /// The answers.
    pub answers: Answers,
}

/// One thing wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The question concerned, as written.
    pub question: Option<String>,
    /// What is wrong and what to do.
    pub message: Text,
}

impl Problem {
    /// One line: place, question, sentence.
    #[must_use]
    pub fn line_in(&self, lang: Lang) -> String {
        let question = self.question.as_deref().map(|q| format!("{q}: ")).unwrap_or_default();
        format!("{}:{}: {question}{}", self.line, self.column, self.message.get(lang))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line_in(Lang::En))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile<'a> {
    #[serde(borrow)]
    questionnaire: &'a RawValue,
    #[serde(borrow)]
    edition: &'a RawValue,
    #[serde(borrow)]
    answers: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    question: String,
    #[serde(default)]
    level: Option<serde_json::Value>,
    #[serde(default)]
    not_applicable: Option<String>,
}

/// Reads an answers file against the catalogue.
///
/// # Errors
/// Every problem found, in the order of the file; never an empty list.
pub fn parse<'c>(text: &str, catalogue: &'c Catalogue) -> Result<AnswersFile<'c>, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_BYTES {
        return Err(vec![Problem {
            line: 1,
            column: 1,
            question: None,
            message: Text::new(
                "ファイルが大きすぎます（4 MiBまで）。回答ファイルかどうか確かめてください。",
                "the file is too large (4 MiB at most); check that it is an answers file",
            ),
        }]);
    }
    let raw: RawFile<'_> = serde_json::from_str(text).map_err(|error| vec![syntax_problem(text, &error)])?;
    let mut reader = Reader { text, problems: Vec::new() };
    let questionnaire = reader.questionnaire(&raw, catalogue);
    let answers = questionnaire.map(|q| reader.answers(&raw, q));
    match (questionnaire, answers) {
        (Some(questionnaire), Some(answers)) if reader.problems.is_empty() => {
            Ok(AnswersFile { questionnaire, answers })
        }
        _ => {
            reader.problems.truncate(MAX_PROBLEMS);
            Err(reader.problems)
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, at: &RawValue, question: Option<&str>, ja: impl Into<String>, en: impl Into<String>) {
        let (line, column) = place(self.text, at.get());
        self.problems.push(Problem { line, column, question: question.map(str::to_owned), message: Text::new(ja, en) });
    }

    fn questionnaire<'c>(&mut self, raw: &RawFile<'_>, catalogue: &'c Catalogue) -> Option<&'c Questionnaire> {
        let Ok(id) = serde_json::from_str::<String>(raw.questionnaire.get()) else {
            self.problem(
                raw.questionnaire,
                None,
                "questionnaire には質問票のidを文字で書いてください。",
                "\"questionnaire\" must be the id of a questionnaire, as text",
            );
            return None;
        };
        let Some(questionnaire) = catalogue.questionnaire(&id) else {
            let known: Vec<&str> = catalogue.questionnaires.iter().map(|q| q.id.as_str()).collect();
            let known = known.join(", ");
            self.problem(
                raw.questionnaire,
                None,
                format!("質問票「{id}」はありません。使えるのは {known} です。"),
                format!("there is no questionnaire \"{id}\"; known ones are {known}"),
            );
            return None;
        };
        match serde_json::from_str::<String>(raw.edition.get()) {
            Ok(edition) if edition == questionnaire.edition => {}
            Ok(edition) => self.problem(
                raw.edition,
                None,
                format!("版「{edition}」は今の版「{}」と違います。", questionnaire.edition),
                format!("edition \"{edition}\" is not the current edition \"{}\"", questionnaire.edition),
            ),
            Err(_) => {
                self.problem(raw.edition, None, "edition には版を文字で書いてください。", "\"edition\" must be text");
            }
        }
        Some(questionnaire)
    }

    fn answers(&mut self, raw: &RawFile<'_>, questionnaire: &Questionnaire) -> Answers {
        let mut answers = Answers::new();
        for item in &raw.answers {
            if self.problems.len() >= MAX_PROBLEMS {
                break;
            }
            if let Some((question, answer)) = self.answer(item, questionnaire, &answers) {
                answers.insert(question, answer);
            }
        }
        answers
    }

    fn answer(
        &mut self,
        item: &RawValue,
        questionnaire: &Questionnaire,
        so_far: &Answers,
    ) -> Option<(QuestionId, Answer)> {
        let raw: RawAnswer = match serde_json::from_str(item.get()) {
            Ok(raw) => raw,
            Err(error) => {
                let named = named_question(item);
                self.problem(
                    item,
                    named.as_deref(),
                    format!("回答の形が違います（{error}）。question と、level か not_applicable のどちらかを書いてください。"),
                    format!("not an answer ({error}); write \"question\" and either \"level\" or \"not_applicable\""),
                );
                return None;
            }
        };
        let id = raw.question.as_str();
        let Some(question) = questionnaire.question(id) else {
            let title = &questionnaire.id;
            self.problem(
                item,
                Some(id),
                format!("この質問は {title} にありません。"),
                format!("{title} has no such question"),
            );
            return None;
        };
        if so_far.contains_key(id) {
            self.problem(item, Some(id), "同じ質問への回答が2つあります。", "answered twice");
            return None;
        }
        let answer = match (raw.level, raw.not_applicable) {
            (Some(level), None) => {
                let level = level.as_u64().and_then(|n| u8::try_from(n).ok()).and_then(Level::new);
                let Some(level) = level else {
                    self.problem(
                        item,
                        Some(id),
                        "level は 0、1、2、3 のどれかです。",
                        "\"level\" must be 0, 1, 2 or 3",
                    );
                    return None;
                };
                Answer::level(level)
            }
            (None, Some(reason)) if reason.trim().is_empty() => {
                self.problem(item, Some(id), "「該当なし」には理由が必要です。", "\"not_applicable\" needs a reason");
                return None;
            }
            (None, Some(reason)) if reason.chars().count() > MAX_REASON_CHARS => {
                self.problem(
                    item,
                    Some(id),
                    format!("理由が長すぎます（{MAX_REASON_CHARS}字まで）。"),
                    format!("the reason is too long ({MAX_REASON_CHARS} characters at most)"),
                );
                return None;
            }
            (None, Some(reason)) => Answer::not_applicable(reason.trim()),
            (Some(_), Some(_)) => {
                self.problem(
                    item,
                    Some(id),
                    "level と not_applicable は両方は書けません。",
                    "\"level\" and \"not_applicable\" exclude each other",
                );
                return None;
            }
            (None, None) => {
                self.problem(
                    item,
                    Some(id),
                    "level か not_applicable を書いてください（未回答なら行ごと省きます）。",
                    "write \"level\" or \"not_applicable\" (leave an unanswered question out altogether)",
                );
                return None;
            }
        };
        Some((question.id.clone(), answer))
    }
}

/// The question an ill-formed answer names, if it can be read at all.
fn named_question(item: &RawValue) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(item.get()).ok()?;
    value.get("question")?.as_str().map(str::to_owned)
}

/// Line and column (both from 1) of a slice of the text.
fn place(text: &str, part: &str) -> (usize, usize) {
    // Both borrow from the same buffer, so the distance of their starts is the offset.
    let offset = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len());
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

fn syntax_problem(text: &str, error: &serde_json::Error) -> Problem {
    let empty = text.trim().is_empty();
    let message = if empty {
        Text::new("ファイルが空です。", "the file is empty")
    } else {
        Text::new(
            format!("回答ファイルとして読めません（{error}）。"),
            format!("cannot be read as an answers file ({error})"),
        )
    };
    Problem { line: error.line().max(1), column: error.column().max(1), question: None, message }
}
