//! The sensor against real clients and rude ones.

mod bacnet;
mod contacts;
mod dicom;
mod document;
mod fhir;
mod hl7;
mod http;
mod modbus;
mod ntp;
mod outbox;
mod parsers;
mod printer;
mod sensor;
mod sensor;
mod sip;
mod snmp;
mod doors;
mod mssql;
mod mysql;
mod postgresql;
mod rdp;
mod sensor;
mod smb;
mod tcp;
mod tftp;
