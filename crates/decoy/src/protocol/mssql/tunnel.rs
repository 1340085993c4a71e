//! TLS inside TDS (MS-TDS 3.3.5.2): the handshake travels in PRELOGIN packets, everything after it as plain TLS records.

use super::{PRELOGIN, packet};
use crate::protocol::octets::from;
use crate::wire::{Wire, exact};
use rustls::{ServerConfig, ServerConnection};
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;

/// Longest packet of a handshake, and longest record.
const LONGEST: usize = 20 * 1024;
/// Packets of a handshake.
const PACKETS: usize = 32;

/// The server's end.
pub(super) struct Tunnel {
    tls: ServerConnection,
}

fn broken(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

impl Tunnel {
    /// Shakes hands. TLS 1.2 only, as before TDS 8.
    ///
    /// # Errors
    /// If the client does otherwise.
    pub(super) async fn open(wire: &mut Wire, machine: &ServerConfig) -> io::Result<Self> {
        let config = ServerConfig::builder_with_provider(machine.crypto_provider().clone())
            .with_protocol_versions(&[&rustls::version::TLS12])
            .map_err(broken)?
            .with_no_client_auth()
            .with_cert_resolver(machine.cert_resolver.clone());
        let mut tunnel = Self { tls: ServerConnection::new(Arc::new(config)).map_err(broken)? };
        for _ in 0..PACKETS {
            let head = exact(wire, 8, 8).await?;
            let length = usize::from(from(&head, 2).u16().unwrap_or(0));
            if head.first() != Some(&PRELOGIN) || length < 8 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let data = exact(wire, length - 8, LONGEST).await?;
            let fed = tunnel.feed(&data);
            let out = tunnel.outgoing()?;
            if !out.is_empty() {
                // The whole flight in one packet: it is below 4 kB, the size of packets before sign-in.
                wire.write_all(&packet(PRELOGIN, 0, &out)).await?;
            }
            fed?;
            if !tunnel.tls.is_handshaking() {
                return Ok(tunnel);
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }

    fn feed(&mut self, mut data: &[u8]) -> io::Result<()> {
        while !data.is_empty() {
            if self.tls.read_tls(&mut data)? == 0 {
                break;
            }
            self.tls.process_new_packets().map_err(broken)?;
        }
        Ok(())
    }

    fn outgoing(&mut self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut out)?;
        }
        Ok(out)
    }

    /// Reads exactly so many bytes of what was encrypted.
    ///
    /// # Errors
    /// As [`crate::wire::exact`].
    pub(super) async fn exact(&mut self, wire: &mut Wire, count: usize, most: usize) -> io::Result<Vec<u8>> {
        if count > most {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut out = vec![0; count];
        let mut have = 0;
        while have < count {
            match self.tls.reader().read(out.get_mut(have..).unwrap_or_default()) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(more) => have += more,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let head = exact(wire, 5, 5).await?;
                    let body = exact(wire, usize::from(from(&head, 3).u16().unwrap_or(0)), LONGEST).await?;
                    self.feed(&head)?;
                    self.feed(&body)?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(out)
    }

    /// Sends encrypted.
    ///
    /// # Errors
    /// If the connection broke.
    pub(super) async fn send(&mut self, wire: &mut Wire, bytes: &[u8]) -> io::Result<()> {
        self.tls.writer().write_all(bytes)?;
        let out = self.outgoing()?;
        wire.write_all(&out).await
    }
}
