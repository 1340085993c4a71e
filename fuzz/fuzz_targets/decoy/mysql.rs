//! The parsers of `mysql` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("mysql");
