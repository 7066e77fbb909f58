//! The error page. It reads no database, since that may be what is broken.

use super::Document;
use super::header::{LoggedIn, error_header};
use crate::alternatives::Alternative;
use crate::assets::Assets;
use crate::brand;
use crate::components::{Button, Lead, LinkButton, Look, Small};
use crate::html::{Html, Rendered};
use crate::preferences::Theme;
use crate::problem::Problem;
use crate::request_id::RequestId;
use leptos::prelude::*;
use server::visitor::TOKEN_FIELD;

pub struct ErrorPage {
    pub problem: Problem,
    pub status: u16,
    /// Path of the page whose form failed.
    pub form_url: Option<String>,
    /// In seconds.
    pub retry_after: Option<u32>,
    /// What the user can do instead, after a rate limit.
    pub alternatives: Vec<Alternative>,
    /// Whether what was typed is kept for the page of its form.
    pub is_kept: bool,
    /// Field names and values, if what was typed could not be kept.
    pub typed: Vec<(String, String)>,
    /// Shown to the user, for support.
    pub id: Option<RequestId>,
    pub theme: Theme,
    /// `None` if the request failed before the log-in was read.
    pub logged_in: Option<LoggedIn>,
}

pub fn error_document(error: ErrorPage, assets: &Assets) -> String {
    let ErrorPage {
        problem,
        status,
        form_url,
        retry_after,
        alternatives,
        is_kept,
        typed,
        id,
        theme,
        logged_in,
    } = error;
    let title = format!("{} · {}", problem.title(), brand::NAME);
    let retry_after = retry_after.map(|seconds| {
        view! { <p class="font-medium">{format!("Try again in {}.", in_words(problem, seconds))}</p> }
    });
    let kept = is_kept.then(|| view! { <Lead>"What you typed is kept, except passwords."</Lead> });
    let not_kept = (!typed.is_empty() && problem != Problem::TooLongToKeep).then(|| {
        view! { <Lead>"What you typed may not be kept. Copy it before you leave this page."</Lead> }
    });
    let alternatives: Vec<_> = alternatives.into_iter().map(alternative).collect();
    let reference = id.filter(|_| status >= 500).map(|id| {
        view! { <Small>"If you contact us, include this ID: "<code>{id.to_string()}</code></Small> }
    });
    let (first, first_path) = match (form_url, logged_in, problem) {
        (_, _, Problem::OtherRole) => ("Switch role", "/account/role".to_owned()),
        (Some(path), ..) => ("Back to the form", path),
        (None, None, Problem::Unauthenticated | Problem::Forbidden) => ("Log in", "/login".to_owned()),
        (None, Some(_), _) => ("Go to the dashboard", "/dashboard".to_owned()),
        (None, None, _) => ("Front page", "/".to_owned()),
    };
    let front_page =
        (first_path != "/").then(|| view! { <LinkButton href="/" text="Front page" look=Look::Ghost/> });
    let body = view! {
        {error_header(logged_in)}
        <main id="main" class="mx-auto grid w-full max-w-xl grow content-center gap-6 px-6 py-24 text-center">
            <p class="text-7xl font-bold tracking-tight text-primary">{status}</p>
            <h1 class="page-heading">{problem.title()}</h1>
            <p class="text-lg text-base-content/70">{problem.advice()}</p>
            {retry_after}
            {kept}
            {not_kept}
            {typed_text(typed)}
            <div class="flex flex-wrap justify-center gap-3">
                <LinkButton href=first_path text=first/>
                {alternatives}
                {front_page}
            </div>
            {reference}
        </main>
    };
    view! { <Document title assets=assets.clone() has_island=false theme can_switch=false site=None>{body}</Document> }
        .to_html()
}

fn typed_text(typed: Vec<(String, String)>) -> Vec<Html> {
    let shown = typed.into_iter().filter(|(_, value)| !value.is_empty());
    shown
        .map(|(name, value)| {
            view! {
                <div class="text-start">
                    <p class="font-medium">{name}</p>
                    <p class="plain-text" dir="auto">{value}</p>
                </div>
            }
            .rendered()
        })
        .collect()
}

/// A rate limit lasts minutes or hours, which are hard to read in seconds.
fn in_words(problem: Problem, seconds: u32) -> String {
    let (number, unit) = match problem {
        Problem::TooManyRequests if seconds > 90 * 60 => (seconds.div_ceil(3600), "hour"),
        Problem::TooManyRequests => (seconds.div_ceil(60).max(1), "minute"),
        _ => (seconds, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

fn alternative(alternative: Alternative) -> Html {
    match alternative {
        Alternative::Link(text, path) => view! { <LinkButton href=path text look=Look::Soft/> }.rendered(),
        Alternative::LogOut(token) => view! {
            <form method="post" action="/logout">
                <input type="hidden" name=TOKEN_FIELD value=token/>
                <Button text="Log out, then log in again" look=Look::Soft/>
            </form>
        }
        .rendered(),
    }
}
