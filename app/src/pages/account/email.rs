//! GET and POST /account/email: requests a change of the address. `new_email.rs` completes it.

use super::Tabs;
use leptos::prelude::*;
use server::visitor::Level;
use server::{Error, User, accounts, rate_limits};
use ui::components::{Button, Buttons, Card, Field, Form, Lead, LinkButton, Look, PageShell};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

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
                    <Lead>
                        "You use this address to log in. We will email a link to the new one. Open it in this browser, or enter your password there. Your address then changes, and your other devices are logged out."
                    </Lead>
                    <Form action=PATH>
                        <Field name="email" label="Email" kind="email" autocomplete="email" max=254 value=email submitted/>
                        <Buttons>
                            <Button text="Change email"/>
                            <LinkButton href="/account" text="Cancel" look=Look::Ghost/>
                        </Buttons>
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
    match request_change(&cx, &login.user, &email).await {
        Ok(()) => cx.redirect("/account"),
        Err(Error::Invalid(errors)) => cx.back_to(PATH, &[("email", &email)], &errors).await,
        Err(error) => Err(error.into()),
    }
}

/// Sends the email and stores a flash message about it.
pub(in crate::pages) async fn request_change(cx: &Cx, user: &User, email: &str) -> Result<(), Error> {
    let attempt = rate_limits::email_change(&cx.db, &user.id, email).await?;
    let requested = match cx.check_new_email(email).await {
        Ok(()) => accounts::request_email_change(&cx.db, user, email).await,
        Err(errors) => Err(errors.into()),
    };
    if matches!(requested, Err(Error::Invalid(_))) {
        rate_limits::refund(&cx.db, attempt).await?;
    }
    requested?;
    let email = email.trim();
    let text =
        format!("We sent an email to {email}. Your address changes when you confirm it with the link.");
    cx.visitor.flash(Level::Info, text).await
}
