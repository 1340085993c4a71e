//! What the pages and the API need of a region's stream server. Who speaks to it is none of their business.

use hakutaku_model::sensor::EventsPass;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::transport::Subject;
use std::future::Future;
use std::pin::Pin;

/// A stream server that sensors send touches through.
pub trait SensorStream: Send + Sync {
    /// A pass for the sensor of a subject that shows this public key there.
    ///
    /// # Errors
    /// Says what is wrong with the key.
    fn pass(&self, subject: Subject, key: &str, now: Ts) -> Result<EventsPass, String>;

    /// How many touches of a sensor wait there; `None` when it cannot be asked.
    fn waiting(&self, subject: Subject) -> Pin<Box<dyn Future<Output = Option<u64>> + Send + '_>>;
}
