//! The messages of the last minute, for browsers whose stream was interrupted.

use super::push::Message;
use crate::clock::millis;
use crate::id::Id;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// How long an interruption may be.
pub(super) const WINDOW: Duration = Duration::from_secs(60);
/// With 64 KiB each at most, this is 16 MiB.
const MAX_MESSAGES: usize = 256;
/// Another process may have sent a message before the last one of the browser, and it arrives here after that.
const LATE: Duration = Duration::from_secs(2);

#[derive(Debug)]
struct Kept {
    message: Arc<Message>,
    /// In this process, in unix milliseconds.
    arrived_at: i64,
    is_from_elsewhere: bool,
}

/// In the order of their arrival.
#[derive(Debug, Default)]
pub(super) struct Replay(VecDeque<Kept>);

impl Replay {
    /// Returns false if it is already known: a bus may deliver twice.
    pub fn add(&mut self, message: &Arc<Message>, is_from_elsewhere: bool, now: i64) -> bool {
        if self.0.iter().any(|kept| kept.message.id == message.id) {
            return false;
        }
        self.0.push_back(Kept { message: message.clone(), arrived_at: now, is_from_elsewhere });
        self.forget_old(now);
        true
    }

    pub fn forget_old(&mut self, now: i64) {
        self.0.retain(|kept| (0..=millis(WINDOW)).contains(&(now - kept.arrived_at)));
        while self.0.len() > MAX_MESSAGES {
            self.0.pop_front();
        }
    }

    /// The messages that a browser may have missed since `last`, in order. It ignores those that it knows.
    pub fn after(&self, last: &Id<Message>) -> impl Iterator<Item = &Arc<Message>> {
        let place = self.0.iter().position(|kept| kept.message.id == *last);
        // The id of a greeting, or a message that came before the window or to another process only.
        let since = place.map_or_else(|| made_at(last), |place| self.0[place].arrived_at) - millis(LATE);
        let is_missed = move |number: usize, kept: &Kept| match place {
            Some(place) => {
                // The order here is not that of the process that sent `last`, unless both messages are from here.
                let may_be_later = kept.is_from_elsewhere || self.0[place].is_from_elsewhere;
                number > place || (number < place && may_be_later && kept.arrived_at >= since)
            }
            None => kept.arrived_at >= since,
        };
        let missed = self.0.iter().enumerate().filter(move |(number, kept)| is_missed(*number, kept));
        missed.map(|(_, kept)| &kept.message)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// In unix milliseconds, by the system's clock.
fn made_at(id: &Id<Message>) -> i64 {
    let made = id.as_str().parse::<uuid::Uuid>().ok().and_then(|id| id.get_timestamp());
    let (seconds, nanos) = made.map_or((0, 0), |at| at.to_unix());
    i64::try_from(seconds).unwrap_or(0) * 1000 + i64::from(nanos / 1_000_000)
}
