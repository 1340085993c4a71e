//! What the pages about systems, connections and backups share: names, choices, optional fields, saving with a version.

use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use hakutaku_model::backup::{CopyMedium, CopyMethod, CopyPlace, Separation};
use hakutaku_model::connection::{Authentication, Direction, Medium, Opening};
use hakutaku_model::day;
use hakutaku_model::id::FacilityId;
use hakutaku_model::known::Known;
use hakutaku_model::party::Party;
use hakutaku_model::record::{Kept, RecordId, Register};
use hakutaku_model::system::{System, SystemKind};
use hakutaku_model::text::Text;
use hakutaku_model::vendor::Engagement;
use hakutaku_store::StoreError;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The longest name.
pub(crate) const NAME: usize = 120;
/// The longest other line.
pub(crate) const LINE: usize = 200;
/// The longest remark.
pub(crate) const NOTE: usize = 2000;

/// What other rows point to.
pub(crate) struct House {
    /// Its systems, in the order they are restarted.
    pub(crate) systems: Vec<Kept<System>>,
    /// Names of its vendors.
    pub(crate) vendors: BTreeMap<RecordId, String>,
}

impl House {
    pub(crate) async fn of(app: &AppState, facility: FacilityId) -> Result<Self, Problem> {
        let mut systems: Vec<Kept<System>> = app.store.records(facility).await?;
        systems.sort_by_key(|row| (row.body.recovery_order.unwrap_or(u16::MAX), row.id));
        let vendors: Vec<Kept<Engagement>> = app.store.records(facility).await?;
        Ok(Self { systems, vendors: vendors.into_iter().map(|row| (row.id, row.body.name)).collect() })
    }

    pub(crate) fn system(&self, id: RecordId) -> Option<&System> {
        self.systems.iter().find(|row| row.id == id).map(|row| &row.body)
    }

    /// A party in words; empty when nobody is named.
    pub(crate) fn party(&self, t: Words, party: Option<&Party>) -> String {
        match party {
            None => String::new(),
            Some(Party::Facility) => t.m("system-party-facility"),
            Some(Party::Other(name)) => name.clone(),
            Some(Party::Vendor(id)) => self.vendors.get(id).cloned().unwrap_or_else(|| t.m("system-party-gone")),
        }
    }

    /// Parties to choose from in a list.
    pub(crate) fn parties(&self, t: Words, form: &Form, field: &str) -> Vec<Choice> {
        let mut choices = vec![
            Choice::new("", t.m("system-party-unknown"), form, field),
            Choice::new("facility", t.m("system-party-facility"), form, field),
        ];
        choices.extend(self.vendor_choices(form, field));
        choices.push(Choice::new("other", t.m("system-party-other"), form, field));
        choices
    }

    /// Vendors to choose from in a list, without a blank.
    pub(crate) fn vendor_choices(&self, form: &Form, field: &str) -> Vec<Choice> {
        self.vendors.iter().map(|(id, name)| Choice::new(&id.to_string(), name.clone(), form, field)).collect()
    }

    /// Vendors, after a blank for "none".
    pub(crate) fn contracts(&self, t: Words, form: &Form, field: &str) -> Vec<Choice> {
        let mut choices = vec![Choice::new("", t.m("system-no-contract"), form, field)];
        choices.extend(self.vendor_choices(form, field));
        choices
    }

    /// Systems to choose from.
    pub(crate) fn system_choices(&self, form: &Form, field: &str) -> Vec<Choice> {
        self.systems.iter().map(|row| Choice::new(&row.id.to_string(), row.body.name.clone(), form, field)).collect()
    }

    /// A chosen vendor of this facility.
    pub(crate) fn read_vendor(&self, form: &mut Form, field: &'static str) -> Option<RecordId> {
        let value = form.value(field).trim().to_owned();
        if value.is_empty() {
            return None;
        }
        let chosen = value.parse::<RecordId>().ok().filter(|id| self.vendors.contains_key(id));
        if chosen.is_none() {
            form.fault(field, Key("form-choose"));
        }
        chosen
    }

    /// A chosen party; its name in another field when it is in no register.
    pub(crate) fn read_party(&self, form: &mut Form, field: &'static str, name: &'static str) -> Option<Party> {
        match form.value(field).to_owned().as_str() {
            "facility" => Some(Party::Facility),
            "other" => {
                let who = form.line(name, NAME);
                (!who.is_empty()).then_some(Party::Other(who))
            }
            _ => self.read_vendor(form, field).map(Party::Vendor),
        }
    }

    /// What stands in a field, as people read it.
    fn shown(&self, t: Words, value: &str) -> String {
        let known = |text: Option<Text>| text.map(|text| t.text(&text).to_owned());
        if let Ok(id) = value.parse::<RecordId>() {
            let name = self.vendors.get(&id).cloned().or_else(|| self.system(id).map(|system| system.name.clone()));
            return name.unwrap_or_default();
        }
        known(Known::from_key(value).map(Known::title))
            .or_else(|| known(Medium::from_key(value).map(Medium::title)))
            .or_else(|| known(Direction::from_key(value).map(Direction::title)))
            .or_else(|| known(Authentication::from_key(value).map(Authentication::title)))
            .or_else(|| known(Opening::from_key(value).map(Opening::title)))
            .or_else(|| known(CopyMedium::from_key(value).map(CopyMedium::title)))
            .or_else(|| known(CopyPlace::from_key(value).map(CopyPlace::title)))
            .or_else(|| known(CopyMethod::from_key(value).map(CopyMethod::title)))
            .or_else(|| known(Separation::from_key(value).map(Separation::title)))
            .or_else(|| known(SystemKind::from_key(value).map(SystemKind::title)))
            .unwrap_or_else(|| value.to_owned())
    }
}

/// The two form values of a party: choice and name.
pub(crate) fn party_values(party: Option<&Party>) -> (String, String) {
    match party {
        None => (String::new(), String::new()),
        Some(Party::Facility) => ("facility".to_owned(), String::new()),
        Some(Party::Vendor(id)) => (id.to_string(), String::new()),
        Some(Party::Other(name)) => ("other".to_owned(), name.clone()),
    }
}

/// Something to choose in a list.
pub(crate) struct Choice {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) hint: String,
    pub(crate) chosen: bool,
}

impl Choice {
    pub(crate) fn new(key: &str, title: String, form: &Form, field: &str) -> Self {
        let chosen = form.has(field, key) || (key.is_empty() && form.value(field).is_empty());
        Self { key: key.to_owned(), title, hint: String::new(), chosen }
    }
}

/// A closed set to choose from.
pub(crate) fn choices<T: Copy>(
    t: Words,
    form: &Form,
    field: &str,
    all: &[T],
    key: fn(T) -> &'static str,
    title: fn(T) -> Text,
) -> Vec<Choice> {
    all.iter().map(|one| Choice::new(key(*one), t.text(&title(*one)).to_owned(), form, field)).collect()
}

/// A text that may stay empty; line breaks only in remarks.
pub(crate) fn words(form: &mut Form, field: &'static str, longest: usize) -> String {
    let text = form.value(field).trim().replace("\r\n", "\n");
    if text.chars().count() > longest {
        form.fault(field, Key("form-too-long"));
    } else if text.chars().any(|c| c.is_control() && !(c == '\n' && longest == NOTE)) {
        form.fault(field, Key("form-control-characters"));
    }
    text
}

/// A whole number that may stay empty.
pub(crate) fn number(form: &mut Form, field: &'static str, most: u32) -> Option<u32> {
    if form.value(field).trim().is_empty() {
        return None;
    }
    let digits = ascii_digits(form.value(field).trim());
    let number = digits.parse().ok().filter(|number| *number <= most);
    if number.is_none() {
        form.fault(field, Key("form-number"));
    }
    number
}

/// A rank from 1 that may stay empty.
pub(crate) fn rank(form: &mut Form, field: &'static str) -> Option<u16> {
    let rank = number(form, field, 9999)?;
    if rank == 0 {
        form.fault(field, Key("form-number"));
    }
    u16::try_from(rank).ok()
}

/// A day, typed as people do, that may stay empty.
pub(crate) fn date(form: &mut Form, field: &'static str) -> Option<Date> {
    let typed = form.value(field).trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    let read = day::parse(&typed);
    if read.is_none() {
        form.fault(field, Key("system-date-wrong"));
    }
    read
}

/// One of a closed set; empty is its "not known".
pub(crate) fn choice<T: Default>(form: &mut Form, field: &'static str, read: fn(&str) -> Option<T>) -> T {
    if form.value(field).is_empty() {
        return T::default();
    }
    form.choice(field, read).unwrap_or_default()
}

/// What somebody else saved meanwhile.
pub(crate) struct Clash {
    pub(crate) who: String,
    pub(crate) when: String,
    /// Field and what stands there now, where it differs from what was typed.
    pub(crate) theirs: Vec<(String, String)>,
}

/// Lays what was typed beside what stands now.
pub(crate) fn clash<T>(
    house: &House,
    visit: &Visit,
    now: &Kept<T>,
    theirs: &Form,
    typed: &Form,
    labels: &[(&'static str, &'static str)],
) -> Clash {
    let t = visit.t();
    let theirs = labels
        .iter()
        .filter(|(field, _)| {
            theirs.values(field) != typed.values(field)
                && !(theirs.value(field).is_empty() && typed.value(field).is_empty())
        })
        .map(|(field, label)| {
            let values: Vec<String> = theirs.values(field).iter().map(|value| house.shown(t, value)).collect();
            (t.m(label), values.join(&t.m("list-separator")))
        })
        .collect();
    Clash { who: now.changed_by.clone(), when: now.changed_at.minute_in_japan(t.lang), theirs }
}

/// How saving went.
pub(crate) enum Saved<T> {
    /// It is kept.
    Kept,
    /// Somebody else was faster: this stands now.
    Other(Box<Kept<T>>),
}

/// Adds a row, or changes the one that was seen in a version.
pub(crate) async fn save<T: Register>(
    app: &AppState,
    visit: &Visit,
    seen: Option<(RecordId, i64)>,
    body: &T,
) -> Result<Saved<T>, Problem> {
    let (facility, act) = (visit.place()?.id, visit.act(app.now()));
    let Some((id, version)) = seen else {
        app.store.add_record(&act, facility, body).await?;
        return Ok(Saved::Kept);
    };
    match app.store.change_record(&act, facility, id, version, body).await {
        Ok(_) => Ok(Saved::Kept),
        Err(StoreError::Conflict(_)) => Ok(Saved::Other(Box::new(app.store.record_of(facility, id).await?))),
        Err(error) => Err(error.into()),
    }
}

/// A row of this facility that is in use.
pub(crate) async fn in_use<T: Register>(app: &AppState, visit: &Visit, id: RecordId) -> Result<Kept<T>, Problem> {
    let row = app.store.record_of::<T>(visit.place()?.id, id).await?;
    if row.retired_at.is_some() { Err(Problem::NotFound) } else { Ok(row) }
}

/// Takes a row out of use. Whoever saw an older version is told so, and nothing happens.
pub(crate) async fn retire<T: Register>(
    app: &AppState,
    visit: &Visit,
    id: RecordId,
    form: &Form,
) -> Result<(), Problem> {
    let seen = form.value("version").parse().unwrap_or_default();
    app.store.retire_record::<T>(&visit.act(app.now()), visit.place()?.id, id, seen).await?;
    Ok(())
}

/// The version a form was filled from.
pub(crate) fn seen(form: &Form) -> i64 {
    form.value("version").parse().unwrap_or_default()
}
