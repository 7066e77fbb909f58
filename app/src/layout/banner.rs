//! Banners that a user sees on every page until the user acts on them.

use crate::components::{ActionButton, timestamp_text};
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::User;

pub fn banners(user: Option<&User>) -> (Option<Html>, Option<Html>) {
    (deletion_planned(user), unconfirmed_address(user))
}

fn deletion_planned(user: Option<&User>) -> Option<Html> {
    user.and_then(|user| user.delete_at).map(|at| {
        let when = timestamp_text(at);
        view! {
            <aside class="border-b border-base-300 bg-error/15" aria-label="Your account will be deleted">
                <div class="mx-auto flex max-w-6xl flex-wrap items-center gap-3 px-4 py-3 text-sm sm:px-6">
                    <p>"Your account will be deleted on "<strong>{when}</strong>"."</p>
                    <ActionButton action="/account/keep" text="Keep my account" class="btn btn-sm btn-primary"/>
                </div>
            </aside>
        }
        .rendered()
    })
}

fn unconfirmed_address(user: Option<&User>) -> Option<Html> {
    user.filter(|user| user.email_verified_at.is_none()).map(|user| {
        let email = user.email.clone();
        view! {
            <aside class="border-b border-base-300 bg-warning/15" aria-label="To do">
                <p class="mx-auto max-w-6xl px-4 py-3 text-sm wrap-anywhere sm:px-6">
                    "Confirm your address: we sent a link to "{email}". "
                    <a class="link font-medium" href="/verify">"No email?"</a>
                </p>
            </aside>
        }
        .rendered()
    })
}
