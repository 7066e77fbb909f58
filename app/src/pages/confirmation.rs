//! Completes a reauthentication, by a password or with a provider.

use server::sessions::{self, Login};
use server::users::Role;
use server::visitor::Level;
use ui::problem::Problem;
use ui::request::Cx;

pub const CONFIRMED: &str = "Confirmed. Nothing was changed yet: continue where you were.";

/// Returns the page that the user wanted. The session id is renewed first: a copy of the old id must not get the
/// confirmed state.
pub async fn complete(cx: &Cx, login: &Login, text: &str) -> Result<String, Problem> {
    if cx.visitor.renew(login).await? {
        sessions::reauthenticated(&cx.db, login).await?;
        if cx.config.admin_session.is_some() && login.role() == Role::Admin {
            cx.visitor.open_admin_area(login).await?;
        }
        cx.flash(Level::Success, text).await?;
    }
    Ok(cx.visitor.take_return_path().await?.unwrap_or("/account".into()))
}
