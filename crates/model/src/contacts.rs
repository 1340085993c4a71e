//! The contact chart (連絡体制図): who is called by whom when something is wrong, inside the house and outside.
//!
//! Rows are kept as a register; [`chart`] puts them, with the vendors' emergency contacts, into one order and says what
//! is missing. Which outside bodies there are is content (`catalog/contacts/`); their numbers are filled in by people.

use crate::facility::FacilityKind;
use crate::party::Contact;
use crate::record::{RecordId, Register};
use crate::text::{Text, folded};
use crate::vendor::Engagement;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The register kind of the chart.
pub const KIND: &str = "contact";

/// Part in the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// システム担当者.
    It,
    /// 管理当直（夜間・休日）.
    NightDuty,
    /// 医療情報システム安全管理責任者.
    SafetyManager,
    /// 院長・開設者など.
    Director,
    /// 事務長.
    ChiefOfAdministration,
    /// 各部署の責任者.
    Department,
    /// 広報・患者の窓口.
    PublicRelations,
    /// 事業者.
    Vendor,
    /// 厚生労働省.
    Ministry,
    /// 都道府県.
    Prefecture,
    /// 保健所.
    HealthCentre,
    /// 警察.
    Police,
    /// 個人情報保護委員会.
    PrivacyCommission,
    /// 情報共有の団体・相談窓口.
    InformationSharing,
    /// 審査支払機関・オンライン資格確認.
    ClaimsPayer,
    /// 保険会社.
    Insurer,
    /// 弁護士.
    Lawyer,
    /// その他.
    Other,
}

impl Part {
    /// All parts, in the order they are offered: inside, then outside.
    pub const ALL: [Self; 18] = [
        Self::It,
        Self::NightDuty,
        Self::SafetyManager,
        Self::Director,
        Self::ChiefOfAdministration,
        Self::Department,
        Self::PublicRelations,
        Self::Vendor,
        Self::Ministry,
        Self::Prefecture,
        Self::HealthCentre,
        Self::Police,
        Self::PrivacyCommission,
        Self::InformationSharing,
        Self::ClaimsPayer,
        Self::Insurer,
        Self::Lawyer,
        Self::Other,
    ];

    /// The stable key of files, forms and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::NightDuty => "night_duty",
            Self::SafetyManager => "safety_manager",
            Self::Director => "director",
            Self::ChiefOfAdministration => "chief_of_administration",
            Self::Department => "department",
            Self::PublicRelations => "public_relations",
            Self::Vendor => "vendor",
            Self::Ministry => "ministry",
            Self::Prefecture => "prefecture",
            Self::HealthCentre => "health_centre",
            Self::Police => "police",
            Self::PrivacyCommission => "privacy_commission",
            Self::InformationSharing => "information_sharing",
            Self::ClaimsPayer => "claims_payer",
            Self::Insurer => "insurer",
            Self::Lawyer => "lawyer",
            Self::Other => "other",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::It => Text::new("システム担当者", "IT person"),
            Self::NightDuty => Text::new("管理当直（夜間・休日）", "Night duty manager"),
            Self::SafetyManager => Text::new("医療情報システム安全管理責任者", "Safety manager"),
            Self::Director => Text::new("院長・施設の長", "Director"),
            Self::ChiefOfAdministration => Text::new("事務長", "Chief of administration"),
            Self::Department => Text::new("部署の責任者", "Head of a department"),
            Self::PublicRelations => Text::new("広報・患者さんの窓口", "Public relations, patients' desk"),
            Self::Vendor => Text::new("事業者", "Vendor"),
            Self::Ministry => Text::new("厚生労働省", "Ministry of Health"),
            Self::Prefecture => Text::new("都道府県", "Prefecture"),
            Self::HealthCentre => Text::new("保健所", "Health centre"),
            Self::Police => Text::new("警察", "Police"),
            Self::PrivacyCommission => Text::new("個人情報保護委員会", "Privacy commission"),
            Self::InformationSharing => Text::new("相談・情報共有の窓口", "Advice and information sharing"),
            Self::ClaimsPayer => Text::new("審査支払・資格確認の窓口", "Claims and eligibility desk"),
            Self::Insurer => Text::new("保険会社", "Insurer"),
            Self::Lawyer => Text::new("弁護士", "Lawyer"),
            Self::Other => Text::new("その他", "Other"),
        }
    }

    /// Whether it is somebody of the house.
    #[must_use]
    pub fn is_inside(self) -> bool {
        matches!(
            self,
            Self::It
                | Self::NightDuty
                | Self::SafetyManager
                | Self::Director
                | Self::ChiefOfAdministration
                | Self::Department
                | Self::PublicRelations
        )
    }

    /// Whether a number for nights and holidays is expected: of people of the house and of vendors, not of offices.
    #[must_use]
    fn answers_at_night(self) -> bool {
        (self.is_inside() && self != Self::PublicRelations) || self == Self::Vendor
    }

    /// Who calls this part where the row does not say. Our suggestion, not a rule of anybody's: the IT person and the
    /// night duty manager are told by whoever notices, they tell the safety manager and the vendors, and the safety
    /// manager tells everybody else.
    #[must_use]
    pub fn usual_caller(self) -> Option<Self> {
        match self {
            Self::It | Self::NightDuty => None,
            Self::SafetyManager | Self::Vendor => Some(Self::It),
            _ => Some(Self::SafetyManager),
        }
    }
}

/// One line of the chart as a person keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLine {
    /// Part in the chart.
    pub part: Part,
    /// Department, office or body: `薬剤部`, `県庁 医務課`. Empty: the part says enough.
    #[serde(default)]
    pub place: String,
    /// Name of the person, or of the desk.
    #[serde(default)]
    pub name: String,
    /// Telephone by day, as dialled.
    #[serde(default)]
    pub phone_day: String,
    /// Telephone at night and on holidays.
    #[serde(default)]
    pub phone_night: String,
    /// E-mail.
    #[serde(default)]
    pub email: String,
    /// Who to call when this one does not answer: name.
    #[serde(default)]
    pub substitute: String,
    /// And their telephone.
    #[serde(default)]
    pub substitute_phone: String,
    /// Order of calling: 1 is first. `None`: after those with a number.
    #[serde(default)]
    pub order: Option<u16>,
    /// Who calls them: another row of the chart. `None`: as [`Part::usual_caller`] says.
    #[serde(default)]
    pub called_by: Option<RecordId>,
    /// A remark: when to call, what to have at hand.
    #[serde(default)]
    pub note: String,
    /// The day somebody last made sure that the numbers are right.
    #[serde(default)]
    pub checked_on: Option<Date>,
}

impl ContactLine {
    /// An empty line for a part.
    #[must_use]
    pub fn of(part: Part) -> Self {
        Self {
            part,
            place: String::new(),
            name: String::new(),
            phone_day: String::new(),
            phone_night: String::new(),
            email: String::new(),
            substitute: String::new(),
            substitute_phone: String::new(),
            order: None,
            called_by: None,
            note: String::new(),
            checked_on: None,
        }
    }
}

impl Register for ContactLine {
    const KIND: &'static str = KIND;

    fn label(&self) -> String {
        let part = self.part.title().ja;
        [part.as_str(), &self.place, &self.name].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 21);

    fn id(n: u128) -> RecordId {
        RecordId(uuid::Uuid::from_u128(n))
    }

    fn full(part: Part, name: &str) -> ContactLine {
        ContactLine {
            name: name.into(),
            phone_day: "00-0000-0001".into(),
            phone_night: "00-0000-0002".into(),
            substitute: "代わり".into(),
            checked_on: Some(date(2026, 4, 1)),
            ..ContactLine::of(part)
        }
    }

    fn vendor(name: &str, hours: &str) -> Engagement {
        Engagement {
            company: id(900),
            name: name.into(),
            contact: Contact::default(),
            emergency: Contact {
                name: "夜間窓口".into(),
                phone: "00-0000-0003".into(),
                email: String::new(),
                hours: hours.into(),
            },
            contracts: Vec::new(),
            products: Vec::new(),
            data: Vec::new(),
            subprocessors: Vec::new(),
            note: String::new(),
        }
    }

    fn order(chart: &Chart) -> Vec<(Part, u8)> {
        chart.steps.iter().map(|step| (step.line.part, step.depth)).collect()
    }

    #[test]
    fn the_call_goes_from_the_it_person_to_the_safety_manager_and_from_there_outside() {
        let rows = [
            (id(1), full(Part::Police, "県警")),
            (id(2), full(Part::SafetyManager, "佐藤")),
            (id(3), full(Part::Director, "白井")),
            (id(4), full(Part::It, "鈴木")),
        ];
        let chart = chart(FacilityKind::Hospital, &rows, &[(id(5), vendor("あおば電子", "24時間"))], TODAY);
        assert_eq!(
            order(&chart),
            [(Part::It, 0), (Part::SafetyManager, 1), (Part::Director, 2), (Part::Police, 2), (Part::Vendor, 1)]
        );
        assert!(chart.steps.iter().all(|step| step.lacks.is_empty()), "{:?}", chart.steps);
        assert_eq!(chart.vacant, [Part::NightDuty, Part::Ministry, Part::Prefecture, Part::PrivacyCommission]);
    }

    #[test]
    fn a_vacant_caller_is_passed_over() {
        let chart = chart(
            FacilityKind::Clinic,
            &[(id(1), full(Part::It, "鈴木")), (id(2), full(Part::Police, "署"))],
            &[],
            TODAY,
        );
        assert_eq!(order(&chart), [(Part::It, 0), (Part::Police, 1)]);
        let alone = super::chart(FacilityKind::Clinic, &[(id(2), full(Part::Police, "署"))], &[], TODAY);
        assert_eq!((alone.steps[0].depth, alone.steps[0].caller), (0, None));
    }

    #[test]
    fn who_calls_whom_may_be_said_and_a_circle_is_told() {
        let calls = |by: u128, part| ContactLine { called_by: Some(id(by)), ..full(part, "人") };
        let rows = [(id(1), full(Part::NightDuty, "当直")), (id(2), calls(1, Part::Director))];
        assert_eq!(
            order(&chart(FacilityKind::Hospital, &rows, &[], TODAY)),
            [(Part::NightDuty, 0), (Part::Director, 1)]
        );

        let round = [(id(1), calls(2, Part::It)), (id(2), calls(1, Part::Director)), (id(3), calls(3, Part::Police))];
        let chart = chart(FacilityKind::Hospital, &round, &[], TODAY);
        assert_eq!(chart.steps.len(), 3, "nobody is lost");
        assert_eq!(chart.circles, [Origin::Line(id(1)), Origin::Line(id(2)), Origin::Line(id(3))]);
    }

    #[test]
    fn what_is_missing_is_said_line_by_line() {
        let bare = ContactLine::of(Part::It);
        let old = ContactLine { checked_on: Some(date(2025, 11, 20)), ..full(Part::Director, "白井") };
        let just = ContactLine { checked_on: Some(date(2025, 11, 21)), ..full(Part::SafetyManager, "佐藤") };
        let office = ContactLine {
            place: "県庁 医務課".into(),
            phone_day: "00-0000-0004".into(),
            checked_on: Some(TODAY),
            ..ContactLine::of(Part::Prefecture)
        };
        let rows = [(id(1), bare), (id(2), old), (id(3), just), (id(4), office)];
        let vendors = [(id(5), vendor("昼だけの会社", "平日 9-17"))];
        let chart = chart(FacilityKind::Hospital, &rows, &vendors, TODAY);
        let lacks = |part| chart.steps.iter().find(|step| step.line.part == part).expect("there").lacks.clone();
        assert_eq!(
            lacks(Part::It),
            [Lack::Name, Lack::DayPhone, Lack::NightPhone, Lack::Substitute, Lack::NeverChecked]
        );
        assert_eq!(lacks(Part::Director), [Lack::CheckedLongAgo(date(2025, 11, 20))]);
        assert!(lacks(Part::SafetyManager).is_empty(), "a year to the day still counts");
        assert!(lacks(Part::Prefecture).is_empty(), "an office needs no night phone and no substitute");
        assert_eq!(lacks(Part::Vendor), [Lack::NightPhone]);
    }

    #[test]
    fn the_order_of_calling_stands_before_the_usual_one() {
        let first = ContactLine { order: Some(1), ..full(Part::PrivacyCommission, "委員会") };
        let rows = [(id(1), full(Part::SafetyManager, "佐藤")), (id(2), full(Part::Director, "白井")), (id(3), first)];
        let chart = chart(FacilityKind::Hospital, &rows, &[], TODAY);
        assert_eq!(order(&chart), [(Part::SafetyManager, 0), (Part::PrivacyCommission, 1), (Part::Director, 1)]);
    }
}
