//! Components of the pages that links in emails open.

use super::token::token as form_token;
use super::{Card, FormPage};
use leptos::prelude::*;

#[component]
pub fn TokenField(token: String) -> impl IntoView {
    view! { <input type="hidden" name="token" value=token/> }
}

#[component]
pub fn TokenButton(action: &'static str, text: &'static str, token: String) -> impl IntoView {
    view! {
        <form method="post" action=action class="grid">
            {form_token()}
            <TokenField token/>
            <button type="submit" class="btn btn-primary">{text}</button>
        </form>
    }
}

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
