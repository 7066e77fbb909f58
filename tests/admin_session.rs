//! `ADMIN_SESSION=separate`: the admin area has a cookie of its own, and a copied session cookie does not open it.

use crate::browser::routes::{Access, requests};
use crate::browser::{Answer, Browser, FORM, PASSWORD, PRODUCTION, SCRIPT, form, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use server::users::Role;
use std::time::Duration;
use ui::brand::{ADMIN_COOKIE, SESSION_COOKIE};

const SEPARATE: [(&str, &str); 1] = [("ADMIN_SESSION", "separate")];
const MINUTE: Duration = Duration::from_secs(60);

/// A browser with the cookies that the product sends to `/admin`.
struct Admin {
    browser: Browser,
    key: Option<String>,
}

impl Admin {
    async fn at(db: &TestDb, settings: &[(&str, &str)]) -> Self {
        let mut browser = Browser::at(site(db, settings));
        browser.sign_up("root@example.com").await;
        browser.become_admin(db, "root@example.com").await;
        Self { browser, key: None }
    }

    /// Types the password again. Keeps both new cookies.
    async fn confirm(&mut self, fields: &[(&str, &str)]) -> Answer {
        self.browser.get("/reauthenticate").await;
        let answer = self.browser.ask("POST", "/reauthenticate", &FORM, form(fields)).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            if pair.starts_with(ADMIN_COOKIE[0]) {
                self.key = Some(pair);
            } else if pair.contains(SESSION_COOKIE[0]) {
                self.browser.cookie = Some(pair);
            }
        }
        answer
    }

    async fn opened(db: &TestDb) -> Self {
        let mut admin = Self::at(db, &SEPARATE).await;
        assert_eq!(admin.confirm(&[("password", PASSWORD)]).await.status, 303);
        assert_eq!(admin.status("/admin").await, 200);
        // For a form token of the new session id.
        admin.browser.get("/account").await;
        admin
    }

    async fn status(&self, path: &str) -> u16 {
        self.with_key(self.key.as_deref()).ask("GET", path, &SCRIPT, "").await.status
    }

    /// The session of this browser with another cookie for the admin area.
    fn with_key(&self, key: Option<&str>) -> Browser {
        let cookies = self.browser.cookie.as_deref().into_iter().chain(key).collect::<Vec<_>>().join("; ");
        Browser { cookie: Some(cookies), ..Browser::at(self.browser.site.clone()) }
    }
}

fn admin_cookies(answer: &Answer) -> Vec<&str> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap());
    cookies.filter(|one| one.contains("-admin=")).collect()
}

on_both_databases! {
    async fn a_copied_session_cookie_opens_no_admin_route(db: TestDb) {
        let admin = Admin::opened(&db).await;
        let thief = admin.with_key(None);
        assert_eq!(thief.ask("GET", "/dashboard", &SCRIPT, "").await.status, 200);
        let before = (tables::snapshot(&db).await, tables::sessions(&db).await);
        for (method, path) in requests(|rule| rule.access == Access::Role(Role::Admin)) {
            let token = Browser { token: admin.browser.token.clone(), ..admin.with_key(None) };
            let page = token.ask(method, &path, &FORM, "").await;
            assert_eq!((page.status, page.header("location")), (303, "/reauthenticate"), "{method} {path}");
            let answer = token.ask(method, &path, &SCRIPT, "").await;
            assert!(answer.status == 403 && answer.body.contains("PasswordNeeded"), "{method} {path}");
        }
        assert_eq!((tables::snapshot(&db).await, tables::sessions(&db).await), before);
    }

    async fn no_other_cookie_opens_the_admin_area(db: TestDb) {
        let admin = Admin::opened(&db).await;
        let key = admin.key.clone().unwrap();
        let mut other = Browser::at(admin.browser.site.clone());
        other.log_in("root@example.com", PASSWORD).await;
        let session = other.cookie.clone().unwrap();
        let other = Admin { browser: other, key: Some(key.clone()) };
        assert_eq!(other.status("/admin").await, 403, "a key of another session of the same user");
        let value = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();
        let forged = [
            format!("{}={}", ADMIN_COOKIE[0], value(&session)),
            format!("{}={}", ADMIN_COOKIE[0], value(admin.browser.cookie.as_ref().unwrap())),
            format!("{}=", ADMIN_COOKIE[0]),
            format!("{}=admin%20AAAAAAAAAAAAAAAAAAAAAA", ADMIN_COOKIE[0]),
            key[..key.len() - 1].to_owned(),
            format!("{}-{key}", ADMIN_COOKIE[1]),
        ];
        for cookie in forged {
            assert_eq!(admin.with_key(Some(&cookie)).ask("GET", "/admin", &SCRIPT, "").await.status, 403, "{cookie}");
        }
        let alone = Browser { cookie: Some(key), ..Browser::at(admin.browser.site.clone()) };
        assert_eq!(alone.ask("GET", "/admin", &SCRIPT, "").await.status, 401, "without the session");
    }

    async fn the_cookie_is_for_the_admin_area_only_and_the_table_holds_a_hash(db: TestDb) {
        let mut admin = Admin::at(&db, &[&PRODUCTION[..], &SEPARATE].concat()).await;
        let answer = admin.confirm(&[("password", PASSWORD)]).await;
        let [cookie] = admin_cookies(&answer)[..] else { panic!("not one cookie") };
        assert!(cookie.starts_with(&format!("{}=", ADMIN_COOKIE[1])), "{cookie}");
        let mut attributes: Vec<_> = cookie.split("; ").skip(1).map(str::to_lowercase).collect();
        attributes.sort();
        assert_eq!(attributes, ["httponly", "path=/admin", "samesite=strict", "secure"]);
        let secret = cookie.split("admin%20").nth(1).unwrap().split(';').next().unwrap();
        assert_eq!(secret.len(), 22);
        assert!(!server::testing::dump(&db).await.iter().any(|row| row.contains(secret)));
    }

    async fn the_password_and_the_code_are_needed_and_a_member_gets_no_cookie(db: TestDb) {
        let mut admin = Admin::at(&db, &SEPARATE).await;
        let answer = admin.confirm(&[("password", "wrong-anchor-1815")]).await;
        assert!(admin_cookies(&answer).is_empty());
        assert_eq!(admin.status("/admin").await, 403, "a log-in alone does not open it");
        admin.browser.get("/admin/users").await;
        assert!(admin.browser.path == "/reauthenticate" && admin.browser.page.contains("Confirm your password"));
        tables::write(&db, "update users set second_factor_at = 1").await;
        let answer = admin.confirm(&[("password", PASSWORD), ("code", "000000")]).await;
        assert!(admin_cookies(&answer).is_empty() && admin.status("/admin").await == 403);
        tables::write(&db, "update users set second_factor_at = null").await;
        let answer = admin.confirm(&[("password", PASSWORD)]).await;
        assert_eq!((answer.header("location"), admin.status("/admin").await), ("/admin/users", 200));

        let mut eve = Browser::at(admin.browser.site.clone());
        eve.sign_up("eve@example.com").await;
        let mut eve = Admin { browser: eve, key: None };
        assert!(admin_cookies(&eve.confirm(&[("password", PASSWORD)]).await).is_empty());
    }

    async fn the_admin_area_closes_after_fifteen_minutes_without_a_request(db: TestDb) {
        let admin = Admin::opened(&db).await;
        for _ in 0..3 {
            db.clock().advance(14 * MINUTE);
            assert_eq!(admin.status("/admin").await, 200, "activity");
        }
        db.clock().advance(14 * MINUTE);
        let background = [SCRIPT[0], ("x-background", "1")];
        assert_eq!(admin.with_key(admin.key.as_deref()).ask("GET", "/admin", &background, "").await.status, 200);
        assert_eq!(admin.status("/dashboard").await, 200);
        db.clock().advance(MINUTE);
        assert_eq!(admin.status("/admin").await, 403);
        assert_eq!(admin.status("/dashboard").await, 200, "the session goes on");
    }

    async fn polling_after_the_admin_area_closed_leaves_neither_a_message_nor_a_return_path(db: TestDb) {
        let mut admin = Admin::opened(&db).await;
        db.clock().advance(15 * MINUTE);
        admin.browser.get("/account/email").await;
        assert_eq!(admin.browser.path, "/reauthenticate");
        let polling = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("x-background", "1")];
        let answer = admin.with_key(admin.key.as_deref()).ask("GET", "/admin/sessions", &polling, "").await;
        assert_eq!((answer.status, answer.header("location")), (303, "/reauthenticate"));
        admin.browser.get("/dashboard").await;
        assert!(!admin.browser.page.contains("Confirm that it is you"), "{}", admin.browser.page);
        assert_eq!(admin.confirm(&[("password", PASSWORD)]).await.header("location"), "/account/email");
    }

    async fn an_end_of_the_session_or_another_role_closes_the_admin_area(db: TestDb) {
        for end in ["log-out", "revoked", "another password", "switch"] {
            let db = db.another().await;
            let mut admin = Admin::opened(&db).await;
            match end {
                "log-out" => drop(admin.browser.post("/logout", &[]).await),
                "revoked" => tables::write(&db, "delete from sessions").await,
                "another password" => {
                    let mut other = Browser::at(admin.browser.site.clone());
                    other.log_in("root@example.com", PASSWORD).await;
                    other.post("/account/password", &[("current_password", PASSWORD), ("new_password", "quiet-anchor-1815")]).await;
                }
                _ => {
                    admin.browser.post("/account/role", &[("role", "member")]).await;
                    assert_eq!(admin.status("/admin").await, 403);
                    admin.browser.post("/account/role", &[("role", "admin")]).await;
                }
            }
            let expected = if end == "switch" { 403 } else { 401 };
            assert_eq!(admin.status("/admin").await, expected, "{end}");
            if end == "log-out" {
                admin.browser.log_in("root@example.com", PASSWORD).await;
                assert_eq!(admin.status("/admin").await, 403, "the next log-in has no key");
            }
        }
    }

    async fn the_admin_area_stays_open_when_the_session_gets_a_new_id(db: TestDb) {
        let mut admin = Admin::opened(&db).await;
        let first = admin.key.clone();
        admin.confirm(&[("password", PASSWORD)]).await;
        assert_ne!(admin.key, first);
        assert_eq!(admin.status("/admin").await, 200);
        assert_eq!(admin.with_key(first.as_deref()).ask("GET", "/admin", &SCRIPT, "").await.status, 403, "an earlier key");
    }

    async fn by_default_there_is_no_cookie_and_no_value_in_the_table(db: TestDb) {
        let mut admin = Admin::at(&db, &[]).await;
        assert_eq!(admin.status("/admin").await, 200);
        assert!(admin_cookies(&admin.confirm(&[("password", PASSWORD)]).await).is_empty());
        assert!(tables::lines(&db, "select id from sessions where admin_key_hash is not null or admin_seen_at is not null").await.is_empty());
    }

    async fn a_link_in_an_email_opens_the_page_again_with_the_strict_cookie(db: TestDb) {
        let admin = Admin::opened(&db).await;
        let from_email = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
        let without = admin.with_key(None).ask("GET", "/admin/users?page=2", &from_email, "").await;
        assert_eq!((without.status, without.header("refresh")), (200, "0; url=/admin/users?page=2"));
        for path in ["/dashboard", "/administrators"] {
            assert_eq!(admin.with_key(None).ask("GET", path, &from_email, "").await.header("refresh"), "", "{path}");
        }
    }
}
