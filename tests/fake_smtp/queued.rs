//! Queued emails to new users.

use crate::browser::tables;
use ::server::Db;
use ::server::emails::{self, Email};
use std::collections::BTreeSet;

/// Creates users and queues an email to each. A second email to one user would revoke the link of the first.
pub async fn queue_emails(db: &Db, count: usize) -> BTreeSet<String> {
    let mut emails = BTreeSet::new();
    for _ in 0..count {
        let email = format!("reader-{}@example.com", ::server::Id::<::server::User>::new());
        person(db, &email).await;
        emails::enqueue(db, Email::Reset { email: email.clone() }).await.unwrap();
        emails.insert(email);
    }
    emails
}

/// Inserted directly: argon2 would take most of the time.
async fn person(db: &Db, email: &str) {
    let id = ::server::Id::<::server::jobs::Job>::new();
    let insert = format!(
        "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at, is_admin, created_at)
         values ('{id}', '{email}', '{email}', 'Reader', 'reader', '', 0, false, 0)"
    );
    tables::write(db, &insert).await;
}
