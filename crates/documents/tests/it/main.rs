//! What the papers and sheets promise, read back with other people's tools (poppler, LibreOffice).

mod bad_files;
mod checklists;
mod fixture;
mod inspection;
mod official;
mod official_forms;
mod papers;
mod people;
mod result_sheets;
mod round_trip;
mod tools;
mod vendors;
