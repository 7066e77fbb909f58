//! GET and POST /account/two-factor/recovery-codes: makes ten new codes and shows them once.

use super::super::Tabs;
use leptos::prelude::*;
use server::accounts::two_factor;
use server::visitor::Level;
use ui::components::{Card, LinkButton, PageShell};
use ui::page::{PageResult, page_shown_once, redirect_to};
use ui::problem::Problem;
use ui::request::{Cx, cx};

pub(super) const PATH: &str = "/account/two-factor/recovery-codes";

/// Shows new codes after a redirect. A direct response to the form would make new codes with each reload.
pub async fn recovery_codes_page(cx: Cx) -> PageResult {
    let Some(codes) = cx.visitor.take_recovery_codes().await? else {
        return redirect_to("/account/two-factor");
    };
    let codes: Vec<_> = codes
        .into_iter()
        .map(|code| view! { <li class="font-mono" data-recovery-code>{code}</li> })
        .collect();
    page_shown_once(
        "Your recovery codes",
        view! {
            <PageShell heading="Your account">
                <Tabs here="/account/two-factor"/>
                <Card heading="Your recovery codes">
                    <p>"Print them or write them down now: they are not shown again. Without your app, you can log in with your password and one of these codes. Each code works once."</p>
                    <ul class="grid gap-2 sm:grid-cols-2">{codes}</ul>
                    <p><LinkButton href="/account/two-factor" text="I have saved them"/></p>
                </Card>
            </PageShell>
        },
    )
}

/// Makes ten new codes; the old ones become invalid.
#[server(prefix = "", endpoint = "/account/two-factor/recovery-codes")]
pub async fn renew_recovery_codes() -> Result<(), Problem> {
    let cx = cx()?;
    let user = cx.user().await?;
    let Some(codes) = two_factor::renew_recovery_codes(&cx.db, cx.visitor.actor(&user), &user).await? else {
        return cx.redirect("/account/two-factor");
    };
    cx.visitor.keep_recovery_codes(&user, &codes).await?;
    cx.flash(Level::Success, "You have new recovery codes. The old ones no longer work.").await?;
    cx.redirect(PATH)
}
