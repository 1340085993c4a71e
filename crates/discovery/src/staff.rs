//! A list of the people who work in the house, as a personnel office saves it: CSV or XLSX, columns found by their headings.
//!
//! Only number, name, department, job, first and last day are taken. A file that seems to hold patients' data is refused as
//! a whole: it does not belong here.

use crate::tables::{self, TableRefused};
use hakutaku_model::text::{Text, folded};
use hakutaku_model::training::staff_list::{MOST_ROWS, StaffLine};

/// Headings stand within so many rows.
const HEAD_ROWS: usize = 30;

/// Words of headings for each column, best first.
const HEADINGS: [(Column, &[&str]); 6] = [
    (
        Column::Number,
        &[
            "職員番号",
            "社員番号",
            "職員id",
            "職員コード",
            "番号",
            "staff number",
            "number",
            "no",
            "employee number",
            "id",
        ],
    ),
    (Column::Name, &["氏名", "名前", "職員名", "姓名", "name", "full name"]),
    (Column::Department, &["部署", "所属", "部門", "病棟", "所属名", "部署名", "department", "ward", "unit"]),
    (Column::Role, &["職種", "役割", "職名", "役職", "job", "role", "title"]),
    (
        Column::Joined,
        &["入職日", "採用日", "入社日", "着任日", "入職年月日", "採用年月日", "joined", "start date", "hired"],
    ),
    (Column::Left, &["退職日", "退職年月日", "離職日", "left", "end date", "last day"]),
];

/// Headings that only lists of patients have.
const OF_PATIENTS: [&str; 12] = [
    "患者",
    "カルテ番号",
    "診察券",
    "病名",
    "主病名",
    "保険者番号",
    "被保険者",
    "診断",
    "patient",
    "diagnosis",
    "chart number",
    "insurance number",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    Name,
    Department,
    Role,
    Joined,
    Left,
}

/// Why a list is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StaffRefused {
    /// The table.
    #[error(transparent)]
    Table(#[from] TableRefused),
    /// No column for the name.
    #[error("reading the list of staff: no column for the name")]
    NoNameColumn,
    /// A heading that only lists of patients have.
    #[error("reading the list of staff: the column {heading:?} seems to hold patients' data")]
    Patients {
        /// The heading.
        heading: String,
    },
    /// No row below the headings.
    #[error("reading the list of staff: nothing in it")]
    Nothing,
    /// More than is taken.
    #[error("reading the list of staff: more than {MOST_ROWS} rows")]
    TooMany,
}

impl StaffRefused {
    /// The reason in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Table(table) => table.text(),
            Self::NoNameColumn => Text::new(
                "名前の列が見つかりません。見出しを「氏名」にしてください。",
                "No column holds the names. Call its heading \"Name\".",
            ),
            Self::Patients { heading } => Text::new(
                format!("「{heading}」という列があり、患者さんの情報のようです。職員の名簿だけを入れてください。"),
                format!("The column \"{heading}\" seems to hold patients' data. Load a list of staff only."),
            ),
            Self::Nothing => Text::new("職員の行がありません。", "There is no row of staff in it."),
            Self::TooMany => Text::new(
                format!("行が多すぎます（{MOST_ROWS}行まで）。部署ごとに分けてください。"),
                format!("Too many rows ({MOST_ROWS} at most). Split it by department."),
            ),
        }
    }
}

fn bare(heading: &str) -> String {
    folded(heading).chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect()
}

/// Which column says what; a column serves one purpose.
fn columns(headings: &[String]) -> Vec<(Column, usize)> {
    let plain: Vec<String> = headings.iter().map(|heading| bare(heading)).collect();
    let mut found: Vec<(Column, usize)> = Vec::new();
    for (column, words) in HEADINGS {
        let free = |at: &usize| !found.iter().any(|(_, taken)| taken == at);
        let at = words.iter().find_map(|word| plain.iter().position(|heading| heading == word).filter(free));
        if let Some(at) = at {
            found.push((column, at));
        }
    }
    found
}

/// Reads a list.
///
/// # Errors
/// The reason, with a sentence in both languages that says what to do.
pub fn read_staff(bytes: &[u8], file_name: &str) -> Result<Vec<StaffLine>, StaffRefused> {
    let tables = tables::read(bytes, file_name)?;
    let sheet = tables.sheet("").ok_or(StaffRefused::Nothing)?;
    let scored = sheet.rows.iter().take(HEAD_ROWS).enumerate();
    let head = scored
        .map(|(at, row)| (columns(row).len(), std::cmp::Reverse(at)))
        .max()
        .map_or(0, |(_, std::cmp::Reverse(at))| at);
    let headings = sheet.rows.get(head).map_or(&[][..], Vec::as_slice);
    let of_patients = |heading: &&String| OF_PATIENTS.iter().any(|word| bare(heading).contains(word));
    if let Some(heading) = headings.iter().find(of_patients) {
        return Err(StaffRefused::Patients { heading: heading.chars().take(40).collect() });
    }
    let columns = columns(headings);
    if !columns.iter().any(|(column, _)| *column == Column::Name) {
        return Err(StaffRefused::NoNameColumn);
    }
    let mut lines = Vec::new();
    for (at, row) in sheet.rows.iter().enumerate().skip(head + 1) {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let said = |wanted: Column| {
            let cell = columns.iter().find(|(column, _)| *column == wanted).and_then(|(_, at)| row.get(*at));
            cell.map_or_else(String::new, |cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        lines.push(StaffLine {
            row: at + 1,
            number: said(Column::Number),
            name: said(Column::Name),
            department: said(Column::Department),
            role: said(Column::Role),
            joined: said(Column::Joined),
            left: said(Column::Left),
        });
        if lines.len() > MOST_ROWS {
            return Err(StaffRefused::TooMany);
        }
    }
    if lines.is_empty() { Err(StaffRefused::Nothing) } else { Ok(lines) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_a_title_above_its_headings_is_read() {
        let file = "白沢記念病院 職員名簿\n\n職員番号,氏名,所属,職種,入職日\n101,佐藤　花,3階病棟,看護師,2026-04-01\n\n102,鈴木 一,医事課,医事,\n";
        let lines = read_staff(file.as_bytes(), "list.csv").expect("reads");
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].row, lines[0].name.as_str(), lines[0].joined.as_str()), (4, "佐藤 花", "2026-04-01"));
        assert_eq!((lines[1].row, lines[1].department.as_str()), (6, "医事課"));
    }

    #[test]
    fn a_list_of_patients_is_refused_as_a_whole() {
        let file = "番号,氏名,患者番号,病名\n1,佐藤 花,000123,骨折\n";
        let refused = read_staff(file.as_bytes(), "list.csv").expect_err("refused");
        assert_eq!(refused, StaffRefused::Patients { heading: "患者番号".into() });
        assert!(refused.text().ja.contains("患者さんの情報"));
    }

    #[test]
    fn a_file_without_names_says_so() {
        assert_eq!(read_staff("a,b\n1,2\n".as_bytes(), "x.csv"), Err(StaffRefused::NoNameColumn));
        assert_eq!(read_staff("氏名,部署\n".as_bytes(), "x.csv"), Err(StaffRefused::Nothing));
    }
}
