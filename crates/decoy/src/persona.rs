//! What a decoy pretends to be. One address is one machine: its names, versions, keys and identifiers agree over all its
//! protocols and differ from sensor to sensor, because all are derived from the sensor's seed and the address.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;

/// The kinds of machines of a hospital that are worth pretending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A Windows server: files, accounts.
    WindowsServer,
    /// A terminal of the electronic medical record.
    WindowsTerminal,
    /// A Linux server.
    LinuxServer,
    /// Storage on the network.
    Nas,
    /// The picture archive.
    Pacs,
    /// A device that makes pictures: CT, ultrasound.
    Modality,
    /// The gateway between departments' systems.
    Gateway,
    /// The way in from outside.
    Vpn,
    /// A printer.
    Printer,
    /// A camera.
    Camera,
    /// Air, power and doors of the building.
    Building,
    /// A database server.
    Database,
    /// The telephone exchange.
    Telephone,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::WindowsServer,
        Self::WindowsTerminal,
        Self::LinuxServer,
        Self::Nas,
        Self::Pacs,
        Self::Modality,
        Self::Gateway,
        Self::Vpn,
        Self::Printer,
        Self::Camera,
        Self::Building,
        Self::Database,
        Self::Telephone,
    ];

    /// As written in the configuration.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::WindowsServer => "windows-server",
            Self::WindowsTerminal => "windows-terminal",
            Self::LinuxServer => "linux-server",
            Self::Nas => "nas",
            Self::Pacs => "pacs",
            Self::Modality => "modality",
            Self::Gateway => "gateway",
            Self::Vpn => "vpn",
            Self::Printer => "printer",
            Self::Camera => "camera",
            Self::Building => "building",
            Self::Database => "database",
            Self::Telephone => "telephone",
        }
    }

    /// Beginnings of the machine's name.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::WindowsServer => &["SV-FILE", "FILESV", "AD-SUB"],
            Self::WindowsTerminal => &["EMR-", "KARTE", "HIS-T"],
            Self::LinuxServer => &["srv-app", "web-int", "batch"],
            Self::Nas => &["nas", "backup-nas", "storage"],
            Self::Pacs => &["pacs", "pacs-arc", "dicom"],
            Self::Modality => &["ct", "us", "cr"],
            Self::Gateway => &["gw-hl7", "renkei", "ssmix"],
            Self::Vpn => &["rmt-gw", "vpn", "remote"],
            Self::Printer => &["prn", "mfp", "lbp"],
            Self::Camera => &["cam", "ipcam"],
            Self::Building => &["bems", "plc", "ahu"],
            Self::Database => &["db", "dbsv", "sql"],
            Self::Telephone => &["pbx", "sip"],
        }
    }

    /// Its operating system.
    fn systems(self) -> &'static [Os] {
        match self {
            Self::WindowsServer => &[Os::SERVER_2016, Os::SERVER_2019, Os::SERVER_2022],
            Self::WindowsTerminal => &[Os::WINDOWS_10_21H2, Os::WINDOWS_10_22H2],
            Self::Database => &[Os::SERVER_2016, Os::SERVER_2019],
            Self::Gateway | Self::Pacs => &[Os::SERVER_2016, Os::DEBIAN_11],
            Self::Modality => &[Os::WINDOWS_10_21H2],
            Self::LinuxServer => &[Os::DEBIAN_11, Os::DEBIAN_12, Os::UBUNTU_22],
            Self::Nas | Self::Vpn | Self::Telephone => &[Os::DEBIAN_11, Os::DEBIAN_12],
            Self::Printer | Self::Camera | Self::Building => &[Os::Embedded],
        }
    }
}

/// An operating system, as far as protocols betray it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    /// Windows: version as NTLM, SMB and RDP report it.
    Windows {
        /// Major version.
        major: u8,
        /// Minor version.
        minor: u8,
        /// Build number.
        build: u16,
        /// As people call it.
        name: &'static str,
    },
    /// A Linux distribution.
    Linux {
        /// `Debian`, `Ubuntu`.
        distribution: &'static str,
        /// OpenSSH's own identification, after `SSH-2.0-`.
        ssh: &'static str,
        /// Kernel release, as SNMP's sysDescr shows it.
        kernel: &'static str,
    },
    /// Firmware of a device.
    Embedded,
}

impl Os {
    const SERVER_2016: Self = Self::Windows { major: 10, minor: 0, build: 14393, name: "Windows Server 2016 Standard" };
    const SERVER_2019: Self = Self::Windows { major: 10, minor: 0, build: 17763, name: "Windows Server 2019 Standard" };
    const SERVER_2022: Self = Self::Windows { major: 10, minor: 0, build: 20348, name: "Windows Server 2022 Standard" };
    const WINDOWS_10_21H2: Self = Self::Windows { major: 10, minor: 0, build: 19044, name: "Windows 10 Pro" };
    const WINDOWS_10_22H2: Self = Self::Windows { major: 10, minor: 0, build: 19045, name: "Windows 10 Pro" };
    const DEBIAN_11: Self =
        Self::Linux { distribution: "Debian", ssh: "OpenSSH_8.4p1 Debian-5+deb11u3", kernel: "5.10.0-28-amd64" };
    const DEBIAN_12: Self =
        Self::Linux { distribution: "Debian", ssh: "OpenSSH_9.2p1 Debian-2+deb12u3", kernel: "6.1.0-25-amd64" };
    const UBUNTU_22: Self =
        Self::Linux { distribution: "Ubuntu", ssh: "OpenSSH_8.9p1 Ubuntu-3ubuntu0.10", kernel: "5.15.0-118-generic" };

    /// Whether it is a Windows.
    #[must_use]
    pub fn is_windows(self) -> bool {
        matches!(self, Self::Windows { .. })
    }
}

/// One machine as it appears at one address.
#[derive(Debug, Clone)]
pub struct Identity {
    /// What it pretends to be.
    pub kind: Kind,
    /// The address it lives at.
    pub address: IpAddr,
    /// Its operating system.
    pub os: Os,
    /// Host name, at most 15 characters (a NetBIOS name's limit).
    pub host: String,
    /// NetBIOS name of the domain, the same for all machines of a sensor.
    pub domain: String,
    /// DNS name of the domain, the same for all machines of a sensor: `hosp-a3f1.local`.
    pub dns_domain: String,
    seed: [u8; 32],
}

impl Identity {
    /// The machine of this kind at this address of the sensor with this seed.
    #[must_use]
    pub fn new(site: &[u8; 32], kind: Kind, address: IpAddr) -> Self {
        let digest = |parts: &[&[u8]]| -> [u8; 32] {
            let mut sha = Sha256::new();
            for part in parts {
                sha.update((part.len() as u64).to_be_bytes());
                sha.update(part);
            }
            sha.finalize().into()
        };
        let seed = digest(&[site, b"machine", address.to_string().as_bytes(), kind.key().as_bytes()]);
        let of_site = digest(&[site, b"site"]);
        let label = hex::encode(&of_site[..2]);
        let mut machine = Self {
            kind,
            address,
            os: Os::Embedded,
            host: String::new(),
            domain: format!("HOSP{}", label.to_uppercase()),
            dns_domain: format!("hosp-{label}.local"),
            seed,
        };
        machine.os = *machine.pick("os", kind.systems());
        let start = *machine.pick("name", kind.names());
        let number = machine.number("number", 1, 49);
        machine.host = if machine.os.is_windows() {
            format!("{start}{number:02}").to_uppercase()
        } else {
            format!("{start}{number:02}")
        };
        machine
    }

    /// 32 bytes for a purpose: always the same for this machine, unlike any other machine's.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        Sha256::new().chain_update(self.seed).chain_update(purpose.as_bytes()).finalize().into()
    }

    /// One of several choices, always the same for this machine and purpose.
    ///
    /// # Panics
    /// If there is no choice.
    #[must_use]
    pub fn pick<'a, T>(&self, purpose: &str, choices: &'a [T]) -> &'a T {
        &choices[self.number(purpose, 0, choices.len() as u64 - 1) as usize]
    }

    /// A number from `from` to `to`, always the same for this machine and purpose.
    #[must_use]
    pub fn number(&self, purpose: &str, from: u64, to: u64) -> u64 {
        let bytes = self.derive(purpose);
        let value = bytes[..8].iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        from + value % (to - from + 1)
    }

    /// A version-4-shaped GUID for a purpose (SMB's server GUID, UPnP's UUID, …).
    #[must_use]
    pub fn guid(&self, purpose: &str) -> uuid::Uuid {
        let bytes = self.derive(purpose);
        uuid::Builder::from_random_bytes(bytes[..16].try_into().unwrap_or([0; 16])).into_uuid()
    }

    /// Host name with the domain: `nas07.hosp-a3f1.local`.
    #[must_use]
    pub fn fqdn(&self) -> String {
        format!("{}.{}", self.host.to_lowercase(), self.dns_domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> IpAddr {
        IpAddr::from([10, 0, 0, 5])
    }

    #[test]
    fn a_machine_is_the_same_after_a_restart_and_another_at_another_site() {
        let (a, again, b) = (
            Identity::new(&[1; 32], Kind::WindowsServer, address()),
            Identity::new(&[1; 32], Kind::WindowsServer, address()),
            Identity::new(&[2; 32], Kind::WindowsServer, address()),
        );
        assert_eq!((a.fqdn(), a.guid("smb")), (again.fqdn(), again.guid("smb")));
        assert_ne!(a.guid("smb"), b.guid("smb"));
        assert_ne!(a.dns_domain, b.dns_domain);
    }

    #[test]
    fn machines_of_one_site_share_the_domain() {
        let a = Identity::new(&[1; 32], Kind::Pacs, address());
        let b = Identity::new(&[1; 32], Kind::Nas, IpAddr::from([10, 0, 0, 6]));
        assert_eq!(a.domain, b.domain);
        assert_ne!(a.derive("x"), b.derive("x"));
    }

    #[test]
    fn every_kind_has_a_name_that_fits_a_netbios_field_and_reads_back() {
        for kind in Kind::ALL {
            for site in 0..50 {
                let host = Identity::new(&[site; 32], kind, address()).host;
                assert!((3..=15).contains(&host.len()), "{host}");
            }
            let read: Kind = serde_json::from_value(kind.key().into()).expect("reads");
            assert_eq!(read, kind);
        }
    }
}
