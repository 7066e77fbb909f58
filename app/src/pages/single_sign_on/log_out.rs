//! The log-out at a provider, which follows the log-out here.

use server::sessions::id_token;
use server::{Error, single_sign_on};
use ui::request::Cx;

/// Must be called before the log-out, which deletes the ID token with the session.
pub(in crate::pages) async fn held_id_token(cx: &Cx) -> Result<Option<(String, String)>, Error> {
    if !cx.config.single_sign_on.is_on() {
        return Ok(None);
    }
    match cx.visitor.login().await? {
        Some(login) => id_token(&cx.db, cx.keys(), login).await,
        None => Ok(None),
    }
}

/// Returns the page at which the provider ends its own session. `None` if it has none or does not answer.
pub(in crate::pages) async fn page_of_provider(cx: &Cx, held: Option<(String, String)>) -> Option<String> {
    let (issuer, id_token) = held?;
    let provider = cx.config.single_sign_on.of_issuer(&issuer)?;
    let back = cx.config.public_url.join("/login").ok()?;
    single_sign_on::log_out_url(provider, cx.db.now(), &back, &id_token).await.map(String::from)
}
