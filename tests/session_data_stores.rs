//! Each store of session data behind the router: messages, forms, the return path, restarts and revocation.

use crate::browser::{Browser, PASSWORD, site, site_on, tables};
use axum::Router;
use server::audit::Actor;
use server::config::for_tests::{SECRETS, redis_url};
use server::testing::TestDb;
use server::{db, on_sqlite, sessions, sql};

/// Runs each test on SQLite with each store.
macro_rules! with_each_store {
    ($(async fn $name:ident($db:ident: TestDb, $store:ident: &str) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn test($db: TestDb, $store: &str) $body

            on_sqlite! {
                async fn in_sql(db: TestDb) { test(db, "sql").await; }
                async fn in_memory(db: TestDb) { test(db, "memory").await; }
                async fn in_redis(db: TestDb) { test(db, "redis").await; }
                async fn in_a_cookie(db: TestDb) { test(db, "cookie").await; }
            }
        }
    )+};
}

fn at(db: &TestDb, store: &str) -> Router {
    site(db, &[("SESSION_DATA_STORE", store), ("SESSION_DATA_REDIS_URL", &redis_url())])
}

async fn ada(db: &TestDb, store: &str) -> Browser {
    let mut ada = Browser::at(at(db, store));
    ada.sign_up("ada@example.com").await;
    assert!(ada.is_logged_in().await);
    ada.get("/account").await;
    ada
}

with_each_store! {
    async fn a_message_is_shown_once_on_the_next_page(db: TestDb, store: &str) {
        let mut ada = ada(&db, store).await;
        assert_eq!(ada.submit("/account", &[("name", "Ada the Second")]).await.status, 303);
        ada.get("/account").await;
        assert!(ada.page.contains("Your profile is saved."), "{}", ada.page);
        ada.get("/account").await;
        assert!(!ada.page.contains("Your profile is saved."));
    }

    async fn an_anonymous_form_that_is_refused_comes_back_once_with_its_values(db: TestDb, store: &str) {
        let mut browser = Browser::at(at(&db, store));
        browser.log_in("unknown@example.com", PASSWORD).await;
        assert!(browser.path == "/login" && browser.page.contains("unknown@example.com"), "{}", browser.page);
        browser.get("/login").await;
        assert!(!browser.page.contains("unknown@example.com"));
    }

    async fn after_a_revocation_the_form_and_the_return_path_are_kept_for_the_next_log_in(db: TestDb, store: &str) {
        let mut ada = ada(&db, store).await;
        db.execute(sql!("delete from sessions")).await.unwrap();
        assert!(!ada.is_logged_in().await, "a deleted row ends the log-in at once");
        ada.post("/account", &[("name", "A name for later")]).await;
        assert_eq!(ada.path, "/login");
        assert!(ada.page.contains("You were logged out.") && !ada.page.contains("A name for later"));
        assert!(!ada.is_logged_in().await);
        ada.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(ada.path, "/account");
        assert!(ada.page.contains("A name for later"), "{}", ada.page);
    }

    async fn a_restart_logs_no_user_out_and_a_store_that_lasts_keeps_the_message(db: TestDb, store: &str) {
        let mut ada = ada(&db, store).await;
        ada.submit("/account", &[("name", "Ada the Second")]).await;
        let again = db::connect(db.url(), false).await.unwrap();
        let settings = [("SESSION_DATA_STORE", store), ("SESSION_DATA_REDIS_URL", &redis_url())];
        ada.site = site_on(again, &settings);
        ada.get("/account").await;
        assert_eq!(ada.path, "/account", "logged in");
        assert_eq!(ada.page.contains("Your profile is saved."), store != "memory");
    }

    async fn revocation_is_immediate_in_each_browser(db: TestDb, store: &str) {
        let ada = ada(&db, store).await;
        let mut other = Browser::at(ada.site.clone());
        other.log_in("ada@example.com", PASSWORD).await;
        assert!(other.is_logged_in().await);
        let operator = Actor { user: None, ip: "" };
        sessions::revoke_all_users(&db, operator).await.unwrap();
        assert!(!ada.is_logged_in().await && !other.is_logged_in().await);
    }

    async fn a_rotated_secret_still_opens_the_session_data(db: TestDb, store: &str) {
        let mut ada = ada(&db, store).await;
        ada.submit("/account", &[("name", "Ada the Second")]).await;
        if store == "memory" {
            return; // another site has another memory
        }
        let both = format!("{},{}", SECRETS[1], SECRETS[0]);
        let settings =
            [("SESSION_DATA_STORE", store), ("SESSION_DATA_REDIS_URL", &redis_url()), ("SESSION_SECRET", &both)];
        ada.site = site(&db, &settings);
        ada.get("/account").await;
        assert!(ada.page.contains("Your profile is saved."));
        let only_new = [("SESSION_DATA_STORE", store), ("SESSION_DATA_REDIS_URL", &redis_url()), ("SESSION_SECRET", SECRETS[1])];
        ada.site = site(&db, &only_new);
        assert!(ada.is_logged_in().await, "its cookie was issued again");
    }
}

on_sqlite! {
    async fn a_form_too_large_for_the_cookie_is_shown_on_the_error_page(db: TestDb) {
        let mut ada = ada(&db, "cookie").await;
        ada.get("/account").await;
        let text = format!("<b>{}</b>", "long ".repeat(2_500));
        let answer = ada.submit("/account", &[("name", &text), ("time_zone", "My zone"), ("password", "hidden-word")]).await;
        assert_eq!(answer.status, 413);
        assert!(answer.body.contains("This form is too long") && answer.body.contains("My zone"), "{}", answer.body);
        assert!(answer.body.contains(&text.replace('<', "&lt;").replace('>', "&gt;")) && !answer.body.contains("hidden-word"));
        assert!(!answer.headers.contains_key("set-cookie"));
        assert_eq!(tables::lines(&db, "select name from users").await, ["Ada"]);
        let shorter = "n".repeat(150);
        ada.post("/account", &[("name", &shorter)]).await;
        assert!(ada.path == "/account" && ada.page.contains(&shorter), "the next form is kept: {}", ada.page);
    }

    async fn the_cookie_with_session_data_is_http_only_and_lasts_as_the_session_cookie(db: TestDb) {
        let mut ada = ada(&db, "cookie").await;
        let answer = ada.submit("/account", &[("name", "Ada the Second")]).await;
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        let [data] = cookies[..] else { panic!("{cookies:?}") };
        assert!(data.starts_with(ui::brand::DATA_COOKIE[0]), "{data}");
        let mut attributes: Vec<_> = data.split("; ").skip(1).map(str::to_lowercase).collect();
        attributes.sort();
        assert_eq!(attributes, ["httponly", "path=/", "samesite=lax"]);
        assert!(data.len() < 4_096 && !data.contains("saved"));
    }

    async fn with_the_cookie_a_log_out_without_a_log_in_inserts_no_row(db: TestDb) {
        let mut browser = Browser::at(at(&db, "cookie"));
        browser.open_form().await;
        assert_eq!(browser.submit("/logout", &[]).await.status, 303);
        assert_eq!(tables::lines(&db, "select id from tower_sessions").await.len(), 0);
        browser.get("/login").await;
        assert!(browser.page.contains("You are logged out."), "{}", browser.page);
    }
}
