//! A browser that goes to the provider and comes back.

use super::Issuer;
use crate::browser::Browser;
use std::collections::HashMap;

/// The address to which a page sends the browser on by itself.
pub fn redirect_of(page: &str) -> String {
    let to = page.split_once("<body><p><a href=\"").unwrap_or_else(|| panic!("leads nowhere: {page}")).1;
    to.split('"').next().unwrap().replace("&amp;", "&")
}

pub fn query_of(url: &str) -> HashMap<String, String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

impl Issuer {
    /// Presses a button. Returns the address of the callback, which is not opened yet.
    pub async fn leave(&self, browser: &mut Browser, button: &str) -> String {
        let token = browser.token.clone();
        browser.post(button, &[("provider", "corp")]).await;
        browser.token = browser.token.take().or(token);
        let url = redirect_of(&browser.page);
        assert!(url.starts_with(&format!("{}/auth?", self.url)), "{url}");
        self.agree(&url)
    }

    /// What the provider answers when its user agrees.
    pub fn agree(&self, url: &str) -> String {
        let asked = query_of(url);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["redirect_uri"], "http://localhost:3000/login/with/corp/callback");
        let code = self.code_for(&asked["nonce"], &asked["code_challenge"]);
        format!("/login/with/corp/callback?code={code}&state={}", asked["state"])
    }

    pub async fn sign_on(&self, browser: &mut Browser) {
        let callback = self.leave(browser, "/login/with").await;
        browser.get(&callback).await;
    }
}
