//! Everything a stream server starts from, in one folder: keys, tokens, a configuration.

use crate::trust::{IssuerFile, TrustError, new_key, seed_of, token, user};
use hakutaku_model::time::Ts;
use nkeys::KeyPairType;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// The folder; made if it is not there. Nothing in it is overwritten.
    pub folder: PathBuf,
    /// Address and port the stream server listens on.
    pub listen: String,
    /// Where it keeps the stream.
    pub store: PathBuf,
    /// How much of the disk it may take, in gibibytes.
    pub gibibytes: u32,
    /// Certificate and key (PEM), for every address that is not loopback.
    pub tls: Option<(PathBuf, PathBuf)>,
}

/// Why a folder could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A file is there already, or the disk refuses.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// No key.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// The files of the folder that others need.
#[derive(Debug, Clone)]
pub struct Made {
    /// For `nats-server --config`.
    pub configuration: PathBuf,
    /// For `hakutaku serve --events-credentials`.
    pub credentials: PathBuf,
    /// For `hakutaku serve --events-issuer`.
    pub issuer: PathBuf,
    /// To be put away: with them, all others can be made anew.
    pub seeds: PathBuf,
}

fn limits() -> Value {
    json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1,
        "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
    })
}

fn account(signing_keys: &[String], stores: bool) -> Value {
    let mut limits = limits();
    if !stores {
        for name in ["mem_storage", "disk_storage", "streams", "consumer"] {
            limits[name] = 0.into();
        }
    }
    json!({
        "type": "account", "version": 2, "limits": limits, "signing_keys": signing_keys,
        "default_permissions": { "pub": {}, "sub": {} },
    })
}

/// Makes the folder.
///
/// # Errors
/// If one of the files is there already (nothing that is in use is overwritten) or cannot be written.
pub fn make(wishes: &Wishes, now: Ts) -> Result<Made, SetupError> {
    let folder = &wishes.folder;
    fs::create_dir_all(folder).map_err(|source| SetupError::Io { path: folder.display().to_string(), source })?;
    let folder =
        &fs::canonicalize(folder).map_err(|source| SetupError::Io { path: folder.display().to_string(), source })?;
    let (operator, system) = (new_key(KeyPairType::Operator)?, new_key(KeyPairType::Account)?);
    let (region, signing) = (new_key(KeyPairType::Account)?, new_key(KeyPairType::Account)?);
    let centre = new_key(KeyPairType::User)?;

    let vouching = json!({ "type": "operator", "version": 2, "system_account": system.public_key() });
    let operator_token = token(&operator, &operator.public_key(), "hakutaku", None, vouching, now)?;
    let system_token = token(&operator, &system.public_key(), "SYS", None, account(&[], false), now)?;
    let region_account = account(&[signing.public_key()], true);
    let region_token = token(&operator, &region.public_key(), "region", None, region_account, now)?;
    let all = user(&[">"], &[">"], &region.public_key());
    let centre_token = token(&signing, &centre.public_key(), "centre", None, all, now)?;

    let made = Made {
        configuration: folder.join("nats-server.conf"),
        credentials: folder.join("centre.creds"),
        issuer: folder.join("issuer.json"),
        seeds: folder.join("seeds.json"),
    };
    let issuer = IssuerFile { account: region.public_key(), signing_seed: seed_of(&signing)? };
    let seeds = json!({
        "note": "Keep on paper or on a stick, away from the servers. Whoever has these can make any pass.",
        "operator": seed_of(&operator)?, "system_account": seed_of(&system)?, "region_account": seed_of(&region)?,
    });
    let preload = [(system.public_key(), system_token), (region.public_key(), region_token)];
    write(&made.seeds, &serde_json::to_vec_pretty(&seeds).unwrap_or_default(), true)?;
    write(&made.issuer, &serde_json::to_vec_pretty(&issuer).unwrap_or_default(), true)?;
    write(&made.credentials, credentials(&centre_token, &seed_of(&centre)?).as_bytes(), true)?;
    write(&folder.join("operator.jwt"), operator_token.as_bytes(), false)?;
    write(&made.configuration, configuration(wishes, folder, &system.public_key(), &preload).as_bytes(), false)?;
    Ok(made)
}

/// A `.creds` file as all clients of NATS read it.
fn credentials(token: &str, seed: &str) -> String {
    format!(
        "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
}

fn configuration(wishes: &Wishes, folder: &Path, system: &str, preload: &[(String, String)]) -> String {
    let mut out = String::from(
        "# Stream server of a region. Written by `hakutaku events setup`; nats-server 2.9 or later.\n\
         # Of three servers each has its own server_name, and the same keys (operator, resolver_preload).\n",
    );
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    line("server_name: hakutaku-1".to_owned());
    line(format!("listen: {:?}", wishes.listen));
    line("max_payload: 1MB".to_owned());
    line(format!("operator: {:?}", folder.join("operator.jwt").display().to_string()));
    line(format!("system_account: {system}"));
    line("resolver: MEMORY".to_owned());
    line("resolver_preload: {".to_owned());
    for (key, token) in preload {
        line(format!("  {key}: {token}"));
    }
    line("}".to_owned());
    line("jetstream: {".to_owned());
    line(format!("  store_dir: {:?}", wishes.store.display().to_string()));
    line(format!("  max_file_store: {}GB", wishes.gibibytes));
    line("  max_memory_store: 64MB".to_owned());
    line("}".to_owned());
    match &wishes.tls {
        Some((certificate, key)) => {
            line("tls: {".to_owned());
            line(format!("  cert_file: {:?}", certificate.display().to_string()));
            line(format!("  key_file: {:?}", key.display().to_string()));
            line("}".to_owned());
        }
        None => line(
            "# Sensors come by tls:// unless this is their own machine:\n# tls: { cert_file: \"…\", key_file: \"…\" }"
                .to_owned(),
        ),
    }
    line(
        "# Three servers, so that one may fail (then `hakutaku serve --events-replicas 3`):\n\
         # cluster: { name: region, listen: \"0.0.0.0:6222\", routes: [ \"nats://nats-2:6222\", \"nats://nats-3:6222\" ] }"
            .to_owned(),
    );
    out
}

fn write(path: &Path, bytes: &[u8], private: bool) -> Result<(), SetupError> {
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(if private { 0o600 } else { 0o644 })
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(|source| SetupError::Io { path: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_folder_is_made_once_and_its_secrets_are_private() {
        let place = tempfile::tempdir().expect("a folder");
        let wishes = Wishes {
            folder: place.path().join("events"),
            listen: "127.0.0.1:4222".to_owned(),
            store: place.path().join("stream"),
            gibibytes: 1,
            tls: None,
        };
        let made = make(&wishes, Ts::from_micros(0)).expect("made");
        for path in [&made.credentials, &made.issuer, &made.seeds] {
            let mode = fs::metadata(path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        }
        crate::Issuer::read(&made.issuer).expect("an issuer");
        let before = fs::read(&made.seeds).expect("read");
        assert!(make(&wishes, Ts::from_micros(0)).is_err(), "a second set of keys would lock everybody out");
        assert_eq!(fs::read(&made.seeds).expect("read"), before);
    }
}
