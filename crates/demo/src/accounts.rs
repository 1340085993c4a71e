//! One account per role, with throw-away secrets drawn for this installation.

use crate::DemoError;
use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use hakutaku_model::person::Role;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use totp_rs::Secret;

/// The file with the clear credentials, readable by its owner only. A file rather than a row: it never enters a backup
/// or the log, and `demo-credentials` finds it whatever the database is.
const FILE: &str = "demo-credentials.json";

/// How to sign in to the demo in one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// The role.
    pub role: Role,
    /// The user name.
    pub username: String,
    /// The password, drawn for this installation.
    pub password: String,
    /// The secret of the second factor in base32; `None` for roles that sign in with a password alone.
    pub totp_secret: Option<String>,
    /// A bearer token of the API with this account's rights.
    pub api_token: String,
}

/// User name and name shown for the account of a role.
pub(crate) fn names(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Administrator => ("admin", "久保田 史（事務部）"),
        Role::SafetyManager => ("safety", "藤森 律子（副院長）"),
        Role::ItOperator => ("it", "小田 真（情報システム係）"),
        Role::Executive => ("director", crate::executives::DIRECTOR),
        Role::Respondent => ("respondent", "三上 渚（臨床工学技士）"),
        Role::Auditor => ("auditor", "大庭 修（監査）"),
        Role::RegionalSupporter => ("supporter", "早川 円（地域の支援）"),
    }
}

/// Whether the account of a role has a second factor. Those who change what others rely on do.
pub(crate) fn has_second_factor(role: Role) -> bool {
    matches!(role, Role::Administrator | Role::SafetyManager | Role::ItOperator)
}

/// An account about to be created.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) role: Role,
    pub(crate) password: String,
    pub(crate) password_hash: String,
    pub(crate) totp: Option<Secret>,
}

/// Draws the secrets of all roles and hashes the passwords, on all cores at once.
pub(crate) async fn draw() -> Result<Vec<Draft>, DemoError> {
    let mut hashing = Vec::new();
    for role in Role::ALL {
        let password = password()?;
        let clear = password.clone();
        let hash = tokio::task::spawn_blocking(move || {
            // The same defaults as for real accounts.
            Argon2::default().hash_password(clear.as_bytes()).map(|hash| hash.to_string())
        });
        let totp = if has_second_factor(role) { Some(Secret::from(random::<20>()?.to_vec())) } else { None };
        hashing.push((role, password, totp, hash));
    }
    let mut drafts = Vec::new();
    for (role, password, totp, hash) in hashing {
        let hash = hash.await.map_err(|error| DemoError::Hashing(error.to_string()))?;
        let password_hash = hash.map_err(|error| DemoError::Hashing(error.to_string()))?;
        drafts.push(Draft { role, password, password_hash, totp });
    }
    Ok(drafts)
}

/// Twenty letters and digits in groups of five, without those that look alike: 98 bits.
fn password() -> Result<String, DemoError> {
    const LETTERS: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345678";
    let mut password = String::new();
    while password.len() < 23 {
        if password.len() % 6 == 5 {
            password.push('-');
        }
        // 240 is the largest multiple of 30 in a byte; what lies above would favour the first letters.
        let drawn = random::<1>()?[0];
        if drawn < 240 {
            password.push(char::from(LETTERS[usize::from(drawn % 30)]));
        }
    }
    Ok(password)
}

fn random<const N: usize>() -> Result<[u8; N], DemoError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(DemoError::Random)?;
    Ok(bytes)
}

fn path(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Keeps the credentials in the data directory.
pub(crate) fn keep(data: &Path, credentials: &[Credential]) -> Result<(), DemoError> {
    let path = path(data);
    let file = |doing| {
        let path = path.clone();
        move |source| DemoError::File { doing, path, source }
    };
    let text = serde_json::to_string_pretty(credentials)
        .map_err(|source| DemoError::Damaged { path: path.clone(), source })?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&path).map_err(file("creating"))?;
    out.write_all(text.as_bytes()).map_err(file("writing"))?;
    out.sync_all().map_err(file("writing"))
}

/// Reads the credentials of a demo.
pub(crate) fn kept(data: &Path) -> Result<Vec<Credential>, DemoError> {
    let path = path(data);
    let text = std::fs::read_to_string(&path).map_err(|source| DemoError::File {
        doing: "reading",
        path: path.clone(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| DemoError::Damaged { path, source })
}

/// Whether a data directory holds the credentials of a demo; only [`keep`] puts them there.
pub(crate) fn are_kept(data: &Path) -> bool {
    path(data).is_file()
}
