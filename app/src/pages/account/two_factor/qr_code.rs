//! A QR code as a drawing in the page: no script, no file, and nothing that a policy would have to allow.

use crate::html::{Html, Rendered};
use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// How many squares must be empty around it.
const QUIET: i32 = 4;

/// The QR code of a text. None: the text is longer than one can hold.
pub fn qr_code(text: &str) -> Option<Html> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size() + 2 * QUIET;
    // Black on white in both themes: not every app reads one that is inverted.
    Some(
        view! {
            <svg class="w-56 max-w-full" viewBox=format!("0 0 {size} {size}") role="img" aria-label="QR code" shape-rendering="crispEdges">
                <rect width=size height=size fill="#fff"></rect>
                <path d=squares(&code) fill="#000"></path>
            </svg>
        }
        .rendered(),
    )
}

fn squares(code: &QrCode) -> String {
    let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    all.filter(|(x, y)| code.get_module(*x, *y))
        .map(|(x, y)| format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET))
        .collect()
}
