//! While a session lasts, the provider is asked again whether the user may still log in.

use crate::browser::authenticator::set_up;
use crate::browser::{Browser, for_each_case, tables};
use crate::issuer::Issuer;
use crate::issuer::sign_on::{query_of, redirect_of};
use futures_util::future::join_all;
use program::maintenance;
use serde_json::json;
use server::clock_watch::ClockWatch;
use server::config::for_tests::SECRETS;
use server::testing::TestDb;
use server::{Config, on_both_databases};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);
const CHECKED: (&str, &str) = ("OIDC_CORP_CHECK_MINUTES", "10");

struct Node<'a> {
    db: &'a TestDb,
    config: Config,
    watch: ClockWatch,
    at: Instant,
}

impl<'a> Node<'a> {
    async fn of(db: &'a TestDb, issuer: &Issuer, changes: &[(&str, &str)]) -> Self {
        let settings = [changes, &[CHECKED, ("OIDC_CORP_ISSUER", issuer.url.as_str())]].concat();
        let mut node = Self {
            db,
            config: Config::for_tests(&settings),
            watch: ClockWatch::default(),
            at: Instant::now(),
        };
        node.maintain().await;
        node
    }

    async fn maintain(&mut self) {
        maintenance::once(self.db, &self.config, &mut self.watch, self.at).await.unwrap();
    }

    async fn pass(&mut self, minutes: u32) {
        self.db.clock().advance(minutes * MINUTE);
        self.at += minutes * MINUTE;
        self.maintain().await;
    }
}

async fn signed_on(issuer: &Issuer, db: &TestDb) -> Browser {
    issuer.offers_refresh_tokens();
    let mut browser = Browser::with_form(issuer.site(db, &[CHECKED])).await;
    issuer.sign_on(&mut browser).await;
    assert!(browser.is_logged_in().await, "{}", browser.path);
    browser
}

on_both_databases! {
    async fn a_session_ends_with_the_next_check_after_the_provider_ended_its_grant(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = signed_on(&issuer, &db).await;
        let mut other = Browser::at(ada.site.clone());
        other.sign_up("grace@example.com").await;
        let mut node = Node::of(&db, &issuer, &[]).await;
        node.pass(9).await;
        assert_eq!(issuer.refreshes(), 0, "not before it is due");
        // Twice: the second check needs the token that the first one got.
        for checks in [1, 2] {
            node.pass(11).await;
            assert_eq!(issuer.refreshes(), checks);
            assert!(ada.is_logged_in().await && other.is_logged_in().await);
        }
        issuer.end_grants();
        assert!(ada.is_logged_in().await, "until the next check");
        node.pass(11).await;
        assert!(!ada.is_logged_in().await && other.is_logged_in().await);
        ada.get("/account").await;
        assert!(ada.page.contains("Your log-in provider no longer confirms your access."), "{}", ada.page);
        node.pass(30).await;
        assert_eq!(issuer.refreshes(), 3, "a session that ended is not checked");
    }

    async fn a_provider_with_a_fault_ends_no_session_and_is_asked_again_after_five_minutes(db: TestDb) {
        let faults = [
            (500, json!({})),
            (503, json!({ "error": "temporarily_unavailable" })),
            (429, json!({ "error": "slow_down" })),
            (401, json!({ "error": "invalid_client" })),
            (400, json!({ "error": "invalid_request" })),
            (200, json!({ "error": "invalid_grant" })),
            (302, json!({ "error": "invalid_grant?" })),
        ];
        for_each_case(&db, &faults, async |db, fault| {
            let issuer = Issuer::open().await;
            let ada = signed_on(&issuer, &db).await;
            let mut node = Node::of(&db, &issuer, &[]).await;
            issuer.set_fault(Some(fault.clone()));
            node.pass(10).await;
            assert_eq!(issuer.refreshes(), 1, "{fault:?}");
            node.pass(4).await;
            assert_eq!(issuer.refreshes(), 1, "{fault:?}");
            assert!(ada.is_logged_in().await, "{fault:?}");
            issuer.set_fault(None);
            node.pass(2).await;
            assert_eq!(issuer.refreshes(), 2, "{fault:?}");
            issuer.end_grants();
            node.pass(11).await;
            assert!(!ada.is_logged_in().await, "{fault:?}");
        }).await;
    }

    async fn each_answer_that_asks_the_user_to_log_in_again_ends_the_session(db: TestDb) {
        let codes = ["invalid_grant", "interaction_required", "login_required", "consent_required"];
        for_each_case(&db, codes, async |db, code| {
            let issuer = Issuer::open().await;
            let ada = signed_on(&issuer, &db).await;
            issuer.set_fault(Some((400, json!({ "error": code }))));
            Node::of(&db, &issuer, &[]).await.pass(10).await;
            assert!(!ada.is_logged_in().await, "{code}");
        }).await;
    }

    async fn a_provider_that_is_down_ends_no_session(db: TestDb) {
        let issuer = Issuer::open().await;
        let ada = signed_on(&issuer, &db).await;
        let mut node = Node::of(&db, &issuer, &[]).await;
        issuer.set_down(true);
        node.pass(20).await;
        assert!(ada.is_logged_in().await);
    }

    async fn each_due_grant_is_checked_by_one_node(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut browsers = Vec::new();
        for _ in 0..5 {
            browsers.push(signed_on(&issuer, &db).await);
        }
        let mut nodes = Vec::new();
        for _ in 0..4 {
            nodes.push(Node::of(&db, &issuer, &[]).await);
        }
        db.clock().advance(10 * MINUTE);
        let run = async |mut node: Node<'_>| {
            node.at += 10 * MINUTE;
            node.maintain().await;
        };
        join_all(nodes.into_iter().map(run)).await;
        assert_eq!(issuer.refreshes(), 5);
        for browser in browsers {
            assert!(browser.is_logged_in().await);
        }
    }

    async fn the_token_is_asked_for_and_stored_encrypted_and_without_one_there_is_no_log_in(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut browser = Browser::with_form(issuer.site(&db, &[CHECKED])).await;
        browser.post("/login/with", &[("provider", "corp")]).await;
        let asked = query_of(&redirect_of(&browser.page));
        assert_eq!((asked["scope"].as_str(), asked["prompt"].as_str()), ("openid email profile offline_access", "consent"));
        let mut refused = Browser::with_form(issuer.site(&db, &[CHECKED])).await;
        issuer.sign_on(&mut refused).await;
        assert_eq!(refused.path, "/login?failed=refused");
        assert_eq!(tables::lines(&db, "select email from users").await, [""; 0]);
        signed_on(&issuer, &db).await;
        let rows = tables::dump(&db).await;
        assert!(tables::row_with(&rows, "refresh token").is_none());
    }

    async fn without_the_setting_nothing_is_asked_for_stored_or_checked(db: TestDb) {
        let issuer = Issuer::open().await;
        issuer.offers_refresh_tokens();
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        ada.post("/login/with", &[("provider", "corp")]).await;
        let asked = query_of(&redirect_of(&ada.page));
        assert!(asked["scope"] == "openid email profile" && !asked.contains_key("prompt"), "{asked:?}");
        let mut ada = Browser::with_form(ada.site.clone()).await;
        issuer.sign_on(&mut ada).await;
        let stored = "select 'token' from provider_sessions where grant_token is not null or check_at is not null";
        assert_eq!(tables::lines(&db, stored).await, [""; 0]);
        // As after the setting was removed, with another provider that has it.
        let checked = signed_on(&issuer, &db).await;
        let other = [
            ("OIDC_PROVIDERS", "corp,other"),
            ("OIDC_OTHER_ISSUER", "http://127.0.0.1:8"),
            ("OIDC_OTHER_NAME", "Other"),
            ("OIDC_OTHER_CLIENT_ID", "product"),
            ("OIDC_OTHER_CLIENT_SECRET", "secret"),
            ("OIDC_OTHER_CHECK_MINUTES", "10"),
            ("OIDC_CORP_CHECK_MINUTES", "0"),
        ];
        Node::of(&db, &issuer, &other).await.pass(20).await;
        assert_eq!(issuer.refreshes(), 0);
        assert!(checked.is_logged_in().await);
        let token = "select 'token' from provider_sessions where grant_token is not null";
        assert_eq!(tables::lines(&db, token).await, [""; 0]);
    }

    async fn a_session_that_began_with_a_code_is_checked_too(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = signed_on(&issuer, &db).await;
        let (app, _) = set_up(&db, &mut ada).await;
        db.clock().advance(MINUTE);
        let mut two = Browser::with_form(ada.site.clone()).await;
        issuer.sign_on(&mut two).await;
        two.post("/login/code", &[("code", &app.next_code(&db))]).await;
        assert!(two.is_logged_in().await);
        issuer.end_grants();
        Node::of(&db, &issuer, &[]).await.pass(11).await;
        assert!(!two.is_logged_in().await);
    }

    async fn a_token_is_encrypted_under_the_new_secret_and_is_lost_with_its_secret(db: TestDb) {
        let issuer = Issuer::open().await;
        let ada = signed_on(&issuer, &db).await;
        let both = format!("{},{}", SECRETS[1], SECRETS[0]);
        Node::of(&db, &issuer, &[("SESSION_SECRET", &both)]).await.pass(10).await;
        let sessions = async || tables::lines(&db, "select 'session' from provider_sessions").await.len();
        Node::of(&db, &issuer, &[("SESSION_SECRET", SECRETS[1])]).await.pass(10).await;
        assert_eq!((issuer.refreshes(), sessions().await), (2, 1));
        assert!(ada.is_logged_in().await);
        Node::of(&db, &issuer, &[]).await.pass(10).await;
        assert_eq!((issuer.refreshes(), sessions().await), (2, 0));
    }
}
