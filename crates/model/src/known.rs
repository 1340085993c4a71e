//! Small closed sets of answers, each with the key of files and forms and a name in both languages.

use serde::{Deserialize, Serialize};

/// Declares a closed set: variants with key, Japanese and English name.
macro_rules! keyed {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $key:literal, $ja:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$each])* #[serde(rename = $key)] $variant,)+
        }

        impl $name {
            /// All of them, in the order they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable key of files, forms and databases.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)+ }
            }

            /// Reads [`Self::key`].
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.key() == key)
            }

            /// The name in both languages.
            #[must_use]
            pub fn title(self) -> $crate::text::Text {
                match self { $(Self::$variant => $crate::text::Text::new($ja, $en),)+ }
            }
        }
    };
}
pub(crate) use keyed;

keyed! {
    /// Yes, no, or nobody has said. "Not known" is an answer of its own and never counts as yes.
    Known {
        /// Yes.
        Yes = "yes", "はい", "Yes";
        /// No.
        No = "no", "いいえ", "No";
        /// Nobody has said.
        #[default]
        Unknown = "unknown", "わからない", "Not known";
    }
}

/// Where a statement of the catalogue was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceLine {
    /// Its title.
    pub title: String,
    /// Its date as printed, if it has one.
    #[serde(default)]
    pub date: Option<String>,
    /// Its address, if it has one.
    #[serde(default)]
    pub url: Option<String>,
}
