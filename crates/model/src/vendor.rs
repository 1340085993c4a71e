//! Vendors: the companies, shared by all facilities of an installation, and what each facility has with them.

use crate::party::Contact;
use crate::record::{RecordId, Register};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A company. Belongs to the installation: what stands here is public knowledge, the same for every facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Registered name.
    pub name: String,
    /// Corporate number (法人番号, 13 digits), if known.
    #[serde(default)]
    pub corporate_number: String,
    /// Its web address, as text.
    #[serde(default)]
    pub website: String,
    /// Its certificates: public knowledge, without the name of whoever looked them up (that would tell one facility
    /// who else deals with the company; the log knows).
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// Products and services it offers.
    #[serde(default)]
    pub products: Vec<String>,
}

/// A certificate, mark or audit report of a company.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Certificate {
    /// Which: an id of `catalog/vendor-certificates.yaml`.
    pub kind: String,
    /// Registration number.
    #[serde(default)]
    pub number: String,
    /// What it covers; often only a part of the company.
    #[serde(default)]
    pub scope: String,
    /// Last day; `None`: not known.
    #[serde(default)]
    pub until: Option<Date>,
    /// The day somebody looked.
    #[serde(default)]
    pub checked_on: Option<Date>,
    /// Where: the register of the issuer, the paper itself, or only the company's word.
    #[serde(default)]
    pub checked_where: String,
}

/// A certificate counts as ending this many days before its last day.
pub const ENDING_DAYS: i32 = 90;

/// Whether a certificate still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// The last day has passed.
    Ended,
    /// It ends within [`ENDING_DAYS`].
    Ending,
    /// It holds.
    Holds,
    /// Its last day is not known.
    Unknown,
}

impl Certificate {
    /// Whether it still holds on a day.
    #[must_use]
    pub fn validity(&self, on: Date) -> Validity {
        let Some(until) = self.until else { return Validity::Unknown };
        let soon = on.saturating_add(jiff::Span::new().days(ENDING_DAYS));
        if until < on {
            Validity::Ended
        } else if until <= soon {
            Validity::Ending
        } else {
            Validity::Holds
        }
    }
}

impl Register for Company {
    const KIND: &'static str = "company";

    fn label(&self) -> String {
        self.name.clone()
    }
}

/// What one facility has with a company: private to that facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engagement {
    /// The company's row.
    pub company: RecordId,
    /// Its name, kept here too so that a list needs one query.
    pub name: String,
    /// Who to ask.
    #[serde(default)]
    pub contact: Contact,
    /// Who to call when something is wrong.
    #[serde(default)]
    pub emergency: Contact,
    /// Its contracts with this facility; empty: none is known.
    #[serde(default)]
    pub contracts: Vec<Contract>,
    /// What of the company is in use here.
    #[serde(default)]
    pub products: Vec<ProductInUse>,
    /// Where data lies.
    #[serde(default)]
    pub data: Vec<DataPlace>,
    /// Who else works for it on this facility's data.
    #[serde(default)]
    pub subprocessors: Vec<Subprocessor>,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

/// A product or service in use at a facility.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProductInUse {
    /// Name.
    pub name: String,
    /// Version as installed.
    #[serde(default)]
    pub version: String,
    /// The systems it serves: rows of [`crate::system::System`].
    #[serde(default)]
    pub systems: Vec<RecordId>,
}

/// A place where data of the facility lies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DataPlace {
    /// Which data, in a few words.
    #[serde(default)]
    pub what: String,
    /// Country and region.
    pub place: String,
    /// Which country's law reaches it.
    #[serde(default)]
    pub law: String,
    /// The day it was confirmed.
    #[serde(default)]
    pub confirmed_on: Option<Date>,
    /// From where that is known.
    #[serde(default)]
    pub source: String,
}

/// Somebody to whom the vendor passes work on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subprocessor {
    /// Name.
    pub name: String,
    /// What for.
    #[serde(default)]
    pub task: String,
    /// Country.
    #[serde(default)]
    pub country: String,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contract {
    /// What it is called.
    pub title: String,
    /// First day.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day; `None`: renewed by itself or not known.
    #[serde(default)]
    pub until: Option<Date>,
    /// Whether it covers operation, management or maintenance, and not a sale only.
    #[serde(default)]
    pub maintenance: bool,
}

impl Engagement {
    /// Whether a contract is in force on a day.
    #[must_use]
    pub fn is_contracted(&self, on: Date) -> bool {
        self.contracts.iter().any(|contract| {
            contract.from.is_none_or(|from| from <= on) && contract.until.is_none_or(|until| on <= until)
        })
    }
}

impl Register for Engagement {
    const KIND: &'static str = "vendor";

    fn label(&self) -> String {
        self.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.company.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_certificate_is_ending_ninety_days_before_its_last_day() {
        let until = |day| Certificate { until: Some(day), ..Certificate::default() };
        let today = date(2026, 11, 21);
        assert_eq!(until(date(2026, 11, 20)).validity(today), Validity::Ended);
        assert_eq!(until(date(2026, 11, 21)).validity(today), Validity::Ending);
        assert_eq!(until(date(2027, 2, 19)).validity(today), Validity::Ending);
        assert_eq!(until(date(2027, 2, 20)).validity(today), Validity::Holds);
        assert_eq!(Certificate::default().validity(today), Validity::Unknown);
    }

    #[test]
    fn rows_of_an_older_version_are_still_read() {
        let company: Company = serde_json::from_str(r#"{"name": "みなと医療システム"}"#).expect("reads");
        assert!(company.certificates.is_empty());
        let id = "0193a1b2-0000-7000-8000-000000000001";
        let engagement: Engagement =
            serde_json::from_str(&format!(r#"{{"company": "{id}", "name": "みなと"}}"#)).expect("reads");
        assert!(engagement.products.is_empty() && engagement.data.is_empty());
    }
}
