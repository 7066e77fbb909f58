//! A browser that somebody has logged in with before. Whoever guesses their password elsewhere does not make it wait.

use crate::id::Id;
use sha2::{Digest, Sha256};
use std::fmt;

/// What the lasting cookie of a browser says: a key of its own, and a hash of who logged in last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBrowser {
    id: Id,
    user: String,
}

impl KnownBrowser {
    /// A browser that nobody knew, in which this user has logged in now.
    pub fn of(user_id: &Id) -> Self {
        Self { id: Id::new(), user: hash(user_id) }
    }

    /// The browser that a cookie names, its signature checked.
    pub fn from_cookie(value: &str) -> Option<Self> {
        let (id, user) = value.split_once('.')?;
        Some(Self { id: id.parse().ok()?, user: user.to_owned() })
    }

    /// Its own key.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Whether this user was the last to log in with it.
    pub fn is_of(&self, user_id: &Id) -> bool {
        self.user == hash(user_id)
    }
}

impl fmt::Display for KnownBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.user)
    }
}

/// The cookie shall tell nobody which account it is.
fn hash(user_id: &Id) -> String {
    Sha256::digest(user_id.as_str()).iter().map(|byte| format!("{byte:02x}")).collect()
}
