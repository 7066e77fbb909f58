//! The field for a new password, with its rating, and the hint of all such fields.

use super::Field;
use crate::html::{Html, Rendered};
use islands::PasswordStrength;
use leptos::prelude::*;
use server::users::passwords::MIN_LENGTH;
use server::visitor::SubmittedForm;

pub fn password_hint() -> String {
    format!("At least {MIN_LENGTH} characters. A few uncommon words work well.")
}

/// The page needs an island: `page_with_island`.
#[component]
pub fn NewPassword(name: &'static str, label: &'static str, submitted: SubmittedForm) -> Html {
    view! {
        <div class="grid gap-2">
            <Field name label kind="password" autocomplete="new-password" can_show=true
                hint=password_hint() submitted/>
            <PasswordStrength/>
        </div>
    }
    .rendered()
}
