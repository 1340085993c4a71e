//! Writes cells into the XML of a sheet. Everything but these cells, and the remembered results of formulas, stays as
//! it is, to the byte.

use super::book::{all, parse, placed};
use super::cell::Place;
use super::refused::FormRefused;
use roxmltree::Node;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

/// What a cell is to hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A text: its runs with their looks.
    Text(Vec<(String, String)>),
    /// A number, or a date as a number.
    Number(i64),
}

/// The XML with these cells written.
pub(super) fn patch(xml: &str, values: &BTreeMap<Place, Value>) -> Result<String, FormRefused> {
    let document = parse(xml)?;
    let root = document.root_element();
    let mut splices: Vec<(Range<usize>, String)> = Vec::new();
    let mut open: BTreeMap<Place, &Value> = values.iter().map(|(place, value)| (*place, value)).collect();
    for (place, node) in placed(root) {
        // A calculated value was right for the blank; without it every program calculates anew, LibreOffice too, which
        // otherwise trusts it.
        let part = |name: &str| node.children().find(|part| part.tag_name().name() == name);
        if !values.is_empty()
            && part("f").is_some()
            && let Some(value) = part("v")
        {
            splices.push((value.range(), String::new()));
        }
        if let Some(value) = open.remove(&place) {
            let prefix = prefix_of(xml, node);
            let kept: String =
                node.attributes().filter(|a| a.name() != "t").map(|a| format!(" {}", &xml[a.range()])).collect();
            splices.push((node.range(), element(prefix, &kept, value)));
        }
    }
    if !open.is_empty() {
        insert(xml, root, &open, &mut splices);
    }
    Ok(apply(xml, splices))
}

/// Applies splices that do not overlap.
pub(super) fn apply(xml: &str, mut splices: Vec<(Range<usize>, String)>) -> String {
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut done = String::with_capacity(xml.len() + 1024);
    let mut at = 0;
    for (range, new) in splices {
        done.push_str(&xml[at..range.start]);
        done.push_str(&new);
        at = range.end;
    }
    done.push_str(&xml[at..]);
    done
}

/// `x:` of `<x:c …>`.
fn prefix_of<'x>(xml: &'x str, node: Node<'_, '_>) -> &'x str {
    let source = &xml[node.range().start + 1..];
    let name = source.split(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).next().unwrap_or_default();
    name.find(':').map_or("", |colon| &name[..=colon])
}

/// A cell.
fn element(prefix: &str, attributes: &str, value: &Value) -> String {
    match value {
        Value::Number(number) => format!("<{prefix}c{attributes}><{prefix}v>{number}</{prefix}v></{prefix}c>"),
        Value::Text(runs) => {
            let mut text = String::new();
            let plain = runs.iter().all(|(look, _)| look.is_empty()) || !prefix.is_empty();
            // Writing to a string cannot fail.
            if plain {
                let words: String = runs.iter().map(|(_, words)| words.as_str()).collect();
                let _ = write!(text, "<{prefix}t xml:space=\"preserve\">{}</{prefix}t>", escaped(&words));
            } else {
                for (look, words) in runs.iter().filter(|(_, words)| !words.is_empty()) {
                    let _ = write!(text, "<r>{look}<t xml:space=\"preserve\">{}</t></r>", escaped(words));
                }
            }
            format!("<{prefix}c{attributes} t=\"inlineStr\"><{prefix}is>{text}</{prefix}is></{prefix}c>")
        }
    }
}

fn escaped(words: &str) -> String {
    let mut done = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => done.push_str("&amp;"),
            '<' => done.push_str("&lt;"),
            '>' => done.push_str("&gt;"),
            // XML has no other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => done.push(c),
        }
    }
    done
}

/// Cells that the file does not have yet: into their row, in the order of the columns.
fn insert(xml: &str, root: Node<'_, '_>, open: &BTreeMap<Place, &Value>, splices: &mut Vec<(Range<usize>, String)>) {
    let Some(data) = all(root, "sheetData").next() else { return };
    let prefix = prefix_of(xml, data);
    let mut rows: BTreeMap<u32, Node<'_, '_>> = BTreeMap::new();
    let mut next = 0_u32;
    for row in data.children().filter(|node| node.is_element() && node.tag_name().name() == "row") {
        next = row.attribute("r").and_then(|r| r.parse::<u32>().ok()).map_or(next, |r| r.saturating_sub(1));
        rows.insert(next, row);
        next += 1;
    }
    let mut wanted: BTreeMap<u32, Vec<(Place, &Value)>> = BTreeMap::new();
    for (place, value) in open {
        wanted.entry(place.row).or_default().push((*place, value));
    }
    let present: BTreeMap<Place, usize> =
        placed(root).iter().map(|(place, node)| (*place, node.range().start)).collect();
    // New text by the byte it goes before; several at one place stay in order.
    let mut before: BTreeMap<usize, String> = BTreeMap::new();
    for (row, cells) in wanted {
        let Some(node) = rows.get(&row) else {
            let cells: String =
                cells.iter().map(|(place, value)| new_cell(prefix, root, None, *place, value)).collect();
            let text = format!("<{prefix}row r=\"{}\">{cells}</{prefix}row>", row + 1);
            match rows.range(row..).next() {
                Some((_, later)) => before.entry(later.range().start).or_default().push_str(&text),
                None => at_end(xml, data, prefix, &text, &mut before, splices),
            }
            continue;
        };
        for (place, value) in cells {
            let text = new_cell(prefix, root, Some(*node), place, value);
            let later = present.range(place..).find(|(other, _)| other.row == row).map(|(_, at)| *at);
            match later {
                Some(at) => before.entry(at).or_default().push_str(&text),
                None => at_end(xml, *node, prefix, &text, &mut before, splices),
            }
        }
    }
    splices.extend(before.into_iter().map(|(at, text)| (at..at, text)));
}

/// A new last child; an element without content is opened for it.
fn at_end(
    xml: &str,
    node: Node<'_, '_>,
    prefix: &str,
    text: &str,
    before: &mut BTreeMap<usize, String>,
    splices: &mut Vec<(Range<usize>, String)>,
) {
    let range = node.range();
    if !xml[range.clone()].ends_with("/>") {
        let at = xml[range.clone()].rfind("</").map_or(range.end, |at| range.start + at);
        before.entry(at).or_default().push_str(text);
        return;
    }
    let end = format!("</{prefix}{}>", node.tag_name().name());
    let slash = range.end - 2..range.end;
    match splices.iter_mut().find(|(known, _)| *known == slash) {
        Some((_, opened)) => {
            let at = opened.len() - end.len();
            opened.insert_str(at, text);
        }
        None => splices.push((slash, format!(">{text}{end}"))),
    }
}

/// A new cell looks as its row or column does.
fn new_cell(prefix: &str, root: Node<'_, '_>, row: Option<Node<'_, '_>>, place: Place, value: &Value) -> String {
    let of_row = row.filter(|row| row.attribute("customFormat") == Some("1")).and_then(|row| row.attribute("s"));
    let of_column = || {
        all(root, "col").find_map(|col| {
            let edge = |name| col.attribute(name)?.parse::<u32>().ok();
            let inside = edge("min")? <= place.column + 1 && place.column < edge("max")?;
            col.attribute("style").filter(|_| inside)
        })
    };
    let style = of_row.or_else(of_column).map(|s| format!(" s=\"{s}\"")).unwrap_or_default();
    element(prefix, &format!(" r=\"{place}\"{style}"), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Value {
        Value::Text(vec![(String::new(), words.to_owned())])
    }

    fn patched(xml: &str, values: &[(&str, Value)]) -> String {
        let values = values.iter().map(|(name, value)| (name.parse().expect("a cell"), value.clone())).collect();
        patch(xml, &values).expect("patches")
    }

    const SHEET: &str = r#"<worksheet xmlns="m"><cols><col min="1" max="3" style="7"/></cols><sheetData><row r="2" ht="9"><c r="A2" s="4" t="s"><v>0</v></c><c r="D2"/></row><row r="4"/></sheetData><x/></worksheet>"#;

    #[test]
    fn only_the_cells_change() {
        let done = patched(SHEET, &[("A2", text("<○> & 1"))]);
        let expected = SHEET.replace(
            r#"<c r="A2" s="4" t="s"><v>0</v></c>"#,
            r#"<c r="A2" s="4" t="inlineStr"><is><t xml:space="preserve">&lt;○&gt; &amp; 1</t></is></c>"#,
        );
        assert_eq!(done, expected);
        assert_eq!(patched(SHEET, &[]), SHEET);
    }

    #[test]
    fn cells_the_file_lacks_are_put_in_their_order() {
        let done = patched(
            SHEET,
            &[
                ("C2", Value::Number(8)),
                ("B2", Value::Number(7)),
                ("E2", Value::Number(9)),
                ("A3", Value::Number(1)),
                ("B4", Value::Number(2)),
                ("C4", Value::Number(3)),
                ("A9", Value::Number(4)),
            ],
        );
        let names: Vec<&str> = done.split("<c r=\"").skip(1).map(|rest| &rest[..2]).collect();
        assert_eq!(names, ["A2", "B2", "C2", "D2", "E2", "A3", "B4", "C4", "A9"]);
        assert!(done.contains(r#"<c r="B2" s="7"><v>7</v></c>"#), "looks as its column: {done}");
        assert!(done.contains(r#"<row r="3"><c r="A3" s="7"><v>1</v></c></row><row r="4">"#), "{done}");
        parse(&done).expect("still XML");
    }

    #[test]
    fn what_was_calculated_for_the_blank_is_forgotten() {
        let sheet = r#"<w><sheetData><row r="1"><c r="A1" s="2"><f>B1</f><v>0</v></c></row></sheetData></w>"#;
        let done = patched(sheet, &[("B1", Value::Number(8))]);
        assert!(done.contains(r#"<c r="A1" s="2"><f>B1</f></c><c r="B1"><v>8</v></c>"#), "{done}");
    }

    #[test]
    fn prefixes_are_kept() {
        let sheet = r#"<x:worksheet xmlns:x="m"><x:sheetData/></x:worksheet>"#;
        let done = patched(sheet, &[("A1", text("○")), ("B2", text("×"))]);
        assert!(done.contains("<x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"inlineStr\"><x:is>"), "{done}");
        assert!(done.contains("</x:row></x:sheetData>"), "{done}");
        parse(&done).expect("still XML");
    }
}
