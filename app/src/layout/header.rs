//! The header: the current page, the links, and the log-out.

use crate::brand::Mark;
use crate::components::ActionButton;
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::User;

pub fn header(user: Option<User>) -> Html {
    match user {
        Some(user) => view! { <UserHeader user/> }.rendered(),
        None => view! { <AnonymousHeader/> }.rendered(),
    }
}

/// For a page that does not know the user.
pub fn anonymous_header() -> Html {
    view! { <Bar home="/"><span></span></Bar> }.rendered()
}

#[component]
fn AnonymousHeader() -> impl IntoView {
    view! {
        <Bar home="/">
            <nav class="flex items-center gap-2" aria-label="Account">
                <a class="btn btn-ghost" href="/login">"Log in"</a>
                <a class="btn btn-primary" href="/signup">"Sign up"</a>
            </nav>
        </Bar>
    }
}

#[component]
fn UserHeader(user: User) -> impl IntoView {
    let links: Vec<_> = links(user.is_admin)
        .map(|(href, text)| view! { <a class="btn btn-ghost max-sm:hidden" href=href>{text}</a> })
        .collect();
    view! {
        <Bar home="/dashboard">
            <nav class="flex items-center gap-1" aria-label="Main">{links}{menu(user)}</nav>
        </Bar>
    }
}

/// Path and text of each link, and whether it is for admins only.
#[rustfmt::skip]
const LINKS: &[(&str, &str, bool)] = &[
    ("/dashboard", "Dashboard", false),
    ("/notes", "Notes", false),
    ("/admin", "Admin", true),
];

fn links(is_admin: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let links = LINKS.iter().filter(move |(_, _, admins_only)| is_admin || !admins_only);
    links.map(|(href, text, _)| (*href, *text))
}

/// The links that do not fit into the header: on a phone all of them.
fn menu(user: User) -> Html {
    let initial: String = user.name.chars().take(1).flat_map(char::to_uppercase).collect();
    let links: Vec<_> = links(user.is_admin)
        .map(|(href, text)| view! { <a class="btn btn-ghost justify-start sm:hidden" href=href>{text}</a> })
        .collect();
    view! {
        <details class="dropdown dropdown-end">
            <summary class="btn btn-ghost btn-circle" aria-label="Your menu">
                <span class="grid size-9 place-items-center rounded-full bg-primary font-semibold text-primary-content">
                    {initial}
                </span>
            </summary>
            <div class="dropdown-content z-20 mt-2 grid w-64 grid-cols-1 gap-1 rounded-box border border-base-300 bg-base-100 p-2 shadow-lg">
                <p class="px-3 py-2">
                    <span class="block truncate font-semibold">{user.name}</span>
                    <span class="block truncate text-sm text-base-content/70">{user.email}</span>
                </p>
                {links}
                <a class="btn btn-ghost justify-start" href="/account">"Your account"</a>
                <a class="btn btn-ghost justify-start" href="/account/devices">"Your devices"</a>
                <ActionButton action="/logout" text="Log out" class="btn btn-ghost w-full justify-start"/>
            </div>
        </details>
    }
    .rendered()
}

#[component]
fn Bar<Inside: IntoView + 'static>(home: &'static str, children: TypedChildren<Inside>) -> impl IntoView {
    view! {
        <header class="border-b border-base-300 bg-base-100">
            <div class="mx-auto flex h-16 max-w-6xl items-center justify-between gap-4 px-4 sm:px-6">
                <a class="flex items-center gap-2 rounded-field" href=home><Mark/></a>
                {children.into_inner()()}
            </div>
        </header>
    }
}
