//! Known noise: the house's own scanner, asset tools, monitoring. Announced with reason and end; no decoy is ever switched
//! off for it, and every touch is still kept.

use super::net::Prefix;
use crate::id::FacilityId;
use crate::text::Text;
use crate::time::Ts;
use crate::touch::{Kind, Touch};
use serde::{Deserialize, Serialize};

/// Longest life of a declaration, in days. Our own rule: whoever still needs it says so again once a year.
pub const LONGEST_DAYS: i64 = 366;
/// Widest range of IPv4 addresses: a declaration names devices, not the house.
pub const WIDEST_V4: u8 = 24;
/// Widest range of IPv6 addresses.
pub const WIDEST_V6: u8 = 64;
/// Days before the end at which a declaration is called to mind.
pub const REMIND_DAYS: i64 = 14;

const DAY: i64 = 24 * 60 * 60;

/// "Contacts from here up to this kind are ours."
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// Its id.
    pub id: String,
    /// At which facility.
    pub facility: FacilityId,
    /// From where.
    pub from: Prefix,
    /// Of which protocols; empty: of any.
    #[serde(default)]
    pub protocols: Vec<String>,
    /// The most telling kind it covers. A scanner that asks for versions needs `probe`; one with a password `sign-in`.
    pub up_to: Kind,
    /// Why, in words.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// From when.
    pub since: Ts,
    /// Until when, not included.
    pub until: Ts,
    /// When it was taken back, and by whom.
    #[serde(default)]
    pub withdrawn: Option<(Ts, String)>,
}

/// Where a declaration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Not yet begun.
    Coming,
    /// In force.
    InForce,
    /// In force, and its end is near.
    EndsSoon,
    /// Over.
    Over,
    /// Taken back.
    Withdrawn,
}

impl Declaration {
    /// What is wrong with it; empty when it may be kept.
    #[must_use]
    pub fn faults(&self) -> Vec<Text> {
        let mut out = Vec::new();
        let mut say = |ja: &str, en: &str| out.push(Text::new(ja, en));
        if self.reason.trim().chars().count() < 4 {
            say(
                "理由を書いてください（何の機器が、何のために触るか）。",
                "Write the reason: which device, and what for.",
            );
        }
        if self.by.trim().is_empty() {
            say("だれの申告かを書いてください。", "Write who declares it.");
        }
        if self.until <= self.since {
            say("終わりは始まりより後にしてください。", "The end must come after the beginning.");
        } else if self.until > self.since.plus_seconds(LONGEST_DAYS * DAY) {
            say(
                "期限は1年以内にしてください。必要なら、その時にもう一度申告します。",
                "At most a year; declare it again then.",
            );
        }
        let widest = if self.from.network().is_ipv4() { WIDEST_V4 } else { WIDEST_V6 };
        if self.from.length() < widest {
            say(
                "範囲が広すぎます。機器のアドレスを書いてください。",
                "The range is too wide. Write the addresses of the devices.",
            );
        }
        if self.up_to == Kind::Token {
            say(
                "おとりの文書や合言葉が使われたことは、正常な接触として扱えません。",
                "The use of a planted document or password can never be noise.",
            );
        }
        out
    }

    /// Where it stands at an instant.
    #[must_use]
    pub fn standing(&self, now: Ts) -> Standing {
        if self.withdrawn.as_ref().is_some_and(|(at, _)| *at <= now) {
            Standing::Withdrawn
        } else if now < self.since {
            Standing::Coming
        } else if now >= self.until {
            Standing::Over
        } else if now >= self.until.plus_seconds(-REMIND_DAYS * DAY) {
            Standing::EndsSoon
        } else {
            Standing::InForce
        }
    }

    /// Whether it covers a touch at a facility that happened at this instant.
    #[must_use]
    pub fn covers(&self, touch: &Touch, facility: FacilityId, at: Ts) -> bool {
        self.facility == facility
            && matches!(self.standing(at), Standing::InForce | Standing::EndsSoon)
            && self.from.contains(touch.source_ip)
            && touch.kind <= self.up_to
            && touch.kind != Kind::Token
            && (self.protocols.is_empty() || self.protocols.contains(&touch.protocol))
    }
}

/// The declaration that covers a touch, if any: the one that ends last.
#[must_use]
pub fn covering<'a>(all: &'a [Declaration], touch: &Touch, facility: FacilityId, at: Ts) -> Option<&'a Declaration> {
    all.iter().filter(|one| one.covers(touch, facility, at)).max_by(|a, b| (a.until, &b.id).cmp(&(b.until, &a.id)))
}

#[cfg(test)]
mod tests {
    use super::super::correlate::testing::{day, house, touch};
    use super::*;

    fn scanner() -> Declaration {
        Declaration {
            id: "n1".into(),
            facility: house(1),
            from: "10.0.5.7".parse().expect("a prefix"),
            protocols: Vec::new(),
            up_to: Kind::Probe,
            reason: "資産管理の月次スキャン".into(),
            by: "情報係".into(),
            since: day(0),
            until: day(90),
            withdrawn: None,
        }
    }

    #[test]
    fn it_covers_what_was_announced_and_nothing_more() {
        let all = [scanner()];
        let at = |kind, from: &str, house_no, when| {
            covering(&all, &touch(1, 1).from(from).kind(kind).done(), house(house_no), when).is_some()
        };
        assert!(at(Kind::Probe, "10.0.5.7", 1, day(1)));
        assert!(!at(Kind::SignIn, "10.0.5.7", 1, day(1)), "a scanner that tries passwords was not announced");
        assert!(!at(Kind::Probe, "10.0.5.8", 1, day(1)), "another device");
        assert!(!at(Kind::Probe, "10.0.5.7", 2, day(1)), "another facility");
        assert!(!at(Kind::Probe, "10.0.5.7", 1, day(90)), "over");
        assert!(!at(Kind::Probe, "10.0.5.7", 1, day(-1)), "not begun");
    }

    #[test]
    fn it_ends_when_taken_back_and_is_called_to_mind_before_its_end() {
        let mut one = scanner();
        assert_eq!(one.standing(day(1)), Standing::InForce);
        assert_eq!(one.standing(day(80)), Standing::EndsSoon);
        assert_eq!(one.standing(day(90)), Standing::Over);
        one.withdrawn = Some((day(5), "情報係".into()));
        assert_eq!(one.standing(day(4)), Standing::InForce);
        assert_eq!(one.standing(day(5)), Standing::Withdrawn);
    }

    #[test]
    fn a_declaration_says_why_until_when_and_for_which_devices() {
        assert_eq!(scanner().faults(), []);
        let faults = |change: &dyn Fn(&mut Declaration)| {
            let mut one = scanner();
            change(&mut one);
            one.faults().len()
        };
        assert_eq!(faults(&|one| one.reason = " ".into()), 1);
        assert_eq!(faults(&|one| one.by.clear()), 1);
        assert_eq!(faults(&|one| one.until = one.since), 1);
        assert_eq!(faults(&|one| one.until = day(400)), 1);
        assert_eq!(faults(&|one| one.from = "10.0.0.0/8".parse().expect("a prefix")), 1);
        assert_eq!(faults(&|one| one.up_to = Kind::Token), 1);
    }
}
