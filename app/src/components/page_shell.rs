//! Layouts of a page's content.

use leptos::prelude::*;

/// A page with a heading, optional actions beside the heading, and content below.
#[component]
pub fn PageShell<Inside: IntoView + 'static>(
    #[prop(into)] heading: String,
    /// Buttons and links beside the heading.
    #[prop(optional, into)]
    actions: ViewFn,
    children: TypedChildren<Inside>,
) -> impl IntoView {
    view! {
        <main id="main" class="mx-auto grid w-full max-w-6xl gap-6 px-4 py-10 sm:px-6">
            <div class="flex flex-wrap items-center justify-between gap-4">
                <h1 class="text-3xl font-semibold tracking-tight wrap-anywhere">{heading}</h1>
                {actions.run()}
            </div>
            {children.into_inner()()}
        </main>
    }
}

#[component]
pub fn FormPage<Inside: IntoView + 'static>(
    heading: &'static str,
    lead: &'static str,
    children: TypedChildren<Inside>,
) -> impl IntoView {
    view! {
        <main id="main" class="mx-auto grid w-full max-w-md grow content-center gap-8 px-4 py-12">
            <div class="grid gap-2 text-center text-balance">
                <h1 class="text-3xl font-semibold tracking-tight">{heading}</h1>
                <p class="text-base-content/70">{lead}</p>
            </div>
            {children.into_inner()()}
        </main>
    }
}

#[component]
pub fn Card<Inside: IntoView + 'static>(
    #[prop(optional)] heading: Option<&'static str>,
    children: TypedChildren<Inside>,
) -> impl IntoView {
    let heading = heading.map(|heading| view! { <h2 class="text-lg font-semibold">{heading}</h2> });
    view! {
        <section class="grid gap-4 rounded-box border border-base-300 bg-base-100 p-5 shadow-xs sm:p-6">
            {heading}
            {children.into_inner()()}
        </section>
    }
}
