//! Files as people bring them.

mod bad_files;
mod tables;
