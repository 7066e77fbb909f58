//! Input of a refused form that is not kept: the error page shows it, and does not say that it is kept.

use crate::form_body::FormBody;
use axum::response::Response;
use server::{Error, Visitor};
use ui::{KeptInput, TypedInput, problem_response};

/// The answer if the session data could not be saved.
pub fn not_saved(error: Error, posted: Option<&FormBody>) -> Response {
    let is_too_large = matches!(error, Error::TooLargeForCookie);
    let mut response = problem_response(error.into());
    if is_too_large {
        show_typed(&mut response, posted);
    }
    response
}

/// Over the rate limit of new session data, a form is dropped after its answer was made. Call it after `save`.
pub async fn correct_promise(visitor: &Visitor, posted: Option<&FormBody>, response: &mut Response) {
    let is_promised = response.extensions().get::<KeptInput>().is_some();
    if is_promised && !visitor.has_stored_form().await {
        response.extensions_mut().remove::<KeptInput>();
        show_typed(response, posted);
    }
}

fn show_typed(response: &mut Response, posted: Option<&FormBody>) {
    if let Some(posted) = posted {
        response.extensions_mut().insert(TypedInput(posted.typed()));
    }
}
