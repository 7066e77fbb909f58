//! Live tabs: each browser of a logged-in user keeps one stream open, by which it gets pushes for its tabs, and the end of
//! its session. The database alone says whether a session is valid; pushes and presence are in memory, and travel to
//! other processes over a bus. `docs/guides/push-to-tabs.md` shows each call.

mod address;
mod background_tasks;
pub mod bus;
mod presence;
mod push;
mod registry;
mod replay;
mod stream;

use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::keys::Keys;
use crate::sessions::{Limits, Login, Session};
use crate::users::User;
use bus::{Bus, Content, Transport};
use registry::Registry;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use address::{TabId, To};
pub use presence::Presence;
pub use push::{Event, Message, Push};
pub use registry::Counts;
pub use stream::Stream;

/// The maximum number of tabs of one stream. Further tabs are ignored.
pub const MAX_TABS: usize = 50;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Live(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    limits: Limits,
    bus: Bus,
    registry: Mutex<Registry>,
}

impl Live {
    /// `run` must run too: it ends streams, and talks to other processes. The keys encrypt what is on the bus.
    pub fn new(db: Db, limits: Limits, keys: Keys, transport: Option<Arc<dyn Transport>>) -> Self {
        Self(Arc::new(Inner { db, limits, bus: Bus::new(keys, transport), registry: Mutex::default() }))
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.0.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends to open tabs. Tabs that lost their connection get it if they are back within a minute.
    pub fn push(&self, to: To, push: Push) -> Result<(), Error> {
        let message = Arc::new(Message::new(to, push)?);
        self.deliver(&message, false);
        self.0.bus.send(Content::Push(message))
    }

    fn deliver(&self, message: &Arc<Message>, is_from_elsewhere: bool) {
        let mut registry = self.registry();
        if registry.replay.add(message, is_from_elsewhere, self.0.db.now()) {
            registry.deliver(message);
        }
    }

    /// Opens the stream of a browser. `tabs` are its tabs, each with the milliseconds since its last activity; `after` is
    /// the last message that it got. `RateLimited` if the session or the user has too many streams.
    pub fn open(
        &self,
        login: &Login,
        tabs: Vec<(TabId, i64)>,
        after: Option<&Id<Message>>,
    ) -> Result<Stream, Error> {
        let now = self.0.db.now();
        let tabs = tabs.into_iter().take(MAX_TABS).map(|(tab, age)| (tab, now - age.max(0))).collect();
        let (number, missed, events) = self.registry().open(login, tabs, after, now)?;
        Ok(Stream { number, live: self.clone(), missed, events })
    }

    /// For requests that were not refused. Neither the stream nor polling is activity.
    pub fn record_activity(&self, login: &Login) {
        self.registry().record_activity(login, self.0.db.now());
    }

    /// In unix milliseconds. `None` if the tab is not open.
    pub fn tab_activity(&self, session: &Id<Session>, tab: &TabId) -> Option<i64> {
        let one = self.registry().all(|id| id == session).remove(session)?;
        one.tabs.into_iter().find(|(own, _)| own == tab).map(|(_, at)| at)
    }

    /// In unix milliseconds. `None` if the session has ended, or has no open tab and was not active for half an hour.
    pub fn session_activity(&self, session: &Id<Session>) -> Option<i64> {
        self.registry().all(|id| id == session).remove(session).map(|one| one.last_activity)
    }

    /// Last activity of each session, in unix milliseconds.
    pub fn all_activity(&self) -> HashMap<Id<Session>, i64> {
        self.presence().into_iter().map(|(id, one)| (id, one.last_activity)).collect()
    }

    /// The sessions that have open tabs or were active in the last half hour, in all processes.
    pub fn presence(&self) -> HashMap<Id<Session>, Presence> {
        self.registry().all(|_| true)
    }

    /// The users with an open tab.
    pub fn online(&self) -> Vec<Id<User>> {
        let online = self.presence().into_values().filter(|one| !one.tabs.is_empty());
        let mut users: Vec<_> = online.map(|one| one.user_id).collect();
        users.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        users.dedup();
        users
    }

    /// Ends all streams, so that the program can stop.
    pub fn close(&self) {
        self.registry().close();
    }

    pub fn counts(&self) -> Counts {
        self.registry().counts()
    }

    /// For measurements.
    pub fn lift_limits(&self) {
        self.registry().lift_limits();
    }
}
