//! The watch screen: which facility needs help today and why, what the next shift must know, and who may act for whom.

pub mod consent;
pub mod handover;
pub mod need;

pub use consent::{Act, Consent, Deed, Entry, Refusal, check};
pub use handover::{HandOver, Line, Open, OpenKind, Taken, hand_over};
pub use need::{Counted, Factor, FactorId, Need, Situation, needs};
