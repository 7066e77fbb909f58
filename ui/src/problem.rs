//! The only error type that reaches the browser. It says what the user can do, never what broke.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Malformed request: a field is missing, duplicate or of the wrong type.
    BadInput,
    /// The user is not logged in.
    Unauthenticated,
    /// The user is logged in but has no permission.
    Forbidden,
    /// The user has a role with permission, but another one is active.
    OtherRole,
    /// The form token is missing, or belongs to an earlier log-in.
    StaleForm,
    /// The password must be typed again first.
    PasswordNeeded,
    NotFound,
    /// The path does not support this method.
    WrongMethod,
    /// The request body is too large.
    TooLarge,
    /// The form was refused, and is too long to be kept for its page.
    TooLongToKeep,
    /// The request needs a row that was deleted meanwhile, or deletes one that others refer to.
    Conflict,
    /// The request names a host that is not the product's.
    WrongHost,
    /// A rate limit was exceeded.
    TooManyRequests,
    /// The service is temporarily unavailable, or the database does not answer.
    Unavailable,
    /// An error in the server.
    Internal,
}

impl Problem {
    const ALL: [Self; 15] = [
        Self::BadInput,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::OtherRole,
        Self::StaleForm,
        Self::PasswordNeeded,
        Self::NotFound,
        Self::WrongMethod,
        Self::TooLarge,
        Self::TooLongToKeep,
        Self::Conflict,
        Self::WrongHost,
        Self::TooManyRequests,
        Self::Unavailable,
        Self::Internal,
    ];

    pub fn status(self) -> u16 {
        match self {
            Self::BadInput => 422,
            Self::Unauthenticated => 401,
            Self::Forbidden | Self::OtherRole | Self::StaleForm | Self::PasswordNeeded => 403,
            Self::NotFound => 404,
            Self::WrongMethod => 405,
            Self::TooLarge | Self::TooLongToKeep => 413,
            Self::Conflict => 409,
            Self::WrongHost => 421,
            Self::TooManyRequests => 429,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    pub fn http_status(self) -> axum::http::StatusCode {
        self.status().try_into().unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Returns the problem for a status. An unknown status is bad input below 500, else an internal error.
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
            Self::OtherRole => "Your active role does not have access to this page",
            Self::StaleForm => "This form has expired",
            Self::PasswordNeeded => "Confirm that it is you",
            Self::NotFound => "Page not found",
            Self::WrongMethod => "Method not allowed",
            Self::TooLarge => "Request too large",
            Self::TooLongToKeep => "This form is too long",
            Self::Conflict => "This conflicts with other data",
            Self::WrongHost => "Unknown address",
            Self::TooManyRequests => "Too many attempts",
            Self::Unavailable => "The service is temporarily unavailable",
            Self::Internal => "Something went wrong",
        }
    }

    /// What the user can do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::BadInput => "A part of the form is missing or invalid. Go back and try again.",
            Self::Unauthenticated => "Log in to continue.",
            Self::Forbidden => "If you think you should have access, ask an administrator.",
            Self::OtherRole => "You have another role that does. Switch to it, then open the page again.",
            Self::StaleForm => {
                "It was opened long ago, or before you logged in or out. Nothing was changed. Go back to the form and \
                 send it again."
            }
            Self::PasswordNeeded => "Confirm at /reauthenticate that it is you, then repeat the action.",
            Self::NotFound => "The page may have been moved or deleted, or the address is misspelled.",
            Self::WrongMethod => "This address does not support this kind of request.",
            Self::TooLarge => "It is larger than the server accepts. Go back and send less.",
            Self::TooLongToKeep => {
                "It was not accepted, and is too long to be shown again in its fields. Nothing was changed. Copy what you \
                 typed, go back to the form, and send less text."
            }
            Self::Conflict => {
                "What this belongs to was deleted meanwhile, or other data still belongs to it. Reload the page. If this \
                 happens again, delete the other data first, or ask an administrator."
            }
            Self::WrongHost => "This host name is not configured. An administrator can allow it.",
            Self::TooManyRequests => "To protect accounts, the number of attempts is limited.",
            Self::Unavailable => "Try again in a few seconds.",
            Self::Internal => "The error was logged. Try again in a moment.",
        }
    }

    /// A script cannot go back to a form.
    pub fn advice_for_script(self) -> &'static str {
        match self {
            Self::StaleForm => "This page is out of date. Reload it and try again.",
            other => other.advice(),
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

/// The only conversion from domain errors to problems, and the only place that logs them. It is for failures that a
/// page does not expect.
impl From<server::Error> for Problem {
    fn from(error: server::Error) -> Self {
        match error {
            server::Error::Invalid(_) | server::Error::Refused(_) | server::Error::SignOn(_) => {
                Self::BadInput
            }
            server::Error::TooLargeForCookie => {
                tracing::warn!(%error, "a refused form was not kept");
                Self::TooLongToKeep
            }
            server::Error::RateLimited(wait) => {
                set_retry_after(wait);
                Self::TooManyRequests
            }
            server::Error::ForeignKey(_) => {
                // Expected: what the row belongs to, like the user's session, can end during the request.
                tracing::warn!(%error, "a request conflicts with other data");
                Self::Conflict
            }
            error if error.is_temporary() => {
                tracing::warn!(%error, "a request must wait");
                Self::Unavailable
            }
            error => {
                tracing::error!(%error, "a request failed");
                Self::Internal
            }
        }
    }
}

fn set_retry_after(server::error::RetryAfter(time): server::error::RetryAfter) {
    use axum::http::header::RETRY_AFTER;
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(RETRY_AFTER, (time.as_secs() + 1).into());
    }
}
