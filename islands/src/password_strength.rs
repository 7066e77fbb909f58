//! Shows the strength of a password while the user types. The server rates it: its list of common passwords is ten
//! times as large as the script budget of the page.

use js_sys::Reflect;
use leptos::ev::input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlInputElement, RequestInit, Response, UrlSearchParams};

const PAUSE: Duration = Duration::from_millis(250);

struct Rating {
    /// From 0, which is refused, to 3.
    level: u8,
    /// A word for the level, and advice.
    text: String,
}

/// A meter for the page's new-password field. The field is not part of the island, so it works before any script.
#[island]
pub fn PasswordStrength() -> impl IntoView {
    let rating = RwSignal::new(None::<Rating>);
    Effect::new(move |_| {
        let ask = RefCell::new(debounce(PAUSE, move |field| spawn_local(show(field, rating))));
        let listener = window_event_listener(input, move |event| {
            let field: HtmlInputElement = event_target(&event);
            if field.autocomplete() == "new-password" {
                hide_error(&field);
                ask.borrow_mut()(field);
            }
        });
        on_cleanup(move || listener.remove());
    });
    let level = move || rating.with(|rating| rating.as_ref().map_or(0, |rating| rating.level + 1));
    let text = move || rating.with(|rating| rating.as_ref().map(|rating| rating.text.clone()));
    view! {
        <div class="grid gap-1 empty:hidden" data-island="password-strength">
            <meter class="h-2 w-full" min="0" max="4" low="2" high="3" optimum="4" aria-label="Password strength"
                value=level hidden=move || rating.with(Option::is_none)></meter>
            <p class="text-sm text-base-content/70" aria-live="polite">{text}</p>
        </div>
    }
}

/// The error is about the password that was sent, not about the one that is typed now.
fn hide_error(field: &HtmlInputElement) {
    let error = document().get_element_by_id(&format!("{}-error", field.id()));
    if let Some(error) = error {
        error.remove();
    }
    field.remove_attribute("aria-invalid").ok();
}

async fn show(field: HtmlInputElement, rating: RwSignal<Option<Rating>>) {
    let password = field.value();
    let rated = if password.is_empty() { None } else { ask(&password).await.ok() };
    // The user may have typed more meanwhile.
    if field.value() == password {
        rating.set(rated);
    }
}

/// Calls `app/src/pages/password_strength.rs` without Leptos's client, which alone would exceed the script budget.
async fn ask(password: &str) -> Result<Rating, JsValue> {
    let form = UrlSearchParams::new()?;
    form.append("password", password);
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&form);
    let response = JsFuture::from(window().fetch_with_str_and_init("/password-strength", &request)).await?;
    let answer = JsFuture::from(response.dyn_into::<Response>()?.json()?).await?;
    let get = |name: &str| Reflect::get(&answer, &name.into());
    let (level, text) = (get("level")?.as_f64(), get("text")?.as_string());
    Ok(Rating { level: level.ok_or(JsValue::NULL)? as u8, text: text.ok_or(JsValue::NULL)? })
}
