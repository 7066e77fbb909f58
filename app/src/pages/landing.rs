//! GET /: the page for visitors who are not logged in. Features, prices and answers are examples.

mod picture;

use icondata_lu::{LuDatabase, LuGauge, LuKeyRound, LuMailCheck, LuShieldCheck, LuUsers};
use leptos::prelude::*;
use picture::Picture;
use std::sync::LazyLock;
use ui::brand;
use ui::components::{Feature, LinkButton, Look, Plan, Pricing, Questions, Section, Size};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

const PLANS: &[Plan] = &[
    Plan {
        name: "Starter",
        price: "€0",
        period: "forever",
        includes: &["1 person", "100 documents", "Log-in with passkeys"],
        action: "Start for free",
        is_popular: false,
    },
    Plan {
        name: "Team",
        price: "€19",
        period: "per month",
        includes: &["10 people", "Unlimited documents", "Audit log", "Support by email"],
        action: "Try it for 30 days",
        is_popular: true,
    },
    Plan {
        name: "Company",
        price: "€99",
        period: "per month",
        includes: &["Unlimited people", "Data export", "Support within four hours"],
        action: "Try it for 30 days",
        is_popular: false,
    },
];

const QUESTIONS: &[(&str, &str)] = &[
    ("Can I cancel at any time?", "Yes. You can delete your account on its own page, with all of its data."),
    (
        "Where is my data?",
        "In one database that we back up each day. You can download all of your data as a file.",
    ),
    (
        "How do I log in?",
        "With a password, a passkey, and a code from your authenticator app if you want one.",
    ),
];

/// The same for all visitors, so it is rendered once.
static MAIN: LazyLock<String> = LazyLock::new(|| main_content().into_view().to_html());

pub async fn landing(_: Cx) -> PageResult {
    page("Welcome", Html::new(MAIN.as_str()))
}

fn main_content() -> Html {
    view! {
        <main id="main" class="mx-auto grid w-full max-w-6xl grid-cols-1 gap-24 px-4 py-16 sm:px-6 sm:py-24">
            <section class="grid grid-cols-1 items-center gap-12 lg:grid-cols-2">
                <div class="grid gap-6">
                    <h1 class="text-5xl leading-tight font-bold tracking-tight text-balance sm:text-6xl">
                        "Accounts and sessions, "<span class="text-primary">"ready to use"</span>"."
                    </h1>
                    <p class="max-w-xl text-xl text-pretty text-base-content/70">
                        {brand::NAME}" gives you accounts, sessions that can be revoked at once, and an admin area \
                        for both. Build your product on top."
                    </p>
                    <p class="flex flex-wrap gap-3">
                        <LinkButton href="/signup" text="Create your account" size=Size::Large/>
                        <LinkButton href="/login" text="Log in" look=Look::Ghost size=Size::Large/>
                    </p>
                </div>
                <Picture/>
            </section>
            <Section id="features" heading="The parts that every product needs"
                lead="You start with the work that only your product has.">
                <div class="tiles">
                    <Feature icon=LuShieldCheck title="Sessions in your database" text="Each log-in is one row. Delete the row, and the browser is logged out with its next request."/>
                    <Feature icon=LuKeyRound title="Passkeys and two-factor" text="People log in with a fingerprint, a password, a code, or a link in an email."/>
                    <Feature icon=LuMailCheck title="Emails that arrive" text="Each email is queued in the database with the change that caused it, and sent until it is accepted."/>
                    <Feature icon=LuGauge title="Works without JavaScript" text="Every page is plain HTML. The browser loads code only where HTML is not enough."/>
                    <Feature icon=LuDatabase title="SQLite or PostgreSQL" text="Start with a file beside the program. Move to PostgreSQL with one command."/>
                    <Feature icon=LuUsers title="An admin area" text="See users, sessions and emails, and revoke any log-in at once."/>
                </div>
            </Section>
            <Section id="pricing" heading="Prices" lead="Change the plan at any time."><Pricing plans=PLANS/></Section>
            <Section id="questions" heading="Questions" lead="Write to us if yours is missing."><Questions entries=QUESTIONS/></Section>
        </main>
    }
    .rendered()
}
