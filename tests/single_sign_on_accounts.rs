//! Which account a log-in with a provider gets, the second factor, and the user's page of log-in methods.

use crate::browser::authenticator::set_up;
use crate::browser::{Browser, PASSWORD, for_each_case, tables};
use crate::fake_smtp::FakeSmtp;
use crate::issuer::Issuer;
use serde_json::{Value, json};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const METHODS: &str = "/account/sign-in-methods";

async fn verify(db: &TestDb) {
    tables::write(db, "update users set email_verified_at = created_at").await;
}

/// A user with a password, a confirmed address and a linked provider.
async fn linked(issuer: &Issuer, db: &TestDb) -> Browser {
    let mut ada = Browser::at(issuer.site(db, &[]));
    ada.sign_up(ADA).await;
    verify(db).await;
    ada.get(METHODS).await;
    let callback = issuer.leave(&mut ada, "/account/sign-in-methods/link").await;
    ada.get(&callback).await;
    assert!(ada.path == METHODS && ada.page.contains("Corp is linked."), "{}: {}", ada.path, ada.page);
    ada
}

async fn identity(db: &TestDb) -> String {
    tables::lines(db, "select id from identities").await.remove(0)
}

on_both_databases! {
    async fn an_account_is_joined_only_if_both_sides_have_verified_the_address(db: TestDb) {
        let cases = [
            (true, json!(true), "/dashboard"),
            (true, json!("true"), "/dashboard"),
            (true, json!(false), "/login?failed=unverified"),
            (true, Value::Null, "/login?failed=unverified"),
            (true, json!("yes"), "/login?failed=invalid"),
            (false, json!(true), "/login?failed=unconfirmed"),
            (false, json!(false), "/login?failed=unverified"),
        ];
        let cases: Vec<_> = cases.iter().map(|(here, there, page)| (*here, there, *page)).collect();
        for_each_case(&db, cases, async |db, (here, there, page)| {
            let issuer = Issuer::open().await;
            let mut owner = Browser::at(issuer.site(&db, &[]));
            owner.sign_up(ADA).await;
            if here { verify(&db).await }
            issuer.says(json!({ "email_verified": there, "email": "ADA@example.com" }));
            let mut browser = Browser::with_form(issuer.site(&db, &[])).await;
            issuer.sign_on(&mut browser).await;
            assert_eq!(browser.path, page, "{here} {there}");
            assert_eq!(browser.is_logged_in().await, page == "/dashboard");
            assert_eq!(tables::lines(&db, "select email from users").await, [ADA]);
            assert!(owner.is_logged_in().await);
        }).await;
    }

    async fn an_unverified_address_gets_the_same_answer_with_and_without_an_account(db: TestDb) {
        let issuer = Issuer::open().await;
        issuer.says(json!({ "email_verified": false }));
        let mut pages = Vec::new();
        for _ in 0..2 {
            let mut browser = Browser::with_form(issuer.site(&db, &[])).await;
            issuer.sign_on(&mut browser).await;
            pages.push(browser.page.replace(&browser.token.clone().unwrap(), "TOKEN").split("nonce").next().unwrap().to_owned());
            assert_eq!(browser.path, "/login?failed=unverified");
            Browser::at(issuer.site(&db, &[])).sign_up(ADA).await;
        }
        assert_eq!(pages[0], pages[1]);
    }

    async fn a_disabled_user_does_not_get_in_with_a_provider(db: TestDb) {
        let issuer = Issuer::open().await;
        let _ada = linked(&issuer, &db).await;
        tables::write(&db, "update users set disabled_at = 1").await;
        let mut browser = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut browser).await;
        assert!(browser.path == "/login?failed=disabled" && !browser.is_logged_in().await, "{}", browser.path);
        tables::write(&db, "delete from identities").await;
        issuer.sign_on(&mut browser).await;
        assert!(browser.path == "/login?failed=disabled" && !browser.is_logged_in().await, "{}", browser.path);
    }

    async fn the_second_factor_is_asked_unless_the_provider_is_trusted_and_used_one(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = linked(&issuer, &db).await;
        let (app, _) = set_up(&db, &mut ada).await;
        let trusted = [("OIDC_CORP_TRUSTED_TWO_FACTOR", "mfa phr")];
        let plain: [(&str, &str); 0] = [];
        for (settings, claims, is_asked) in [
            (&plain[..], json!({ "amr": ["pwd", "mfa"] }), true),
            (&trusted[..], json!({ "amr": ["pwd"] }), true),
            (&trusted[..], json!({}), true),
            (&trusted[..], json!({ "amr": ["pwd", "mfa"] }), false),
            (&trusted[..], json!({ "acr": "phr" }), false),
        ] {
            issuer.says(claims.clone());
            let mut browser = Browser::with_form(issuer.site(&db, settings)).await;
            issuer.sign_on(&mut browser).await;
            assert_eq!(browser.path, if is_asked { "/login/code" } else { "/dashboard" }, "{claims}");
            assert_eq!(browser.is_logged_in().await, !is_asked, "{claims}");
            if is_asked {
                db.clock().advance(Duration::from_secs(30));
                browser.post("/login/code", &[("code", &app.next_code(&db))]).await;
                assert!(browser.is_logged_in().await, "{claims}: {}", browser.page);
            }
        }
    }

    async fn a_provider_is_linked_and_unlinked_with_an_email_and_a_line_in_the_audit(db: TestDb) {
        let (issuer, smtp) = (Issuer::open().await, FakeSmtp::open().await);
        let mut ada = linked(&issuer, &db).await;
        let mut other = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut other).await;
        ada.post("/account/sign-in-methods/unlink", &[("id", &identity(&db).await)]).await;
        assert!(ada.path == METHODS && ada.page.contains("The provider is unlinked.") && ada.page.contains("not linked"), "{}", ada.page);
        assert!(ada.is_logged_in().await && !other.is_logged_in().await);
        other.get("/account").await;
        assert!(other.page.contains("You unlinked the provider that this session began with."), "{}", other.page);
        smtp.deliver(&db).await;
        let subjects: Vec<String> = smtp.emails().into_iter().filter(|email| email.to == ADA).map(|email| email.subject).collect();
        for subject in ["A log-in method was linked", "A log-in method was unlinked"] {
            assert!(subjects.iter().any(|one| one == subject), "{subjects:?}");
        }
        let actions = tables::lines(&db, "select action from audit where action like '%log-in method' order by at, id").await;
        assert_eq!(actions, ["linked a log-in method", "unlinked a log-in method"]);
    }

    async fn the_last_log_in_method_cannot_be_unlinked(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut ada).await;
        ada.post("/account/sign-in-methods/unlink", &[("id", &identity(&db).await)]).await;
        assert!(ada.page.contains("This is your only way to log in."), "{}", ada.page);
        assert_eq!(tables::lines(&db, "select email from identities").await, [ADA]);
        assert!(ada.is_logged_in().await);
    }

    async fn an_identity_belongs_to_one_user_and_only_its_owner_unlinks_it(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = linked(&issuer, &db).await;
        let mut eve = Browser::at(issuer.site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        verify(&db).await;
        eve.get(METHODS).await;
        let callback = issuer.leave(&mut eve, "/account/sign-in-methods/link").await;
        eve.get(&callback).await;
        assert!(eve.page.contains("is linked to another account here"), "{}: {}", eve.path, eve.page);
        eve.post("/account/sign-in-methods/unlink", &[("id", &identity(&db).await)]).await;
        ada.get(METHODS).await;
        assert!(ada.page.contains("Unlink Corp"), "{}", ada.page);
    }

    async fn a_link_that_was_begun_by_another_session_is_refused(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::at(issuer.site(&db, &[]));
        ada.sign_up(ADA).await;
        verify(&db).await;
        ada.get(METHODS).await;
        let callback = issuer.leave(&mut ada, "/account/sign-in-methods/link").await;
        // The next user of the same browser.
        ada.post("/logout", &[]).await;
        ada.sign_up("eve@example.com").await;
        ada.get(&callback).await;
        assert!(ada.path.ends_with("?failed=unknown") && ada.page.contains("before a log-out"), "{}", ada.path);
        assert_eq!(tables::lines(&db, "select email from identities").await, [""; 0]);
    }

    async fn linking_asks_for_a_recent_password(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = linked(&issuer, &db).await;
        db.clock().advance(Duration::from_secs(16 * 60));
        for path in ["/account/sign-in-methods/link", "/account/sign-in-methods/unlink"] {
            ada.get(METHODS).await;
            ada.post(path, &[("provider", "corp"), ("id", &identity(&db).await)]).await;
            assert_eq!(ada.path, "/reauthenticate", "{path}");
        }
        assert_eq!(tables::lines(&db, "select email from identities").await, [ADA]);
    }

    async fn a_reset_removes_an_identity_of_the_last_days_and_keeps_an_older_one(db: TestDb) {
        for_each_case(&db, [true, false], async |db, is_recent| {
            let (issuer, smtp) = (Issuer::open().await, FakeSmtp::open().await);
            let mut ada = linked(&issuer, &db).await;
            if !is_recent {
                tables::write(&db, "update identities set created_at = 0").await;
            }
            ada.post("/logout", &[]).await;
            ada.post("/forgot", &[("email", ADA)]).await;
            smtp.deliver(&db).await;
            let link = smtp.last_link_to(ADA, "/reset").path();
            ada.get(&link).await;
            ada.post("/reset", &[("token", link.split_once("?token=").unwrap().1), ("new_password", "quiet-anchor-1815")]).await;
            assert_eq!(tables::lines(&db, "select email from identities").await.len(), usize::from(!is_recent));
        }).await;
    }

    async fn a_user_with_a_password_confirms_with_it(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = linked(&issuer, &db).await;
        db.clock().advance(Duration::from_secs(16 * 60));
        ada.get("/account/delete").await;
        assert!(ada.path == "/reauthenticate" && ada.page.contains("Confirm your password"), "{}", ada.page);
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(ada.path, "/account/delete");
    }
}
