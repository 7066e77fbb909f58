//! An SMTP server for tests that can fail in several ways, and a worker that sends to it.
#![allow(dead_code)] // every test file takes what it needs

pub mod queued;
mod received;
mod server;

pub use received::Received;
pub use server::Behavior;
use server::Shared;

use ::server::config::Config;
use ::server::{Db, sql};
use program::worker::Worker;
use std::sync::Arc;
use tokio::net::TcpListener;

/// An SMTP server with its accepted emails.
pub struct FakeSmtp {
    port: u16,
    shared: Arc<Shared>,
}

impl FakeSmtp {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        tokio::spawn(server::serve(listener, shared.clone()));
        Self { port, shared }
    }

    /// Its address, as in `SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// The same with a new user and this password.
    pub fn url_with(&self, password: &str) -> String {
        self.shared.passwords.lock().unwrap().push(password.to_owned());
        self.url().replace("smtp://", &format!("smtp://mailer:{password}@"))
    }

    /// Settings of a product that sends to it, with these changes.
    pub fn config(&self, changes: &[(&str, &str)]) -> Config {
        let url = self.url();
        let ours = [("SMTP_URL", url.as_str())];
        Config::for_tests(&[changes, &ours].concat())
    }

    /// Sets the behaviour from now on.
    pub fn set(&self, behavior: Behavior) {
        *self.shared.behavior.lock().unwrap() = behavior;
    }

    /// The accepted emails, oldest first.
    pub fn emails(&self) -> Vec<Received> {
        self.shared.emails.lock().unwrap().iter().map(|raw| Received::read(raw)).collect()
    }

    /// The emails refused for their content.
    pub fn refused(&self) -> Vec<Received> {
        self.shared.refused.lock().unwrap().iter().map(|raw| Received::read(raw)).collect()
    }

    /// The recipients of all emails.
    pub fn recipients(&self) -> Vec<String> {
        self.shared.recipients.lock().unwrap().clone()
    }

    /// Runs all due jobs.
    pub async fn deliver(&self, db: &Db) {
        self.deliver_with(db, &[]).await;
    }

    /// As `deliver`, with these settings.
    pub async fn deliver_with(&self, db: &Db, changes: &[(&str, &str)]) {
        let worker = Worker::new(db.clone(), &self.config(changes));
        while worker.work_once().await.unwrap() {}
    }

    pub fn last_to(&self, email: &str) -> Received {
        self.emails()
            .into_iter()
            .rfind(|message| message.to == email)
            .unwrap_or_else(|| panic!("no email to {email}"))
    }

    /// The last email to this address whose link leads to this page: of several jobs, links are sent first.
    pub fn last_link_to(&self, email: &str, page: &str) -> Received {
        let leads_there =
            |message: &Received| message.to == email && message.text.contains(&format!("{page}?token="));
        self.emails()
            .into_iter()
            .rfind(leads_there)
            .unwrap_or_else(|| panic!("no link to {page} for {email}"))
    }
}

/// The number of jobs.
pub async fn jobs(db: &Db) -> i64 {
    db.row::<(_,)>(sql!("select count(*) from jobs")).await.unwrap().0
}
