//! Exchange with others, in the formats they read: what leaves, what comes in. Pure functions over bytes; no clock, network,
//! randomness or database; only [`client`] speaks to anybody.
//!
//! ```text
//!  out                                          in
//!  Notice editions ─┐                           bytes ─ json::read (size, depth, count)
//!  SignedTouch … ───┤                             ├─ stix::read ─→ Reading { verdicts, drafts, kept }
//!  Case ────────────┼─ stix::{notice,touch,…}      └─ csaf::read ─→ Advisory { criteria, draft, verdicts }
//!  Published ───────┘     │ Reader::ceiling              │
//!                         ↓                              ↓
//!               Vec<stix::Object> ─ bundle / TAXII    Draft: a person makes a Notice of it
//!  Notice, SignedTouch ─ misp::event               taxii: media types, filters and times shared by server and client
//!  SignedTouch, Case ── cef::… (one line each)     webhook: sign, verify, replay window
//! ```
//!
//! Two rules run through all of it. Nothing leaves under a label that its reader may not have ([`Reader`]). And a member is
//! named to nobody but the centre: no facility, sensor, inside address or user name leaves otherwise, and hours are whole.
//!
//! What comes in is never believed further than it is read: each object gets a verdict in words, what is not understood is
//! kept as it came, and nothing becomes a notice before a person has looked at the draft.

pub mod cef;
pub mod client;
pub mod csaf;
pub mod draft;
pub mod ids;
pub mod json;
pub mod misp;
pub mod reader;
pub mod stix;
pub mod taxii;
pub mod verdict;
pub mod webhook;

pub use draft::Draft;
pub use reader::{Centre, NotForThem, Reader};
pub use verdict::{Verdict, Worth};
