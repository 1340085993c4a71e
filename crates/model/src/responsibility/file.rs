//! The matrix as a file: `hakutaku-responsibility/1`, described in `docs/responsibility-file.md`.
//!
//! A file is taken whole or not at all: every problem is listed with line and column, unknown members are refused.

use super::{Matrix, MatrixParty, Object, OwnTask, Row, Says, Statement, TaskCatalogue};
use crate::text::{Lang, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// What the member `format` must say.
pub const FORMAT: &str = "hakutaku-responsibility/1";
/// A file larger than this is refused before it is read: 4 MiB.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// The most parties.
pub const MAX_PARTIES: usize = 50;
/// The most systems and connection points.
pub const MAX_OBJECTS: usize = 500;
/// The most rows.
pub const MAX_ROWS: usize = 20_000;
/// The longest text, in characters.
pub const MAX_TEXT: usize = 1_000;
/// The longest name or id, in characters.
pub const MAX_NAME: usize = 200;

/// Problems reported at most.
const MAX_PROBLEMS: usize = 200;

/// One thing wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: Text,
}

impl Problem {
    /// One line: place and sentence.
    #[must_use]
    pub fn line_in(&self, lang: Lang) -> String {
        format!("{}:{}: {}", self.line, self.column, self.message.get(lang))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile<'a> {
    #[serde(borrow)]
    format: &'a RawValue,
    #[serde(borrow, default)]
    title: Option<&'a RawValue>,
    #[serde(borrow)]
    parties: Vec<&'a RawValue>,
    #[serde(borrow)]
    objects: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    tasks: Vec<&'a RawValue>,
    #[serde(borrow)]
    rows: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow<'a> {
    task: String,
    object: String,
    #[serde(borrow, default)]
    statements: Vec<&'a RawValue>,
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    format: &'static str,
    title: &'a str,
    parties: Vec<WrittenParty<'a>>,
    objects: &'a [Object],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tasks: &'a [OwnTask],
    rows: &'a [Row],
}

#[derive(Serialize)]
struct WrittenParty<'a> {
    id: &'a str,
    name: &'a str,
    side: super::Side,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<&'a super::ContractNote>,
}

/// Writes a matrix as a file; signatures and ties to registers stay here.
///
/// # Errors
/// A defect of the product.
pub fn write(matrix: &Matrix) -> Result<String, serde_json::Error> {
    let parties = matrix
        .parties
        .iter()
        .map(|party| WrittenParty {
            id: &party.id,
            name: &party.name,
            side: party.side,
            contract: party.contract.as_ref(),
        })
        .collect();
    let file = WrittenFile {
        format: FORMAT,
        title: &matrix.title,
        parties,
        objects: &matrix.objects,
        tasks: &matrix.own_tasks,
        rows: &matrix.rows,
    };
    Ok(serde_json::to_string_pretty(&file)? + "\n")
}

/// Reads a file against the catalogue's tasks.
///
/// # Errors
/// Every problem found, in the order of the file; never an empty list.
pub fn parse(text: &str, tasks: &TaskCatalogue) -> Result<Matrix, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_BYTES {
        return Err(vec![Problem {
            line: 1,
            column: 1,
            message: Text::new(
                "ファイルが大きすぎます（4 MiBまで）。責任分界のファイルかどうか確かめてください。",
                "the file is too large (4 MiB at most); check that it is a responsibility matrix",
            ),
        }]);
    }
    let raw: RawFile<'_> = serde_json::from_str(text).map_err(|error| vec![syntax(text, &error)])?;
    let mut reader = Reader { text, tasks, problems: Vec::new(), matrix: Matrix::default() };
    reader.read(&raw);
    if reader.problems.is_empty() {
        Ok(reader.matrix)
    } else {
        reader.problems.truncate(MAX_PROBLEMS);
        Err(reader.problems)
    }
}

struct Reader<'a> {
    text: &'a str,
    tasks: &'a TaskCatalogue,
    problems: Vec<Problem>,
    matrix: Matrix,
}

impl<'a> Reader<'a> {
    fn say(&mut self, at: &RawValue, ja: impl Into<String>, en: impl Into<String>) {
        let (line, column) = place(self.text, at.get(), 0);
        self.problems.push(Problem { line, column, message: Text::new(ja, en) });
    }

    fn get<T: Deserialize<'a>>(&mut self, at: &'a RawValue) -> Option<T> {
        match serde_json::from_str(at.get()) {
            Ok(value) => Some(value),
            Err(error) => {
                // Where within this part: `line` 1 continues the line the part begins on.
                let offset = offset_of(at.get(), error.line(), error.column());
                let (line, column) = place(self.text, at.get(), offset);
                let plain = error.to_string();
                let plain = plain.split(" at line ").next().unwrap_or_default().to_owned();
                self.problems.push(Problem {
                    line,
                    column,
                    message: Text::new(
                        format!("形が違います（{plain}）。docs/responsibility-file.md を見てください。"),
                        format!("not of the right form ({plain}); see docs/responsibility-file.md"),
                    ),
                });
                None
            }
        }
    }

    fn read(&mut self, raw: &RawFile<'a>) {
        match serde_json::from_str::<String>(raw.format.get()) {
            Ok(format) if format == FORMAT => {}
            _ => self.say(
                raw.format,
                format!("format は \"{FORMAT}\" です。新しい版で作ったファイルなら、製品を新しくしてください。"),
                format!("\"format\" must be \"{FORMAT}\"; a file of a newer version needs a newer product"),
            ),
        }
        if let Some(title) = raw.title {
            self.matrix.title = self.get::<String>(title).unwrap_or_default();
            let longest = self.matrix.title.clone();
            self.short(title, "title", &longest, MAX_NAME);
        }
        for (name, list, most) in [
            ("parties", &raw.parties, MAX_PARTIES),
            ("objects", &raw.objects, MAX_OBJECTS),
            ("tasks", &raw.tasks, MAX_OBJECTS),
            ("rows", &raw.rows, MAX_ROWS),
        ] {
            if let Some(at) = list.get(most).copied() {
                self.say(at, format!("{name} が多すぎます。"), format!("too many \"{name}\""));
                return;
            }
        }
        if raw.parties.is_empty() {
            self.say(raw.format, "parties に関係者が一人もいません。", "\"parties\" is empty: name those concerned");
        }
        self.parties(&raw.parties);
        self.own_tasks(&raw.tasks);
        self.objects(&raw.objects);
        self.rows(&raw.rows);
    }

    fn short(&mut self, at: &RawValue, name: &str, text: &str, most: usize) {
        if text.chars().count() > most {
            self.say(at, format!("{name} は{most}字までです。"), format!("\"{name}\" has {most} characters at most"));
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            self.say(at, format!("{name} に制御文字が入っています。"), format!("\"{name}\" holds a control character"));
        }
    }

    fn id(&mut self, at: &RawValue, id: &str, name: &str, taken: bool) {
        self.short(at, "id", id, MAX_NAME);
        self.short(at, "name", name, MAX_NAME);
        if id.trim().is_empty() || name.trim().is_empty() {
            self.say(at, "id と名前は空にできません。", "id and name may not be blank");
        }
        if taken {
            self.say(at, format!("id「{id}」が2回使われています。"), format!("the id \"{id}\" is used twice"));
        }
    }

    fn parties(&mut self, raw: &[&'a RawValue]) {
        for at in raw {
            let Some(party) = self.get::<MatrixParty>(at) else { continue };
            if party.vendor.is_some() {
                self.say(at, "vendor は書けません。", "\"vendor\" does not belong into a file");
            }
            self.id(at, &party.id, &party.name, self.matrix.party(&party.id).is_some());
            if let Some(contract) = &party.contract {
                self.short(at, "contract", &contract.title, MAX_TEXT);
            }
            self.matrix.parties.push(MatrixParty { vendor: None, ..party });
        }
    }

    fn own_tasks(&mut self, raw: &[&'a RawValue]) {
        for at in raw {
            let Some(task) = self.get::<OwnTask>(at) else { continue };
            let taken =
                self.tasks.task(&task.id).is_some() || self.matrix.own_tasks.iter().any(|own| own.id == task.id);
            self.id(at, &task.id, &task.title.ja, taken);
            self.short(at, "title", &task.title.en, MAX_NAME);
            self.matrix.own_tasks.push(task);
        }
    }

    fn objects(&mut self, raw: &[&'a RawValue]) {
        for at in raw {
            let Some(object) = self.get::<Object>(at) else { continue };
            self.id(at, &object.id, &object.name, self.matrix.object(&object.id).is_some());
            for party in &object.parties {
                self.known_party(at, party);
            }
            self.matrix.objects.push(object);
        }
    }

    fn known_party(&mut self, at: &RawValue, id: &str) {
        if self.matrix.party(id).is_none() {
            self.say(
                at,
                format!("関係者「{id}」は parties にありません。"),
                format!("\"{id}\" is not among \"parties\""),
            );
        }
    }

    fn rows(&mut self, raw: &[&'a RawValue]) {
        let mut seen = BTreeSet::new();
        for at in raw {
            if self.problems.len() >= MAX_PROBLEMS {
                break;
            }
            let Some(row) = self.get::<RawRow<'a>>(at) else { continue };
            let own = self.matrix.own_tasks.iter().any(|task| task.id == row.task);
            if self.tasks.task(&row.task).is_none() && !own {
                let id = &row.task;
                self.say(
                    at,
                    format!("仕事「{id}」はありません。一覧にない仕事は tasks に名前を書いてください。"),
                    format!("there is no task \"{id}\"; name tasks of your own in \"tasks\""),
                );
            }
            if self.matrix.object(&row.object).is_none() {
                let id = &row.object;
                self.say(
                    at,
                    format!("対象「{id}」は objects にありません。"),
                    format!("\"{id}\" is not among \"objects\""),
                );
            }
            if !seen.insert((row.task.clone(), row.object.clone())) {
                self.say(at, "同じ仕事と対象の行が2つあります。", "a row with this task and object stands twice");
            }
            let statements = self.statements(&row.statements);
            self.matrix.rows.push(Row { task: row.task, object: row.object, statements });
        }
    }

    fn statements(&mut self, raw: &[&'a RawValue]) -> Vec<Statement> {
        let mut statements: Vec<Statement> = Vec::new();
        for at in raw {
            let Some(statement) = self.get::<Statement>(at) else { continue };
            if statements.iter().any(|other| other.party == statement.party) {
                self.say(at, "同じ関係者が2回答えています。", "this party speaks twice in one row");
            }
            if let Some(message) = fault_of(&statement, &self.matrix) {
                self.say(at, message.ja, message.en);
            }
            statements.push(statement);
        }
        statements
    }
}

/// What is wrong with a statement in a matrix, if anything; the same for files, sheets and forms.
#[must_use]
pub fn fault_of(s: &Statement, matrix: &Matrix) -> Option<Text> {
    for id in [Some(&s.party), s.whom.as_ref()].into_iter().flatten().chain(&s.with) {
        if matrix.party(id).is_none() {
            return Some(Text::new(
                format!("関係者「{id}」はこの表にありません。"),
                format!("\"{id}\" is not a party of this matrix"),
            ));
        }
    }
    for (name, text) in [("how", &s.how), ("why", &s.why), ("contract", &s.contract), ("note", &s.note), ("by", &s.by)]
    {
        if text.chars().count() > MAX_TEXT || text.chars().any(|c| c.is_control() && c != '\n') {
            return Some(Text::new(
                format!("{name} は{MAX_TEXT}字までで、制御文字は使えません。"),
                format!("\"{name}\" has {MAX_TEXT} characters at most and no control characters"),
            ));
        }
    }
    let misplaced = (s.whom.is_some() && s.says != Says::Theirs)
        || (!s.with.is_empty() && s.says != Says::Shared)
        || (!s.how.is_empty() && s.says != Says::Shared)
        || (!s.why.is_empty() && s.says != Says::NotNeeded);
    if misplaced {
        return Some(Text::new(
            "whom は theirs、with と how は shared、why は not_needed のときだけ書けます。",
            "\"whom\" belongs to \"theirs\", \"with\" and \"how\" to \"shared\", \"why\" to \"not_needed\"",
        ));
    }
    if s.whom.as_ref() == Some(&s.party) || s.with.contains(&s.party) {
        return Some(Text::new("相手に自分自身は書けません。", "a party cannot name itself as the other"));
    }
    if s.says == Says::Shared && (s.with.is_empty() || s.how.trim().is_empty()) {
        return Some(Text::new(
            "分担するときは、だれと（with）、どう分けるか（how）が必要です。",
            "\"shared\" needs \"with\" (with whom) and \"how\" (who does which part)",
        ));
    }
    if s.says == Says::NotNeeded && s.why.trim().is_empty() {
        return Some(Text::new("不要とするには理由（why）が必要です。", "\"not_needed\" needs \"why\""));
    }
    None
}

/// The byte that a line and column (both from 1) of a part name.
fn offset_of(part: &str, line: usize, column: usize) -> usize {
    let before: usize = part.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column.saturating_sub(1)).min(part.len())
}

/// Line and column (both from 1) of a byte of a part of the text.
fn place(text: &str, part: &str, offset: usize) -> (usize, usize) {
    // Both borrow from the same buffer, so the distance of their starts is the offset.
    let offset = ((part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize) + offset).min(text.len());
    let before = &text.as_bytes()[..offset];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let last = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    (line, String::from_utf8_lossy(last).chars().count() + 1)
}

fn syntax(text: &str, error: &serde_json::Error) -> Problem {
    let message = if text.trim().is_empty() {
        Text::new("ファイルが空です。", "the file is empty")
    } else {
        Text::new(
            format!("責任分界のファイルとして読めません（{error}）。"),
            format!("cannot be read as a responsibility matrix ({error})"),
        )
    };
    Problem { line: error.line().max(1), column: error.column().max(1), message }
}
