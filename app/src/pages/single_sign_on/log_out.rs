//! Log-out at the provider, after the log-out here.

use server::sessions::id_token;
use server::{Error, single_sign_on};
use ui::request::Cx;

/// Call it while the user is logged in: the ID token ends with the session.
pub(in crate::pages) async fn held_id_token(cx: &Cx) -> Result<Option<(String, String)>, Error> {
    if !cx.config.single_sign_on.is_on() {
        return Ok(None);
    }
    match cx.visitor.login().await? {
        Some(login) => id_token(&cx.db, cx.keys(), login).await,
        None => Ok(None),
    }
}

/// The page of the provider that ends its own session. `None` if there is none, or the provider does not answer now.
pub(in crate::pages) async fn page_of_provider(cx: &Cx, held: Option<(String, String)>) -> Option<String> {
    let (issuer, id_token) = held?;
    let provider = cx.config.single_sign_on.of_issuer(&issuer)?;
    let back = cx.config.public_url.join("/login").ok()?;
    single_sign_on::log_out_url(provider, cx.db.now(), &back, &id_token).await.map(String::from)
}
