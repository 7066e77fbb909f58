//! Queued emails to new users, which may wait for days.

use crate::browser::tables;
use ::server::Db;
use ::server::emails::{self, Email};
use std::collections::BTreeSet;

/// Creates users and queues an email to each. A second email to one user would revoke the link of the first.
pub async fn queue_emails(db: &Db, count: usize) -> BTreeSet<String> {
    let mut emails = BTreeSet::new();
    for _ in 0..count {
        let email = format!("reader-{}@example.com", ::server::Id::<::server::User>::new());
        let user_id = person(db, &email).await;
        emails::enqueue(db, Email::Verify { user_id }).await.unwrap();
        emails.insert(email);
    }
    emails
}

/// Inserted directly: argon2 would take most of the time.
async fn person(db: &Db, email: &str) -> ::server::Id<::server::User> {
    let id = ::server::Id::new();
    let insert = format!(
        "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at, created_at)
         values ('{id}', '{email}', '{email}', 'Reader', 'reader', '', 0, 0)"
    );
    tables::write(db, &insert).await;
    id
}
