//! The parsers of `modbus` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("modbus");
