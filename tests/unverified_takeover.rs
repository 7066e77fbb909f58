//! A sign-up with an address of another person: the reader of its email gives the signed-up person nothing, and can
//! take over the account, empty.

use crate::browser::authenticator::{add_passkey, passkey_logs_in, set_up};
use crate::browser::{Browser, FORM, PASSWORD, form, site, tables};
use crate::email_change::{DAY, NEW, OLD, OTHER_PASSWORD, asked, emails, press, press_with_password};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::{Device, TestDb};

/// Eve signed up with Ada's address, is logged in and stored all she could. Returns her browser and her device with a
/// passkey.
async fn eve(db: &TestDb) -> (Browser, Device) {
    let mut eve = Browser::at(site(db, &[]));
    eve.sign_up(OLD).await;
    eve.post("/account", &[("name", "Eve Stranger")]).await;
    let device = add_passkey(&mut eve).await;
    set_up(db, &mut eve).await;
    (eve, device)
}

async fn link(db: &TestDb, smtp: &FakeSmtp, path: &str) -> String {
    smtp.deliver(db).await;
    let mut links = smtp.emails().into_iter().filter(|email| email.to == OLD).map(|email| email.path());
    links.rfind(|link| link.starts_with(path)).expect(path)
}

async fn id(db: &TestDb) -> String {
    tables::lines(db, "select id from users").await.remove(0)
}

/// Only the audit log and the end reasons of the log-ins remain of the earlier user.
async fn is_empty(db: &TestDb, before: &str) {
    let rows = tables::dump(db).await;
    let left = |row: &&String| {
        (row.contains(before) || row.contains("Eve Stranger") || row.contains("My phone"))
            && !["audit ", "ended_sessions ", "tower_sessions "].iter().any(|table| row.starts_with(table))
    };
    assert_eq!(rows.iter().find(left), None);
}

/// Chooses a password on the current page and logs in.
async fn choose(ada: &mut Browser, link: &str) {
    let token = link.split_once("token=").unwrap().1;
    ada.post("/reset", &[("token", token), ("new_password", OTHER_PASSWORD)]).await;
    ada.open_form().await;
    ada.log_in(OLD, OTHER_PASSWORD).await;
    assert!(ada.path == "/dashboard" && ada.page.contains("Hello, ada"), "{}: {}", ada.path, ada.page);
}

async fn is_out(db: &TestDb, eve: &mut Browser, device: &Device) {
    assert!(!eve.is_logged_in().await && !passkey_logs_in(db, device).await);
    eve.open_form().await;
    eve.log_in(OLD, PASSWORD).await;
    assert!(eve.page.contains("Incorrect email or password") && !eve.is_logged_in().await, "{}", eve.page);
}

on_both_databases! {
    async fn confirming_in_another_browser_needs_the_password(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (_eve, _) = eve(&db).await;
        let link = link(&db, &smtp, "/verify").await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("other@example.com").await; // logged in to another account
        ada.get(&link).await;
        assert!(ada.page.contains("take over this account") && !ada.page.contains("Eve Stranger"), "{}", ada.page);
        press(&mut ada, &link).await;
        press_with_password(&mut ada, &link, "not-the-password").await;
        let confirmed = "select email from users where email_verified_at is not null";
        assert!(tables::lines(&db, confirmed).await.is_empty());
        assert!(ada.path.starts_with("/verify?token=") && ada.page.contains("aria-invalid"), "{}", ada.page);
    }

    async fn a_reader_who_did_not_sign_up_takes_over_an_empty_account(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut eve, device) = eve(&db).await;
        let (before, link) = (id(&db).await, link(&db, &smtp, "/verify").await);
        let mut ada = Browser::at(site(&db, &[]));
        for method in ["GET", "HEAD"] {
            assert_eq!(ada.ask(method, &link, &FORM, "").await.status, 200);
        }
        assert_eq!(id(&db).await, before, "virus scanners open links");
        ada.get(&link).await;
        ada.post("/verify/claim", &[("token", link.split_once("token=").unwrap().1)]).await;
        assert!(ada.path.starts_with("/reset?token=") && ada.page.contains("This account is yours now."), "{}", ada.path);
        is_out(&db, &mut eve, &device).await;
        is_empty(&db, &before).await;
        let reset = ada.path.clone();
        choose(&mut ada, &reset).await;
        for used in [&link, &reset] {
            let mut again = Browser::at(site(&db, &[]));
            again.get(used).await;
            assert!(again.page.contains("This link has expired"), "{}", again.page);
        }
    }

    async fn a_reset_empties_an_unconfirmed_account(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut eve, device) = eve(&db).await;
        let before = id(&db).await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.post("/forgot", &[("email", OLD)]).await;
        let link = link(&db, &smtp, "/reset").await;
        ada.get(&link).await;
        assert!(ada.page.contains("was never confirmed"), "{}", ada.page);
        choose(&mut ada, &link).await;
        is_out(&db, &mut eve, &device).await;
        is_empty(&db, &before).await;
    }

    async fn the_recover_link_of_a_security_email_gives_an_unconfirmed_account_to_its_reader(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut eve, device) = eve(&db).await;
        let before = id(&db).await;
        let link = link(&db, &smtp, "/account/recover").await;
        assert!(smtp.emails().iter().all(|email| !email.raw.contains("My phone")), "another person chose that name");
        let mut ada = Browser::at(site(&db, &[]));
        press(&mut ada, &link).await;
        is_out(&db, &mut eve, &device).await;
        let reset = self::link(&db, &smtp, "/reset").await;
        choose(&mut ada, &reset).await;
        is_empty(&db, &before).await;
    }

    async fn a_recover_link_empties_a_disabled_unconfirmed_account_and_leaves_it_disabled(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut eve, device) = eve(&db).await;
        let before = id(&db).await;
        let recover = link(&db, &smtp, "/account/recover").await;
        tables::write(&db, "update users set disabled_at = 1").await;
        let mut ada = Browser::at(site(&db, &[]));
        press(&mut ada, &recover).await;
        is_out(&db, &mut eve, &device).await;
        is_empty(&db, &before).await;
        assert_eq!(tables::lines(&db, "select email from users where disabled_at is null").await, [""; 0]);
        ada.open_form().await;
        ada.log_in(OLD, PASSWORD).await;
        assert!(!ada.is_logged_in().await);
    }

    async fn the_password_confirms_in_another_browser_with_a_new_session_id(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up(OLD).await;
        let link = link(&db, &smtp, "/verify").await;
        let mut phone = Browser::with_form(site(&db, &[])).await;
        let planted = phone.cookie.clone();
        press_with_password(&mut phone, &link, PASSWORD).await;
        assert!(phone.path == "/dashboard" && phone.page.contains("Your address is confirmed."), "{}", phone.page);
        assert!(phone.is_logged_in().await && !phone.page.contains("Confirm your address: we sent a link"));
        assert!(!Browser { cookie: planted, ..phone.without_token() }.is_logged_in().await);
    }

    async fn guessing_the_password_behind_a_link_is_limited(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up(OLD).await;
        let link = link(&db, &smtp, "/verify").await;
        let token = link.split_once("token=").unwrap().1;
        let anonymous = Browser::with_form(site(&db, &[])).await;
        let mut statuses = Vec::new();
        for _ in 0..11 {
            let fields = form(&[("token", token), ("password", "not-the-password")]);
            statuses.push(anonymous.ask("POST", "/verify", &FORM, fields).await.status);
        }
        assert_eq!((statuses[9], statuses[10]), (303, 429), "{statuses:?}");
    }

    async fn a_confirmed_account_cannot_be_claimed(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(OLD).await;
        let link = link(&db, &smtp, "/verify").await;
        let before = id(&db).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        let mut other = Browser::at(site(&db, &[]));
        other.post("/verify/claim", &[("token", link.split_once("token=").unwrap().1)]).await;
        assert!(id(&db).await == before && ada.is_logged_in().await && other.page.contains("This link has expired"));
    }

    async fn the_reader_of_a_mistyped_address_cannot_recover_the_account(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up(OLD).await;
        let fields = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
        eve.post("/account/password", &fields).await;
        let recover = link(&db, &smtp, "/account/recover").await;
        let confirm = asked(&db, &smtp, &mut eve, NEW).await;
        press(&mut eve, &confirm).await;
        smtp.deliver(&db).await;
        assert!(smtp.emails().iter().all(|email| !email.text.contains("/account/email/undo")));
        db.clock().advance(DAY / 24);
        press(&mut Browser::at(site(&db, &[])), &recover).await;
        assert_eq!(emails(&db).await, [NEW]);
    }
}
