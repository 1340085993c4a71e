//! The facts a plan stands on, as they are printed: taken from the registers, with everything that only moves from day to
//! day marked so that it makes no print out of date.

use crate::backup::{BackupCopy, CopyMedium, RestoreTest, Separation};
use crate::connection::Connection;
use crate::contacts::{Chart, Origin, Part};
use crate::office::{Recipient, ReportingOffice};
use crate::party::Party;
use crate::record::Kept;
use crate::system::{System, SystemKind};
use crate::text::Lang;
use crate::vendor::Engagement;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Everything the product knows that stands in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ground {
    /// The contact chart, caller before called.
    pub people: Vec<PersonEntry>,
    /// Parts of the chart that nobody holds.
    pub vacant: Vec<Part>,
    /// Systems, most important for patients first.
    pub systems: Vec<SystemEntry>,
    /// Lines to the outside.
    pub lines: Vec<LineEntry>,
    /// Backup copies.
    pub copies: Vec<CopyEntry>,
    /// Vendors.
    pub vendors: Vec<VendorEntry>,
    /// Offices to report to.
    pub offices: Vec<OfficeEntry>,
}

/// Somebody of the contact chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonEntry {
    /// Id of the row.
    pub id: String,
    /// Part in the chart.
    pub part: Part,
    /// Department or office, and name.
    pub who: String,
    /// Telephone by day.
    pub phone_day: String,
    /// At night and on holidays.
    pub phone_night: String,
    /// E-mail.
    pub email: String,
    /// Who steps in.
    pub substitute: String,
    /// And their telephone.
    pub substitute_phone: String,
    /// Remark.
    pub note: String,
    /// Who calls them, by id; `None`: whoever notices.
    pub caller: Option<String>,
    /// How many calls away from whoever notices.
    pub depth: u8,
    /// Kept in the vendor register: its changes are told there.
    pub is_vendor: bool,
    /// The day the numbers were made sure of. Moves from day to day.
    pub checked: Option<Date>,
}

/// A system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemEntry {
    /// Id of the row.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it does.
    pub kind: SystemKind,
    /// Rank by harm to patients; 1 is the worst.
    pub importance: Option<u16>,
    /// Order of restarting; 1 is first.
    pub order: Option<u16>,
    /// Hours until it must be back.
    pub rto_hours: Option<u32>,
    /// Who maintains it.
    pub vendor: String,
    /// Network segment.
    pub segment: String,
    /// What people do meanwhile, as the register says.
    pub note: String,
    /// The newest restore that succeeded. Moves from day to day.
    pub restore_tested: Option<Date>,
    /// How many minutes it took. Moves with it.
    pub restore_minutes: Option<u32>,
}

/// A line to the outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEntry {
    /// Id of the row.
    pub id: String,
    /// Name.
    pub name: String,
    /// Who is at the other end.
    pub other_end: String,
    /// Whether anybody outside can begin the conversation.
    pub from_outside: bool,
    /// Whether its device is met by the open Internet.
    pub internet_vpn: bool,
    /// Whether it is there for remote maintenance.
    pub maintenance: bool,
    /// Names of the systems it serves.
    pub systems: Vec<String>,
    /// The segment it ends in.
    pub segment: String,
    /// Who can cut it by day.
    pub cutter: String,
    /// Their telephone.
    pub cutter_phone: String,
    /// Who can cut it at night.
    pub night: String,
    /// Their telephone.
    pub night_phone: String,
    /// How.
    pub how: String,
}

/// A backup copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyEntry {
    /// Id of the row.
    pub id: String,
    /// Name of the system.
    pub system: String,
    /// What is copied.
    pub name: String,
    /// What it is kept on.
    pub medium: CopyMedium,
    /// Where.
    pub place: String,
    /// How it is kept apart.
    pub separation: Separation,
    /// How many generations.
    pub generations: Option<u32>,
    /// Hours from one to the next.
    pub interval_hours: Option<u32>,
}

/// A vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorEntry {
    /// Id of the row.
    pub id: String,
    /// Name.
    pub name: String,
    /// The desk for emergencies.
    pub desk: String,
    /// Its telephone.
    pub phone: String,
    /// When it answers.
    pub hours: String,
    /// Its e-mail.
    pub email: String,
    /// The usual person, with telephone.
    pub usual: String,
    /// Systems it maintains.
    pub systems: Vec<String>,
}

/// An office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeEntry {
    /// Id of the row.
    pub id: String,
    /// For which recipient.
    pub recipient: Recipient,
    /// Desk.
    pub name: String,
    /// Telephone.
    pub phone: String,
    /// When it answers.
    pub hours: String,
    /// E-mail.
    pub email: String,
    /// Page.
    pub url: String,
    /// Remark.
    pub note: String,
    /// The day somebody last made sure. Moves from day to day.
    pub checked: Option<Date>,
}

/// The registers, as the store reads them.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The finished chart.
    pub chart: &'a Chart,
    /// Systems.
    pub systems: &'a [Kept<System>],
    /// External connections.
    pub lines: &'a [Kept<Connection>],
    /// Backup copies.
    pub copies: &'a [Kept<BackupCopy>],
    /// Restore tests.
    pub tests: &'a [Kept<RestoreTest>],
    /// Vendors.
    pub vendors: &'a [Kept<Engagement>],
    /// Offices to report to.
    pub offices: &'a [Kept<ReportingOffice>],
}

fn joined(parts: &[&str]) -> String {
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn origin(origin: Origin) -> (String, bool) {
    match origin {
        Origin::Line(id) => (id.to_string(), false),
        Origin::Vendor(id) => (id.to_string(), true),
    }
}

/// Gathers what stands in the plan.
#[must_use]
pub fn ground(from: Sources<'_>) -> Ground {
    Ground {
        people: people(from.chart),
        vacant: from.chart.vacant.clone(),
        systems: systems(from),
        lines: lines(from),
        copies: copies(from),
        vendors: vendors(from),
        offices: offices(from.offices),
    }
}

fn people(chart: &Chart) -> Vec<PersonEntry> {
    let entry = |step: &crate::contacts::Step| {
        let line = &step.line;
        let (id, is_vendor) = origin(step.origin);
        PersonEntry {
            id,
            part: line.part,
            who: joined(&[&line.place, &line.name]),
            phone_day: line.phone_day.clone(),
            phone_night: line.phone_night.clone(),
            email: line.email.clone(),
            substitute: line.substitute.clone(),
            substitute_phone: line.substitute_phone.clone(),
            note: line.note.clone(),
            caller: step.caller.map(|caller| origin(caller).0),
            depth: step.depth,
            is_vendor,
            checked: line.checked_on,
        }
    };
    chart.steps.iter().map(entry).collect()
}

fn party(party: Option<&Party>, vendors: &[Kept<Engagement>]) -> String {
    match party {
        Some(Party::Vendor(id)) => {
            vendors.iter().find(|row| row.id == *id).map(|row| row.body.name.clone()).unwrap_or_default()
        }
        Some(Party::Other(name)) => name.clone(),
        Some(Party::Facility) | None => String::new(),
    }
}

fn systems(from: Sources<'_>) -> Vec<SystemEntry> {
    let mut entries: Vec<SystemEntry> = from
        .systems
        .iter()
        .map(|row| {
            let system = &row.body;
            let tests = from.tests.iter().filter(|test| test.body.system == row.id && test.body.success);
            let newest = tests.max_by_key(|test| test.body.date);
            SystemEntry {
                id: row.id.to_string(),
                name: system.name.clone(),
                kind: system.kind,
                importance: system.clinical_importance,
                order: system.recovery_order,
                rto_hours: system.rto_hours,
                vendor: party(system.vendor.as_ref(), from.vendors),
                segment: system.segment.clone(),
                note: system.note.clone(),
                restore_tested: newest.map(|test| test.body.date),
                restore_minutes: newest.and_then(|test| test.body.minutes),
            }
        })
        .collect();
    entries.sort_by_key(|system| system.importance.unwrap_or(u16::MAX));
    entries
}

fn lines(from: Sources<'_>) -> Vec<LineEntry> {
    from.lines
        .iter()
        .map(|row| {
            let line = &row.body;
            let served = |id: &crate::record::RecordId| from.systems.iter().find(|system| system.id == *id);
            LineEntry {
                id: row.id.to_string(),
                name: line.name.clone(),
                other_end: party(line.other_end.as_ref(), from.vendors),
                from_outside: line.is_from_outside(),
                internet_vpn: line.medium.is_internet_vpn(),
                maintenance: line.is_maintenance(),
                systems: line.systems.iter().filter_map(served).map(|system| system.body.name.clone()).collect(),
                segment: line.segment.clone(),
                cutter: line.cutter.name.clone(),
                cutter_phone: line.cutter.phone.trim().to_owned(),
                night: line.cutter_at_night.name.clone(),
                night_phone: line.cutter_at_night.phone.trim().to_owned(),
                how: line.how_to_cut.clone(),
            }
        })
        .collect()
}

fn copies(from: Sources<'_>) -> Vec<CopyEntry> {
    let entry = |row: &Kept<BackupCopy>| {
        let copy = &row.body;
        let system = from.systems.iter().find(|system| system.id == copy.system);
        CopyEntry {
            id: row.id.to_string(),
            system: system.map(|system| system.body.name.clone()).unwrap_or_default(),
            name: copy.name.clone(),
            medium: copy.medium,
            place: joined(&[copy.place.title().get(Lang::Ja), &copy.place_note]),
            separation: copy.separation,
            generations: copy.generations,
            interval_hours: copy.interval_hours,
        }
    };
    from.copies.iter().map(entry).collect()
}

fn vendors(from: Sources<'_>) -> Vec<VendorEntry> {
    let entry = |row: &Kept<Engagement>| {
        let vendor = &row.body;
        let maintains = |system: &&Kept<System>| {
            system.body.vendor == Some(Party::Vendor(row.id))
                || vendor.products.iter().any(|product| product.systems.contains(&system.id))
        };
        VendorEntry {
            id: row.id.to_string(),
            name: vendor.name.clone(),
            desk: vendor.emergency.name.clone(),
            phone: vendor.emergency.phone.trim().to_owned(),
            hours: vendor.emergency.hours.clone(),
            email: vendor.emergency.email.clone(),
            usual: joined(&[&vendor.contact.name, &vendor.contact.phone]),
            systems: from.systems.iter().filter(maintains).map(|system| system.body.name.clone()).collect(),
        }
    };
    from.vendors.iter().map(entry).collect()
}

fn offices(rows: &[Kept<ReportingOffice>]) -> Vec<OfficeEntry> {
    Recipient::ALL
        .iter()
        .flat_map(|recipient| crate::office::offices_of(rows, *recipient))
        .map(|row| {
            let office = &row.body;
            OfficeEntry {
                id: row.id.to_string(),
                recipient: office.recipient,
                name: office.name.clone(),
                phone: office.phone.clone(),
                hours: office.hours.clone(),
                email: office.email.clone(),
                url: office.url.clone(),
                note: office.note.clone(),
                checked: office.last_checked,
            }
        })
        .collect()
}

impl Ground {
    /// The same without what only moves from day to day: days of checks and restore tests.
    #[must_use]
    pub fn settled(&self) -> Self {
        let mut settled = self.clone();
        for person in &mut settled.people {
            person.checked = None;
        }
        for office in &mut settled.offices {
            office.checked = None;
        }
        for system in &mut settled.systems {
            system.restore_tested = None;
            system.restore_minutes = None;
        }
        settled
    }

    /// SHA-256 over the settled facts, in lower-case hex: what a print carries on its cover.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // None of these types can fail to become JSON; an empty text would only make prints look alike.
        let json = serde_json::to_vec(&self.settled()).unwrap_or_default();
        hex::encode(Sha256::digest(json))
    }

    /// Whether nothing is known at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.systems.is_empty() && self.lines.is_empty() && self.vendors.is_empty()
    }

    /// The systems in the order of restarting; those without a place in it come last.
    #[must_use]
    pub fn by_recovery(&self) -> Vec<&SystemEntry> {
        let mut systems: Vec<&SystemEntry> = self.systems.iter().collect();
        systems.sort_by_key(|system| system.order.unwrap_or(u16::MAX));
        systems
    }
}
