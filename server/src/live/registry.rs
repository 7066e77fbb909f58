//! The open streams of this process, and the activity of sessions. A stream that ends leaves nothing behind.

use super::address::TabId;
use super::presence::{Others, Presence, Present, join};
use super::push::{Event, Message};
use super::replay::Replay;
use super::stream::{Entry, WAITING_EVENTS};
use crate::clock::is_within;
use crate::error::{Error, RetryAfter};
use crate::id::Id;
use crate::sessions::{EndReason, Login, Session};
use crate::users::User;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const MAX_OF_SESSION: usize = 8;
const MAX_OF_USER: usize = 40;
const RETRY: RetryAfter = RetryAfter(Duration::from_secs(30));
/// The activity of a session without an open tab is forgotten after this time.
const RECENT: Duration = Duration::from_secs(30 * 60);

#[derive(Debug, Default)]
pub(super) struct Registry {
    next: u64,
    is_closed: bool,
    has_limits_lifted: bool,
    streams: Vec<Entry>,
    /// In unix milliseconds, of each session that was active in this process.
    activity: HashMap<Id<Session>, (Id<User>, i64)>,
    pub replay: Replay,
    pub others: Others,
}

/// How much memory is in use, for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub streams: usize,
    pub sessions: usize,
    pub messages: usize,
    pub sessions_elsewhere: usize,
}

/// A stream that was opened: its number, what it missed, and what comes.
pub(super) type Opened = (u64, Vec<Arc<Message>>, mpsc::Receiver<Event>);

impl Registry {
    pub fn open(
        &mut self,
        login: &Login,
        tabs: Vec<(TabId, i64)>,
        after: Option<&Id<Message>>,
        now: i64,
    ) -> Result<Opened, Error> {
        let (user, session) = (login.user.id.clone(), login.session_id.clone());
        let of_user = self.streams.iter().filter(|stream| stream.user == user).count();
        let of_session = self.streams.iter().filter(|stream| stream.session == session).count();
        if !self.has_limits_lifted && (of_user >= MAX_OF_USER || of_session >= MAX_OF_SESSION) {
            return Err(Error::RateLimited(RETRY));
        }
        if self.is_closed {
            return Err(Error::NotReady("the program stops".into()));
        }
        self.replay.forget_old(now);
        let has_tab = |tab: &TabId| tabs.iter().any(|(own, _)| own == tab);
        let missed = after.into_iter().flat_map(|last| self.replay.after(last));
        let missed = missed.filter(|message| message.to.reaches(&user, &session, has_tab)).cloned().collect();
        let (sender, events) = mpsc::channel(WAITING_EVENTS);
        let number = self.next;
        self.next += 1;
        self.streams.push(Entry { number, user, session, tabs, events: sender });
        Ok((number, missed, events))
    }

    pub fn remove(&mut self, number: u64) {
        if let Some(place) = self.streams.iter().position(|stream| stream.number == number) {
            self.streams.swap_remove(place);
        }
        if self.streams.len() < self.streams.capacity() / 4 {
            self.streams.shrink_to_fit();
        }
    }

    /// Ends all streams, now and later.
    pub fn close(&mut self) {
        self.is_closed = true;
        self.streams.clear();
    }

    /// Ends all streams. Their browsers open others.
    pub fn interrupt(&mut self) {
        self.streams.clear();
    }

    pub fn lift_limits(&mut self) {
        self.has_limits_lifted = true;
    }

    pub fn deliver(&mut self, message: &Arc<Message>) {
        self.streams.retain(|stream| {
            let is_meant = message.to.reaches(&stream.user, &stream.session, |tab| stream.has_tab(tab));
            !is_meant || stream.events.try_send(Event::Message(message.clone())).is_ok()
        });
    }

    /// Ends the streams of sessions, and forgets them.
    pub fn end(&mut self, ended: &HashMap<Id<Session>, EndReason>) {
        self.streams.retain(|stream| match ended.get(&stream.session) {
            Some(reason) => {
                // A browser with a full queue opens another stream, and gets 401.
                let _delivered = stream.events.try_send(Event::Ended(*reason));
                false
            }
            None => true,
        });
        self.activity.retain(|session, _| !ended.contains_key(session));
        self.others.remove(ended);
    }

    pub fn record_activity(&mut self, login: &Login, now: i64) {
        match self.activity.get_mut(&login.session_id) {
            Some((_, at)) => *at = now,
            None => drop(self.activity.insert(login.session_id.clone(), (login.user.id.clone(), now))),
        }
    }

    pub fn forget_old(&mut self, now: i64) {
        self.replay.forget_old(now);
        self.others.forget_lost(now);
        self.activity.retain(|_, (_, at)| is_within(now, *at, RECENT));
        self.activity.shrink_to_fit();
    }

    /// The sessions with a stream.
    pub fn streaming(&self) -> Vec<Id<Session>> {
        self.streams.iter().map(|stream| stream.session.clone()).collect()
    }

    /// The sessions that take memory here.
    pub fn known(&self) -> Vec<Id<Session>> {
        self.activity.keys().chain(self.streams.iter().map(|stream| &stream.session)).cloned().collect()
    }

    /// The sessions of this process that `is_wanted` selects.
    pub fn own(&self, is_wanted: impl Fn(&Id<Session>) -> bool) -> Present {
        let mut all = Present::new();
        for (session_id, (user_id, at)) in self.activity.iter().filter(|(id, _)| is_wanted(id)) {
            let (session_id, user_id) = (session_id.clone(), user_id.clone());
            join(&mut all, Presence { session_id, user_id, tabs: Vec::new(), last_activity: *at });
        }
        for stream in self.streams.iter().filter(|stream| is_wanted(&stream.session)) {
            let last_activity = stream.tabs.iter().map(|(_, at)| *at).max().unwrap_or(0);
            let (session_id, user_id) = (stream.session.clone(), stream.user.clone());
            join(&mut all, Presence { session_id, user_id, tabs: stream.tabs.clone(), last_activity });
        }
        all
    }

    /// As `own`, of all processes.
    pub fn all(&self, is_wanted: impl Fn(&Id<Session>) -> bool) -> Present {
        let mut all = self.own(&is_wanted);
        let others = self.others.all().filter(|one| is_wanted(&one.session_id));
        others.for_each(|one| join(&mut all, one.clone()));
        all
    }

    pub fn counts(&self) -> Counts {
        Counts {
            streams: self.streams.len(),
            sessions: self.activity.len(),
            messages: self.replay.len(),
            sessions_elsewhere: self.others.len(),
        }
    }
}
