//! A mail server for tests, with what can go wrong at one, and a worker that sends to it.
#![allow(dead_code)] // every test file takes what it needs

pub mod letters;
mod received;
mod server;

pub use received::Received;
pub use server::DatabaseState;
use server::Shared;

use ::server::config::Config;
use ::server::{Db, on};
use std::sync::Arc;
use tokio::net::TcpListener;
use web::worker::Worker;

/// A mail server with the mails that it has taken.
pub struct FakeSmtp {
    port: u16,
    shared: Arc<Shared>,
}

impl FakeSmtp {
    /// A new one on a port of its own.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        tokio::spawn(server::serve(listener, shared.clone()));
        Self { port, shared }
    }

    /// Where it is, as `SMTP_URL` has it.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// The same for a user of its own with this password.
    pub fn url_with(&self, password: &str) -> String {
        self.shared.passwords.lock().unwrap().push(password.to_owned());
        self.url().replace("smtp://", &format!("smtp://mailer:{password}@"))
    }

    /// The settings of a product that sends to it, with these changes.
    pub fn config(&self, changes: &[(&str, &str)]) -> Config {
        let url = self.url();
        let ours = [("SMTP_URL", url.as_str())];
        Config::for_tests(&[&ours, changes].concat())
    }

    /// What goes wrong from now on.
    pub fn set(&self, database_state: DatabaseState) {
        *self.shared.database_state.lock().unwrap() = database_state;
    }

    /// The mails that it took, the first one first.
    pub fn mails(&self) -> Vec<Received> {
        self.shared.mails.lock().unwrap().iter().map(|raw| Received::read(raw)).collect()
    }

    /// The mails that it refused for their content.
    pub fn refused(&self) -> Vec<Received> {
        self.shared.refused.lock().unwrap().iter().map(|raw| Received::read(raw)).collect()
    }

    /// To whom mails were handed over, whatever stands in them.
    pub fn recipients(&self) -> Vec<String> {
        self.shared.recipients.lock().unwrap().clone()
    }

    /// Lets a worker do what is due.
    pub async fn deliver(&self, db: &Db) {
        self.deliver_with(db, &[]).await;
    }

    /// As `deliver`, under these settings.
    pub async fn deliver_with(&self, db: &Db, changes: &[(&str, &str)]) {
        let worker = Worker::new(db.clone(), &self.config(changes));
        while worker.work_once().await.unwrap() {}
    }

    /// The last mail to this address.
    pub fn last_to(&self, email: &str) -> Received {
        self.mails()
            .into_iter()
            .rfind(|mail| mail.to == email)
            .unwrap_or_else(|| panic!("no mail to {email}"))
    }
}

/// How many jobs there are.
pub async fn jobs(db: &Db) -> i64 {
    on!(db.read(), pool => sqlx::query_scalar("select count(*) from jobs").fetch_one(pool).await).unwrap()
}
