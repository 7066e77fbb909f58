//! What is counted, and how many tries of each there may be.

use crate::clock::millis;
use std::time::Duration;

/// How many tries a bucket holds, and how long one takes to drain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    /// What is counted: a part of the key.
    pub name: &'static str,
    holds: u32,
    /// How long one try takes to drain.
    pub drains: Duration,
}

impl Bucket {
    /// How full it may be for one more try, in milliseconds until it would be empty.
    pub fn room(self) -> i64 {
        millis(self.drains) * (i64::from(self.holds) - 1)
    }

    /// How long a full one takes to drain, in milliseconds.
    pub fn full(self) -> i64 {
        millis(self.drains) * i64::from(self.holds)
    }
}

const fn bucket(name: &'static str, holds: u32, drains_seconds: u64) -> Bucket {
    Bucket { name, holds, drains: Duration::from_secs(drains_seconds) }
}

/// From one address at one account: what somebody who forgot their password needs, and 2,900 guesses a day. The same
/// for the account's own browser, wherever it is.
pub(super) const LOG_IN: Bucket = bucket("log-in", 10, 30);
/// From one address at all accounts: an office behind one address logs in on a Monday morning.
pub(super) const LOG_IN_FROM: Bucket = bucket("log-in from", 60, 5);
/// From all addresses at one account.
pub(super) const LOG_IN_AT: Bucket = bucket("log-in at", 30, 10);
/// New accounts from one address.
pub(super) const SIGN_UP_FROM: Bucket = bucket("sign-up from", 30, 20);
/// One's own password, typed by somebody who is logged in.
pub(super) const PASSWORD: Bucket = bucket("password", 10, 30);
/// Another address for one's account: each sends a mail there.
pub(super) const EMAIL: Bucket = bucket("email", 5, 600);

/// Codes of an app, typed by somebody who knows the password: of a million, three count at a time.
pub(super) const CODE: Bucket = bucket("code", 5, 60);
/// The same over days: 48 guesses a day, of which one in seven thousand days would be right.
pub(super) const CODES: Bucket = bucket("codes", 50, 1800);
/// The same in all of the user's own browsers: one alone cannot fill it.
pub(super) const OWN_CODES: Bucket = bucket("codes in own browsers", 200, 450);
/// Recovery codes. Nobody guesses one: this only keeps the table from being asked too often.
pub(super) const RECOVERY_CODE: Bucket = bucket("recovery code", 10, 30);
/// Exchanges that browsers at one address begin for a passkey: the log-in page begins one by itself.
pub(super) const PASSKEY_FROM: Bucket = bucket("passkey from", 120, 2);

/// Mails to one address that anybody can have sent to it.
pub(super) const MAIL_TO: Bucket = bucket("mail to", 5, 600);
/// The same from one address of the network to all.
pub(super) const MAIL_FROM: Bucket = bucket("mail from", 30, 20);
/// Mails to one address that somebody wants for their account.
pub(super) const NEW_EMAIL_TO: Bucket = bucket("new email to", 5, 600);
/// Mails to one address that nobody there asked for, and that have no link: they keep no others from it.
pub(super) const UNASKED_TO: Bucket = bucket("unasked mail to", 5, 600);
/// Notices of one kind to one address: whoever does something over and over fills no mailbox with it.
pub(super) const NOTICE_TO: Bucket = bucket("notice to", 10, 600);
/// Secrets of links from one address.
pub(super) const LINK_FROM: Bucket = bucket("link from", 30, 20);

/// Codes typed for one mail, which is out of date before there is another try.
pub(super) const MAIL_CODE: Bucket = bucket("code of a mail", 5, 900);
/// All one's data at once, which is work.
pub(super) const EXPORT: Bucket = bucket("export", 5, 60);
