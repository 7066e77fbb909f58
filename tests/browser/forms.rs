//! Valid form fields for each server function.

use super::PASSWORD;

/// A password that no test user has.
pub const NEW: &str = "quiet-anchor-1815";

/// The fields of each server function; `{user}`, `{session}` and `{other}` stand for ids.
pub fn expected(path: &str) -> Option<&'static [(&'static str, &'static str)]> {
    Some(match path {
        "/signup" => &[("name", "New"), ("email", "new@example.com"), ("password", PASSWORD)],
        "/login" => &[("email", "ada@example.com"), ("password", PASSWORD)],
        "/login/with" | "/reauthenticate/with" | "/account/sign-in-methods/link" => &[("provider", "corp")],
        "/account/password/set" => &[("new_password", NEW)],
        "/account/sign-in-methods/unlink" => &[("id", "{session}")],
        "/theme" => &[("theme", "dark")],
        "/password-strength" | "/reauthenticate" => &[("password", PASSWORD)],
        "/forgot" | "/login/mail" | "/signup/resend" => &[("email", "ada@example.com")],
        "/verify" | "/verify/claim" | "/account/recover" => &[("token", "none")],
        "/reset" => &[("token", "none"), ("new_password", NEW)],
        "/account" => &[("name", "Ada Renamed")],
        "/account/email" | "/verify/address" => &[("email", "lovelace@example.com")],
        "/account/email/confirm" | "/account/email/undo" | "/login/link" => &[("token", "none")],
        "/login/mail/code" => &[("code", "12345678")],
        "/account/password" => &[("current_password", PASSWORD), ("new_password", NEW)],
        "/login/code" | "/account/two-factor/confirm" => &[("code", "000000")],
        "/login/recovery" => &[("recovery_code", "ABCD-ABCD-ABCD-ABCD")],
        "/admin/jobs/retry" | "/admin/jobs/forget" => &[("id", "{user}")],
        "/account/devices/end" | "/account/passkeys/remove" | "/admin/sessions/revoke" => {
            &[("id", "{session}")]
        }
        "/account/tokens/create" => &[("name", "backup"), ("scopes", "read"), ("days", "7")],
        "/account/tokens/revoke" | "/admin/users/revoke-token" => &[("id", "{session}")],
        "/account/passkeys/add" => &[("name", "My phone"), ("answer", "{}")],
        "/account/passkeys/rename" => &[("id", "{session}"), ("new_name", "My phone")],
        "/login/passkey" => &[("answer", "{}")],
        "/admin/users/password" => &[("user_id", "{user}"), ("new_password", NEW)],
        "/admin/users/grant-role" | "/admin/users/remove-role" => &[("user_id", "{user}"), ("role", "admin")],
        "/account/role" => &[("role", "member")],
        "/admin/users/disable"
        | "/admin/users/enable"
        | "/admin/users/delete"
        | "/admin/users/give-back"
        | "/admin/users/remove-two-factor"
        | "/admin/users/revoke-sessions" => &[("user_id", "{user}")],
        "/logout"
        | "/verify/resend"
        | "/login/passkey/begin"
        | "/account/devices/end-others"
        | "/account/delete"
        | "/account/passkeys/begin"
        | "/account/two-factor/enrol"
        | "/account/two-factor/off"
        | "/account/two-factor/recovery-codes"
        | "/account/export"
        | "/account/keep"
        | "/admin/sessions/revoke-all" => &[],
        _ => return None,
    })
}
