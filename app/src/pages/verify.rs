//! GET and POST /verify: confirms that an address belongs to the user. POST /verify/claim: takes over an account that
//! another person made with the address. POST /verify/address: replaces a mistyped address. Only the buttons change
//! something, not the link in the email: email programs open links to scan for viruses.

use super::account::email::request_change;
use super::link_owner::{back_to_link, continue_to, log_in_to, proof_form, prove};
use leptos::prelude::*;
use server::tokens::{self, Purpose};
use server::visitor::Level;
use server::{Error, Refusal, accounts, rate_limits};
use ui::components::{
    ActionButton, Button, Card, EmailText, Field, Form, FormPage, Look, Size, TokenButton, address,
    expired_link,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page, redirect_to};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/verify";
const CLAIM_PATH: &str = "/verify/claim";
const ADDRESS_PATH: &str = "/verify/address";

/// Shows the confirmation form if there is a token. Otherwise it shows how to get an email.
pub async fn verify_page(cx: Cx) -> PageResult {
    let token = cx.query("token");
    if token.is_empty() {
        return resend_page(&cx).await;
    }
    let Some(found) = tokens::find(&cx.db, Purpose::Verify, &token).await? else {
        return page(
            "Confirm your address",
            expired_link("Log in to request a new one.", "/login", "Log in"),
        );
    };
    let here = log_in_to(&cx, &found.user).await?;
    let (lead, claim) = match here {
        Some(_) => ("Confirm that this is your address.", None),
        None if cx.config.single_sign_on.only => ("Confirm that this is your address.", None),
        None => ("Enter the password that you signed up with.", Some(claim_card(token.clone()))),
    };
    let form = proof_form(&cx, here.as_ref(), PATH, "Confirm address", token, cx.submitted(PATH).await?);
    page(
        "Confirm your address",
        view! {
            <FormPage heading="Confirm your address" lead>
                <Card>
                    <p>"Is "<strong><EmailText text=found.sent_to/></strong>" your address?"</p>
                    {form}
                </Card>
                {claim}
            </FormPage>
        },
    )
}

fn claim_card(token: String) -> Html {
    view! {
        <Card heading="You did not sign up?">
            <p>"Another person may have signed up with your address. You can take over the account: all devices are logged out, and all its data is deleted. Then you choose a password."</p>
            <TokenButton action=CLAIM_PATH text="I did not sign up: take over this account" token/>
        </Card>
    }
    .rendered()
}

async fn resend_page(cx: &Cx) -> PageResult {
    let user = match cx.visitor.login().await? {
        Some(login) if login.user.email_verified_at.is_none() => login.user.clone(),
        Some(_) => return redirect_to("/dashboard"),
        None => return redirect_to("/login"),
    };
    let submitted = cx.submitted(PATH).await?;
    page(
        "Confirm your address",
        view! {
            <FormPage heading="Check your email" lead="We sent you an email with a link.">
                <Card>
                    <p>"We sent it to "<strong><EmailText text=user.email/></strong>". It may take a minute. Check your spam folder too."</p>
                    <ActionButton action="/verify/resend" text="Send it again" look=Look::Primary size=Size::Medium/>
                </Card>
                <Card heading="Wrong address?">
                    <Form action=ADDRESS_PATH>
                        <Field name="email" label="Your email" kind="email" autocomplete="email" max=254 submitted/>
                        <Button text="Use this address" look=Look::Soft/>
                    </Form>
                </Card>
            </FormPage>
        },
    )
}

/// Confirms the address. The user must be logged in to the account or type its password.
#[server(prefix = "", endpoint = "/verify")]
pub async fn verify(token: String, #[server(default)] password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let Some(found) = tokens::find(&cx.db, Purpose::Verify, &token).await? else {
        return refuse_link(&cx).await;
    };
    let here = match prove(&cx, &found.user, &password).await {
        Ok(here) => here,
        Err(Error::Invalid(errors)) => return back_to_link(&cx, PATH, &token, &errors).await,
        Err(error) => return Err(error.into()),
    };
    if !accounts::verify(&cx.db, &token, &found.user, cx.config.welcome_email).await? {
        return refuse_link(&cx).await;
    }
    rate_limits::refund_sign_up(&cx.db, cx.visitor.ip()).await?;
    tracing::info!(user = %found.user.id, "confirmed the address");
    cx.flash(Level::Success, "Your address is confirmed.").await?;
    continue_to(&cx, here.as_ref(), &found.user, "/dashboard").await
}

/// Gives an account to the owner of its address, who then chooses a password.
#[server(prefix = "", endpoint = "/verify/claim")]
pub async fn claim_account(token: String) -> Result<(), Problem> {
    let cx = cx()?;
    let attempt = rate_limits::link(&cx.db, cx.visitor.ip()).await?;
    let Some((user, reset)) = accounts::claim(&cx.db, cx.visitor.ip(), &token).await? else {
        return refuse_link(&cx).await;
    };
    rate_limits::refund(&cx.db, attempt).await?;
    tracing::warn!(user = %user.id, ip = cx.visitor.ip(), "took over an unverified account");
    if cx.visitor.login().await?.is_some_and(|login| login.user.email == user.email) {
        cx.visitor.log_out().await?;
    }
    cx.flash(Level::Success, "This account is yours now. Choose a password for it.").await?;
    cx.redirect(&address("/reset", &[("token", &reset)]))
}

async fn refuse_link(cx: &Cx) -> Result<(), Problem> {
    cx.flash(Level::Error, Refusal::LinkOutOfDate.to_string()).await?;
    cx.redirect(if cx.visitor.login().await?.is_some() { "/dashboard" } else { "/login" })
}

/// Sends the email again.
#[server(prefix = "", endpoint = "/verify/resend")]
pub async fn resend_verification() -> Result<(), Problem> {
    let cx = cx()?;
    let user = cx.user().await?;
    rate_limits::requested_email(&cx.db, Purpose::Verify.name(), &user.email, cx.visitor.ip()).await?;
    accounts::resend_verification(&cx.db, &user).await?;
    cx.flash(Level::Success, format!("We sent an email to {}.", user.email)).await?;
    cx.redirect(PATH)
}

/// Sends an email to another address than the one typed at sign-up. The account gets that address when its link is
/// confirmed. Until then nothing shows whether another account has it.
#[server(prefix = "", endpoint = "/verify/address")]
pub async fn change_unconfirmed_email(email: String) -> Result<(), Problem> {
    let cx = cx()?;
    let user = cx.user().await?;
    if user.email_verified_at.is_some() {
        return cx.redirect("/account/email");
    }
    match request_change(&cx, &user, &email).await {
        Ok(()) => cx.redirect(PATH),
        Err(Error::Invalid(errors)) => cx.back_to(PATH, &[("email", &email)], &errors).await,
        Err(error) => Err(error.into()),
    }
}
