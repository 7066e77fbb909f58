//! Whom a push reaches.

use crate::error::Error;
use crate::id::Id;
use crate::sessions::Session;
use crate::users::User;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A tab of a browser. The browser makes it: it survives a reload, and a duplicated tab has another one. It proves
/// nothing, so a stream gets a push to a tab only if the push is also meant for the user of the stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TabId(String);

const LENGTHS: std::ops::RangeInclusive<usize> = 8..=36;

impl FromStr for TabId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let is_id = LENGTHS.contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if is_id { Ok(Self(text.to_owned())) } else { Err(Error::Live("this is no id of a tab")) }
    }
}

impl fmt::Display for TabId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum To {
    /// One tab of this session.
    Tab(Id<Session>, TabId),
    /// All tabs of one log-in.
    Session(Id<Session>),
    /// All tabs of all browsers of a user.
    User(Id<User>),
    /// The same, without the tabs of one log-in.
    OtherSessions(Id<User>, Id<Session>),
    /// All tabs of all users who are logged in.
    Everyone,
}

impl To {
    /// Whether a stream of this session gets the push.
    pub(super) fn reaches(
        &self,
        user: &Id<User>,
        session: &Id<Session>,
        has_tab: impl Fn(&TabId) -> bool,
    ) -> bool {
        match self {
            Self::Tab(of, tab) => of == session && has_tab(tab),
            Self::Session(id) => id == session,
            Self::User(id) => id == user,
            Self::OtherSessions(id, without) => id == user && without != session,
            Self::Everyone => true,
        }
    }

    pub(super) fn tab(&self) -> Option<&TabId> {
        match self {
            Self::Tab(_, tab) => Some(tab),
            Self::Session(_) | Self::User(_) | Self::OtherSessions(..) | Self::Everyone => None,
        }
    }
}
