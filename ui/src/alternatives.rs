//! What the page of an exceeded rate limit offers in place of waiting.

/// The form token of a logged-in browser. The guard adds it to the response.
#[derive(Clone, Debug)]
pub struct LogOutToken(pub String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alternative {
    /// Text and path.
    Link(&'static str, &'static str),
    /// The form token of the button.
    LogOut(String),
}

/// `path` is where the form was sent. Each alternative has a rate limit of its own.
pub fn alternatives(path: &str, token: Option<LogOutToken>) -> Vec<Alternative> {
    let link = match path {
        "/login"
        | "/verify"
        | "/reauthenticate"
        | "/account/password"
        | "/account/delete"
        | "/account/email/confirm" => Alternative::Link("Reset your password", "/forgot"),
        "/login/code" => Alternative::Link("Use a recovery code", "/login/recovery"),
        "/login/mail" | "/login/mail/code" | "/login/link" => {
            Alternative::Link("Log in with your password", "/login")
        }
        _ => return Vec::new(),
    };
    let log_out = token.filter(|_| path == "/reauthenticate" || path.starts_with("/account/"));
    log_out.map(|LogOutToken(token)| Alternative::LogOut(token)).into_iter().chain([link]).collect()
}
