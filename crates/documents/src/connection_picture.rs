//! The hospital with every line into it: one drawing for page, file and paper, and the paper with its tables.
//!
//! The house stands in the middle with its zones and systems; the outside stands left and right, grouped by type. Lines
//! run straight across, one row each, so that none crosses another. Solid, dashed and dotted lines and marks of different
//! shape with a word beside them: nothing depends on colour alone. As in [`crate::radar`], only presentation attributes
//! are used, and classes let a page recolour it.

mod draw;

pub use draw::connection_picture_svg;

use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::connection::{Connection, ConnectionGuide, Direction, Opening, RiskMark, Severity, risks};
use hakutaku_model::party::Party;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::system::System;
use hakutaku_model::text::Lang;
use hakutaku_model::time::{Ts, date_words};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the picture is made from.
#[derive(Debug, Clone, Copy)]
pub struct PictureSource<'a> {
    /// Language.
    pub lang: Lang,
    /// The facility's name.
    pub facility: &'a str,
    /// Its connections.
    pub connections: &'a [Kept<Connection>],
    /// Its systems.
    pub systems: &'a [Kept<System>],
    /// Names of vendors by their row.
    pub vendors: &'a BTreeMap<RecordId, String>,
    /// The catalogue's part.
    pub guide: &'a ConnectionGuide,
    /// When it is made.
    pub made: Ts,
}

/// The picture in words and numbers, ready to be drawn and set.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionPicture {
    /// `ja` or `en`.
    pub lang: &'static str,
    /// The facility's name.
    pub facility: String,
    /// The day in words.
    pub date: String,
    /// The day as `2026-11-21`.
    pub iso_date: String,
    /// The outside, grouped by type in the catalogue's order.
    pub groups: Vec<Group>,
    /// The inside, by zone.
    pub zones: Vec<Zone>,
    #[serde(skip)]
    pub(crate) language: Lang,
}

/// Lines of one type.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// Name of the type.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Its number in picture and tables.
    pub number: usize,
    /// The row it stands for.
    pub id: RecordId,
    /// As people call it.
    pub name: String,
    /// Who is at the other end.
    pub other_end: String,
    /// What it runs over.
    pub medium: String,
    /// When it is open, as a word.
    pub opening: String,
    /// Which way, as a word.
    pub direction: String,
    /// How people sign in, as a word.
    pub authentication: String,
    /// The device in words.
    pub device: String,
    /// The systems it reaches.
    pub systems: Vec<String>,
    /// Its marks.
    pub marks: Vec<Mark>,
    /// Who can cut it.
    pub cutter: Person,
    /// Who can cut it at night.
    pub cutter_at_night: Person,
    /// How.
    pub how_to_cut: String,
    #[serde(skip)]
    pub(crate) open: Opening,
    #[serde(skip)]
    pub(crate) way: Direction,
}

/// Somebody to call.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// When they answer.
    pub hours: String,
}

/// A risk mark in one language.
#[derive(Debug, Clone, Serialize)]
pub struct Mark {
    /// `high`, `medium` or `low`.
    pub severity: &'static str,
    /// ▲, ◆ or ●.
    pub sign: &'static str,
    /// The severity as a word.
    pub severity_word: String,
    /// What it is about.
    pub title: String,
    /// Why, and what to do.
    pub reason: String,
    /// The published case it resembles.
    pub case: Option<String>,
}

/// A network zone of the house.
#[derive(Debug, Clone, Serialize)]
pub struct Zone {
    /// Its name; empty: not written down.
    pub name: String,
    /// Its systems, with the numbers of the lines that reach them.
    pub systems: Vec<(String, Vec<usize>)>,
}

/// The sign of a severity, told apart by shape.
#[must_use]
pub fn sign(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "▲",
        Severity::Medium => "◆",
        Severity::Low => "●",
    }
}

impl ConnectionPicture {
    /// Puts the picture together.
    #[must_use]
    pub fn of(source: PictureSource<'_>) -> Self {
        let today = source.made.date_in_japan();
        let mut rows: Vec<&Kept<Connection>> = source.connections.iter().collect();
        let order = |row: &Kept<Connection>| {
            source.guide.types.iter().position(|kind| kind.id == row.body.kind).unwrap_or(usize::MAX)
        };
        rows.sort_by_key(|row| (order(row), row.id));
        let mut groups: Vec<(usize, Group)> = Vec::new();
        let mut reached: BTreeMap<RecordId, Vec<usize>> = BTreeMap::new();
        let mut nowhere: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, row) in rows.into_iter().enumerate() {
            let number = at + 1;
            let known: Vec<&Kept<System>> = row
                .body
                .systems
                .iter()
                .filter_map(|id| source.systems.iter().find(|system| system.id == *id))
                .collect();
            for system in &known {
                reached.entry(system.id).or_default().push(number);
            }
            if known.is_empty() {
                nowhere.entry(row.body.segment.clone()).or_default().push(number);
            }
            let line = source.line(number, row, &known, risks(&row.body, source.guide, today));
            let place = order(row);
            match groups.last_mut() {
                Some((last, group)) if *last == place => group.lines.push(line),
                _ => {
                    let title = source.guide.types.get(place).map(|kind| kind.title.get(source.lang).to_owned());
                    groups.push((
                        place,
                        Group { title: title.unwrap_or_else(|| row.body.kind.clone()), lines: vec![line] },
                    ));
                }
            }
        }
        Self {
            lang: source.lang.tag(),
            facility: source.facility.to_owned(),
            date: date_words(today, source.lang),
            iso_date: today.to_string(),
            groups: groups.into_iter().map(|(_, group)| group).collect(),
            zones: source.zones(&reached, nowhere),
            language: source.lang,
        }
    }

    /// All lines by number.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.groups.iter().flat_map(|group| &group.lines)
    }
}

impl PictureSource<'_> {
    fn party(&self, party: Option<&Party>) -> String {
        let (facility, unknown) = match self.lang {
            Lang::Ja => ("当施設", "相手が未記入"),
            Lang::En => ("This facility", "Not written down"),
        };
        match party {
            None => unknown.to_owned(),
            Some(Party::Facility) => facility.to_owned(),
            Some(Party::Other(name)) => name.clone(),
            Some(Party::Vendor(id)) => self.vendors.get(id).cloned().unwrap_or_else(|| unknown.to_owned()),
        }
    }

    fn line(&self, number: usize, row: &Kept<Connection>, systems: &[&Kept<System>], marks: Vec<RiskMark>) -> Line {
        let (body, lang) = (&row.body, self.lang);
        let said = |text: hakutaku_model::text::Text| text.get(lang).to_owned();
        let person = |contact: &hakutaku_model::party::Contact| Person {
            name: contact.name.clone(),
            phone: contact.phone.clone(),
            hours: contact.hours.clone(),
        };
        let device = &body.device;
        let parts = [device.maker.as_str(), device.model.as_str(), device.firmware.as_str()];
        let mut parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if let Some(day) = device.firmware_date {
            parts.push(match lang {
                Lang::Ja => format!("更新 {day}"),
                Lang::En => format!("updated {day}"),
            });
        }
        Line {
            number,
            id: row.id,
            name: body.name.clone(),
            other_end: self.party(body.other_end.as_ref()),
            medium: said(body.medium.title()),
            opening: said(body.opening.title()),
            direction: said(body.direction.title()),
            authentication: said(body.authentication.title()),
            device: parts.join(" "),
            systems: systems.iter().map(|system| system.body.name.clone()).collect(),
            marks: marks
                .into_iter()
                .map(|mark| Mark {
                    severity: mark.severity.key(),
                    sign: sign(mark.severity),
                    severity_word: said(mark.severity.title()),
                    title: said(mark.id.title()),
                    reason: mark.reason.get(lang).to_owned(),
                    case: mark.case.and_then(|id| self.guide.case(id)).map(|case| case.name.get(lang).to_owned()),
                })
                .collect(),
            cutter: person(&body.cutter),
            cutter_at_night: person(&body.cutter_at_night),
            how_to_cut: body.how_to_cut.clone(),
            open: body.opening,
            way: body.direction,
        }
    }

    /// Zones with the systems that lines reach; systems without a line are only counted.
    fn zones(&self, reached: &BTreeMap<RecordId, Vec<usize>>, nowhere: BTreeMap<String, Vec<usize>>) -> Vec<Zone> {
        // A system's name, and the numbers of the lines that reach it.
        type Reached = (String, Vec<usize>);
        let mut zones: BTreeMap<(bool, String), Vec<Reached>> = BTreeMap::new();
        let mut apart = 0_usize;
        for system in self.systems {
            match reached.get(&system.id) {
                Some(numbers) => zones
                    .entry((system.body.segment.is_empty(), system.body.segment.clone()))
                    .or_default()
                    .push((system.body.name.clone(), numbers.clone())),
                None => apart += 1,
            }
        }
        let unwritten = match self.lang {
            Lang::Ja => "届く先のシステムが未記入",
            Lang::En => "Systems not written down",
        };
        for (segment, numbers) in nowhere {
            zones.entry((segment.is_empty(), segment)).or_default().push((unwritten.to_owned(), numbers));
        }
        let mut zones: Vec<Zone> = zones.into_iter().map(|((_, name), systems)| Zone { name, systems }).collect();
        if apart > 0 {
            let words = match self.lang {
                Lang::Ja => format!("ほかに{apart}件（外とつながりません）"),
                Lang::En => format!("{apart} more, joined to nothing outside"),
            };
            let name = match self.lang {
                Lang::Ja => "そのほかのシステム",
                Lang::En => "Other systems",
            };
            zones.push(Zone { name: name.to_owned(), systems: vec![(words, Vec::new())] });
        }
        zones
    }
}

/// The paper: the picture on A3, the table of all lines with their marks, and who can cut which line.
///
/// # Errors
/// A template that fails on this picture.
pub fn connection_picture_pdf(picture: &ConnectionPicture) -> Result<Pdf, PdfError> {
    render(
        "connections",
        Files {
            main: include_str!("../templates/connections.typ"),
            words: words(picture.language),
            data: serde_json::to_vec(picture)?,
            // The one drawing a document may have; the name of its virtual file is that of the first.
            radar: Some(connection_picture_svg(picture, "lines")),
        },
    )
}

#[cfg(test)]
mod tests;
