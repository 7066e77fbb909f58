//! The picture of the product on the front page. It is HTML, so it has the theme and the name of the product, and needs
//! no request. All numbers are examples.

use leptos::prelude::*;
use ui::brand::Mark;
use ui::html::{Html, Rendered};

const BARS: &str = r#"<path fill="currentColor" d="M1 100v-18h8v18zM11 100v-26h8v26zM21 100v-22h8v22zM31 100v-34h8v34zM41 100v-30h8v30zM51 100v-44h8v44zM61 100v-38h8v38zM71 100v-52h8v52zM81 100v-46h8v46zM91 100v-40h8v40zM101 100v-58h8v58zM111 100v-66h8v66zM121 100v-60h8v60zM131 100v-78h8v78z"/>"#;
const LINE: &str = r#"<path fill="none" stroke="currentColor" stroke-width="2" vector-effect="non-scaling-stroke" d="M5 88L15 84L25 85L35 76L45 70L55 72L65 63L75 56L85 59L95 48L105 40L115 43L125 30L135 18"/>"#;

#[component]
pub fn Picture() -> Html {
    view! {
        <figure class="product-picture" role="img" aria-label="The admin area, with charts of sign-ups and active users">
            <p class="flex items-center gap-2 border-b border-base-300 bg-base-100 px-4 py-3"><Mark/></p>
            <div class="grid gap-4 p-4">
                <div class="tiles-small">{number("1,248", "Users")}{number("312", "Sessions now")}</div>
                <div class="tiles-small">{chart("Sign-ups", BARS)}{chart("Active users", LINE)}</div>
                <div class="card-box">
                    <p class="font-semibold">"Latest changes"</p>
                    {change("Ada logged in with a passkey", "2 minutes ago")}
                    {change("Grace ended two sessions", "1 hour ago")}
                </div>
            </div>
        </figure>
    }
    .rendered()
}

fn number(value: &'static str, text: &'static str) -> Html {
    view! { <p class="stat-card"><span class="text-3xl font-semibold">{value}</span><span class="text-sm">{text}</span></p> }.rendered()
}

fn chart(heading: &'static str, shapes: &'static str) -> Html {
    view! {
        <div class="card-box">
            <p class="font-semibold">{heading}</p>
            <svg class="h-28 w-full text-primary" viewBox="0 0 140 100" preserveAspectRatio="none" inner_html=shapes></svg>
        </div>
    }
    .rendered()
}

fn change(text: &'static str, when: &'static str) -> Html {
    view! { <p class="flex justify-between gap-3 text-sm"><span>{text}</span><span class="text-base-content/70">{when}</span></p> }.rendered()
}
