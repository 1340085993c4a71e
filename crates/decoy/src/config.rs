//! The sensor's one configuration file.
//!
//! ```toml
//! spool = "/var/lib/hakutaku-decoy"      # touches, keys and the enrolment
//! name = "Ward 3, spare PC"              # for people
//!
//! [[decoy]]
//! protocol = "ssh"
//! listen = "0.0.0.0:22"                  # or several: ["10.0.0.5:22", "10.0.0.6:22"]
//! persona = "linux-server"
//!
//! [[noise]]                              # our own scanner: still recorded, marked, no alarm
//! from = "10.0.0.9"                      # or "10.0.9.0/24"
//! reason = "monthly vulnerability scan"
//! until = "2027-03-31"
//! ```

mod centre;

pub use centre::Centre;

use crate::persona::Kind as PersonaKind;
use crate::protocol;
use crate::secret::Keep;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Largest configuration file, in bytes.
const LARGEST: u64 = 1024 * 1024;
/// Most decoys of one sensor.
const DECOYS: usize = 1024;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of touches, keys and the enrolment.
    #[serde(default = "default_spool")]
    pub spool: PathBuf,
    /// What people call this sensor.
    #[serde(default)]
    pub name: String,
    /// What is offered.
    #[serde(default)]
    pub decoy: Vec<Decoy>,
    /// Who may touch without alarm.
    #[serde(default)]
    pub noise: Vec<Noise>,
    /// What exists only to be found.
    #[serde(default)]
    pub token: Vec<Token>,
    /// The detector of packets to ports where nothing listens.
    #[serde(default)]
    pub scan: Scan,
    /// What is kept of passwords.
    #[serde(default)]
    pub secrets: Secrets,
    /// Limits; the defaults suit a small box.
    #[serde(default)]
    pub limits: Limits,
    /// Where touches are sent; nothing means that they stay in the spool.
    #[serde(default)]
    pub centre: Centre,
    /// Address of the sensor's own figures (`/metrics`, Prometheus text), such as `127.0.0.1:9464`. Off by default.
    #[serde(default)]
    pub metrics: Option<SocketAddr>,
}

/// `hakutaku-decoy` in the working directory, as `hakutaku serve` keeps its data in `hakutaku-data`.
#[must_use]
pub fn default_spool() -> PathBuf {
    PathBuf::from("hakutaku-decoy")
}

/// One decoy: a protocol on one or several addresses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decoy {
    /// One of [`protocol::NAMES`].
    pub protocol: String,
    /// Address and port, or several.
    pub listen: Listen,
    /// What it pretends to be.
    pub persona: PersonaKind,
}

/// One address or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Listen {
    /// One.
    One(SocketAddr),
    /// Several.
    Many(Vec<SocketAddr>),
}

impl Listen {
    /// All of them.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A source that is expected to touch.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// Address, or network as `10.0.9.0/24`.
    pub from: String,
    /// Why; for people.
    pub reason: String,
    /// The last day it holds (Japan's calendar).
    pub until: jiff::civil::Date,
}

/// A token of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// What people call it; written into the touch.
    pub name: String,
    /// Which kind.
    pub kind: TokenKind,
    /// `credential`: `user:password`. `url`: the path, such as `/backup/keys.zip`. `dns`: the name. `document`: the path
    /// that the document asks for when it is opened.
    pub value: String,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// A user name and password planted somewhere.
    Credential,
    /// An address of a web decoy.
    Url,
    /// A name asked of the DNS decoy.
    Dns,
    /// A document that asks a web decoy for something when opened.
    Document,
}

/// The port-scan detector.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scan {
    /// Whether it runs. Needs the right to read raw packets (`CAP_NET_RAW`).
    pub enabled: bool,
    /// Ports at which other programs of this machine really listen.
    pub ignore_ports: Vec<u16>,
    /// How many different ports within ten seconds make a scan rather than single knocks.
    pub ports: usize,
}

impl Default for Scan {
    fn default() -> Self {
        Self { enabled: false, ignore_ports: Vec::new(), ports: 5 }
    }
}

/// What is kept of passwords.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Secrets {
    /// `hash` (default) or `clear`.
    pub keep: Keep,
}

/// Limits of one sensor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections held at once, all decoys together.
    pub connections: usize,
    /// Of one decoy address.
    pub per_decoy: usize,
    /// A visitor that says nothing for so long is let go, in seconds.
    pub idle_seconds: u64,
    /// A visit ends after so long whatever happens, in seconds.
    pub visit_seconds: u64,
    /// A visit ends after so many bytes from the visitor.
    pub visit_bytes: u64,
    /// A visitor who is still there without a touch after so long gets one, so that the centre need not wait for the end.
    pub settle_seconds: u64,
    /// Largest spool on disk, in mebibytes. Parts the centre has are deleted first.
    pub spool_mebibytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 12_000,
            per_decoy: 8_000,
            idle_seconds: 60,
            visit_seconds: 600,
            visit_bytes: 4 * 1024 * 1024,
            settle_seconds: 10,
            spool_mebibytes: 1024,
        }
    }
}

impl Limits {
    /// Idle time.
    #[must_use]
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }
    /// Longest visit.
    #[must_use]
    pub fn visit(&self) -> Duration {
        Duration::from_secs(self.visit_seconds)
    }
    /// Until an untouched visit is written down.
    #[must_use]
    pub fn settle(&self) -> Duration {
        Duration::from_secs(self.settle_seconds)
    }
}

/// What is wrong with a configuration, one sentence a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Wrong(pub Vec<String>);

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Says everything that is wrong, with line numbers where the file cannot be parsed.
    pub fn read(path: &Path) -> Result<Self, Wrong> {
        let say = |reason: String| Wrong(vec![format!("{}: {reason}", path.display())]);
        let size = std::fs::metadata(path).map_err(|error| say(error.to_string()))?.len();
        if size > LARGEST {
            return Err(say(format!("the file has {size} bytes, more than {LARGEST}")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| say(error.to_string()))?;
        Self::parse(&text).map_err(|Wrong(lines)| {
            Wrong(lines.into_iter().map(|line| format!("{}: {line}", path.display())).collect())
        })
    }

    /// Parses and checks a text.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            Wrong(vec![format!("line {line}: {}", error.message())])
        })?;
        let problems = config.problems();
        if problems.is_empty() { Ok(config) } else { Err(Wrong(problems)) }
    }

    fn problems(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.decoy.is_empty() && !self.scan.enabled {
            out.push("no [[decoy]] and no [scan]: the sensor would watch nothing".to_owned());
        }
        if self.decoy.iter().map(|decoy| decoy.listen.addresses().len()).sum::<usize>() > DECOYS {
            out.push(format!("more than {DECOYS} addresses to listen on"));
        }
        let mut seen = std::collections::BTreeMap::new();
        for (index, decoy) in self.decoy.iter().enumerate() {
            let n = index + 1;
            let Some(known) = protocol::known(&decoy.protocol) else {
                let names: Vec<&str> = protocol::NAMES.iter().map(|known| known.name).collect();
                out.push(format!("decoy {n}: protocol {:?} is not one of {}", decoy.protocol, names.join(", ")));
                continue;
            };
            if decoy.listen.addresses().is_empty() {
                out.push(format!("decoy {n}: listen is empty"));
            }
            for address in decoy.listen.addresses() {
                if let Some(other) = seen.insert((*address, known.transport()), n)
                    && address.port() != 0
                {
                    out.push(format!("decoy {n}: {address} is already taken by decoy {other}"));
                }
            }
        }
        for (index, noise) in self.noise.iter().enumerate() {
            if Network::parse(&noise.from).is_none() {
                out.push(format!("noise {}: {:?} is neither an address nor a network", index + 1, noise.from));
            }
            if noise.reason.trim().is_empty() {
                out.push(format!("noise {}: a reason is needed", index + 1));
            }
        }
        for (index, token) in self.token.iter().enumerate() {
            let n = index + 1;
            if token.name.trim().is_empty() {
                out.push(format!("token {n}: a name is needed"));
            }
            match token.kind {
                TokenKind::Credential if !token.value.contains(':') => {
                    out.push(format!("token {n}: a credential is written user:password"));
                }
                TokenKind::Url | TokenKind::Document if !token.value.starts_with('/') => {
                    out.push(format!("token {n}: the path must begin with /"));
                }
                TokenKind::Dns if !token.value.contains('.') => {
                    out.push(format!("token {n}: a name such as files.example.jp is needed"));
                }
                _ => {}
            }
        }
        self.centre.problems(&mut out);
        let limits = &self.limits;
        for (name, value) in [
            ("connections", limits.connections as u64),
            ("per_decoy", limits.per_decoy as u64),
            ("idle_seconds", limits.idle_seconds),
            ("visit_seconds", limits.visit_seconds),
            ("visit_bytes", limits.visit_bytes),
            ("settle_seconds", limits.settle_seconds),
            ("spool_mebibytes", limits.spool_mebibytes),
        ] {
            if value == 0 {
                out.push(format!("limits.{name} must be at least 1"));
            }
        }
        out
    }

    /// The reason why touches from this address on this day are expected, if they are.
    #[must_use]
    pub fn noise_of(&self, address: IpAddr, today: jiff::civil::Date) -> Option<&str> {
        self.noise
            .iter()
            .find(|noise| {
                today <= noise.until && Network::parse(&noise.from).is_some_and(|network| network.holds(address))
            })
            .map(|noise| noise.reason.as_str())
    }
}

/// An address or a network of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

impl Network {
    /// `10.0.0.9`, `10.0.9.0/24`, `fd00::/8`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base.parse().ok()?, Some(bits.parse::<u8>().ok()?)),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { base, bits })
    }

    /// Whether the address belongs to it. IPv4 addresses in IPv6 clothing count as IPv4.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                (u32::from(base) ^ u32::from(other)).checked_shr(shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                (u128::from(base) ^ u128::from(other)).checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_is_enough() {
        let config = Config::parse(
            "spool = \"s\"\n[[decoy]]\nprotocol = \"tcp\"\nlisten = \"127.0.0.1:8080\"\npersona = \"linux-server\"\n",
        )
        .expect("valid");
        assert_eq!(config.decoy[0].listen.addresses().len(), 1);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = "spool = \"s\"\n[[decoy]]\nprotocol = \"tcp\"\nlisten = \"127.0.0.1:8080\"\npersona = \"nas\"\n[[decoy]]\nprotocol = \"gopher\"\nlisten = []\npersona = \"nas\"\n[[decoy]]\nprotocol = \"tcp\"\nlisten = \"127.0.0.1:8080\"\npersona = \"nas\"\n[[noise]]\nfrom = \"somewhere\"\nreason = \" \"\nuntil = \"2027-03-31\"\n[[token]]\nname = \"t\"\nkind = \"credential\"\nvalue = \"nobody\"\n";
        let Wrong(lines) = Config::parse(text).expect_err("wrong");
        let all = lines.join("\n");
        for part in ["gopher", "already taken by decoy 1", "somewhere", "a reason is needed", "user:password"] {
            assert!(all.contains(part), "{part} in {all}");
        }
    }

    #[test]
    fn a_typing_error_names_its_line() {
        let Wrong(lines) = Config::parse("spool = \"s\"\n\nlimit = 3\n").expect_err("wrong");
        assert!(lines[0].starts_with("line 3:"), "{lines:?}");
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let holds = |network: &str, address: &str| {
            Network::parse(network).expect("network").holds(address.parse().expect("address"))
        };
        assert!(holds("10.0.9.0/24", "10.0.9.255") && !holds("10.0.9.0/24", "10.0.10.0"));
        assert!(holds("10.0.0.9", "::ffff:10.0.0.9") && !holds("10.0.0.9", "10.0.0.8"));
        assert!(holds("0.0.0.0/0", "203.0.113.5") && holds("fd00::/8", "fdab::1") && !holds("fd00::/8", "fe80::1"));
        assert!(Network::parse("10.0.0.0/33").is_none());
    }

    #[test]
    fn declared_noise_ends_after_its_last_day() {
        let text = "spool = \"s\"\n[scan]\nenabled = true\n[[noise]]\nfrom = \"10.0.9.0/24\"\nreason = \"scan\"\nuntil = \"2027-03-31\"\n";
        let config = Config::parse(text).expect("valid");
        let from = "10.0.9.7".parse().expect("address");
        assert_eq!(config.noise_of(from, jiff::civil::date(2027, 3, 31)), Some("scan"));
        assert_eq!(config.noise_of(from, jiff::civil::date(2027, 4, 1)), None);
    }
}
