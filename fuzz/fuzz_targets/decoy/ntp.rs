//! The parsers of `ntp` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("ntp");
