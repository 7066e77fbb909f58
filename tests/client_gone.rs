//! Clients that disconnect, and concurrent requests of one browser: each request completes, and a flash is shown once.

use crate::browser::authenticator::{recovery_codes, set_up};
use crate::browser::press::{Press, cookie_of, flashes, pressed};
use crate::browser::{Answer, Browser, FORM, site, tables};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use program::session_layer::{SessionLayer, session_layer};
use server::live::Live;
use server::{Config, on_both_databases};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tower::ServiceExt;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Sends a request and disconnects a little later, without polling for the response.
async fn hang_up(browser: &Browser, press: Option<&Press>, path: &str, later: usize) {
    let mut request = Request::builder()
        .method(if press.is_some() { "POST" } else { "GET" })
        .uri(press.map_or(path, |press| press.path.as_str()))
        .header(header::COOKIE, browser.cookie.as_ref().unwrap());
    for (name, value) in FORM {
        request = request.header(name, value);
    }
    let body = press.map(|press| press.body.clone()).unwrap_or_default();
    let mut answer = pin!(browser.site.clone().oneshot(request.body(Body::from(body)).unwrap()));
    let looked = std::future::poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await;
    assert!(looked.is_pending(), "the response was ready at the first poll");
    for _ in 0..later {
        std::thread::sleep(Duration::from_micros(50)); // the database's threads and the request's task make progress
        tokio::task::yield_now().await;
    }
}

/// Opens a page until `shows` returns something.
pub async fn until_shown<T>(browser: &mut Browser, path: &str, shows: impl Fn(&Browser) -> Option<T>) -> T {
    let end = Instant::now() + REQUEST_TIMEOUT;
    loop {
        browser.get(path).await;
        if let Some(shown) = shows(browser) {
            return shown;
        }
        assert!(Instant::now() < end, "{path} never shows it");
    }
}

pub fn messages(browser: &Browser) -> Option<Vec<String>> {
    Some(flashes(&browser.page)).filter(|flashes| !flashes.is_empty())
}

/// Posts two forms at once. The browser keeps the cookie of the last response.
async fn both(browser: &mut Browser, presses: [&Press; 2]) -> [Answer; 2] {
    let cookie = browser.cookie.clone();
    let sent = tokio::join!(
        presses[0].send(browser, cookie.as_deref()),
        presses[1].send(browser, cookie.as_deref())
    );
    for answer in [&sent.0, &sent.1] {
        browser.cookie = cookie_of(answer).or(browser.cookie.take());
    }
    [sent.0, sent.1]
}

on_both_databases! {
    async fn a_request_completes_after_its_client_disconnects(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        for later in 0..40 {
            let name = format!("Ada the {later}th");
            ada.get("/account").await;
            let press = Press::of(&ada, "/account", &[("name", &name)]);
            hang_up(&ada, Some(&press), "", later).await;
            let shown = until_shown(&mut ada, "/", messages).await;
            assert_eq!(shown, ["Your profile is saved."]);
            assert_eq!(tables::lines(&db, "select name from users").await, [name]);
        }
    }

    async fn a_client_that_disconnects_at_log_in_gets_its_cookie_when_it_repeats_the_form(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        for later in (0..32).step_by(4) {
            let mut other = Browser::with_form(site(&db, &[])).await;
            let press = Press::of(&other, "/login", &[("email", "ada@example.com"), ("password", crate::browser::PASSWORD)]);
            hang_up(&other, Some(&press), "", later).await;
            let answer = pressed(&mut other, &press, 1).await;
            assert_eq!(answer.header("location"), "/dashboard");
            other.get("/dashboard").await;
            assert_eq!((messages(&other).unwrap(), other.path.as_str()), (vec!["Welcome, Ada.".to_owned()], "/dashboard"));
            assert_eq!(tables::sessions(&db).await.len(), 2 + later / 4);
        }
    }

    async fn flashes_of_an_undelivered_page_are_shown_on_the_next_page(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        for later in 0..150 {
            ada.get("/account").await;
            let press = Press::of(&ada, "/account", &[("name", "Ada")]);
            pressed(&mut ada, &press, 1).await;
            hang_up(&ada, None, "/dashboard", later).await;
            assert_eq!(until_shown(&mut ada, "/", messages).await, ["Your profile is saved."], "{later}");
            ada.get("/").await;
            assert_eq!(messages(&ada), None, "and only once");
        }
    }

    async fn recovery_codes_of_an_undelivered_page_are_shown_on_the_next_page(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        set_up(&db, &mut ada).await;
        let shown = |ada: &Browser| Some(recovery_codes(ada).len()).filter(|codes| *codes > 0);
        for later in (0..150).step_by(10) {
            ada.get("/account/two-factor").await;
            let press = Press::of(&ada, "/account/two-factor/recovery-codes", &[]);
            pressed(&mut ada, &press, 1).await;
            hang_up(&ada, None, "/account/two-factor/recovery-codes", later).await;
            assert_eq!(until_shown(&mut ada, "/account/two-factor/recovery-codes", shown).await, 10);
            ada.get("/account/two-factor/recovery-codes").await;
            assert_eq!(shown(&ada), None, "and only once");
        }
    }

    async fn two_forms_sent_at_once_both_keep_their_result(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let id = server::Id::<server::sessions::Session>::new();
        for number in 0..200 {
            ada.get("/account").await;
            let name = if number % 2 == 0 { "Ada" } else { "" };
            let one = Press::of(&ada, "/account", &[("name", name)]);
            let other = Press::of(&ada, "/account/devices/end", &[("id", id.as_str())]);
            let answers = both(&mut ada, [&one, &other]).await;
            assert!(answers.iter().all(|answer| answer.status == 303));
            ada.get("/account").await;
            let shown = messages(&ada).unwrap();
            assert!(shown.contains(&"The device was logged out.".to_owned()), "{number}: {shown:?}");
            assert_eq!(shown.len(), if name.is_empty() { 1 } else { 2 }, "{number}: {shown:?}");
            assert_eq!(ada.page.contains("aria-invalid"), name.is_empty(), "{number}: the form that did not pass");
            ada.get("/account").await;
            assert!(messages(&ada).is_none() && !ada.page.contains("aria-invalid"), "{number}: shown twice");
        }
    }

    async fn two_tabs_that_reauthenticate_at_once_stay_logged_in(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        for round in 0..12 {
            let mut presses = Vec::new();
            for _ in 0..2 {
                ada.get("/reauthenticate").await;
                presses.push(Press::of(&ada, "/reauthenticate", &[("password", crate::browser::PASSWORD)]));
            }
            let answers = both(&mut ada, [&presses[0], &presses[1]]).await;
            let cookies = answers.iter().filter(|answer| cookie_of(answer).is_some()).count();
            assert_eq!((cookies, answers.iter().all(|answer| answer.status == 303)), (1, true), "round {round}");
            assert!(ada.is_logged_in().await);
            assert!(ada.get(answers[1].header("location")).await == 200 && ada.path != "/login");
            ada.get("/").await;
        }
    }

    async fn a_response_without_changes_sets_no_cookie(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account").await;
        for name in ["Ada", ""] {
            let press = Press::of(&ada, "/account", &[("name", name)]);
            assert_eq!(cookie_of(&press.send(&ada, ada.cookie.as_deref()).await), None);
            let page = ada.ask("GET", "/account", &FORM, "").await;
            assert_eq!((page.body.contains("Your profile is saved."), page.body.contains("aria-invalid")), (!name.is_empty(), name.is_empty()));
            assert_eq!(page.header("set-cookie"), "", "nor after it was shown");
        }
        let anonymous = Browser::with_form(site(&db, &[])).await;
        let press = Press::of(&anonymous, "/forgot", &[("email", "ada@example.com")]);
        assert!(cookie_of(&press.send(&anonymous, anonymous.cookie.as_deref()).await).is_some(), "the mark for pending session data");
    }

    async fn a_panic_in_a_request_task_fails_that_request(db: TestDb) {
        async fn breaks() -> String {
            panic!("as a page of yours might")
        }
        let config = Config::for_tests(&[]);
        let live = Live::new((*db).clone(), config.limits, config.session_keys.clone(), None);
        let layer = Arc::new(SessionLayer::new((*db).clone(), &config, live));
        let product = Router::new()
            .route("/", get(breaks))
            .layer(from_fn_with_state(layer, session_layer))
            .layer(tower_http::catch_panic::CatchPanicLayer::new());
        let response = product.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
