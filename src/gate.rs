//! Closed unless public: whatever is not on the list asks for a log-in, and what is under /admin for an admin.

use app::{Problem, error_page, wants_html};
use axum::Extension;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use server::visitor::Level;
use server::{Error, Visitor};
use std::sync::Arc;

/// What strangers may see and do. A page or server function that is not here is closed.
pub const PUBLIC: [&str; 5] = ["/", "/login", "/logout", "/password-strength", "/signup"];

/// The layer. It stands around every page and server function.
pub async fn gate(
    path: MatchedPath,
    Extension(visitor): Extension<Arc<Visitor>>,
    request: Request,
    next: Next,
) -> Response {
    if PUBLIC.contains(&path.as_str()) {
        return next.run(request).await;
    }
    match visitor.login().await {
        Ok(Some(login)) if is_admins(path.as_str()) && !login.user.is_admin => error_page(Problem::Forbidden),
        Ok(Some(_)) => next.run(request).await,
        Ok(None) if wants_html(request.headers()) => {
            let wanted = (request.method() == Method::GET).then(|| request.uri().to_string());
            send_to_log_in(&visitor, wanted).await.unwrap_or_else(|error| error_page(error.into()))
        }
        Ok(None) => error_page(Problem::LoggedOut),
        Err(error) => error_page(error.into()),
    }
}

fn is_admins(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

async fn send_to_log_in(visitor: &Visitor, wanted: Option<String>) -> Result<Response, Error> {
    if visitor.is_activity() {
        let (level, text) = match visitor.was_signed_out().await? {
            true => (Level::Warning, "You were signed out. Please log in again."),
            false => (Level::Info, "Please log in to go on."),
        };
        visitor.flash(level, text).await?;
        if let Some(path) = wanted {
            visitor.return_to(&path).await?;
        }
    }
    Ok(Redirect::to("/login").into_response())
}
