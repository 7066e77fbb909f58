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
    LoggedOut,
    /// Somebody is, but may not do this.
    Forbidden,
    /// The form's token is missing, or of an earlier log-in.
    StaleForm,
    /// The password must be typed again first.
    PasswordNeeded,
    /// There is nothing here.
    NotFound,
    /// This address does not take this method.
    WrongMethod,
    /// More was sent than is taken.
    TooLarge,
    /// This was tried too often.
    TooOften,
    /// We are too busy, or the database does not answer.
    Unavailable,
    /// Something broke on our side.
    Broken,
}

impl Problem {
    const ALL: [Self; 11] = [
        Self::BadInput,
        Self::LoggedOut,
        Self::Forbidden,
        Self::StaleForm,
        Self::PasswordNeeded,
        Self::NotFound,
        Self::WrongMethod,
        Self::TooLarge,
        Self::TooOften,
        Self::Unavailable,
        Self::Broken,
    ];

    /// The HTTP status that stands for it.
    pub fn status(self) -> u16 {
        match self {
            Self::BadInput => 422,
            Self::LoggedOut => 401,
            Self::Forbidden | Self::StaleForm | Self::PasswordNeeded => 403,
            Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::TooLarge => 413,
            Self::TooOften => 429,
            Self::Unavailable => 503,
            Self::Broken => 500,
        }
    }

    /// The same as a type.
    #[cfg(feature = "ssr")]
    pub fn http_status(self) -> axum::http::StatusCode {
        self.status().try_into().unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The problem that a status stands for; one we have no words for is bad input, or our own fault.
    pub fn from_status(status: u16) -> Self {
        let unknown = if status < 500 { Self::BadInput } else { Self::Broken };
        Self::ALL.into_iter().find(|problem| problem.status() == status).unwrap_or(unknown)
    }

    /// What happened, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::BadInput => "That did not make sense",
            Self::LoggedOut => "Please log in",
            Self::Forbidden => "This is not for you",
            Self::StaleForm => "This form is out of date",
            Self::PasswordNeeded => "Your password, please",
            Self::NotFound => "There is nothing here",
            Self::WrongMethod => "That cannot be done here",
            Self::TooLarge => "That was too much",
            Self::TooOften => "Too many tries",
            Self::Unavailable => "We are out of breath",
            Self::Broken => "Something broke",
        }
    }

    /// What a person can do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::BadInput => {
                "Part of what was sent is missing or not as we expect it. Go back and try again."
            }
            Self::LoggedOut => "You need to be logged in for this.",
            Self::Forbidden => {
                "Your account may not see or do this. If you think it should, ask an administrator."
            }
            Self::StaleForm => {
                "It was opened long ago, or before you logged in or out. Nothing was changed. Go back to the form and \
                 send it again: what you typed is kept, except passwords."
            }
            Self::PasswordNeeded => "Type your password again, then repeat this.",
            Self::NotFound => "The page was moved or deleted, or the address has a typo.",
            Self::WrongMethod => "This address exists, but not for this kind of request.",
            Self::TooLarge => "What you sent is larger than we take. Go back and send less.",
            Self::TooOften => "To keep accounts safe, this can be tried only so often.",
            Self::Unavailable => "Too much is going on at once. Please try again in a few seconds.",
            Self::Broken => "It is our fault, and it has been noted. Please try again in a moment.",
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
            _ => Self::Broken,
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
        Self::Broken
    }
}
