//! How long log-ins last.

use super::{Settings, duration, on_or_off};
use crate::sessions::Limits;
use std::time::Duration;

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    /// How long the admin area stays open without activity. Inside `None` if it has no session of its own.
    pub(super) fn admin_session(&mut self) -> Option<Option<Duration>> {
        let is_separate = self.parse("ADMIN_SESSION", "shared", |text| match text {
            "shared" => Ok(false),
            "separate" => Ok(true),
            _ => Err("set it to shared or separate".into()),
        });
        let idle = self.parse("ADMIN_IDLE_MINUTES", "15", |n| duration(n, 60, 1..=60 * 24));
        let (is_separate, idle) = (is_separate?, idle?);
        Some(is_separate.then_some(idle))
    }

    pub(super) fn limits(&mut self) -> Option<Limits> {
        let idle = self.parse("SESSION_IDLE_MINUTES", "30", |n| duration(n, 60, 1..=60 * 24 * 30));
        let absolute = self.parse("SESSION_ABSOLUTE_HOURS", "24", |n| duration(n, 3600, 1..=24 * 90));
        let remember = self.parse("SESSION_REMEMBER_DAYS", "30", |n| duration(n, 86_400, 1..=365));
        let one_per_user = self.parse("SESSION_ONE_PER_USER", "false", on_or_off);
        // Unwrapped after all of them were read, so that every mistake is reported.
        let (idle, absolute, remember, one_per_user) = (idle?, absolute?, remember?, one_per_user?);
        if absolute < idle {
            self.mistakes.add("SESSION_ABSOLUTE_HOURS", "must not be shorter than SESSION_IDLE_MINUTES");
            return None;
        }
        if remember < absolute {
            self.mistakes.add("SESSION_REMEMBER_DAYS", "must not be shorter than SESSION_ABSOLUTE_HOURS");
            return None;
        }
        Some(Limits { idle, absolute, remember, one_per_user })
    }
}
