//! The pages, driven through the router.

mod access;
mod exchange;
mod pages;
mod results;
mod sample;
mod setting_up;
mod shell;
mod signing_in;
mod world;
