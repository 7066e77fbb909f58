//! The log-in of a client by JSON: the same answers, limits and codes as the form.

use crate::browser::authenticator::set_up;
use crate::browser::clients::{Client, post};
use crate::browser::{Answer, Browser, PASSWORD, site, tables};
use axum::Router;
use leptos::serde_json::{Value, json};
use server::on_both_databases;
use std::time::Duration;

const ADA: &str = "ada@example.com";

async fn log_in(site: &Router, body: Value) -> Answer {
    post(site, "/api/tokens", body).await
}

/// The field and the message of the only error.
fn error(answer: &Answer) -> (String, String) {
    assert!(answer.is_problem(422), "{} {}", answer.status, answer.body);
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    let text = |name: &str| errors[0][name].as_str().unwrap().to_owned();
    assert_eq!(errors.len(), 1, "{errors:?}");
    (text("field"), text("message"))
}

on_both_databases! {
    async fn a_refused_log_in_gets_the_answer_of_the_form(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up(ADA).await;
        let before = tables::sessions(&db).await;
        for (email, password) in [(ADA, "wrong"), ("nobody@example.com", PASSWORD), ("no address", "x"), (ADA, "")] {
            let (_, message) = error(&log_in(&browser.site, json!({ "email": email, "password": password })).await);
            let mut form = Browser::at(browser.site.clone());
            form.log_in(email, password).await;
            assert!(form.page.contains(&message), "{message}");
        }
        tables::write(&db, "update users set disabled_at = 1").await;
        let wrong = error(&log_in(&browser.site, json!({ "email": ADA, "password": "wrong" })).await);
        assert_eq!(wrong.0, "password", "only the right password reveals it");
        let disabled = error(&log_in(&browser.site, json!({ "email": ADA, "password": PASSWORD })).await);
        assert_eq!(disabled.1, "This account is disabled. Contact an administrator.");
        assert_eq!(tables::sessions(&db).await, before);
    }

    async fn an_unconfirmed_user_logs_in_and_may_use_the_api_as_the_setting_says(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up(ADA).await;
        let mut client = Client::log_in(&browser.site, ADA).await;
        assert!(client.is_logged_in().await);
        client.site = site(&db, &[("UNVERIFIED_MAY", "nothing")]);
        assert_eq!(client.get("/api/account/me").await.status, 403);
    }

    async fn a_second_factor_is_asked_for_and_its_code_works_once(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up(ADA).await;
        let (app, recovery_codes) = set_up(&db, &mut browser).await;
        db.clock().advance(Duration::from_secs(60));
        let send = async |code: Option<&str>| log_in(&browser.site, json!({ "email": ADA, "password": PASSWORD, "code": code })).await;
        for code in [None, Some(""), Some(app.wrong_code(&db).as_str()), Some(recovery_codes[0].as_str())] {
            assert_eq!(error(&send(code).await).0, "code", "{code:?}");
        }
        let wrong = log_in(&browser.site, json!({ "email": ADA, "password": "wrong", "code": app.code(&db) })).await;
        assert_eq!(error(&wrong).0, "password", "a code does not replace the password");
        let code = app.code(&db);
        assert_eq!(send(Some(&code)).await.status, 201);
        assert_eq!(error(&send(Some(&code)).await).0, "code", "it was used");
    }

    async fn wrong_codes_are_limited(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up(ADA).await;
        let (app, _) = set_up(&db, &mut browser).await;
        db.clock().advance(Duration::from_secs(3600));
        db.clock().stop();
        let send = async |code: String| log_in(&browser.site, json!({ "email": ADA, "password": PASSWORD, "code": code })).await;
        for _ in 0..5 {
            assert_eq!(send(app.wrong_code(&db)).await.status, 422);
        }
        assert!(send(app.code(&db)).await.is_problem(429), "also a right one");
    }

    async fn wrong_passwords_count_together_with_those_of_the_form(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up(ADA).await;
        db.clock().stop();
        let mut form = Browser::with_form(browser.site.clone()).await;
        for _ in 0..5 {
            form.log_in(ADA, "wrong").await;
            assert_eq!(log_in(&browser.site, json!({ "email": ADA, "password": "wrong" })).await.status, 422);
        }
        let refused = log_in(&browser.site, json!({ "email": ADA, "password": PASSWORD })).await;
        assert!(refused.is_problem(429) && refused.header("retry-after").parse::<u32>().is_ok_and(|wait| wait > 0));
        form.log_in(ADA, PASSWORD).await;
        assert!(form.page.contains("Too many attempts"));
    }

    async fn a_body_of_another_form_is_refused(db: TestDb) {
        let site = site(&db, &[]);
        let long = "a".repeat(100_000);
        for body in [
            json!({}), json!({ "email": ADA }), json!({ "email": ADA, "password": 1 }), json!([ADA, PASSWORD]), json!(null),
            json!({ "email": ADA, "password": PASSWORD, "is_admin": true }), json!({ "email": "\u{0}@\u{0}", "password": "\u{0}" }),
            json!({ "email": format!("{long}@example.com"), "password": long }),
        ] {
            let answer = log_in(&site, body.clone()).await;
            assert!(answer.is_problem(422), "{:.80}: {}", body.to_string(), answer.status);
        }
        assert!(log_in(&site, json!({ "email": ADA, "password": "a".repeat(300_000) })).await.is_problem(413));
    }
}
