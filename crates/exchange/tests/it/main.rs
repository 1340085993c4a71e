//! Exchange against those who wrote the formats: stix2-validator, stix2, PyMISP, the CSAF validator of secvisogram.
//! They come with `scripts/install-test-tools`.

mod cef;
mod csaf;
mod misp;
mod parsers;
mod samples;
mod stix_in;
mod stix_out;
mod tools;
