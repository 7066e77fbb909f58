//! Token pairs of first-party clients: log-in, refresh and log-out, and what a used or forged token does.

use crate::browser::api::{Program, assert_documented};
use crate::browser::clients::{Client, post};
use crate::browser::{Browser, PASSWORD, site, tables};
use crate::fake_smtp::FakeSmtp;
use axum::Router;
use leptos::serde_json::json;
use server::config::for_tests::SECRETS;
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;
use ui::brand::{ACCESS_TOKEN_PREFIX, REFRESH_TOKEN_PREFIX};

const ADA: &str = "ada@example.com";
const GRACE: Duration = Duration::from_secs(30);
const MINUTES_15: Duration = Duration::from_secs(15 * 60);
const DAY: Duration = Duration::from_secs(86_400);

/// Ada, logged in with a browser and with a client.
async fn ada(db: &TestDb) -> (Browser, Client) {
    let mut browser = Browser::at(site(db, &[]));
    browser.sign_up(ADA).await;
    tables::write(db, "update users set email_verified_at = created_at").await;
    let client = Client::log_in(&browser.site, ADA).await;
    (browser, client)
}

async fn sessions(db: &TestDb) -> usize {
    tables::sessions(db).await.len()
}

fn with_refresh(client: &Client, refresh: impl Into<String>) -> Client {
    Client { refresh: refresh.into(), ..client.clone() }
}

on_both_databases! {
    async fn a_client_logs_in_uses_its_access_token_and_refreshes(db: TestDb) {
        let (browser, _) = ada(&db).await;
        let answer = post(&browser.site, "/api/tokens", json!({ "email": ADA, "password": PASSWORD })).await;
        assert_documented("POST", "/api/tokens", &answer);
        let body = answer.json();
        assert_eq!((answer.status, &body["token_type"], &body["expires_in"]), (201, &"Bearer".into(), &900.into()));
        assert_eq!((&body["refresh_expires_in"], answer.header("set-cookie")), (&7_776_000.into(), ""));
        let client = Client::of(&browser.site, &answer);
        assert!(client.access.starts_with(ACCESS_TOKEN_PREFIX) && client.refresh.starts_with(REFRESH_TOKEN_PREFIX));
        assert_eq!(client.get("/api/account/me").await.json()["email"], ADA);
        let answer = client.send_to("/api/tokens/refresh").await;
        assert_documented("POST", "/api/tokens/refresh", &answer);
        let next = Client::of(&browser.site, &answer);
        assert!(next.access != client.access && next.refresh != client.refresh);
        assert!(next.is_logged_in().await && client.is_logged_in().await, "a request in flight is not refused");
        let dump = tables::dump(&db).await.join("\n");
        for token in [&client.access, &client.refresh, &next.access, &next.refresh] {
            let secret = token.trim_start_matches(ACCESS_TOKEN_PREFIX).trim_start_matches(REFRESH_TOKEN_PREFIX);
            assert!(!dump.contains(secret), "it is stored nowhere");
        }
    }

    async fn a_client_is_a_device_in_the_list_and_ends_with_it(db: TestDb) {
        let (mut browser, client) = ada(&db).await;
        browser.get("/account/devices").await;
        assert!(browser.page.contains("iPhone"), "{}", browser.page);
        let find = "select s.id from sessions s join token_pairs p on p.session_id = s.id";
        let id = tables::lines(&db, find).await.remove(0);
        browser.post("/account/devices/end", &[("id", &id)]).await;
        assert!(!client.is_logged_in().await && client.refreshed().await.is_none());
        assert!(browser.is_logged_in().await);
        assert!(tables::lines(&db, "select session_id from token_pairs").await.is_empty());
    }

    async fn an_access_token_expires_after_15_minutes_and_a_refresh_token_after_90_days(db: TestDb) {
        let (_browser, client) = ada(&db).await;
        db.clock().advance(MINUTES_15 - Duration::from_secs(5));
        assert!(client.is_logged_in().await);
        db.clock().advance(Duration::from_secs(5));
        assert!(!client.is_logged_in().await);
        db.clock().advance(89 * DAY);
        web_maintenance(&db).await;
        let next = client.refreshed().await.expect("89 days without use are no end");
        db.clock().advance(89 * DAY);
        let last = next.refreshed().await.expect("each token has 90 days");
        db.clock().advance(90 * DAY);
        assert!(last.refreshed().await.is_none());
        web_maintenance(&db).await;
        assert_eq!(sessions(&db).await, 0);
    }

    async fn two_refreshes_at_once_both_get_the_same_successor(db: TestDb) {
        let (_browser, client) = ada(&db).await;
        let (one, other) = tokio::join!(client.refreshed(), client.refreshed());
        let (one, other) = (one.expect("a pair"), other.expect("a pair"));
        assert_eq!(one.refresh, other.refresh);
        assert!(one.is_logged_in().await && other.is_logged_in().await && one.access != other.access);
    }

    async fn a_lost_answer_is_given_again_within_the_grace_period(db: TestDb) {
        let (_browser, client) = ada(&db).await;
        let lost = client.refreshed().await.unwrap();
        db.clock().advance(GRACE - Duration::from_secs(2));
        let again = client.refreshed().await.expect("within the grace period");
        assert_eq!(again.refresh, lost.refresh);
        db.clock().set_back(Duration::from_secs(120));
        assert_eq!(client.refreshed().await.expect("a clock that is behind").refresh, lost.refresh);
        db.clock().advance(Duration::from_secs(121));
        let next = again.refreshed().await.expect("the successor is not used");
        // Another tab that is slow has the token before the last one.
        assert_eq!(client.refreshed().await.map(|client| client.refresh), Some(next.refresh));
    }

    async fn a_used_token_that_is_used_again_later_ends_its_session_and_no_other(db: TestDb) {
        let (browser, client) = ada(&db).await;
        let other = Client::log_in(&browser.site, ADA).await;
        let next = client.refreshed().await.unwrap();
        let newest = next.refreshed().await.unwrap();
        db.clock().advance(GRACE);
        assert!(client.refreshed().await.is_none(), "it is used, and two tokens old");
        for gone in [&client, &next, &newest] {
            assert!(!gone.is_logged_in().await && gone.refreshed().await.is_none());
        }
        assert!(other.is_logged_in().await && other.refreshed().await.is_some() && browser.is_logged_in().await);
        let smtp = FakeSmtp::open().await;
        smtp.deliver(&db).await;
        let email = smtp.last_to(ADA);
        assert_eq!(email.subject, "An app was logged out");
        assert!(email.text.contains("iPhone") && email.text.contains("/account/recover"), "{}", email.text);
        let reasons = tables::lines(&db, "select end_reason from ended_sessions").await;
        assert_eq!(reasons, ["old token used again"]);
        let emails = smtp.emails().len();
        client.refreshed().await;
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), emails, "a session ends once");
    }

    async fn a_client_logs_out_with_any_of_its_refresh_tokens(db: TestDb) {
        let (browser, client) = ada(&db).await;
        let next = client.refreshed().await.unwrap();
        db.clock().advance(DAY);
        let answer = client.send_to("/api/tokens/revoke").await;
        assert_documented("POST", "/api/tokens/revoke", &answer);
        assert_eq!(answer.status, 204);
        assert!(next.refreshed().await.is_none());
        let other = Client::log_in(&browser.site, ADA).await;
        assert_eq!(other.send_to("/api/tokens/revoke").await.status, 204);
        assert!(!other.is_logged_in().await, "at once");
        for text in [other.refresh.as_str(), "", "x", &client.access] {
            assert_eq!(with_refresh(&client, text).send_to("/api/tokens/revoke").await.status, 204, "{text}");
        }
        let reasons = tables::lines(&db, "select distinct end_reason from ended_sessions").await;
        assert_eq!(reasons, ["logged out"]);
    }

    async fn a_forged_refresh_token_is_refused_and_ends_nothing(db: TestDb) {
        let (_browser, client) = ada(&db).await;
        let next = client.refreshed().await.unwrap();
        db.clock().advance(DAY);
        let text = &next.refresh[REFRESH_TOKEN_PREFIX.len()..];
        let (used, changed) = (&client.refresh[REFRESH_TOKEN_PREFIX.len()..], text.replacen(&text[50..51], "~", 1));
        // Secret and number of the valid token with the signature of the used one.
        let mixed = format!("{}{}", &text[..54], &used[54..]);
        for forged in [changed.as_str(), &mixed, &text[..text.len() - 1], &text[1..], "", " ", &"A".repeat(96), &"A".repeat(50_000)] {
            let forged = with_refresh(&client, format!("{REFRESH_TOKEN_PREFIX}{forged}"));
            assert!(forged.send_to("/api/tokens/refresh").await.is_problem(401), "{:.60}", forged.refresh);
        }
        for other in [text, &next.access, &format!("{REFRESH_TOKEN_PREFIX}{}", &next.access[ACCESS_TOKEN_PREFIX.len()..])] {
            assert!(with_refresh(&client, other).refreshed().await.is_none(), "{other}");
        }
        let as_access = Client { access: next.refresh.clone(), ..next.clone() };
        assert!(!as_access.is_logged_in().await, "a refresh token is no access token");
        assert!(next.refreshed().await.is_some(), "nothing ended");
    }

    async fn a_refused_refresh_says_how_clients_authenticate(db: TestDb) {
        let (_browser, client) = ada(&db).await;
        assert_eq!(client.send_to("/api/tokens/revoke").await.status, 204);
        for refused in [client.clone(), with_refresh(&client, "x")] {
            let answer = refused.send_to("/api/tokens/refresh").await;
            assert_documented("POST", "/api/tokens/refresh", &answer);
            assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"));
        }
    }

    async fn a_refresh_token_survives_a_new_secret_and_not_the_removal_of_its_own(db: TestDb) {
        let (_browser, client) = ada(&db).await;
        let [old, new] = SECRETS;
        let at = |secrets: &str| -> Router { site(&db, &[("SESSION_SECRET", secrets)]) };
        let other = Client::log_in(&client.site, ADA).await;
        let rotated = Client { site: at(&format!("{new},{old}")), ..client }.refreshed().await.expect("the old secret verifies");
        assert!(Client { site: at(new), ..rotated }.refreshed().await.is_some(), "it was signed again");
        assert!(Client { site: at(new), ..other }.refreshed().await.is_none());
    }

    async fn a_clients_token_needs_its_setting_and_without_it_there_is_no_route(db: TestDb) {
        let (_browser, client) = ada(&db).await;
        let off = site(&db, &[("API_CLIENT_TOKENS", "off")]);
        for path in ["/api/tokens", "/api/tokens/refresh", "/api/tokens/revoke"] {
            assert!(post(&off, path, json!({ "refresh_token": client.refresh })).await.is_problem(404), "{path}");
        }
        assert!(!Client { site: off.clone(), ..client.clone() }.is_logged_in().await);
        let document = Browser::at(off.clone()).ask("GET", "/api/openapi.json", &[], "").await;
        assert!(!document.body.contains("/api/tokens") && !document.body.contains("refresh_token"), "{}", document.body);
        let page = Browser::at(off).ask("GET", "/api/docs", &[], "").await;
        assert!(page.status == 200 && !page.body.contains("/api/tokens"));
        assert!(client.is_logged_in().await);
    }

    async fn only_one_session_also_counts_clients(db: TestDb) {
        let (browser, client) = ada(&db).await;
        let other = Client::log_in(&site(&db, &[("SESSION_ONE_PER_USER", "true")]), ADA).await;
        assert!(!browser.is_logged_in().await && !client.is_logged_in().await && other.is_logged_in().await);
    }

    async fn a_personal_token_and_a_cookie_refresh_nothing(db: TestDb) {
        let (browser, program) = Program::of(&db, ADA, "read write").await;
        let personal = post(&program.site, "/api/tokens/refresh", json!({ "refresh_token": program.token })).await;
        assert!(personal.is_problem(401));
        let headers = [("content-type", "application/json")];
        let answer = browser.ask("POST", "/api/tokens/refresh", &headers, "{}").await;
        assert!(answer.is_problem(422) && sessions(&db).await == 1);
    }
}

async fn web_maintenance(db: &TestDb) {
    let config = server::Config::for_tests(&[]);
    server::sessions::end_overdue(db, config.limits).await.unwrap();
}
