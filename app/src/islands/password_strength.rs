//! How strong a password is, while it is typed. The server judges, by the same rule that the form is held to.

use crate::problem::Problem;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::time::Duration;

/// What the meter shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// From 0, which is refused, to 3.
    pub level: u8,
    /// A word for it, and what would help.
    pub text: String,
}

/// A meter below the field with this id.
#[island]
pub fn PasswordStrength(#[prop(into)] input: String) -> impl IntoView {
    let ask = Action::new(|password: &String| {
        let password = password.clone();
        async move { if password.is_empty() { None } else { password_strength(password).await.ok() } }
    });
    // The field is not the island's: it must be there, and work, before any script is.
    Effect::new(move |_| {
        let input = input.clone();
        let ask_soon = RefCell::new(debounce(Duration::from_millis(250), move |password: String| {
            ask.dispatch(password);
        }));
        let listener = window_event_listener(leptos::ev::input, move |event| {
            let field = event_target::<leptos::web_sys::HtmlInputElement>(&event);
            if field.id() == input {
                ask_soon.borrow_mut()(field.value());
            }
        });
        on_cleanup(move || listener.remove());
    });
    let verdict = move || ask.value().get().flatten();
    view! {
        <div class="grid min-h-11 gap-1" data-island="password-strength">
            <meter class="h-2 w-full" min="0" max="4" low="2" high="3" optimum="4" aria-label="Password strength"
                value=move || verdict().map_or(0, |verdict| verdict.level + 1)
                hidden=move || verdict().is_none()></meter>
            <p class="text-sm text-base-content/70" aria-live="polite">{move || verdict().map(|verdict| verdict.text)}</p>
        </div>
    }
}

/// Judges a password by the rule that sign-up holds it to. Nothing of it is kept or logged.
#[server(prefix = "", endpoint = "/password-strength")]
pub async fn password_strength(password: String) -> Result<Verdict, Problem> {
    use server::users::passwords::{self, Strength};

    let (strength, _) = passwords::strength(&password, &[]);
    let (level, word) = match strength {
        Strength::Weak => (0, "Too easy to guess."),
        Strength::Fair => (1, "Fair."),
        Strength::Good => (2, "Good."),
        Strength::Strong => (3, "Strong."),
    };
    match passwords::check(&password, &[]) {
        Err(message) => Ok(Verdict { level: 0, text: message }),
        Ok(()) => Ok(Verdict { level, text: word.to_owned() }),
    }
}
