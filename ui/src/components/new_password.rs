//! The field for a new password, with its rating.

use super::Field;
use crate::html::{Html, Rendered};
use islands::PasswordStrength;
use leptos::prelude::*;
use server::visitor::SubmittedForm;

/// The page needs an island: `page_with_island`.
#[component]
pub fn NewPassword(name: &'static str, label: &'static str, submitted: SubmittedForm) -> Html {
    view! {
        <div class="grid gap-2">
            <Field name label kind="password" autocomplete="new-password" can_show=true
                hint="At least 8 characters. A few uncommon words work well." submitted/>
            <PasswordStrength/>
        </div>
    }
    .rendered()
}
