//! The parsers of `jetdirect` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("jetdirect");
