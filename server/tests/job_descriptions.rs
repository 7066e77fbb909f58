//! Queued emails as an admin sees them: kind, recipient and error in plain words.

use crate::people::{OPERATOR, person};
use server::emails::{self, Email, Notification};
use server::jobs::{self, Filter};
use server::{Db, accounts, on_both_databases, sql};

/// Kind, recipient and error of each job, sorted.
async fn described(db: &Db, filter: Filter) -> Vec<(String, String, &'static str)> {
    let page = jobs::search(db, filter, 1).await.unwrap();
    let found = emails::describe(db, &page.rows).await.unwrap();
    let mut found: Vec<_> =
        found.into_iter().map(|one| (one.kind, one.recipient.unwrap_or_default(), one.error)).collect();
    found.sort();
    found
}

fn expected(kind: &str, recipient: &str, error: &'static str) -> (String, String, &'static str) {
    (kind.to_owned(), recipient.to_owned(), error)
}

on_both_databases! {
    async fn queued_emails_are_described_by_kind_and_recipient(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        emails::enqueue(&db, Email::Reset { email: "typed@example.com".into() }).await.unwrap();
        accounts::disable(&db, OPERATOR, &eve).await.unwrap();
        accounts::request_email_change(&db, &ada, "new@example.com").await.unwrap();
        let thumbnail = "insert into jobs (id, name, arguments, created_at, run_at) values ('t', 'thumbnail', '{}', 0, 0)";
        db.execute(sql!(thumbnail)).await.unwrap();
        assert_eq!(described(&db, Filter::Waiting).await, [
            expected("Account disabled", "eve@example.com", ""),
            expected("Change of address requested", "ada@example.com", ""),
            expected("Confirm the address", "ada@example.com", ""),
            expected("Confirm the address", "eve@example.com", ""),
            expected("Confirm the new address", "new@example.com", ""),
            expected("Password reset", "typed@example.com", ""),
            expected("thumbnail", "", ""),
        ]);
        db.execute(sql!("delete from users where id = $1", ada.id)).await.unwrap();
        assert!(described(&db, Filter::Waiting).await.contains(&expected("Confirm the address", "", "")));
    }

    async fn the_error_of_a_job_is_in_plain_words_with_the_technical_text_beside_it(db: TestDb) {
        for (technical, plain) in [
            ("Connection error: Connection refused (os error 111)", "The mail server could not be reached."),
            ("permanent error (535): 5.7.8 refused", "The mail server refused the log-in. Check SMTP_URL."),
            ("permanent error (550): 5.1.1 unknown user", "The mail server refused the email."),
            ("transient error (421): busy", "The mail server asked to try again later."),
            ("the mail server took longer than 30s", "The mail server did not answer in time."),
            ("a foreign key was violated: error returned from database: x", "The job conflicts with other data."),
            ("a task did not finish: task 7 panicked", "The job failed."),
        ] {
            db.execute(sql!("delete from jobs")).await.unwrap();
            emails::enqueue(&db, Email::Reset { email: "ada@example.com".into() }).await.unwrap();
            let job = jobs::claim(&db).await.unwrap().unwrap();
            jobs::give_up(&db, &job, technical).await.unwrap();
            assert_eq!(described(&db, Filter::Failed).await, [expected("Password reset", "ada@example.com", plain)]);
            assert_eq!(jobs::search(&db, Filter::Failed, 1).await.unwrap().rows[0].error, technical);
        }
    }
}

#[test]
fn an_email_that_was_queued_under_the_older_name_of_its_notification_is_read() {
    let older: Notification =
        serde_json::from_str(r#"{"token-copied":{"device":"Firefox on Linux"}}"#).unwrap();
    assert_eq!(older, Notification::RefreshTokenReused { device: "Firefox on Linux".into() });
}
