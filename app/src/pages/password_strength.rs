//! POST /password-strength: rates a password for the island with the password meter.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server::Error;
use server::users::passwords::{self, Strength};
use ui::problem::Problem;
use ui::request::cx;

/// The island reads the fields by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// From 0, which is refused, to 3.
    pub level: u8,
    /// A word for the level, and advice.
    pub text: String,
}

/// Applies the rules of sign-up, except those about name and address. The password is not stored or logged.
#[server(prefix = "", endpoint = "/password-strength")]
pub async fn password_strength(password: String) -> Result<Rating, Problem> {
    let cx = cx()?;
    cx.limits_in_memory.password_strength(&cx.db, cx.visitor.ip())?;
    let (level, text) = match passwords::rate_for_meter("password", &password).await {
        Err(Error::Invalid(errors)) => (0, errors.iter().map(|(_, message)| message).collect()),
        Err(error) => return Err(error.into()),
        Ok(Strength::Fair) => (1, "Fair.".into()),
        Ok(Strength::Good) => (2, "Good.".into()),
        Ok(Strength::Strong) => (3, "Strong.".into()),
    };
    Ok(Rating { level, text })
}
