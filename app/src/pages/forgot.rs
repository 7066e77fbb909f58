//! GET and POST /forgot: sends an email for a forgotten password. The answer is the same whether or not an account has
//! the address, so it reveals nothing; only the email does.

use crate::components::{Card, Field, Form, FormPage};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx};
use leptos::prelude::*;
use server::emails::{self, Email};
use server::visitor::Level;
use server::{FieldErrors, accounts, rate_limits};

const PATH: &str = "/forgot";

pub async fn forgot_page(cx: Cx) -> PageResult {
    let submitted = cx.submitted(PATH).await?;
    page(
        "Forgot your password?",
        view! {
            <FormPage heading="Forgot your password?" lead="We will email you a link to choose a new one.">
                <Card>
                    <Form action=PATH>
                        <Field name="email" label="Email" kind="email" autocomplete="username" max=254 submitted/>
                        <button type="submit" class="btn btn-primary">"Send the link"</button>
                    </Form>
                </Card>
                <p class="text-center"><a class="link" href="/login">"Back to log in"</a></p>
            </FormPage>
        },
    )
}

/// Sends the link to the address, if an account has it.
#[server(prefix = "", endpoint = "/forgot")]
pub async fn forgot(email: String) -> Result<(), Problem> {
    let cx = cx()?;
    let email = match accounts::parse_email(&email) {
        Ok(email) => email,
        Err(error) => {
            return cx.back_to(PATH, &[("email", &email)], &FieldErrors::one("email", error)).await;
        }
    };
    rate_limits::mail(&cx.db, &email, cx.visitor.ip()).await?;
    emails::enqueue(&cx.db, Email::Reset { email: email.clone() }).await?;
    tracing::info!(ip = cx.visitor.ip(), "asked for a new password");
    cx.flash(Level::Info, format!("If {email} has an account, we sent it an email with a link.")).await?;
    cx.redirect("/login")
}
