//! The parsers of `fhir` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("fhir");
