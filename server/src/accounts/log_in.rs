//! The first step of a log-in: email and password, with the same limits, time and answers for forms and for clients.

use crate::db::Db;
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::rate_limits::{self, KnownBrowser};
use crate::users::{self, User};

/// A user with a second factor must still be asked for a code.
pub async fn check_password(
    db: &Db,
    email: &str,
    password: &str,
    ip: &str,
    browser: Option<&KnownBrowser>,
) -> Result<User, Error> {
    check_form(email, password)?;
    let attempt = rate_limits::log_in(db, email, ip, browser).await?;
    let Some(user) = users::authenticate(db, email, password).await? else {
        tracing::info!(ip, "a log-in failed");
        return Err(wrong_password().into());
    };
    rate_limits::refund(db, attempt).await?;
    // Shown only after the right password, so that it reveals nothing to others.
    if user.disabled_at.is_some() {
        return Err(FieldErrors::one("email", "This account is disabled. Contact an administrator.").into());
    }
    Ok(user)
}

/// One message for both fields: it must not reveal whether the address has an account.
pub fn wrong_password() -> FieldErrors {
    FieldErrors::one("password", "Incorrect email or password.")
}

/// Such a form is no guess, so it does not count towards the rate limit.
fn check_form(email: &str, password: &str) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::default();
    if !email.contains('@') {
        errors.add("email", "Please type an address like name@example.com.");
    }
    if password.is_empty() {
        errors.add("password", "Please fill this in.");
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
