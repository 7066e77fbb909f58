//! What is one's own: name, password, devices.

pub mod devices;
pub mod password;
pub mod profile;

use leptos::prelude::*;

#[component]
fn Tabs(here: &'static str) -> impl IntoView {
    let tabs = [("/account", "Profile"), ("/account/password", "Password"), ("/account/devices", "Devices")];
    crate::parts::tabs("Account pages", &tabs, here)
}
