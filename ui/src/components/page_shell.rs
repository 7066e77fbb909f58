//! Layouts of a page's content.

use crate::html::{Html, Rendered};
use leptos::prelude::*;

/// A page with a heading, optional actions beside the heading, and content below.
#[component]
pub fn PageShell<Inside: IntoView + 'static>(
    #[prop(into)] heading: String,
    /// Buttons and links beside the heading.
    #[prop(optional, into)]
    actions: ViewFn,
    children: TypedChildren<Inside>,
) -> Html {
    view! {
        <main id="main" class="mx-auto grid w-full max-w-6xl grid-cols-1 content-start gap-6 px-4 py-10 sm:px-6">
            <div class="flex flex-wrap items-center justify-between gap-4">
                <h1 class="page-heading"><bdi class="typed">{heading}</bdi></h1>
                <div class="flex flex-wrap items-center gap-3 empty:hidden">{actions.run()}</div>
            </div>
            {children.into_inner()()}
        </main>
    }
    .rendered()
}

#[component]
pub fn FormPage<Inside: IntoView + 'static>(
    heading: &'static str,
    lead: &'static str,
    children: TypedChildren<Inside>,
) -> Html {
    view! {
        <main id="main" class="mx-auto grid w-full max-w-md grow grid-cols-1 content-center gap-8 px-4 py-12">
            <div class="grid gap-2 text-center text-balance">
                <h1 class="page-heading">{heading}</h1>
                <p class="text-base-content/70">{lead}</p>
            </div>
            {children.into_inner()()}
        </main>
    }
    .rendered()
}

#[component]
pub fn Card<Inside: IntoView + 'static>(
    #[prop(optional)] heading: Option<&'static str>,
    children: TypedChildren<Inside>,
) -> Html {
    let heading = heading.map(|heading| view! { <h2 class="text-lg font-semibold">{heading}</h2> });
    view! {
        <section class="card-box">
            {heading}
            {children.into_inner()()}
        </section>
    }
    .rendered()
}
