//! Recovery of an account from an attacker by links in emails: the attacker loses all access, the owner gets in, and older
//! factors stay.

use crate::browser::authenticator::{App, add_passkey, passkey_logs_in, recovery_codes, set_up};
use crate::browser::{Browser, FORM, PASSWORD, for_each_case, site, tables};
use crate::email_change::{DAY, NEW, OLD, OTHER_PASSWORD, asked, emails, press, signed_up};
use crate::fake_smtp::{FakeSmtp, Received};
use server::testing::TestDb;
use server::{accounts, on_both_databases};

const OWNERS: &str = "loud-anchor-1816";

/// An attacker who knows the password, long after the owner signed up and confirmed the address.
async fn attacker(db: &TestDb) -> Browser {
    signed_up(db, OLD).await;
    db.clock().advance(DAY * 10);
    logged_in(db).await
}

async fn logged_in(db: &TestDb) -> Browser {
    let mut browser = Browser::at(site(db, &[]));
    browser.log_in(OLD, PASSWORD).await;
    browser
}

/// The email to the owner with these words in its subject.
async fn email_with_subject(db: &TestDb, smtp: &FakeSmtp, subject: &str) -> Received {
    smtp.deliver(db).await;
    let emails = smtp.emails().into_iter();
    emails.filter(|email| email.to == OLD).rfind(|email| email.subject.contains(subject)).expect(subject)
}

/// A browser in which the owner set a password by the last email and logged in with it.
async fn resets(db: &TestDb, smtp: &FakeSmtp) -> Browser {
    let mut ada = Browser::at(site(db, &[]));
    let link = email_with_subject(db, smtp, "A new password").await;
    ada.get(&link.path()).await;
    ada.post("/reset", &[("token", &link.token()), ("new_password", OWNERS)]).await;
    ada.log_in(OLD, OWNERS).await;
    ada
}

async fn recovers(db: &TestDb, smtp: &FakeSmtp, subject: &str) -> Browser {
    let link = email_with_subject(db, smtp, subject).await.path();
    assert!(link.starts_with("/account/recover?token="), "{subject}: {link}");
    let mut ada = Browser::at(site(db, &[]));
    press(&mut ada, &link).await;
    assert!(ada.page.contains("Your account is secured."), "{subject}: {}", ada.page);
    assert!(!ada.is_logged_in().await, "a link does not log in");
    ada
}

async fn happens(what: &str, db: &TestDb, attacker: &mut Browser) {
    match what {
        "A new device" => {}
        "Your password was changed" => {
            let fields = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
            attacker.post("/account/password", &fields).await;
        }
        "Two-factor log-in is on" => drop(set_up(db, attacker).await),
        "Two-factor log-in is off" => {
            set_up(db, attacker).await;
            attacker.post("/account/two-factor/off", &[]).await;
        }
        "New recovery codes" => {
            set_up(db, attacker).await;
            attacker.post("/account/two-factor/recovery-codes", &[]).await;
        }
        "A passkey was added" => drop(add_passkey(attacker).await),
        "A passkey was removed" => {
            add_passkey(attacker).await;
            let key = attacker.page.split("data-passkey=\"").last().unwrap()[..36].to_owned();
            attacker.post("/account/passkeys/remove", &[("id", &key)]).await;
        }
        "A change of your email address" => drop(attacker.post("/account/email", &[("email", NEW)]).await),
        "will be deleted" => drop(attacker.post("/account/delete", &[]).await),
        _ => panic!("unknown row: {what}"),
    }
}

on_both_databases! {
    async fn a_reset_removes_the_passkey_and_second_factor_of_an_attacker(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = attacker(&db).await;
        let device = add_passkey(&mut attacker).await;
        set_up(&db, &mut attacker).await;
        db.clock().advance(DAY * 2);
        assert!(passkey_logs_in(&db, &device).await);
        Browser::at(site(&db, &[])).post("/forgot", &[("email", OLD)]).await;
        let ada = resets(&db, &smtp).await;
        assert!(ada.path == "/dashboard" && ada.is_logged_in().await, "{}", ada.path);
        assert!(!attacker.is_logged_in().await && !passkey_logs_in(&db, &device).await);
    }

    async fn the_link_of_every_security_email_removes_the_access_of_an_attacker(db: TestDb) {
        let events = [
            "A new device", "Your password was changed", "Two-factor log-in is on", "Two-factor log-in is off",
            "New recovery codes", "A passkey was added", "A passkey was removed", "A change of your email address", "will be deleted",
        ];
        for_each_case(&db, events, async |db, what| {
            let smtp = FakeSmtp::open().await;
            let mut attacker = attacker(&db).await;
            let device = add_passkey(&mut attacker).await; // a moment before the event of the email
            happens(what, &db, &mut attacker).await;
            recovers(&db, &smtp, what).await;
            assert!(!attacker.is_logged_in().await && !passkey_logs_in(&db, &device).await, "{what}");
            attacker.open_form().await;
            for password in [PASSWORD, OTHER_PASSWORD, ""] {
                attacker.log_in(OLD, password).await;
                let is_refused = attacker.page.contains("id=\"password-error\"") && !attacker.is_logged_in().await;
                assert!(is_refused, "{what}, {password}: {}", attacker.page);
            }
            let ada = resets(&db, &smtp).await;
            assert!(ada.path == "/dashboard" && !ada.page.contains("will be deleted"), "{what}: {}", ada.path);
            assert_eq!(tables::lines(&db, "select email from users where delete_at is not null").await.len(), 0);
        }).await;
    }

    async fn a_recover_link_survives_a_new_password_newer_emails_and_another_address(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = attacker(&db).await;
        let device = add_passkey(&mut attacker).await;
        smtp.deliver(&db).await;
        let fields = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
        attacker.post("/account/password", &fields).await;
        let (app, _) = set_up(&db, &mut attacker).await;
        let link = asked(&db, &smtp, &mut attacker, NEW).await;
        press(&mut attacker, &link).await;
        assert_eq!(emails(&db).await, [NEW]);
        let later = add_passkey(&mut attacker).await;
        smtp.deliver(&db).await;
        let of_attacker = smtp.last_to(NEW).path();
        db.clock().advance(DAY * 2);
        recovers(&db, &smtp, "A passkey was added").await;
        assert_eq!(emails(&db).await, [OLD]);
        assert!(!attacker.is_logged_in().await && !passkey_logs_in(&db, &device).await && !passkey_logs_in(&db, &later).await);
        attacker.open_form().await;
        press(&mut attacker, &of_attacker).await;
        assert!(attacker.page.contains("This link has expired") && emails(&db).await == [OLD], "{}", attacker.page);
        let ada = resets(&db, &smtp).await;
        assert!(ada.is_logged_in().await, "no code of {} is requested", app.code(&db));
    }

    async fn recovery_keeps_old_factors_of_the_owner_and_removes_new_recovery_codes(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, OLD).await;
        let device = add_passkey(&mut ada).await;
        let (app, _) = set_up(&db, &mut ada).await;
        db.clock().advance(DAY * 3 + DAY / 24);
        let mut attacker = logged_in(&db).await; // on the owner's phone
        attacker.post("/login/code", &[("code", &app.next_code(&db))]).await;
        attacker.post("/account/two-factor/recovery-codes", &[]).await;
        let codes = recovery_codes(&attacker);
        let stolen = add_passkey(&mut attacker).await;
        recovers(&db, &smtp, "New recovery codes").await;
        assert!(passkey_logs_in(&db, &device).await && !passkey_logs_in(&db, &stolen).await);
        let mut ada = resets(&db, &smtp).await;
        assert_eq!(ada.path, "/login/code", "the mailbox alone is not enough");
        ada.post("/login/recovery", &[("recovery_code", &codes[0])]).await;
        assert!(ada.page.contains("recovery code is incorrect") && !ada.is_logged_in().await, "{}", ada.page);
        ada.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert!(ada.is_logged_in().await);
    }

    async fn recovery_removes_an_unfinished_second_factor(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = attacker(&db).await;
        attacker.post("/account/two-factor/enrol", &[]).await;
        let _app_of_attacker = App::shown(&attacker);
        recovers(&db, &smtp, "A new device").await;
        let mut ada = resets(&db, &smtp).await;
        ada.get("/account/two-factor/enrol").await;
        assert_eq!(ada.path, "/account/two-factor", "no code is left to show");
    }

    async fn a_planned_deletion_can_be_cancelled_although_an_attacker_turned_two_factor_on(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = attacker(&db).await;
        set_up(&db, &mut attacker).await;
        attacker.post("/account/delete", &[]).await;
        smtp.deliver(&db).await;
        db.clock().advance(DAY * 13);
        server::tokens::purge(&db).await.unwrap();
        recovers(&db, &smtp, "will be deleted").await;
        assert!(resets(&db, &smtp).await.is_logged_in().await);
        db.clock().advance(DAY * 30);
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 0);
    }

    async fn a_reset_keeps_a_deletion_that_was_planned_long_ago(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        for (days, expected) in [(2, 0), (4, 1)] {
            let db = db.another().await;
            attacker(&db).await.post("/account/delete", &[]).await;
            db.clock().advance(DAY * days);
            Browser::at(site(&db, &[])).post("/forgot", &[("email", OLD)]).await;
            resets(&db, &smtp).await;
            let planned = tables::lines(&db, "select email from users where delete_at is not null").await;
            assert_eq!(planned.len(), expected, "{days} days");
        }
    }

    async fn opening_a_recover_link_changes_nothing_and_its_button_works_once_for_three_days(db: TestDb) {
        for (days, works) in [(2, true), (3, false)] {
            let db = db.another().await;
            let smtp = FakeSmtp::open().await;
            let mut attacker = attacker(&db).await;
            add_passkey(&mut attacker).await;
            let link = email_with_subject(&db, &smtp, "A passkey was added").await.path();
            let before = tables::snapshot(&db).await;
            for method in ["GET", "HEAD"] {
                assert_eq!(Browser::at(site(&db, &[])).ask(method, &link, &FORM, "").await.status, 200);
            }
            assert_eq!(tables::snapshot(&db).await, before);
            db.clock().advance(DAY * days);
            let mut ada = Browser::at(site(&db, &[]));
            press(&mut ada, &link).await;
            assert_eq!(ada.page.contains("Your account is secured."), works, "{days} days: {}", ada.page);
            let before = tables::lines(&db, "select password_changed_at || '' from users").await;
            db.clock().advance(DAY / 24);
            press(&mut ada, &link).await;
            assert!(ada.page.contains("This link has expired"), "{}", ada.page);
            assert_eq!(tables::lines(&db, "select password_changed_at || '' from users").await, before);
        }
    }
}
