//! The parsers of `hl7` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("hl7");
