//! Passkeys and their devices, in the domain.
#![allow(dead_code)] // every test file takes what it needs

use crate::people::Browser;
use server::accounts::passkeys::{self, RelyingParty};
use server::testing::Device;
use server::{Db, Error, User, sql};

/// The address of the product.
pub const HERE: &str = "https://app.example.com";

pub fn relying_party() -> RelyingParty {
    RelyingParty::of(&HERE.parse().unwrap(), "Product").unwrap().unwrap()
}

/// The options for a new passkey.
pub async fn enrolment_options(db: &Db, browser: &mut Browser, user: &User) -> String {
    let visitor = browser.visit();
    let options = passkeys::begin_adding(db, &visitor, &relying_party(), user).await.unwrap();
    browser.finish(visitor).await;
    options
}

/// Sends the device's answer in a separate request.
pub async fn send_new_passkey(db: &Db, browser: &mut Browser, user: &User, made: &str) -> Result<(), Error> {
    let visitor = browser.visit();
    let added = passkeys::add(db, &visitor, &relying_party(), user, "My phone", made).await;
    browser.finish(visitor).await;
    added
}

/// Adds the device's new passkey to the user's account.
pub async fn add(db: &Db, user: &User, device: &mut Device) -> Result<(), Error> {
    let mut browser = Browser::of(db, user).await;
    let made = device.make(&enrolment_options(db, &mut browser, user).await);
    send_new_passkey(db, &mut browser, user, &made).await
}

/// A device with a passkey of the user.
pub async fn device_of(db: &Db, user: &User) -> Device {
    let mut device = Device::at(HERE);
    add(db, user, &mut device).await.unwrap();
    device
}

/// The options for a log-in.
pub async fn log_in_options(browser: &mut Browser) -> String {
    let visitor = browser.visit();
    let options = passkeys::begin_log_in(&visitor, &relying_party()).await.unwrap();
    browser.finish(visitor).await;
    options
}

/// The owner of the passkey in this answer, in a separate request.
pub async fn send_answer(db: &Db, browser: &mut Browser, answer: &str) -> Option<User> {
    let visitor = browser.visit();
    let user = passkeys::log_in(db, &visitor, &relying_party(), answer).await.unwrap();
    browser.finish(visitor).await;
    user
}

/// The owner of the device's passkey, in a new browser.
pub async fn log_in_with(db: &Db, device: &Device) -> Option<User> {
    let mut browser = Browser::new(db);
    let options = log_in_options(&mut browser).await;
    send_answer(db, &mut browser, &device.answer(&options)).await
}

/// The counter of the only passkey.
pub async fn counter(db: &Db) -> i64 {
    let (credential,): (String,) = db.row(sql!("select credential from passkeys")).await.unwrap();
    serde_json::from_str::<serde_json::Value>(&credential).unwrap()["cred"]["counter"].as_i64().unwrap()
}

/// The single number of a query's result.
pub async fn count(db: &Db, query: &str) -> i64 {
    db.row::<(_,)>(sql!(query)).await.unwrap().0
}
