//! GET /account/tokens and its forms: the user's access tokens for the API.

mod export;

use super::Tabs;
use super::passkeys::{confirm_address_first, may_add};
use leptos::prelude::*;
use server::Error;
use server::api_tokens::{self, ApiToken, LIFETIMES, NewToken};
use server::direction::isolated;
use server::visitor::{Level, SubmittedForm};
use ui::api::DOCS;
use ui::brand::PERSONAL_TOKEN_PREFIX;
use ui::components::{
    Badge, Button, Card, ConfirmedAction, Empty, Field, Form, Lead, PageShell, Radio, Select, Small,
    TextLink, Timestamp, Tone, Typed,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page, page_shown_once};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

pub use export::{ExportedToken, exported_tokens};

const PATH: &str = "/account/tokens";
const TITLE: &str = "Your access tokens";
const READ: &str = "read";

pub async fn tokens(cx: Cx) -> PageResult {
    let submitted = cx.submitted(PATH).await?;
    let user = cx.user().await?;
    let listed =
        rows(api_tokens::list(&cx.db, &cx.scope().await?).await?, "/account/tokens/revoke", cx.db.now());
    let form = match may_add(&cx, &user) {
        true => new_form(submitted).rendered(),
        false => confirm_address_first().rendered(),
    };
    // Taken last, since it is shown once.
    let new = cx.visitor.take_new_tokens().await?.into_iter().map(new_token).collect::<Vec<_>>();
    let has_new = !new.is_empty();
    let main = view! {
        <PageShell heading="Your account">
            <Tabs here=PATH/>
            {new}
            <Card heading="Your access tokens">
                <Lead>
                    "With a token, a program can use your account through the "<TextLink href=DOCS text="API"/>"."
                </Lead>
                {listed}
            </Card>
            <Card heading="Create a token">{form}</Card>
        </PageShell>
    };
    if has_new { page_shown_once(TITLE, main) } else { page(TITLE, main) }
}

fn new_token(token: String) -> Html {
    view! {
        <Card heading="Your new token">
            <p>"Copy it now: it is not shown again. Anyone who has this token can do in your account what its scope allows."</p>
            <p><code class="font-mono wrap-anywhere" data-token>{token}</code></p>
        </Card>
    }
    .rendered()
}

fn new_form(submitted: SubmittedForm) -> Html {
    let scopes = [(READ, "Read"), ("read write", "Read and write")];
    let days = LIFETIMES
        .map(|days| (days.to_string(), if days == 365 { "1 year".into() } else { format!("{days} days") }));
    view! {
        <Form action="/account/tokens/create">
            <Field name="name" label="Name" max=60 hint="For example “backup script”." submitted=submitted.clone()/>
            <Radio name="scopes" label="What it may do" value=READ submitted=submitted.clone()
                options=scopes.map(|(value, text)| (value.into(), text.into())).into()/>
            <Select name="days" label="Expires after" options=days.into() value="30" submitted/>
            <p><Button text="Create the token"/></p>
        </Form>
    }
    .rendered()
}

/// The list of a user's tokens, each with a button that posts to `action`.
pub fn rows(tokens: Vec<ApiToken>, action: &'static str, now: i64) -> Html {
    if tokens.is_empty() {
        return view! { <Empty heading="No tokens"><Lead>"There is no access token."</Lead></Empty> }
            .rendered();
    }
    let rows: Vec<_> = tokens.into_iter().map(|token| row(token, action, now)).collect();
    view! { <ul class="list-rows">{rows}</ul> }.rendered()
}

fn row(token: ApiToken, action: &'static str, now: i64) -> Html {
    let ApiToken { id, name, scopes, created_at, expires_at, last_used_at } = token;
    let may = if scopes == READ { "may read" } else { "may read and write" };
    let used = match last_used_at {
        Some(at) => view! { "used "<Timestamp at/> }.rendered(),
        None => view! { "never used" }.rendered(),
    };
    let end = match expires_at <= now {
        true => view! { <Badge text="Expired" tone=Tone::Warning/> }.rendered(),
        false => view! { "expires "<Timestamp at=expires_at/> }.rendered(),
    };
    let label = format!("Revoke {}", isolated(&name));
    let question = format!("Programs that use “{}” will no longer have access.", isolated(&name));
    view! {
        <li class="list-row" data-row=id.to_string()>
            <div class="grid gap-1">
                <span class="font-medium"><Typed text=name/></span>
                <Small>{may}" · created "<Timestamp at=created_at/>" · "{used}" · "{end}</Small>
            </div>
            <ConfirmedAction action text="Revoke" confirm="Revoke the token" label question hidden=("id", id.to_string())/>
        </li>
    }
    .rendered()
}

/// Creates a token. The next page shows it once.
#[server(prefix = "", endpoint = "/account/tokens/create")]
pub async fn create_token(
    name: String,
    #[server(default)] scopes: String,
    #[server(default)] days: String,
) -> Result<(), Problem> {
    let cx = cx()?;
    let user = cx.user().await?;
    let new = NewToken { name: &name, scopes: &scopes, days: &days };
    match api_tokens::create(&cx.db, cx.visitor.actor(&user), &cx.scope().await?, new).await {
        Ok(secret) => {
            cx.visitor.keep_new_token(&user, &format!("{PERSONAL_TOKEN_PREFIX}{secret}")).await?;
            cx.flash(Level::Success, "The token was created.").await?;
            cx.redirect(PATH)
        }
        Err(Error::Invalid(errors)) => {
            cx.back_to(PATH, &[("name", &name), ("scopes", &scopes), ("days", &days)], &errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Revokes one of the user's tokens. A token that is already revoked is no error.
#[server(prefix = "", endpoint = "/account/tokens/revoke")]
pub async fn revoke_token(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let user = cx.user().await?;
    api_tokens::revoke(&cx.db, cx.visitor.actor(&user), &cx.scope().await?, &parse_id(&id)?).await?;
    cx.flash(Level::Success, "The token is revoked.").await?;
    cx.redirect(PATH)
}
