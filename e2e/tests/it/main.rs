//! What people do with Hakutaku, done by a real browser before the real program.
//!
//! Each test starts its own server on a free port with a data directory of its own, and its own Chromium.
//! `HAKUTAKU_BIN` names another program to test, `HAKUTAKU_E2E_SHOTS` a folder for pictures of pages that surprised.

mod accessibility;
mod answering;
mod audit;
mod connections;
mod course;
mod drill;
mod forms;
mod gap;
mod harness;
mod incident;
mod invitation;
mod ledger;
mod no_script;
mod region;
mod responsibility;
mod result;
mod sign_in;
mod vendor;
mod wizard;
