//! GET and POST /account/delete: deletes the user's account after a grace period. POST /account/keep: cancels the
//! deletion.

use super::Tabs;
use super::first_password::has_no_password;
use crate::pages::link_owner::WRONG_PASSWORD;
use leptos::prelude::*;
use server::sessions::Login;
use server::visitor::{Level, SubmittedForm};
use server::{Error, FieldErrors, accounts, rate_limits, users};
use ui::components::{
    ActionButton, Button, Card, EmailText, Field, Form, Line, LinkButton, Look, PageShell, Size,
    timestamp_text,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::removal::Removal;
use ui::request::{Cx, cx};

const PATH: &str = "/account/delete";
const DAY: u64 = 86_400;
const BUTTON: &str = "Delete my account";

pub async fn delete(cx: Cx) -> PageResult {
    let email = cx.user().await?.email;
    let button = match cx.config.deletion_grace.is_zero() && !has_no_password(&cx).await? {
        false => {
            view! { <ActionButton action=PATH text=BUTTON look=Look::Danger size=Size::Medium/> }.rendered()
        }
        true => form_with_password(cx.submitted(PATH).await?).rendered(),
    };
    let tokens = match cx.config.deletion_grace.is_zero() {
        true => "",
        false => Removal::of(&cx.config)
            .tokens(" All your access tokens will be revoked, and stay revoked if you cancel the deletion."),
    };
    let when = match cx.config.deletion_grace.as_secs() / DAY {
        0 => "will be deleted immediately. This cannot be undone.".to_owned(),
        1 => "will be deleted tomorrow. Until then you can log in and cancel the deletion.".to_owned(),
        days => format!("will be deleted in {days} days. Until then you can log in and cancel the deletion."),
    };
    page(
        "Delete your account",
        view! {
            <PageShell heading="Your account">
                <Tabs here="/account"/>
                <Card heading="Download your data first">
                    <p>"Save a copy of your data before you delete your account."</p>
                    <p><LinkButton href="/account/export" text="Your data" look=Look::Soft/></p>
                </Card>
                <Card heading="Delete your account">
                    <p>"The account of "<strong><EmailText text=email/></strong>" and all its data "{when}" All your devices will be logged out."{tokens}</p>
                    <Line>
                        {button}
                        <LinkButton href="/account" text="Cancel" look=Look::Ghost/>
                    </Line>
                </Card>
            </PageShell>
        },
    )
}

/// Without a grace period the deletion cannot be undone. So a recent password is not enough: the user may have left the
/// device.
fn form_with_password(submitted: SubmittedForm) -> Html {
    view! {
        <Form action=PATH>
            <Field name="password" label="Your password" kind="password" autocomplete="current-password" submitted/>
            <Button text=BUTTON look=Look::Danger/>
        </Form>
    }
    .rendered()
}

/// Plans the deletion of the user's account at the end of the grace period.
#[server(prefix = "", endpoint = "/account/delete")]
pub async fn delete_own_account(#[server(default)] password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    let user = &login.user;
    let needs_password = cx.config.deletion_grace.is_zero() && !has_no_password(&cx).await?;
    if needs_password && !is_password(&cx, &login, &password).await? {
        return cx.back_to(PATH, &[], &FieldErrors::one("password", WRONG_PASSWORD)).await;
    }
    let text = match accounts::request_deletion(
        &cx.db,
        cx.visitor.actor(user),
        user,
        cx.config.deletion_grace,
    )
    .await
    {
        Ok(None) => "Your account was deleted.".to_owned(),
        Ok(Some(on)) => {
            format!("Your account will be deleted on {}. Log in before then to cancel.", timestamp_text(on))
        }
        Err(Error::Refused(refusal)) => {
            cx.flash(Level::Error, refusal.to_string()).await?;
            return cx.redirect(PATH);
        }
        Err(error) => return Err(error.into()),
    };
    tracing::info!(user = %user.id, ip = cx.visitor.ip(), "planned or finished the deletion of the account");
    cx.visitor.log_out().await?;
    cx.flash(Level::Success, text).await?;
    cx.redirect("/")
}

async fn is_password(cx: &Cx, login: &Login, password: &str) -> Result<bool, Problem> {
    let attempt = rate_limits::password(&cx.db, &login.user.id, &login.session_id).await?;
    let is_right = users::is_password(&cx.db, &login.user, password).await?;
    if is_right {
        rate_limits::refund(&cx.db, attempt).await?;
    }
    Ok(is_right)
}

/// Cancels the deletion of the user's account.
#[server(prefix = "", endpoint = "/account/keep")]
pub async fn keep_own_account() -> Result<(), Problem> {
    let cx = cx()?;
    let user = cx.user().await?;
    if accounts::cancel_deletion(&cx.db, cx.visitor.actor(&user), &user).await? {
        cx.flash(Level::Success, "Your account will not be deleted.").await?;
    }
    cx.redirect("/account")
}
