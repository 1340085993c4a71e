//! The rules, as specifications.

mod assessment;
mod fixture;
mod report;
mod typology;
