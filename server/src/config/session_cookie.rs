//! How browsers keep the session cookie. The cookies that belong to it have the same attributes.

use super::Settings;
use std::sync::Arc;
use tower_sessions::cookie::SameSite;
use url::{Host, Url};

/// The default is the strictest that works with links in emails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieSettings {
    /// `None`: the product's own name.
    pub name: Option<Arc<str>>,
    /// `None`: the host that set the cookie, and no other.
    pub domain: Option<Arc<str>>,
    pub same_site: SameSite,
    pub path: Arc<str>,
}

impl CookieSettings {
    /// Whether browsers accept the prefix `__Host-`, if the cookie is `Secure` too.
    pub fn is_for_one_host(&self) -> bool {
        self.domain.is_none() && &*self.path == "/"
    }

    pub fn is_strict(&self) -> bool {
        self.same_site == SameSite::Strict
    }

    /// Whether a browser sends the cookie with requests to this path.
    pub fn covers(&self, path: &str) -> bool {
        path.strip_prefix(&*self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    /// `hosts` are those of `PUBLIC_URL` and of `ALLOWED_HOSTS`.
    pub(super) fn session_cookie(
        &mut self,
        production: bool,
        public_url: Option<&Url>,
        allowed_hosts: Option<&Arc<[String]>>,
    ) -> Option<CookieSettings> {
        let own_host = public_url.and_then(Url::host_str).map(str::to_owned);
        let hosts: Vec<String> = own_host
            .into_iter()
            .chain(allowed_hosts.into_iter().flat_map(|hosts| hosts.iter().cloned()))
            .collect();
        let domain = self.parse("SESSION_COOKIE_DOMAIN", "", |text| domain(text, &hosts));
        let path = self.parse("SESSION_COOKIE_PATH", "/", path);
        let same_site = self.parse("SESSION_COOKIE_SAME_SITE", "lax", same_site);
        let is_for_one_host = matches!((&domain, &path), (Some(None), Some(path)) if &**path == "/");
        let name = self.parse("SESSION_COOKIE_NAME", "", |text| name(text, production, is_for_one_host));
        Some(CookieSettings { name: name?, domain: domain?, same_site: same_site?, path: path? })
    }
}

/// Letters that no browser, proxy or library encodes. Browsers compare the prefixes without regard to case.
fn name(text: &str, production: bool, is_for_one_host: bool) -> Result<Option<Arc<str>>, String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if text.len() > 64 || !text.chars().all(is_allowed) {
        return Err("use at most 64 letters, digits, and the signs _ - .".into());
    }
    let has_prefix =
        |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if (has_prefix("__Host-") || has_prefix("__Secure-")) && !production {
        return Err("browsers accept this prefix over HTTPS only, so only in production".into());
    }
    if has_prefix("__Host-") && !is_for_one_host {
        return Err(
            "browsers accept __Host- only without SESSION_COOKIE_DOMAIN and with the path /: use __Secure-"
                .into(),
        );
    }
    if ["__Host-", "__Secure-"].iter().any(|prefix| text.eq_ignore_ascii_case(prefix)) {
        return Err("put a name behind the prefix".into());
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

fn domain(text: &str, hosts: &[String]) -> Result<Option<Arc<str>>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let Ok(Host::Domain(domain)) = Host::parse(text) else {
        return Err("set it to a domain, like example.com, without scheme, port and dot in front".into());
    };
    let labels: Vec<&str> = domain.split('.').collect();
    if labels.len() < 2 || labels.iter().any(|label| label.is_empty()) {
        return Err(
            "set it to a domain of at least two names, like example.com: browsers refuse a shorter one"
                .into(),
        );
    }
    let is_within =
        |host: &str| host.strip_suffix(&domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    match hosts.iter().find(|host| !is_within(host)) {
        Some(host) => Err(format!(
            "must be the host of PUBLIC_URL or a parent of it, and of each of ALLOWED_HOSTS: browsers would refuse the cookie at {host}"
        )),
        None => Ok(Some(domain.into())),
    }
}

fn same_site(text: &str) -> Result<SameSite, String> {
    match text.to_ascii_lowercase().as_str() {
        "lax" => Ok(SameSite::Lax),
        "strict" => Ok(SameSite::Strict),
        "none" => {
            Err("set it to lax or strict: with none, pages of other sites could use the session".into())
        }
        _ => Err("set it to lax or strict".into()),
    }
}

/// The routes that it must cover are checked in `program/src/serve.rs`, which knows them.
fn path(text: &str) -> Result<Arc<str>, String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.~".contains(c))
            && !name.trim_matches('.').is_empty()
    };
    let is_path = text.len() <= 100
        && text.strip_prefix('/').is_some_and(|rest| rest.is_empty() || rest.split('/').all(is_name));
    if is_path {
        Ok(text.into())
    } else {
        Err("set it to a path of plain names, like /app: it begins with / and does not end with it".into())
    }
}
