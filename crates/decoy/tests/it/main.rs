//! The sensor against real clients and rude ones.

mod sensor;
mod smb;
mod tcp;
