//! A QR code as inline SVG: it needs no script, no file and no exception in the Content-Security-Policy.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};
use ui::colors::LIGHT;
use ui::html::{Html, Rendered};

/// Width of the empty margin, in modules.
const QUIET: i32 = 4;

/// Returns `None` if the text is too long for a QR code.
pub fn qr_code(text: &str) -> Option<Html> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size() + 2 * QUIET;
    // Dark on light in both themes: some apps cannot read an inverted code.
    Some(
        view! {
            <svg class="w-56 max-w-full" viewBox=format!("0 0 {size} {size}") role="img" aria-label="QR code" shape-rendering="crispEdges">
                <rect width=size height=size fill=LIGHT.card></rect>
                <path d=squares(&code) fill=LIGHT.text></path>
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
