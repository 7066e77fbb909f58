//! Where the product listens, and where its built files are. The build tool sets most of these.

use super::Settings;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

#[derive(Clone, Debug)]
pub struct Site {
    pub address: SocketAddr,
    pub root: String,
    pub package_folder: String,
    pub output_name: String,
    pub reload_port: u32,
}

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    pub(super) fn site(&mut self, production: bool) -> Option<Site> {
        // A platform that chooses the port sends requests from outside of this machine, also to a test of a release.
        let is_outside = production || !cfg!(debug_assertions);
        let host = if is_outside { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let set =
            ["LEPTOS_SITE_ADDR", "PORT"].map(|name| (self.get)(name).filter(|text| !text.trim().is_empty()));
        let name = if matches!(set, [None, Some(_)]) { "PORT" } else { "LEPTOS_SITE_ADDR" };
        let address = self.parse(name, "127.0.0.1:3000", |text| address(text, host.into()));
        let text = |text: &str| Ok(text.to_owned());
        let root = self.parse("LEPTOS_SITE_ROOT", "target/site", text);
        let package_folder = self.parse("LEPTOS_SITE_PKG_DIR", "pkg", text);
        let output_name = self.parse("LEPTOS_OUTPUT_NAME", "app", text);
        let reload_port = self.parse("LEPTOS_RELOAD_PORT", "3001", |text| port(text).map(u32::from));
        Some(Site {
            address: address?,
            root: root?,
            package_folder: package_folder?,
            output_name: output_name?,
            reload_port: reload_port?,
        })
    }
}

/// Accepts `127.0.0.1:3000`, `[::1]:3000`, `localhost:3000`, `:3000` and `3000`; the last two on `host`.
fn address(text: &str, host: IpAddr) -> Result<SocketAddr, String> {
    if text.contains(['"', '\'']) {
        return Err("leave out the quotes".into());
    }
    if let Ok(port) = port(text.strip_prefix(':').unwrap_or(text)) {
        return Ok((host, port).into());
    }
    let Some((name, number)) = text.rsplit_once(':') else {
        return Err("name host and port, like 127.0.0.1:3000".into());
    };
    port(number)?;
    let found = text.to_socket_addrs().map_err(|error| format!("{name} has no address: {error}"))?;
    // `localhost` has two; browsers and proxies try the older one too.
    let mut found: Vec<SocketAddr> = found.collect();
    found.sort_by_key(SocketAddr::is_ipv6);
    found.first().copied().ok_or_else(|| format!("{name} has no address"))
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| "a port is a number from 0 to 65535".into())
}
