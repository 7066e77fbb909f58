//! The composition root, which connects `app` and `server`: `router` for the server, `hydrate` for the browser.

#[cfg(feature = "ssr")]
mod address;
#[cfg(feature = "ssr")]
pub mod cookie;
#[cfg(feature = "ssr")]
mod form_body;
#[cfg(feature = "ssr")]
pub mod guard;
#[cfg(feature = "ssr")]
pub mod maintenance;
#[cfg(feature = "ssr")]
mod refusals;
#[cfg(feature = "ssr")]
mod repeats;
#[cfg(feature = "ssr")]
pub mod router;
#[cfg(feature = "ssr")]
pub mod session_layer;
#[cfg(feature = "ssr")]
mod signed_cookie;
#[cfg(feature = "ssr")]
mod trace;
#[cfg(feature = "ssr")]
pub mod worker;

/// The page's own script calls it.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    use app as _; // without this the linker would drop the crate and its islands
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
