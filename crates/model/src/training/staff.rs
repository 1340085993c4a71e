//! The people who work in the house.

use crate::known::keyed;
use crate::record::Register;
use crate::text::folded;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

keyed! {
    /// What somebody does here: decides which courses are theirs.
    StaffRole {
        /// Wards and outpatient nursing.
        Nurse = "nurse", "看護", "Nursing";
        /// Doctors and dentists.
        Doctor = "doctor", "医師", "Doctors";
        /// Pharmacy, laboratory, imaging, rehabilitation, nutrition.
        Technician = "technician", "薬剤・検査・リハビリなど", "Pharmacy, laboratory, therapy";
        /// Front desk and claims.
        Reception = "reception", "受付・医事", "Reception and claims";
        /// Director, chief of administration, heads of department.
        Executive = "executive", "経営層・管理職", "Executives";
        /// Whoever runs the systems.
        It = "it", "情報システム", "IT";
        /// Contractors' and agencies' people who work in the building.
        Vendor = "vendor", "委託・派遣・保守の人", "Contractors on site";
        /// Offices and everybody else.
        #[default]
        Other = "other", "事務・そのほか", "Offices and others";
    }
}

/// Words of lists from the personnel office, and the role each stands for; the first that is contained decides.
const WORDS: [(&str, StaffRole); 30] = [
    ("委託", StaffRole::Vendor),
    ("派遣", StaffRole::Vendor),
    ("業者", StaffRole::Vendor),
    ("contractor", StaffRole::Vendor),
    ("院長", StaffRole::Executive),
    ("事務長", StaffRole::Executive),
    ("事務部長", StaffRole::Executive),
    ("看護部長", StaffRole::Executive),
    ("理事", StaffRole::Executive),
    ("director", StaffRole::Executive),
    ("薬剤", StaffRole::Technician),
    ("検査", StaffRole::Technician),
    ("技師", StaffRole::Technician),
    ("療法", StaffRole::Technician),
    ("栄養", StaffRole::Technician),
    ("工学", StaffRole::Technician),
    ("pharmac", StaffRole::Technician),
    ("therap", StaffRole::Technician),
    ("情報", StaffRole::It),
    ("システム", StaffRole::It),
    ("看護", StaffRole::Nurse),
    ("助産", StaffRole::Nurse),
    ("保健師", StaffRole::Nurse),
    ("nurs", StaffRole::Nurse),
    ("受付", StaffRole::Reception),
    ("医事", StaffRole::Reception),
    ("クラーク", StaffRole::Reception),
    ("reception", StaffRole::Reception),
    ("医師", StaffRole::Doctor),
    ("doctor", StaffRole::Doctor),
];

impl StaffRole {
    /// What a list's word for a job stands for: a key, a title of ours, or a common word. Unknown words are
    /// [`StaffRole::Other`].
    #[must_use]
    pub fn of_words(typed: &str) -> Self {
        let plain = folded(typed);
        let own = Self::ALL.iter().copied().find(|role| {
            let title = role.title();
            plain == role.key() || plain == folded(&title.ja) || plain == folded(&title.en)
        });
        own.or_else(|| match plain.as_str() {
            "医局" | "研修医" | "歯科医師" => Some(Self::Doctor),
            "it" | "se" => Some(Self::It),
            _ => WORDS.iter().find(|(word, _)| plain.contains(word)).map(|(_, role)| *role),
        })
        .unwrap_or_default()
    }
}

/// Somebody who works in the house, with or without an account. Nothing about patients, nothing private.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaffMember {
    /// Staff number; may be empty.
    #[serde(default)]
    pub number: String,
    /// Name.
    pub name: String,
    /// Ward, department, office.
    #[serde(default)]
    pub department: String,
    /// What they do.
    #[serde(default)]
    pub role: StaffRole,
    /// The day they began, if known: newcomers have courses of their own.
    #[serde(default)]
    pub joined_on: Option<Date>,
    /// Their last day. Who has left is kept, so that last year's lists stay right.
    #[serde(default)]
    pub left_on: Option<Date>,
}

impl StaffMember {
    /// Whether they work here on a day. Who is not known to have begun or left does.
    #[must_use]
    pub fn works_on(&self, day: Date) -> bool {
        self.joined_on.is_none_or(|joined| joined <= day) && self.left_on.is_none_or(|left| day <= left)
    }

    /// By what two rows are the same person: the number, else name and department.
    #[must_use]
    pub fn key(&self) -> String {
        let number = folded(&self.number);
        if number.is_empty() {
            format!("{}/{}", folded(&self.department), name_key(&self.name))
        } else {
            format!("#{number}")
        }
    }
}

/// A name as it is compared: without the spaces between family and given name.
#[must_use]
pub(crate) fn name_key(name: &str) -> String {
    folded(name).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether two spellings are the same name.
#[must_use]
pub fn same_name(a: &str, b: &str) -> bool {
    name_key(a) == name_key(b)
}

impl Register for StaffMember {
    const KIND: &'static str = "staff-member";

    fn label(&self) -> String {
        self.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.key())
    }
}

/// The person a name and a department mean, if exactly one does; a staff number decides alone.
#[must_use]
pub fn find<'s, K: Copy>(
    staff: impl IntoIterator<Item = (K, &'s StaffMember)>,
    number: &str,
    name: &str,
    department: &str,
) -> Option<K> {
    let (number, name, department) = (folded(number), name_key(name), folded(department));
    let mut matching = staff.into_iter().filter(|(_, member)| {
        if number.is_empty() {
            name_key(&member.name) == name && (department.is_empty() || folded(&member.department) == department)
        } else {
            folded(&member.number) == number
        }
    });
    let first = matching.next();
    if matching.next().is_some() { None } else { first.map(|(key, _)| key) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn words_of_the_personnel_office_become_roles() {
        let cases = [
            ("看護師", StaffRole::Nurse),
            ("副院長", StaffRole::Executive),
            ("看護部長", StaffRole::Executive),
            ("医事課", StaffRole::Reception),
            ("医師", StaffRole::Doctor),
            ("臨床検査技師", StaffRole::Technician),
            ("清掃（委託）", StaffRole::Vendor),
            ("nurse", StaffRole::Nurse),
            ("庭師", StaffRole::Other),
        ];
        for (typed, role) in cases {
            assert_eq!(StaffRole::of_words(typed), role, "{typed}");
        }
    }

    #[test]
    fn the_last_day_still_counts() {
        let member = StaffMember {
            joined_on: Some(date(2026, 4, 1)),
            left_on: Some(date(2026, 9, 30)),
            ..StaffMember::default()
        };
        assert!(!member.works_on(date(2026, 3, 31)) && member.works_on(date(2026, 4, 1)));
        assert!(member.works_on(date(2026, 9, 30)) && !member.works_on(date(2026, 10, 1)));
    }

    #[test]
    fn a_name_that_two_people_bear_finds_nobody_and_a_number_decides() {
        let member = |number: &str, name: &str, department: &str| StaffMember {
            number: number.into(),
            name: name.into(),
            department: department.into(),
            ..StaffMember::default()
        };
        let staff = [
            member("101", "佐藤 花", "3階病棟"),
            member("102", "佐藤花", "3階病棟"),
            member("103", "佐藤 花", "薬剤科"),
        ];
        let all = || staff.iter().enumerate();
        assert_eq!(find(all(), "", "佐藤　花", "薬剤科"), Some(2));
        assert_eq!(find(all(), "", "佐藤 花", "3階病棟"), None);
        assert_eq!(find(all(), "１０２", "だれか", ""), Some(1));
        assert_eq!(find(all(), "999", "佐藤 花", "薬剤科"), None);
    }
}
