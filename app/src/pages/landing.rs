//! GET /: the page for visitors who are not logged in.

use crate::brand;
use crate::page::{PageResult, page};
use crate::request::Cx;
use leptos::prelude::*;

pub async fn landing(_: Cx) -> PageResult {
    page(
        "Welcome",
        view! {
            <main id="main" class="mx-auto grid w-full max-w-6xl gap-20 px-4 py-16 sm:px-6 sm:py-24">
                <section class="grid max-w-3xl gap-6">
                    <h1 class="text-5xl leading-tight font-bold tracking-tight text-balance sm:text-6xl">
                        "Accounts and sessions, "<span class="text-primary">"ready to use"</span>"."
                    </h1>
                    <p class="max-w-2xl text-xl text-pretty text-base-content/70">
                        {brand::NAME}" gives you accounts, sessions that can be revoked at once, and an admin area for \
                        both. Build your product on top."
                    </p>
                    <p class="flex flex-wrap gap-3">
                        <a class="btn btn-primary btn-lg" href="/signup">"Create your account"</a>
                        <a class="btn btn-ghost btn-lg" href="/login">"Log in"</a>
                    </p>
                </section>
                <section class="grid gap-6 md:grid-cols-3" aria-label="Features">
                    <Feature title="Sessions in your database" text="Each log-in is one row. Delete the row, and the browser is \
                        logged out with its next request."/>
                    <Feature title="Works without JavaScript" text="Every page is plain HTML. The browser loads code only \
                        where HTML is not enough."/>
                    <Feature title="SQLite or PostgreSQL" text="Start with a file beside the program. Move to \
                        PostgreSQL with one command."/>
                </section>
            </main>
        },
    )
}

#[component]
fn Feature(title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <article class="grid content-start gap-2 rounded-box border border-base-300 bg-base-100 p-6">
            <h2 class="text-lg font-semibold">{title}</h2>
            <p class="text-base-content/70">{text}</p>
        </article>
    }
}
