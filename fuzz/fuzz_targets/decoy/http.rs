//! The parsers of `http` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("http");
