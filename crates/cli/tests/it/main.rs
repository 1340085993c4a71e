//! The command line's contract: names, structures and exit codes that scripts rely on.

mod assess;
mod catalog;
mod checklist;
mod exercise;
mod drill;
mod journal;
mod ledger;
mod program;
mod responsibility;
mod serve;
