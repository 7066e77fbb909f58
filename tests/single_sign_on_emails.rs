//! With `SINGLE_SIGN_ON_ONLY`, no email leads to a page that is switched off.

use crate::browser::{Browser, PASSWORD, tables};
use crate::fake_smtp::FakeSmtp;
use crate::issuer::Issuer;
use app::routes::routes;
use server::audit::Actor;
use server::{accounts, on_both_databases, users};
use std::time::Duration;

const ADA: &str = "ada@example.com";
const ONLY: [(&str, &str); 1] = [("SINGLE_SIGN_ON_ONLY", "true")];

/// The pages that are switched off, to which this text leads.
fn dead_links(text: &str) -> Vec<&'static str> {
    let pages = routes().into_iter().filter(|route| route.is_off_with_sso_only && route.method == "GET");
    let is_linked = |path: &&str| {
        let ends = |after: &str| !after.starts_with(|c: char| c == '/' || c == '-' || c.is_alphanumeric());
        text.split(&format!("http://localhost:3000{path}")).skip(1).any(ends)
    };
    pages.map(|route| route.path).filter(is_linked).collect()
}

/// A release build has no previews.
#[cfg(debug_assertions)]
#[test]
fn no_kind_of_email_leads_to_a_page_that_is_switched_off() {
    use ui::emails::{PREVIEWS, Site, preview};
    let [all, only] = [&[][..], &ONLY[..]].map(|changes| Site::of(&server::Config::for_tests(changes)));
    let mut otherwise = Vec::new();
    for name in PREVIEWS {
        let email = preview(name, &only).unwrap();
        for part in [email.text, email.html] {
            assert_eq!(dead_links(&part), [""; 0], "{name}: {part}");
            assert!(!part.contains("choose a new password"), "{name}: {part}");
            let is_replaced = ["reset", "log-in"].contains(name);
            assert!(
                !is_replaced || !part.contains("token="),
                "{name}: the log-in page needs no token: {part}"
            );
        }
        otherwise.extend(dead_links(&preview(name, &all).unwrap().text));
    }
    otherwise.sort_unstable();
    assert_eq!(otherwise, ["/account/passkeys", "/login/link", "/reset"], "with passwords they are linked");
}

on_both_databases! {
    async fn with_single_sign_on_only_an_account_is_recovered_without_a_password(db: TestDb) {
        let (issuer, smtp) = (Issuer::open().await, FakeSmtp::open().await);
        let mut owner = Browser::at(issuer.site(&db, &[]));
        owner.sign_up(ADA).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        let mut browser = Browser::with_form(issuer.site(&db, &ONLY)).await;
        issuer.sign_on(&mut browser).await;
        smtp.deliver_with(&db, &ONLY).await;
        let email = smtp.last_link_to(ADA, "/account/recover");
        browser.get(&email.path()).await;
        assert!(!browser.page.contains("password"), "{}", browser.page);
        // Another email waits, whose link ends with the recovery.
        db.clock().advance(Duration::from_secs(2 * 3600));
        let mut other = Browser::with_form(issuer.site(&db, &ONLY)).await;
        issuer.sign_on(&mut other).await;
        browser.post("/account/recover", &[("token", &email.token())]).await;
        assert!(browser.page.contains("Your account is secured. Log in with your account"), "{}", browser.page);
        smtp.deliver_with(&db, &ONLY).await;
        let emails = smtp.emails();
        let device = emails.iter().rfind(|email| email.subject.starts_with("A new device")).unwrap();
        assert!(!device.text.contains("http") && device.text.contains("ask an administrator"), "{}", device.text);
        let last = emails.iter().rfind(|email| email.subject.starts_with("Log in to ")).unwrap();
        assert!(last.text.contains("/login\n"), "{}", last.text);
        assert!(!last.text.contains("token=") && !last.text.contains("/reset"), "{}", last.text);
        browser.get(&email.path()).await;
        assert!(browser.page.contains("Ask an administrator instead.") && !browser.page.contains("/forgot"), "{}", browser.page);
        issuer.sign_on(&mut browser).await;
        assert!(browser.is_logged_in().await, "{}", browser.page);
    }

    async fn with_single_sign_on_only_emails_to_owners_of_accounts_name_no_password(db: TestDb) {
        let (issuer, smtp) = (Issuer::open().await, FakeSmtp::open().await);
        let mut owner = Browser::at(issuer.site(&db, &[]));
        owner.sign_up(ADA).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        smtp.deliver(&db).await;
        let before = smtp.emails().len();
        // Queued while passwords were in use.
        owner.post("/signup", &[("name", "Ada"), ("email", ADA), ("password", PASSWORD)]).await;
        let mut visitor = Browser::at(issuer.site(&db, &[]));
        visitor.post("/forgot", &[("email", ADA)]).await;
        let user = users::with_email(&db, ADA).await.unwrap().unwrap();
        accounts::give_back(&db, Actor { user: None, ip: "" }, &user).await.unwrap();
        smtp.deliver_with(&db, &ONLY).await;
        let emails = smtp.emails().split_off(before);
        assert!(emails.iter().any(|email| email.subject == "Your account was given back to you"));
        assert!(emails.iter().any(|email| email.subject.starts_with("Log in to ")));
        for email in emails {
            assert_eq!(dead_links(&email.text), [""; 0], "{}", email.text);
            assert!(!email.text.contains("choose a new password"), "{}", email.text);
        }
    }
}
