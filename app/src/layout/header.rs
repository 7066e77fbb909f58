//! The header: the links to the areas of the product, and the user's menu.

use super::theme_switch::ThemeSwitch;
use crate::brand::Mark;
use crate::components::{Avatar, LinkButton, Look, Menu, MenuAction, MenuLink, Typed};
use crate::html::{Html, Rendered};
use crate::preferences::Theme;
use leptos::prelude::*;
use server::User;

pub fn header(user: Option<User>, theme: Theme) -> Html {
    match user {
        Some(user) => view! { <UserHeader user theme/> }.rendered(),
        None => view! { <AnonymousHeader/> }.rendered(),
    }
}

/// The user of a failed request. The session layer adds it to the response.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn {
    pub is_admin: bool,
}

pub fn error_header(user: Option<SignedIn>) -> Html {
    match user {
        Some(SignedIn { is_admin }) => view! {
            <Bar home="/dashboard"><nav class="flex flex-wrap items-center gap-1" aria-label="Main">{header_links(is_admin, false)}</nav></Bar>
        }
        .rendered(),
        None => view! { <Bar home="/"><span></span></Bar> }.rendered(),
    }
}

/// `has_menu`: on a phone the links are in the menu.
fn header_links(is_admin: bool, has_menu: bool) -> Vec<Html> {
    let class = if has_menu { "btn btn-ghost max-sm:hidden" } else { "btn btn-ghost" };
    links(is_admin).map(|(href, text)| view! { <a class=class href=href>{text}</a> }.rendered()).collect()
}

#[component]
fn AnonymousHeader() -> impl IntoView {
    view! {
        <Bar home="/">
            <nav class="flex flex-wrap items-center gap-2" aria-label="Account">
                <LinkButton href="/login" text="Log in" look=Look::Ghost/>
                <LinkButton href="/signup" text="Sign up"/>
            </nav>
        </Bar>
    }
}

#[component]
fn UserHeader(user: User, theme: Theme) -> impl IntoView {
    let links = header_links(user.is_admin, true);
    view! {
        <Bar home="/dashboard">
            <nav class="flex flex-wrap items-center gap-1" aria-label="Main">{links}{menu(user, theme)}</nav>
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
fn menu(user: User, theme: Theme) -> Html {
    let (name, id) = (user.name.clone(), user.id.to_string());
    let links: Vec<_> =
        links(user.is_admin).map(|(href, text)| view! { <MenuLink href text on_phones=true/> }).collect();
    view! {
        <Menu id="user-menu" label="Your menu" button=ToChildren::to_children(move || view! { <Avatar name id/> })>
            <p class="grid px-4 py-2">
                <span class="truncate font-semibold"><Typed text=user.name/></span>
                <span class="truncate text-sm text-base-content/70"><Typed text=user.email/></span>
            </p>
            {links}
            <MenuLink href="/account" text="Your account"/>
            <MenuLink href="/account/devices" text="Your devices"/>
            <MenuAction action="/logout" text="Log out"/>
            <div class="border-t border-base-300 px-2 pt-2"><ThemeSwitch theme/></div>
        </Menu>
    }
    .rendered()
}

#[component]
fn Bar<Inside: IntoView + 'static>(home: &'static str, children: TypedChildren<Inside>) -> impl IntoView {
    view! {
        <header class="border-b border-base-300 bg-base-100">
            <div class="mx-auto flex min-h-16 max-w-6xl flex-wrap items-center justify-between gap-x-4 px-4 py-2 sm:px-6">
                <a class="flex items-center gap-2 rounded-field" href=home><Mark/></a>
                {children.into_inner()()}
            </div>
        </header>
    }
}
