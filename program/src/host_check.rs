//! Refuses requests for a host name that is not the product's: an attacker can point a name at this machine, and a page
//! of that name can then read what is served here (DNS rebinding). Redirects to HTTPS if the setting says so.

use crate::https_redirect::HttpsRedirect;
use axum::extract::{Request, State};
use axum::http::header;
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::Response;
use server::Config;
use std::net::IpAddr;
use std::sync::Arc;
use ui::{Problem, problem_response};

#[derive(Clone, Debug)]
pub struct Hosts {
    public: String,
    others: Arc<[String]>,
    /// Allows localhost and IP addresses, in development. They cannot be rebound.
    with_addresses: bool,
    https: Option<HttpsRedirect>,
}

impl Hosts {
    pub fn new(config: &Config) -> Self {
        Self {
            public: config.public_url.host_str().unwrap_or_default().to_owned(),
            others: config.allowed_hosts.clone(),
            with_addresses: !config.is_production(),
            https: HttpsRedirect::new(config),
        }
    }

    fn allow(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_local = host == "localhost" || host.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok();
        host == self.public
            || self.others.iter().any(|other| other == host)
            || (self.with_addresses && is_local)
    }
}

/// A request without `Host` is allowed: it comes from no browser.
pub async fn check_host(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let named = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let is_allowed = named.or(request.uri().host()).is_none_or(|named| {
        let host = named.parse::<Authority>().map(|authority| authority.host().to_ascii_lowercase());
        host.is_ok_and(|host| hosts.allow(host.trim_end_matches('.')))
    });
    if !is_allowed {
        return problem_response(Problem::WrongHost);
    }
    match hosts.https.as_ref().and_then(|https| https.of(&request)) {
        Some(redirect) => redirect,
        None => next.run(request).await,
    }
}
