//! GET /account/passkeys and its forms: the user's passkeys.

use super::Tabs;
use crate::pages::log_in::passkey::{public_origin, relying_party};
use islands::Passkeys;
use leptos::prelude::*;
use server::accounts::passkeys::{self, Passkey};
use server::config::UnverifiedMay;
use server::direction::isolated;
use server::visitor::{Level, SubmittedForm};
use server::{Error, FieldErrors, User, rate_limits};
use ui::components::{
    Button, Card, ConfirmedAction, Field, Form, Hidden, Lead, Look, PageShell, Size, Small, TextLink,
    Timestamp, Typed, hidden_mark,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page, page_with_island};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

const PATH: &str = "/account/passkeys";
const NEW_NAME: &str = "new_name";

pub async fn passkeys_page(cx: Cx) -> PageResult {
    let submitted = cx.submitted(PATH).await?;
    let is_possible = relying_party(&cx)?.is_some();
    let user = cx.user().await?;
    let may_add = may_add(&cx, &user);
    let (origin, rows) = (public_origin(&cx), passkeys::list(&cx.db, &cx.scope().await?).await?);
    let rows = if rows.is_empty() {
        view! { <Lead>"You have no passkeys yet."</Lead> }.rendered()
    } else {
        let rows: Vec<_> = rows.into_iter().map(|one| row(one, &submitted)).collect();
        view! { <ul class="list-rows">{rows}</ul> }.rendered()
    };
    let main = view! {
        <PageShell heading="Your account">
            <Tabs here=PATH/>
            <Card heading="Your passkeys">
                <Lead>
                    "A passkey lets you log in with your fingerprint, your face or the PIN of a device, without your password."
                </Lead>
                {rows}
            </Card>
            <Card heading="Add a passkey">
                {match (is_possible, may_add) {
                    (true, true) => add_form(origin, submitted).rendered(),
                    (true, false) => confirm_address_first().rendered(),
                    (false, _) => not_possible().rendered(),
                }}
            </Card>
        </PageShell>
    };
    if is_possible && may_add { page_with_island("Your passkeys", main) } else { page("Your passkeys", main) }
}

/// Whether the user may add passkeys and tokens, which would outlive a takeover of an unconfirmed account.
pub(super) fn may_add(cx: &Cx, user: &User) -> bool {
    user.email_verified_at.is_some() || cx.config.unverified_may == UnverifiedMay::Everything
}

pub(super) fn confirm_address_first() -> Html {
    view! {
        <Lead>
            <TextLink href="/verify" text="Confirm your address first"/>"."
        </Lead>
    }
    .rendered()
}

fn add_form(origin: String, submitted: SubmittedForm) -> Html {
    view! {
        <Form action="/account/passkeys/add">
            <Field name="name" label="Name" max=60 hint="For example “my phone”." submitted/>
            <input type="hidden" name="answer" data-origin=origin/>
            {hidden_mark("answer")}
            <p data-when="unable">
                "To add a passkey, turn on JavaScript, and use a browser and a device that support passkeys."
            </p>
            <div class="grid gap-2" hidden data-when="able">
                <p><Button text="Add a passkey"/></p>
                <p class="field-error" role="status">
                    <span hidden data-when="failed">"No passkey was added. This device may already have one."</span>
                </p>
            </div>
            <Passkeys/>
        </Form>
    }
    .rendered()
}

fn not_possible() -> Html {
    view! { <p>"Passkeys are not available on this site: they need a domain name, and this is an IP address."</p> }.rendered()
}

fn row(passkey: Passkey, submitted: &SubmittedForm) -> Html {
    let Passkey { id, name, created_at, last_used_at } = passkey;
    let (shown, hidden) = (id.to_string(), ("id", id.to_string()));
    let is_this_one = submitted.value("id").is_some_and(|id| id == shown);
    let typed = submitted.value(NEW_NAME).filter(|_| is_this_one);
    let (current, in_text) = (typed.unwrap_or_else(|| name.clone()), isolated(&name));
    let label = format!("New name for {in_text}");
    let question =
        format!("You can no longer log in with “{in_text}”. Devices that are logged in stay logged in.");
    let used = match last_used_at {
        Some(at) => view! { "used "<Timestamp at/> }.rendered(),
        None => view! { "never used" }.rendered(),
    };
    view! {
        <li class="grid gap-3 py-4" data-passkey=shown>
            <div class="grid gap-1">
                <span class="font-medium"><Typed text=name/></span>
                <Small>"added "<Timestamp at=created_at/>" · "{used}</Small>
            </div>
            <div class="flex flex-wrap items-start justify-between gap-3">
                <Form action="/account/passkeys/rename">
                    <Hidden name="id" value=id.to_string()/>
                    <div class="flex gap-2">
                        <input class="input input-sm" name=NEW_NAME value=current required maxlength="60"
                            autocomplete="off" aria-label=label dir="auto"/>
                        <Button text="Rename" look=Look::Soft size=Size::Small/>
                    </div>
                </Form>
                <ConfirmedAction action="/account/passkeys/remove" text="Remove" confirm="Remove it"
                    question hidden/>
            </div>
        </li>
    }
    .rendered()
}

/// Returns the options of a new passkey, as JSON.
#[server(prefix = "", endpoint = "/account/passkeys/begin")]
pub async fn begin_adding_passkey() -> Result<String, Problem> {
    let cx = cx()?;
    rate_limits::passkey_challenge(&cx.db, cx.visitor.ip()).await?;
    let relying_party = relying_party(&cx)?.ok_or(Problem::NotFound)?;
    Ok(passkeys::begin_adding(&cx.db, &cx.visitor, &relying_party, &cx.user().await?).await?)
}

/// Adds the passkey that the browser made.
#[server(prefix = "", endpoint = "/account/passkeys/add")]
pub async fn add_passkey(name: String, answer: String) -> Result<(), Problem> {
    let cx = cx()?;
    let relying_party = relying_party(&cx)?.ok_or(Problem::NotFound)?;
    let added = passkeys::add(&cx.db, &cx.visitor, &relying_party, &cx.user().await?, &name, &answer).await;
    if let Err(Error::Invalid(errors)) = added {
        return cx.back_to(PATH, &[("name", &name)], &errors).await;
    }
    added?;
    cx.flash(Level::Success, "Your passkey was added. You can now log in with it.").await?;
    cx.redirect(PATH)
}

/// Renames one of the user's passkeys.
#[server(prefix = "", endpoint = "/account/passkeys/rename")]
pub async fn rename_passkey(id: String, new_name: String) -> Result<(), Problem> {
    let cx = cx()?;
    match passkeys::rename(&cx.db, &cx.scope().await?, &parse_id(&id)?, &new_name).await {
        Ok(()) => cx.flash(Level::Success, "Your passkey was renamed.").await?,
        // Each passkey has its own field, so the error is a message instead of a field error.
        Err(Error::Invalid(errors)) => {
            cx.visitor.keep_form(PATH, &[("id", &id), (NEW_NAME, &new_name)], &FieldErrors::NONE).await?;
            cx.flash(Level::Error, rename_error(&errors)).await?;
        }
        Err(error) => return Err(error.into()),
    }
    cx.redirect(PATH)
}

fn rename_error(errors: &FieldErrors) -> String {
    errors.iter().map(|(_, message)| format!("The name of a passkey: {message}")).collect()
}

/// Removes one of the user's passkeys. A passkey that is already removed is no error.
#[server(prefix = "", endpoint = "/account/passkeys/remove")]
pub async fn remove_passkey(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let (user, scope) = (cx.user().await?, cx.scope().await?);
    passkeys::remove(&cx.db, cx.visitor.actor(&user), &scope, &parse_id(&id)?).await?;
    cx.flash(
        Level::Success,
        "Your passkey was removed. Your device may still offer it: delete it there too.",
    )
    .await?;
    cx.redirect(PATH)
}
