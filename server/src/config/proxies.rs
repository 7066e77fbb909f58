//! `TRUSTED_PROXIES`: the proxies that are trusted to name the client's IP address.

use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    pub fn contains(&self, address: &IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(address))
    }
}

/// A warning about `REDIRECT_TO_HTTPS`.
pub(super) fn ignored_redirect(redirect: Option<bool>, proxies: Option<&TrustedProxies>) -> Option<String> {
    let is_ignored = redirect == Some(true) && proxies.is_some_and(|proxies| proxies.0.is_empty());
    is_ignored.then(|| "REDIRECT_TO_HTTPS has no effect: no proxy is trusted (TRUSTED_PROXIES)".into())
}

impl FromStr for TrustedProxies {
    type Err = String;

    /// Addresses and networks, separated by commas, like `127.0.0.1, 10.0.0.0/8`; or `none`.
    fn from_str(list: &str) -> Result<Self, String> {
        if list == "none" {
            return Ok(Self::default());
        }
        if list.is_empty() {
            return Err(
                "name the proxies in front, like 127.0.0.1, or write none: behind a proxy that is not named \
                 all users share its address and its rate limits"
                    .into(),
            );
        }
        let named = list.split(',').map(str::trim).filter(|text| !text.is_empty());
        named.enumerate().map(|(index, text)| net(index + 1, text)).collect::<Result<_, _>>().map(Self)
    }
}

/// The error does not quote the text, which may be the value of another setting.
fn net(place: usize, text: &str) -> Result<IpNet, String> {
    let net = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let net = net.map_err(|_| format!("number {place} is no address or network, like 10.0.0.0/8"))?;
    if net.prefix_len() == 0 {
        return Err(format!("number {place} trusts every address: any client could then claim any address"));
    }
    Ok(net)
}
