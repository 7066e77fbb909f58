//! The part of an IP address that names a client.

use std::net::IpAddr;

/// Without the last 64 bits of IPv6, which a client can change at will.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => IpAddr::V6((u128::from(ip) >> 64 << 64).into()),
    }
}

/// Empty for a request that did not come over a network.
pub(super) fn network_name(ip: &str) -> String {
    ip.parse().map_or_else(|_| ip.to_owned(), |ip| network(ip).to_string())
}
