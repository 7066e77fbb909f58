//! The number of typed characters below a text area. The server renders its place, `data-count`; an island would need
//! more script.

use leptos::ev::input;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};

pub fn start() {
    if let Ok(Some(area)) = document().query_selector("textarea") {
        count(area);
    }
    drop(window_event_listener(input, |event| count(event_target(&event))));
}

fn count(typed_in: Element) {
    let field = typed_in.closest(".field").ok().flatten();
    let place = field.and_then(|field| field.query_selector("[data-count]").ok()?);
    if let (Some(place), Some(area)) = (place, typed_in.dyn_ref::<HtmlTextAreaElement>()) {
        let (length, most) = (area.text_length().to_string(), area.max_length().to_string());
        place.set_text_content(Some(&[&length, " of ", &most, " characters"].concat()));
    }
}
