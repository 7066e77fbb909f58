//! Components of the pages that links in emails open.

use super::token::token as form_token;
use super::{Card, FormPage};
use leptos::prelude::*;

/// A hidden field with the token of a link.
#[component]
pub fn TokenField(token: String) -> impl IntoView {
    view! { <input type="hidden" name="token" value=token/> }
}

/// The button that performs the action of a link.
#[component]
pub fn TokenButton(
    /// Path of the server function.
    action: &'static str,
    text: &'static str,
    /// Token of the link.
    token: String,
) -> impl IntoView {
    view! {
        <form method="post" action=action class="grid">
            {form_token()}
            <TokenField token/>
            <button type="submit" class="btn btn-primary">{text}</button>
        </form>
    }
}

/// The text for a link that has expired, with advice and a link to another page.
pub fn expired_link(advice: &'static str, href: &'static str, text: &'static str) -> impl IntoView + 'static {
    view! {
        <FormPage heading="This link has expired" lead="It was already used, is too old, or was replaced by a newer one.">
            <Card>
                <p>{advice}</p>
                <a class="btn btn-primary" href=href>{text}</a>
            </Card>
        </FormPage>
    }
}
