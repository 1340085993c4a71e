//! The parsers of `ftp` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("ftp");
