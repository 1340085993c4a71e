//! The parsers of `telnet` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("telnet");
