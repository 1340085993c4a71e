//! The facilities and people of the story, all made up.

use crate::DemoError;
use crate::accounts::{Credential, Draft, names};
use crate::clock::Clock;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, PersonId};
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_store::{Act, NewPerson, Store};
use std::collections::BTreeMap;

/// Who is there.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) hospital: FacilityId,
    pub(crate) clinic: FacilityId,
    pub(crate) pharmacy: FacilityId,
    pub(crate) nurse: PersonId,
    pub(crate) pharmacist: PersonId,
    roles: BTreeMap<Role, PersonId>,
    administrator: PersonId,
}

impl Cast {
    /// The person with an account for this role.
    pub(crate) fn person(&self, role: Role) -> PersonId {
        self.roles.get(&role).copied().unwrap_or(self.administrator)
    }
}

fn profile(name: &str, kind: FacilityKind, beds: u32, it_staff_tenths: u32) -> FacilityProfile {
    // Prefecture 22 (静岡県) is real; a city of 白沢市 is not.
    FacilityProfile { name: name.to_owned(), kind, prefecture: 22, beds, it_staff_tenths }
}

fn newcomer(username: &str, display_name: &str, password_hash: Option<&str>) -> NewPerson {
    NewPerson {
        username: username.to_owned(),
        display_name: display_name.to_owned(),
        lang: Lang::Ja,
        password_hash: password_hash.map(str::to_owned),
    }
}

/// Creates facilities, accounts, roles and tokens, in the order of the set-up wizard.
pub(crate) async fn enter(
    store: &Store,
    clock: &mut Clock,
    drafts: &[Draft],
) -> Result<(Cast, Vec<Credential>), DemoError> {
    let mut roles = BTreeMap::new();
    let mut credentials = Vec::new();
    let mut by = None;
    for draft in drafts {
        let (username, display_name) = names(draft.role);
        let at = clock.later(4);
        // The administrator comes first, made by the wizard, and lets the others in.
        let act = by.map_or_else(|| Act::system(at), |person| Act::person(person, at));
        let person = store.create_person(&act, &newcomer(username, display_name, Some(&draft.password_hash))).await?;
        by = by.or(Some(person.id));
        roles.insert(draft.role, person.id);
        if let Some(secret) = &draft.totp {
            store.set_totp_secret(&Act::person(person.id, clock.later(1)), person.id, Some(secret.as_bytes())).await?;
        }
        let own = Act::person(person.id, clock.later(1));
        let token = store.create_api_token(&own, person.id, "見本用のトークン", false, None).await?;
        credentials.push(Credential {
            role: draft.role,
            username: username.to_owned(),
            password: draft.password.clone(),
            totp_secret: draft.totp.as_ref().map(totp_rs::Secret::to_base32),
            api_token: token.token,
        });
    }
    let Some(administrator) = by else { return Err(DemoError::Hashing("no accounts".to_owned())) };

    let mut act = |minutes| Act::person(administrator, clock.later(minutes));
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).into()).collect::<Vec<_>>();
    let hospital = profile("白沢市立みなと病院（見本）", FacilityKind::Hospital, 240, 20);
    let hospital_forms = ids(&["hospital-it", "executive", "network-typology"]);
    let hospital = store.create_facility(&act(6), &hospital, &hospital_forms).await?.id;
    let clinic = profile("白沢市立みさき診療所（見本）", FacilityKind::Clinic, 0, 1);
    let clinic = store.create_facility(&act(3), &clinic, &ids(&["small-facility", "online-consultation"])).await?.id;
    let pharmacy = profile("白沢なみうち薬局（見本）", FacilityKind::Pharmacy, 0, 0);
    let pharmacy = store.create_facility(&act(3), &pharmacy, &ids(&["small-facility"])).await?.id;

    // These two answer at their own places; nobody signs in as them, so they have no password.
    let nurse = store.create_person(&act(2), &newcomer("misaki", "西 はるか（看護師）", None)).await?.id;
    let pharmacist = store.create_person(&act(2), &newcomer("namiuchi", "戸田 文（管理薬剤師）", None)).await?.id;

    let cast = Cast { hospital, clinic, pharmacy, nurse, pharmacist, roles, administrator };
    store.grant(&act(1), administrator, None, Role::Administrator).await?;
    let grants = [
        (Role::SafetyManager, vec![hospital, clinic]),
        (Role::ItOperator, vec![hospital]),
        (Role::Executive, vec![hospital]),
        (Role::Respondent, vec![hospital]),
        (Role::Auditor, vec![hospital, clinic, pharmacy]),
        (Role::RegionalSupporter, vec![hospital, clinic]),
    ];
    for (role, places) in grants {
        for place in places {
            store.grant(&act(1), cast.person(role), Some(place), role).await?;
        }
    }
    store.grant(&act(1), nurse, Some(clinic), Role::ItOperator).await?;
    store.grant(&act(1), pharmacist, Some(pharmacy), Role::SafetyManager).await?;
    Ok((cast, credentials))
}
