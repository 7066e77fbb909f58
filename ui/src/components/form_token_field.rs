//! The hidden field with the form token. `Form` and the buttons add it; each form that posts must have it.

use crate::html::{Html, Rendered};
use crate::request::cx;
use leptos::prelude::*;
use server::visitor::TOKEN_FIELD;

pub(super) fn token() -> Html {
    // Only an error page has no `Cx`. Its form gets the token from the guard.
    let token = cx().map(|cx| cx.visitor.form_token().to_owned()).unwrap_or_default();
    view! { <input type="hidden" name=TOKEN_FIELD value=token/> }.rendered()
}
