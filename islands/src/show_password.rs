//! The button that shows the password of a field. The server renders it hidden. An island would need more script.

use leptos::ev::{click, submit};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

const BUTTON: &str = "[data-show-password]";

/// The button keeps its text; `aria-pressed` has its state.
pub fn start() {
    if let Ok(Some(button)) = document().query_selector(BUTTON) {
        button.remove_attribute("hidden").ok();
    }
    drop(window_event_listener(click, |event| {
        toggle(&event_target(&event));
    }));
    // A visible password would be stored by the browser like other text, so it is hidden again.
    drop(window_event_listener(submit, |_| {
        let shown = document().query_selector(&[BUTTON, "[aria-pressed=true]"].concat());
        if let Ok(Some(button)) = shown {
            toggle(&button);
        }
    }));
}

fn toggle(clicked: &Element) -> Option<()> {
    let button = clicked.closest(BUTTON).ok()??;
    let input: HtmlInputElement =
        button.closest(".field").ok()??.query_selector("input").ok()??.dyn_into().ok()?;
    let is_shown = input.type_() == "text";
    input.set_type(if is_shown { "password" } else { "text" });
    button.set_attribute("aria-pressed", if is_shown { "false" } else { "true" }).ok()
}
