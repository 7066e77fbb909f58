//! An email change: its links, and the buttons behind them.
#![allow(dead_code)] // every test file takes what it needs

use crate::browser::{Browser, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::testing::TestDb;
use std::time::Duration;

pub const OLD: &str = "ada@example.com";
pub const NEW: &str = "lovelace@example.com";
pub const OTHER_PASSWORD: &str = "quiet-anchor-1815";
pub const DAY: Duration = Duration::from_secs(86_400);

pub async fn emails(db: &TestDb) -> Vec<String> {
    tables::lines(db, "select email from users order by email").await
}

pub async fn signed_up(db: &TestDb, email: &str) -> Browser {
    let mut browser = Browser::at(site(db, &[]));
    browser.sign_up(email).await;
    tables::write(db, "update users set email_verified_at = created_at where email_verified_at is null")
        .await;
    browser
}

/// The link that is sent to the new address.
pub async fn asked(db: &TestDb, smtp: &FakeSmtp, browser: &mut Browser, email: &str) -> String {
    browser.post("/account/email", &[("email", email)]).await;
    assert!(browser.page.contains(&format!("We sent an email to {email}.")), "{}", browser.page);
    smtp.deliver(db).await;
    smtp.last_to(email).path()
}

/// Opens a link and presses its button, or posts what the button would.
pub async fn press(browser: &mut Browser, link: &str) {
    browser.get(link).await;
    let (path, token) = link.split_once("?token=").unwrap();
    browser.post(path, &[("token", token)]).await;
}

/// As `press`, in a browser that is not logged in to the account: the page asks for the password.
pub async fn press_with_password(browser: &mut Browser, link: &str, password: &str) {
    browser.get(link).await;
    let (path, token) = link.split_once("?token=").unwrap();
    browser.post(path, &[("token", token), ("password", password)]).await;
}

/// An invalid link in the right format.
pub fn with_changed_token(link: &str) -> String {
    let (path, token) = link.split_once("token=").unwrap();
    format!("{path}token={}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..])
}
