//! Pages and emails name what their button removes. `admin_accounts.rs` tests the page of a user.

use crate::browser::removal::{SETTINGS, assert_names_both, words};
use crate::browser::{Browser, PASSWORD, site};
use crate::email_change::{DAY, NEW, OLD, asked, press, signed_up};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::TestDb;

const RECENT: &str = "two-factor log-in and recovery codes that were added";

/// The text of this page with each of the settings.
async fn texts(db: &TestDb, path: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for (settings, has_both) in SETTINGS {
        let mut browser = Browser::at(site(db, settings));
        browser.get(path).await;
        found.push((words(&browser.page), has_both));
    }
    found
}

/// A release build has no previews.
#[cfg(debug_assertions)]
#[test]
fn emails_name_what_their_link_or_an_administrator_removes() {
    use ui::emails::{Site, preview};
    for (settings, has_both) in SETTINGS {
        let site = Site::of(&server::Config::for_tests(settings));
        for name in ["reset", "old-email", "password-changed", "given-back"] {
            let text = words(&preview(name, &site).unwrap().text);
            assert!(text.to_lowercase().contains("passkeys") && text.contains("two-factor log-in"), "{text}");
            assert_names_both(&text, has_both);
        }
    }
}

on_both_databases! {
    async fn the_page_of_a_reset_and_its_email_name_what_is_removed(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        signed_up(&db, OLD).await;
        for (settings, has_both) in SETTINGS {
            db.clock().advance(DAY);
            let mut ada = Browser::at(site(&db, settings));
            ada.post("/forgot", &[("email", OLD)]).await;
            smtp.deliver_with(&db, settings).await;
            let email = smtp.last_link_to(OLD, "/reset");
            ada.get(&email.path()).await;
            for text in [words(&email.text), words(&ada.page)] {
                assert!(text.contains(&format!("{RECENT} in the last 72 hours")), "{text}");
                assert_names_both(&text, has_both);
            }
        }
    }

    async fn the_email_of_a_reset_says_that_an_unconfirmed_account_is_emptied(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(OLD).await;
        ada.post("/forgot", &[("email", OLD)]).await;
        smtp.deliver(&db).await;
        let email = smtp.last_link_to(OLD, "/reset");
        ada.get(&email.path()).await;
        for text in [words(&email.text), words(&ada.page)] {
            assert!(text.contains("all data in the account will be deleted") && !text.contains("72 hours"), "{text}");
        }
    }

    async fn a_recovery_names_recent_passkeys_and_after_a_change_of_the_address_all(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        signed_up(&db, OLD).await;
        db.clock().advance(DAY * 10);
        let mut attacker = Browser::at(site(&db, &[]));
        attacker.log_in(OLD, PASSWORD).await;
        smtp.deliver(&db).await;
        let recover = smtp.last_link_to(OLD, "/account/recover").path();
        for (text, has_both) in texts(&db, &recover).await {
            assert!(text.contains(&format!("{RECENT} after")) && !text.contains("All passkeys"), "{text}");
            assert_names_both(&text, has_both);
        }
        let new = asked(&db, &smtp, &mut attacker, NEW).await;
        press(&mut attacker, &new).await;
        smtp.deliver(&db).await;
        let undo = smtp.last_link_to(OLD, "/account/email/undo").path();
        for path in [&recover, &undo] {
            for (text, has_both) in texts(&db, path).await {
                for part in ["All passkeys", "Two-factor log-in and recovery codes that were added after"] {
                    assert!(text.contains(part), "{part}: {text}");
                }
                assert_names_both(&text, has_both);
            }
        }
    }

    async fn the_page_of_a_deletion_says_that_access_tokens_stay_revoked(db: TestDb) {
        let mut ada = signed_up(&db, OLD).await;
        for (settings, has_both) in SETTINGS {
            for (days, can_cancel) in [("14", true), ("0", false)] {
                ada.site = site(&db, &[settings, &[("DELETION_DAYS", days)]].concat());
                ada.get("/account/delete").await;
                let text = words(&ada.page);
                assert!(text.contains("All your devices will be logged out."), "{text}");
                let tokens = "All your access tokens will be revoked, and stay revoked";
                assert_eq!(text.contains(tokens), has_both && can_cancel, "{days} days: {text}");
            }
        }
    }
}
