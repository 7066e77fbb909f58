//! GET and POST /account/email/undo: an old address takes its account back. The link in the mail that told of the change
//! leads here; the button does it.

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

const PATH: &str = "/account/email/undo";

/// The page.
pub async fn undo_page() -> PageResult {
    let token = query("token");
    let Some(found) = tokens::find(&db()?, Purpose::OldEmail, &token).await? else {
        let advice = "If your account is in other hands, please ask us for help.";
        return page("Your old address", out_of_date(advice, "/login", "Log in"));
    };
    page(
        "Your old address",
        view! {
            <Narrow heading="Take your address back?" lead="For when somebody else changed it.">
                <Card>
                    <p>
                        "Your account has the address "<strong class="wrap-anywhere">{found.sent_to}</strong>
                        " again, and everybody is logged out of it. Your password ends: we send you a link to choose a new one."
                    </p>
                    <TokenButton action=PATH text="Take it back" token/>
                </Card>
            </Narrow>
        },
    )
}

/// Gives the account its old address back.
#[server(prefix = "", endpoint = "/account/email/undo")]
pub async fn undo_email(token: String) -> Result<(), Problem> {
    let (db, visitor) = (db()?, visitor()?);
    counted(attempts::link(&db, visitor.ip()).await?)?;
    match users::undo_email(&db, visitor.ip(), &token).await? {
        Ok(user) => {
            tracing::warn!(user = %user.id, ip = visitor.ip(), "took the old address back");
            let text = format!(
                "Your address is {} again. A mail is on its way, with a link to a new password.",
                user.email
            );
            flash(Level::Success, text).await?;
            // Whoever was logged in here is out too; the next page must not tell them that somebody did it to them.
            if visitor.login().await?.is_some_and(|login| login.user.id == user.id) {
                visitor.log_out().await?;
            }
        }
        Err(LinkRefusal::Taken) => {
            flash(
                Level::Error,
                "Somebody else has an account with this address now. Please ask us for help.",
            )
            .await?;
        }
        Err(LinkRefusal::OutOfDate) => {
            flash(Level::Error, "This link is out of date, or was used already.").await?
        }
    }
    redirect("/login");
    Ok(())
}
