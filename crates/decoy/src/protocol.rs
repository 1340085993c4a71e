//! The protocols, one file each, behind two small traits.

mod bacnet;
mod building;
mod dicom;
mod fhir;
mod hl7;
mod http;
mod ipp;
mod jetdirect;
mod modbus;
mod ntp;
mod octets;
mod sip;
mod snmp;
mod bytes;
mod mssql;
mod mysql;
mod ntlm;
mod postgresql;
mod rdp;
mod smb;
mod spnego;
mod tcp;
mod tftp;

use crate::visit::Visit;
use crate::wire::Wire;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

/// What serving a visitor gives back.
pub type Serving<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A protocol over connections.
///
/// It reads from the wire, calls [`Visit::reached`] as the visitor gets further, and [`Visit::touch`] or
/// [`Visit::sign_in`] *before* it answers something that is a touch of its own. A visit that ends without a touch gets
/// one from outside, by what it reached. Errors only end the visit.
///
/// No state may grow with what a visitor sends; lengths are checked before reading ([`crate::wire::exact`]).
pub trait Decoy: Send + Sync {
    /// Talks to one visitor until they leave.
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>>;

    /// Whether a visit costs much processor time (key exchanges): such visits run beside the others, not among them.
    fn is_heavy(&self) -> bool {
        false
    }
}

/// A protocol over datagrams: one datagram, one touch, at most one answer.
pub trait Responder: Send + Sync {
    /// Looks at a datagram and says what to answer. The touch is on disk before the answer leaves. Answers are never
    /// much longer than what was asked, so that nobody can use the decoy to flood others.
    fn answer<'a>(&'a self, visit: &'a Visit, datagram: &'a [u8]) -> Serving<'a, Option<Vec<u8>>>;
}

/// How a protocol travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// Connections.
    Tcp,
    /// Datagrams.
    Udp,
}

/// A protocol ready to serve.
#[derive(Clone)]
pub enum Ready {
    /// Over connections.
    Tcp(Arc<dyn Decoy>),
    /// Over datagrams.
    Udp(Arc<dyn Responder>),
}

/// A protocol by its name.
pub struct Known {
    /// As written in the configuration.
    pub name: &'static str,
    /// How it travels.
    pub transport: Transport,
    /// The port it usually has.
    pub port: u16,
    /// Makes it.
    pub make: fn() -> Ready,
}

/// All protocols, by name. One line each.
pub const NAMES: &[Known] = &[
    Known { name: "fhir", transport: Transport::Tcp, port: 8080, make: || Ready::Tcp(Arc::new(fhir::Fhir)) },
    Known {
        name: "http",
        transport: Transport::Tcp,
        port: 80,
        make: || Ready::Tcp(Arc::new(http::Pages { tls: http::Tls::Never })),
    },
    Known {
        name: "https",
        transport: Transport::Tcp,
        port: 443,
        make: || Ready::Tcp(Arc::new(http::Pages { tls: http::Tls::Always })),
    },
    Known { name: "ipp", transport: Transport::Tcp, port: 631, make: || Ready::Tcp(Arc::new(ipp::Ipp)) },
    Known {
        name: "jetdirect",
        transport: Transport::Tcp,
        port: 9100,
        make: || Ready::Tcp(Arc::new(jetdirect::Jetdirect)),
    },
    Known { name: "snmp", transport: Transport::Udp, port: 161, make: || Ready::Udp(Arc::new(snmp::Snmp)) },
    Known { name: "tcp", transport: Transport::Tcp, port: 0, make: || Ready::Tcp(Arc::new(tcp::Silent)) },
    Known { name: "bacnet", transport: Transport::Udp, port: 47808, make: || Ready::Udp(Arc::new(bacnet::Field)) },
    Known { name: "dicom", transport: Transport::Tcp, port: 104, make: || Ready::Tcp(Arc::new(dicom::Archive)) },
    Known { name: "hl7", transport: Transport::Tcp, port: 2575, make: || Ready::Tcp(Arc::new(hl7::Gateway)) },
    Known { name: "modbus", transport: Transport::Tcp, port: 502, make: || Ready::Tcp(Arc::new(modbus::Plc)) },
    Known { name: "ntp", transport: Transport::Udp, port: 123, make: || Ready::Udp(Arc::new(ntp::Clock)) },
    Known { name: "sip", transport: Transport::Udp, port: 5060, make: || Ready::Udp(Arc::new(sip::Exchange)) },
    Known { name: "sip-tcp", transport: Transport::Tcp, port: 5060, make: || Ready::Tcp(Arc::new(sip::Line)) },
    Known { name: "tftp", transport: Transport::Udp, port: 69, make: || Ready::Udp(Arc::new(tftp::Files)) },
    Known { name: "tcp", transport: Transport::Tcp, port: 0, make: || Ready::Tcp(Arc::new(tcp::Silent)) },
    Known { name: "smb", transport: Transport::Tcp, port: 445, make: || Ready::Tcp(Arc::new(smb::FileServer)) },
    Known { name: "rdp", transport: Transport::Tcp, port: 3389, make: || Ready::Tcp(Arc::new(rdp::Terminal)) },
    Known { name: "mssql", transport: Transport::Tcp, port: 1433, make: || Ready::Tcp(Arc::new(mssql::Database)) },
    Known {
        name: "postgresql",
        transport: Transport::Tcp,
        port: 5432,
        make: || Ready::Tcp(Arc::new(postgresql::Database)),
    },
    Known { name: "mysql", transport: Transport::Tcp, port: 3306, make: || Ready::Tcp(Arc::new(mysql::Database)) },
];

/// The protocol of a name.
#[must_use]
pub fn known(name: &str) -> Option<&'static Known> {
    NAMES.iter().find(|known| known.name == name)
}

/// Entries for fuzzing: each runs all parsers of a protocol over some bytes.
#[doc(hidden)]
pub mod fuzzing {
    /// A protocol's parsers.
    pub type Entry = fn(&[u8]);

    /// All of them, by name.
    pub const ALL: &[(&str, Entry)] = &[
        ("http", super::http::fuzz),
        ("ipp", super::ipp::fuzz),
        ("jetdirect", super::jetdirect::fuzz),
        ("snmp", super::snmp::fuzz),
        ("bacnet", super::bacnet::fuzz),
        ("dicom", super::dicom::fuzz),
        ("hl7", super::hl7::fuzz),
        ("modbus", super::modbus::fuzz),
        ("ntp", super::ntp::fuzz),
        ("sip", super::sip::fuzz),
        ("tftp", super::tftp::fuzz),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_parser_stumbles_over_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            for (_, parse) in fuzzing::ALL {
                parse(&bytes);
            }
        }
/// The parsers of all protocols, for the fuzzer: any bytes, no panic.
#[doc(hidden)]
pub mod fuzzing {
    /// SMB.
    pub fn smb(bytes: &[u8]) {
        super::smb::fuzz(bytes);
    }
    /// RDP.
    pub fn rdp(bytes: &[u8]) {
        super::rdp::fuzz(bytes);
    }
    /// MS SQL.
    pub fn mssql(bytes: &[u8]) {
        super::mssql::fuzz(bytes);
    }
    /// PostgreSQL.
    pub fn postgresql(bytes: &[u8]) {
        super::postgresql::fuzz(bytes);
    }
    /// MySQL.
    pub fn mysql(bytes: &[u8]) {
        super::mysql::fuzz(bytes);
    }
}
