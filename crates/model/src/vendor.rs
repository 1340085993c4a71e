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
    /// A remark.
    #[serde(default)]
    pub note: String,
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
