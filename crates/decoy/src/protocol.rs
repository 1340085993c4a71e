//! The protocols, one file each, behind two small traits.

mod dns;
mod ftp;
mod ssh;
mod tcp;
mod telnet;
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
    /// How it travels.
    pub transport: Transport,
    /// The port it usually has.
    pub port: u16,
    /// Makes it.
    pub make: fn() -> Ready,
}

/// All protocols, by name. One line each.
pub const NAMES: &[Known] = &[
    Known { name: "tcp", transport: Transport::Tcp, port: 0, make: || Ready::Tcp(Arc::new(tcp::Silent)) },
    Known { name: "ssh", transport: Transport::Tcp, port: 22, make: || Ready::Tcp(Arc::new(ssh::Ssh)) },
    Known { name: "telnet", transport: Transport::Tcp, port: 23, make: || Ready::Tcp(Arc::new(telnet::Telnet)) },
    Known { name: "ftp", transport: Transport::Tcp, port: 21, make: || Ready::Tcp(Arc::new(ftp::Ftp)) },
    Known { name: "vnc", transport: Transport::Tcp, port: 5900, make: || Ready::Tcp(Arc::new(vnc::Vnc)) },
    Known { name: "dns", transport: Transport::Udp, port: 53, make: || Ready::Udp(Arc::new(dns::Dns)) },
];

/// Entries of the fuzz targets: what reads a visitor's bytes, one for each protocol.
#[doc(hidden)]
pub mod fuzzing {
    pub use super::dns::fuzz as dns;
    pub use super::ftp::fuzz as ftp;
    pub use super::ssh::fuzz as ssh;
    pub use super::telnet::fuzz as telnet;
    pub use super::vnc::fuzz as vnc;
}

/// The protocol of a name.
#[must_use]
pub fn known(name: &str) -> Option<&'static Known> {
    NAMES.iter().find(|known| known.name == name)
}
