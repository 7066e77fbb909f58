//! Session data in Redis, with Redis gone and back, and with two nodes.

use crate::browser::{Browser, FORM, site, tables};
use crate::processes::proxy::Proxy;
use server::config::for_tests::redis_url;
use server::testing::TestDb;
use std::time::{Duration, Instant};

/// The timeouts of all steps of one request.
const AT_MOST: Duration = Duration::from_secs(15);

fn settings(url: &str) -> [(&'static str, &str); 2] {
    [("SESSION_DATA_STORE", "redis"), ("SESSION_DATA_REDIS_URL", url)]
}

/// Posts the form with this name, or opens its page.
async fn status(browser: &mut Browser, post: Option<&str>) -> u16 {
    let begun = Instant::now();
    let status = match post {
        Some(name) => browser.submit("/account", &[("name", name)]).await.status,
        None => browser.ask("GET", "/account", &FORM, "").await.status,
    };
    assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
    status
}

#[tokio::test]
async fn without_redis_requests_that_need_it_get_503_and_work_again_when_it_is_back() {
    let (db, proxy) = (TestDb::sqlite().await, Proxy::before_redis().await);
    let mut ada = Browser::at(site(&db, &settings(&proxy.setting)));
    ada.sign_up("ada@example.com").await;
    ada.get("/account").await;
    for silent in [false, true] {
        if silent {
            proxy.fall_silent()
        } else {
            proxy.cut()
        }
        assert_eq!(status(&mut ada, None).await, 503, "silent: {silent}");
        assert_eq!(status(&mut ada, Some("Ada")).await, 503, "silent: {silent}");
        let landing = ada.without_token().ask("GET", "/health", &FORM, "").await;
        assert_eq!(landing.status, 200, "silent: {silent}");
        let anonymous = Browser::at(ada.site.clone());
        assert_eq!(anonymous.ask("GET", "/login", &FORM, "").await.status, 200, "it needs no session data");
        proxy.put_back();
        let begun = Instant::now();
        while status(&mut ada, None).await != 200 {
            assert!(begun.elapsed() < AT_MOST, "silent: {silent}: it did not recover");
        }
        assert!(ada.is_logged_in().await);
    }
    assert_eq!(status(&mut ada, Some("Ada the Second")).await, 303);
    ada.get("/account").await;
    assert!(ada.page.contains("Your profile is saved."));
}

#[tokio::test]
async fn a_log_out_without_redis_ends_the_session() {
    let (db, proxy) = (TestDb::sqlite().await, Proxy::before_redis().await);
    let mut ada = Browser::at(site(&db, &settings(&proxy.setting)));
    ada.sign_up("ada@example.com").await;
    ada.get("/account").await;
    proxy.cut();
    assert_eq!(ada.submit("/logout", &[]).await.status, 503);
    assert_eq!(tables::lines(&db, "select end_reason from ended_sessions").await, ["logged out"]);
    proxy.put_back();
    let begun = Instant::now();
    while status(&mut ada, None).await == 503 {
        assert!(begun.elapsed() < AT_MOST, "it did not recover");
    }
    assert!(!ada.is_logged_in().await);
}

#[tokio::test]
async fn a_product_starts_without_redis_and_uses_it_when_it_is_there() {
    let (db, proxy) = (TestDb::sqlite().await, Proxy::before_redis().await);
    proxy.cut();
    let mut browser = Browser::at(site(&db, &settings(&proxy.setting)));
    browser.open_form().await;
    let refused = browser.submit("/login", &[("email", "unknown@example.com"), ("password", "none")]).await;
    assert_eq!(refused.status, 503);
    proxy.put_back();
    let begun = Instant::now();
    while browser.submit("/login", &[("email", "unknown@example.com"), ("password", "none")]).await.status
        != 303
    {
        assert!(begun.elapsed() < AT_MOST, "it did not connect");
    }
}

#[tokio::test]
async fn of_two_pages_at_once_on_two_nodes_one_shows_the_message() {
    let (db, url) = (TestDb::sqlite().await, redis_url());
    let mut ada = Browser::at(site(&db, &settings(&url)));
    ada.sign_up("ada@example.com").await;
    ada.get("/account").await;
    let other = site(&db, &settings(&url));
    for round in 0..50 {
        let name = format!("Ada {round}"); // an equal form would be a repeat
        assert_eq!(status(&mut ada, Some(&name)).await, 303);
        let there = Browser { site: other.clone(), ..ada.without_token() };
        let (one, two) =
            tokio::join!(ada.ask("GET", "/account", &FORM, ""), there.ask("GET", "/account", &FORM, ""));
        let shown = [one, two].iter().filter(|page| page.body.contains("Your profile is saved.")).count();
        assert_eq!(shown, 1, "round {round}");
    }
}
