//! A view rendered at once. Branches of a page have one type this way, and the compiler is spared the code
//! for hydrating and streaming what only ever becomes text.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// A piece of HTML, every text in it escaped.
pub type Html = InertElement;

/// What can be rendered at once: every view.
pub trait Rendered {
    /// The view as HTML.
    fn rendered(self) -> Html;
}

impl<View: IntoView> Rendered for View {
    fn rendered(self) -> Html {
        InertElement::new(self.into_view().to_html())
    }
}
