//! The parsers of `tftp` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("tftp");
