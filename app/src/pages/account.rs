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
pub mod role;
pub mod tokens;
pub mod two_factor;

use crate::request::cx;
use leptos::prelude::*;

#[component]
fn Tabs(here: &'static str) -> impl IntoView {
    let api = cx().is_ok_and(|cx| cx.config.api).then_some(("/account/tokens", "Tokens"));
    let tabs: Vec<_> = [
        ("/account", "Profile"),
        ("/account/password", "Password"),
        ("/account/two-factor", "Two-factor"),
        ("/account/passkeys", "Passkeys"),
        ("/account/devices", "Devices"),
    ]
    .into_iter()
    .chain(api)
    .collect();
    crate::components::tabs("Account pages", &tabs, here)
}
