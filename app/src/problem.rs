//! The one error that may travel to the browser. It says what a person can do about it, never what broke.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// The request made no sense: a field is missing, twice there or not of its type.
    BadInput,
    /// Nobody is logged in.
    Unauthenticated,
    /// Somebody is, but may not do this.
    Forbidden,
    /// The form's token is missing, or of an earlier log-in.
    StaleForm,
    /// The password must be typed again first.
    PasswordNeeded,
    /// Page not found.
    NotFound,
    /// This address does not take this method.
    WrongMethod,
    /// More was sent than is taken.
    TooLarge,
    /// This was tried too often.
    TooManyRequests,
    /// We are too busy, or the database does not answer.
    Unavailable,
    /// Something went wrong on our side.
    Internal,
}

impl Problem {
    const ALL: [Self; 11] = [
        Self::BadInput,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::StaleForm,
        Self::PasswordNeeded,
        Self::NotFound,
        Self::WrongMethod,
        Self::TooLarge,
        Self::TooManyRequests,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The HTTP status that stands for it.
    pub fn status(self) -> u16 {
        match self {
            Self::BadInput => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::StaleForm | Self::PasswordNeeded => 403,
            Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::TooLarge => 413,
            Self::TooManyRequests => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// The same as a type.
    #[cfg(feature = "ssr")]
    pub fn http_status(self) -> axum::http::StatusCode {
        self.status().try_into().unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem that a status stands for; one we have no words for is bad input, or our own fault.
    pub fn from_status(status: u16) -> Self {
        let unknown = if status < 500 { Self::BadInput } else { Self::Internal };
        Self::ALL.into_iter().find(|problem| problem.status() == status).unwrap_or(unknown)
    }

    /// What happened, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::BadInput => "Invalid request",
            Self::Unauthenticated => "Please log in",
            Self::Forbidden => "You don't have access to this page",
            Self::StaleForm => "This form has expired",
            Self::PasswordNeeded => "Confirm your password",
            Self::NotFound => "Page not found",
            Self::WrongMethod => "Method not allowed",
            Self::TooLarge => "Request too large",
            Self::TooManyRequests => "Too many attempts",
            Self::Unavailable => "The server is overloaded",
            Self::Internal => "Something went wrong",
        }
    }

    /// What a person can do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::BadInput => "A part of the form is missing or invalid. Go back and try again.",
            Self::Unauthenticated => "Log in to continue.",
            Self::Forbidden => "If you think you should have access, ask an administrator.",
            Self::StaleForm => {
                "It was opened long ago, or before you logged in or out. Nothing was changed. Go back to the form and \
                 send it again: what you typed is kept, except passwords."
            }
            Self::PasswordNeeded => "Type your password again, then repeat the action.",
            Self::NotFound => "The page may have been moved or deleted, or the address is misspelled.",
            Self::WrongMethod => "This address does not support this kind of request.",
            Self::TooLarge => "The server accepts up to 256 KB. Go back and send less.",
            Self::TooManyRequests => "To protect accounts, the number of attempts is limited.",
            Self::Unavailable => "Try again in a few seconds.",
            Self::Internal => "The error was logged. Try again in a moment.",
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => Self::BadInput,
            _ => Self::Internal,
        }
    }
}

/// The only way from the domain's errors to people, and the only place that logs them.
#[cfg(feature = "ssr")]
impl From<server::Error> for Problem {
    fn from(error: server::Error) -> Self {
        if error.is_temporary() {
            tracing::warn!(%error, "a request must wait");
            return Self::Unavailable;
        }
        tracing::error!(%error, "a request failed");
        Self::Internal
    }
}
