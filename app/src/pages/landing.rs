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
                        "Your product, "<span class="text-primary">"in the water"</span>" by Monday."
                    </h1>
                    <p class="max-w-2xl text-xl text-pretty text-base-content/70">
                        {brand::NAME}" is the hull: accounts, sessions that end when they should, an admin's view of \
                        both. What you build on it is yours."
                    </p>
                    <p class="flex flex-wrap gap-3">
                        <a class="btn btn-primary btn-lg" href="/signup">"Create your account"</a>
                        <a class="btn btn-ghost btn-lg" href="/login">"Log in"</a>
                    </p>
                </section>
                <section class="grid gap-6 md:grid-cols-3" aria-label="What is on board">
                    <Feature title="Signed in, for real" text="A log-in is one row in your database. Delete the row, and \
                        that browser is out with its next click."/>
                    <Feature title="No script to wait for" text="Every page works without JavaScript. The browser gets \
                        code only where HTML is not enough."/>
                    <Feature title="Two databases, one binary" text="Start on a file beside the program. Move to \
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
