//! GET and POST /signup: new accounts. GET /signup/sent: the next step. POST /signup/resend: sends the email again.

use leptos::prelude::*;
use server::accounts::NewUser;
use server::emails::{self, Email};
use server::visitor::Level;
use server::{Error, FieldErrors, accounts, rate_limits};
use ui::components::{
    Button, Buttons, Card, EmailText, Field, Form, FormPage, Lead, LinkButton, LinkLine, Look, NewPassword,
};
use ui::html::Rendered;
use ui::page::{PageResult, page, page_with_island, redirect_to};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/signup";
const SENT: &str = "/signup/sent";

pub async fn sign_up_page(cx: Cx) -> PageResult {
    if cx.visitor.login().await?.is_some() {
        return redirect_to("/dashboard");
    }
    let submitted = cx.submitted(PATH).await?;
    page_with_island(
        "Sign up",
        view! {
            <FormPage heading="Create your account" lead="It takes less than a minute.">
                <Card>
                    <Form action=PATH>
                        <Field name="name" label="Name" autocomplete="name" max=100 submitted=submitted.clone()/>
                        <Field name="email" label="Email" kind="email" autocomplete="username" max=254 submitted=submitted.clone()/>
                        <NewPassword name="password" label="Password" submitted/>
                        <Button text="Sign up"/>
                    </Form>
                </Card>
                <LinkLine href="/login" text="Log in" before="Already have an account? "/>
            </FormPage>
        },
    )
}

/// Creates the account and sends an email. If the address has an account already, its owner gets another email. The
/// response is the same, so it does not reveal who has an account.
#[server(prefix = "", endpoint = "/signup")]
pub async fn sign_up(name: String, email: String, password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let attempt = rate_limits::sign_up(&cx.db, cx.visitor.ip()).await?;
    let signed_up = match cx.check_new_email(&email).await {
        Ok(()) => {
            accounts::sign_up(&cx.db, NewUser { email: &email, name: &name, password: &password }).await
        }
        Err(errors) => Err(errors.into()),
    };
    match signed_up {
        Ok(email) => {
            tracing::info!(ip = cx.visitor.ip(), "signed up");
            sent_to(&cx, &email).await
        }
        Err(Error::Invalid(errors)) => {
            rate_limits::refund(&cx.db, attempt).await?;
            cx.back_to(PATH, &[("name", &name), ("email", &email)], &errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn sent_to(cx: &Cx, email: &str) -> Result<(), Problem> {
    cx.back_to(SENT, &[("email", email)], &FieldErrors::default()).await
}

pub async fn sent_page(cx: Cx) -> PageResult {
    if cx.visitor.login().await?.is_some() {
        return redirect_to("/dashboard");
    }
    // After a reload it is `None`, since a submitted form is read once.
    let email = cx.submitted(SENT).await?.value("email");
    let resend = email.clone().map(|email| {
        view! {
            <Form action="/signup/resend">
                // Not `Hidden`: it was typed on the page before, so it is kept if this form is refused.
                <input type="hidden" name="email" value=email/>
                <Button text="Send it again" look=Look::Soft/>
            </Form>
        }
    });
    let email = match email {
        Some(email) => view! { <strong><EmailText text=email/></strong> }.rendered(),
        None => "the address that you typed".rendered(),
    };
    page(
        "Check your email",
        view! {
            <FormPage heading="Check your email" lead="One more step, and your account is ready.">
                <Card>
                    <p>"We sent an email to "{email}". Open the link in it to confirm that the address is yours."</p>
                    <Lead>"It may take a minute. Check your spam folder too."</Lead>
                    <Buttons>
                        <LinkButton href="/login" text="Log in"/>
                        {resend}
                    </Buttons>
                </Card>
                <LinkLine before="Wrong address? " href="/signup" text="Sign up again"/>
            </FormPage>
        },
    )
}

/// Sends the email of the sign-up again. Only the worker looks up whether a user has the address.
#[server(prefix = "", endpoint = "/signup/resend")]
pub async fn resend_sign_up(email: String) -> Result<(), Problem> {
    let cx = cx()?;
    let email = match cx.typed_email(&email).await {
        Ok(email) => email,
        Err(errors) => return cx.back_to(PATH, &[("email", &email)], &errors).await,
    };
    rate_limits::requested_email(&cx.db, rate_limits::SIGN_UP_AGAIN, &email, cx.visitor.ip()).await?;
    emails::enqueue(&cx.db, Email::SignUpAgain { email: email.clone() }).await?;
    cx.flash(Level::Success, format!("We sent another email to {email}.")).await?;
    sent_to(&cx, &email).await
}
