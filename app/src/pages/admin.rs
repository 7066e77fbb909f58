//! The admin area: all users and all sessions. The guard admits only admins, and each page checks again.

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
use server::{Id, User};

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

/// The table cell with a user's name and a link to the user's page.
fn person_cell(id: &Id<User>, name: &str, email: &str) -> impl IntoView + use<> {
    view! {
        <td class="max-w-48 min-w-48 wrap-anywhere sm:max-w-72">
            <a class="link link-hover font-medium" href=format!("/admin/users/{id}")>{name.to_owned()}</a>
            <span class="block text-base-content/70">{email.to_owned()}</span>
        </td>
    }
}
