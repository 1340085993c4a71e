//! How many visitors there is room for: what the configuration allows, and no more than the system has file descriptors
//! for. Without the second, visitors who only hold their connections would take the descriptors that the spool, the
//! sender and the figures need.

use crate::config::Config;
use crate::spool::Figures;
use hakutaku_model::touch::health::Trouble;
use std::sync::atomic::{AtomicBool, Ordering};

/// Descriptors kept for the sensor itself: its runtimes, the spool's files, certificates, the sender, the figures.
const OWN: usize = 64;

/// Room for visitors.
#[derive(Debug)]
pub struct Room {
    /// Visitors at once.
    pub connections: usize,
    /// Visitors of one address at once: never all, so that no visitor can blind the others.
    pub per_decoy: usize,
    /// The system's limit of open files, if it is what leaves less room than configured.
    short_of: Option<usize>,
    raised: AtomicBool,
}

impl Room {
    /// By the configuration and the system's limit of open files.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let files = rlimit::getrlimit(rlimit::Resource::NOFILE).map_or(u64::MAX, |(soft, _)| soft);
        Self::within(config, usize::try_from(files).unwrap_or(usize::MAX))
    }

    fn within(config: &Config, files: usize) -> Self {
        let limits = &config.limits;
        // Each address has its socket and one in reserve.
        let listening = 2 * config.decoy.iter().map(|decoy| decoy.listen.addresses().len()).sum::<usize>();
        let free = files.saturating_sub(listening);
        // Where nearly nothing is left, half of it.
        let visitors = free.saturating_sub(OWN).max(free / 2).max(2);
        if visitors >= limits.connections {
            return Self {
                connections: limits.connections,
                per_decoy: limits.per_decoy,
                short_of: None,
                raised: AtomicBool::new(false),
            };
        }
        Self {
            connections: visitors,
            per_decoy: limits.per_decoy.min((visitors * 2 / 3).max(1)),
            short_of: Some(files),
            raised: AtomicBool::new(false),
        }
    }

    /// Raises the alarm when somebody is turned away for want of descriptors, and ends it when half of the room is free
    /// again: in between, it would come and go with every visitor.
    pub fn alarm(&self, figures: &Figures, fits: bool, open: usize) {
        if !fits {
            if let Some(files) = self.short_of {
                let room = self.connections;
                self.short(
                    figures,
                    &format!("visitors are turned away: {files} open files are allowed, which leaves room for {room}"),
                );
            }
        } else if open < self.connections / 2 && self.raised.swap(false, Ordering::Relaxed) {
            figures.clear(Trouble::NoDescriptors);
        }
    }

    /// No descriptor was to be had.
    pub fn short(&self, figures: &Figures, words: &str) {
        if !self.raised.swap(true, Ordering::Relaxed) {
            figures.raise(Trouble::NoDescriptors, words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(files: usize) -> (usize, usize) {
        let config = Config::parse("[[decoy]]\nprotocol = \"tcp\"\nlisten = \"127.0.0.1:0\"\npersona = \"nas\"\n");
        let room = Room::within(&config.expect("configuration"), files);
        (room.connections, room.per_decoy)
    }

    #[test]
    fn visitors_leave_descriptors_for_the_sensor_and_one_decoy_leaves_room_for_the_others() {
        assert_eq!(room(1_048_576), (12_000, 8_000));
        assert_eq!(room(1024), (958, 638));
        assert_eq!(room(64), (31, 20));
        assert_eq!(room(0), (2, 1));
    }
}
