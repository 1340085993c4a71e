//! The sensor against real clients and rude ones.

mod document;
mod fhir;
mod http;
mod printer;
mod sensor;
mod snmp;
mod tcp;
