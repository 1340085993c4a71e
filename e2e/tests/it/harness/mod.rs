//! The server, the browser and what both need.

mod api;
mod browser;
mod desk;
mod process;
mod region;
mod server;

pub(crate) use api::Api;
pub(crate) use browser::{Browser, Screen};
pub(crate) use desk::{
    code, day_from_now, file_behind, join, model_hospital, open_facility, open_sheet, passkey_device, send, sign_in,
    sign_out, use_language,
};
pub(crate) use region::{Region, story_alone};
pub(crate) use server::{Credential, Sensor, Server, assess, check_exercise};
