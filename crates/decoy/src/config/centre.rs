//! The way to the centre: `[centre]`.

use serde::Deserialize;
use std::path::PathBuf;

/// The way to the centre. What the enrolment brought is kept in the spool, not here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Centre {
    /// Certificate authority of the centre and its stream server (PEM), if they have one of their own.
    pub ca_file: Option<PathBuf>,
    /// The region's stream server, `tls://nats.example.jp`, or several with commas between: touches go through it. Without
    /// it they go to the centre itself.
    pub events: Option<String>,
    /// A credentials file for the stream server (`.creds`), where the centre does not give passes of its own.
    pub events_credentials: Option<PathBuf>,
}

impl Centre {
    pub(super) fn problems(&self, out: &mut Vec<String>) {
        for address in self.events.iter().flat_map(|addresses| addresses.split(',')).map(str::trim) {
            let own_machine = ["nats://127.0.0.1", "nats://localhost", "nats://[::1]"]
                .iter()
                .any(|start| address.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
            let tls = address.strip_prefix("tls://").is_some_and(|rest| !rest.is_empty());
            if !tls && !own_machine {
                out.push(format!("centre.events: {address:?} must begin with tls:// (nats:// on this machine only)"));
            } else if address.contains('@') {
                out.push("centre.events: no user names or passwords in the address; see events_credentials".to_owned());
            }
        }
        if self.events.is_none() && self.events_credentials.is_some() {
            out.push("centre.events_credentials is of no use without centre.events".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn touches_never_travel_readable() {
        let with = |address: &str| {
            Config::parse(&format!("spool = \"s\"\n[scan]\nenabled = true\n[centre]\nevents = {address:?}\n")).is_ok()
        };
        assert!(with("tls://nats.example.jp:4222") && with("tls://a.example.jp, tls://b.example.jp"));
        assert!(with("nats://127.0.0.1:4222") && with("nats://localhost"));
        for bad in
            ["nats://nats.example.jp", "nats://127.0.0.1.example.jp", "tls://", "", "tls://me:secret@a.example.jp"]
        {
            assert!(!with(bad), "{bad}");
        }
    }
}
