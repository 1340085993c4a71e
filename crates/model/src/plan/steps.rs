//! The first steps of each role: what the plan tells a person to do in the first minutes, shown by the incident room and
//! printed as one tab per role.

use super::{SectionKey, Snapshot, Stage, cell};
use crate::contacts::Part;
use crate::known::keyed;
use crate::office::Recipient;
use crate::text::{Text, folded};
use serde::Serialize;

keyed! {
    /// A role in an outage. Drills and the incident room use the same keys.
    Role {
        /// The director, head of the headquarters.
        #[default]
        Director = "director", "病院長・本部長", "Director, head of the headquarters";
        /// Safety manager.
        SafetyManager = "safety-manager", "安全管理責任者", "Safety manager";
        /// Head of IT.
        ItLead = "it-lead", "情報部門の責任者", "Head of IT";
        /// Whoever works on the servers.
        ServerEngineer = "server-engineer", "サーバの担当", "Server engineer";
        /// Night duty.
        NightDuty = "night-duty", "管理当直", "Night duty manager";
        /// A ward.
        Ward = "ward", "病棟", "Ward";
        /// Outpatient department.
        Outpatient = "outpatient", "外来", "Outpatient department";
        /// Pharmacy.
        Pharmacy = "pharmacy", "薬剤", "Pharmacy";
        /// Laboratory and imaging.
        Laboratory = "laboratory", "検査・画像", "Laboratory and imaging";
        /// Claims and reception.
        Claims = "claims", "医事・受付", "Claims and reception";
        /// Public relations.
        PublicRelations = "public-relations", "広報・患者さんの窓口", "Public relations";
        /// Everybody.
        Everyone = "everyone", "全職員", "Everybody";
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What to do. Hand-written steps stand the same on both sides: nobody translated them.
    pub what: Text,
    /// More: how, with what, the telephone.
    pub detail: Text,
    /// Minutes from the beginning by which it should be done, if the plan says so.
    pub within_minutes: Option<u32>,
    /// The paragraph of the plan it comes from.
    pub section: SectionKey,
    /// Somebody has to fill a hole first: nobody is named for this step.
    pub hole: bool,
}

fn same(text: &str) -> Text {
    Text::new(text, text)
}

fn step(section: SectionKey, what: Text, detail: Text) -> Step {
    Step { what, detail, within_minutes: None, section, hole: false }
}

/// Japanese or English: `10分`, `10 min`, `１０`.
fn minutes(text: &str) -> Option<u32> {
    let digits: String = folded(text).chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The first steps of a role, by its key (`director`, `it-lead`, `ward`, `public-relations` …): first those written by
/// hand for it and for everybody, by the minute; then those that follow from the facts. A role the plan does not know
/// gets the steps for everybody.
///
/// A step computed from a register stands after the written ones, except that the head of IT and the server engineer get
/// the cut-off in its order.
#[must_use]
pub fn first_steps(plan: &Snapshot, role: &str) -> Vec<Step> {
    let known = Role::from_key(role);
    let mut steps: Vec<Step> = plan
        .written(SectionKey::Activation)
        .rows("first-steps")
        .into_iter()
        .filter(|row| {
            let of = cell(row, "role");
            of == role || of == Role::Everyone.key()
        })
        .map(|row| Step {
            within_minutes: minutes(cell(row, "minutes")),
            ..step(SectionKey::Activation, same(cell(row, "step")), Text::default())
        })
        .collect();
    steps.sort_by_key(|step| step.within_minutes.unwrap_or(u32::MAX));
    match known {
        Some(Role::ItLead) => {
            steps.extend(cutting(plan));
            steps.extend(vendor_calls(plan));
        }
        Some(Role::ServerEngineer) => {
            steps.extend(cutting(plan));
            steps.extend(evidence(plan));
        }
        Some(Role::NightDuty) => steps.extend(calls_of(plan, Part::NightDuty)),
        Some(Role::SafetyManager) => {
            steps.extend(calls_of(plan, Part::SafetyManager));
            steps.extend(reports(plan));
        }
        Some(Role::Ward | Role::Outpatient | Role::Pharmacy | Role::Laboratory | Role::Claims) => {
            steps.extend(forms(plan));
        }
        Some(Role::PublicRelations) => steps.extend(texts(plan)),
        Some(Role::Director | Role::Everyone) | None => {}
    }
    steps
}

fn cutting(plan: &Snapshot) -> Vec<Step> {
    let cut_off = plan.cut_off();
    let cuts = cut_off.steps.into_iter().filter(|cut| cut.stage != Stage::Inside);
    cuts.map(|cut| {
        let who = [cut.who.as_str(), &cut.phone].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
        let detail = [who.as_str(), &cut.how].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" — ");
        Step {
            hole: cut.is_hole(),
            ..step(
                SectionKey::CutOff,
                Text::new(format!("切る: {}", cut.what), format!("Cut: {}", cut.what)),
                same(&detail),
            )
        }
    })
    .collect()
}

fn vendor_calls(plan: &Snapshot) -> Vec<Step> {
    let call = |name: &str, phone: &str, who: &str| Step {
        hole: phone.is_empty(),
        ..step(
            SectionKey::Vendors,
            Text::new(format!("事業者に電話: {name}"), format!("Call the vendor: {name}")),
            same(&[phone, who].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")),
        )
    };
    plan.ground.vendors.iter().map(|vendor| call(&vendor.name, &vendor.phone, &vendor.desk)).collect()
}

fn calls_of(plan: &Snapshot, part: Part) -> Vec<Step> {
    super::phone_tree(&plan.ground)
        .into_iter()
        .filter(|branch| branch.part == Some(part))
        .flat_map(|branch| branch.calls)
        .map(|call| {
            let phones = [call.phone_day.as_str(), &call.phone_night].into_iter().filter(|s| !s.is_empty());
            Step {
                hole: call.phone_day.is_empty() && call.phone_night.is_empty(),
                ..step(
                    SectionKey::Contacts,
                    Text::new(format!("電話: {}", call.who), format!("Call: {}", call.who)),
                    same(&phones.collect::<Vec<_>>().join(" / ")),
                )
            }
        })
        .collect()
}

fn reports(plan: &Snapshot) -> Vec<Step> {
    let needed = Recipient::ALL.iter().copied().filter(|recipient| recipient.is_needed());
    needed
        .map(|recipient| {
            let office = plan.ground.offices.iter().find(|office| office.recipient == recipient);
            let detail = office.map(|office| {
                let parts = [office.name.as_str(), &office.phone, &office.email, &office.url];
                parts.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
            });
            let title = recipient.title();
            Step {
                hole: office.is_none(),
                ..step(
                    SectionKey::Reporting,
                    Text::new(format!("第一報: {}", title.ja), format!("First report: {}", title.en)),
                    same(&detail.unwrap_or_default()),
                )
            }
        })
        .collect()
}

fn evidence(plan: &Snapshot) -> Vec<Step> {
    let rows = plan.written(SectionKey::Evidence).rows("keep");
    rows.into_iter()
        .map(|row| step(SectionKey::Evidence, same(cell(row, "what")), same(cell(row, "how"))))
        .collect()
}

fn forms(plan: &Snapshot) -> Vec<Step> {
    let rows = plan.written(SectionKey::Paper).rows("forms");
    rows.into_iter()
        .map(|row| {
            let what = format!("{}: {}", cell(row, "ward"), cell(row, "form"));
            step(SectionKey::Paper, same(&what), same(cell(row, "kept")))
        })
        .collect()
}

fn texts(plan: &Snapshot) -> Vec<Step> {
    let written = plan.written(SectionKey::Communication);
    let titles = [
        ("staff", Text::new("職員への知らせを出す", "Tell the staff")),
        ("patients", Text::new("患者さんへの知らせを出す", "Tell the patients")),
        ("hospitals", Text::new("近くの病院・救急に知らせる", "Tell other hospitals and the ambulance service")),
        ("press", Text::new("記者への文面を院長と確かめる", "Go over the words for the press with the director")),
    ];
    titles
        .into_iter()
        .map(|(key, what)| Step {
            hole: written.text(key).is_empty(),
            ..step(SectionKey::Communication, what, same(written.text(key)))
        })
        .collect()
}
