//! Why a callback failed: an expected failure, which the user sees, or a problem.

use server::{Error, SignOnFailure};
use ui::problem::Problem;

pub(super) enum Failure {
    Expected(SignOnFailure),
    Problem(Problem),
}

impl From<SignOnFailure> for Failure {
    fn from(failure: SignOnFailure) -> Self {
        Self::Expected(failure)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::SignOn(failure) => Self::Expected(failure),
            error => Self::Problem(error.into()),
        }
    }
}
