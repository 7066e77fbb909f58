//! The return path: the page that a user wanted before they had to log in.

use super::{LOGIN_MARK, LoginMark, RETURN_TO, Visitor};
use crate::error::Error;
use serde_json::json;
use std::sync::atomic::Ordering;

type ReturnPath = (String, Option<String>);
/// In bytes. Less without a log-in: any client could fill the table.
const MAX_PATH_LENGTH: usize = 2_000;
const STRANGERS_LONGEST_PATH: usize = 300;

impl Visitor {
    /// Ignores values that are not a path of this site.
    pub async fn return_to(&self, path: &str) -> Result<(), Error> {
        let longest =
            if self.had_login.load(Ordering::Relaxed) { MAX_PATH_LENGTH } else { STRANGERS_LONGEST_PATH };
        if path.len() <= longest && is_local_path(path) {
            let wanted: ReturnPath = (path.to_owned(), self.owner().await?);
            self.session_data.insert(RETURN_TO, json!(wanted)).await;
        }
        Ok(())
    }

    /// Also removes the path of another user, and returns `None`.
    pub async fn take_return_path(&self) -> Result<Option<String>, Error> {
        let wanted: Option<ReturnPath> = self.session_data.get(RETURN_TO).await?;
        self.session_data.remove(RETURN_TO).await?;
        let user = self.session_data.get::<LoginMark>(LOGIN_MARK).await?.map(|(_, user)| user);
        let path = wanted.filter(|(_, owner)| owner.is_none() || *owner == user).map(|(path, _)| path);
        Ok(path.filter(|path| is_local_path(path)))
    }
}

/// A browser reads `//host` and `/\host` as another site, and first removes control characters.
fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && !path.chars().any(|c| c.is_control() || c == '\\')
}
