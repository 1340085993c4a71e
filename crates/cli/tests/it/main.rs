//! The command line's contract: names, structures and exit codes that scripts rely on.

mod assess;
mod catalog;
mod checklist;
mod drill;
mod exchange;
mod exercise;
mod journal;
mod ledger;
mod metrics;
mod plan;
mod program;
mod readme;
mod region;
mod responsibility;
mod serve;
