//! The pages behind the links of mails.

use super::token::token as form_token;
use super::{Card, FormPage};
use leptos::prelude::*;

/// The secret of a link, to be sent with the form on its page.
#[component]
pub fn TokenField(token: String) -> impl IntoView {
    view! { <input type="hidden" name="token" value=token/> }
}

/// The button that does what a link is for.
#[component]
pub fn TokenButton(
    /// The server function's path.
    action: &'static str,
    text: &'static str,
    /// The secret of the link.
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

/// What stands behind a link that is out of date, and where to turn to.
pub fn out_of_date(advice: &'static str, href: &'static str, text: &'static str) -> impl IntoView + 'static {
    view! {
        <FormPage heading="This link is out of date" lead="It was used already, is too old, or a newer one was sent.">
            <Card>
                <p>{advice}</p>
                <a class="btn btn-primary" href=href>{text}</a>
            </Card>
        </FormPage>
    }
}
