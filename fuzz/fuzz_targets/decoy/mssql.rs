//! The parsers of `mssql` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("mssql");
