//! The buckets: what is counted, and how many attempts are allowed.

use crate::clock::millis;
use std::time::Duration;

/// Number of attempts in a bucket, and how fast they drain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    /// What is counted; part of the key.
    pub name: &'static str,
    holds: u32,
    /// How long one attempt takes to drain.
    pub drains: Duration,
}

impl Bucket {
    /// Returns the highest level that allows one more attempt, in milliseconds until empty.
    pub fn room(self) -> i64 {
        millis(self.drains) * (i64::from(self.holds) - 1)
    }

    /// Returns how long a full bucket takes to drain, in milliseconds.
    pub fn full(self) -> i64 {
        millis(self.drains) * i64::from(self.holds)
    }
}

const fn bucket(name: &'static str, holds: u32, drains_seconds: u64) -> Bucket {
    Bucket { name, holds, drains: Duration::from_secs(drains_seconds) }
}

/// From one IP address, one account: enough for a user who forgot the password, and 2,900 guesses a day. Also for the
/// account's own browser, at any IP address.
pub(super) const LOG_IN: Bucket = bucket("log-in", 10, 30);
/// From one IP address, all accounts: an office behind one IP address logs in on a Monday morning.
pub(super) const LOG_IN_FROM: Bucket = bucket("log-in from", 60, 5);
/// From all IP addresses, one account.
pub(super) const LOG_IN_AT: Bucket = bucket("log-in at", 30, 10);
/// New accounts from one IP address.
pub(super) const SIGN_UP_FROM: Bucket = bucket("sign-up from", 30, 20);
/// A logged-in user confirms their own password.
pub(super) const PASSWORD: Bucket = bucket("password", 10, 30);
/// Changes of the email address: each sends an email there.
pub(super) const EMAIL: Bucket = bucket("email", 5, 600);

/// App codes after the right password: of a million codes, three are valid at a time.
pub(super) const CODE: Bucket = bucket("code", 5, 60);
/// The same over days: 48 guesses a day, of which one in seven thousand days would be right.
pub(super) const CODES: Bucket = bucket("codes", 50, 1800);
/// The same for all of the user's own browsers: one alone cannot fill it.
pub(super) const OWN_CODES: Bucket = bucket("codes in own browsers", 200, 450);
/// Recovery codes. They cannot be guessed: this only limits the number of queries.
pub(super) const RECOVERY_CODE: Bucket = bucket("recovery code", 10, 30);
/// Passkey challenges for one IP address: the log-in page begins one by itself.
pub(super) const PASSKEY_FROM: Bucket = bucket("passkey from", 120, 2);

/// Emails to one email address that any visitor can request.
pub(super) const MAIL_TO: Bucket = bucket("mail to", 5, 600);
/// The same from one IP address to all email addresses.
pub(super) const MAIL_FROM: Bucket = bucket("mail from", 30, 20);
/// Emails to one email address that a user wants for their account.
pub(super) const NEW_EMAIL_TO: Bucket = bucket("new email to", 5, 600);
/// Unrequested emails without a link to one email address. They do not use up the limit of others.
pub(super) const UNASKED_TO: Bucket = bucket("unasked mail to", 5, 600);
/// Notifications of one kind to one email address, so that repeated actions do not fill a mailbox.
pub(super) const NOTICE_TO: Bucket = bucket("notice to", 10, 600);
/// Link secrets from one IP address.
pub(super) const LINK_FROM: Bucket = bucket("link from", 30, 20);

/// Codes of one email, which expires before another attempt is allowed.
pub(super) const MAIL_CODE: Bucket = bucket("code of a mail", 5, 900);
/// Exports of all data of a user, which are expensive.
pub(super) const EXPORT: Bucket = bucket("export", 5, 60);
