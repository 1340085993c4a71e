//! The parsers of `dns` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("dns");
