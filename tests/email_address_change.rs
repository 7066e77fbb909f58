//! Email change: requested, and confirmed by an email to the new address. Taking back the old address is in
//! `old_email.rs`.

use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use crate::email_change::{
    DAY, NEW, OLD, OTHER_PASSWORD, asked, emails, press, press_with_password, signed_up, with_changed_token,
};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use std::time::Duration;

on_both_databases! {
    async fn an_email_address_changes_only_when_the_button_is_pressed(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, OLD).await;
        let mut elsewhere = Browser::at(site(&db, &[]));
        elsewhere.log_in(OLD, PASSWORD).await;
        let link = asked(&db, &smtp, &mut ada, NEW).await;
        for method in ["GET", "HEAD", "GET"] {
            assert_eq!(ada.ask(method, &link, &FORM, "").await.status, 200);
        }
        assert_eq!(emails(&db).await, [OLD], "virus scanners open links");
        let copied = ada.cookie.clone();
        press(&mut ada, &link).await;
        assert!(ada.path == "/account" && ada.page.contains("Your email address was changed. Your other"), "{}", ada.page);
        assert!(ada.is_logged_in().await && !elsewhere.is_logged_in().await);
        assert!(!Browser { cookie: copied, ..ada.without_token() }.is_logged_in().await, "the session id is new");
        assert_eq!(emails(&db).await, [NEW]);
        elsewhere.log_in(OLD, PASSWORD).await;
        assert!(!elsewhere.is_logged_in().await);
        elsewhere.log_in(NEW, PASSWORD).await;
        assert!(elsewhere.is_logged_in().await);
        press(&mut ada, &link).await;
        assert!(ada.page.contains("This link has expired"), "{}", ada.page);
        smtp.deliver(&db).await;
        assert!(smtp.last_to(OLD).text.contains("Your account has a new email address"));
    }

    async fn another_browser_confirms_with_the_password_and_is_logged_in(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, OLD).await;
        let link = asked(&db, &smtp, &mut ada, NEW).await;
        let mut other = Browser::with_form(site(&db, &[])).await;
        press(&mut other, &link).await;
        assert!(other.path.starts_with("/account/email/confirm") && other.page.contains("aria-invalid"), "{}", other.page);
        press_with_password(&mut other, &link, "not-her-password").await;
        assert!(emails(&db).await == [OLD] && !other.is_logged_in().await && ada.is_logged_in().await);
        let copied = other.cookie.clone();
        press_with_password(&mut other, &link, PASSWORD).await;
        assert!(other.path == "/dashboard" && other.page.contains("Your email address was changed."), "{}", other.page);
        assert!(other.is_logged_in().await && !ada.is_logged_in().await, "all her sessions end: the button was pressed elsewhere");
        assert!(!Browser { cookie: copied, ..other.without_token() }.is_logged_in().await, "the session id is new");
        let verified = tables::lines(&db, "select email from users where email_verified_at > created_at").await;
        assert_eq!((emails(&db).await, verified.len()), (vec![NEW.into()], usize::from(verified == [NEW])));
    }

    async fn the_reader_of_a_wanted_address_without_the_password_changes_nothing(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut ada, mut eve) = (signed_up(&db, OLD).await, signed_up(&db, "eve@example.com").await);
        ada.post("/account", &[("name", "Grace Hopper")]).await;
        let link = asked(&db, &smtp, &mut ada, NEW).await;
        eve.get(&link).await;
        assert!(!eve.page.contains("Grace Hopper"), "another person chose the name: {}", eve.page);
        press(&mut eve, &link).await;
        assert!(eve.is_logged_in().await && ada.is_logged_in().await);
        assert_eq!(emails(&db).await, [OLD, "eve@example.com"], "logged in to another account");
        press(&mut ada, &link).await;
        assert_eq!(emails(&db).await, ["eve@example.com", NEW], "the link is still valid");
    }

    async fn only_an_email_to_its_owner_reveals_that_an_address_is_taken(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (ada, _eve) = (signed_up(&db, OLD).await, signed_up(&db, "eve@example.com").await);
        let mut answers = Vec::new();
        for email in ["free@example.com", "EVE@example.com"] {
            let answer = ada.ask("POST", "/account/email", &FORM, form(&[("email", email)])).await;
            let script = ada.ask("POST", "/account/email", &SCRIPT, form(&[("email", email)])).await;
            answers.push((answer.status, answer.header("location").to_owned(), answer.body, script.status, script.body));
        }
        assert_eq!(answers[0], answers[1]);
        smtp.deliver(&db).await;
        let email = smtp.last_to("eve@example.com");
        assert!(email.text.contains("which already has an account") && !email.text.contains("token="), "{}", email.text);
        assert_eq!(emails(&db).await, [OLD, "eve@example.com"]);
    }

    async fn an_address_taken_meanwhile_is_refused_with_a_message(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, OLD).await;
        let link = asked(&db, &smtp, &mut ada, NEW).await;
        signed_up(&db, NEW).await;
        let before = tables::snapshot(&db).await;
        press(&mut ada, &link).await;
        assert!(ada.page.contains("Another account uses this address."), "{}", ada.page);
        assert_eq!(tables::snapshot(&db).await, before);
    }

    async fn an_expired_changed_or_replaced_link_does_nothing(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, OLD).await;
        let first = asked(&db, &smtp, &mut ada, "first@example.com").await;
        let link = asked(&db, &smtp, &mut ada, NEW).await;
        let wrong_page = link.replace("/confirm", "/undo");
        for dead in [&first, &with_changed_token(&link), &wrong_page] {
            press(&mut ada, dead).await;
            assert!(ada.page.contains("This link has expired"), "{dead}: {}", ada.page);
        }
        db.clock().advance(DAY);
        let mut late = Browser::at(site(&db, &[]));
        press(&mut late, &link).await;
        assert!(late.page.contains("This link has expired"));
        assert_eq!(emails(&db).await, [OLD]);
    }

    async fn a_new_password_or_address_revokes_the_link(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, OLD).await;
        let link = asked(&db, &smtp, &mut ada, NEW).await;
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
        press(&mut ada, &link).await;
        assert!(ada.page.contains("This link has expired"));
        ada.post("/account/email", &[("email", "late@example.com")]).await; // not sent yet
        db.clock().advance(Duration::from_secs(1));
        ada.post("/account/password", &[("current_password", OTHER_PASSWORD), ("new_password", PASSWORD)]).await;
        smtp.deliver(&db).await;
        assert!(smtp.emails().iter().all(|email| email.to != "late@example.com"), "requested before the new password");
        assert_eq!(emails(&db).await, [OLD]);
    }

    async fn sent_emails_are_limited(db: TestDb) {
        let ada = signed_up(&db, OLD).await;
        let mut statuses = Vec::new();
        for number in 0..6 {
            let fields = form(&[("email", &format!("n{number}@example.com"))]);
            statuses.push(ada.ask("POST", "/account/email", &FORM, fields).await.status);
        }
        assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    }
}
