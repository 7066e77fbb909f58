//! Use cases on accounts, for users and admins: one file each. Each is one transaction with its line in the audit.

mod administration;
mod deletion;
mod email_change;
mod magic_link;
pub mod passkeys;
mod password_change;
mod password_reset;
mod recovery;
mod sign_up;
pub mod two_factor;
mod verification;

pub use administration::{Refusal, close, delete, grant_admin, make_admin, open, set_password, unmake_admin};
pub use deletion::{delete_due, keep, leave};
pub use email_change::{ask_for_email, confirm_email};
pub use magic_link::{with_code, with_link};
pub use password_change::change_password;
pub use password_reset::reset_password;
pub use recovery::{REACH, give_back, recover};
pub use sign_up::{NewUser, email as address, sign_up};
pub use verification::{claim, mark_verified, resend_verification, verify};

/// Why a link does not change an email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// The link was used, is too old, or something happened since.
    OutOfDate,
    /// Another user has the email address.
    Taken,
}
