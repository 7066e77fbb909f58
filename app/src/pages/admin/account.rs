//! What an admin can do to an account: the buttons on the user's page and their server functions.

use leptos::prelude::*;
use server::accounts::two_factor;
use server::users;
use server::visitor::{Level, SubmittedForm};
use server::{Config, Error, Id, Refusal, User, accounts};
use ui::components::{
    ActionButton, Button, Card, ConfirmedAction, EmailText, Field, Form, Hidden, Lead, password_hint,
};
use ui::html::{Html, Rendered};
use ui::problem::Problem;
use ui::removal::Removal;
use ui::request::{Cx, cx, parse_id};

const TOKENS_REVOKED: &str = " All access tokens will be revoked.";

/// Returns the buttons of this user's page. An admin has none for the own account.
pub fn account(user: &User, admin: &User, roles: Vec<Html>, config: &Config) -> Html {
    if user.id == admin.id {
        return view! {
            <Card heading="Account">
                <Lead>"This is you. Another admin can change your role, disable or delete your account."</Lead>
            </Card>
        }
        .rendered();
    }
    let hidden = ("user_id", user.id.to_string());
    let enable_or_disable = if user.disabled_at.is_some() {
        view! { <ActionButton action="/admin/users/enable" text="Enable the account" hidden=hidden.clone()/> }
            .rendered()
    } else {
        let tokens =
            " All access tokens will be revoked, and stay revoked when you enable the account again.";
        let tokens = Removal::of(config).tokens(tokens);
        let question =
            format!("{} will be logged out everywhere and cannot log in.{tokens}", user.name_in_text());
        view! { <ConfirmedAction action="/admin/users/disable" text="Disable the account" question confirm="Disable it" hidden=hidden.clone()/> }
            .rendered()
    };
    let second_factor = user.second_factor_at.map(|_| {
        let question = format!("{} will be logged out everywhere, and will log in without a code. The password and passkeys stay.", user.name_in_text());
        view! { <ConfirmedAction action="/admin/users/remove-two-factor" text="Remove two-factor" question confirm="Remove it" hidden=hidden.clone()/> }
    });
    let question =
        format!("The account of {} and all its data will be permanently deleted.", user.name_in_text());
    let give_back = user.disabled_at.is_none().then(|| give_back_card(user, config));
    view! {
        {give_back}
        <Card heading="Account">
            <div class="flex flex-wrap gap-3">
                {roles}{enable_or_disable}{second_factor}
                <ConfirmedAction action="/admin/users/delete" text="Delete the account" question confirm="Delete permanently" hidden/>
            </div>
        </Card>
    }
    .rendered()
}

/// For an account that an attacker took over: the button removes all ways to log in.
fn give_back_card(user: &User, config: &Config) -> Html {
    let removal = Removal::of(config);
    let next = match config.single_sign_on.only {
        true => "The owner then logs in with a provider.".to_owned(),
        false => format!("An email with a link to choose a new password will be sent to {}.", user.email),
    };
    let question = format!(
        "{} will be logged out everywhere. The password, two-factor log-in and all {} will be removed.{} {next}",
        user.name_in_text(),
        removal.passkeys(),
        removal.tokens(TOKENS_REVOKED),
    );
    let (hidden, email) = (("user_id", user.id.to_string()), user.email.clone());
    view! {
        <Card heading="Give this account back to its owner">
            <Lead>
                "Use this if an attacker took over the account of "<strong><EmailText text=email/></strong>
                ". It ends all sessions, removes all ways to log in, and cancels a planned deletion. If the attacker changed the address, the owner must first restore it with the link in the email to the old address."
            </Lead>
            <ConfirmedAction action="/admin/users/give-back" text="Give this account back to its owner" question
                confirm="Give it back" hidden/>
        </Card>
    }
    .rendered()
}

pub fn password_form(user: &User, submitted: SubmittedForm, config: &Config) -> Html {
    let (user_id, removal) = (user.id.to_string(), Removal::of(config));
    let what = format!(
        "The user will be logged out everywhere, and all {} will be removed.{} Two-factor log-in and a planned \
         deletion stay. Give the user the new password in person.",
        removal.passkeys(),
        removal.tokens(TOKENS_REVOKED),
    );
    view! {
        <Card heading="Set a password">
            <Lead>{what}</Lead>
            <Form action="/admin/users/password">
                <Hidden name="user_id" value=user_id/>
                <Field name="new_password" label="New password" kind="password" autocomplete="new-password" submitted
                    hint=password_hint()/>
                <p><Button text="Set the password"/></p>
            </Form>
        </Card>
    }
    .rendered()
}

pub(super) async fn find(cx: &Cx, user_id: &str) -> Result<User, Problem> {
    users::find(&cx.db, &parse_id(user_id)?).await?.ok_or(Problem::NotFound)
}

pub(super) async fn done(cx: &Cx, id: &Id<User>, text: String) -> Result<(), Problem> {
    cx.flash(Level::Success, text).await?;
    cx.redirect(&format!("/admin/users/{id}"))
}

pub(super) async fn refused(cx: &Cx, id: &Id<User>, refusal: Refusal) -> Result<(), Problem> {
    cx.flash(Level::Error, refusal.to_string()).await?;
    cx.redirect(&format!("/admin/users/{id}"))
}

/// Disables an account: its owner is logged out and cannot log in.
#[server(prefix = "", endpoint = "/admin/users/disable")]
pub async fn disable_account(user_id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let user = find(&cx, &user_id).await?;
    match accounts::disable(&cx.db, cx.visitor.actor(&admin), &user).await {
        Ok(()) => done(&cx, &user.id, format!("The account of {} is disabled.", user.name_in_text())).await,
        Err(Error::Refused(refusal)) => refused(&cx, &user.id, refusal).await,
        Err(error) => Err(error.into()),
    }
}

#[server(prefix = "", endpoint = "/admin/users/enable")]
pub async fn enable_account(user_id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let user = find(&cx, &user_id).await?;
    match accounts::enable(&cx.db, cx.visitor.actor(&admin), &user).await {
        Ok(()) => done(&cx, &user.id, format!("{} can log in again.", user.name_in_text())).await,
        Err(Error::Refused(refusal)) => refused(&cx, &user.id, refusal).await,
        Err(error) => Err(error.into()),
    }
}

/// Sets a user's password and logs out all devices.
#[server(prefix = "", endpoint = "/admin/users/password")]
pub async fn set_password(user_id: String, new_password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let user = find(&cx, &user_id).await?;
    match accounts::set_password(&cx.db, cx.visitor.actor(&admin), &user, &new_password).await {
        Ok(()) => done(&cx, &user.id, format!("{} has a new password.", user.name_in_text())).await,
        Err(Error::Invalid(errors)) => cx.back_to(&format!("/admin/users/{}", user.id), &[], &errors).await,
        Err(Error::Refused(refusal)) => refused(&cx, &user.id, refusal).await,
        Err(error) => Err(error.into()),
    }
}

/// Gives an account back to the owner of its address, after an attacker took it over.
#[server(prefix = "", endpoint = "/admin/users/give-back")]
pub async fn give_back(user_id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let user = find(&cx, &user_id).await?;
    match accounts::give_back(&cx.db, cx.visitor.actor(&admin), &user).await {
        Ok(()) => {
            let text =
                format!("All devices are logged out of the account. We sent an email to {}.", user.email);
            done(&cx, &user.id, text).await
        }
        Err(Error::Refused(refusal)) => refused(&cx, &user.id, refusal).await,
        Err(error) => Err(error.into()),
    }
}

/// Removes the second factor of a user who lost it, and logs out all devices.
#[server(prefix = "", endpoint = "/admin/users/remove-two-factor")]
pub async fn remove_two_factor(user_id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let user = find(&cx, &user_id).await?;
    match two_factor::remove(&cx.db, cx.visitor.actor(&admin), &user).await {
        Ok(()) => done(&cx, &user.id, format!("Two-factor log-in is off for {}.", user.name_in_text())).await,
        Err(Error::Refused(refusal)) => refused(&cx, &user.id, refusal).await,
        Err(error) => Err(error.into()),
    }
}

#[server(prefix = "", endpoint = "/admin/users/delete")]
pub async fn delete_account(user_id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let Some(user) = users::find(&cx.db, &parse_id(&user_id)?).await? else {
        cx.flash(Level::Success, "This account is deleted.").await?;
        return cx.redirect("/admin/users");
    };
    match accounts::delete(&cx.db, cx.visitor.actor(&admin), &user).await {
        Ok(()) => {
            cx.flash(Level::Success, format!("The account of {} is deleted.", user.name_in_text())).await?;
            cx.redirect("/admin/users")
        }
        Err(Error::Refused(refusal)) => refused(&cx, &user.id, refusal).await,
        Err(error) => Err(error.into()),
    }
}
