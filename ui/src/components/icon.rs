//! Icons of Lucide, as SVG in the page. The program contains only those that the source names.

use crate::html::{Html, Rendered};
use icondata_core::Icon as Shapes;
use leptos::prelude::*;

/// For example `icondata_lu::LuUser`.
pub type Shape = Shapes;

/// An icon beside a text that says the same.
#[component]
pub fn Icon(shape: Shape, #[prop(default = "size-4 shrink-0")] class: &'static str) -> Html {
    view! {
        <svg class=class viewBox=shape.view_box fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" inner_html=shape.data></svg>
    }
    .rendered()
}
