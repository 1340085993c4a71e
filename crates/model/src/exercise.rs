//! Drills: what a scenario says, what happened in a drill, what is to be learned from it.
//!
//! A drill is a room ([`crate::room`]): everything is appended to its journal as a [`DrillEvent`] and everything shown is
//! folded from the journal by [`DrillState`]. [`due`] says what has to be appended now because its time or its condition
//! has come; whoever calls it twice, or again after a crash, appends nothing twice, because every such draft carries a
//! `once` key.

pub mod clock;
pub mod condition;
pub mod event;
pub mod gaps;
pub mod report;
pub mod scenario;
pub mod schedule;
pub mod screen;
pub mod state;
mod timeline;

pub use clock::{Clock, Minute, Moment, Stage};
pub use condition::{ActionRef, ChoiceRef, Condition};
pub use event::{CONDUCTOR, DrillEvent, DrillSetup, OBSERVER, Tone, drafts, once_for_seen, who};
pub use report::DrillReport;
pub use scenario::Scenario;
pub use schedule::{due, fire_by_hand, next_due};
pub use screen::Screen;
pub use state::{DrillState, Side};
