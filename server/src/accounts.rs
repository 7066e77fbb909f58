//! Use cases on accounts, one file each. Each is one transaction with its line in the audit.

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

pub use administration::{close, delete, grant_admin, make_admin, open, set_password, unmake_admin};
pub use deletion::{delete_due, keep, leave};
pub use email_change::{ask_for_email, confirm_email};
pub use magic_link::{with_code, with_link};
pub use password_change::change_password;
pub use password_reset::reset_password;
pub use recovery::{REACH, give_back, recover};
pub use sign_up::{NewUser, email as address, sign_up};
pub use verification::{claim, mark_verified, resend_verification, verify};
