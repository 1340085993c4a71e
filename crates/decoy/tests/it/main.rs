//! The sensor against real clients and rude ones.

mod dns;
mod ftp;
mod scan;
mod script;
mod sensor;
mod ssh;
mod tcp;
mod telnet;
mod vnc;
