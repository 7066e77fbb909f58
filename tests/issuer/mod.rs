//! A small provider of OpenID Connect, with a real key, for answers that a correct provider never gives. The correct one
//! is npm's `oidc-provider`, in `end2end/tests/single-sign-on.spec.ts`.

mod grants;
mod held;
pub mod sign_on;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use grants::Grants;
use held::Held;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use server::testing::TestDb;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub const CLIENT: (&str, &str) = ("product", "secret of the product");

/// Clones share it.
#[derive(Clone)]
pub struct Issuer {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    key: (String, SigningKey),
    /// What the next ID tokens say besides, or in place of, the usual claims. Null removes a claim.
    claims: Value,
    user_info: Value,
    is_down: bool,
    /// Until it answers with its metadata.
    delay: Duration,
    key_requests: usize,
    has_log_out: bool,
    /// Nonce and PKCE challenge of each code.
    codes: HashMap<String, (String, String)>,
    grants: Grants,
    /// Set if the next request for tokens has to wait.
    held: Option<Arc<Held>>,
}

fn key(number: u8) -> (String, SigningKey) {
    (format!("key {number}"), SigningKey::from_slice(&[number; 32]).unwrap())
}

pub fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

impl Issuer {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner {
            key: key(1),
            claims: json!({}),
            user_info: Value::Null,
            is_down: false,
            delay: Duration::ZERO,
            key_requests: 0,
            has_log_out: true,
            codes: HashMap::new(),
            grants: Grants::default(),
            held: None,
        };
        let issuer = Self { url, inner: Arc::new(Mutex::new(inner)) };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route(
                "/me",
                get(async |State(issuer): State<Self>| Json(issuer.change(|inner| inner.user_info.clone()))),
            )
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        change(&mut self.inner.lock().unwrap())
    }

    /// The site with this provider.
    pub fn site(&self, db: &TestDb, changes: &[(&str, &str)]) -> Router {
        crate::browser::site(db, &[changes, &[("OIDC_CORP_ISSUER", self.url.as_str())]].concat())
    }

    pub fn says(&self, claims: Value) {
        self.change(|inner| inner.claims = claims);
    }

    pub fn says_in_user_info(&self, claims: Value) {
        self.change(|inner| inner.user_info = claims);
    }

    pub fn rotate_key(&self) {
        self.change(|inner| inner.key = key(2));
    }

    /// Signs with a key that it does not publish.
    pub fn sign_with_foreign_key(&self) {
        self.change(|inner| inner.key.1 = key(9).1);
    }

    pub fn set_down(&self, is_down: bool) {
        self.change(|inner| inner.is_down = is_down);
    }

    /// Answers with its metadata after this time.
    pub fn slow_down(&self, delay: Duration) {
        self.change(|inner| inner.delay = delay);
    }

    /// How often it was asked for its keys.
    pub fn key_requests(&self) -> usize {
        self.change(|inner| inner.key_requests)
    }

    pub fn without_log_out(&self) {
        self.change(|inner| inner.has_log_out = false);
    }

    /// The user has agreed. Returns the code.
    pub fn code_for(&self, nonce: &str, challenge: &str) -> String {
        self.change(|inner| {
            let code = format!("code-{}", inner.codes.len());
            inner.codes.insert(code.clone(), (nonce.to_owned(), challenge.to_owned()));
            code
        })
    }

    pub fn signed(&self, header: Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let (kid, key) = self.change(|inner| inner.key.clone());
        let mut all = json!({ "alg": "ES256", "kid": kid });
        merge(&mut all, &header);
        let message = format!("{}.{}", encode(&all), encode(claims));
        let signature: Signature = key.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn id_token(&self, nonce: &str) -> String {
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT.0, "sub": "ada at corp", "nonce": nonce, "iat": now(), "exp": now() + 300,
            "email": "ada@example.com", "email_verified": true, "name": "Ada Lovelace", "sid": "session 1",
        });
        merge(&mut claims, &self.change(|inner| inner.claims.clone()));
        self.signed(json!({}), &claims)
    }
}

pub fn merge(all: &mut Value, changes: &Value) {
    let all = all.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            all.remove(name)
        } else {
            all.insert(name.clone(), value.clone())
        };
    }
}

fn down() -> Response {
    axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response()
}

async fn metadata(State(issuer): State<Issuer>) -> Response {
    let (is_down, has_log_out, delay) =
        issuer.change(|inner| (inner.is_down, inner.has_log_out, inner.delay));
    tokio::time::sleep(delay).await;
    if is_down {
        return down();
    }
    let url = &issuer.url;
    let mut metadata = json!({
        "issuer": url, "authorization_endpoint": format!("{url}/auth"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"), "userinfo_endpoint": format!("{url}/me"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
        "end_session_endpoint": format!("{url}/end"),
    });
    if !has_log_out {
        merge(&mut metadata, &json!({ "end_session_endpoint": null }));
    }
    Json(metadata).into_response()
}

async fn keys(State(issuer): State<Issuer>) -> Response {
    let ((kid, _), is_down) = issuer.change(|inner| {
        inner.key_requests += 1;
        (inner.key.clone(), inner.is_down)
    });
    if is_down {
        return down();
    }
    // What it publishes under this name, also if it signs with another key.
    let key = key(if kid == "key 1" { 1 } else { 2 }).1;
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = (URL_SAFE_NO_PAD.encode(point.x().unwrap()), URL_SAFE_NO_PAD.encode(point.y().unwrap()));
    Json(json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": x, "y": y }] }))
        .into_response()
}

/// A code is valid once, for the client with its secret, and with the verifier of its challenge.
async fn token(State(issuer): State<Issuer>, headers: HeaderMap, body: Bytes) -> Response {
    issuer.wait_while_held().await;
    if issuer.change(|inner| inner.is_down) {
        return down();
    }
    let form: HashMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    if let Some(token) = form.get("refresh_token") {
        return issuer.change(|inner| inner.grants.refresh(token));
    }
    let credentials = form_urlencoded::byte_serialize(CLIENT.1.as_bytes()).collect::<String>();
    let expected = format!("Basic {}", STANDARD.encode(format!("{}:{credentials}", CLIENT.0)));
    let (nonce, challenge) = issuer.change(|inner| inner.codes.remove(&form["code"])).unwrap_or_default();
    let proved = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    if challenge != proved || headers.get("authorization").is_none_or(|sent| *sent != *expected) {
        return (axum::http::StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
            .into_response();
    }
    let mut answer = json!({
        "access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": issuer.id_token(&nonce),
    });
    merge(&mut answer, &issuer.change(|inner| inner.grants.begin()));
    Json(answer).into_response()
}
