//! Components of long lists: search, pagination, and the text for an empty list.

use leptos::prelude::*;

#[component]
pub fn Search(
    action: &'static str,
    label: &'static str,
    words: String,
    /// Another query parameter to keep.
    #[prop(optional)]
    keep: Option<(&'static str, &'static str)>,
) -> impl IntoView {
    let keep = keep.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="get" action=action role="search" class="flex w-full max-w-md gap-2">
            {keep}
            <input class="input grow" type="search" name="q" value=words aria-label=label placeholder=label maxlength="200"/>
            <button type="submit" class="btn btn-soft">"Search"</button>
        </form>
    }
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
) -> impl IntoView {
    let noun = if total == 1 { noun.0 } else { noun.1 };
    let newer = (number > 1).then(
        || view! { <a class="btn btn-soft btn-sm" rel="prev" href=href((number - 1).min(count))>"Previous"</a> },
    );
    let older = (number < count)
        .then(|| view! { <a class="btn btn-soft btn-sm" rel="next" href=href(number + 1)>"Next"</a> });
    view! {
        <nav class="flex flex-wrap items-center justify-between gap-4" aria-label="Pages">
            <p class="text-sm text-base-content/70">
                {format!("{total} {noun}, page {number} of {count}")}
            </p>
            <p class="flex gap-2">{newer}{older}</p>
        </nav>
    }
}

#[component]
pub fn Empty<Inside: IntoView + 'static>(
    heading: &'static str,
    children: TypedChildren<Inside>,
) -> impl IntoView {
    view! {
        <div class="grid justify-items-center gap-3 rounded-box border border-dashed border-base-300 px-6 py-16 text-center">
            <p class="text-lg font-semibold">{heading}</p>
            {children.into_inner()()}
        </div>
    }
}

pub fn tabs(label: &'static str, tabs: &[(&'static str, &'static str)], here: &str) -> impl IntoView + use<> {
    let links: Vec<_> = tabs
        .iter()
        .map(|(href, text)| {
            let current = (*href == here).then_some("page");
            let class = if current.is_some() {
                "tab tab-active max-sm:px-2"
            } else {
                "tab text-base-content/75 max-sm:px-2"
            };
            view! { <a class=class href=*href aria-current=current>{*text}</a> }
        })
        .collect();
    view! { <nav class="tabs tabs-border -mb-2 flex-nowrap overflow-x-auto" aria-label=label>{links}</nav> }
}

/// Each link has an address, a text, and whether it is selected.
pub fn choices(label: &'static str, links: Vec<(String, &'static str, bool)>) -> impl IntoView + use<> {
    let links: Vec<_> = links
        .into_iter()
        .map(|(href, text, is_chosen)| {
            let class =
                if is_chosen { "btn btn-primary btn-sm join-item" } else { "btn btn-soft btn-sm join-item" };
            view! { <a class=class href=href aria-current=is_chosen.then_some("true")>{text}</a> }
        })
        .collect();
    view! { <nav class="join" aria-label=label>{links}</nav> }
}

/// Empty values are left out.
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    match pairs.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
