//! The inline script of a user's pages. It reloads a page that the back button shows from memory after the session
//! ended: browsers may keep one in spite of `no-store`. It also stores the time zone and the language in cookies, and
//! changes the theme.

use crate::brand::{LANGUAGE_COOKIE, TIME_ZONE_COOKIE};
use crate::html::{Html, Rendered};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use server::sessions::Login;

const SCRIPT: &str = concat!(
    include_str!("session_check.js"),
    include_str!("preferences.js"),
    include_str!("theme_switch.js"),
);

#[component]
pub fn PageScript(login: Login) -> Html {
    view! { <script id="page-script" nonce=use_nonce() data-id=login.session_id.to_string() data-zone-cookie=TIME_ZONE_COOKIE data-language-cookie=LANGUAGE_COOKIE inner_html=SCRIPT></script> }.rendered()
}
