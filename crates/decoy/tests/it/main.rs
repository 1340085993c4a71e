//! The sensor against real clients and rude ones.

mod bacnet;
mod contacts;
mod dicom;
mod hl7;
mod modbus;
mod ntp;
mod parsers;
mod sensor;
mod sip;
mod tcp;
mod tftp;
