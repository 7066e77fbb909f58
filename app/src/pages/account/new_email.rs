//! GET and POST /account/email/confirm: the page of the link in the email to the new address. Its button changes the
//! address. It needs a log-in to the account in this browser, or the password.

use crate::pages::link_owner::{back_to_link, continue_to, log_in_to, proof_form, prove};
use leptos::prelude::*;
use server::tokens::{self, Purpose};
use server::visitor::Level;
use server::{Error, Refusal, accounts, rate_limits};
use ui::components::{Card, EmailText, FormPage, expired_link};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/account/email/confirm";

pub async fn confirm_page(cx: Cx) -> PageResult {
    let token = cx.query("token");
    let Some(found) = tokens::find(&cx.db, Purpose::NewEmail, &token).await? else {
        let advice = "Request a new one from your account.";
        return page("A new address", expired_link(advice, "/account/email", "Your email address"));
    };
    let here = log_in_to(&cx, &found.user).await?;
    let (advice, others) = match here {
        // The account's name is not shown: another user may have typed this address by mistake.
        None => ("If you did not ask for this, close this page. Nothing will change.", "All devices"),
        Some(_) => ("", "All other devices"),
    };
    let form = proof_form(&cx, here.as_ref(), PATH, "Use this address", token, cx.submitted(PATH).await?);
    page(
        "A new address",
        view! {
            <FormPage heading="Use this address?" lead="You will use it to log in.">
                <Card>
                    <p>
                        "The account that asked for this will use the address "
                        <strong><EmailText text=found.sent_to/></strong>". "{others}" will be logged out. "{advice}
                    </p>
                    {form}
                </Card>
            </FormPage>
        },
    )
}

#[server(prefix = "", endpoint = "/account/email/confirm")]
pub async fn confirm_email(token: String, #[server(default)] password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let attempt = rate_limits::link(&cx.db, cx.visitor.ip()).await?;
    let Some(found) = tokens::find(&cx.db, Purpose::NewEmail, &token).await? else {
        return refused(&cx, Refusal::LinkOutOfDate).await;
    };
    rate_limits::refund(&cx.db, attempt).await?;
    let here = match prove(&cx, &found.user, &password).await {
        Ok(here) => here,
        Err(Error::Invalid(errors)) => return back_to_link(&cx, PATH, &token, &errors).await,
        Err(error) => return Err(error.into()),
    };
    let user =
        match accounts::confirm_email(&cx.db, cx.visitor.ip(), &token, &found.user, here.as_ref()).await {
            Ok(user) => user,
            Err(Error::Refused(refusal)) => return refused(&cx, refusal).await,
            Err(error) => return Err(error.into()),
        };
    tracing::info!(user = %user.id, ip = cx.visitor.ip(), "changed the address");
    if let Some(login) = &here {
        cx.visitor.renew(login).await?;
    }
    cx.flash(Level::Success, "Your email address was changed. Your other devices were logged out.").await?;
    continue_to(&cx, here.as_ref(), &user, "/account").await
}

async fn refused(cx: &Cx, refusal: Refusal) -> Result<(), Problem> {
    cx.flash(Level::Error, refusal.to_string()).await?;
    cx.redirect(if cx.visitor.login().await?.is_some() { "/account" } else { "/login" })
}
