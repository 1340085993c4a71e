//! The Traffic Light Protocol, version 2.0 (FIRST, August 2022): how far something may be passed on.

use crate::known::keyed;
use crate::text::Text;

keyed! {
    /// A label of TLP 2.0, from the widest to the narrowest.
    Tlp {
        /// No limit.
        Clear = "clear", "TLP:CLEAR（だれにでも伝えてよい）", "TLP:CLEAR (no limit)";
        /// Within the community.
        #[default]
        Green = "green", "TLP:GREEN（地域の仲間まで）", "TLP:GREEN (within the community)";
        /// Within the organisation and those it serves, where they need to know.
        Amber = "amber", "TLP:AMBER（自施設と、知る必要のある取引先まで）", "TLP:AMBER (own organisation and its clients)";
        /// Within the organisation only.
        AmberStrict = "amber-strict", "TLP:AMBER+STRICT（自施設の中だけ）", "TLP:AMBER+STRICT (own organisation only)";
        /// Only the person who received it.
        Red = "red", "TLP:RED（受け取った本人だけ）", "TLP:RED (the recipient only)";
    }
}

keyed! {
    /// To whom, or by which way, somebody wants to pass it on.
    Onward {
        /// A colleague of the same facility who needs to know.
        #[default]
        Colleague = "colleague", "同じ施設の、知る必要のある人", "A colleague who needs to know";
        /// Somebody the facility serves or works for, who must know to protect themselves. TLP says "clients".
        Client = "client", "自施設がサービスを提供している相手で、知る必要のある人", "A client who needs to know";
        /// Another member of the region.
        Community = "community", "地域のほかの施設", "Another member of the region";
        /// Everybody: a page, a poster in the waiting room.
        Public = "public", "一般の人", "The public";
        /// A FAX machine or printer that several people use.
        SharedPaper = "shared_paper", "共用のFAX・印刷", "A shared FAX machine or printer";
    }
}

impl Tlp {
    /// The label as TLP 2.0 writes it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }

    /// Whether it may be passed on this way. Paper in a shared tray reaches colleagues: our reading, TLP does not speak of it.
    #[must_use]
    pub fn allows(self, onward: Onward) -> bool {
        let widest = match onward {
            Onward::Colleague | Onward::SharedPaper => Self::AmberStrict,
            Onward::Client => Self::Amber,
            Onward::Community => Self::Green,
            Onward::Public => Self::Clear,
        };
        self <= widest
    }

    /// Why it may not be passed on, or nothing when it may.
    #[must_use]
    pub fn refusal(self, onward: Onward) -> Option<Text> {
        (!self.allows(onward)).then(|| {
            let (label, to) = (self.label(), onward.title());
            Text::new(
                format!(
                    "{label}なので、「{}」には伝えられません。伝える必要があるときは、送り主に相談してください。",
                    to.ja
                ),
                format!("It is {label} and may not go to: {}. Ask the sender if it should.", to.en.to_lowercase()),
            )
        })
    }

    /// Whether something under this label may be put into something under another: only when that is as narrow.
    #[must_use]
    pub fn fits_into(self, other: Self) -> bool {
        self <= other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_label_reaches_as_far_as_tlp_2_says() {
        use Onward::{Client, Colleague, Community, Public, SharedPaper};
        let reach = |tlp: Tlp| Onward::ALL.iter().copied().filter(|to| tlp.allows(*to)).collect::<Vec<_>>();
        assert_eq!(reach(Tlp::Clear), [Colleague, Client, Community, Public, SharedPaper]);
        assert_eq!(reach(Tlp::Green), [Colleague, Client, Community, SharedPaper]);
        assert_eq!(reach(Tlp::Amber), [Colleague, Client, SharedPaper]);
        assert_eq!(reach(Tlp::AmberStrict), [Colleague, SharedPaper]);
        assert_eq!(reach(Tlp::Red), []);
    }

    #[test]
    fn a_refusal_names_the_label_and_a_permission_says_nothing() {
        assert_eq!(Tlp::Green.refusal(Onward::Community), None);
        let refusal = Tlp::AmberStrict.refusal(Onward::Client).expect("refused");
        assert!(refusal.ja.contains("TLP:AMBER+STRICT"));
    }

    #[test]
    fn a_document_is_as_narrow_as_its_narrowest_part() {
        assert!(Tlp::Green.fits_into(Tlp::Amber) && !Tlp::Amber.fits_into(Tlp::Green));
        assert!(!Tlp::AmberStrict.fits_into(Tlp::Amber));
    }
}
