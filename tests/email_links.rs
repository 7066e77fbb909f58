//! Links in emails: they work once, in time, by their button and for one purpose.

use crate::browser::{Browser, FORM, PASSWORD, form, site, tables};
use crate::fake_smtp::{FakeSmtp, jobs};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const NEW: &str = "quiet-anchor-1815";
const MINUTE: Duration = Duration::from_secs(60);

async fn is_verified(db: &TestDb) -> bool {
    tables::lines(db, "select count(*) || '' from users where email_verified_at is not null").await == ["1"]
}

async fn asked_for_reset(db: &TestDb, smtp: &FakeSmtp) -> String {
    let mut browser = Browser::at(site(db, &[]));
    browser.post("/forgot", &[("email", ADA)]).await;
    smtp.deliver(db).await;
    smtp.last_link_to(ADA, "/reset").path()
}

/// Presses the button of the page behind a link, if it has one.
async fn press(browser: &mut Browser, link: &str) -> u16 {
    browser.get(link).await;
    let (path, token) = link.split_once("?token=").unwrap();
    browser.post(path, &[("token", token)]).await
}

async fn reset(browser: &mut Browser, link: &str, password: &str) {
    browser.get(link).await;
    let (path, token) = link.split_once("?token=").unwrap();
    browser.post(path, &[("token", token), ("new_password", password)]).await;
}

async fn signed_up(db: &TestDb) -> Browser {
    let mut ada = Browser::at(site(db, &[]));
    ada.sign_up(ADA).await;
    assert!(ada.is_logged_in().await);
    ada
}

on_both_databases! {
    async fn a_new_user_confirms_the_address_by_a_button(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db).await;
        smtp.deliver(&db).await;
        let email = smtp.last_to(ADA);
        assert_eq!((smtp.emails().len(), jobs(&db).await), (1, 0));
        assert!(email.text.contains("Hello,") && email.html.contains(&email.path()), "{}", email.raw);
        assert!(!email.raw.contains("Ada"), "the email contains typed text: {}", email.raw);
        for method in ["GET", "HEAD"] {
            assert_eq!(ada.ask(method, &email.path(), &FORM, "").await.status, 200);
        }
        assert!(!is_verified(&db).await, "virus scanners open links");
        press(&mut ada, &email.path()).await;
        assert!(is_verified(&db).await && ada.page.contains("Your address is confirmed."), "{}", ada.page);
        press(&mut ada, &email.path()).await;
        assert!(ada.page.contains("This link has expired"), "{}", ada.page);
    }

    async fn a_link_that_confirms_in_another_browser_needs_the_password(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        signed_up(&db).await;
        smtp.deliver(&db).await;
        let mut other = Browser::at(site(&db, &[]));
        press(&mut other, &smtp.last_to(ADA).path()).await;
        assert!(!is_verified(&db).await && !other.is_logged_in().await && other.page.contains("aria-invalid"), "{}", other.page);
        other.post("/verify", &[("token", &smtp.last_to(ADA).token()), ("password", PASSWORD)]).await;
        assert!(is_verified(&db).await && other.path == "/dashboard" && other.is_logged_in().await, "{}", other.path);
    }

    async fn a_changed_expired_or_foreign_link_does_nothing(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db).await;
        smtp.deliver(&db).await;
        let token = smtp.last_to(ADA).token();
        let changed = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);
        for wrong in [changed.as_str(), "", "x", "\0", &token[1..], &format!("{token}A")] {
            ada.post("/verify", &[("token", wrong)]).await;
            ada.post("/reset", &[("token", wrong), ("new_password", NEW)]).await;
        }
        ada.post("/reset", &[("token", &token), ("new_password", NEW)]).await;
        assert!(!is_verified(&db).await);
        db.clock().advance(MINUTE * 60 * 24);
        ada.post("/verify", &[("token", &token)]).await;
        assert!(!is_verified(&db).await);
        ada.log_in(ADA, PASSWORD).await;
        assert!(ada.is_logged_in().await, "the password is unchanged");
        assert!(server::tokens::purge(&db).await.is_ok());
        assert_eq!(tables::lines(&db, "select id from tokens where purpose = 'verify'").await.len(), 0);
    }

    async fn an_unknown_address_gets_the_same_response_and_no_email(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        signed_up(&db).await;
        smtp.deliver(&db).await;
        let anonymous = Browser::with_form(site(&db, &[])).await;
        let known = anonymous.ask("POST", "/forgot", &FORM, form(&[("email", ADA)])).await;
        let unknown = anonymous.ask("POST", "/forgot", &FORM, form(&[("email", "eve@example.com")])).await;
        assert_eq!((known.status, known.header("location")), (unknown.status, unknown.header("location")));
        assert_eq!(jobs(&db).await, 2, "the same work too");
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), 2, "one email to confirm the address, one for the password");
    }

    async fn signing_up_again_emails_the_owner_only(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        signed_up(&db).await;
        smtp.deliver(&db).await;
        let fields = |email| [("name", "Eve"), ("email", email), ("password", NEW)];
        let (mut eve, mut fay) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        eve.post("/signup", &fields(ADA)).await;
        fay.post("/signup", &fields("fay@example.com")).await;
        // Without the form tokens.
        let text = |page: &str, email: &str| {
            let main = page.split("<main").nth(1).unwrap().replace(email, "");
            main.split(" value=\"").map(|part| part.split_once('"').map_or(part, |(_, rest)| rest)).collect::<String>()
        };
        assert_eq!((eve.path.as_str(), text(&eve.page, ADA)), (fay.path.as_str(), text(&fay.page, "fay@example.com")));
        smtp.deliver(&db).await;
        assert!(smtp.last_to(ADA).subject.starts_with("You already have an account at"), "{}", smtp.last_to(ADA).subject);
        eve.log_in(ADA, NEW).await;
        assert!(!eve.is_logged_in().await);
        for _ in 0..20 {
            server::accounts::sign_up(&db, server::accounts::NewUser { email: ADA, name: "Eve", password: NEW }).await.unwrap();
        }
        smtp.deliver(&db).await;
        let to_ada = smtp.emails().iter().filter(|email| email.to == ADA).count();
        assert!(to_ada <= 6, "{to_ada} emails");
    }

    async fn a_password_reset_ends_every_session(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (ada, mut attacker) = (signed_up(&db).await, Browser::at(site(&db, &[])));
        attacker.log_in(ADA, PASSWORD).await;
        let link = asked_for_reset(&db, &smtp).await;
        let mut owner = Browser::at(site(&db, &[]));
        owner.get(&link).await;
        assert!(owner.page.contains("name=\"new_password\""));
        reset(&mut owner, &link, "short").await;
        assert!(owner.page.contains("at least 8") && owner.page.contains("name=\"new_password\""), "the link is still valid");
        reset(&mut owner, &link, NEW).await;
        assert_eq!(owner.path, "/login", "a link does not log in");
        assert!(!ada.is_logged_in().await && !attacker.is_logged_in().await && !owner.is_logged_in().await);
        attacker.log_in(ADA, PASSWORD).await;
        assert!(!attacker.is_logged_in().await);
        owner.log_in(ADA, NEW).await;
        assert!(owner.is_logged_in().await && is_verified(&db).await);
        smtp.deliver(&db).await;
        assert_eq!(smtp.last_to(ADA).subject, "Your password was changed");
        let said = tables::lines(&db, "select action from audit order by at, id").await;
        assert_eq!(said, ["emptied the unconfirmed account", "reset their password"]);
        reset(&mut attacker, &link, PASSWORD).await;
        assert!(attacker.page.contains("This link has expired"));
    }

    async fn a_newer_link_revokes_the_older_and_a_new_password_revokes_all(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db).await;
        let older = asked_for_reset(&db, &smtp).await;
        db.clock().advance(MINUTE);
        let newer = asked_for_reset(&db, &smtp).await;
        assert_ne!(older, newer);
        let mut browser = Browser::at(site(&db, &[]));
        browser.get(&older).await;
        assert!(browser.page.contains("This link has expired"));
        browser.get(&newer).await;
        assert!(browser.page.contains("name=\"new_password\""));
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
        browser.get(&newer).await;
        assert!(browser.page.contains("This link has expired"));
    }

    async fn an_email_queued_before_a_password_change_is_not_sent(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db).await;
        smtp.deliver(&db).await;
        Browser::at(site(&db, &[])).post("/forgot", &[("email", ADA)]).await;
        db.clock().advance(MINUTE);
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
        smtp.deliver(&db).await;
        assert_eq!((smtp.last_to(ADA).subject.as_str(), jobs(&db).await), ("Your password was changed", 0));
    }

    async fn emails_to_one_address_are_limited(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        signed_up(&db).await;
        smtp.deliver(&db).await;
        let mut eve = Browser::at(site(&db, &[]));
        let mut answers = Vec::new();
        for _ in 0..8 {
            answers.push(eve.post("/forgot", &[("email", "ADA@example.com")]).await);
            smtp.deliver(&db).await;
            db.clock().advance(MINUTE);
        }
        assert_eq!(answers, [200, 200, 200, 200, 200, 429, 429, 429]);
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), 6, "one email to confirm the address, five for the password");
    }

    async fn a_dump_of_the_tables_contains_no_working_link(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db).await;
        ada.post("/forgot", &[("email", ADA)]).await;
        let before = tables::dump(&db).await.join("\n");
        smtp.deliver(&db).await;
        let after = tables::dump(&db).await.join("\n");
        let token = smtp.last_to(ADA).token();
        assert!(!before.contains(&token) && !after.contains(&token));
    }
}
