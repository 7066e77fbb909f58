//! Sections of a front page: features, prices, questions.

use super::button::{LinkButton, Look};
use super::icon::{Icon, Shape};
use crate::html::{Html, Rendered};
use icondata_lu::LuCheck;
use leptos::prelude::*;

#[component]
pub fn Section<Inside: IntoView + 'static>(
    /// For links to this section.
    id: &'static str,
    heading: &'static str,
    lead: &'static str,
    children: TypedChildren<Inside>,
) -> Html {
    view! {
        <section id=id class="grid grid-cols-1 gap-8" aria-labelledby=format!("{id}-heading")>
            <div class="grid max-w-2xl gap-2">
                <h2 id=format!("{id}-heading") class="page-heading">{heading}</h2>
                <p class="text-lg text-pretty text-base-content/70">{lead}</p>
            </div>
            {children.into_inner()()}
        </section>
    }
    .rendered()
}

#[component]
pub fn Feature(icon: Shape, title: &'static str, text: &'static str) -> Html {
    view! {
        <article class="card-box">
            <Icon shape=icon class="size-6 text-primary"/>
            <h3 class="text-lg font-semibold">{title}</h3>
            <p class="text-pretty text-base-content/70">{text}</p>
        </article>
    }
    .rendered()
}

#[derive(Clone, Copy)]
pub struct Plan {
    pub name: &'static str,
    /// With the currency, for example `€19`.
    pub price: &'static str,
    /// For example `per month`.
    pub period: &'static str,
    pub includes: &'static [&'static str],
    /// Text of the button.
    pub action: &'static str,
    /// Whether most customers take it.
    pub is_popular: bool,
}

#[component]
pub fn Pricing(plans: &'static [Plan]) -> Html {
    let plans: Vec<_> = plans.iter().copied().map(plan).collect();
    view! { <div class="tiles">{plans}</div> }.rendered()
}

fn plan(plan: Plan) -> Html {
    let includes: Vec<_> = plan
        .includes
        .iter()
        .map(|text| view! { <li class="flex gap-2"><Icon shape=LuCheck class="mt-1 size-4 shrink-0 text-primary"/>{*text}</li> })
        .collect();
    let (class, look) = match plan.is_popular {
        true => ("card-box border-2 border-primary", Look::Primary),
        false => ("card-box", Look::Soft),
    };
    view! {
        <article class=class>
            <h3 class="text-lg font-semibold">{plan.name}</h3>
            <p><span class="text-4xl font-bold tracking-tight">{plan.price}</span>" "<span class="text-base-content/70">{plan.period}</span></p>
            <ul class="grid gap-2">{includes}</ul>
            <p class="mt-auto grid pt-2"><LinkButton href="/signup" text=plan.action look/></p>
        </article>
    }
    .rendered()
}

/// Each entry has a question and its answer.
#[component]
pub fn Questions(entries: &'static [(&'static str, &'static str)]) -> Html {
    let entries: Vec<_> = entries
        .iter()
        .map(|(question, answer)| {
            view! {
                <details class="border-b border-base-300 py-4">
                    <summary class="font-medium">{*question}</summary>
                    <p class="max-w-2xl pt-2 text-pretty text-base-content/70">{*answer}</p>
                </details>
            }
        })
        .collect();
    view! { <div class="border-t border-base-300">{entries}</div> }.rendered()
}
