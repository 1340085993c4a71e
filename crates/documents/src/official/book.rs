//! Reads an official file: names of sheets, texts, merged cells, drop-down lists, which cells are dates.
//!
//! The XML is read by ourselves and not by a spreadsheet library, because filling needs to know where in the file each
//! cell stands. Nothing is calculated and no link is followed.

use super::cell::{Area, Place};
use super::refused::FormRefused;
use crate::workbook::ImportRefused;
use hakutaku_discovery::file_guard::{self, FileRefused, Limits};
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// The largest sheet taken, unpacked: 8 MiB. The ministry's forms have some 100 kB.
const LARGEST_PART: usize = 8 << 20;
/// The most cells of all sheets.
const MOST_CELLS: usize = 100_000;
/// The most sheets.
const MOST_SHEETS: usize = 60;

/// A cell with something in it, or with a look of its own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// What a person reads there; numbers as written in the file.
    pub text: String,
    /// Whether a formula makes it.
    pub formula: bool,
    /// Whether it is formatted as a date.
    pub is_date: bool,
    /// The runs of a text: properties as XML, and words.
    pub(super) runs: Vec<(String, String)>,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Whether people do not see it.
    pub hidden: bool,
    /// Merged cells.
    pub merges: Vec<Area>,
    /// Drop-down lists: where, and what may be chosen.
    pub lists: Vec<(Vec<Area>, Vec<String>)>,
    /// The part of the file.
    pub(super) part: String,
    /// The XML of the part.
    pub(super) xml: String,
    cells: BTreeMap<Place, Cell>,
}

impl Sheet {
    /// The cell that a person sees at a place: of merged cells the upper left one.
    #[must_use]
    pub fn anchor(&self, place: Place) -> Place {
        self.merges.iter().find(|area| area.holds(place)).map_or(place, |area| area.from)
    }

    /// The merged cells a place belongs to, or itself.
    #[must_use]
    pub fn area(&self, place: Place) -> Area {
        self.merges.iter().find(|area| area.holds(place)).copied().unwrap_or(Area { from: place, to: place })
    }

    /// What a person reads at a place.
    #[must_use]
    pub fn text(&self, place: Place) -> &str {
        self.cells.get(&self.anchor(place)).map_or("", |cell| cell.text.as_str())
    }

    /// The cell at a place.
    #[must_use]
    pub fn cell(&self, place: Place) -> Option<&Cell> {
        self.cells.get(&place)
    }

    /// All cells that hold something or look like something.
    pub fn cells(&self) -> impl Iterator<Item = (Place, &Cell)> {
        self.cells.iter().map(|(place, cell)| (*place, cell))
    }

    /// What may be chosen at a place.
    #[must_use]
    pub fn list_at(&self, place: Place) -> Option<&[String]> {
        self.lists.iter().find(|(areas, _)| areas.iter().any(|area| area.holds(place))).map(|(_, values)| &values[..])
    }

    /// The last row and column in which anything stands, from 0.
    #[must_use]
    pub fn end(&self) -> Place {
        let texts = self.cells.iter().filter(|(_, cell)| !cell.text.trim().is_empty()).map(|(place, _)| *place);
        let corners = self.merges.iter().map(|area| area.to);
        let lists = self.lists.iter().flat_map(|(areas, _)| areas.iter().map(|area| area.to));
        // Lists are often put on whole columns: they widen the sheet, never lengthen it.
        let row = texts.clone().chain(corners.clone()).map(|place| place.row).max().unwrap_or(0);
        let styled = self.cells.keys().filter(|place| place.row <= row).copied();
        let column = texts.chain(corners).chain(lists).chain(styled).map(|place| place.column).max().unwrap_or(0);
        Place::new(row, column)
    }
}

/// An official file.
#[derive(Debug, Clone, PartialEq)]
pub struct Book {
    /// Its sheets, in the order of the tabs.
    pub sheets: Vec<Sheet>,
    /// Whether any cell is calculated.
    pub(super) has_formulas: bool,
    /// The XML of `workbook.xml` and where it is.
    pub(super) workbook: (String, String),
}

impl Book {
    /// Reads a file after looking it over: size, zip bomb, macros, password.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(bytes: &[u8]) -> Result<Self, FormRefused> {
        file_guard::check(bytes, &Limits::FORM).map_err(ImportRefused::from)?;
        let mut parts = Parts::open(bytes)?;
        let root = parts.root()?;
        let workbook = parts.must(&root)?;
        let relations = parts.relations(&root)?;
        let near = |kind: &str| relations.values().find(|(name, _)| name == kind).map(|(_, target)| target.clone());
        let strings = match near("sharedStrings") {
            Some(part) => shared_strings(&parts.must(&part)?)?,
            None => Vec::new(),
        };
        let dates = match near("styles") {
            Some(part) => date_styles(&parts.must(&part)?)?,
            None => Vec::new(),
        };
        let document = parse(&workbook)?;
        let listed: Vec<Node<'_, '_>> = all(document.root_element(), "sheet").collect();
        if listed.len() > MOST_SHEETS {
            return Err(ImportRefused::TooManyCells.into());
        }
        let (mut sheets, mut sources, mut count, mut has_formulas) = (Vec::new(), Vec::new(), 0_usize, false);
        for node in listed {
            let name = node.attribute("name").unwrap_or_default().to_owned();
            let id = node.attributes().find(|a| a.name() == "id" && a.namespace().is_some()).map(|a| a.value());
            let Some((kind, part)) = id.and_then(|id| relations.get(id)) else { continue };
            if kind != "worksheet" {
                continue;
            }
            let xml = parts.must(part)?;
            let hidden = node.attribute("state").is_some_and(|state| state != "visible");
            let (sheet, lists) = read_sheet(xml, part, name, hidden, &strings, &dates)?;
            count += sheet.cells.len();
            if count > MOST_CELLS {
                return Err(ImportRefused::TooManyCells.into());
            }
            has_formulas |= sheet.cells.values().any(|cell| cell.formula);
            sheets.push(sheet);
            sources.push(lists);
        }
        let names: HashMap<String, String> = all(document.root_element(), "definedName")
            .filter_map(|node| Some((node.attribute("name")?.to_owned(), node.text()?.to_owned())))
            .collect();
        let lists: Vec<Vec<(Vec<Area>, Vec<String>)>> = sources
            .into_iter()
            .enumerate()
            .map(|(at, lists)| {
                let values = |source: &str| list_values(source, at, &sheets, &names);
                lists.into_iter().map(|(areas, source)| (areas, values(&source))).filter(|l| !l.1.is_empty()).collect()
            })
            .collect();
        for (sheet, lists) in sheets.iter_mut().zip(lists) {
            sheet.lists = lists;
        }
        Ok(Self { sheets, has_formulas, workbook: (root, workbook) })
    }

    /// A sheet by name.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

pub(super) fn damaged(problem: impl std::fmt::Display) -> FormRefused {
    ImportRefused::from(FileRefused::Damaged(problem.to_string())).into()
}

pub(super) fn parse(xml: &str) -> Result<Document<'_>, FormRefused> {
    Document::parse(xml).map_err(damaged)
}

/// Elements by local name: files differ in their prefixes, and strict ones in their namespaces.
pub(super) fn all<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|node| node.is_element() && node.tag_name().name() == name)
}

/// The parts of the archive.
struct Parts<'b>(ZipArchive<Cursor<&'b [u8]>>);

impl<'b> Parts<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, FormRefused> {
        Ok(Self(ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?))
    }

    /// A part as text.
    fn must(&mut self, name: &str) -> Result<String, FormRefused> {
        let entry = self.0.by_name(name).map_err(damaged)?;
        let mut bytes = Vec::new();
        entry.take(LARGEST_PART as u64 + 1).read_to_end(&mut bytes).map_err(damaged)?;
        if bytes.len() > LARGEST_PART {
            return Err(ImportRefused::TooManyCells.into());
        }
        String::from_utf8(bytes).map_err(|_| damaged("not UTF-8"))
    }

    /// Where the workbook is.
    fn root(&mut self) -> Result<String, FormRefused> {
        let relations = self.relations("")?;
        let root = relations.values().find(|(kind, _)| kind == "officeDocument").map(|(_, target)| target.clone());
        root.ok_or_else(|| damaged("no workbook"))
    }

    /// The relations of a part by id: last word of the kind, and target.
    fn relations(&mut self, part: &str) -> Result<HashMap<String, (String, String)>, FormRefused> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let xml = self.must(&format!("{folder}{slash}_rels/{file}.rels"))?;
        let document = parse(&xml)?;
        let read = |node: Node<'_, '_>| {
            let kind = node.attribute("Type")?.rsplit('/').next()?.to_owned();
            let target = node.attribute("Target")?;
            Some((node.attribute("Id")?.to_owned(), (kind, resolve(folder, target))))
        };
        let found = all(document.root_element(), "Relationship").filter_map(read).collect();
        Ok(found)
    }
}

/// A target as a name within the archive.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The runs of a text; readings in kana (`rPh`) are no part of it.
fn runs_of(node: Node<'_, '_>, xml: &str) -> Vec<(String, String)> {
    let text = |node: Node<'_, '_>| child(node, "t").and_then(|t| t.text()).unwrap_or_default().to_owned();
    let mut runs = Vec::new();
    for part in node.children().filter(Node::is_element) {
        match part.tag_name().name() {
            "t" => runs.push((String::new(), part.text().unwrap_or_default().to_owned())),
            "r" => {
                let look = child(part, "rPr").map(|look| xml[look.range()].to_owned()).unwrap_or_default();
                runs.push((look, text(part)));
            }
            _ => {}
        }
    }
    runs
}

fn words_of(runs: &[(String, String)]) -> String {
    runs.iter().map(|(_, words)| words.as_str()).collect()
}

fn shared_strings(xml: &str) -> Result<Vec<Vec<(String, String)>>, FormRefused> {
    let document = parse(xml)?;
    Ok(document.root_element().children().filter(Node::is_element).map(|node| runs_of(node, xml)).collect())
}

/// For each cell format, whether it shows a date.
fn date_styles(xml: &str) -> Result<Vec<bool>, FormRefused> {
    let document = parse(xml)?;
    let root = document.root_element();
    let own: HashMap<u32, bool> = all(root, "numFmt")
        .filter_map(|node| {
            Some((node.attribute("numFmtId")?.parse().ok()?, is_date_code(node.attribute("formatCode")?)))
        })
        .collect();
    let Some(formats) = child(root, "cellXfs") else { return Ok(Vec::new()) };
    Ok(all(formats, "xf")
        .map(|node| {
            let id: u32 = node.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
            // 14–17, 22 and, in Japanese and Chinese files, 27–36 and 50–58 are dates without a code of their own.
            own.get(&id).copied().unwrap_or(matches!(id, 14..=17 | 22 | 27..=36 | 50..=58))
        })
        .collect())
}

/// Whether a format code shows a year, month or day: `yyyy/m/d`, `[$-411]ggge"年"m"月"d"日"`.
fn is_date_code(code: &str) -> bool {
    let mut plain = String::new();
    let mut quoted = false;
    let mut bracket = false;
    for c in code.chars() {
        match c {
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            c if !quoted && !bracket => plain.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    plain.contains('d') && (plain.contains('m') || plain.contains('y') || plain.contains('e'))
}

type Lists = Vec<(Vec<Area>, String)>;

fn read_sheet(
    xml: String,
    part: &str,
    name: String,
    hidden: bool,
    strings: &[Vec<(String, String)>],
    dates: &[bool],
) -> Result<(Sheet, Lists), FormRefused> {
    let document = parse(&xml)?;
    let root = document.root_element();
    let mut cells = BTreeMap::new();
    for (place, node) in placed(root) {
        if cells.len() >= MOST_CELLS {
            return Err(ImportRefused::TooManyCells.into());
        }
        let style: usize = node.attribute("s").and_then(|s| s.parse().ok()).unwrap_or(0);
        let value = || child(node, "v").and_then(|v| v.text()).unwrap_or_default().to_owned();
        let runs = match node.attribute("t") {
            Some("s") => value().parse().ok().and_then(|at: usize| strings.get(at).cloned()).unwrap_or_default(),
            Some("inlineStr") => child(node, "is").map(|is| runs_of(is, &xml)).unwrap_or_default(),
            _ => vec![(String::new(), value())],
        };
        let formula = child(node, "f").is_some();
        let is_date = dates.get(style).copied().unwrap_or(false);
        cells.insert(place, Cell { text: words_of(&runs), formula, is_date, runs });
    }
    let merges =
        all(root, "mergeCell").filter_map(|node| node.attribute("ref")?.parse().ok()).take(MOST_CELLS).collect();
    let lists = all(root, "dataValidation")
        .filter(|node| node.attribute("type") == Some("list"))
        .filter_map(|node| {
            let formula = child(node, "formula1")?;
            let source = formula.descendants().filter(Node::is_text).filter_map(|t| t.text()).collect::<String>();
            let areas = node.attribute("sqref").or_else(|| child(node, "sqref")?.text())?;
            let areas = areas.split_whitespace().filter_map(|area| area.parse().ok()).collect();
            Some((areas, source.trim().to_owned()))
        })
        .collect();
    drop(document);
    let part = part.to_owned();
    Ok((Sheet { name, hidden, merges, lists: Vec::new(), part, xml, cells }, lists))
}

/// The cells of a sheet with their places; a file may leave the names of rows and cells out.
pub(super) fn placed<'a, 'i>(root: Node<'a, 'i>) -> Vec<(Place, Node<'a, 'i>)> {
    let mut found = Vec::new();
    let Some(data) = child(root, "sheetData") else { return found };
    let mut row = 0_u32;
    for line in data.children().filter(|node| node.is_element() && node.tag_name().name() == "row") {
        row = line.attribute("r").and_then(|r| r.parse::<u32>().ok()).map_or(row, |r| r.saturating_sub(1));
        let mut column = 0_u32;
        for cell in line.children().filter(|node| node.is_element() && node.tag_name().name() == "c") {
            let place = cell.attribute("r").and_then(|r| r.parse().ok()).unwrap_or(Place::new(row, column));
            column = place.column + 1;
            found.push((place, cell));
        }
        row += 1;
    }
    found
}

/// What a drop-down list offers: `"はい,いいえ"`, an area, or a name for one.
fn list_values(source: &str, own: usize, sheets: &[Sheet], names: &HashMap<String, String>) -> Vec<String> {
    if let Some(text) = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return text.split(',').map(|value| value.trim().replace("\"\"", "\"")).collect();
    }
    let source = source.trim_start_matches('=');
    let source = names.get(source).map_or(source, String::as_str);
    let (sheet, area) = match source.rsplit_once('!') {
        Some((name, area)) => {
            let name = name.trim_matches('\'').replace("''", "'");
            (sheets.iter().find(|sheet| sheet.name == name), area)
        }
        None => (sheets.get(own), source),
    };
    let (Some(sheet), Ok(area)) = (sheet, area.parse::<Area>()) else { return Vec::new() };
    sheet
        .cells()
        .filter(|(place, cell)| area.holds(*place) && !cell.text.is_empty())
        .take(50)
        .map(|(_, cell)| cell.text.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_known_by_their_format() {
        for code in ["yyyy/m/d", "[$-411]ggge\"年\"m\"月\"d\"日\"", "m/d", "e.m.d"] {
            assert!(is_date_code(code), "{code}");
        }
        for code in ["0.00", "General", "\"md\"0", "[Red]0", "h:mm"] {
            assert!(!is_date_code(code), "{code}");
        }
    }

    #[test]
    fn targets_stay_within_the_archive() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/worksheets", "../../../../etc/passwd"), "etc/passwd");
    }
}
