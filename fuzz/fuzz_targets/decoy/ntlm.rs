//! The parsers of `ntlm` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("ntlm");
