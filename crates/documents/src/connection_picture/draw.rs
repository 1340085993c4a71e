//! The drawing itself.

use super::{ConnectionPicture, Group, Line, Mark};
use hakutaku_model::connection::{Direction, Opening};
use hakutaku_model::text::Lang;
use std::fmt::Write as _;

const WIDTH: f64 = 1680.0;
const SIDE: f64 = 300.0;
const MARGIN: f64 = 28.0;
const LEFT_EDGE: f64 = 590.0;
const RIGHT_EDGE: f64 = WIDTH - LEFT_EDGE;
const TOP: f64 = 118.0;
const FOOT: f64 = 92.0;
const HEADING: f64 = 30.0;
const ZONE_HEAD: f64 = 30.0;
const ZONE_ROW: f64 = 26.0;
const ZONE_GAP: f64 = 14.0;

const INK: &str = "#1d2629";
const SOFT: &str = "#55646a";
const HAIR: &str = "#9aa8ad";
const ACCENT: &str = "#0b5c66";
const HOUSE: &str = "#eef5f5";
const PAPER: &str = "#ffffff";
const HIGH: &str = "#9c1f16";
const MEDIUM: &str = "#7a4a00";
const LOW: &str = "#3d5157";

/// A heading or a line, as it stands in a column.
enum Slot<'a> {
    Heading(String),
    Line(&'a Line),
}

/// Draws the picture as a self-contained SVG. `id` is the prefix of the ids inside, unique on a page.
#[must_use]
pub fn connection_picture_svg(picture: &ConnectionPicture, id: &str) -> String {
    let (left, right) = sides(picture);
    let longest = lines_in(&left).max(lines_in(&right));
    // Forty lines fill a sheet of A3; fewer get more room.
    let row = (920.0 / as_f64(longest.max(1))).clamp(46.0, 66.0);
    let tall = |slots: &[Slot<'_>]| -> f64 {
        slots.iter().map(|slot| if matches!(slot, Slot::Heading(_)) { HEADING } else { row }).sum()
    };
    let inside = Inside::of(picture);
    let body = tall(&left).max(tall(&right)).max(inside.height + 70.0).max(300.0);
    let height = TOP + body + FOOT;
    let mut svg = String::with_capacity(40_000);
    // Writing to a String cannot fail; the result is dropped on purpose throughout.
    let _ = write!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="cp" viewBox="0 0 {WIDTH} {height:.0}" role="img" aria-labelledby="{id}-title {id}-desc" font-family="'BIZ UDPGothic', 'Hakutaku Fallback JP', sans-serif"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc><rect class="cp-ground" width="{WIDTH}" height="{height:.0}" fill="{PAPER}"/>"#,
        escape(&title(picture)),
        escape(&describe(picture)),
    );
    head(&mut svg, picture);
    house(&mut svg, picture, body);
    inside.draw(&mut svg, picture.language, TOP + (body - inside.height) / 2.0 + 10.0);
    for (slots, is_left) in [(&left, true), (&right, false)] {
        let mut y = TOP + (body - tall(slots)) / 2.0;
        for slot in slots {
            match slot {
                Slot::Heading(words) => {
                    heading(&mut svg, words, is_left, y);
                    y += HEADING;
                }
                Slot::Line(line) => {
                    draw_line(&mut svg, line, is_left, y + row / 2.0, row);
                    y += row;
                }
            }
        }
    }
    legend(&mut svg, picture.language, height - FOOT + 40.0);
    svg.push_str("</svg>");
    svg
}

fn title(picture: &ConnectionPicture) -> String {
    match picture.language {
        Lang::Ja => format!("外部接続の図　{}", picture.facility),
        Lang::En => format!("External connections of {}", picture.facility),
    }
}

/// The picture in one breath: how many lines, and each with its other end.
fn describe(picture: &ConnectionPicture) -> String {
    let line = |line: &Line| {
        let worst = line.marks.first().map_or(String::new(), |mark| format!(" {}{}", mark.sign, mark.severity_word));
        format!("{} {} {} {}{worst}", line.number, line.other_end, line.medium, line.opening)
    };
    let all: Vec<String> = picture.lines().map(line).collect();
    match picture.language {
        Lang::Ja => format!("外からの線は{}本。{}。", all.len(), all.join("、")),
        Lang::En => format!("{} lines. {}.", all.len(), all.join("; ")),
    }
}

fn lines_in(slots: &[Slot<'_>]) -> usize {
    slots.iter().filter(|slot| matches!(slot, Slot::Line(_))).count()
}

/// Shares the groups out over both sides, the numbers rising; a group goes over to the other side where the half is full.
fn sides(picture: &ConnectionPicture) -> (Vec<Slot<'_>>, Vec<Slot<'_>>) {
    let all = picture.lines().count();
    let half = all.div_ceil(2);
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut taken = 0_usize;
    for group in &picture.groups {
        let size = group.lines.len();
        // A small group is not torn apart for one or two lines.
        let room = half.saturating_sub(taken);
        let to_left = if room >= size || (size <= 3 && room * 2 > size) {
            size
        } else if size <= 3 {
            0
        } else {
            room
        };
        let (first, rest) = group.lines.split_at(to_left);
        put(&mut left, group, first, false, picture.language);
        put(&mut right, group, rest, to_left > 0, picture.language);
        taken += to_left;
        if to_left < size {
            taken = usize::MAX / 2;
        }
    }
    (left, right)
}

fn put<'a>(side: &mut Vec<Slot<'a>>, group: &Group, lines: &'a [Line], goes_on: bool, lang: Lang) {
    if lines.is_empty() {
        return;
    }
    let words = match (goes_on, lang) {
        (false, _) => group.title.clone(),
        (true, Lang::Ja) => format!("{}（続き）", group.title),
        (true, Lang::En) => format!("{} (continued)", group.title),
    };
    side.push(Slot::Heading(words));
    side.extend(lines.iter().map(Slot::Line));
}

fn head(svg: &mut String, picture: &ConnectionPicture) {
    let key = match picture.language {
        Lang::Ja => "番号は表の番号と同じです",
        Lang::En => "The numbers are those of the table",
    };
    text(
        svg,
        "cp-ink",
        (MARGIN, 44.0),
        25.0,
        &format!(r#"font-weight="bold" fill="{INK}""#),
        &fit(&title(picture), 25.0, 1180.0),
    );
    text(svg, "cp-soft", (WIDTH - MARGIN, 36.0), 15.0, &format!(r#"text-anchor="end" fill="{SOFT}""#), &picture.date);
    text(svg, "cp-soft", (WIDTH - MARGIN, 58.0), 13.0, &format!(r#"text-anchor="end" fill="{SOFT}""#), key);
}

fn house(svg: &mut String, picture: &ConnectionPicture, body: f64) {
    let (x, y, w, h) = (LEFT_EDGE, TOP - 6.0, RIGHT_EDGE - LEFT_EDGE, body + 12.0);
    let _ = write!(
        svg,
        r#"<path class="cp-house" d="M{x} {y}L{:.0} {:.0}L{:.0} {y}V{:.0}H{x}Z" fill="{HOUSE}" stroke="{ACCENT}" stroke-width="2.5" stroke-linejoin="round"/>"#,
        WIDTH / 2.0,
        y - 46.0,
        RIGHT_EDGE,
        y + h,
    );
    text(
        svg,
        "cp-accent",
        (WIDTH / 2.0, y + 30.0),
        18.0,
        &format!(r#"text-anchor="middle" font-weight="bold" fill="{ACCENT}""#),
        &fit(&picture.facility, 18.0, w - 60.0),
    );
}

/// A zone: its name, and its systems, each with the numbers of its lines.
type ZoneRows = (String, Vec<(String, String)>);

/// The zones of the house, laid out in one or two columns.
struct Inside {
    columns: Vec<Vec<ZoneRows>>,
    height: f64,
}

impl Inside {
    fn of(picture: &ConnectionPicture) -> Self {
        let zones: Vec<ZoneRows> = picture
            .zones
            .iter()
            .map(|zone| {
                let systems = zone.systems.iter().map(|(name, numbers)| {
                    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                    (name.clone(), numbers.join("・"))
                });
                (zone.name.clone(), systems.collect())
            })
            .collect();
        let tall = |zones: &[(String, Vec<(String, String)>)]| -> f64 { zones.iter().map(Self::zone_height).sum() };
        let all = tall(&zones);
        if all < 620.0 {
            return Self { height: all, columns: vec![zones] };
        }
        let (mut first, mut second, mut filled) = (Vec::new(), Vec::new(), 0.0);
        for zone in zones {
            if filled < all / 2.0 {
                filled += Self::zone_height(&zone);
                first.push(zone);
            } else {
                second.push(zone);
            }
        }
        let height = tall(&first).max(tall(&second));
        Self { columns: vec![first, second], height }
    }

    fn zone_height((_, systems): &(String, Vec<(String, String)>)) -> f64 {
        ZONE_HEAD + as_f64(systems.len()) * ZONE_ROW + ZONE_GAP
    }

    fn draw(&self, svg: &mut String, lang: Lang, top: f64) {
        let room = RIGHT_EDGE - LEFT_EDGE - 72.0;
        let columns = as_f64(self.columns.len().max(1));
        let width = (room - (columns - 1.0) * 16.0) / columns;
        let mut x = LEFT_EDGE + 36.0;
        for column in &self.columns {
            let mut y = top;
            for zone in column {
                Self::draw_zone(svg, lang, zone, (x, y), width);
                y += Self::zone_height(zone);
            }
            x += width + 16.0;
        }
    }

    fn draw_zone(
        svg: &mut String,
        lang: Lang,
        (name, systems): &(String, Vec<(String, String)>),
        (x, y): (f64, f64),
        width: f64,
    ) {
        let height = ZONE_HEAD + as_f64(systems.len()) * ZONE_ROW;
        let _ = write!(
            svg,
            r#"<rect class="cp-box" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{:.1}" rx="6" fill="{PAPER}" stroke="{HAIR}" stroke-width="1"/>"#,
            height - 4.0
        );
        let unnamed = match lang {
            Lang::Ja => "区画が未記入",
            Lang::En => "Zone not written down",
        };
        let name = if name.is_empty() { unnamed } else { name };
        text(svg, "cp-soft", (x + 12.0, y + 20.0), 13.0, &format!(r#"fill="{SOFT}""#), &fit(name, 13.0, width - 24.0));
        let mut row = y + ZONE_HEAD + 14.0;
        for (system, numbers) in systems {
            let taken = if numbers.is_empty() { 0.0 } else { (wide(numbers, 13.5) + 20.0).min(width * 0.55) };
            text(
                svg,
                "cp-ink",
                (x + 12.0, row),
                15.0,
                &format!(r#"fill="{INK}""#),
                &fit(system, 15.0, width - 24.0 - taken),
            );
            if !numbers.is_empty() {
                text(
                    svg,
                    "cp-accent",
                    (x + width - 12.0, row),
                    13.5,
                    &format!(r#"text-anchor="end" fill="{ACCENT}""#),
                    &fit(numbers, 13.5, taken),
                );
            }
            row += ZONE_ROW;
        }
    }
}

fn heading(svg: &mut String, words: &str, is_left: bool, y: f64) {
    let (x, anchor) = if is_left { (MARGIN, "start") } else { (WIDTH - MARGIN, "end") };
    let attributes = format!(r#"text-anchor="{anchor}" font-weight="bold" fill="{ACCENT}""#);
    text(svg, "cp-accent", (x, y + 21.0), 14.0, &attributes, &fit(words, 14.0, SIDE + 200.0));
}

fn draw_line(svg: &mut String, line: &Line, is_left: bool, y: f64, row: f64) {
    let height = (row - 7.0).min(50.0);
    let box_x = if is_left { MARGIN } else { WIDTH - MARGIN - SIDE };
    let (outer, inner) = if is_left { (MARGIN + SIDE, LEFT_EDGE) } else { (WIDTH - MARGIN - SIDE, RIGHT_EDGE) };
    let dash = match line.open {
        Opening::Always => "",
        Opening::OnDemand => r#" stroke-dasharray="11 7""#,
        Opening::Unknown => r#" stroke-dasharray="2 5""#,
    };
    let _ = write!(
        svg,
        r#"<line class="cp-line" x1="{outer:.1}" y1="{y:.1}" x2="{inner:.1}" y2="{y:.1}" stroke="{INK}" stroke-width="2.2"{dash}/>"#
    );
    let inwards = matches!(line.way, Direction::Inward | Direction::Both);
    let outwards = matches!(line.way, Direction::Outward | Direction::Both);
    let towards_house = if is_left { 1.0 } else { -1.0 };
    if inwards {
        arrow(svg, inner, y, towards_house);
    }
    if outwards {
        arrow(svg, outer, y, -towards_house);
    }
    let _ = write!(
        svg,
        r#"<rect class="cp-box" x="{box_x:.1}" y="{:.1}" width="{SIDE}" height="{height:.1}" rx="7" fill="{PAPER}" stroke="{HAIR}" stroke-width="1.2"/>"#,
        y - height / 2.0
    );
    let number_x = box_x + 22.0;
    let _ = write!(svg, r#"<circle class="cp-number" cx="{number_x:.1}" cy="{y:.1}" r="14" fill="{ACCENT}"/>"#);
    let number = line.number.to_string();
    let attributes = format!(r#"text-anchor="middle" font-weight="bold" fill="{PAPER}""#);
    text(svg, "cp-number-text", (number_x, y + 5.0), 14.0, &attributes, &number);
    let room = SIDE - 56.0;
    let attributes = format!(r#"font-weight="bold" fill="{INK}""#);
    text(svg, "cp-ink", (box_x + 44.0, y - 3.0), 14.5, &attributes, &fit(&line.other_end, 14.5, room));
    text(svg, "cp-soft", (box_x + 44.0, y + 15.0), 12.5, &format!(r#"fill="{SOFT}""#), &fit(&line.name, 12.5, room));
    let from = if is_left { outer + 14.0 } else { inner + 14.0 };
    let room = (inner - outer).abs() - 28.0;
    text(svg, "cp-ink", (from, y - 7.0), 12.5, &format!(r#"fill="{INK}""#), &fit(&line.medium, 12.5, room));
    marks(svg, line, (from, y + 18.0), room);
}

/// One sign for each severity that occurs, with its word and how often.
fn marks(svg: &mut String, line: &Line, (from, y): (f64, f64), room: f64) {
    let mut x = from;
    for severity in ["high", "medium", "low"] {
        let these: Vec<&Mark> = line.marks.iter().filter(|mark| mark.severity == severity).collect();
        let Some(first) = these.first() else { continue };
        let words = format!("{}{}", first.severity_word, these.len());
        let width = 20.0 + wide(&words, 12.5) + 12.0;
        if x + width > from + room + 12.0 {
            break;
        }
        shape(svg, severity, x + 7.0, y - 4.5);
        let attributes = format!(r#"font-weight="bold" fill="{}""#, colour(severity));
        text(svg, class(severity), (x + 18.0, y), 12.5, &attributes, &words);
        x += width;
    }
}

fn colour(severity: &str) -> &'static str {
    match severity {
        "high" => HIGH,
        "medium" => MEDIUM,
        _ => LOW,
    }
}

fn class(severity: &str) -> &'static str {
    match severity {
        "high" => "cp-high",
        "medium" => "cp-medium",
        _ => "cp-low",
    }
}

/// ▲, ◆ or ●, about 14 units large.
fn shape(svg: &mut String, severity: &str, x: f64, y: f64) {
    let (class, fill) = (class(severity), colour(severity));
    let _ = match severity {
        "high" => write!(svg, r#"<path class="{class}" d="M{x:.1} {:.1}l7.5 13h-15z" fill="{fill}"/>"#, y - 7.5),
        "medium" => write!(svg, r#"<path class="{class}" d="M{x:.1} {:.1}l7 7l-7 7l-7 -7z" fill="{fill}"/>"#, y - 7.0),
        _ => write!(svg, r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="5" fill="{fill}"/>"#),
    };
}

/// An arrowhead whose tip is at the point.
fn arrow(svg: &mut String, x: f64, y: f64, to_right: f64) {
    let back = x - 12.0 * to_right;
    let _ = write!(
        svg,
        r#"<path class="cp-arrow" d="M{x:.1} {y:.1}L{back:.1} {:.1}L{back:.1} {:.1}Z" fill="{INK}"/>"#,
        y - 6.5,
        y + 6.5
    );
}

fn legend(svg: &mut String, lang: Lang, y: f64) {
    let words: [&str; 8] = match lang {
        Lang::Ja => [
            "つなぎっぱなし",
            "使うときだけ",
            "わからない",
            "高い危険",
            "中くらい",
            "低い",
            "矢印は、通信を始める向き（ないものは未記入）",
            "記号の横の数は件数",
        ],
        Lang::En => [
            "Always on",
            "Only when needed",
            "Not known",
            "High risk",
            "Medium",
            "Low",
            "Arrows: who opens the conversation (none: not written down)",
            "Figures: how many marks",
        ],
    };
    let mut x = MARGIN;
    for (at, dash) in ["", r#" stroke-dasharray="11 7""#, r#" stroke-dasharray="2 5""#].into_iter().enumerate() {
        let _ = write!(
            svg,
            r#"<line class="cp-line" x1="{x:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke="{INK}" stroke-width="2.2"{dash}/>"#,
            y - 5.0,
            x + 52.0,
            y - 5.0
        );
        text(svg, "cp-ink", (x + 62.0, y), 13.5, &format!(r#"fill="{INK}""#), words[at]);
        x += 62.0 + wide(words[at], 13.5) + 30.0;
    }
    for (severity, words) in ["high", "medium", "low"].into_iter().zip(&words[3..6]) {
        shape(svg, severity, x + 8.0, y - 5.0);
        text(svg, "cp-ink", (x + 22.0, y), 13.5, &format!(r#"fill="{INK}""#), words);
        x += 22.0 + wide(words, 13.5) + 26.0;
    }
    let _ = x;
    let rest = match lang {
        Lang::Ja => format!("{}。{}。", words[6], words[7]),
        Lang::En => format!("{}. {}.", words[6], words[7]),
    };
    text(svg, "cp-soft", (MARGIN, y + 28.0), 13.0, &format!(r#"fill="{SOFT}""#), &rest);
}

fn text(svg: &mut String, class: &str, (x, y): (f64, f64), size: f64, attributes: &str, words: &str) {
    let _ = write!(
        svg,
        r#"<text class="{class}" x="{x:.1}" y="{y:.1}" font-size="{size}" {attributes}>{}</text>"#,
        escape(words)
    );
}

/// A rough width: wide characters count whole, Latin ones a little over half.
fn wide(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if c.is_ascii() { size * 0.58 } else { size }).sum()
}

/// The text cut so that it fits, with an ellipsis; the table has it in full.
fn fit(text: &str, size: f64, room: f64) -> String {
    if wide(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if wide(&kept, size) + wide(&c.to_string(), size) + size > room {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

#[expect(clippy::cast_precision_loss, reason = "there are at most a few hundred lines")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no other control characters at all.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
