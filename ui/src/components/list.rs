//! Components of long lists: search, pagination, and the text for an empty list.

use super::button::{Button, LinkButton, Look};
use super::icon::{Icon, Shape};
use crate::html::{Html, Rendered};
use icondata_lu::LuInbox;
use leptos::prelude::*;

#[component]
pub fn Search(
    action: &'static str,
    label: &'static str,
    words: String,
    /// Other query parameters to keep.
    #[prop(default = Vec::new())]
    keep: Vec<(&'static str, &'static str)>,
) -> Html {
    let clear = (!words.is_empty()).then(|| {
        view! { <LinkButton href=address(action, &keep) text="Clear" look=Look::Ghost/> }
    });
    let keep: Vec<_> = keep
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect();
    view! {
        <form method="get" action=action role="search" class="flex w-full max-w-lg flex-wrap gap-2">
            {keep}
            <input class="input min-w-0 grow basis-48" type="search" name="q" value=words aria-label=label placeholder=label maxlength="200" dir="auto"/>
            <Button text="Search" look=Look::Soft/>
            {clear}
        </form>
    }
    .rendered()
}

/// `href` returns the address of a page by its number.
#[component]
pub fn Pager<Href: Fn(i64) -> String>(
    /// From 1.
    number: i64,
    count: i64,
    /// Rows on all pages.
    total: i64,
    /// In singular and plural.
    noun: (&'static str, &'static str),
    href: Href,
) -> Option<Html> {
    let noun = if total == 1 { noun.0 } else { noun.1 };
    let link = |text: &'static str, rel: &'static str, page: i64| {
        view! { <a class="btn btn-soft btn-sm" rel=rel href=href(page)>{text}</a> }
    };
    let previous = (number > 1).then(|| link("Previous", "prev", (number - 1).min(count)));
    let next = (number < count).then(|| link("Next", "next", number + 1));
    let summary = if count > 1 {
        format!("{total} {noun}, page {number} of {count}")
    } else {
        format!("{total} {noun}")
    };
    (total > 0 || number > 1).then(|| {
        view! {
            <nav class="flex flex-wrap items-center justify-between gap-4" aria-label="Pages">
                <p class="text-sm text-base-content/70">{summary}</p>
                <p class="flex flex-wrap gap-2">{previous}{next}</p>
            </nav>
        }
        .rendered()
    })
}

/// Replaces an empty list, and says what would be in it or what to do.
#[component]
pub fn Empty<Inside: IntoView + 'static>(
    heading: &'static str,
    #[prop(default = LuInbox)] icon: Shape,
    children: TypedChildren<Inside>,
) -> Html {
    view! {
        <div class="empty">
            <Icon shape=icon class="size-8 text-base-content/50"/>
            <p class="text-lg font-semibold">{heading}</p>
            {children.into_inner()()}
        </div>
    }
    .rendered()
}

/// Returns the path with this query, without empty values.
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    match pairs.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
