//! GET and POST /account/email: asks for a new address. It changes when the new address is confirmed (`new_email.rs`).

use super::Tabs;
use crate::components::{Card, Field, Form, PageShell};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx};
use leptos::prelude::*;
use server::visitor::Level;
use server::{Error, accounts, rate_limits};

const PATH: &str = "/account/email";

pub async fn email(cx: Cx) -> PageResult {
    let email = cx.login().await?.user.email;
    let submitted = cx.submitted(PATH).await?;
    page(
        "Your email address",
        view! {
            <PageShell heading="Your account">
                <Tabs here="/account"/>
                <Card heading="Change your email address">
                    <p class="text-base-content/70">
                        "You use this address to log in. We will email a link to the new one. Open it in this browser, or enter your password there. Your address then changes, and your other devices are logged out."
                    </p>
                    <Form action=PATH>
                        <Field name="email" label="Email" kind="email" autocomplete="email" max=254 value=email submitted/>
                        <p class="flex gap-3">
                            <button type="submit" class="btn btn-primary">"Change email"</button>
                            <a class="btn btn-ghost" href="/account">"Cancel"</a>
                        </p>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

/// Sends an email to the new address. The answer is the same whether or not an account uses that address.
#[server(prefix = "", endpoint = "/account/email")]
pub async fn change_email(email: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    rate_limits::email(&cx.db, &login.user.id, &email).await?;
    match accounts::request_email_change(&cx.db, &login.user, &email).await {
        Ok(()) => {
            let text = format!(
                "We sent an email to {}. Your address changes when you confirm it with the link.",
                email.trim()
            );
            cx.flash(Level::Info, text).await?;
            cx.redirect("/account")
        }
        Err(Error::Invalid(errors)) => cx.back_to(PATH, &[("email", &email)], &errors).await,
        Err(error) => Err(error.into()),
    }
}
