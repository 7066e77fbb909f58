//! Gives each request its visitor, and tells the browser its cookie when the visitor's pad changed.

use crate::address::client_address;
use crate::cookie::{BrowserCookie, SessionCookie};
use app::Problem;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{ACCEPT, SET_COOKIE, USER_AGENT};
use axum::middleware::Next;
use axum::response::Response;
use server::config::{Keys, TrustedProxies};
use server::sessions::{Device, Limits};
use server::visitor::{Arrival, Pad, Store};
use server::{Config, Db, Error, Visitor};
use std::sync::Arc;
use tower_sessions::session::Id;

/// What it takes to know a visitor.
#[derive(Clone, Debug)]
pub struct Visitors {
    db: Db,
    store: Arc<Store>,
    cookie: SessionCookie,
    browser: BrowserCookie,
    keys: Keys,
    limits: Limits,
    proxies: TrustedProxies,
}

impl Visitors {
    /// Visitors of the product on this database.
    pub fn new(db: Db, config: &Config) -> Self {
        Self {
            store: Arc::new(server::visitor::store(&db)),
            db,
            cookie: SessionCookie::new(config),
            browser: BrowserCookie::new(config),
            keys: config.session_keys.clone(),
            limits: config.limits,
            proxies: config.trusted_proxies.clone(),
        }
    }

    /// None: a page is fetched ahead for somebody we know. Shown from a browser's cache minutes later, it might lack a
    /// message or outlive a log-in.
    fn visitor(&self, request: &Request) -> Option<Visitor> {
        let presented = self.cookie.read(request.headers());
        let is_ahead = is_fetched_ahead(request);
        if is_ahead && presented.as_ref().is_some_and(|cookie| cookie.is_known || cookie.has_mail) {
            return None;
        }
        let id = presented.as_ref().map_or_else(Id::default, |cookie| cookie.id);
        let arrival = Arrival {
            device: self.device(request),
            is_activity: !is_ahead && !is_background(request),
            has_mail: presented.as_ref().is_some_and(|cookie| cookie.has_mail),
            is_known: presented.as_ref().is_some_and(|cookie| cookie.is_known),
            is_new: presented.is_none(),
            browser: if request.method().is_safe() { None } else { self.browser.read(request.headers()) },
        };
        let pad = Pad::new(Some(id), self.store.clone(), None);
        let visitor = Visitor::new(self.db.clone(), pad, arrival, self.limits, self.keys.clone());
        if presented.is_some_and(|cookie| cookie.is_outdated) {
            visitor.reissue_cookie();
        }
        Some(visitor)
    }

    fn device(&self, request: &Request) -> Device {
        let ip = client_address(request, &self.proxies).map(|ip| ip.to_string());
        let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
        Device::new(ip.unwrap_or_default(), user_agent.unwrap_or_default())
    }

    async fn remember(&self, visitor: &Visitor, response: &mut Response) -> Result<(), Error> {
        if let Some(pad) = visitor.save().await?
            && let Ok(cookie) = HeaderValue::from_str(&self.cookie.write(&pad))
        {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        if let Some(browser) = visitor.new_browser()
            && let Ok(cookie) = HeaderValue::from_str(&self.browser.write(browser))
        {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(())
    }
}

/// The layer.
pub async fn visitors(State(visitors): State<Arc<Visitors>>, mut request: Request, next: Next) -> Response {
    let Some(visitor) = visitors.visitor(&request).map(Arc::new) else {
        // A browser forgets a page fetched ahead that failed, and asks again when somebody goes there.
        return app::error_page(Problem::Unavailable);
    };
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    match visitors.remember(&visitor, &mut response).await {
        Ok(()) => response,
        Err(error) => app::error_page(Problem::from(error)),
    }
}

/// A browser that fetches a page ahead says so; nobody may ever look at that page. A form is always a person's.
fn is_fetched_ahead(request: &Request) -> bool {
    let says =
        |name| request.headers().get(name).is_some_and(|value| value.as_bytes().starts_with(b"prefetch"));
    request.method().is_safe() && (says("sec-purpose") || says("purpose") || says("x-moz"))
}

/// A script that asks by itself, again and again, says so by this header; a stream by what it accepts. Neither shows
/// that anybody is there.
fn is_background(request: &Request) -> bool {
    let accept = request.headers().get(ACCEPT).map_or(&b""[..], HeaderValue::as_bytes);
    request.headers().contains_key("x-background") || accept.starts_with(b"text/event-stream")
}
