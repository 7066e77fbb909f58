//! With `SINGLE_SIGN_ON_ONLY`, the password of the account makes no link in an email a way in.

use crate::browser::{Browser, PASSWORD, tables};
use crate::fake_smtp::FakeSmtp;
use crate::issuer::Issuer;
use server::on_both_databases;

const ADA: &str = "ada@example.com";
const NEW: &str = "lovelace@example.com";
const ONLY: [(&str, &str); 1] = [("SINGLE_SIGN_ON_ONLY", "true")];

on_both_databases! {
    async fn a_link_and_the_password_log_no_user_in_with_single_sign_on_only(db: TestDb) {
        let (issuer, smtp) = (Issuer::open().await, FakeSmtp::open().await);
        let mut ada = Browser::at(issuer.site(&db, &[]));
        ada.sign_up(ADA).await;
        smtp.deliver(&db).await;
        let verify = smtp.last_link_to(ADA, "/verify");
        let mut change = None;
        for round in ["/verify", "/account/email/confirm"] {
            let email = change.as_ref().unwrap_or(&verify);
            let mut visitor = Browser::with_form(issuer.site(&db, &ONLY)).await;
            visitor.get(&email.path()).await;
            assert!(visitor.page.contains("Log in to the account in this browser."), "{round}: {}", visitor.page);
            assert!(!visitor.page.contains("type=\"password\"") && !visitor.page.contains("/verify/claim"), "{round}");
            let before = tables::snapshot(&db).await;
            visitor.post(round, &[("token", &email.token()), ("password", PASSWORD)]).await;
            assert!(!visitor.is_logged_in().await, "{round}");
            assert_eq!(tables::snapshot(&db).await, before, "{round}");
            tables::write(&db, "update users set email_verified_at = created_at").await;
            ada.get("/account/email").await;
            ada.post("/account/email", &[("email", NEW)]).await;
            smtp.deliver(&db).await;
            change = Some(smtp.last_link_to(NEW, "/account/email/confirm"));
        }
        // In the browser that is logged in, the link works as before.
        ada.site = issuer.site(&db, &ONLY);
        let email = change.unwrap();
        ada.get(&email.path()).await;
        ada.post("/account/email/confirm", &[("token", &email.token())]).await;
        assert_eq!(tables::lines(&db, "select email from users").await, [NEW]);
    }
}
