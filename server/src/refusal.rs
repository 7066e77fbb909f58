//! Why a use case refuses to change an account (the last admin, one's own account): the messages for users.

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    // Protects admins against an accidental lockout.
    #[error("You cannot do this to your own account. Ask another admin.")]
    OwnAccount,
    #[error("No admin would be left. Make another user an admin first.")]
    LastAdmin,
    #[error("You were logged out. Log in and try again.")]
    LoggedOut,
    #[error("This account no longer exists.")]
    AccountGone,
    #[error("This account is disabled. Enable it first.")]
    AccountClosed,
    #[error(
        "This link has expired or was already used. If you requested several emails, use the newest one."
    )]
    LinkOutOfDate,
    #[error("Another account uses this address. Your address was not changed.")]
    AddressTaken,
    #[error("You do not have this role. Ask an admin.")]
    RoleNotHeld,
}
