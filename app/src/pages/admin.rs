//! Everybody and everybody's sessions. The guard lets in admins only; each page asks once more.

pub mod account;
pub mod activity;
pub mod audit;
mod ended;
pub mod jobs;
pub mod overview;
pub mod sessions;
pub mod user;
pub mod users;

use leptos::prelude::*;
use server::Id;

#[component]
fn Tabs(here: &'static str) -> impl IntoView {
    let tabs = [
        ("/admin", "Overview"),
        ("/admin/users", "Users"),
        ("/admin/sessions", "Sessions"),
        ("/admin/activity", "Activity"),
        ("/admin/audit", "Audit"),
        ("/admin/jobs", "Jobs"),
    ];
    crate::components::tabs("Admin pages", &tabs, here)
}

/// The cell that names a person and leads to their page.
fn person_cell(id: &Id, name: &str, email: &str) -> impl IntoView + use<> {
    view! {
        <td class="max-w-48 min-w-48 wrap-anywhere sm:max-w-72">
            <a class="link link-hover font-medium" href=format!("/admin/users/{id}")>{name.to_owned()}</a>
            <span class="block text-base-content/70">{email.to_owned()}</span>
        </td>
    }
}
