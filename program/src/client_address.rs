//! The client's IP address. Any client can send `X-Forwarded-For`, so only the part written by trusted proxies counts.

use axum::extract::{ConnectInfo, Request};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, HeaderName};
use server::config::TrustedProxies;
use server::sessions::Device;
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Returns `None` if the request did not come over a network.
pub fn client_address(request: &Request, proxies: &TrustedProxies) -> Option<IpAddr> {
    Some(before_proxies(peer(request)?, request.headers(), proxies))
}

pub fn device(request: &Request, proxies: &TrustedProxies) -> Device {
    let ip = client_address(request, proxies).map(|ip| ip.to_string());
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    Device::new(ip.unwrap_or_default(), user_agent.unwrap_or_default())
}

pub fn is_from_proxy(request: &Request, proxies: &TrustedProxies) -> bool {
    peer(request).is_some_and(|peer| proxies.contains(&peer))
}

fn peer(request: &Request) -> Option<IpAddr> {
    Some(request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical())
}

/// Each proxy appends its client's address. From the end, the first address that is not a trusted proxy is the
/// client's.
fn before_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut client = peer;
    // A header that is not text becomes an invalid address, which ends the search.
    let lines: Vec<&str> =
        headers.get_all(FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or("?")).collect();
    for named in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        match address(named.trim()) {
            Some(address) if proxies.contains(&client) => client = address,
            _ => break,
        }
    }
    client
}

/// Some proxies add a port, and brackets around an IPv6 address.
fn address(text: &str) -> Option<IpAddr> {
    let ip = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    ip.ok().or_else(bracketed).map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{FORWARDED_FOR, before_proxies};
    use axum::http::HeaderMap;

    fn client(peer: &str, lines: &[&'static str], trusted: &str) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, axum::http::HeaderValue::from_static(line));
        }
        let (Ok(peer), Ok(proxies)) = (peer.parse(), trusted.parse()) else { return "no address".into() };
        before_proxies(peer, &headers, &proxies).to_string()
    }

    #[test]
    fn x_forwarded_for_is_ignored_without_a_trusted_proxy() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], "none"), "203.0.113.9");
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], "10.0.0.0/8"), "203.0.113.9");
    }

    #[test]
    fn only_the_part_written_by_trusted_proxies_is_used() {
        let trusted = "10.0.0.0/8, ::1";
        assert_eq!(client("10.0.0.1", &["198.51.100.1"], trusted), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["6.6.6.6, 198.51.100.1"], trusted), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["6.6.6.6", "198.51.100.1"], trusted), "198.51.100.1");
        assert_eq!(client("::1", &["6.6.6.6, 198.51.100.1, 10.2.3.4"], trusted), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["10.0.0.7"], trusted), "10.0.0.7", "a machine among the proxies");
    }

    #[test]
    fn a_header_that_is_not_text_ends_the_search() {
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, axum::http::HeaderValue::from_static("6.6.6.6"));
        headers.append(
            FORWARDED_FOR,
            axum::http::HeaderValue::from_bytes(b"\xff, 10.0.0.2").unwrap_or_else(|_| panic!("a header")),
        );
        let (Ok(peer), Ok(proxies)) = ("10.0.0.1".parse(), "10.0.0.0/8".parse()) else { panic!("addresses") };
        assert_ne!(before_proxies(peer, &headers, &proxies).to_string(), "6.6.6.6");
    }

    #[test]
    fn an_invalid_address_ends_the_search() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.0/8"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[""], "10.0.0.0/8"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]:4711"], "10.0.0.0/8"), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["[2001:db8::1]"], "10.0.0.0/8"), "2001:db8::1");
        assert_eq!(client("10.0.0.1", &["::ffff:198.51.100.1"], "10.0.0.0/8"), "198.51.100.1");
    }
}
