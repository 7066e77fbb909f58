//! The header: the links to the areas of the product, and the user's menu.

use super::theme_switch::ThemeSwitch;
use crate::brand::Mark;
use crate::components::{Avatar, LinkButton, Look, Menu, MenuAction, MenuLink, Typed};
use crate::html::{Html, Rendered};
use crate::preferences::Theme;
use leptos::prelude::*;
use server::sessions::Login;
use server::users::Role;

/// `theme` is `None` on a page that must not be loaded again.
pub fn header(login: Option<Login>, theme: Option<Theme>) -> Html {
    match login {
        Some(login) => view! { <UserHeader login theme/> }.rendered(),
        None => view! { <AnonymousHeader/> }.rendered(),
    }
}

/// The user of a failed request. The session layer adds it to the response.
#[derive(Clone, Copy, Debug)]
pub struct LoggedIn {
    /// The active role.
    pub role: Role,
}

pub fn error_header(user: Option<LoggedIn>) -> Html {
    match user {
        Some(LoggedIn { role }) => view! {
            <Bar home="/dashboard"><nav class="flex flex-wrap items-center gap-1" aria-label="Main">{header_links(role, false)}</nav></Bar>
        }
        .rendered(),
        None => view! { <Bar home="/"><span></span></Bar> }.rendered(),
    }
}

/// With a menu, a phone shows the links there.
fn header_links(role: Role, has_menu: bool) -> Vec<Html> {
    let class = if has_menu { "btn btn-ghost max-sm:hidden" } else { "btn btn-ghost" };
    links(role).map(|(href, text)| view! { <a class=class href=href>{text}</a> }.rendered()).collect()
}

#[component]
fn AnonymousHeader() -> Html {
    view! {
        <Bar home="/">
            <nav class="flex flex-wrap items-center gap-2" aria-label="Account">
                <LinkButton href="/login" text="Log in" look=Look::Ghost/>
                <LinkButton href="/signup" text="Sign up"/>
            </nav>
        </Bar>
    }
    .rendered()
}

#[component]
fn UserHeader(login: Login, theme: Option<Theme>) -> Html {
    let links = header_links(login.role(), true);
    view! {
        <Bar home="/dashboard">
            <nav class="flex flex-wrap items-center gap-1" aria-label="Main">{links}{menu(login, theme)}</nav>
        </Bar>
    }
    .rendered()
}

/// Path and text of each link, and the only role that sees it.
#[rustfmt::skip]
const LINKS: &[(&str, &str, Option<Role>)] = &[
    ("/dashboard", "Dashboard", None),
    ("/notes", "Notes", None),
    ("/admin", "Admin", Some(Role::Admin)),
];

fn links(role: Role) -> impl Iterator<Item = (&'static str, &'static str)> {
    let links = LINKS.iter().filter(move |(.., only)| only.is_none_or(|only| only == role));
    links.map(|(href, text, _)| (*href, *text))
}

/// The user's menu. On a phone it also has the links of the header.
fn menu(login: Login, theme: Option<Theme>) -> Html {
    let (role, user) = (login.role(), login.user);
    let (name, id) = (user.name.clone(), user.id.to_string());
    let has_choice = user.roles.all().len() > 1;
    let links: Vec<_> =
        links(role).map(|(href, text)| view! { <MenuLink href text on_phones=true/> }).collect();
    view! {
        <Menu id="user-menu" label="Your menu" button=ToChildren::to_children(move || view! { <Avatar name id/> })>
            <p class="grid px-4 py-2">
                <span class="truncate font-semibold"><Typed text=user.name/></span>
                <span class="truncate text-sm text-base-content/70"><Typed text=user.email/></span>
            </p>
            {links}
            <MenuLink href="/account" text="Your account"/>
            <MenuLink href="/account/devices" text="Your devices"/>
            {has_choice.then(|| view! { <MenuLink href="/account/role" text="Switch role"/> })}
            <MenuAction action="/logout" text="Log out"/>
            {theme.map(|theme| view! { <div class="border-t border-base-300 px-2 pt-2"><ThemeSwitch theme/></div> })}
        </Menu>
    }
    .rendered()
}

#[component]
fn Bar<Inside: IntoView + 'static>(home: &'static str, children: TypedChildren<Inside>) -> Html {
    view! {
        <header class="border-b border-base-300 bg-base-100">
            <div class="mx-auto flex min-h-16 max-w-6xl flex-wrap items-center justify-between gap-x-4 px-4 py-2 sm:px-6">
                <a class="flex items-center gap-2 rounded-field" href=home><Mark/></a>
                {children.into_inner()()}
            </div>
        </header>
    }
    .rendered()
}
