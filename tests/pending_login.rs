//! A pending log-in: the password was right, and the code is missing. It is valid for ten minutes, in its own browser,
//! until the account changes.

use crate::browser::authenticator::{App, set_up};
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, for_each_case, form, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::accounts::two_factor;
use server::audit::Actor;
use server::testing::TestDb;
use server::{accounts, on_both_databases, users};
use std::time::Duration;

const NEW: &str = "quiet-anchor-1815";
const OPERATOR: Actor<'static> = Actor { user: None, ip: "" };

/// The browser where Ada turned it on, her app, and a browser in which only her password was typed.
async fn half(db: &TestDb) -> (Browser, App, Browser) {
    let (mut ada, mut half) = (Browser::at(site(db, &[])), Browser::at(site(db, &[])));
    ada.sign_up("ada@example.com").await;
    let (app, _) = set_up(db, &mut ada).await;
    half.log_in("ada@example.com", PASSWORD).await;
    assert_eq!(half.path, "/login/code");
    (ada, app, half)
}

/// A browser in which the link of an email was opened and a new password was set.
async fn reset(db: &TestDb, smtp: &FakeSmtp) -> Browser {
    let mut owner = Browser::at(site(db, &[]));
    owner.post("/forgot", &[("email", "ada@example.com")]).await;
    smtp.deliver(db).await;
    let link = smtp.last_link_to("ada@example.com", "/reset").path();
    owner.get(&link).await;
    let token = link.split_once("?token=").unwrap().1;
    owner.post("/reset", &[("token", token), ("new_password", NEW)]).await;
    assert_eq!(owner.path, "/login");
    owner
}

async fn happens(what: &str, db: &TestDb, ada: &mut Browser, half: &mut Browser) {
    let user = users::with_email(db, "ada@example.com").await.unwrap().unwrap();
    match what {
        "password changed" => {
            ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
        }
        "password set" => accounts::set_password(db, OPERATOR, &user, NEW).await.unwrap(),
        "account disabled" => accounts::disable(db, OPERATOR, &user).await.unwrap(),
        "account deleted" => accounts::delete(db, OPERATOR, &user).await.unwrap(),
        "removed" => two_factor::remove(db, OPERATOR, &user).await.unwrap(),
        "turned off" => drop(ada.post("/account/two-factor/off", &[]).await),
        "set up again" => {
            ada.post("/account/two-factor/off", &[]).await;
            db.clock().advance(Duration::from_secs(30));
            set_up(db, ada).await;
        }
        "ten minutes" => db.clock().advance(Duration::from_secs(10 * 60)),
        "log-out" => drop(half.post("/logout", &[]).await),
        "its session data is deleted" => tables::write(db, "delete from tower_sessions").await,
        _ => panic!("unknown row: {what}"),
    }
}

on_both_databases! {
    async fn a_pending_log_in_is_invalid_after_a_change_of_the_account(db: TestDb) {
        let changes = [
            "password changed", "password set", "account disabled", "account deleted", "removed", "turned off", "set up again",
            "ten minutes", "log-out", "its session data is deleted",
        ];
        for_each_case(&db, changes, async |db, what| {
            let (mut ada, app, mut half) = half(&db).await;
            happens(what, &db, &mut ada, &mut half).await;
            half.open_form().await;
            half.post("/login/code", &[("code", &app.next_code(&db))]).await;
            assert_eq!(half.path, "/login", "{what}");
            assert!(!half.is_logged_in().await, "{what}");
            half.get("/login/code").await;
            assert_eq!(half.path, "/login", "{what}");
        }).await;
    }

    async fn a_reset_does_not_log_in_and_keeps_an_older_second_factor(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (_ada, app, _) = half(&db).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        db.clock().advance(Duration::from_secs(72 * 3600 + 1));
        let mut half = Browser::at(site(&db, &[]));
        half.log_in("ada@example.com", PASSWORD).await;
        let mut owner = reset(&db, &smtp).await;
        half.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert!(half.path == "/login" && !half.is_logged_in().await, "the earlier password was typed there");
        owner.log_in("ada@example.com", NEW).await;
        assert!(owner.path == "/login/code" && !owner.is_logged_in().await);
        owner.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert_eq!(owner.path, "/dashboard");
    }

    async fn a_reset_that_first_confirms_the_address_removes_the_second_factor(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (_ada, app, mut half) = half(&db).await;
        let mut owner = reset(&db, &smtp).await;
        half.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert!(half.path == "/login" && !half.is_logged_in().await, "another person signed up with the address");
        owner.log_in("ada@example.com", NEW).await;
        assert!(owner.path == "/dashboard" && owner.is_logged_in().await, "{}", owner.path);
    }

    async fn a_pending_log_in_is_bound_to_its_browser(db: TestDb) {
        let (_ada, app, half) = half(&db).await;
        let mut other = Browser::with_form(site(&db, &[])).await;
        other.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert_eq!(other.path, "/login");
        assert!(!other.is_logged_in().await && !half.is_logged_in().await);
    }

    async fn a_planted_session_id_gets_no_pending_log_in(db: TestDb) {
        let (_ada, app, _) = half(&db).await;
        let mut victim = Browser::with_form(site(&db, &[])).await;
        let mut attacker = Browser { cookie: victim.cookie.clone(), token: victim.token.clone(), ..Browser::at(site(&db, &[])) };
        victim.log_in("ada@example.com", PASSWORD).await;
        attacker.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert_eq!(attacker.path, "/", "redirected to its page without a change");
        db.clock().advance(Duration::from_secs(6)); // a new cookie would be set by now
        assert!(!attacker.is_logged_in().await && attacker.get("/login/code").await == 200);
        assert!(!attacker.page.contains("Enter your code"), "{}", attacker.page);
    }

    async fn a_finished_pending_log_in_begins_no_second_log_in(db: TestDb) {
        let (_ada, app, mut half) = half(&db).await;
        half.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert!(half.is_logged_in().await);
        tables::write(&db, "delete from sessions").await; // a log-out would delete it by itself
        half.open_form().await;
        half.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert!(half.path == "/login" && !half.is_logged_in().await);
    }

    async fn a_log_in_of_another_user_replaces_the_pending_log_in(db: TestDb) {
        let (_ada, app, mut half) = half(&db).await;
        Browser::at(site(&db, &[])).sign_up("eve@example.com").await;
        half.log_in("eve@example.com", PASSWORD).await;
        assert_eq!(half.path, "/dashboard");
        half.post("/login/code", &[("code", &app.next_code(&db))]).await;
        let people = tables::lines(&db, "select u.email from sessions s join users u on u.id = s.user_id order by s.created_at, s.id").await;
        assert_eq!(people.last().map(String::as_str), Some("eve@example.com"), "{people:?}");
    }

    async fn the_same_code_in_many_browsers_at_once_logs_in_one(db: TestDb) {
        let (_ada, app, first) = half(&db).await;
        let mut browsers = vec![first];
        for _ in 0..4 {
            let mut half = Browser::at(site(&db, &[]));
            half.log_in("ada@example.com", PASSWORD).await;
            browsers.push(half);
        }
        let code = app.next_code(&db);
        let tries: Vec<_> = browsers.into_iter().map(|browser| {
            let fields = form(&[("code", &code)]);
            tokio::spawn(async move { browser.ask("POST", "/login/code", &FORM, fields).await.header("location").to_owned() })
        }).collect();
        let mut log_in_or_ask_for_code = 0;
        for one in tries {
            log_in_or_ask_for_code += usize::from(one.await.unwrap() == "/dashboard");
        }
        assert_eq!(log_in_or_ask_for_code, 1);
    }

    async fn a_script_with_a_pending_log_in_is_refused(db: TestDb) {
        let (_ada, _, half) = half(&db).await;
        for path in ["/dashboard", "/account", "/reauthenticate"] {
            assert_eq!(half.ask("GET", path, &SCRIPT, "").await.status, 401, "{path}");
        }
    }
}
