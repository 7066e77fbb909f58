//! An authenticator app and its setup, by public functions only.
#![allow(dead_code)] // every test file takes what it needs

use crate::people::{Browser, OPERATOR};
use server::accounts::two_factor;
use server::{Config, Db};
use totp_rs::{Builder, Secret, Totp};

/// An authenticator app.
pub struct App(Totp);

impl App {
    /// The app with this secret.
    pub fn new(letters: &str) -> Self {
        let secret = Secret::try_from_base32(letters.replace(' ', "")).unwrap();
        Self(Builder::new().with_secret(secret).build().unwrap())
    }

    pub fn secret(&self) -> &[u8] {
        self.0.secret().as_bytes()
    }

    /// The current code.
    pub fn code(&self, db: &Db) -> String {
        self.code_in(db, 0)
    }

    /// The code in this many seconds.
    pub fn code_in(&self, db: &Db, seconds: i64) -> String {
        self.0.generate((db.now() / 1000 + seconds).try_into().unwrap()).to_string()
    }
}

/// Turns two-factor log-in on for the logged-in user.
pub async fn set_up(db: &Db, browser: &Browser) -> (App, Vec<String>) {
    let (login, keys) = (browser.login().await, Config::for_tests(&[]).session_keys);
    two_factor::enrol(db, &keys, &login.user).await.unwrap();
    let enrolment = two_factor::enrolment(db, &keys, &login.user, "Acme").await.unwrap().unwrap();
    let app = App::new(&enrolment.secret_base32);
    let on = two_factor::turn_on(db, &keys, OPERATOR, &login, &app.code(db)).await.unwrap();
    (app, on)
}
