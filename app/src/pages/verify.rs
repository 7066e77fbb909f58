//! GET and POST /verify: whether an address is its owner's. The link in the mail leads here and changes nothing: mail
//! programs open links to look for viruses. The button does.

use crate::layout::{elsewhere, page};
use crate::parts::{ActionButton, Card, Narrow, TokenButton, out_of_date};
use crate::problem::Problem;
use crate::request::{counted, db, flash, query, redirect, user, visitor};
use crate::respond::PageResult;
use leptos::prelude::*;
use server::tokens::{self, Purpose};
use server::visitor::Level;
use server::{attempts, users};

const PATH: &str = "/verify";

/// The page: with the token of a mail its button, without one what to do for a mail.
pub async fn verify_page() -> PageResult {
    let token = query("token");
    if token.is_empty() {
        return ask_for_mail().await;
    }
    let Some(found) = tokens::find(&db()?, Purpose::Verify, &token).await? else {
        return page(
            "Confirm your address",
            out_of_date("Log in, and have another one sent to you.", "/login", "Log in"),
        );
    };
    page(
        "Confirm your address",
        view! {
            <Narrow heading="Confirm your address" lead="One click, and it is yours.">
                <Card>
                    <p>"Is "<strong class="wrap-anywhere">{found.sent_to}</strong>" your address?"</p>
                    <TokenButton action=PATH text="Yes, it is mine" token/>
                </Card>
            </Narrow>
        },
    )
}

async fn ask_for_mail() -> PageResult {
    let user = match visitor()?.login().await? {
        Some(login) if login.user.email_verified_at.is_none() => login.user.clone(),
        Some(_) => return elsewhere("/dashboard"),
        None => return elsewhere("/login"),
    };
    page(
        "Confirm your address",
        view! {
            <Narrow heading="Check your mailbox" lead="We have sent you a mail with a link in it.">
                <Card>
                    <p>"It went to "<strong class="wrap-anywhere">{user.email}</strong>". It may take a minute, and it may be among the spam."</p>
                    <ActionButton action="/verify/resend" text="Send it again" class="btn btn-primary"/>
                </Card>
            </Narrow>
        },
    )
}

/// Takes note that the address is its owner's.
#[server(prefix = "", endpoint = "/verify")]
pub async fn verify(token: String) -> Result<(), Problem> {
    let here = visitor()?.login().await?.map(|login| login.user.id.clone());
    let path = if here.is_some() { "/dashboard" } else { "/login" };
    match users::verify(&db()?, &token).await? {
        Some(user) => {
            tracing::info!(user = %user.id, "confirmed the address");
            let next = if here.is_some() { "" } else { " Please log in." };
            flash(Level::Success, format!("Your address is confirmed.{next}")).await?;
        }
        None => flash(Level::Error, "This link is out of date, or was used already.").await?,
    }
    redirect(path);
    Ok(())
}

/// Sends the mail again.
#[server(prefix = "", endpoint = "/verify/resend")]
pub async fn resend_verification() -> Result<(), Problem> {
    let (db, visitor, user) = (db()?, visitor()?, user().await?);
    counted(attempts::mail(&db, &user.email, visitor.ip()).await?)?;
    users::resend_verification(&db, &user).await?;
    flash(Level::Success, format!("A mail is on its way to {}.", user.email)).await?;
    redirect(PATH);
    Ok(())
}
