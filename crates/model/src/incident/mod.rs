//! A real incident: what people write down while it runs, the state computed from it, and the reports it asks for.
//!
//! Everything is an [`Event`] in the journal of a room ([`crate::room`]); [`Incident::fold`] computes the whole state from
//! the entries, in the same way on every installation. Nothing is ever taken back: an undone decision, a corrected line
//! and a system that works again are new entries.
//!
//! | module | what it decides |
//! |---|---|
//! | `event` | what can be written down |
//! | `state` | the state after the entries |
//! | `words` | each entry as a sentence |
//! | `guide` | roles, first steps, reports and their fields, as the catalogue holds them |
//! | `report` | the reports, their deadlines, and each form filled from the one record |
//! | `paper` | forms and the whole record in words, ready for paper and workbook |
//! | `drill` | the incident as a scenario for a drill |

mod drill;
mod event;
mod guide;
mod paper;
mod report;
mod state;
mod words;

pub use drill::scenario_draft;
pub use event::{EntryRef, Event, Operation, ReportStatus, Running, Setup, read_moment, read_yen};
pub use guide::{FormField, IncidentGuide, IncidentRole, ReportKind, Step, Term, Trigger};
pub use paper::{Paper, PaperSection, label, pack};
pub use report::{FilledForm, FilledItem, Office, ReportView, Stand, filled, last_day_words, reports, reports_open};
pub use state::{
    CostLine, CustodyItem, Decision, FieldValue, Holder, Holding, Incident, Line, ReportState, StepState, Totals, Was,
};
pub use words::{sentence, when};
