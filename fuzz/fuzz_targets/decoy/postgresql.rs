//! The parsers of `postgresql` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("postgresql");
