//! Everybody and everybody's sessions. The gate lets admins in only; each page asks once more.

pub mod account;
pub mod audit;
pub mod overview;
pub mod sessions;
pub mod user;
pub mod users;

use leptos::prelude::*;

#[component]
fn Tabs(here: &'static str) -> impl IntoView {
    let tabs = [
        ("/admin", "Overview"),
        ("/admin/users", "Users"),
        ("/admin/sessions", "Sessions"),
        ("/admin/audit", "Audit"),
    ];
    crate::parts::tabs("Admin pages", &tabs, here)
}
