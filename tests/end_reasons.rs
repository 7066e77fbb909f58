//! What each event ends, row by row of docs/reference/sessions-and-what-ends-them.md. Two browsers of one user, another
//! user, an admin: which of them are logged out, which reason they see, and what the audit log says.
//! `admin_end_reasons.rs` has what admins do.

use crate::browser::authenticator::{add_passkey, set_up, with_both_factors};
use crate::browser::end_reasons::{ALL, NONE, OTHERS, People, Row, THERE, THIS_ONE, holds, people, row};
use crate::browser::{Browser, PASSWORD, for_each_case, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::sessions::{self, Limits};
use server::testing::TestDb;
use server::{Config, on_both_databases};
use std::time::Duration;

const NEW: &str = "quiet-anchor-1815";

const TABLE: &[Row] = &[
    row("log-out", THERE, "", ""),
    row("one device ended", THIS_ONE, "You ended it from another device.", ""),
    row("all other devices ended", THIS_ONE, "You ended it from another device.", ""),
    row("password changed", THIS_ONE, "Your password was changed.", "changed their password"),
    row("address changed", THIS_ONE, "Your email address was changed.", "changed their email address"),
    row(
        "address changed elsewhere",
        OTHERS,
        "Your email address was changed.",
        "changed their email address",
    ),
    row(
        "old email address restored",
        OTHERS,
        "Your old email address was restored.",
        "restored their old email address",
    ),
    row(
        "recovered by a security email",
        OTHERS,
        "Your account was recovered with a link in an email.",
        "recovered their account",
    ),
    row(
        "unconfirmed account claimed",
        OTHERS,
        "The owner of this email address took over the account.",
        "emptied the unconfirmed account",
    ),
    row("unconfirmed account reset", OTHERS, "You chose a new password.", "reset their password"),
    row("a passkey added", ALL, "", "added a passkey"),
    row("a passkey removed", ALL, "", "removed a passkey"),
    row("leaving", OTHERS, "Your account will be deleted.", "planned to delete their account"),
    row("own account deleted", OTHERS, "Please log in again.", "deleted their account"),
    row("password reset by email", OTHERS, "You chose a new password.", "reset their password"),
    row("two-factor turned on", THIS_ONE, "Two-factor log-in was turned on.", "turned on two-factor log-in"),
    row(
        "two-factor turned off",
        THIS_ONE,
        "Two-factor log-in was turned off.",
        "turned off two-factor log-in",
    ),
    row("all users revoked by a command", NONE, "All users were logged out.", "logged out all users"),
    row("a row deleted by hand", THIS_ONE, "Please log in again.", ""),
    row("idle", NONE, "You were away for too long.", ""),
    row("absolute", NONE, "Your session reached its maximum length.", ""),
    row("another log-in, where one is all", OTHERS, "You logged in on another device.", ""),
];

async fn happens(what: &str, db: &TestDb, people: &mut People) {
    let People { here, there, session, .. } = people;
    let limits: Limits = Config::for_tests(&[]).limits;
    match what {
        "log-out" => drop(here.post("/logout", &[]).await),
        "one device ended" => drop(here.post("/account/devices/end", &[("id", session)]).await),
        "all other devices ended" => drop(here.post("/account/devices/end-others", &[]).await),
        "password changed" => {
            here.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
        }
        "address changed" | "address changed elsewhere" | "old email address restored" => {
            let mut other = Browser::at(site(db, &[]));
            here.post("/account/email", &[("email", "lovelace@example.com")]).await;
            let is_here = what != "address changed elsewhere";
            press_email_button(db, if is_here { here } else { &mut other }, "lovelace@example.com").await;
            if what == "old email address restored" {
                there.log_in("lovelace@example.com", PASSWORD).await;
                press_email_button(db, &mut other, "ada@example.com").await;
            }
        }
        "a passkey added" => drop(add_passkey(here).await),
        "a passkey removed" => {
            add_passkey(here).await;
            let key = here.page.split_once("data-passkey=\"").unwrap().1[..36].to_owned();
            here.post("/account/passkeys/remove", &[("id", &key)]).await;
        }
        "leaving" => drop(here.post("/account/delete", &[]).await),
        "own account deleted" => {
            here.site = site(db, &[("DELETION_DAYS", "0")]);
            here.post("/account/delete", &[("password", PASSWORD)]).await;
        }
        "recovered by a security email" => {
            let mut other = Browser::at(site(db, &[]));
            add_passkey(here).await;
            press_email_button(db, &mut other, "ada@example.com").await;
        }
        "unconfirmed account claimed" => {
            tables::write(db, "update users set email_verified_at = null").await;
            let smtp = FakeSmtp::open().await;
            smtp.deliver(db).await;
            let token = smtp.last_link_to("ada@example.com", "/verify").token();
            Browser::at(site(db, &[])).post("/verify/claim", &[("token", &token)]).await;
        }
        "password reset by email" | "unconfirmed account reset" => {
            if what == "unconfirmed account reset" {
                tables::write(db, "update users set email_verified_at = null").await;
            }
            let smtp = FakeSmtp::open().await;
            here.post("/forgot", &[("email", "ada@example.com")]).await;
            smtp.deliver(db).await;
            let token = smtp.last_link_to("ada@example.com", "/reset").token();
            here.post("/reset", &[("token", &token), ("new_password", NEW)]).await;
        }
        "two-factor turned on" => drop(set_up(db, here).await),
        "two-factor turned off" => {
            with_both_factors(db, here, there).await;
            here.post("/account/two-factor/off", &[]).await;
        }
        "all users revoked by a command" => {
            let operator = server::audit::Actor { user: None, ip: "" };
            assert_eq!(sessions::revoke_all_users(db, operator).await.unwrap(), 5);
        }
        "a row deleted by hand" => {
            tables::write(db, &format!("delete from sessions where id = '{session}'")).await;
        }
        "idle" => db.clock().advance(limits.idle),
        "absolute" => active_until_the_end(db, people, limits).await,
        "another log-in, where one is all" => {
            Browser::at(site(db, &[("SESSION_ONE_PER_USER", "true")]))
                .log_in("ada@example.com", PASSWORD)
                .await;
        }
        _ => panic!("unknown row: {what}"),
    }
}

/// Presses the button behind the last email to this address.
async fn press_email_button(db: &TestDb, browser: &mut Browser, email: &str) {
    let smtp = FakeSmtp::open().await;
    smtp.deliver(db).await;
    let message = smtp.last_to(email);
    let fields = [("token", message.token()), ("password", PASSWORD.into())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    browser.post(message.path().split('?').next().unwrap(), &fields).await;
}

async fn active_until_the_end(db: &TestDb, people: &People, limits: Limits) {
    let step = limits.idle - Duration::from_secs(120);
    for _ in 0..=limits.absolute.as_secs() / step.as_secs() {
        db.clock().advance(step);
        for browser in [&people.here, &people.there, &people.other, &people.admin] {
            browser.is_logged_in().await;
        }
    }
}

on_both_databases! {
    async fn each_action_ends_its_sessions_shows_the_reason_and_is_audited(db: TestDb) {
        for_each_case(&db, TABLE, async |db, row: &Row| {
            holds(row, &db, async |people| happens(row.what, &db, people).await).await;
        }).await;
    }

    async fn removing_a_secret_ends_the_sessions_it_signed(db: TestDb) {
        let [old, new] = server::config::for_tests::SECRETS;
        let mut people = people(&db).await;
        let both = site(&db, &[("SESSION_SECRET", &format!("{new},{old}"))]);
        people.here.site = both;
        people.here.get("/account").await; // the cookie is signed again with the new secret
        for browser in [&mut people.here, &mut people.there] {
            browser.site = site(&db, &[("SESSION_SECRET", new)]);
        }
        assert!(people.here.is_logged_in().await);
        assert!(!people.there.is_logged_in().await);
        people.there.get("/dashboard").await;
        assert_eq!(people.there.path, "/login");
        assert!(people.there.page.contains("Please log in to continue."));
    }

    async fn ended_sessions_are_listed_with_their_reason(db: TestDb) {
        let mut people = people(&db).await;
        happens("password changed", &db, &mut people).await;
        people.here.get("/account/devices").await;
        assert!(people.here.page.contains("Recently ended") && people.here.page.contains("password changed"));
        people.other.get("/account/devices").await;
        assert!(!people.other.page.contains("Recently ended"), "another user's");
    }
}
