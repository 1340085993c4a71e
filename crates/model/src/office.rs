//! Offices that an incident is reported to: names, telephones and pages change with the office year, so they are settings
//! of a facility, each with the day somebody last made sure of them. Which recipients there are is known
//! ([`Recipient`]); no number is ever filled in by the product.

use crate::contacts::Part;
use crate::known::keyed;
use crate::record::{Kept, Register};
use crate::text::Text;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

keyed! {
    /// Who is told, in the order they are usually told. The keys are those of the reporting forms and deadlines.
    Recipient {
        /// Prefecture, or the city or ward with its own health centre.
        #[default]
        Prefecture = "rcp-pref", "都道府県・保健所", "Prefecture or city health authority";
        /// 厚生労働省.
        Ministry = "rcp-mhlw", "厚生労働省", "Ministry of Health";
        /// 個人情報保護委員会.
        PrivacyCommission = "rcp-ppc", "個人情報保護委員会", "Personal Information Protection Commission";
        /// Prefectural police.
        Police = "rcp-police", "都道府県警察（サイバー犯罪相談窓口）", "Prefectural police, cybercrime desk";
        /// IPA.
        Ipa = "rcp-ipa", "IPA（情報処理推進機構）", "IPA";
        /// JPCERT/CC. How to ask them is not in our data.
        Jpcert = "rcp-jpcert", "JPCERT/CC", "JPCERT/CC";
        /// National Cybersecurity Office.
        Nco = "rcp-nco", "国家サイバー統括室（NCO）", "National Cybersecurity Office (NCO)";
        /// Information sharing of the sector.
        Ceptoar = "rcp-ceptoar", "医療セプター", "Medical CEPTOAR";
        /// Helpline of the medical association.
        MedicalAssociation = "rcp-jma-desk", "日本医師会の相談窓口", "Japan Medical Association desk";
        /// Claims payers and the eligibility network.
        ClaimsPayer = "rcp-bureau", "支払基金・国保連／オンライン資格確認", "Claims payers, online eligibility desk";
    }
}

impl Recipient {
    /// Whether a report to it follows from a published duty or notice; the others give advice or are told as needed.
    #[must_use]
    pub fn is_duty(self) -> bool {
        matches!(self, Self::Prefecture | Self::Ministry | Self::PrivacyCommission)
    }

    /// Whether a plan without its number has a hole: the duties, and the police.
    #[must_use]
    pub fn is_needed(self) -> bool {
        self.is_duty() || self == Self::Police
    }

    /// Its part in the contact chart; a line there says whom to call while no office is kept here.
    #[must_use]
    pub fn part(self) -> Part {
        match self {
            Self::Prefecture => Part::Prefecture,
            Self::Ministry => Part::Ministry,
            Self::PrivacyCommission => Part::PrivacyCommission,
            Self::Police => Part::Police,
            Self::Ipa | Self::Jpcert | Self::Nco | Self::Ceptoar | Self::MedicalAssociation => Part::InformationSharing,
            Self::ClaimsPayer => Part::ClaimsPayer,
        }
    }
}

/// An office of a facility's setting. A recipient may have several (prefecture and health centre).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportingOffice {
    /// For which recipient.
    pub recipient: Recipient,
    /// The desk as it is called today: `県庁 医務課 医療安全係`.
    pub name: String,
    /// Telephone, as dialled.
    #[serde(default)]
    pub phone: String,
    /// When it answers, or the number for nights and holidays.
    #[serde(default)]
    pub hours: String,
    /// E-mail.
    #[serde(default)]
    pub email: String,
    /// Page of the form or of the desk (`http://` or `https://`).
    #[serde(default)]
    pub url: String,
    /// A remark: what they ask for, which form.
    #[serde(default)]
    pub note: String,
    /// The day somebody last made sure that all this is right; `None`: never.
    #[serde(default)]
    pub last_checked: Option<Date>,
}

impl Register for ReportingOffice {
    const KIND: &'static str = "reporting-office";

    fn label(&self) -> String {
        let recipient = self.recipient.title().ja;
        if self.name.is_empty() { recipient } else { format!("{recipient} {}", self.name) }
    }
}

/// How far an entry may be trusted on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Checked within a year.
    Fresh,
    /// Checked more than a year ago: names and numbers change with the office year.
    Stale,
    /// Never checked.
    Unchecked,
}

impl ReportingOffice {
    /// How far it may be trusted on a day.
    #[must_use]
    pub fn trust(&self, today: Date) -> Trust {
        match self.last_checked {
            None => Trust::Unchecked,
            Some(day) if day.checked_add(1.year()).is_ok_and(|until| until < today) => Trust::Stale,
            Some(_) => Trust::Fresh,
        }
    }

    /// Whether they can be reached at all.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        [&self.phone, &self.email, &self.url].iter().any(|text| !text.trim().is_empty())
    }
}

/// The offices of one recipient, freshest check first.
#[must_use]
pub fn offices_of(rows: &[Kept<ReportingOffice>], recipient: Recipient) -> Vec<&Kept<ReportingOffice>> {
    let mut found: Vec<_> = rows.iter().filter(|row| row.body.recipient == recipient).collect();
    found.sort_by_key(|row| (std::cmp::Reverse(row.body.last_checked), row.id));
    found
}

/// Recipients that a plan needs and that nobody could reach today.
#[must_use]
pub fn missing(rows: &[Kept<ReportingOffice>]) -> Vec<Recipient> {
    let held = |recipient| rows.iter().any(|row| row.body.recipient == recipient && row.body.is_reachable());
    Recipient::ALL.iter().copied().filter(|recipient| recipient.is_needed() && !held(*recipient)).collect()
}

/// The name of a recipient in both languages, from its key; the key itself where it is not known.
#[must_use]
pub fn title_of(key: &str) -> Text {
    Recipient::from_key(key).map_or_else(|| Text::new(key, key), Recipient::title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Ts;
    use jiff::civil::date;

    fn kept(n: u128, body: ReportingOffice) -> Kept<ReportingOffice> {
        let at = Ts::from_micros(0);
        Kept {
            id: uuid::Uuid::from_u128(n).into(),
            version: 1,
            body,
            created_at: at,
            changed_at: at,
            changed_by: "村井".into(),
            retired_at: None,
        }
    }

    #[test]
    fn an_entry_is_trusted_for_a_year_after_the_last_check() {
        let of = |day| ReportingOffice { last_checked: day, ..ReportingOffice::default() };
        let today = date(2026, 11, 21);
        assert_eq!(of(None).trust(today), Trust::Unchecked);
        assert_eq!(of(Some(date(2025, 11, 20))).trust(today), Trust::Stale);
        assert_eq!(of(Some(date(2025, 11, 21))).trust(today), Trust::Fresh);
    }

    #[test]
    fn the_duties_and_the_police_need_a_number_and_the_freshest_entry_comes_first() {
        let office = |recipient, phone: &str, day| ReportingOffice {
            recipient,
            phone: phone.into(),
            last_checked: day,
            ..ReportingOffice::default()
        };
        let rows = [
            kept(1, office(Recipient::Prefecture, "00-0000-0001", None)),
            kept(2, office(Recipient::Prefecture, "00-0000-0002", Some(date(2026, 4, 1)))),
            kept(3, office(Recipient::Police, " ", None)),
        ];
        assert_eq!(missing(&rows), [Recipient::Ministry, Recipient::PrivacyCommission, Recipient::Police]);
        let first = offices_of(&rows, Recipient::Prefecture);
        assert_eq!(first[0].body.phone, "00-0000-0002");
    }
}
