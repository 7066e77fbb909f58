//! Use cases on accounts, one file each. Each is one transaction with its line in the audit log.

mod administration;
mod deletion;
mod email_change;
mod log_in;
mod magic_link;
pub mod passkeys;
mod password_change;
mod password_reset;
mod recovery;
mod roles;
mod sign_up;
pub mod single_sign_on;
pub mod two_factor;
mod unconfirmed;
mod verification;

pub use administration::{delete, disable, enable, set_password};
pub use deletion::{cancel_deletion, delete_due, request_deletion};
pub use email_change::{confirm_email, request_email_change};
pub use log_in::{check_password, wrong_password};
pub use magic_link::{log_in_with_email_code, log_in_with_link};
pub use password_change::change_password;
pub use password_reset::reset_password;
pub use recovery::{REACH, give_back, recover, restores_address};
pub use roles::{grant_admin, grant_role, remove_role, switch_role};
pub use sign_up::{NewUser, parse_email, sign_up};
pub use unconfirmed::{delete_unconfirmed, deletion_of_unconfirmed, remind_unconfirmed};
pub use verification::{claim, mark_verified, resend_verification, verify};
