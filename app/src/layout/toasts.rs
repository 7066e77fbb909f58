//! Flash messages. Each is an open dialog with a form that closes it, so it works without a script.

use leptos::prelude::*;
use server::visitor::{Flash, Level};

#[component]
pub fn Toasts(flashes: Vec<Flash>) -> impl IntoView {
    (!flashes.is_empty()).then(|| {
        let toasts: Vec<_> = flashes.into_iter().map(|flash| view! { <Toast flash/> }).collect();
        view! {
            <section class="pointer-events-none fixed inset-x-4 bottom-4 z-30 grid gap-3 sm:left-auto sm:w-96" aria-label="Messages">
                {toasts}
            </section>
        }
    })
}

#[component]
fn Toast(flash: Flash) -> impl IntoView {
    let (class, role, said) = match flash.level {
        Level::Info => ("alert alert-info", "status", "Note: "),
        Level::Success => ("alert alert-success", "status", "Done: "),
        Level::Warning => ("alert alert-warning", "alert", "Warning: "),
        Level::Error => ("alert alert-error", "alert", "Error: "),
    };
    view! {
        <dialog open class="toast-card pointer-events-auto static m-0 w-full max-w-full bg-transparent p-0" aria-label="Message">
            <form method="dialog" class=format!("{class} grid-cols-[1fr_auto] shadow-lg")>
                <p class="min-w-0 wrap-anywhere" role=role data-flash=flash.level.name()><span class="sr-only">{said}</span>{flash.text}</p>
                <button class="btn btn-circle btn-ghost btn-sm" aria-label="Dismiss this message">"✕"</button>
            </form>
        </dialog>
    }
}
