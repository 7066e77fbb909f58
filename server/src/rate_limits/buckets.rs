//! The buckets: what is counted, and how many attempts are allowed.

use crate::clock::millis;
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    pub name: &'static str,
    pub capacity: u32,
    /// Per attempt.
    pub refill: Duration,
}

impl Bucket {
    /// The highest level that allows one more attempt, in milliseconds until empty.
    pub fn room(self) -> i64 {
        millis(self.refill) * (i64::from(self.capacity) - 1)
    }

    /// In milliseconds.
    pub fn full(self) -> i64 {
        millis(self.refill) * i64::from(self.capacity)
    }
}

const fn bucket(name: &'static str, capacity: u32, refill_seconds: u64) -> Bucket {
    Bucket { name, capacity, refill: Duration::from_secs(refill_seconds) }
}

/// One account from one IP address or in its own browser: enough for a forgotten password, and 2,900 guesses a day.
pub(super) const LOG_IN: Bucket = bucket("log-in", 10, 30);
/// All accounts from one IP address: an office on a Monday morning.
pub(super) const LOG_IN_FROM: Bucket = bucket("log-in from", 60, 5);
/// One account from all IP addresses.
pub(super) const LOG_IN_ACCOUNT: Bucket = bucket("log-in account", 30, 10);
/// A whole school on its first day. Each sends an email; a confirmed address is refunded.
pub(super) const SIGN_UP_FROM: Bucket = bucket("sign-up from", 200, 20);
/// In one log-in.
pub(super) const PASSWORD: Bucket = bucket("password", 10, 30);
/// In all log-ins of an account: three stolen cookies together cannot fill it.
pub(super) const PASSWORDS: Bucket = bucket("passwords", 50, 10);
pub(super) const EMAIL_CHANGE: Bucket = bucket("email change", 5, 600);

/// Three of a million codes are valid at a time.
pub(super) const CODE: Bucket = bucket("code", 5, 60);
/// 48 guesses a day: on average one is right in 7,000 days.
pub(super) const CODES: Bucket = bucket("codes", 50, 1800);
/// For all of the user's own browsers: one alone cannot fill it.
pub(super) const OWN_CODES: Bucket = bucket("codes in own browsers", 200, 450);
/// They cannot be guessed: this limits queries.
pub(super) const RECOVERY_CODE: Bucket = bucket("recovery code", 10, 30);
/// An open log-in page begins one by itself each four minutes.
pub(super) const PASSKEY_FROM: Bucket = bucket("passkey from", 600, 1);

/// Any visitor can request these emails. Counted by kind.
pub(super) const EMAIL_TO: Bucket = bucket("email to", 5, 600);
pub(super) const EMAIL_FROM: Bucket = bucket("email from", 30, 20);
pub(super) const NEW_EMAIL_TO: Bucket = bucket("new email to", 5, 600);
/// A bucket of its own, so that other emails still arrive.
pub(super) const UNREQUESTED_TO: Bucket = bucket("unrequested email to", 5, 600);
pub(super) const EQUAL_EMAIL: Bucket = bucket("equal email to", 1, 60);
/// Repeated actions must not fill a mailbox.
pub(super) const NOTICE_TO: Bucket = bucket("notification to", 10, 600);
pub(super) const LINK_FROM: Bucket = bucket("link from", 30, 20);

/// An office on a Monday morning.
pub(super) const SIGN_ON_FROM: Bucket = bucket("sign-on from", 200, 2);

/// Log-out tokens of a provider that were refused.
pub(super) const LOGOUT_TOKEN_FROM: Bucket = bucket("log-out token from", 60, 10);

/// The email expires before another attempt is allowed.
pub(super) const EMAIL_CODE: Bucket = bucket("code of an email", 5, 900);
pub(super) const EXPORT: Bucket = bucket("export", 5, 60);

/// New rows of session data without a log-in, which last an hour: 2,800 rows for each network.
pub(super) const SESSION_DATA_FROM: Bucket = bucket("session data from", 1000, 2);
/// Requests with one access token. In the memory of each node.
pub(super) const API_TOKEN: Bucket = bucket("access token", 300, 1);
/// Refreshes of one client. In the memory of each node.
pub(super) const REFRESH: Bucket = bucket("refresh", 300, 10);
/// At each pause in typing. In the memory of each node.
pub(super) const METER_FROM: Bucket = bucket("password strength from", 600, 1);
