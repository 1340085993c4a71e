//! What would become of each row of a list.

use super::guess::is_remark;
use super::profile::ImportProfile;
use crate::id::AssetId;
use crate::ledger::cell::{self, Names};
use crate::ledger::search::key;
use crate::ledger::{Asset, AssetKind, Column, KeptAsset};
use crate::text::{Lang, Text, folded};
use std::collections::{BTreeMap, HashMap};

/// A row of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceRow<'a> {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Its cells, in the order of the headings.
    pub cells: &'a [String],
}

/// Why no row can be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    /// The profile names headings that this file does not have, and none that it has.
    #[error("planning the import: the file has none of the headings of the profile")]
    OtherHeadings,
    /// Neither number, name nor serial number would be filled.
    #[error("planning the import: no column for number, name or serial number")]
    NothingToCallItBy,
}

impl PlanRefused {
    /// The reason in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::OtherHeadings => Text::new(
                "この読み取り方で使う見出しが、ファイルにひとつもありません。シートと見出しの行を確かめるか、別の読み取り方を選んでください。",
                "The file has none of the headings of this profile. Check the sheet and the heading row, or choose another profile.",
            ),
            Self::NothingToCallItBy => Text::new(
                "「管理番号」「名称」「製造番号」のどれかに、ファイルの列を当ててください。どの機器の行か分からないためです。",
                "Choose a column for number, name or serial number. Otherwise nobody can tell which device a row is about.",
            ),
        }
    }
}

/// One thing wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// In which column of the ledger.
    pub column: Column,
    /// The heading of the file it came from; empty when from none.
    pub heading: String,
    /// What is wrong and what to do.
    pub reason: Text,
}

/// A value that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// In which column.
    pub column: Column,
    /// What stands there.
    pub from: Text,
    /// What would.
    pub to: Text,
}

/// What would become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A new device.
    Created(Box<Asset>),
    /// A known one with other values.
    Updated {
        /// Which.
        id: AssetId,
        /// The version this was planned against.
        version: i64,
        /// The row as it would be.
        asset: Box<Asset>,
        /// What changes.
        changes: Vec<Planned>,
    },
    /// A known one that says the same already.
    Unchanged(AssetId),
    /// Not taken.
    Rejected(Vec<Fault>),
}

impl Verdict {
    /// The stable key of files and filters.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Created(_) => "created",
            Self::Updated { .. } => "updated",
            Self::Unchanged(_) => "unchanged",
            Self::Rejected(_) => "rejected",
        }
    }
}

/// A row and its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPlan {
    /// Its number in the file, from 1.
    pub row: usize,
    /// What the file calls the device.
    pub name: String,
    /// What would become of it.
    pub verdict: Verdict,
}

/// How many rows have which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// New devices.
    pub created: usize,
    /// Known ones that change.
    pub updated: usize,
    /// Known ones that stay as they are.
    pub unchanged: usize,
    /// Not taken.
    pub rejected: usize,
}

/// A verdict for each row that says anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportPlan {
    /// In the order of the file.
    pub rows: Vec<RowPlan>,
    /// Headings of the profile that the file does not have.
    pub missing: Vec<String>,
}

impl ImportPlan {
    /// How many rows have which verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            *match row.verdict {
                Verdict::Created(_) => &mut counts.created,
                Verdict::Updated { .. } => &mut counts.updated,
                Verdict::Unchanged(_) => &mut counts.unchanged,
                Verdict::Rejected(_) => &mut counts.rejected,
            } += 1;
        }
        counts
    }

    /// Everything rejected: row and fault.
    pub fn rejected(&self) -> impl Iterator<Item = (usize, &Fault)> {
        self.rows.iter().flat_map(|row| match &row.verdict {
            Verdict::Rejected(faults) => faults.iter().map(|fault| (row.row, fault)).collect::<Vec<_>>(),
            _ => Vec::new(),
        })
    }
}

/// Plans an import: compares each row with the devices in use. Changes nothing.
///
/// # Errors
/// When the profile does not fit the file at all.
pub fn plan<'a>(
    existing: &[KeptAsset],
    headings: &[String],
    rows: impl IntoIterator<Item = SourceRow<'a>>,
    profile: &ImportProfile,
    names: &Names,
) -> Result<ImportPlan, PlanRefused> {
    let plain: Vec<String> = headings.iter().map(|heading| folded(heading)).collect();
    let mut sources: BTreeMap<Column, Vec<usize>> = BTreeMap::new();
    let mut missing = Vec::new();
    for one in &profile.columns {
        let wanted = folded(&one.heading);
        match plain.iter().position(|heading| *heading == wanted) {
            Some(at) => sources.entry(one.column).or_default().push(at),
            None => missing.push(one.heading.clone()),
        }
    }
    if sources.is_empty() && !profile.columns.is_empty() {
        return Err(PlanRefused::OtherHeadings);
    }
    if ![Column::Number, Column::Name, Column::Serial].iter().any(|column| sources.contains_key(column)) {
        return Err(PlanRefused::NothingToCallItBy);
    }
    let mut planning = Planning {
        known: Known::of(existing),
        existing,
        headings,
        sources,
        profile,
        names,
        seen: HashMap::new(),
        taken: HashMap::new(),
    };
    let rows = rows.into_iter().filter_map(|row| planning.row(row)).collect();
    Ok(ImportPlan { rows, missing })
}

/// Devices in use by what they are recognised by.
struct Known {
    numbers: HashMap<String, Vec<usize>>,
    serials: HashMap<String, Vec<usize>>,
    /// By name, apart by what else tells them apart: a thousand devices called "PC" are looked at once, not once for
    /// each row.
    names: HashMap<String, BTreeMap<(AssetKind, bool, bool), Namesakes>>,
}

/// Devices of one name and kind that have a number or not, and a serial number or not.
#[derive(Debug, Clone, Copy)]
enum Namesakes {
    /// This one only.
    One(usize),
    /// More than one: nobody can tell which is meant.
    Several,
}

impl Known {
    fn of(existing: &[KeptAsset]) -> Self {
        let mut known = Self { numbers: HashMap::new(), serials: HashMap::new(), names: HashMap::new() };
        for (at, kept) in existing.iter().enumerate().filter(|(_, kept)| kept.retired_at.is_none()) {
            let asset = &kept.asset;
            for (map, text) in [(&mut known.numbers, &asset.number), (&mut known.serials, &asset.serial)] {
                let key = key(text);
                if !key.is_empty() {
                    map.entry(key).or_default().push(at);
                }
            }
            let name = key(&asset.name);
            if !name.is_empty() {
                let told_apart_by = (asset.kind, !asset.number.is_empty(), !asset.serial.is_empty());
                let namesakes = known.names.entry(name).or_default().entry(told_apart_by);
                namesakes.and_modify(|namesakes| *namesakes = Namesakes::Several).or_insert(Namesakes::One(at));
            }
        }
        known
    }
}

/// What a row of the file is recognised by.
#[derive(PartialEq, Eq, Hash)]
enum Mark {
    Number(String),
    Serial(String),
    Name(String, Option<AssetKind>),
}

struct Planning<'a> {
    known: Known,
    existing: &'a [KeptAsset],
    headings: &'a [String],
    /// Which columns of the file fill which of the ledger.
    sources: BTreeMap<Column, Vec<usize>>,
    profile: &'a ImportProfile,
    names: &'a Names,
    /// Where each mark was seen first.
    seen: HashMap<Mark, usize>,
    /// Which row has which device of the ledger.
    taken: HashMap<usize, usize>,
}

impl Planning<'_> {
    /// The verdict of a row; `None` when nothing is in it.
    fn row(&mut self, row: SourceRow<'_>) -> Option<RowPlan> {
        let typed: BTreeMap<Column, String> =
            self.sources.iter().map(|(column, from)| (*column, self.text(*column, from, row.cells))).collect();
        if typed.values().all(String::is_empty) {
            return None;
        }
        let said = |column| typed.get(&column).map_or("", String::as_str);
        let name = [Column::Name, Column::Number, Column::Serial]
            .into_iter()
            .map(said)
            .find(|text| !text.is_empty())
            .unwrap_or_default()
            .to_owned();
        let verdict = self.verdict(row.number, &typed).unwrap_or_else(Verdict::Rejected);
        Some(RowPlan { row: row.number, name, verdict })
    }

    /// What the file says for a column of the ledger.
    fn text(&self, column: Column, from: &[usize], cells: &[String]) -> String {
        let mut parts = Vec::new();
        for at in from {
            let text = cells.get(*at).map_or("", |cell| cell.trim());
            if text.is_empty() || says_nothing(column, text) {
                continue;
            }
            let heading = &self.headings[*at];
            if column == Column::Note && !is_remark(heading) {
                parts.push(format!("{heading}：{text}"));
            } else {
                parts.push(self.profile.translated(column, text).to_owned());
            }
        }
        parts.join(if column == Column::Note { "\n" } else { " " })
    }

    fn verdict(&mut self, number: usize, typed: &BTreeMap<Column, String>) -> Result<Verdict, Vec<Fault>> {
        // First by itself, so that a row is told all that is wrong with its cells.
        let mut alone = Asset { kind: AssetKind::Other, ..Asset::default() };
        let mut faults = Vec::new();
        let fixed = self.profile.fixed.iter().filter(|(column, _)| typed.get(column).is_none_or(String::is_empty));
        let values: Vec<(Column, &str)> = typed
            .iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(column, text)| (*column, text.as_str()))
            .chain(fixed.map(|(column, text)| (*column, text.as_str())))
            .collect();
        for (column, text) in &values {
            if let Err(fault) = cell::read(*column, text, self.names, &mut alone) {
                faults.push(self.fault(*column, fault.sentence()));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let says_kind = values.iter().any(|(column, _)| *column == Column::Kind).then_some(alone.kind);
        self.first_in_file(number, &alone, says_kind)?;
        let Some(at) = self.matching(&alone, says_kind)? else {
            let alone = alone.tidied();
            let faults = self.faults_of(&alone);
            return if faults.is_empty() { Ok(Verdict::Created(Box::new(alone))) } else { Err(faults) };
        };
        if let Some(first) = self.taken.insert(at, number) {
            self.taken.insert(at, first);
            return Err(vec![self.fault(Column::Name, same_as_row(first))]);
        }
        self.compared(at, typed, &values)
    }

    /// A known device with what the row says.
    fn compared(
        &self,
        at: usize,
        typed: &BTreeMap<Column, String>,
        values: &[(Column, &str)],
    ) -> Result<Verdict, Vec<Fault>> {
        let kept = &self.existing[at];
        let mut asset = kept.asset.clone();
        let mut faults = Vec::new();
        let emptied = typed.iter().filter(|(column, text)| {
            text.is_empty()
                && self.profile.empty_erases
                && **column != Column::Kind
                && !values.iter().any(|(c, _)| c == *column)
        });
        let emptied: Vec<(Column, &str)> = emptied.map(|(column, _)| (*column, "")).collect();
        for (column, text) in values.iter().chain(&emptied) {
            // A fixed value is for rows that know nothing: it never replaces what the ledger knows.
            let is_fixed = typed.get(column).is_none_or(String::is_empty) && !text.is_empty();
            if is_fixed && !self.shown(&kept.asset, *column).ja.is_empty() {
                continue;
            }
            if let Err(fault) = cell::read(*column, text, self.names, &mut asset) {
                faults.push(self.fault(*column, fault.sentence()));
            }
        }
        let asset = asset.tidied();
        faults.extend(self.faults_of(&asset));
        if !faults.is_empty() {
            return Err(faults);
        }
        let changes: Vec<Planned> = differing(&kept.asset, &asset)
            .map(|column| Planned { column, from: self.shown(&kept.asset, column), to: self.shown(&asset, column) })
            .collect();
        if changes.is_empty() {
            return Ok(Verdict::Unchanged(kept.id));
        }
        Ok(Verdict::Updated { id: kept.id, version: kept.version, asset: Box::new(asset), changes })
    }

    /// What is wrong with a row as a whole.
    fn faults_of(&self, asset: &Asset) -> Vec<Fault> {
        asset.faults().into_iter().map(|fault| self.fault(fault.column, fault.what.sentence())).collect()
    }

    fn shown(&self, asset: &Asset, column: Column) -> Text {
        let side = |lang| cell::write(column, asset, self.names, lang);
        Text::new(side(Lang::Ja), side(Lang::En))
    }

    fn fault(&self, column: Column, reason: Text) -> Fault {
        let heading = self.sources.get(&column).and_then(|from| from.first()).map(|at| self.headings[*at].clone());
        Fault { column, heading: heading.unwrap_or_default(), reason }
    }

    /// The same device twice in one file: the first row counts, whatever becomes of it.
    fn first_in_file(&mut self, row: usize, asset: &Asset, kind: Option<AssetKind>) -> Result<(), Vec<Fault>> {
        let (number, serial, name) = (key(&asset.number), key(&asset.serial), key(&asset.name));
        let mut marks = Vec::new();
        if !number.is_empty() {
            marks.push((Column::Number, Mark::Number(number.clone())));
        }
        if !serial.is_empty() {
            marks.push((Column::Serial, Mark::Serial(serial.clone())));
        }
        if number.is_empty() && serial.is_empty() && !name.is_empty() {
            marks.push((Column::Name, Mark::Name(name, kind)));
        }
        for (column, mark) in marks {
            if let Some(first) = self.seen.get(&mark).copied() {
                return Err(vec![self.fault(column, same_as_row(first))]);
            }
            self.seen.insert(mark, row);
        }
        Ok(())
    }

    /// Which device of the ledger a row is about; `None`: a new one.
    fn matching(&self, asset: &Asset, kind: Option<AssetKind>) -> Result<Option<usize>, Vec<Fault>> {
        let (number, serial, name) = (key(&asset.number), key(&asset.serial), key(&asset.name));
        let kept = |at: usize| &self.existing[at].asset;
        match self.known.numbers.get(&number).map(Vec::as_slice) {
            Some([at]) => return Ok(Some(*at)),
            Some([_, ..]) => return Err(vec![self.fault(Column::Number, several(Column::Number))]),
            _ => {}
        }
        match self.known.serials.get(&serial).map(Vec::as_slice) {
            Some([at]) if number.is_empty() || kept(*at).number.is_empty() => return Ok(Some(*at)),
            Some([at]) => {
                let other = &kept(*at).number;
                let reason = Text::new(
                    format!(
                        "この製造番号の機器は、台帳では管理番号「{other}」です。どちらが正しいか確かめてください。"
                    ),
                    format!(
                        "In the ledger the device with this serial number has the number “{other}”. Check which is right."
                    ),
                );
                return Err(vec![self.fault(Column::Serial, reason)]);
            }
            Some([_, ..]) => return Err(vec![self.fault(Column::Serial, several(Column::Serial))]),
            _ => {}
        }
        // Another number or serial number is another device, whatever it is called.
        let fitting =
            self.known.names.get(&name).into_iter().flatten().filter(|((known, has_number, has_serial), _)| {
                kind.is_none_or(|kind| kind == *known)
                    && (number.is_empty() || !has_number)
                    && (serial.is_empty() || !has_serial)
            });
        let mut found = None;
        for (_, namesakes) in fitting {
            match namesakes {
                Namesakes::One(at) if found.is_none() => found = Some(*at),
                Namesakes::One(_) | Namesakes::Several => {
                    return Err(vec![self.fault(Column::Name, several(Column::Name))]);
                }
            }
        }
        Ok(found)
    }
}

/// What people write where nothing is known. "None" is an answer where the question is whether there is one.
fn says_nothing(column: Column, text: &str) -> bool {
    match folded(text).as_str() {
        "-" | "--" | "ー" | "―" | "—" | "–" | "n/a" | "#n/a" | "不明" | "未定" => column != Column::Note,
        "なし" | "無し" | "none" => !matches!(column, Column::Note | Column::RemoteMaintenance | Column::Name),
        _ => false,
    }
}

fn same_as_row(first: usize) -> Text {
    Text::new(
        format!("{first}行目と同じ機器です。どちらか一つの行だけを残してください。"),
        format!("The same device as in row {first}. Keep one of the two rows."),
    )
}

fn several(column: Column) -> Text {
    let title = column.title();
    Text::new(
        format!(
            "台帳に同じ{}の機器がいくつもあり、どれか決められません。管理番号か製造番号を入れてください。",
            title.get(Lang::Ja)
        ),
        format!(
            "Several devices of the ledger have this {}. Give a number or a serial number that only one has.",
            title.get(Lang::En).to_lowercase()
        ),
    )
}

/// The columns in which two rows differ.
fn differing<'a>(before: &'a Asset, after: &'a Asset) -> impl Iterator<Item = Column> + 'a {
    Column::ALL.into_iter().filter(move |column| match column {
        Column::Number => before.number != after.number,
        Column::Name => before.name != after.name,
        Column::Kind => before.kind != after.kind,
        Column::System => before.system != after.system,
        Column::Owner => before.owner != after.owner,
        Column::Place => before.place != after.place,
        Column::Maker => before.maker != after.maker,
        Column::Model => before.model != after.model,
        Column::Serial => before.serial != after.serial,
        Column::Os => before.os != after.os,
        Column::Firmware => before.firmware != after.firmware,
        Column::SupportEnds => before.support_ends != after.support_ends,
        Column::Ip => before.ip != after.ip,
        Column::Mac => before.mac != after.mac,
        Column::Segment => before.segment != after.segment,
        Column::RemoteMaintenance => before.remote_maintenance != after.remote_maintenance,
        Column::Vendor => before.vendor != after.vendor,
        Column::RtoHours => before.rto_hours != after.rto_hours,
        Column::RpoHours => before.rpo_hours != after.rpo_hours,
        Column::ClinicalImportance => before.clinical_importance != after.clinical_importance,
        Column::RecoveryOrder => before.recovery_order != after.recovery_order,
        Column::LastSeen => before.last_seen != after.last_seen,
        Column::Note => before.note != after.note,
    })
}

#[cfg(test)]
mod tests;
