//! A view that is rendered immediately. All branches of a page then have one type, and the compiler need not generate
//! code for hydration and streaming.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// A piece of HTML in which all text is escaped.
pub type Html = InertElement;

/// A view that can be rendered immediately.
pub trait Rendered {
    /// Returns the view as HTML.
    fn rendered(self) -> Html;
}

impl<View: IntoView> Rendered for View {
    fn rendered(self) -> Html {
        InertElement::new(self.into_view().to_html())
    }
}
