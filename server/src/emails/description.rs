//! Queued jobs in plain words, for admins: the kind of an email, its recipient, and why it was not sent.

use super::delete_queued::email;
use super::{Email, Notification, failure};
use crate::db::{Bind, Db, Statement};
use crate::error::Error;
use crate::id::Id;
use crate::jobs::QueuedJob;
use crate::pagination;
use crate::users::User;
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Like `Password reset`, or the name of the job if it is no email.
    pub kind: String,
    /// `None` if the job is no email, or its user was deleted.
    pub recipient: Option<String>,
    /// Like `The mail server could not be reached.`, or empty. The technical text is in the job.
    pub error: &'static str,
}

/// In the order of the jobs.
pub async fn describe(db: &Db, jobs: &[QueuedJob]) -> Result<Vec<Description>, Error> {
    let messages: Vec<Option<Email>> = jobs.iter().map(QueuedJob::arguments).collect();
    let users: Vec<&Id<User>> = messages.iter().flatten().filter_map(user_id).collect();
    let addresses = addresses(db, &users).await?;
    let described = jobs.iter().zip(&messages).map(|(job, message)| Description {
        kind: message.as_ref().map_or(job.name.clone(), |message| kind(message).to_owned()),
        recipient: message.as_ref().and_then(|message| match email(message) {
            Some(email) => Some(email.to_owned()),
            None => addresses.get(user_id(message)?.as_str()).cloned(),
        }),
        error: failure::in_plain_words(&job.error),
    });
    Ok(described.collect())
}

/// The user whose address at sending time counts.
fn user_id(message: &Email) -> Option<&Id<User>> {
    match message {
        Email::Verify { user_id } | Email::Reminder { user_id, .. } | Email::Welcome { user_id } => {
            Some(user_id)
        }
        _ => None,
    }
}

async fn addresses(db: &Db, users: &[&Id<User>]) -> Result<HashMap<String, String>, Error> {
    let places: Vec<String> = (1..=pagination::SIZE).map(|number| format!("${number}")).collect();
    // Always of a whole page, so that it is one prepared statement.
    let find = format!("select id, email from users where id in ({})", places.join(", "));
    let mut found = HashMap::new();
    for part in users.chunks(places.len()) {
        let mut values: Vec<_> = part.iter().map(Bind::value).collect();
        values.resize(places.len(), "".value());
        let statement = Statement {
            text: &find,
            // One text for both databases.
            postgres: None,
            values: &values,
        };
        let rows = db.rows(statement).await?;
        found.extend(rows.into_iter().map(|row: (String, String)| row));
    }
    Ok(found)
}

fn kind(message: &Email) -> &'static str {
    match message {
        Email::Verify { .. } => "Confirm the address",
        Email::Reminder { .. } => "Reminder to confirm the address",
        Email::Welcome { .. } => "Welcome",
        Email::HasAccount { .. } => "Sign-up with a known address",
        Email::SignUpAgain { .. } => "Sign-up, once more",
        Email::Reset { .. } => "Password reset",
        Email::LogIn { .. } => "Log-in by email",
        Email::NewEmail { .. } => "Confirm the new address",
        Email::OldEmail { .. } => "Address changed",
        Email::Notification { about, .. } => kind_of_notification(about),
    }
}

fn kind_of_notification(about: &Notification) -> &'static str {
    match about {
        Notification::NewDevice { .. } => "New device",
        Notification::PasswordChanged => "Password changed",
        Notification::SecondFactorOn => "Two-factor log-in turned on",
        Notification::SecondFactorOff => "Two-factor log-in turned off",
        Notification::RecoveryCodeUsed { .. } => "Recovery code used",
        Notification::RecoveryCodesMade => "New recovery codes",
        Notification::PasskeyAdded { .. } => "Passkey added",
        Notification::PasskeyRemoved { .. } => "Passkey removed",
        Notification::TokenCreated { .. } => "Access token created",
        Notification::RefreshTokenReused { .. } => "App logged out: an old token was used",
        Notification::ProviderLinked { .. } => "Log-in method linked",
        Notification::ProviderUnlinked { .. } => "Log-in method unlinked",
        Notification::Disabled => "Account disabled",
        Notification::EmailRestored => "Old address restored",
        Notification::DeletionPlanned { .. } => "Deletion planned",
        Notification::Deleted => "Account deleted",
        Notification::EmailChangeAsked => "Change of address requested",
        Notification::GivenBack => "Account given back",
        Notification::MadeAdmin => "Admin role given",
        Notification::NewAdmin { .. } => "New admin",
    }
}
