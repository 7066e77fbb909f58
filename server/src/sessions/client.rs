//! Sessions of first-party clients, which have token pairs in place of a cookie.

use std::time::Duration;

/// How long a client stays logged in without a refresh. It replaces both limits of browsers.
pub const CLIENT_LIFETIME: Duration = Duration::from_secs(90 * 86_400);

/// `sessions` must have the alias `s`.
pub(crate) const IS_CLIENT: &str = "exists (select 1 from token_pairs p where p.session_id = s.id)";
