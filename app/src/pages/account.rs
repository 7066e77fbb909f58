//! The user's own account: name, address, password, devices, deletion.

pub mod delete;
pub mod devices;
pub mod email;
pub mod export;
pub mod new_email;
pub mod old_email;
pub mod passkeys;
pub mod password;
pub mod profile;
pub mod recover;
pub mod two_factor;

use leptos::prelude::*;

#[component]
fn Tabs(here: &'static str) -> impl IntoView {
    let tabs = [
        ("/account", "Profile"),
        ("/account/password", "Password"),
        ("/account/two-factor", "Two-factor"),
        ("/account/passkeys", "Passkeys"),
        ("/account/devices", "Devices"),
    ];
    crate::components::tabs("Account pages", &tabs, here)
}
