//! Passkeys: the ceremonies of WebAuthn. Their state waits in the store, never in the browser.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use hakutaku_model::id::PersonId;
use hakutaku_store::{PasskeyRow, PersonRow, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, Passkey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential,
};

/// A ceremony under way.
#[derive(Serialize, Deserialize)]
enum Ceremony {
    /// A new passkey for this person.
    Register { person: PersonId, state: PasskeyRegistration },
    /// One of this person's passkeys, as second factor.
    SecondFactor { person: PersonId, state: PasskeyAuthentication },
    /// Any passkey the visitor has here.
    SignIn { state: DiscoverableAuthentication },
}

/// What the page's script needs to go on.
#[derive(Serialize)]
pub(crate) struct Begun {
    /// Finds the ceremony again.
    ceremony: String,
    /// For `navigator.credentials`.
    options: Value,
}

/// The browser's answer to a registration.
#[derive(Deserialize)]
pub(crate) struct Registered {
    ceremony: String,
    name: String,
    credential: RegisterPublicKeyCredential,
}

/// The browser's answer to a sign-in.
#[derive(Deserialize)]
pub(crate) struct Asserted {
    ceremony: String,
    credential: PublicKeyCredential,
}

fn webauthn(app: &AppState) -> Result<Arc<Webauthn>, Problem> {
    app.webauthn.clone().ok_or(Problem::unprocessable(Key("passkey-unavailable")))
}

/// Whatever the browser sent does not prove what it should.
fn unproven(error: impl std::fmt::Display) -> Problem {
    tracing::info!(%error, "a passkey ceremony failed");
    Problem::unprocessable(Key("passkey-failed"))
}

async fn keep(app: &AppState, ceremony: &Ceremony, options: Value) -> Result<Begun, Problem> {
    let ceremony = app.store.new_ceremony(&serde_json::to_value(ceremony)?, app.now()).await?;
    Ok(Begun { ceremony, options })
}

async fn take(app: &AppState, ceremony: &str) -> Result<Ceremony, Problem> {
    match app.store.take_ceremony(ceremony, app.now()).await? {
        Some(state) => Ok(serde_json::from_value(state)?),
        None => Err(Problem::unprocessable(Key("passkey-too-late"))),
    }
}

fn credentials(rows: &[PasskeyRow]) -> Result<Vec<Passkey>, Problem> {
    Ok(rows.iter().map(|row| serde_json::from_value(row.credential.clone())).collect::<Result<_, _>>()?)
}

/// Begins to add a passkey.
pub(crate) async fn begin_registration(app: &AppState, person: &PersonRow) -> Result<Begun, Problem> {
    let known = credentials(&app.store.passkeys_of(person.id).await?)?;
    let known = known.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let (options, state) = webauthn(app)?
        .start_passkey_registration(person.id.0, &person.username, &person.display_name, Some(known))
        .map_err(Problem::internal)?;
    let mut options = serde_json::to_value(options)?;
    // The library asks for keys that need the user name first; signing in by passkey alone needs the other kind. A key
    // without room for it still works as a second factor.
    if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut) {
        selection.insert("residentKey".to_owned(), "preferred".into());
        selection.insert("requireResidentKey".to_owned(), false.into());
    }
    keep(app, &Ceremony::Register { person: person.id, state }, options).await
}

/// Adds the passkey.
pub(crate) async fn finish_registration(
    app: &AppState,
    visit: &Visit,
    person: &PersonRow,
    registered: &Registered,
) -> Result<(), Problem> {
    let Ceremony::Register { person: begun_by, state } = take(app, &registered.ceremony).await? else {
        return Err(Problem::unprocessable(Key("passkey-failed")));
    };
    if begun_by != person.id {
        return Err(Problem::unprocessable(Key("passkey-failed")));
    }
    let passkey = webauthn(app)?.finish_passkey_registration(&registered.credential, &state).map_err(unproven)?;
    let name: String = registered.name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    let name = if name.is_empty() { visit.t().m("passkey-unnamed") } else { name };
    let id: &[u8] = passkey.cred_id().as_ref();
    match app.store.add_passkey(&visit.act(app.now()), person.id, &name, id, &serde_json::to_value(&passkey)?).await {
        Ok(_) => Ok(()),
        Err(StoreError::AlreadyExists(_)) => Err(Problem::unprocessable(Key("passkey-exists"))),
        Err(error) => Err(error.into()),
    }
}

/// Begins to sign in: with any passkey, or, behind a password, with one of that person's.
pub(crate) async fn begin_sign_in(app: &AppState, pending: Option<PersonId>) -> Result<Begun, Problem> {
    let webauthn = webauthn(app)?;
    let (ceremony, mut options) = match pending {
        Some(person) => {
            let known = credentials(&app.store.passkeys_of(person).await?)?;
            let (options, state) = webauthn.start_passkey_authentication(&known).map_err(unproven)?;
            (Ceremony::SecondFactor { person, state }, serde_json::to_value(options)?)
        }
        None => {
            let (options, state) = webauthn.start_discoverable_authentication().map_err(Problem::internal)?;
            (Ceremony::SignIn { state }, serde_json::to_value(options)?)
        }
    };
    // The visitor pressed a button: the browser's ordinary dialogue, not the one that waits within a form field.
    if let Some(options) = options.as_object_mut() {
        options.remove("mediation");
    }
    keep(app, &ceremony, options).await
}

/// Finishes a sign-in: whose passkey it was. The key itself checked the person (fingerprint, face or PIN).
pub(crate) async fn finish_sign_in(app: &AppState, visit: &Visit, asserted: &Asserted) -> Result<PersonRow, Problem> {
    let webauthn = webauthn(app)?;
    let ceremony = take(app, &asserted.ceremony).await?;
    let credential_id = asserted.credential.get_credential_id();
    let unknown = || Problem::unprocessable(Key("passkey-unknown"));
    let row = app.store.passkey_by_credential_id(credential_id).await?.ok_or_else(unknown)?;
    let mut passkey: Passkey = serde_json::from_value(row.credential.clone())?;
    let result: AuthenticationResult = match ceremony {
        Ceremony::SecondFactor { person, state } if person == row.person => {
            webauthn.finish_passkey_authentication(&asserted.credential, &state).map_err(unproven)?
        }
        Ceremony::SignIn { state } => {
            let (person, _) = webauthn.identify_discoverable_authentication(&asserted.credential).map_err(unproven)?;
            if person != row.person.0 {
                return Err(unknown());
            }
            webauthn.finish_discoverable_authentication_v2(&asserted.credential, state, &passkey).map_err(unproven)?
        }
        Ceremony::SecondFactor { .. } | Ceremony::Register { .. } => return Err(unknown()),
    };
    // Notes the use, and the counter where the key has one: a copied key is found by it.
    passkey.update_credential(&result);
    app.store.update_passkey(&visit.act(app.now()), row.person, row.id, &serde_json::to_value(&passkey)?).await?;
    let person = app.store.person(row.person).await?;
    if person.disabled { Err(unknown()) } else { Ok(person) }
}
