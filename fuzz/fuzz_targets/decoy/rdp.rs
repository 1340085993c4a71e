//! The parsers of `rdp` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("rdp");
