//! Lists of devices from outside: which column is which ([`profile`], [`guess`]) and what would become of each row
//! ([`plan`]).
//!
//! A row is the same device as one of the ledger when its number is the same, else its serial number, else its name and
//! kind where only one device has them. So a list imported twice changes nothing the second time. What is not certain
//! is rejected with a reason, never guessed.

pub mod guess;
pub mod plan;
pub mod profile;

pub use guess::{guess, header_row, heading_names};
pub use plan::{Counts, Fault, ImportPlan, PlanRefused, Planned, RowPlan, SourceRow, Verdict, plan};
pub use profile::{ImportProfile, Mapped, Translation};
