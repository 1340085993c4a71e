//! The repository tests: every one runs on SQLite and on PostgreSQL.

mod accounts;
mod answers;
mod assets;
mod backup;
mod centre;
mod crash;
mod crash_drill;
mod documents;
mod facilities;
mod facts;
mod fixture;
mod handovers;
mod housekeeping;
mod journal;
mod journals_apart;
mod killed_child;
mod notices;
mod records;
mod region;
mod retention;
mod rooms;
mod sensors;
mod sessions;
mod tamper;
mod tenancy;
mod vendor_links;
