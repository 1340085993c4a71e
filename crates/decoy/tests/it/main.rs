//! The sensor against real clients and rude ones.

mod scan;
mod sensor;
mod tcp;
