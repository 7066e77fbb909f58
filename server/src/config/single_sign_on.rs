//! `OIDC_PROVIDERS`, and for each of its names the settings that begin with `OIDC_NAME_`.

use super::settings::duration;
use super::{Settings, on_or_off};
use crate::single_sign_on::{GITHUB, Kind, MAX_INTERVAL, Provider, SingleSignOn};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

const GOOGLE: &str = "https://accounts.google.com";

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    pub(super) fn single_sign_on(&mut self, separate_admin_session: bool) -> Option<SingleSignOn> {
        let ids = self.parse("OIDC_PROVIDERS", "", provider_ids);
        let only = self.parse("SINGLE_SIGN_ON_ONLY", "false", on_or_off);
        let allowed_domains = self.parse("ALLOWED_EMAIL_DOMAINS", "", domains);
        let ids = ids?;
        let providers: Vec<Option<Provider>> = ids.iter().map(|id| self.provider(id)).collect();
        if only == Some(true) && providers.is_empty() {
            self.mistakes.add("SINGLE_SIGN_ON_ONLY", "needs OIDC_PROVIDERS, else no user could log in");
            return None;
        }
        let providers: Option<Arc<[Provider]>> = providers.into_iter().collect();
        self.refuse_equal_issuers(providers.as_deref().unwrap_or_default())?;
        let (providers, only) = (providers?, only?);
        if separate_admin_session && only && providers.iter().all(|one| one.kind == Kind::GitHub) {
            let text = "separate needs a password, or a provider of OpenID Connect: GitHub does not confirm its users";
            self.mistakes.add("ADMIN_SESSION", text);
            return None;
        }
        Some(SingleSignOn { providers, only, allowed_domains: allowed_domains? })
    }

    fn refuse_equal_issuers(&mut self, providers: &[Provider]) -> Option<()> {
        for (number, provider) in providers.iter().enumerate() {
            if let Some(first) = providers[..number].iter().find(|one| one.issuer == provider.issuer) {
                let text = format!("{} and {} have the same issuer", first.id, provider.id);
                self.mistakes.add("OIDC_PROVIDERS", text);
                return None;
            }
        }
        Some(())
    }

    fn provider(&mut self, id: &str) -> Option<Provider> {
        let (kind, name, scopes) = match id {
            "google" => (Kind::OpenId, "Google", "openid email profile"),
            "microsoft" => (Kind::OpenId, "Microsoft", "openid email profile"),
            "github" => (Kind::GitHub, "GitHub", "read:user user:email"),
            _ => (Kind::OpenId, "", "openid email profile"),
        };
        let issuer = self.issuer(id);
        let client_id = self.of_provider(id, "CLIENT_ID", "", filled);
        let client_secret = self.of_provider(id, "CLIENT_SECRET", "", filled);
        let name = self.of_provider(id, "NAME", name, filled);
        let scopes = self.of_provider(id, "SCOPES", scopes, |text| Ok(words(text)));
        let trusts_addresses = self.of_provider(id, "TRUSTED_ADDRESSES", "false", on_or_off);
        let second_factor = self.of_provider(id, "TRUSTED_TWO_FACTOR", "", |text| Ok(words(text)));
        let check_every = self.of_provider(id, "CHECK_MINUTES", "0", interval);
        let mut provider = Provider::new(id, kind, name?, issuer?, scopes?);
        provider.client_id = client_id?;
        provider.client_secret = client_secret?;
        provider.trusts_addresses = trusts_addresses?;
        provider.second_factor = second_factor?;
        provider.check_every = check_every?;
        if provider.check_every.is_some() {
            ask_for_grant(&mut provider);
        }
        Some(provider)
    }

    fn issuer(&mut self, id: &str) -> Option<String> {
        match id {
            "google" => self.of_provider(id, "ISSUER", GOOGLE, issuer),
            // Paths are appended to it.
            "github" => self.of_provider(id, "ISSUER", GITHUB, |text| {
                issuer(text).map(|issuer| issuer.trim_end_matches('/').to_owned())
            }),
            "microsoft" => self.of_provider(id, "TENANT", "", |tenant| match uuid::Uuid::parse_str(tenant) {
                Ok(tenant) => Ok(format!("https://login.microsoftonline.com/{tenant}/v2.0")),
                Err(_) => Err("set it to the id of your directory (tenant), a UUID".into()),
            }),
            _ => self.of_provider(id, "ISSUER", "", issuer),
        }
    }

    fn of_provider<T>(
        &mut self,
        id: &str,
        setting: &str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let name = format!("OIDC_{}_{setting}", id.to_uppercase());
        let text = (self.get)(&name).filter(|text| !text.trim().is_empty());
        match parse(text.as_deref().unwrap_or(default).trim()) {
            Ok(value) => Some(value),
            // The program ends with the mistake, so its name may stay in memory.
            Err(mistake) => {
                self.mistakes.add(name.leak(), mistake);
                None
            }
        }
    }
}

/// They are parts of addresses and of the names of settings.
fn provider_ids(list: &str) -> Result<Vec<String>, String> {
    let ids: Vec<String> =
        list.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    for (number, id) in ids.iter().enumerate() {
        let is_name = id.len() <= 20 && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !is_name {
            return Err(format!("{id} is not a name: use lower-case letters and digits, at most 20"));
        }
        if ids[..number].contains(id) {
            return Err(format!("{id} is in the list twice"));
        }
    }
    Ok(ids)
}

fn filled(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("is missing".into()) } else { Ok(text.to_owned()) }
}

/// `0` is never.
fn interval(text: &str) -> Result<Option<Duration>, String> {
    match text {
        "0" => Ok(None),
        minutes => duration(minutes, 60, 5..=MAX_INTERVAL.as_secs() / 60).map(Some),
    }
}

/// A refresh token is not given without a question. Google has parameters of its own, and Microsoft asks an admin.
fn ask_for_grant(provider: &mut Provider) {
    let consent = ("prompt", "consent");
    match provider.id.as_str() {
        "github" => {}
        "google" => provider.log_in_parameters.extend([("access_type", "offline"), consent]),
        id => {
            provider.scopes.push("offline_access".into());
            if id != "microsoft" {
                provider.log_in_parameters.push(consent);
            }
        }
    }
}

/// With spaces or commas between them.
fn words(text: &str) -> Vec<String> {
    text.split([' ', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Kept as written: providers compare it as text.
fn issuer(text: &str) -> Result<String, String> {
    let text = filled(text)?;
    let url = Url::parse(&text).map_err(|error| format!("this is not a valid URL: {error}"))?;
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
        return Err("begin it with https://, or http:// for a provider on your own machine".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("leave out everything from ? or #".into());
    }
    Ok(text)
}

fn domains(list: &str) -> Result<Arc<[String]>, String> {
    let named = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    let domain = |name: &str| match url::Host::parse(name) {
        Ok(url::Host::Domain(host)) if !name.contains('@') => Ok(host),
        _ => Err(format!("{name} is not a domain: write it like example.com")),
    };
    named.map(domain).collect()
}
