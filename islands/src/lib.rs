//! The code that runs in the browser. An island does what HTML cannot; its page is made by `page_with_island`.

#[cfg(target_arch = "wasm32")]
mod character_count;
mod passkeys;
mod password_strength;
#[cfg(target_arch = "wasm32")]
mod show_password;

pub use passkeys::Passkeys;
pub use password_strength::PasswordStrength;

/// The inline script of a page calls it.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    character_count::start();
    show_password::start();
    leptos::mount::hydrate_islands();
}
