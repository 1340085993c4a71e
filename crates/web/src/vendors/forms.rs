//! The forms a vendor may be asked to fill in, as lines with words: from the catalogue, whichever form it is.

use crate::shell::words::{Key, Words};
use hakutaku_model::catalogue::{Catalogue, Confidence, ItemStatus};
use hakutaku_model::checklist::FormKind;
use hakutaku_model::vendor_answers::Reply;
use hakutaku_model::vendor_forms::VendorForm;
use hakutaku_model::vendor_request::Ask;

/// A form in one language.
#[derive(Debug, Clone)]
pub(crate) struct FormWords {
    pub(crate) title: String,
    /// What the data lacks; empty: nothing to say.
    pub(crate) note: String,
    pub(crate) url: String,
    pub(crate) items: Vec<ItemWords>,
}

/// One line of it.
#[derive(Debug, Clone)]
pub(crate) struct ItemWords {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) topic: String,
    pub(crate) number: String,
    pub(crate) text: String,
    /// Device group or section in words.
    pub(crate) of: String,
    /// Derived, not read in the official form.
    pub(crate) inferred: bool,
}

impl FormWords {
    /// The lines as the rules want them.
    pub(crate) fn expected(&self) -> Vec<(String, String)> {
        self.items.iter().map(|item| (item.id.clone(), item.group.clone())).collect()
    }

    pub(crate) fn item(&self, id: &str, group: &str) -> Option<&ItemWords> {
        self.items.iter().find(|item| item.id == id && item.group == group)
    }
}

/// The forms that can be asked for now: every edition whose vendor items are known, newest first, then the others.
pub(crate) fn offered(catalogue: &Catalogue) -> Vec<Ask> {
    let known =
        |form: &hakutaku_model::catalogue::Checklist| form.items.iter().any(|item| item.form == FormKind::Vendor);
    let editions = catalogue.checklists.iter().rev().filter(|edition| known(edition));
    editions
        .map(|edition| Ask::Checklist(edition.id.clone()))
        .chain([Ask::MdsSds, Ask::Mds2, Ask::ServiceSpec])
        .collect()
}

/// The name of a form.
pub(crate) fn title(catalogue: &Catalogue, ask: &Ask, t: Words) -> String {
    match ask {
        Ask::Checklist(id) => {
            let era = catalogue.checklists.iter().find(|edition| edition.id == *id);
            t.a("vendor-form-checklist", "year", era.map_or(id.as_str(), |edition| t.text(&edition.era)))
        }
        Ask::MdsSds => t.k(Key("vendor-form-mds-sds")),
        Ask::Mds2 => t.text(&catalogue.mds2.title).to_owned(),
        Ask::ServiceSpec => t.text(&catalogue.service_spec.title).to_owned(),
    }
}

/// A form with its lines; `None` for an edition that is not in the catalogue (any more).
pub(crate) fn words(catalogue: &Catalogue, ask: &Ask, t: Words) -> Option<FormWords> {
    let title = title(catalogue, ask, t);
    match ask {
        Ask::Checklist(id) => {
            let edition = catalogue.checklists.iter().find(|edition| edition.id == *id)?;
            let items = edition
                .items
                .iter()
                .filter(|item| item.form == FormKind::Vendor && item.status != ItemStatus::Gate)
                .flat_map(|item| {
                    item.groups.iter().map(move |group| ItemWords {
                        id: item.id.clone(),
                        group: group.clone(),
                        topic: item.topic.clone(),
                        number: item.number.clone().unwrap_or_default(),
                        text: t.text(&item.summary).to_owned(),
                        of: t.m(group_key(group)),
                        inferred: item.confidence == Confidence::Inferred
                            || item.number_confidence == Confidence::Inferred,
                    })
                })
                .collect();
            Some(FormWords { title, note: t.k(Key("vendor-form-paraphrase")), url: edition.url.clone(), items })
        }
        Ask::MdsSds => Some(FormWords {
            title,
            note: t.k(Key("vendor-form-mds-sds-note")),
            url: "https://www.jahis.jp/standard/detail/id=1119".to_owned(),
            items: Vec::new(),
        }),
        Ask::Mds2 => Some(of_form(&catalogue.mds2, title, t)),
        Ask::ServiceSpec => Some(of_form(&catalogue.service_spec, title, t)),
    }
}

fn of_form(form: &VendorForm, title: String, t: Words) -> FormWords {
    let items = form
        .sections
        .iter()
        .flat_map(|section| {
            section.items.iter().map(move |item| ItemWords {
                id: item.id.clone(),
                group: String::new(),
                topic: String::new(),
                number: if item.number.is_empty() { item.id.clone() } else { item.number.clone() },
                text: t.text(&item.text).to_owned(),
                of: t.text(&section.title).to_owned(),
                inferred: item.confidence == Confidence::Inferred,
            })
        })
        .collect();
    FormWords { title, note: t.text(&form.note).to_owned(), url: form.url.clone(), items }
}

/// The words of a device group of the checklists.
pub(crate) fn group_key(group: &str) -> &'static str {
    match group {
        "servers" => "vendor-group-servers",
        "terminal-pcs" => "vendor-group-terminals",
        "network-devices" => "vendor-group-network",
        "governance" => "vendor-group-governance",
        "incident-readiness" => "vendor-group-incident",
        "rules" => "vendor-group-rules",
        _ => "vendor-group-system",
    }
}

/// An answer in words.
pub(crate) fn reply(reply: Option<Reply>, t: Words) -> String {
    match reply {
        Some(Reply::Yes) => t.m("vendor-yes"),
        Some(Reply::No) => t.m("vendor-no"),
        Some(Reply::NotApplicable) => t.m("vendor-na"),
        Some(Reply::SeeNotes) => t.m("vendor-see-notes"),
        None => String::new(),
    }
}
