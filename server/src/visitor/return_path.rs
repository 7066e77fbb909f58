//! Where somebody wanted to go when they had to log in first.

use super::{LOGIN_MARK, LoginMark, RETURN_TO, Visitor};
use crate::error::Error;
use serde_json::json;
use std::sync::atomic::Ordering;

/// A path, and who wanted to go there, if anybody was logged in then.
type ReturnPath = (String, Option<String>);
/// The most bytes of a return path. Strangers get few: they could fill the table with them.
const MAX_PATH_LENGTH: usize = 2_000;
const STRANGERS_LONGEST_PATH: usize = 300;

impl Visitor {
    /// Remembers where to go after the log-in. Whatever is not a path of this site is ignored.
    pub async fn return_to(&self, path: &str) -> Result<(), Error> {
        let longest =
            if self.is_known.load(Ordering::Relaxed) { MAX_PATH_LENGTH } else { STRANGERS_LONGEST_PATH };
        if path.len() <= longest && is_local_path(path) {
            let wanted: ReturnPath = (path.to_owned(), self.owner().await?);
            self.session_data.insert(RETURN_TO, json!(wanted)).await;
        }
        Ok(())
    }

    /// Where whoever is logged in now wanted to go; forgets it, also if it was somebody else.
    pub async fn take_return_path(&self) -> Result<Option<String>, Error> {
        let wanted: Option<ReturnPath> = self.session_data.get(RETURN_TO).await?;
        self.session_data.remove(RETURN_TO).await?;
        let user = self.session_data.get::<LoginMark>(LOGIN_MARK).await?.map(|(_, user)| user);
        let path = wanted.filter(|(_, owner)| owner.is_none() || *owner == user).map(|(path, _)| path);
        Ok(path.filter(|path| is_local_path(path)))
    }
}

/// A browser reads `//host` and `/\host` as another site, and drops control characters before it looks.
fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && !path.chars().any(|c| c.is_control() || c == '\\')
}
