//! The parsers of `bacnet` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("bacnet");
