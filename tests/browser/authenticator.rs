//! Two-factor log-in in the browser of the tests: an authenticator app and its setup.

use super::{Browser, PASSWORD, SCRIPT, site};
use server::Db;
use server::testing::{Device, TestDb};
use totp_rs::{Builder, Secret, Totp};

/// An authenticator app.
pub struct App(Totp);

impl App {
    /// The app with the secret on the current page.
    pub fn shown(browser: &Browser) -> Self {
        let letters = marked(browser, "data-secret").remove(0).replace(' ', "");
        Self(Builder::new().with_secret(Secret::try_from_base32(letters).unwrap()).build().unwrap())
    }

    /// The current code. Advances the clock by half a minute first, so that the code was not used yet.
    pub fn next_code(&self, db: &Db) -> String {
        db.clock().advance(std::time::Duration::from_secs(30));
        self.code(db)
    }

    /// The current code. The clock stops: a code must not expire while a slow machine sends it.
    pub fn code(&self, db: &Db) -> String {
        db.clock().stop();
        self.0.generate((db.now() / 1000).try_into().unwrap()).to_string()
    }

    /// A wrong code that differs from all valid ones.
    pub fn wrong_code(&self, db: &Db) -> String {
        let right = [-30, 0, 30]
            .map(|skew| self.0.generate((db.now() / 1000 + skew).try_into().unwrap()).to_string());
        (0..10).map(|code| format!("{code:06}")).find(|code| !right.contains(code)).unwrap()
    }
}

/// Turns two-factor log-in on for the logged-in user. Returns the app and the recovery codes.
pub async fn set_up(db: &Db, browser: &mut Browser) -> (App, Vec<String>) {
    browser.get("/account/two-factor").await;
    browser.post("/account/two-factor/enrol", &[]).await;
    let app = App::shown(browser);
    browser.post("/account/two-factor/confirm", &[("code", &app.code(db))]).await;
    (app, recovery_codes(browser))
}

/// The recovery codes on the current page.
pub fn recovery_codes(browser: &Browser) -> Vec<String> {
    marked(browser, "data-recovery-code")
}

/// Adds a passkey for the logged-in user. Returns its device.
pub async fn add_passkey(browser: &mut Browser) -> Device {
    browser.get("/account/passkeys").await;
    let mut device = Device::at("http://localhost:3000");
    let made = device.make(&asked(browser, "/account/passkeys/begin").await);
    browser.post("/account/passkeys/add", &[("name", "My phone"), ("answer", &made)]).await;
    assert!(browser.page.contains("Your passkey was added."), "{}", browser.page);
    device
}

/// Whether the passkey of this device logs in.
pub async fn passkey_logs_in(db: &TestDb, device: &Device) -> bool {
    let mut browser = Browser::with_form(site(db, &[])).await;
    let answer = device.answer(&asked(&browser, "/login/passkey/begin").await);
    browser.post("/login/passkey", &[("answer", &answer)]).await;
    browser.is_logged_in().await
}

async fn asked(browser: &Browser, path: &str) -> String {
    let answer = browser.ask("POST", path, &SCRIPT, "").await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body.trim_matches('"').replace("\\\"", "\"")
}

/// The texts of the elements with this attribute.
fn marked(browser: &Browser, attribute: &str) -> Vec<String> {
    let elements = browser.page.split(attribute).skip(1).filter_map(|rest| rest.split_once('>'));
    elements.map(|(_, inside)| inside.split('<').next().unwrap().to_owned()).collect()
}

/// Turns two-factor log-in on, which logs the other browser out, and logs in there again.
pub async fn with_both_factors(db: &Db, here: &mut Browser, there: &mut Browser) {
    let (app, _) = set_up(db, here).await;
    there.get("/dashboard").await;
    there.log_in("ada@example.com", PASSWORD).await;
    there.post("/login/code", &[("code", &app.next_code(db))]).await;
    assert!(here.is_logged_in().await && there.is_logged_in().await);
}
