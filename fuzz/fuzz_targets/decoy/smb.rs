//! The parsers of `smb` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("smb");
