//! The parsers of `dicom` over any bytes.

#![no_main]

hakutaku_fuzz::protocol!("dicom");
