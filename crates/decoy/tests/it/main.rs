//! The sensor against real clients and rude ones.

mod rdp;
mod sensor;
mod smb;
mod tcp;
