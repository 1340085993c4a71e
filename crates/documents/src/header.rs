//! What stands at the head of a paper or a workbook that is not a result.

use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, Ts, date_words};
use serde::Serialize;

/// Whose paper it is, for which year, made when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The facility's name; `None` leaves a line to write it on.
    pub facility: Option<String>,
    /// The fiscal year; `None` leaves it to be written.
    pub fiscal_year: Option<FiscalYear>,
    /// When the paper is made. Comes from the caller, so that the same data give the same file.
    pub made: Ts,
}

/// The header in one language, as templates read it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct HeaderWords {
    facility: Option<String>,
    fiscal_year: Option<String>,
    date: String,
    iso_date: String,
}

impl Header {
    pub(crate) fn words(&self, lang: Lang) -> HeaderWords {
        let date = self.made.date_in_japan();
        HeaderWords {
            facility: self.facility.clone(),
            fiscal_year: self.fiscal_year.map(|year| year.label(lang)),
            date: date_words(date, lang),
            iso_date: date.to_string(),
        }
    }
}
