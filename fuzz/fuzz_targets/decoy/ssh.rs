//! The parsers of `ssh` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("ssh");
