//! The parsers of `ipp` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("ipp");
