//! Gives each request its visitor, and tells the browser its cookie when the visitor's pad changed.

use crate::cookie::SessionCookie;
use app::Problem;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::middleware::Next;
use axum::response::Response;
use server::sessions::{Device, Limits};
use server::visitor::{Arrival, Pad, Store};
use server::{Config, Db, Error, Visitor};
use std::net::SocketAddr;
use std::sync::Arc;

/// What it takes to know a visitor.
#[derive(Clone, Debug)]
pub struct Visitors {
    db: Db,
    store: Arc<Store>,
    cookie: SessionCookie,
    limits: Limits,
}

impl Visitors {
    /// Visitors of the product on this database.
    pub fn new(db: Db, config: &Config) -> Self {
        let store = Arc::new(server::visitor::store(&db));
        Self { db, store, cookie: SessionCookie::new(config), limits: config.limits }
    }

    fn visitor(&self, request: &Request) -> Visitor {
        let presented = self.cookie.read(request.headers());
        let pad = Pad::new(presented.as_ref().map(|cookie| cookie.id), self.store.clone(), None);
        let arrival = Arrival {
            device: device(request),
            is_activity: !is_fetched_ahead(request),
            has_mail: presented.as_ref().is_some_and(|cookie| cookie.has_mail),
        };
        let visitor = Visitor::new(self.db.clone(), pad, arrival, self.limits);
        if presented.is_some_and(|cookie| cookie.is_outdated) {
            visitor.reissue_cookie();
        }
        visitor
    }

    async fn remember(&self, visitor: &Visitor, response: &mut Response) -> Result<(), Error> {
        if let Some(pad) = visitor.save().await?
            && let Ok(cookie) = HeaderValue::from_str(&self.cookie.write(&pad))
        {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(())
    }
}

/// The layer.
pub async fn visitors(State(visitors): State<Arc<Visitors>>, mut request: Request, next: Next) -> Response {
    let visitor = Arc::new(visitors.visitor(&request));
    if visitor.is_too_early() {
        // A browser forgets a page fetched ahead that failed, and asks again when somebody goes there.
        return app::error_page(Problem::Unavailable);
    }
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    match visitors.remember(&visitor, &mut response).await {
        Ok(()) => response,
        Err(error) => app::error_page(Problem::from(error)),
    }
}

fn device(request: &Request) -> Device {
    let ip = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip().to_canonical().to_string());
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Device::new(ip.unwrap_or_default(), user_agent.unwrap_or_default())
}

/// A browser that fetches a page ahead says so; nobody may ever look at that page. A form is always a person's.
fn is_fetched_ahead(request: &Request) -> bool {
    let says =
        |name| request.headers().get(name).is_some_and(|value| value.as_bytes().starts_with(b"prefetch"));
    request.method().is_safe() && (says("sec-purpose") || says("purpose") || says("x-moz"))
}
