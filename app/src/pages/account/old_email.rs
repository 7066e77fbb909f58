//! GET and POST /account/email/undo: the page of the link in the email to the old address. Its button restores that
//! address.

use super::recover::{consequences, recover};
use leptos::prelude::*;
use server::tokens::{self, Purpose};
use ui::components::{Card, FormPage, TokenButton, expired_link};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/account/email/undo";

pub async fn undo_page(cx: Cx) -> PageResult {
    let token = cx.query("token");
    let Some(found) = tokens::find(&cx.db, Purpose::OldEmail, &token).await? else {
        let advice = "If another person controls your account, contact us.";
        return page("Your old address", expired_link(advice, "/login", "Log in"));
    };
    page(
        "Your old address",
        view! {
            <FormPage heading="Restore your old address?" lead="Use this if you did not change it yourself.">
                <Card>{consequences(&cx, &found)}<TokenButton action=PATH text="Restore the address" token/></Card>
            </FormPage>
        },
    )
}

#[server(prefix = "", endpoint = "/account/email/undo")]
pub async fn undo_email(token: String) -> Result<(), Problem> {
    let cx = cx()?;
    recover(&cx, Purpose::OldEmail, &token).await
}
