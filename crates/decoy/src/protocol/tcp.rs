//! A port that accepts and says nothing: for any service we have no words for.

use super::{Decoy, Serving};
use crate::visit::Visit;
use crate::wire::Wire;
use std::io;
use tokio::io::AsyncReadExt as _;

/// Listens, never answers.
pub(super) struct Silent;

impl Decoy for Silent {
    fn serve<'a>(&'a self, _visit: Visit, mut wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(async move {
            let mut buffer = [0; 512];
            while wire.read(&mut buffer).await? > 0 {}
            Ok(())
        })
    }
}
