//! A new access token for the one page that shows it.

use super::{NEW_TOKEN, Visitor};
use crate::error::Error;
use crate::users::User;

impl Visitor {
    pub async fn keep_new_token(&self, user: &User, token: &str) -> Result<(), Error> {
        self.keep_secret(NEW_TOKEN, user, token).await
    }

    /// Several, if several tabs made one. They return if the page fails.
    pub async fn take_new_tokens(&self) -> Result<Vec<String>, Error> {
        self.take_secrets(NEW_TOKEN).await
    }
}
