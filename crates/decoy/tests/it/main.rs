//! The sensor against real clients and rude ones.

mod doors;
mod mssql;
mod mysql;
mod postgresql;
mod rdp;
mod sensor;
mod smb;
mod tcp;
