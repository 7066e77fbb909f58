//! A browser that a user has logged in with before. Guesses from elsewhere do not block it.

use crate::id::Id;
use crate::users::User;
use sha2::{Digest, Sha256};
use std::fmt;

/// Content of a long-lived cookie: a key, and a hash of the last user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownBrowser {
    id: Id<KnownBrowser>,
    user: String,
}

impl KnownBrowser {
    pub fn of(user_id: &Id<User>) -> Self {
        Self { id: Id::new(), user: hash(user_id) }
    }

    /// The caller has checked the signature.
    pub fn from_cookie(value: &str) -> Option<Self> {
        let (id, user) = value.split_once('.')?;
        Some(Self { id: id.parse().ok()?, user: user.to_owned() })
    }

    pub fn id(&self) -> &Id<Self> {
        &self.id
    }

    pub fn is_of(&self, user_id: &Id<User>) -> bool {
        self.user == hash(user_id)
    }
}

impl fmt::Display for KnownBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.user)
    }
}

/// The cookie must not reveal the account.
fn hash(user_id: &Id<User>) -> String {
    Sha256::digest(user_id.as_str()).iter().map(|byte| format!("{byte:02x}")).collect()
}
