//! GET /dashboard: the first page after the log-in.

use crate::pages::notes::latest::latest_notes;
use icondata_lu::{LuCircle, LuCircleCheck};
use leptos::prelude::*;
use server::accounts::passkeys;
use ui::components::{Card, EmailText, Icon, Lead, LinkButton, Look, PageShell, Size, Small};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

pub async fn dashboard(cx: Cx) -> PageResult {
    let (user, scope) = (cx.user().await?, cx.scope().await?);
    // The cards of the product. If none has content, the first steps replace them.
    let mut cards = Vec::new();
    cards.extend(latest_notes(&cx.db, &scope).await?);
    if cards.is_empty() {
        let has_passkey = !passkeys::list(&cx.db, &scope).await?.is_empty();
        cards.push(first_steps(user.email_verified_at.is_some(), has_passkey));
    }
    page(
        "Dashboard",
        view! {
            <PageShell heading=format!("Hello, {}", user.name_in_text())>
                <div class="flex flex-wrap items-start gap-6">
                    <div class="grid min-w-0 grow-3 basis-md grid-cols-1 gap-6">{cards}</div>
                    <div class="min-w-0 grow basis-64">
                        <Card heading="Your account">
                            <Lead>"You are logged in as "<EmailText text=user.email/>"."</Lead>
                            <p class="flex flex-wrap gap-2">
                                <LinkButton href="/account/devices" text="Your devices" look=Look::Soft size=Size::Small/>
                                <LinkButton href="/account" text="Your account" look=Look::Soft size=Size::Small/>
                            </p>
                        </Card>
                    </div>
                </div>
            </PageShell>
        },
    )
}

fn first_steps(is_confirmed: bool, has_passkey: bool) -> Html {
    let steps = [
        (is_confirmed, "Confirm your email address", "So that you can reset your password.", "/verify"),
        (has_passkey, "Set up a passkey", "Log in with your fingerprint or face.", "/account/passkeys"),
        (false, "Write your first note", "Only you can see your notes.", "/notes/new"),
    ];
    let steps: Vec<_> =
        steps.into_iter().map(|(done, title, text, href)| step(done, title, text, href)).collect();
    view! { <Card heading="Your first steps"><ol class="list-rows">{steps}</ol></Card> }.rendered()
}

fn step(is_done: bool, title: &'static str, text: &'static str, href: &'static str) -> Html {
    let (shape, class, said) = match is_done {
        true => (LuCircleCheck, "size-6 shrink-0 text-primary", "Done: "),
        false => (LuCircle, "size-6 shrink-0 text-base-content/40", ""),
    };
    let link = (!is_done).then(|| view! { <LinkButton href text="Start" look=Look::Soft size=Size::Small/> });
    view! {
        <li class="list-row">
            <div class="flex items-start gap-3">
                <Icon shape class/>
                <div><p class="font-medium"><span class="sr-only">{said}</span>{title}</p><Small>{text}</Small></div>
            </div>
            {link}
        </li>
    }
    .rendered()
}
