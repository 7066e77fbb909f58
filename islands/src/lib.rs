//! The code that runs in the browser. An island does what HTML cannot; a page with an island declares it.

mod passkeys;
mod password_strength;

pub use passkeys::Passkeys;
pub use password_strength::PasswordStrength;

/// The page's own script calls it.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
