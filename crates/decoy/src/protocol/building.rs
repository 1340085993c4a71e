//! The controller that building protocols speak for: one machine over Modbus and BACnet.

use crate::persona::Identity;

/// Names and figures of a controller.
pub(super) struct Controller {
    /// Model, as its label says.
    pub(super) model: String,
    /// Firmware.
    pub(super) firmware: String,
    /// Serial number.
    pub(super) serial: String,
    /// Where it hangs.
    pub(super) location: String,
    /// BACnet device instance, also at the end of the serial number.
    pub(super) instance: u32,
    /// Differs from machine to machine.
    salt: u64,
}

impl Controller {
    /// Of a machine.
    pub(super) fn of(identity: &Identity) -> Self {
        let number = |purpose: &str, from: u64, to: u64| identity.number(purpose, from, to);
        let instance = number("building-instance", 1000, 89_999);
        let family = identity.pick("building-family", &["DDC", "BEC", "AHC"]);
        let (size, major, minor) =
            (number("building-size", 2, 9), number("building-major", 1, 4), number("building-minor", 0, 19));
        Self {
            model: format!("{family}-{size}{}0", number("building-variant", 1, 4)),
            firmware: format!("{major}.{minor:02}.{:04}", number("building-build", 100, 2999)),
            serial: format!("{:04}{instance:06}", number("building-year", 1401, 2252)),
            location: format!("{}F {}", number("building-floor", 1, 7), identity.pick("building-room", &ROOMS)),
            instance: u32::try_from(instance).unwrap_or(1000),
            salt: number("building-salt", 0, u64::from(u32::MAX)),
        }
    }

    /// The measured value of a point between two figures: its own level, and a slow swing of a few parts in a hundred
    /// over a quarter of an hour.
    pub(super) fn measured(&self, point: u64, from: u64, to: u64, minute: u64) -> u64 {
        let range = to.saturating_sub(from);
        let level = self.fixed(point, range * 2 / 10, range * 8 / 10);
        let swing = (range / 25).max(1);
        let phase = (minute + point * 7) % 16;
        let up = if phase < 8 { phase } else { 16 - phase };
        from + (level + swing * up / 8).min(range)
    }

    /// A set value of a point between two figures.
    pub(super) fn fixed(&self, point: u64, from: u64, to: u64) -> u64 {
        let mixed = (self.salt ^ point.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33;
        from + mixed % (to.saturating_sub(from) + 1)
    }
}

const ROOMS: [&str; 5] = ["Machine Room", "AHU Room", "Electrical Room", "Roof", "Operating Suite AHU"];

/// Minutes since 1970.
pub(super) fn minute() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs() / 60)
}
