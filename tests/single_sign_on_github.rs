//! GitHub: OAuth 2 without OpenID Connect, with a small GitHub of the tests.

use crate::browser::{Browser, site, tables};
use crate::issuer::sign_on::{query_of, redirect_of};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use server::single_sign_on::check_grants;
use server::testing::TestDb;
use server::{Config, on_both_databases};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The PKCE challenge of the only code, the user, and the addresses.
type Inner = Arc<Mutex<(String, Value, Value)>>;

struct GitHub {
    url: String,
    inner: Inner,
}

impl GitHub {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let user = json!({ "id": 4711, "login": "ada", "name": "Ada Lovelace" });
        let inner = Inner::new(Mutex::new((String::new(), user, emails(true))));
        let router = Router::new()
            .route("/login/oauth/access_token", post(token))
            .route(
                "/api/v3/user",
                get(async |State(inner): State<Inner>, headers: HeaderMap| {
                    api(&headers, &inner.lock().unwrap().1)
                }),
            )
            .route(
                "/api/v3/user/emails",
                get(async |State(inner): State<Inner>, headers: HeaderMap| {
                    api(&headers, &inner.lock().unwrap().2)
                }),
            )
            .with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    fn says(&self, user: Value, emails: Value) {
        let mut inner = self.inner.lock().unwrap();
        (inner.1, inner.2) = (user, emails);
    }

    fn settings(&self) -> [(&'static str, &str); 5] {
        [
            ("OIDC_PROVIDERS", "github"),
            ("OIDC_GITHUB_ISSUER", self.url.as_str()),
            ("OIDC_GITHUB_CLIENT_ID", "product"),
            ("OIDC_GITHUB_CLIENT_SECRET", "secret of the product"),
            ("OIDC_GITHUB_CHECK_MINUTES", "10"),
        ]
    }

    async fn browser(&self, db: &TestDb) -> Browser {
        Browser::with_form(site(db, &self.settings())).await
    }

    /// Presses the button, agrees, and comes back with this code.
    async fn sign_on(&self, browser: &mut Browser, code: &str) {
        browser.post("/login/with", &[("provider", "github")]).await;
        let url = redirect_of(&browser.page);
        let asked = query_of(&url);
        assert!(url.starts_with(&format!("{}/login/oauth/authorize?", self.url)), "{url}");
        assert_eq!(
            (asked["scope"].as_str(), asked["client_id"].as_str()),
            ("read:user user:email", "product")
        );
        self.inner.lock().unwrap().0.clone_from(&asked["code_challenge"]);
        browser.get(&format!("/login/with/github/callback?code={code}&state={}", asked["state"])).await;
    }
}

/// In place of the user.
const SUSPENDED: &str = "suspended";

fn emails(is_verified: bool) -> Value {
    json!([
        { "email": "other@example.com", "primary": false, "verified": true },
        { "email": "ada@example.com", "primary": true, "verified": is_verified },
    ])
}

/// As GitHub, answers a wrong code with 200 and an error.
async fn token(State(inner): State<Inner>, body: Bytes) -> Json<Value> {
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let proved = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    let is_right = form["code"] == "right" && form["client_secret"] == "secret of the product";
    match is_right && proved == inner.lock().unwrap().0 {
        true => Json(json!({ "access_token": "gho_1", "token_type": "bearer", "scope": "user:email" })),
        false => Json(json!({ "error": "bad_verification_code" })),
    }
}

/// A number is the status of a failure.
fn api(headers: &HeaderMap, answer: &Value) -> Response {
    if answer == SUSPENDED {
        return (StatusCode::FORBIDDEN, "{\"message\":\"Sorry. Your account was suspended.\"}")
            .into_response();
    }
    if let Some(status) = answer.as_u64() {
        return StatusCode::from_u16(status.try_into().unwrap()).unwrap().into_response();
    }
    match headers.get("authorization").is_some_and(|token| token == "Bearer gho_1")
        && headers.contains_key("user-agent")
    {
        true => Json(answer.clone()).into_response(),
        false => StatusCode::UNAUTHORIZED.into_response(),
    }
}

on_both_databases! {
    async fn a_user_of_github_is_known_by_the_id_and_gets_the_primary_address(db: TestDb) {
        let github = GitHub::open().await;
        let mut ada = github.browser(&db).await;
        assert!(ada.page.contains("Continue with GitHub"), "{}", ada.page);
        github.sign_on(&mut ada, "right").await;
        assert!(ada.path == "/dashboard" && ada.page.contains("Ada Lovelace"), "{}: {}", ada.path, ada.page);
        // Another name and address, the same id.
        github.says(json!({ "id": 4711, "login": "countess", "name": null }), json!([]));
        let mut again = github.browser(&db).await;
        github.sign_on(&mut again, "right").await;
        assert!(again.is_logged_in().await, "{}", again.path);
        // The old name now belongs to another user.
        github.says(json!({ "id": 4712, "login": "ada", "name": "Eve" }), json!([]));
        let mut eve = github.browser(&db).await;
        github.sign_on(&mut eve, "right").await;
        assert_eq!(eve.path, "/login?failed=unverified");
        assert_eq!(tables::lines(&db, "select email from users").await, ["ada@example.com"]);
    }

    async fn a_session_ends_after_its_token_was_revoked_or_its_user_was_suspended_at_github(db: TestDb) {
        let github = GitHub::open().await;
        let user = github.inner.lock().unwrap().1.clone();
        let config = Config::for_tests(&github.settings());
        for end in [json!(401), json!(SUSPENDED)] {
            github.says(user.clone(), emails(true));
            let mut ada = github.browser(&db).await;
            github.sign_on(&mut ada, "right").await;
            for answer in [json!(403), json!(429), json!(500), user.clone(), end] {
                assert!(ada.is_logged_in().await, "before {answer}");
                github.says(answer, emails(true));
                db.clock().advance(Duration::from_secs(600));
                check_grants(&db, &config.session_keys, &config.single_sign_on).await.unwrap();
            }
            assert!(!ada.is_logged_in().await);
        }
    }

    async fn a_user_of_github_without_a_password_is_offered_no_confirmation_that_cannot_succeed(db: TestDb) {
        let github = GitHub::open().await;
        let mut ada = github.browser(&db).await;
        github.sign_on(&mut ada, "right").await;
        tables::write(&db, "update sessions set authenticated_at = 0").await;
        ada.get("/account/delete").await;
        assert!(ada.path == "/reauthenticate" && ada.page.contains("Choose one by email"), "{}", ada.page);
        assert!(!ada.page.contains("Continue with GitHub"), "{}", ada.page);
    }

    async fn an_unverified_address_or_a_wrong_answer_of_github_lets_no_user_in(db: TestDb) {
        let github = GitHub::open().await;
        let user = json!({ "id": 4711, "login": "ada" });
        for (code, user, emails, page) in [
            ("wrong", user.clone(), emails(true), "/login?failed=refused"),
            ("right", user.clone(), emails(false), "/login?failed=unverified"),
            ("right", user.clone(), json!([]), "/login?failed=unverified"),
            ("right", user, json!({ "message": "?" }), "/login?failed=unverified"),
            ("right", json!({ "login": "ada" }), emails(true), "/login?failed=invalid"),
            ("right", json!({ "id": "4711" }), emails(true), "/login?failed=invalid"),
        ] {
            github.says(user, emails);
            let mut browser = github.browser(&db).await;
            github.sign_on(&mut browser, code).await;
            assert_eq!(browser.path, page);
            assert!(!browser.is_logged_in().await);
        }
        assert_eq!(tables::lines(&db, "select email from users").await, [""; 0]);
    }
}
