//! `PUBLIC_URL`: the address that users type; `ALLOWED_HOSTS`: further names of the product.

use std::sync::Arc;
use url::{Host, Url};

pub(super) fn public_url(text: &str, production: bool) -> Result<Url, String> {
    if text.is_empty() {
        return Err("set it to the address people type, like https://app.example.com".into());
    }
    let url = Url::parse(text).map_err(|error| format!("this is not a valid URL: {error}"))?;
    if !url.has_host() || !matches!(url.scheme(), "http" | "https") {
        return Err("begin it with https://, or http:// on your own machine".into());
    }
    if production && url.scheme() != "https" {
        return Err(
            "must begin with https:// in production: the session cookie is sent over HTTPS only".into()
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "leave out the user and the password: this address is shown in pages, emails and the log".into(),
        );
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("leave out everything after the host and port".into());
    }
    Ok(url)
}

/// Links in emails and passkeys need the public URL.
pub(super) fn wrong_port(public_url: &Url, port: u16) -> Option<String> {
    let is_local = matches!(public_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    (is_local && public_url.scheme() == "http" && public_url.port_or_known_default() != Some(port))
        .then(|| format!("PUBLIC_URL is {public_url}, but the product listens at port {port}"))
}

pub(super) fn allowed_hosts(list: &str) -> Result<Arc<[String]>, String> {
    let named = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    let host = |name: &str| match Host::parse(name) {
        Ok(host) => Ok(host.to_string()),
        Err(_) => Err(format!("{name} is not a host name: leave out scheme and port")),
    };
    named.map(host).collect()
}
