//! Files from the outside world, read into what the registers hold: tables (CSV, XLSX), account lists, snapshots of
//! backup repositories. Reads bytes and gives values; keeps nothing, asks nobody.

pub mod snapshots;
