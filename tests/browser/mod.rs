//! A browser for tests, without a network: one cookie, forms with their token, redirects.
#![allow(dead_code, unused_imports, reason = "each of the two test programs uses a part")]

pub mod api;
pub mod authenticator;
mod cases;
pub mod clients;
mod cookies;
pub mod end_reasons;
pub mod events;
pub mod forms;
pub mod full_user;
pub mod press;
pub mod removal;
pub mod routes;
pub mod tables;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use events::content;
use leptos::config::LeptosOptions;
use server::live::Live;
use server::testing::TestDb;
use server::{Config, Db};
use tower::ServiceExt;

pub use cases::for_each_case;

/// The password of every test user.
pub const PASSWORD: &str = "harbour-lantern-44";

/// Production, and the host of this browser.
pub const PRODUCTION: [(&str, &str); 4] = [
    ("APP_ENV", "production"),
    ("PUBLIC_URL", "https://app.example.com"),
    ("TRUSTED_PROXIES", "none"),
    ("ALLOWED_HOSTS", "localhost"),
];

/// The router of the product on this database, with these settings changed.
pub fn site(db: &TestDb, changes: &[(&str, &str)]) -> Router {
    site_on((**db).clone(), changes)
}

/// As `site`, on a separate connection, as after a restart.
pub fn site_on(db: Db, changes: &[(&str, &str)]) -> Router {
    let leptos = LeptosOptions::builder().output_name("app").site_root("target/no-site").build();
    let config = Config::for_tests(changes);
    let live = Live::new(db.clone(), config.limits, config.session_keys.clone(), None);
    program::router::router(db, config, leptos, live, app::all_routes())
}

/// The headers of a form of a page.
pub const FORM: [(&str, &str); 3] = [
    ("accept", "text/html"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("sec-fetch-site", "same-origin"),
];
/// The headers of a script of a page.
pub const SCRIPT: [(&str, &str); 3] = [
    ("accept", "application/json"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("sec-fetch-site", "same-origin"),
];

/// A response.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header, or empty.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Encodes form fields like a browser.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub fn token_of(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("name=\"csrf_token\" value=\"")?;
    rest.split('"').next().map(str::to_owned)
}

/// A browser with its last page, and the token of its last form.
pub struct Browser {
    pub site: Router,
    /// The session cookie.
    pub cookie: Option<String>,
    /// The cookie with the page that was wanted before the log-in.
    pub return_cookie: Option<String>,
    /// The cookie with session data.
    pub data_cookie: Option<String>,
    /// The cookie of a log-in with a provider.
    pub sign_on_cookie: Option<String>,
    pub token: Option<String>,
    pub path: String,
    pub page: String,
}

impl Browser {
    pub fn at(site: Router) -> Self {
        Self {
            site,
            cookie: None,
            return_cookie: None,
            data_cookie: None,
            sign_on_cookie: None,
            token: None,
            path: String::new(),
            page: String::new(),
        }
    }

    /// A new browser with an open form, and so with a cookie and a token.
    pub async fn with_form(site: Router) -> Self {
        let mut browser = Self::at(site);
        browser.open_form().await;
        browser
    }

    /// Opens a page with a form, logged in or not.
    pub async fn open_form(&mut self) {
        self.get("/login").await;
        assert!(self.token.is_some(), "{} has no form", self.path);
    }

    /// Opens a page and follows redirects. Returns the last status.
    pub async fn get(&mut self, path: &str) -> u16 {
        self.send("GET", path, String::new()).await
    }

    /// Posts a form and follows redirects. Returns the last status.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> u16 {
        if self.token.is_none() {
            self.open_form().await;
        }
        let token = self.token.clone().unwrap();
        self.send("POST", path, form(&[fields, &[("csrf_token", &token)]].concat())).await
    }

    /// Sends one request with the cookie, the token if there is one, and these headers. Follows no redirect and keeps
    /// no cookie.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookies) = self.cookies() {
            request = request.header(header::COOKIE, cookies);
        }
        if let Some(token) = &self.token {
            request = request.header("x-csrf-token", token);
        }
        let response = self.site.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = content(&parts.headers, body).await;
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// The same browser without the token of its last form.
    pub fn without_token(&self) -> Self {
        Self {
            cookie: self.cookie.clone(),
            return_cookie: self.return_cookie.clone(),
            data_cookie: self.data_cookie.clone(),
            sign_on_cookie: self.sign_on_cookie.clone(),
            path: self.path.clone(),
            ..Self::at(self.site.clone())
        }
    }

    /// Whether the browser is logged in.
    pub async fn is_logged_in(&self) -> bool {
        match self.ask("GET", "/account", &SCRIPT, "").await.status {
            200 => true,
            401 => false,
            status => panic!("/account answered {status}"),
        }
    }

    pub async fn sign_up(&mut self, email: &str) {
        self.post("/signup", &[("name", "Ada"), ("email", email), ("password", PASSWORD)]).await;
        self.log_in(email, PASSWORD).await;
    }

    pub async fn log_in(&mut self, email: &str, password: &str) {
        self.post("/login", &[("email", email), ("password", password)]).await;
    }

    /// The next request gives the browser a new session id.
    pub async fn become_admin(&mut self, db: &Db, email: &str) {
        assert!(server::accounts::grant_admin(db, email).await.unwrap());
        self.get("/account").await;
    }

    async fn send(&mut self, method: &str, path: &str, body: String) -> u16 {
        let (mut method, mut path, mut body) = (method.to_owned(), path.to_owned(), body);
        for _ in 0..10 {
            let mut request = Request::builder()
                .method(method.as_str())
                .uri(&path)
                .header(header::HOST, "localhost")
                .header(header::REFERER, format!("http://localhost{}", self.path))
                .header(header::ACCEPT, "text/html")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin");
            if let Some(cookies) = self.cookies() {
                request = request.header(header::COOKIE, cookies);
            }
            let request = request.body(Body::from(std::mem::take(&mut body))).unwrap();
            let response = self.site.clone().oneshot(request).await.unwrap();
            self.keep_cookies(response.headers());
            let status = response.status().as_u16();
            assert!(status < 500, "{method} {path} answered {status}");
            match response.headers().get(header::LOCATION) {
                Some(location) => (method, path) = ("GET".to_owned(), location.to_str().unwrap().to_owned()),
                None => {
                    let (parts, body) = response.into_parts();
                    self.page = content(&parts.headers, body).await;
                    self.path = path;
                    self.token = token_of(&self.page).or(self.token.take());
                    return status;
                }
            }
        }
        panic!("redirected in circles at {path}");
    }

    /// The first matching part of the page between two marks.
    pub fn first_between(&self, start: &str, end: &str, fits: impl Fn(&str) -> bool) -> String {
        let pieces = self.page.split(start).skip(1).filter_map(|rest| rest.split(end).next());
        pieces.into_iter().find(|piece| fits(piece)).expect("a piece of the page").to_owned()
    }
}
