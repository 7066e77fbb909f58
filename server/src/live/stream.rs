//! The open stream of one browser.

use super::Live;
use super::address::TabId;
use super::push::{Event, Message};
use crate::id::Id;
use crate::sessions::Session;
use crate::users::User;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A browser that reads too slowly loses its stream, and opens another one.
pub(super) const WAITING_EVENTS: usize = 32;

/// Dropped when the browser is gone: then its tabs are gone too.
#[derive(Debug)]
pub struct Stream {
    pub(super) number: u64,
    pub(super) live: Live,
    /// The messages that the browser may have missed, in order.
    pub missed: Vec<Arc<Message>>,
    pub(super) events: mpsc::Receiver<Event>,
}

impl Stream {
    /// The next event, after the missed messages. `None` if the server ends the stream.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.live.registry().remove(self.number);
    }
}

/// What the registry keeps of a stream.
#[derive(Debug)]
pub(super) struct Entry {
    pub number: u64,
    pub user: Id<User>,
    pub session: Id<Session>,
    /// Each with its last activity in unix milliseconds.
    pub tabs: Vec<(TabId, i64)>,
    pub events: mpsc::Sender<Event>,
}

impl Entry {
    pub fn has_tab(&self, tab: &TabId) -> bool {
        self.tabs.iter().any(|(own, _)| own == tab)
    }
}
