//! The centre at work: what waits is correlated into cases ([`Engine`]), and what is known of the members is brought
//! together for the people who watch ([`look`]).
//!
//! The rules are `hakutaku_model::region`'s; here they meet the store. Nothing here knows pages or HTTP.

mod changes;
mod common;
mod engine;
mod knowledge;
pub mod look;

pub use engine::{Engine, LEASE_SECONDS, Turn};
