//! The table of all routes: path, method and rule. The router, the guard and the tests read it. A route that is not
//! public needs a log-in.

use crate::api;
use crate::pages::admin;
use crate::pages::notes;
use crate::pages::{
    account, api_docs, dashboard, events, forgot, landing, legal, log_in, log_in_by_email, password_strength,
    reauthenticate, reset, session, sign_up, single_sign_on, theme, verify,
};
use axum::routing;
use server::api_tokens::TokenScope;
use server::users::Role;
use ui::api::PROBE;
use ui::route::{Route, action, api, of, page};
use ui::rule::{Access, Verified};

#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    let public = [
        page("/", landing::landing),
        page("/terms", legal::terms),
        page("/privacy", legal::privacy),
        action::<theme::SetTheme>().without_token("it changes the colours of this browser, and nothing else"),
        page("/signup", sign_up::sign_up_page).off_with_sso_only(),
        action::<sign_up::SignUp>().off_with_sso_only(),
        page("/signup/sent", sign_up::sent_page).off_with_sso_only(),
        action::<sign_up::ResendSignUp>().off_with_sso_only(),
        page("/verify", verify::verify_page),
        action::<verify::Verify>(),
        action::<verify::ClaimAccount>().off_with_sso_only(),
        page(PROBE, session::probe),
        page("/login", log_in::log_in_page),
        action::<log_in::LogIn>().off_with_sso_only(),
        action::<log_in::LogOut>(),
        page("/login/code", log_in::code::code_page),
        action::<log_in::code::LogInWithCode>(),
        page("/login/recovery", log_in::recovery::recovery_page),
        action::<log_in::recovery::LogInWithRecoveryCode>(),
        action::<log_in::passkey::BeginPasskeyLogIn>().off_with_sso_only(),
        action::<log_in::passkey::LogInWithPasskey>().off_with_sso_only(),
        action::<single_sign_on::SignOn>().single_sign_on(),
        page(single_sign_on::CALLBACK, single_sign_on::callback).single_sign_on(),
        page("/login/mail", log_in_by_email::email_page).off_with_sso_only(),
        action::<log_in_by_email::SendLogInEmail>().off_with_sso_only(),
        action::<log_in_by_email::LogInWithCode>().off_with_sso_only(),
        page("/login/link", log_in_by_email::link_page).off_with_sso_only(),
        action::<log_in_by_email::LogInWithLink>().off_with_sso_only(),
        page("/forgot", forgot::forgot_page).off_with_sso_only(),
        action::<forgot::Forgot>().off_with_sso_only(),
        page("/reset", reset::reset_page).off_with_sso_only(),
        action::<reset::Reset>().off_with_sso_only(),
        page("/account/email/confirm", account::new_email::confirm_page),
        action::<account::new_email::ConfirmEmail>(),
        page("/account/email/undo", account::old_email::undo_page),
        action::<account::old_email::UndoEmail>(),
        page("/account/recover", account::recover::recover_page),
        action::<account::recover::RecoverAccount>(),
        page("/api/docs", api_docs::docs).api(),
        action::<password_strength::PasswordStrength>().without_token("it reads a password and nothing else, and changes nothing"),
    ];
    let member = [
        page("/dashboard", dashboard::dashboard),
        page("/session/{id}", session::session).verified(Verified::No),
        page("/events", events::events).verified(Verified::No),
        action::<verify::ResendVerification>().verified(Verified::No),
        action::<verify::ChangeUnconfirmedEmail>().sudo().verified(Verified::No),
        page("/notes", notes::list::notes),
        page("/notes/new", notes::edit::new_note),
        action::<notes::edit::CreateNote>(),
        page("/notes/{id}", notes::edit::edit_note),
        action::<notes::edit::UpdateNote>(),
        action::<notes::edit::DeleteNote>(),
        page("/account", account::profile::profile),
        action::<account::profile::SaveProfile>(),
        page("/account/email", account::email::email).sudo().verified(Verified::Yes),
        action::<account::email::ChangeEmail>().sudo().verified(Verified::Yes),
        page("/account/password", account::password::password).sudo_with_second_factor().off_with_sso_only(),
        action::<account::password::ChangePassword>().sudo_with_second_factor().off_with_sso_only(),
        action::<account::first_password::SetPassword>().sudo().single_sign_on().off_with_sso_only(),
        page("/account/two-factor", account::two_factor::two_factor),
        page("/account/two-factor/enrol", account::two_factor::enrol::enrol_page).sudo().verified(Verified::Yes),
        action::<account::two_factor::enrol::Enrol>().sudo().verified(Verified::Yes),
        action::<account::two_factor::enrol::TurnOn>().sudo().verified(Verified::Yes),
        action::<account::two_factor::TurnOff>().sudo(),
        page("/account/two-factor/recovery-codes", account::two_factor::recovery::recovery_codes_page).sudo(),
        action::<account::two_factor::recovery::RenewRecoveryCodes>().sudo(),
        page("/account/passkeys", account::passkeys::passkeys_page).off_with_sso_only(),
        action::<account::passkeys::BeginAddingPasskey>().sudo().verified(Verified::Yes).off_with_sso_only(),
        action::<account::passkeys::AddPasskey>().sudo().verified(Verified::Yes).off_with_sso_only(),
        action::<account::passkeys::RenamePasskey>(),
        action::<account::passkeys::RemovePasskey>().sudo(),
        page("/account/sign-in-methods", account::log_in_methods::log_in_methods).single_sign_on(),
        action::<account::log_in_methods::LinkProvider>().sudo().verified(Verified::Yes).single_sign_on(),
        action::<account::log_in_methods::UnlinkProvider>().sudo().single_sign_on(),
        page("/account/devices", account::devices::devices),
        action::<account::devices::EndDevice>().sudo(),
        action::<account::devices::EndOtherDevices>().sudo(),
        page("/account/tokens", account::tokens::tokens).api(),
        action::<account::tokens::CreateToken>().sudo().verified(Verified::Yes).api(),
        action::<account::tokens::RevokeToken>().sudo().api(),
        page("/account/role", account::role::role_page),
        action::<account::role::SwitchRole>().sudo(),
        page("/account/export", account::export::export_page).sudo(),
        action::<account::export::ExportOwnData>().sudo(),
        page("/account/delete", account::delete::delete).sudo(),
        action::<account::delete::DeleteOwnAccount>().sudo(),
        action::<account::delete::KeepOwnAccount>(),
        page("/reauthenticate", reauthenticate::reauthenticate_page).verified(Verified::No),
        action::<reauthenticate::Reauthenticate>().verified(Verified::No),
        action::<single_sign_on::confirm::ConfirmWith>().verified(Verified::No).single_sign_on(),
    ];
    let admin = [
        page("/admin", admin::overview::overview),
        page("/admin/users", admin::users::users),
        page("/admin/users.csv", admin::csv::users_csv).sudo().download_of("/admin/users"),
        page("/admin/users/{id}", admin::user::user_page),
        action::<admin::user::RevokeSessions>(),
        action::<admin::tokens::RevokeTokenOfUser>().api(),
        action::<admin::roles::GrantRole>().sudo(),
        action::<admin::roles::RemoveRole>().sudo(),
        action::<admin::account::DisableAccount>().sudo(),
        action::<admin::account::EnableAccount>().sudo(),
        action::<admin::account::SetPassword>().sudo().off_with_sso_only(),
        action::<admin::account::GiveBack>().sudo(),
        action::<admin::account::RemoveTwoFactor>().sudo(),
        action::<admin::account::DeleteAccount>().sudo(),
        page("/admin/sessions", admin::sessions::sessions),
        action::<admin::sessions::RevokeSession>(),
        action::<admin::sessions::RevokeAllSessions>().sudo(),
        page("/admin/activity", admin::activity::activity),
        page("/admin/audit", admin::audit::audit),
        page("/admin/audit.csv", admin::csv::audit_csv).sudo().download_of("/admin/audit"),
        page("/admin/jobs", admin::jobs::jobs),
        action::<admin::jobs::RetryJob>(),
        action::<admin::jobs::ForgetJob>(),
    ];
    [
        of(Access::Public, public),
        of(Access::Member, member),
        of(Access::Role(Role::Admin), admin),
    ]
    .concat()
}

/// The API for programs, outside of the session layer and of the guard. `program/src/bearer.rs` enforces the rules.
#[rustfmt::skip]
pub fn api_routes() -> Vec<Route> {
    let public = [
        api("GET", "/api/openapi.json", routing::get(api::openapi::json)),
        api("POST", "/api/tokens", routing::post(api::tokens::log_in)).for_clients().off_with_sso_only(),
        api("POST", "/api/tokens/refresh", routing::post(api::tokens::refresh)).for_clients().off_with_sso_only(),
        api("POST", "/api/tokens/revoke", routing::post(api::tokens::revoke)).for_clients(),
        api("GET", api::public_keys::PATH, routing::get(api::public_keys::public_keys)).for_signed_tokens(),
    ];
    let read = [
        api("GET", "/api/account/me", routing::get(api::account::me)),
        api("GET", "/api/notes", routing::get(api::notes::list)),
        api("GET", "/api/notes/{id}", routing::get(api::notes::show)),
    ];
    let write = [
        api("POST", "/api/notes", routing::post(api::notes::create)),
        api("PUT", "/api/notes/{id}", routing::put(api::notes::update)),
        api("DELETE", "/api/notes/{id}", routing::delete(api::notes::delete)),
    ];
    let (may_read, may_write) = (Access::Token(TokenScope::Read), Access::Token(TokenScope::Write));
    [of(Access::Public, public), of(may_read, read), of(may_write, write)].concat()
}
