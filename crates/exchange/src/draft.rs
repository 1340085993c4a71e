//! Drafts of notices: what others send, for a person to make a notice of.

use crate::json::plain;
use hakutaku_model::region::notice::{Criterion, Indicator, LONGEST_TEXT, LONGEST_TITLE, NoticeKind, Tlp};
use serde::Serialize;

/// What a notice could be made of. Audience, deadline and who sends it are for the person who sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The id it has where it came from; the same id again is another edition.
    pub source_id: String,
    /// Who says it, as far as the file tells.
    pub source: String,
    /// When they last changed it, as they write it.
    pub changed: String,
    /// Whether they have taken it back.
    pub withdrawn: bool,
    /// About what.
    pub kind: NoticeKind,
    /// The narrowest label of its parts. A part without a label, or with one we do not know, counts as TLP:AMBER+STRICT.
    pub tlp: Tlp,
    /// One line.
    pub title: String,
    /// What they say, shortened.
    pub text: String,
    /// What to do, when the source says it in a way that can be put plainly.
    pub actions: Vec<String>,
    /// What to look for.
    pub indicators: Vec<Indicator>,
    /// Which products.
    pub products: Vec<Criterion>,
}

impl Draft {
    /// A title that fits.
    #[must_use]
    pub fn title(text: &str) -> String {
        plain(&text.replace('\n', " "), LONGEST_TITLE)
    }

    /// A text that fits.
    #[must_use]
    pub fn text(text: &str) -> String {
        plain(text, LONGEST_TEXT)
    }

    /// Adds an indicator once.
    pub(crate) fn look_for(&mut self, indicator: Indicator) {
        if !self.indicators.contains(&indicator) {
            self.indicators.push(indicator);
        }
    }
}
