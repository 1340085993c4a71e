//! The parsers of `sip` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("sip");
