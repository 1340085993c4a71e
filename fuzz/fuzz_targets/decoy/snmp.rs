//! The parsers of `snmp` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("snmp");
