//! The user's own account: name, address, password, devices, deletion.

pub mod delete;
pub mod devices;
pub mod email;
pub mod export;
pub mod first_password;
pub mod log_in_methods;
pub mod new_email;
pub mod old_email;
pub mod passkeys;
pub mod password;
pub mod profile;
pub mod recover;
pub mod role;
pub mod tokens;
pub mod two_factor;

use leptos::prelude::*;
use ui::html::Html;
use ui::request::cx;

#[component]
fn Tabs(here: &'static str) -> Html {
    let config = cx().ok().map(|cx| cx.config);
    let api = config.as_ref().is_some_and(|config| config.api).then_some(("/account/tokens", "Tokens"));
    let only = config.as_ref().is_some_and(|config| config.single_sign_on.only);
    let methods = config
        .is_some_and(|config| config.single_sign_on.is_on())
        .then_some(("/account/sign-in-methods", "Log-in methods"));
    let tabs: Vec<_> = [
        ("/account", "Profile"),
        ("/account/password", "Password"),
        ("/account/two-factor", "Two-factor"),
        ("/account/passkeys", "Passkeys"),
        ("/account/devices", "Devices"),
    ]
    .into_iter()
    .filter(|(path, _)| !only || !["/account/password", "/account/passkeys"].contains(path))
    .chain(methods)
    .chain(api)
    .collect();
    ui::components::tabs("Account pages", &tabs, here)
}
