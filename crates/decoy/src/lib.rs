//! The decoy sensor: services that nobody legitimate needs, each contact with which is written down, signed and sent.
//!
//! ```text
//! listener ─► Visit + Wire ─► a protocol of `protocol/` ─► Recorder ─► Spool (chained, signed, fsynced) ─► outbox
//! ```
//!
//! A protocol speaks just enough to look like a locked door. It decides what a contact amounts to; everything else
//! (limits, time-outs, the exactly-one touch of a visit, durability, sending) is outside of it. Nothing a visitor sends
//! is executed, and only bounded, escaped texts are kept.

pub mod command;
pub mod config;
pub mod document;
pub mod keys;
pub mod listen;
pub mod metrics;
pub mod outbox;
pub mod persona;
pub mod protocol;
pub mod room;
pub mod run;
pub mod scan;
pub mod secret;
pub mod spool;
pub mod text;
pub mod tls;
pub mod visit;
pub mod wire;
