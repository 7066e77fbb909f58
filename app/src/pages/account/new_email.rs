//! GET and POST /account/email/confirm: a new address says that it is its owner's. The link in its mail leads here, in
//! whatever browser; the button changes the address.

use crate::layout::page;
use crate::parts::{Card, Narrow, TokenButton, out_of_date};
use crate::problem::Problem;
use crate::request::{counted, db, flash, query, redirect, visitor};
use crate::respond::PageResult;
use leptos::prelude::*;
use server::tokens::{self, Purpose};
use server::users::LinkRefusal;
use server::visitor::Level;
use server::{attempts, users};

const PATH: &str = "/account/email/confirm";

/// The page.
pub async fn confirm_page() -> PageResult {
    let token = query("token");
    let Some(found) = tokens::find(&db()?, Purpose::NewEmail, &token).await? else {
        let advice = "Have another one sent to you, from your account.";
        return page("A new address", out_of_date(advice, "/account/email", "Your email address"));
    };
    page(
        "A new address",
        view! {
            <Narrow heading="Use this address?" lead="From then on you log in with it.">
                <Card>
                    // Somebody else may have typed a stranger's address.
                    <p>
                        "The account of "<strong class="wrap-anywhere">{found.user.name}</strong>" gets the address "
                        <strong class="wrap-anywhere">{found.sent_to}</strong>". All other devices are logged out."
                    </p>
                    <TokenButton action=PATH text="Use this address" token/>
                </Card>
            </Narrow>
        },
    )
}

/// Changes the address.
#[server(prefix = "", endpoint = "/account/email/confirm")]
pub async fn confirm_email(token: String) -> Result<(), Problem> {
    let (db, visitor) = (db()?, visitor()?);
    counted(attempts::link(&db, visitor.ip()).await?)?;
    let here = visitor.login().await?;
    match users::confirm_email(&db, visitor.ip(), &token, here).await? {
        Ok(user) => {
            tracing::info!(user = %user.id, ip = visitor.ip(), "changed the address");
            let own = here.filter(|login| login.user.id == user.id);
            if let Some(login) = own {
                visitor.renew(login).await?;
            }
            let next = if own.is_some() { "Your other devices are logged out." } else { "Log in with it." };
            flash(Level::Success, format!("Your address is changed. {next}")).await?;
        }
        Err(LinkRefusal::Taken) => {
            flash(Level::Error, "Somebody else has an account with this address. Yours stays as it is.")
                .await?;
        }
        Err(LinkRefusal::OutOfDate) => {
            flash(Level::Error, "This link is out of date, or was used already.").await?
        }
    }
    redirect(if here.is_some() { "/account" } else { "/login" });
    Ok(())
}
