//! The owner of an old address takes the account back within three days, despite everything that an attacker may have done.

use crate::browser::authenticator::set_up;
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, site, tables};
use crate::email_change::{
    DAY, NEW, OLD, OTHER_PASSWORD, asked, emails, press, signed_up, with_changed_token,
};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::{Device, TestDb};
use std::time::Duration;

/// The link that the old address gets when the new one is confirmed.
async fn changed(db: &TestDb, smtp: &FakeSmtp, browser: &mut Browser) -> String {
    let undo = changed_from(db, smtp, browser, [OLD, NEW]).await;
    assert_eq!(emails(db).await, [NEW]);
    undo
}

async fn changed_from(db: &TestDb, smtp: &FakeSmtp, browser: &mut Browser, [old, new]: [&str; 2]) -> String {
    let link = asked(db, smtp, browser, new).await;
    press(browser, &link).await;
    smtp.deliver(db).await;
    smtp.last_to(old).path()
}

/// PostgreSQL changes a row, waits here, and then checks the unique index.
const SLOW_INDEX: &str = "create function slowly(key text) returns text immutable language plpgsql
         as $$ begin perform pg_sleep(0.5); return key; end $$;
     alter table users drop constraint users_email_key_key;
     create index users_slowly on users (slowly(email_key));
     alter table users add unique (email_key)";

on_both_databases! {
    async fn the_old_address_takes_the_account_back_and_ends_every_session(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = signed_up(&db, OLD).await;
        let undo = changed(&db, &smtp, &mut attacker).await;
        let another = asked(&db, &smtp, &mut attacker, "third@example.com").await;
        let mut ada = Browser::at(site(&db, &[]));
        for method in ["GET", "HEAD"] {
            assert_eq!(ada.ask(method, &undo, &FORM, "").await.status, 200);
        }
        assert!(attacker.is_logged_in().await && emails(&db).await == [NEW]);
        db.clock().advance(Duration::from_secs(1));
        press(&mut ada, &undo).await;
        assert!(ada.page.contains(&format!("Your address is {OLD} again.")), "{}", ada.page);
        assert_eq!(emails(&db).await, [OLD]);
        assert!(!attacker.is_logged_in().await && !ada.is_logged_in().await);
        press(&mut attacker, &another).await;
        assert_eq!(emails(&db).await, [OLD], "the links sent to the attacker are revoked");
        for password in [PASSWORD, ""] {
            attacker.log_in(OLD, password).await;
            assert!(!attacker.is_logged_in().await, "the account has no known password");
        }
        smtp.deliver(&db).await;
        assert!(smtp.last_to(NEW).subject.contains("was removed"));
        let reset = smtp.last_to(OLD).path();
        assert!(reset.starts_with("/reset?token="), "{reset}");
        ada.get(&reset).await;
        ada.post("/reset", &[("token", &smtp.last_to(OLD).token()), ("new_password", OTHER_PASSWORD)]).await;
        ada.log_in(OLD, OTHER_PASSWORD).await;
        assert!(ada.is_logged_in().await);
        press(&mut ada, &undo).await;
        assert!(ada.page.contains("This link has expired"));
        let said = tables::lines(&db, "select action || ' ' || subject_email from audit order by at, id").await;
        assert_eq!(said, ["changed their email address ada@example.com", "restored their old email address lovelace@example.com",
            "reset their password ada@example.com"]);
    }

    async fn the_old_address_takes_the_account_back_after_a_password_change(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = signed_up(&db, OLD).await;
        let undo = changed(&db, &smtp, &mut attacker).await;
        attacker.post("/account/password", &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)]).await;
        let again = asked(&db, &smtp, &mut attacker, "third@example.com").await;
        press(&mut attacker, &again).await;
        smtp.deliver(&db).await;
        let of_attacker = smtp.last_to(NEW).path();
        attacker.post("/account/email", &[("email", "fourth@example.com")]).await;
        press(&mut Browser::at(site(&db, &[])), &undo).await;
        assert_eq!(emails(&db).await, [OLD], "the oldest address belongs to the owner");
        press(&mut Browser::at(site(&db, &[])), &of_attacker).await;
        assert_eq!(emails(&db).await, [OLD], "and the attacker's old address does not");
    }

    async fn after_two_address_changes_in_one_millisecond_the_first_address_keeps_its_link(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = signed_up(&db, OLD).await;
        let undo = changed(&db, &smtp, &mut attacker).await;
        let again = asked(&db, &smtp, &mut attacker, "third@example.com").await;
        press(&mut attacker, &again).await;
        smtp.deliver(&db).await;
        let of_attacker = smtp.last_to(NEW).path();
        tables::write(&db, "update tokens set created_at = (select min(created_at) from tokens)").await;
        press(&mut Browser::at(site(&db, &[])), &of_attacker).await;
        assert_eq!(emails(&db).await, [NEW]);
        press(&mut Browser::at(site(&db, &[])), &undo).await;
        assert_eq!(emails(&db).await, [OLD]);
    }

    async fn taking_back_an_old_address_revokes_the_newer_links_and_not_the_older(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = signed_up(&db, OLD).await;
        let undo = changed(&db, &smtp, &mut attacker).await;
        let again = asked(&db, &smtp, &mut attacker, "third@example.com").await;
        press(&mut attacker, &again).await; // its email to the second address waits
        press(&mut Browser::at(site(&db, &[])), &undo).await;
        let before = smtp.emails().len();
        smtp.deliver(&db).await;
        assert!(smtp.emails()[before..].iter().all(|email| !email.text.contains("/account/email/undo")));
    }

    async fn an_old_address_can_be_taken_back_for_three_days(db: TestDb) {
        for (days, expected) in [(2, OLD), (3, NEW)] {
            let db = db.another().await;
            let smtp = FakeSmtp::open().await;
            let undo = changed(&db, &smtp, &mut signed_up(&db, OLD).await).await;
            for _ in 0..days {
                db.clock().advance(DAY);
                server::tokens::purge(&db).await.unwrap();
            }
            let mut ada = Browser::at(site(&db, &[]));
            press(&mut ada, &with_changed_token(&undo)).await;
            press(&mut ada, &undo).await;
            assert_eq!(emails(&db).await, [expected], "{days} days");
        }
    }

    async fn an_old_address_is_reserved_for_its_owner(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = signed_up(&db, OLD).await;
        let undo = changed(&db, &smtp, &mut attacker).await;
        Browser::at(site(&db, &[])).sign_up("ADA@example.com").await;
        assert_eq!(emails(&db).await, [NEW], "a sign-up would block the owner");
        let mut eve = signed_up(&db, "eve@example.com").await;
        let proved = asked(&db, &smtp, &mut eve, OLD).await;
        press(&mut eve, &proved).await; // the reader of that email could have pressed the other button
        assert_eq!(emails(&db).await, [OLD, NEW]);
        let mut ada = Browser::at(site(&db, &[]));
        press(&mut ada, &undo).await;
        assert!(ada.page.contains("Another account uses this address."), "{}", ada.page);
        assert!(attacker.is_logged_in().await && emails(&db).await == [OLD, NEW]);
    }

    async fn two_users_who_take_back_each_others_address_at_once_are_both_refused(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let [one, two] = ["one@example.com", "two@example.com"];
        let (mut ada, mut eve) = (signed_up(&db, one).await, signed_up(&db, two).await);
        let undo_of_eve = changed_from(&db, &smtp, &mut eve, [two, "eve@example.com"]).await;
        let undo_of_ada = changed_from(&db, &smtp, &mut ada, [one, two]).await;
        changed_from(&db, &smtp, &mut eve, ["eve@example.com", one]).await;
        if db.kind() == "PostgreSQL" {
            db.script(SLOW_INDEX).await.unwrap();
        }
        let (mut here, mut there) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        tokio::join!(press(&mut here, &undo_of_ada), press(&mut there, &undo_of_eve));
        for browser in [here, there] {
            assert!(browser.page.contains("Another account uses this address."), "{}", browser.page);
        }
        assert_eq!(emails(&db).await, [one, two]);
        assert!(ada.is_logged_in().await && eve.is_logged_in().await);
    }

    async fn taking_back_removes_the_new_ways_to_log_in_and_keeps_an_older_second_factor(db: TestDb) {
        for is_owners in [false, true] {
            let db = db.another().await;
            let smtp = FakeSmtp::open().await;
            let mut attacker = signed_up(&db, OLD).await;
            let app = if is_owners { Some(set_up(&db, &mut attacker).await.0) } else { None };
            db.clock().advance(DAY * 3 + Duration::from_secs(1));
            attacker = Browser::at(site(&db, &[]));
            attacker.log_in(OLD, PASSWORD).await;
            if let Some(app) = &app {
                attacker.post("/login/code", &[("code", &app.next_code(&db))]).await;
            }
            if !is_owners {
                set_up(&db, &mut attacker).await; // before the change
            }
            let undo = changed(&db, &smtp, &mut attacker).await;
            let options = attacker.ask("POST", "/account/passkeys/begin", &SCRIPT, "").await.body;
            let made = Device::at("http://localhost:3000").make(&options.trim_matches('"').replace("\\\"", "\""));
            attacker.post("/account/passkeys/add", &[("name", "A key"), ("answer", &made)]).await;
            assert_eq!(tables::lines(&db, "select name from passkeys").await, ["A key"]);
            press(&mut Browser::at(site(&db, &[])), &undo).await;
            assert_eq!(emails(&db).await, [OLD]);
            assert!(tables::lines(&db, "select name from passkeys").await.is_empty());
            let factors = tables::lines(&db, "select user_id from second_factors").await.len();
            assert_eq!(factors, usize::from(is_owners));
        }
    }
}
