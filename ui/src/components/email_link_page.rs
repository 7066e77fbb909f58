//! Components of the pages that links in emails open.

use super::form_token_field::token as form_token;
use super::{Button, Card, FormPage, LinkButton};
use crate::html::{Html, Rendered};
use leptos::prelude::*;

#[component]
pub fn TokenField(token: String) -> Html {
    view! { <input type="hidden" name="token" value=token/> }.rendered()
}

#[component]
pub fn TokenButton(action: &'static str, text: &'static str, token: String) -> Html {
    view! {
        <form method="post" action=action class="grid">
            {form_token()}
            <TokenField token/>
            <Button text/>
        </form>
    }
    .rendered()
}

pub fn expired_link(advice: &'static str, href: &'static str, text: &'static str) -> Html {
    view! {
        <FormPage heading="This link has expired" lead="It was already used, is too old, or was replaced by a newer email. If you requested several, use the newest one.">
            <Card>
                <p>{advice}</p>
                <LinkButton href text/>
            </Card>
        </FormPage>
    }
    .rendered()
}
