//! What changed in the facts since they were printed or approved, said so that one knows what to correct by hand.

use super::{CopyEntry, Ground, LineEntry, OfficeEntry, PersonEntry, SectionKey, SystemEntry, VendorEntry};
use crate::text::Text;
use serde::Serialize;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The section it concerns.
    pub section: SectionKey,
    /// What it is about, by name.
    pub subject: String,
    /// What stood there; empty when it is new.
    pub before: String,
    /// What stands there now; empty when it is gone.
    pub after: String,
    /// The change as a sentence.
    pub sentence: Text,
}

/// What stands on the paper and is no longer so, in the order of the plan. Days of checks and of restore tests do not
/// count: a paper is not wrong because somebody made sure of it.
#[must_use]
pub fn print_warnings(then: &Ground, now: &Ground) -> Vec<Change> {
    let mut found = Vec::new();
    Compared { section: SectionKey::Contacts, noun: ("連絡先", "The contact"), id: |p: &PersonEntry| &p.id, name: |p| &p.who }.tell(
        &of_house(then),
        &of_house(now),
        &[
            ("役割", "part", |p| p.part.title().ja),
            ("名前", "name", |p| p.who.clone()),
            ("昼の電話", "telephone by day", |p| p.phone_day.clone()),
            ("夜の電話", "telephone at night", |p| p.phone_night.clone()),
            ("メール", "e-mail", |p| p.email.clone()),
            ("代わりの人", "substitute", |p| p.substitute.clone()),
            ("代わりの人の電話", "substitute's telephone", |p| p.substitute_phone.clone()),
            ("電話をかける人", "caller", |p| p.caller.clone().unwrap_or_default()),
        ],
        &mut found,
    );
    Compared { section: SectionKey::Systems, noun: ("システム", "The system"), id: |s: &SystemEntry| &s.id, name: |s| &s.name }.tell(
        &then.systems.iter().collect::<Vec<_>>(),
        &now.systems.iter().collect::<Vec<_>>(),
        &[
            ("名前", "name", |s| s.name.clone()),
            ("診療での重要度", "clinical importance", |s| number(s.importance)),
            ("復旧の順", "recovery order", |s| number(s.order)),
            ("戻すまでの時間", "hours until it must be back", |s| s.rto_hours.map(|h| h.to_string()).unwrap_or_default()),
            ("保守の会社", "maintainer", |s| s.vendor.clone()),
            ("区画", "segment", |s| s.segment.clone()),
        ],
        &mut found,
    );
    Compared { section: SectionKey::CutOff, noun: ("回線", "The line"), id: |l: &LineEntry| &l.id, name: |l| &l.name }.tell(
        &then.lines.iter().collect::<Vec<_>>(),
        &now.lines.iter().collect::<Vec<_>>(),
        &[
            ("名前", "name", |l| l.name.clone()),
            ("切る人", "the person who cuts it", |l| l.cutter.clone()),
            ("切る人の電話", "telephone of who cuts it", |l| l.cutter_phone.clone()),
            ("夜に切る人", "the person who cuts it at night", |l| l.night.clone()),
            ("夜に切る人の電話", "telephone of who cuts it at night", |l| l.night_phone.clone()),
            ("切り方", "how it is cut", |l| l.how.clone()),
            ("使うシステム", "systems on it", |l| l.systems.join("、")),
        ],
        &mut found,
    );
    Compared { section: SectionKey::Vendors, noun: ("事業者", "The vendor"), id: |v: &VendorEntry| &v.id, name: |v| &v.name }.tell(
        &then.vendors.iter().collect::<Vec<_>>(),
        &now.vendors.iter().collect::<Vec<_>>(),
        &[
            ("名前", "name", |v| v.name.clone()),
            ("緊急の窓口", "emergency desk", |v| v.desk.clone()),
            ("緊急の電話", "emergency telephone", |v| v.phone.clone()),
            ("受付の時間", "hours", |v| v.hours.clone()),
            ("受け持つシステム", "systems it looks after", |v| v.systems.join("、")),
        ],
        &mut found,
    );
    Compared { section: SectionKey::Restore, noun: ("バックアップの控え", "The backup copy"), id: |c: &CopyEntry| &c.id, name: |c| &c.name }
        .tell(
            &then.copies.iter().collect::<Vec<_>>(),
            &now.copies.iter().collect::<Vec<_>>(),
            &[
                ("名前", "name", |c| c.name.clone()),
                ("置き場所", "place", |c| c.place.clone()),
                ("媒体", "medium", |c| c.medium.title().ja),
                ("切り離し方", "how it is kept apart", |c| c.separation.title().ja),
            ],
            &mut found,
        );
    Compared { section: SectionKey::Reporting, noun: ("報告先", "The office"), id: |o: &OfficeEntry| &o.id, name: |o| &o.name }.tell(
        &then.offices.iter().collect::<Vec<_>>(),
        &now.offices.iter().collect::<Vec<_>>(),
        &[
            ("名前", "name", |o| o.name.clone()),
            ("電話", "telephone", |o| o.phone.clone()),
            ("受付の時間", "hours", |o| o.hours.clone()),
            ("メール", "e-mail", |o| o.email.clone()),
            ("ページ", "page", |o| o.url.clone()),
        ],
        &mut found,
    );
    found
}

fn of_house(ground: &Ground) -> Vec<&PersonEntry> {
    ground.people.iter().filter(|person| !person.is_vendor).collect()
}

fn number(rank: Option<u16>) -> String {
    rank.map(|rank| rank.to_string()).unwrap_or_default()
}

/// A field: Japanese and English name, and what stands in it.
type FieldOf<T> = (&'static str, &'static str, fn(&T) -> String);

struct Compared<T> {
    section: SectionKey,
    noun: (&'static str, &'static str),
    id: fn(&T) -> &String,
    name: fn(&T) -> &String,
}

impl<T> Compared<T> {
    fn tell(&self, then: &[&T], now: &[&T], fields: &[FieldOf<T>], found: &mut Vec<Change>) {
        let (noun_ja, noun_en) = self.noun;
        for old in then {
            let name = (self.name)(old).clone();
            let Some(new) = now.iter().find(|new| (self.id)(new) == (self.id)(old)) else {
                found.push(Change {
                    section: self.section,
                    sentence: Text::new(
                        format!("{noun_ja}「{name}」がなくなりました。"),
                        format!("{noun_en} “{name}” is gone."),
                    ),
                    before: name.clone(),
                    after: String::new(),
                    subject: name,
                });
                continue;
            };
            for (ja, en, read) in fields {
                let (before, after) = (read(old), read(new));
                if before != after {
                    // An internal id says nothing to anybody.
                    let shown = *en != "caller";
                    found.push(self.changed(&name, (ja, en), before, after, shown));
                }
            }
        }
        for new in now.iter().filter(|new| !then.iter().any(|old| (self.id)(old) == (self.id)(new))) {
            let name = (self.name)(new).clone();
            found.push(Change {
                section: self.section,
                sentence: Text::new(format!("{noun_ja}「{name}」が増えました。"), format!("{noun_en} “{name}” is new.")),
                before: String::new(),
                after: name.clone(),
                subject: name,
            });
        }
    }

    fn changed(&self, name: &str, (ja, en): (&str, &str), before: String, after: String, shown: bool) -> Change {
        let or = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
        let (ja_from_to, en_from_to) = if shown {
            (
                format!("（{} → {}）", or(&before, "空欄"), or(&after, "空欄")),
                format!(" ({} → {})", or(&before, "empty"), or(&after, "empty")),
            )
        } else {
            (String::new(), String::new())
        };
        let (before, after) = if shown { (before, after) } else { (String::new(), String::new()) };
        Change {
            section: self.section,
            subject: name.to_owned(),
            sentence: Text::new(
                format!("「{name}」の{ja}が変わりました{ja_from_to}。"),
                format!("“{name}”: {en} has changed{en_from_to}."),
            ),
            before,
            after,
        }
    }
}
