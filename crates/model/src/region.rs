//! The region: a strong neighbour or a network operator watches over facilities that cannot watch themselves.
//!
//! | module | what it decides |
//! |---|---|
//! | [`net`] | prefixes, and when two addresses are the same source |
//! | [`noise`] | contacts that were announced, with reason and end |
//! | [`correlate`] | which touches belong together, and what to do about them |
//! | [`notice`] | notices: sharing, audience, receipts, the silent, polls, anonymous reports |
//! | [`centre`] | what the centre keeps by hand: members, itself, leaks, promised calls, notes between shifts |
//! | [`watch`] | which facility needs help today, hand-over between shifts, acting for a member |
//!
//! One line runs through all of it: what a member sees never names another member.

pub mod centre;
pub mod correlate;
pub mod guide;
pub mod net;
pub mod noise;
pub mod notice;
pub mod watch;

pub use guide::RegionGuide;
