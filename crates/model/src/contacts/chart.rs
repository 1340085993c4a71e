//! The finished chart: in which order, who calls whom, what is missing.

use super::{ContactLine, Part};
use crate::facility::FacilityKind;
use crate::party::Contact;
use crate::record::RecordId;
use crate::text::folded;
use crate::vendor::Engagement;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

/// Where a line of the chart comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Origin {
    /// A row of this register.
    Line(RecordId),
    /// A vendor's [`Engagement::emergency`]: changed in the vendor register.
    Vendor(RecordId),
}

/// What a line lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "lack", content = "since")]
pub enum Lack {
    /// Nobody is named.
    Name,
    /// No telephone by day.
    DayPhone,
    /// No telephone for nights and holidays, where one is expected.
    NightPhone,
    /// Nobody is named for when they do not answer; expected of people of the house.
    Substitute,
    /// Nobody ever made sure that the numbers are right.
    NeverChecked,
    /// Last made sure of on this day, more than a year ago.
    CheckedLongAgo(Date),
}

/// One line of the finished chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    pub line: ContactLine,
    /// How many calls away from whoever notices: 0 is called first.
    pub depth: u8,
    /// Who calls them: an earlier step. `None`: whoever notices.
    pub caller: Option<Origin>,
    /// What it lacks.
    pub lacks: Vec<Lack>,
}

/// The finished chart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Chart {
    /// Caller before called; among those with one caller by order, inside before outside.
    pub steps: Vec<Step>,
    /// Parts that nobody holds and that should be held.
    pub vacant: Vec<Part>,
    /// Rows whose `called_by` led in a circle; they are shown as called by whoever notices.
    pub circles: Vec<Origin>,
}

impl Chart {
    /// How many things are missing.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.vacant.len() + self.circles.len() + self.steps.iter().map(|step| step.lacks.len()).sum::<usize>()
    }

    /// Whether something stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The day of the oldest check, if every line was checked.
    #[must_use]
    pub fn checked_since(&self) -> Option<Date> {
        let days: Option<Vec<Date>> = self.steps.iter().map(|step| step.line.checked_on).collect();
        days.and_then(|days| days.into_iter().min())
    }
}

/// The parts that a chart needs. Outside: those that the 2018 notice of the ministry and the reporting duties name
/// (`catalog/contacts/`); inside: those that decide. A night duty manager is asked of hospitals only.
#[must_use]
pub fn needed_parts(kind: FacilityKind) -> Vec<Part> {
    let mut parts = vec![Part::It];
    if kind == FacilityKind::Hospital {
        parts.push(Part::NightDuty);
    }
    parts.extend([
        Part::SafetyManager,
        Part::Director,
        Part::Vendor,
        Part::Ministry,
        Part::Prefecture,
        Part::Police,
        Part::PrivacyCommission,
    ]);
    parts
}

/// Puts rows and vendors into a chart for a day.
#[must_use]
pub fn chart(
    kind: FacilityKind,
    rows: &[(RecordId, ContactLine)],
    vendors: &[(RecordId, Engagement)],
    today: Date,
) -> Chart {
    let mut lines: Vec<(Origin, ContactLine)> =
        rows.iter().map(|(id, line)| (Origin::Line(*id), line.clone())).collect();
    lines.extend(vendors.iter().map(|(id, vendor)| (Origin::Vendor(*id), vendor_line(vendor))));
    lines.sort_by_key(|(origin, line)| (line.order.unwrap_or(u16::MAX), line.part, *origin));

    let mut callers: Vec<Option<usize>> = (0..lines.len()).map(|at| caller(&lines, at)).collect();
    let turning: Vec<usize> = (0..lines.len()).filter(|at| turns(&callers, *at)).collect();
    for at in &turning {
        callers[*at] = None;
    }
    let circles = turning.into_iter().map(|at| lines[at].0).collect();

    let mut steps = Vec::with_capacity(lines.len());
    let mut open: Vec<(usize, u8)> =
        (0..lines.len()).rev().filter(|at| callers[*at].is_none()).map(|at| (at, 0)).collect();
    while let Some((at, depth)) = open.pop() {
        let (origin, line) = &lines[at];
        steps.push(Step {
            origin: *origin,
            line: line.clone(),
            depth,
            caller: callers[at].map(|caller| lines[caller].0),
            lacks: lacks(line, *origin, today),
        });
        let called = (0..lines.len()).rev().filter(|other| callers[*other] == Some(at));
        open.extend(called.map(|other| (other, depth.saturating_add(1))));
    }
    let held: BTreeSet<Part> = lines.iter().map(|(_, line)| line.part).collect();
    let vacant = needed_parts(kind).into_iter().filter(|part| !held.contains(part)).collect();
    Chart { steps, vacant, circles }
}

/// A vendor as a line. One telephone that is answered round the clock counts for the night too.
fn vendor_line(vendor: &Engagement) -> ContactLine {
    let Contact { name, phone, email, hours } = &vendor.emergency;
    let hours_plain = folded(hours);
    let always = hours_plain.contains("24");
    ContactLine {
        place: vendor.name.clone(),
        name: name.clone(),
        phone_day: phone.clone(),
        phone_night: if always { phone.clone() } else { String::new() },
        email: email.clone(),
        note: hours.clone(),
        ..ContactLine::of(Part::Vendor)
    }
}

/// Who calls the line at a position, as the row or the usual order says.
fn caller(lines: &[(Origin, ContactLine)], at: usize) -> Option<usize> {
    let line = &lines[at].1;
    if let Some(id) = line.called_by
        && let Some(found) = lines.iter().position(|(origin, _)| *origin == Origin::Line(id))
    {
        return Some(found);
    }
    // The usual caller may be vacant; then whoever calls that part steps in.
    let mut part = line.part.usual_caller();
    while let Some(wanted) = part {
        if let Some(found) = lines.iter().position(|(_, other)| other.part == wanted) {
            return Some(found);
        }
        part = wanted.usual_caller();
    }
    None
}

/// Whether following the callers from a line comes back to it.
fn turns(callers: &[Option<usize>], start: usize) -> bool {
    let mut next = callers[start];
    for _ in callers {
        match next {
            None => return false,
            Some(at) if at == start => return true,
            Some(at) => next = callers[at],
        }
    }
    false
}

fn lacks(line: &ContactLine, origin: Origin, today: Date) -> Vec<Lack> {
    let part = line.part;
    let mut found = Vec::new();
    // An office or a firm is known by its own name.
    if line.name.is_empty() && (part.is_inside() || line.place.is_empty()) {
        found.push(Lack::Name);
    }
    if line.phone_day.is_empty() {
        found.push(Lack::DayPhone);
    }
    if line.phone_night.is_empty() && part.answers_at_night() {
        found.push(Lack::NightPhone);
    }
    if line.substitute.is_empty() && part.is_inside() {
        found.push(Lack::Substitute);
    }
    // Vendors are kept, and looked after, in their own register.
    if matches!(origin, Origin::Line(_)) {
        match line.checked_on {
            None => found.push(Lack::NeverChecked),
            Some(day) if day.checked_add(1.year()).is_ok_and(|due| due < today) => {
                found.push(Lack::CheckedLongAgo(day));
            }
            Some(_) => {}
        }
    }
    found
}
