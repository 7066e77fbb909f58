//! GET /dev/components: each component with its states, in both themes. A release build does not have this page.

mod examples;

use leptos::prelude::*;
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

/// `?theme=light` or `?theme=dark` shows one theme, and no query both. Ids must be unique, so only the first theme has
/// the examples with ids: fields, dialogs and menus.
pub async fn components(cx: Cx) -> PageResult {
    let asked = cx.query("theme");
    let themes: Vec<_> =
        ["light", "dark"].into_iter().filter(|theme| asked.is_empty() || asked == *theme).collect();
    let columns: Vec<_> =
        themes.iter().enumerate().map(|(number, theme)| column(theme, number == 0)).collect();
    page(
        "Components",
        view! {
            <main id="main" class="grid w-full grid-cols-1 content-start gap-6 px-4 py-10 sm:px-6">
                <h1 class="page-heading">"Components"</h1>
                <p class="flex gap-4">
                    <a class="link" href="/dev/components">"Both themes"</a>
                    <a class="link" href="/dev/components?theme=light">"Light"</a>
                    <a class="link" href="/dev/components?theme=dark">"Dark"</a>
                </p>
                <div class="grid grid-cols-1 gap-6 xl:grid-flow-col xl:auto-cols-fr xl:grid-cols-none">{columns}</div>
            </main>
        },
    )
}

fn column(theme: &'static str, is_first: bool) -> Html {
    let sections: Vec<_> = examples::all()
        .into_iter()
        .filter(|section| is_first || !section.has_ids)
        .map(|section| {
            view! {
                <section class="grid grid-cols-1 gap-3">
                    <h3 class="font-semibold">{section.name}</h3>
                    {section.content}
                </section>
            }
        })
        .collect();
    view! {
        <div class="grid grid-cols-1 content-start gap-8 rounded-box bg-base-200 p-4 text-base-content sm:p-6" data-theme=theme>
            <h2 class="text-xl font-semibold">{theme}</h2>
            {sections}
        </div>
    }
    .rendered()
}
