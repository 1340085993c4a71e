//! The pages, driven through the router.

mod access;
mod accounts;
mod answering;
mod api;
mod assessments;
mod cases;
mod checklists;
mod evidence;
mod exchange;
mod handing_over;
mod ledger;
mod ledger_import;
mod official;
mod pages;
mod readiness;
mod responsibility;
mod results;
mod sample;
mod setting_up;
mod shell;
mod signing_in;
mod systems;
mod training;
mod vendors;
mod ward;
mod world;
