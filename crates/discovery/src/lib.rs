//! Files from the outside world, read into what the registers hold: tables (CSV, XLSX), account lists, snapshots of
//! backup repositories. Reads bytes and gives values; keeps nothing, asks nobody.
//!
//! | module | what comes in |
//! |---|---|
//! | [`file_guard`] | looks at a spreadsheet before anything parses it |
//! | [`tables`] | CSV, TSV and XLSX as rows of text |
//! | [`ldif`] | a directory's export (RFC 2849) |
//! | [`devices`] | a list of devices, laid out as its profile says |
//! | [`staff`] | a list of the people who work in the house |
//! | [`accounts`] | an account list or a leavers list from either |

pub mod accounts;
pub mod devices;
pub mod file_guard;
pub mod ldif;
pub mod tables;

pub mod snapshots;
pub mod staff;
