//! Certificates of pretended machines: one self-signed certificate per machine, kept so that a restart does not change it.

use crate::keys::write_whole;
use crate::persona::Identity;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// The certificates of a sensor's machines.
pub struct Certificates {
    folder: PathBuf,
    known: Mutex<HashMap<String, Arc<Machine>>>,
}

/// One machine's certificate.
pub struct Machine {
    /// For a TLS acceptor: versions 1.2 and 1.3.
    pub config: Arc<ServerConfig>,
    /// The certificate, DER.
    pub certificate: CertificateDer<'static>,
}

impl Certificates {
    /// Kept in this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, known: Mutex::default() }
    }

    /// The certificate of a machine, made at its first use.
    ///
    /// # Errors
    /// If it can be neither read nor made.
    pub fn of(&self, identity: &Identity) -> io::Result<Arc<Machine>> {
        let name = format!("{}-{}", identity.host, hex::encode(&identity.derive("certificate")[..4]));
        let mut known = self.known.lock().map_err(|_| io::Error::other("certificates are locked"))?;
        if let Some(machine) = known.get(&name) {
            return Ok(machine.clone());
        }
        let path = self.folder.join(format!("{name}.pem"));
        let pem = match std::fs::read(&path) {
            Ok(pem) => pem,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let pem = make(identity)?.into_bytes();
                std::fs::create_dir_all(&self.folder)?;
                write_whole(&path, &pem, true)?;
                pem
            }
            Err(error) => return Err(error),
        };
        let machine = Arc::new(read(&pem)?);
        known.insert(name, machine.clone());
        Ok(machine)
    }
}

fn make(identity: &Identity) -> io::Result<String> {
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, identity.fqdn());
    params.distinguished_name = name;
    params.subject_alt_names = vec![
        SanType::DnsName(identity.fqdn().try_into().map_err(io::Error::other)?),
        SanType::IpAddress(identity.address),
    ];
    // Installed some time ago, for ten years, as such machines are.
    let year = i32::try_from(identity.number("certificate-year", 2019, 2024)).unwrap_or(2022);
    let month = u8::try_from(identity.number("certificate-month", 1, 12)).unwrap_or(1);
    let day = u8::try_from(identity.number("certificate-day", 1, 28)).unwrap_or(1);
    params.not_before = rcgen::date_time_ymd(year, month, day);
    params.not_after = rcgen::date_time_ymd(year + 10, month, day);
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = params.self_signed(&key).map_err(io::Error::other)?;
    Ok(format!("{}{}", certificate.pem(), key.serialize_pem()))
}

fn read(pem: &[u8]) -> io::Result<Machine> {
    let certificate = CertificateDer::from_pem_slice(pem).map_err(io::Error::other)?;
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(io::Error::other)?;
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .map_err(io::Error::other)?;
    Ok(Machine { config: Arc::new(config), certificate })
}
