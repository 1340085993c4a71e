//! The contact chart (連絡体制図): who is called by whom when something is wrong, inside the house and outside.
//!
//! Rows are kept as a register; [`chart`] puts them, with the vendors' emergency contacts, into one order and says what
//! is missing. Which outside bodies there are is content (`catalog/contacts/`); their numbers are filled in by people.

mod chart;

pub use chart::{Chart, Lack, Origin, Step, chart, needed_parts};

use crate::record::{RecordId, Register};
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facility::FacilityKind;
    use crate::party::Contact;
    use crate::vendor::Engagement;
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
