//! What can be pushed to tabs.

use super::address::{TabId, To};
use crate::error::Error;
use crate::id::Id;
use crate::sessions::EndReason;
use crate::visitor::{Level, is_local_path};
use serde::{Deserialize, Serialize};

/// In bytes, as JSON. A bus or a proxy may refuse more.
const MAX_LENGTH: usize = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Push {
    /// A flash message in plain text.
    Toast {
        level: Level,
        text: String,
    },
    /// Opens a path of this site.
    Navigate {
        path: String,
    },
    Reload,
    /// The tabs load this fragment of their page again, if they show it. It is marked by `data-live`.
    Refresh {
        fragment: String,
    },
    /// Replaces a marked fragment. `ui::live::replace` makes it from a component, so that its text is escaped.
    Replace {
        fragment: String,
        html: String,
    },
    /// An event for islands: `name` of a `CustomEvent` of the window, and its `detail`.
    Event {
        name: String,
        data: serde_json::Value,
    },
}

/// A push on its way. Ids sort by time, so a browser can say which one it got last.
#[derive(Debug, Serialize, Deserialize)]
pub struct Message {
    pub id: Id<Message>,
    pub(super) to: To,
    pub push: Push,
}

impl Message {
    /// Refuses a large push, and a path of another site.
    pub(super) fn new(to: To, push: Push) -> Result<Self, Error> {
        if matches!(&push, Push::Navigate { path } if !is_local_path(path)) {
            return Err(Error::Live("a tab can be sent to a path of this site only"));
        }
        if serde_json::to_string(&push)?.len() > MAX_LENGTH {
            return Err(Error::Live("a push has 64 KiB at most"));
        }
        Ok(Self { id: Id::new(), to, push })
    }

    /// `None` if it is for all tabs of the stream.
    pub fn tab(&self) -> Option<&TabId> {
        self.to.tab()
    }
}

/// What a stream delivers.
#[derive(Clone, Debug)]
pub enum Event {
    Message(std::sync::Arc<Message>),
    /// The session ended. Nothing follows.
    Ended(EndReason),
}
