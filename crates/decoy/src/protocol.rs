//! The protocols, one file each, behind two small traits.

mod bacnet;
mod building;
mod dicom;
mod dns;
mod fhir;
mod ftp;
mod hl7;
mod http;
mod ipp;
mod jetdirect;
mod modbus;
mod mssql;
mod mysql;
mod ntlm;
mod ntp;
mod octets;
mod postgresql;
mod rdp;
mod sip;
mod smb;
mod snmp;
mod spnego;
mod ssh;
mod tcp;
mod telnet;
mod tftp;
mod vnc;

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
    /// The port it usually has.
    pub port: u16,
    /// How it travels, and what makes it.
    make: Make,
}

enum Make {
    Tcp(fn() -> Arc<dyn Decoy>),
    Udp(fn() -> Arc<dyn Responder>),
}

impl Known {
    /// How it travels.
    #[must_use]
    pub fn transport(&self) -> Transport {
        match self.make {
            Make::Tcp(_) => Transport::Tcp,
            Make::Udp(_) => Transport::Udp,
        }
    }

    /// Makes it.
    #[must_use]
    pub fn make(&self) -> Ready {
        match self.make {
            Make::Tcp(make) => Ready::Tcp(make()),
            Make::Udp(make) => Ready::Udp(make()),
        }
    }
}

const fn tcp(name: &'static str, port: u16, make: fn() -> Arc<dyn Decoy>) -> Known {
    Known { name, port, make: Make::Tcp(make) }
}

const fn udp(name: &'static str, port: u16, make: fn() -> Arc<dyn Responder>) -> Known {
    Known { name, port, make: Make::Udp(make) }
}

/// All protocols, by name. One line each.
pub const NAMES: &[Known] = &[
    udp("bacnet", 47808, || Arc::new(bacnet::Field)),
    tcp("dicom", 104, || Arc::new(dicom::Archive)),
    udp("dns", 53, || Arc::new(dns::Dns)),
    tcp("fhir", 8080, || Arc::new(fhir::Fhir)),
    tcp("ftp", 21, || Arc::new(ftp::Ftp)),
    tcp("hl7", 2575, || Arc::new(hl7::Gateway)),
    tcp("http", 80, || Arc::new(http::Pages { tls: http::Tls::Never })),
    tcp("https", 443, || Arc::new(http::Pages { tls: http::Tls::Always })),
    tcp("ipp", 631, || Arc::new(ipp::Ipp)),
    tcp("jetdirect", 9100, || Arc::new(jetdirect::Jetdirect)),
    tcp("modbus", 502, || Arc::new(modbus::Plc)),
    tcp("mssql", 1433, || Arc::new(mssql::Database)),
    tcp("mysql", 3306, || Arc::new(mysql::Database)),
    udp("ntp", 123, || Arc::new(ntp::Clock)),
    tcp("postgresql", 5432, || Arc::new(postgresql::Database)),
    tcp("rdp", 3389, || Arc::new(rdp::Terminal)),
    udp("sip", 5060, || Arc::new(sip::Exchange)),
    tcp("sip-tcp", 5060, || Arc::new(sip::Line)),
    tcp("smb", 445, || Arc::new(smb::FileServer)),
    udp("snmp", 161, || Arc::new(snmp::Snmp)),
    tcp("ssh", 22, || Arc::new(ssh::Ssh)),
    tcp("tcp", 0, || Arc::new(tcp::Silent)),
    tcp("telnet", 23, || Arc::new(telnet::Telnet)),
    udp("tftp", 69, || Arc::new(tftp::Files)),
    tcp("vnc", 5900, || Arc::new(vnc::Vnc)),
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
        ("bacnet", super::bacnet::fuzz),
        ("dicom", super::dicom::fuzz),
        ("dns", super::dns::fuzz),
        ("fhir", super::fhir::fuzz),
        ("ftp", super::ftp::fuzz),
        ("hl7", super::hl7::fuzz),
        ("http", super::http::fuzz),
        ("ipp", super::ipp::fuzz),
        ("jetdirect", super::jetdirect::fuzz),
        ("modbus", super::modbus::fuzz),
        ("mssql", super::mssql::fuzz),
        ("mysql", super::mysql::fuzz),
        ("ntlm", super::spnego::fuzz),
        ("ntp", super::ntp::fuzz),
        ("postgresql", super::postgresql::fuzz),
        ("rdp", super::rdp::fuzz),
        ("sip", super::sip::fuzz),
        ("smb", super::smb::fuzz),
        ("snmp", super::snmp::fuzz),
        ("ssh", super::ssh::fuzz),
        ("telnet", super::telnet::fuzz),
        ("tftp", super::tftp::fuzz),
        ("vnc", super::vnc::fuzz),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_in_order_and_once() {
        assert!(NAMES.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    proptest! {
        #[test]
        fn no_parser_stumbles_over_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            for (_, parse) in fuzzing::ALL {
                parse(&bytes);
            }
        }
    }
}
