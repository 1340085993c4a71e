//! What does not fit together, in sentences: what is wrong, what can come of it, what to do next.

use super::{Finding, FindingKind, Matrix, ObjectKind, TaskCatalogue, check};
use crate::text::Text;
use serde::Serialize;

/// A party as findings name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id in the matrix.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// An object as findings name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedObject {
    /// System or connection point.
    pub kind: ObjectKind,
    /// Its id in the matrix.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A published case as findings name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseLine {
    /// Its id in the catalogue.
    pub id: String,
    /// Place and year.
    pub title: Text,
    /// Where it was published.
    pub url: String,
}

/// A finding in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What kind.
    pub kind: FindingKind,
    /// Id of the task.
    pub task: String,
    /// Name of the task.
    pub title: Text,
    /// The system or connection point.
    pub object: NamedObject,
    /// The parties concerned.
    pub parties: Vec<Named>,
    /// What is wrong.
    pub sentence: Text,
    /// What can come of it; `None` for tasks of the matrix's own.
    pub can_happen: Option<Text>,
    /// A published case in which it did.
    pub case: Option<CaseLine>,
    /// What to do next.
    pub next: Text,
}

/// The outcome of a check as scripts read it; members may be added, those here stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// The matrix's title.
    pub title: String,
    /// SHA-256 of the text that would be signed.
    pub hash: String,
    /// Rows: tasks × objects.
    pub cells: usize,
    /// Nobody does it.
    pub holes: Vec<Said>,
    /// Several do it without an agreed split.
    pub double_claims: Vec<Said>,
    /// One counts on another, who says otherwise.
    pub contradictions: Vec<Said>,
    /// Work of a party without a contract for it.
    pub uncontracted: Vec<Said>,
    /// Rows in which somebody has not spoken yet.
    pub open: Vec<Said>,
}

impl CheckReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        [&self.holes, &self.double_claims, &self.contradictions, &self.uncontracted].iter().all(|list| list.is_empty())
    }
}

/// Checks a matrix and puts the outcome into words.
#[must_use]
pub fn report(matrix: &Matrix, tasks: &TaskCatalogue) -> CheckReport {
    let findings = check(matrix);
    let said = |list: &[Finding]| list.iter().map(|finding| say(finding, matrix, tasks)).collect();
    CheckReport {
        title: matrix.title.clone(),
        hash: matrix.hash(),
        cells: matrix.rows.len(),
        holes: said(&findings.holes),
        double_claims: said(&findings.double_claims),
        contradictions: said(&findings.contradictions),
        uncontracted: said(&findings.uncontracted),
        open: said(&findings.open),
    }
}

/// The name of a task in a matrix.
#[must_use]
pub fn task_title(id: &str, matrix: &Matrix, tasks: &TaskCatalogue) -> Text {
    let own = || matrix.own_tasks.iter().find(|task| task.id == id).map(|task| task.title.clone());
    tasks.task(id).map(|task| task.title.clone()).or_else(own).unwrap_or_else(|| Text::new(id, id))
}

/// One finding in words.
#[must_use]
pub fn say(finding: &Finding, matrix: &Matrix, tasks: &TaskCatalogue) -> Said {
    let title = task_title(&finding.task, matrix, tasks);
    let task = tasks.task(&finding.task);
    let object = matrix.object(&finding.object);
    let object = NamedObject {
        kind: object.map_or(ObjectKind::System, |object| object.kind),
        id: finding.object.clone(),
        name: object.map_or_else(|| finding.object.clone(), |object| object.name.clone()),
    };
    let parties: Vec<Named> = finding
        .parties
        .iter()
        .map(|id| Named {
            id: id.clone(),
            name: matrix.party(id).map_or_else(|| id.clone(), |party| party.name.clone()),
        })
        .collect();
    let case = task.and_then(|task| task.case.as_deref()).and_then(|id| tasks.case(id));
    Said {
        kind: finding.kind,
        task: finding.task.clone(),
        sentence: sentence(finding.kind, &title, &object.name, &parties, covered_elsewhere(finding, matrix)),
        next: next(finding.kind, &parties),
        title,
        object,
        parties,
        can_happen: task.map(|task| task.can_happen.clone()),
        case: case.map(|case| CaseLine { id: case.id.clone(), title: case.title.clone(), url: case.url.clone() }),
    }
}

/// Whether the party has a contract, but not for this.
fn covered_elsewhere(finding: &Finding, matrix: &Matrix) -> bool {
    finding.parties.first().and_then(|id| matrix.party(id)).is_some_and(super::MatrixParty::is_contracted)
}

fn names(parties: &[Named]) -> Text {
    let list: Vec<&str> = parties.iter().map(|party| party.name.as_str()).collect();
    let en = match list.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => list.join(""),
    };
    Text::new(list.join("と"), en)
}

fn sentence(kind: FindingKind, task: &Text, object: &str, parties: &[Named], covered_elsewhere: bool) -> Text {
    let who = names(parties);
    let (ja, en) = (&task.ja, &task.en);
    match kind {
        FindingKind::Hole => Text::new(
            format!("{object}の「{ja}」は、だれも自分の仕事だと考えていません（答えた人：{}）。", who.ja),
            format!("“{en}” for {object}: nobody takes it for their own task ({} have answered).", who.en),
        ),
        FindingKind::DoubleClaim => Text::new(
            format!("{object}の「{ja}」は、{}がそれぞれ自分の仕事だと考えています。分け方は決まっていません。", who.ja),
            format!("“{en}” for {object}: {} each take it for their own, without an agreed split.", who.en),
        ),
        FindingKind::Contradiction => Text::new(
            format!(
                "{object}の「{ja}」について、{}の考えが食い違っています。一方が相手の仕事だと考え、相手はそう考えていません。",
                who.ja
            ),
            format!("“{en}” for {object}: {} disagree. One counts on the other, who says otherwise.", who.en),
        ),
        FindingKind::Uncontracted if covered_elsewhere => Text::new(
            format!("{object}の「{ja}」は{}の仕事とされていますが、いまの契約の範囲に入っていません。", who.ja),
            format!("“{en}” for {object} is given to {}, whose contract does not cover it.", who.en),
        ),
        FindingKind::Uncontracted => Text::new(
            format!(
                "{object}の「{ja}」は{}の仕事とされていますが、運用・管理・保守の有効な契約が見当たりません。",
                who.ja
            ),
            format!(
                "“{en}” for {object} is given to {}, but no contract for operation, management or maintenance is known to be in force.",
                who.en
            ),
        ),
        FindingKind::Open => Text::new(
            format!("{object}の「{ja}」について、{}の考えをまだ聞いていません。", who.ja),
            format!("“{en}” for {object}: {} not asked yet.", who.en),
        ),
    }
}

fn next(kind: FindingKind, parties: &[Named]) -> Text {
    let who = names(parties);
    match kind {
        FindingKind::Hole => Text::new(
            format!(
                "{}が同じ席で、だれが行うかを一つに決め、契約書か覚書に書きます。決まるまでは施設が行うものとして備えます。",
                who.ja
            ),
            format!(
                "Sit down together ({}), settle on one, and write it into the contract or a memorandum. Until then, plan as if it were the facility's.",
                who.en
            ),
        ),
        FindingKind::DoubleClaim => Text::new(
            format!("{}で、どこまでをだれが行うかを文にし、同じ文を両方の表に書きます。", who.ja),
            format!("Agree with {} on who does which part, and write the same words into both columns.", who.en),
        ),
        FindingKind::Contradiction => Text::new(
            format!(
                "{}にこの行を見せ、契約書のどこに書いてあるかをそれぞれ示してもらいます。書いていなければ、決めて書き足します。",
                who.ja
            ),
            format!(
                "Show this row to {} and let each point to the place in the contract. Where there is none, decide and add it.",
                who.en
            ),
        ),
        FindingKind::Uncontracted => Text::new(
            format!("{}と保守の契約を結ぶか、契約にこの仕事を書き足すか、別の担当を決めます。", who.ja),
            format!("Make a maintenance contract with {}, add this task to it, or give it to somebody else.", who.en),
        ),
        FindingKind::Open => Text::new(
            format!("{}に聞き、答えを記入します。", who.ja),
            format!("Ask {} and enter what they say.", who.en),
        ),
    }
}
