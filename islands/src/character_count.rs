//! Shows the number of typed characters below a text area, in the element `data-count` that the server renders. An
//! island would need more script.

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

fn count(element: Element) {
    let field = element.closest(".field").ok().flatten();
    let output = field.and_then(|field| field.query_selector("[data-count]").ok()?);
    if let (Some(output), Some(area)) = (output, element.dyn_ref::<HtmlTextAreaElement>()) {
        let (length, max) = (area.text_length().to_string(), area.max_length().to_string());
        output.set_text_content(Some(&[&length, " of ", &max, " characters"].concat()));
    }
}
