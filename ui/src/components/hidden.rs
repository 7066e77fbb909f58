//! Hidden fields. The form says which of its fields are hidden, so the server knows what a user typed.

use crate::html::{Html, Rendered};
use leptos::prelude::*;

/// Ends the name of the field that marks another one as hidden.
const MARK: &str = ":hidden";

/// A field that the page fills in. A value that the user typed on an earlier page needs a plain hidden input instead.
#[component]
pub fn Hidden(name: &'static str, #[prop(into)] value: String) -> Html {
    view! { <input type="hidden" name=name value=value/>{hidden_mark(name)} }.rendered()
}

/// Marks a hidden field that has further attributes.
pub fn hidden_mark(name: &str) -> Html {
    view! { <input type="hidden" name=format!("{name}{MARK}")/> }.rendered()
}

/// Returns the hidden field that the field with this name marks.
pub fn hidden_by(mark: &str) -> Option<&str> {
    mark.strip_suffix(MARK)
}
