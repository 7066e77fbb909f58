//! First-party clients of the API: they log in with JSON and have a token pair.

use super::{Answer, Browser, PASSWORD};
use axum::Router;
use leptos::serde_json::{Value, json};

/// A client with its last pair.
#[derive(Clone)]
pub struct Client {
    pub site: Router,
    pub access: String,
    pub refresh: String,
}

/// Posts JSON without a cookie.
pub async fn post(site: &Router, path: &str, body: Value) -> Answer {
    let headers = [("content-type", "application/json"), ("user-agent", "Tests on an iPhone")];
    Browser::at(site.clone()).ask("POST", path, &headers, body.to_string()).await
}

impl Client {
    pub async fn log_in(site: &Router, email: &str) -> Self {
        let answer = post(site, "/api/tokens", json!({ "email": email, "password": PASSWORD })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        Self::of(site, &answer)
    }

    /// The client that got this answer.
    pub fn of(site: &Router, answer: &Answer) -> Self {
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("{name}: {body}")).to_owned();
        Self { site: site.clone(), access: text("access_token"), refresh: text("refresh_token") }
    }

    /// Whether the access token is valid.
    pub async fn is_logged_in(&self) -> bool {
        match self.get("/api/account/me").await.status {
            200 => true,
            401 => false,
            status => panic!("/api/account/me answered {status}"),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        let bearer = format!("Bearer {}", self.access);
        Browser::at(self.site.clone()).ask("GET", path, &[("authorization", &bearer)], "").await
    }

    /// Sends the refresh token to this path.
    pub async fn send_to(&self, path: &str) -> Answer {
        post(&self.site, path, json!({ "refresh_token": self.refresh })).await
    }

    /// Returns the client with the next pair, or `None` if the user must log in again.
    pub async fn refreshed(&self) -> Option<Self> {
        let answer = self.send_to("/api/tokens/refresh").await;
        match answer.status {
            200 => Some(Self::of(&self.site, &answer)),
            401 => None,
            status => panic!("a refresh answered {status}: {}", answer.body),
        }
    }
}
