//! The parsers of `vnc` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("vnc");
