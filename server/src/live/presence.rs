//! Which tabs are open, and when each session and tab was last active: of this process and, by reports, of the others.

use super::address::TabId;
use crate::clock::is_within;
use crate::id::Id;
use crate::sessions::{EndReason, Session};
use crate::users::User;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// A process that sends no report for this long is gone.
const LOST_AFTER: Duration = Duration::from_secs(90);
/// Sessions and tabs in one part of a report. NATS refuses messages over a mebibyte.
const MAX_IN_PART: usize = 1000;
/// The maximum number of tabs of one session in a report.
const MAX_TABS: usize = 100;

/// One log-in and its open tabs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    pub session_id: Id<Session>,
    pub user_id: Id<User>,
    /// Each with its last activity in unix milliseconds. Empty if no tab is open.
    pub tabs: Vec<(TabId, i64)>,
    /// Time of the last activity of the session, in unix milliseconds.
    pub last_activity: i64,
}

/// What a process says about its own streams.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Report {
    /// True for the first part of all sessions: what was reported before is void.
    is_whole: bool,
    changed: Vec<Presence>,
    gone: HashSet<Id<Session>>,
}

pub(super) type Present = HashMap<Id<Session>, Presence>;

impl Report {
    /// What changed since the last report, in parts. All of it, if `is_whole`.
    pub fn between(last: &Present, now: &Present, is_whole: bool) -> Vec<Self> {
        let mut parts = vec![Self { is_whole, ..Self::default() }];
        for one in now.values().filter(|one| is_whole || last.get(&one.session_id) != Some(one)) {
            let tabs: Vec<_> = one.tabs.iter().take(MAX_TABS).cloned().collect();
            part_for(&mut parts, 1 + tabs.len()).changed.push(Presence { tabs, ..one.clone() });
        }
        for id in last.keys().filter(|id| !now.contains_key(id)) {
            part_for(&mut parts, 1).gone.insert(id.clone());
        }
        parts.retain(|part| part.is_whole || part.length() > 0);
        parts
    }

    fn length(&self) -> usize {
        let changed = self.changed.iter().map(|one| 1 + one.tabs.len()).sum::<usize>();
        changed + self.gone.len()
    }
}

/// The last part, or another one if `added` does not fit.
fn part_for(parts: &mut Vec<Report>, added: usize) -> &mut Report {
    let last = parts.len() - 1;
    if parts[last].length() + added <= MAX_IN_PART {
        return &mut parts[last];
    }
    parts.push(Report::default());
    &mut parts[last + 1]
}

/// What the other processes reported.
#[derive(Debug, Default)]
pub(super) struct Others(HashMap<String, (i64, Present)>);

impl Others {
    pub fn hear(&mut self, node: String, report: Report, now: i64) {
        let (at, present) = self.0.entry(node).or_default();
        *at = now;
        if report.is_whole {
            present.clear();
        }
        present.retain(|id, _| !report.gone.contains(id));
        present.extend(report.changed.into_iter().map(|one| (one.session_id.clone(), one)));
    }

    pub fn forget_lost(&mut self, now: i64) {
        self.0.retain(|_, (at, _)| is_within(now, *at, LOST_AFTER));
    }

    pub fn remove(&mut self, ended: &HashMap<Id<Session>, EndReason>) {
        self.0.values_mut().for_each(|(_, present)| present.retain(|id, _| !ended.contains_key(id)));
    }

    pub fn all(&self) -> impl Iterator<Item = &Presence> {
        self.0.values().flat_map(|(_, present)| present.values())
    }

    pub fn len(&self) -> usize {
        self.all().count()
    }
}

/// Joins what two processes know of one session.
pub(super) fn join(all: &mut Present, one: Presence) {
    match all.get_mut(&one.session_id) {
        None => drop(all.insert(one.session_id.clone(), one)),
        Some(known) => {
            known.last_activity = known.last_activity.max(one.last_activity);
            for (tab, at) in one.tabs {
                match known.tabs.iter_mut().find(|(other, _)| *other == tab) {
                    Some((_, known_at)) => *known_at = at.max(*known_at),
                    None => known.tabs.push((tab, at)),
                }
            }
        }
    }
}
