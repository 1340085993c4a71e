//! The pages, driven through the router.

mod access;
mod answering;
mod api;
mod assessments;
mod checklists;
mod evidence;
mod exchange;
mod handing_over;
mod official;
mod pages;
mod results;
mod sample;
mod setting_up;
mod shell;
mod signing_in;
mod ward;
mod world;
