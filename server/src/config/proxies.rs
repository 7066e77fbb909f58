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
