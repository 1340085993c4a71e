//! Who the members are and how each is reached: the one place that knows the centre's registers for it.

use crate::region::settings_of;
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::id::FacilityId;
use hakutaku_model::party::Contact;
use hakutaku_model::region::centre::Member as KnownMember;
use hakutaku_model::region::notice::{FaxWords, Member, Notice, Reach};
use hakutaku_store::{Shelf, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// A member, and how it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) member: Member,
    pub(crate) reach: Reach,
}

/// All members of the region: the facilities of this installation, with what the register of members knows about each.
pub(crate) async fn reach_of(store: &Store) -> Result<BTreeMap<FacilityId, Reached>, StoreError> {
    let mut known: BTreeMap<FacilityId, KnownMember> = store
        .records::<KnownMember>(Shelf::Installation)
        .await?
        .into_iter()
        .map(|row| (row.body.facility, row.body))
        .collect();
    let facilities = store.facilities().await?;
    Ok(facilities
        .into_iter()
        .map(|row| {
            let (mut contacts, mut groups, mut fax) = (Vec::new(), BTreeSet::new(), String::new());
            if let Some(member) = known.remove(&row.id) {
                contacts = member.people;
                if !member.phone.trim().is_empty() {
                    contacts.push(Contact {
                        name: row.profile.name.clone(),
                        phone: member.phone,
                        ..Contact::default()
                    });
                }
                groups = member.groups.into_iter().collect();
                fax = member.fax;
            }
            let reach = Reach { name: row.profile.name, contacts, fax };
            let member = Member { facility: row.id, kind: row.profile.kind, groups };
            (row.id, Reached { member, reach })
        })
        .collect())
}

/// How the centre calls itself; empty where nobody has said it yet.
pub(crate) async fn centre(store: &Store) -> Result<FaxWords, StoreError> {
    let centre = settings_of(store).await?;
    Ok(FaxWords { centre: centre.name, phone: centre.phone, fax: centre.fax })
}

/// The members that a notice is for, of all.
pub(crate) fn audience(notice: &Notice, all: &BTreeMap<FacilityId, Reached>) -> Vec<FacilityId> {
    all.values().filter(|one| notice.audience.includes(&one.member)).map(|one| one.member.facility).collect()
}

/// Groups that any member is in.
pub(crate) fn groups(all: &BTreeMap<FacilityId, Reached>) -> BTreeSet<String> {
    all.values().flat_map(|one| one.member.groups.iter().cloned()).collect()
}

/// A member as the rules for the silent need it.
pub(crate) fn member_or_gone(all: &BTreeMap<FacilityId, Reached>, facility: FacilityId) -> Member {
    let gone = || Member { facility, kind: FacilityKind::Hospital, groups: BTreeSet::new() };
    all.get(&facility).map_or_else(gone, |one| one.member.clone())
}
