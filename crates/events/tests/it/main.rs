//! Real sensors, a real stream server and a real store.

mod live;
mod passes;
mod place;
mod stream;
mod takeover;
