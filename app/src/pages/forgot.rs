//! GET and POST /forgot: sends an email with a link to choose a new password. The response is the same whether or not
//! an account has the address.

use leptos::prelude::*;
use server::emails::{self, Email};
use server::rate_limits;
use server::tokens::Purpose;
use server::visitor::Level;
use ui::components::{Button, Card, Field, Form, FormPage, LinkLine};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

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
                        <Button text="Send the link"/>
                    </Form>
                </Card>
                <LinkLine href="/login" text="Back to log in"/>
            </FormPage>
        },
    )
}

/// Sends the link to the address, if an account has it.
#[server(prefix = "", endpoint = "/forgot")]
pub async fn forgot(email: String) -> Result<(), Problem> {
    let cx = cx()?;
    let email = match cx.typed_email(&email).await {
        Ok(email) => email,
        Err(errors) => return cx.back_to(PATH, &[("email", &email)], &errors).await,
    };
    rate_limits::requested_email(&cx.db, Purpose::Reset.name(), &email, cx.visitor.ip()).await?;
    emails::enqueue(&cx.db, Email::Reset { email: email.clone() }).await?;
    tracing::info!(ip = cx.visitor.ip(), "requested a new password");
    cx.flash(Level::Info, format!("If {email} has an account, we sent it an email with a link.")).await?;
    cx.redirect("/login")
}
