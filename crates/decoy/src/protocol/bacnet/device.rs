//! The device and its objects, in BACnet's encoding (clause 20.2).

use super::tidy;
use crate::protocol::building::Controller;
use crate::protocol::octets::Octets;

/// Type and instance of an object.
pub(super) type ObjectId = (u16, u32);

/// Object types (clause 21, BACnetObjectType).
pub(super) const DEVICE: u16 = 8;
const ANALOG_INPUT: u16 = 0;

/// "This device", whatever its number (15.5.2).
const WILDCARD: u32 = 0x3f_ffff;
/// The stack the firmware is built on, as its default configuration announces it.
const VENDOR: u32 = 260;
const VENDOR_NAME: &str = "BACnet Stack at SourceForge";
/// Largest message, and that nothing is segmented.
const MAX_APDU: u32 = 1476;
const NO_SEGMENTATION: u32 = 3;

/// Error classes and codes (clause 18).
const UNKNOWN_OBJECT: (u8, u8) = (1, 31);
const UNKNOWN_PROPERTY: (u8, u8) = (2, 32);
const NO_ARRAY: (u8, u8) = (2, 50);
const BAD_INDEX: (u8, u8) = (2, 42);

/// Figures: name, unit (BACnetEngineeringUnits), lowest, highest, all in tenths.
const INPUTS: [(&str, u32, u64, u64); 6] = [
    ("SA_TEMP", 62, 140, 190),
    ("RA_TEMP", 62, 220, 265),
    ("RA_HUMID", 29, 380, 560),
    ("CO2", 96, 4200, 8800),
    ("FAN_SPEED", 98, 300, 800),
    ("ROOM_DIFF_PRESS", 53, 80, 160),
];

/// The device.
pub(super) struct Device<'a> {
    pub(super) controller: Controller,
    pub(super) host: &'a str,
    /// Minutes since 1970.
    pub(super) minute: u64,
}

/// An object's number as four bytes hold it: ten bits of type, twenty-two of instance.
pub(super) fn object_of(word: u32) -> ObjectId {
    (u16::try_from(word >> 22).unwrap_or(0), word & WILDCARD)
}

/// The four bytes of an object's number.
pub(super) fn object_bytes((kind, instance): ObjectId) -> [u8; 4] {
    (u32::from(kind) << 22 | instance & WILDCARD).to_be_bytes()
}

/// Significant bytes of a number, at least one.
fn number(value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(3);
    bytes.get(start..).unwrap_or_default().to_vec()
}

/// An unsigned number under a context tag.
pub(super) fn context_unsigned(out: &mut Vec<u8>, tag: u8, value: u32) {
    let bytes = number(value);
    out.push(tag << 4 | 8 | u8::try_from(bytes.len()).unwrap_or(0));
    out.extend(bytes);
}

/// Reads a number under a context tag; leaves what is not there.
pub(super) fn read_context(rest: &mut Octets<'_>, tag: u8) -> Option<u32> {
    let mut ahead = *rest;
    let first = ahead.u8()?;
    let length = first & 7;
    if first >> 4 != tag || first & 8 == 0 || !(1..=4).contains(&length) {
        return None;
    }
    let value = ahead.take(length.into())?.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
    *rest = ahead;
    Some(value)
}

fn tagged(tag: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap_or(0);
    let head = if length < 5 { vec![tag << 4 | length] } else { vec![tag << 4 | 5, length] };
    [&head, bytes].concat()
}

fn unsigned(value: u32) -> Vec<u8> {
    tagged(2, &number(value))
}

fn enumerated(value: u32) -> Vec<u8> {
    tagged(9, &number(value))
}

/// A text in UTF-8 (character set 0).
fn words(text: &str) -> Vec<u8> {
    tagged(7, &[&[0], text.as_bytes()].concat())
}

fn real(tenths: u64) -> Vec<u8> {
    let tenths = f32::from(u16::try_from(tenths).unwrap_or(0));
    tagged(4, &(tenths / 10.0).to_be_bytes())
}

fn object(id: ObjectId) -> Vec<u8> {
    tagged(12, &object_bytes(id))
}

impl Device<'_> {
    /// The device that is meant by a number.
    pub(super) fn resolve(&self, (kind, instance): ObjectId) -> ObjectId {
        if kind == DEVICE && instance == WILDCARD { (DEVICE, self.controller.instance) } else { (kind, instance) }
    }

    /// I-Am (16.10.1.1).
    pub(super) fn i_am(&self) -> Vec<u8> {
        let own = object((DEVICE, self.controller.instance));
        [&[0x10, 0][..], &own, &unsigned(MAX_APDU), &enumerated(NO_SEGMENTATION), &unsigned(VENDOR)].concat()
    }

    /// A property's value (clause 12).
    pub(super) fn read(&self, id: ObjectId, property: u32, index: Option<u32>) -> Result<Vec<u8>, (u8, u8)> {
        let value = match id {
            (DEVICE, instance) if instance == self.controller.instance => self.own(property, index),
            (ANALOG_INPUT, instance) => {
                let point = usize::try_from(instance).ok().and_then(|instance| INPUTS.get(instance));
                self.input(instance, point.ok_or(UNKNOWN_OBJECT)?, property)
            }
            _ => return Err(UNKNOWN_OBJECT),
        }?;
        // Only lists have places.
        if index.is_some() && property != 76 { Err(NO_ARRAY) } else { Ok(value) }
    }

    fn own(&self, property: u32, index: Option<u32>) -> Result<Vec<u8>, (u8, u8)> {
        let controller = &self.controller;
        Ok(match property {
            12 => words(&controller.firmware),
            28 => words(&format!("Air handling, serial {}", controller.serial)),
            44 => words(&controller.firmware),
            58 => words(&controller.location),
            62 => unsigned(MAX_APDU),
            // Services: I-Am, Who-Is, ReadProperty (BACnetServicesSupported: bits 26, 34 and 12).
            97 => tagged(8, &[7, 0, 0x08, 0, 0x20, 0x20, 0]),
            // Object types: analogue input and device.
            96 => tagged(8, &[7, 0x80, 0x80]),
            75 => object((DEVICE, controller.instance)),
            76 => return self.objects(index),
            77 => words(&tidy(self.host)),
            79 => enumerated(DEVICE.into()),
            70 => words(&controller.model),
            98 => unsigned(1),
            107 => enumerated(NO_SEGMENTATION),
            // Operational.
            112 => enumerated(0),
            120 => unsigned(VENDOR),
            121 => words(VENDOR_NAME),
            // Protocol revision of the stack.
            139 => unsigned(14),
            155 => unsigned(3),
            _ => return Err(UNKNOWN_PROPERTY),
        })
    }

    fn objects(&self, index: Option<u32>) -> Result<Vec<u8>, (u8, u8)> {
        let mut all = vec![(DEVICE, self.controller.instance)];
        all.extend((0..).zip(INPUTS).map(|(instance, _)| (ANALOG_INPUT, instance)));
        match index {
            None => Ok(all.into_iter().flat_map(object).collect()),
            Some(0) => Ok(unsigned(u32::try_from(all.len()).unwrap_or(0))),
            Some(index) => {
                let place = usize::try_from(index).ok().and_then(|index| all.get(index - 1));
                place.map(|id| object(*id)).ok_or(BAD_INDEX)
            }
        }
    }

    fn input(
        &self,
        instance: u32,
        (name, unit, from, to): &(&str, u32, u64, u64),
        property: u32,
    ) -> Result<Vec<u8>, (u8, u8)> {
        Ok(match property {
            28 | 77 => words(&format!("{}.{name}", tidy(self.host))),
            75 => object((ANALOG_INPUT, instance)),
            79 => enumerated(ANALOG_INPUT.into()),
            85 => real(self.controller.measured(instance.into(), *from, *to, self.minute)),
            // No alarm, no fault, not overridden, in service.
            111 => tagged(8, &[4, 0]),
            36 => enumerated(0),
            81 => tagged(1, &[]),
            117 => enumerated(*unit),
            _ => return Err(UNKNOWN_PROPERTY),
        })
    }
}
