//! Events of a region: touches through NATS JetStream into the store, and live words between several servers.
//!
//! The client library is used in this crate (and by the sensor's `outbox::stream`) and nowhere else: its versions break
//! often. A single hospital needs none of this; its sensors speak to `hakutaku serve` itself.
//!
//! | module | what it does |
//! |---|---|
//! | [`line`] | the connection to the stream server, the stream and what waits in it |
//! | [`centre`] | touches out of the stream into the store: one server at a time, acknowledged after the commit |
//! | [`live`] | what people see at one server reaches the browsers at another |
//! | [`trust`] | keys and passes: who may publish what |
//! | [`setup`] | a folder from which a stream server starts |

pub mod centre;
pub mod line;
pub mod live;
pub mod setup;
pub mod trust;

pub use centre::{Centre, Figures};
pub use line::{Events, EventsError, StreamSize};
pub use trust::Issuer;
