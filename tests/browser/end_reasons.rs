//! Rows of the table of what ends sessions: the users of a row, and the checks after it.

use super::clients::Client;
use super::{Browser, PASSWORD, site, tables};
use server::testing::TestDb;

/// One row of the table.
pub struct Row {
    pub what: &'static str,
    /// Whether this browser, the user's other browser and another user's browser stay logged in.
    pub stays: [bool; 3],
    /// The message in the other browser if it is logged out.
    pub message: &'static str,
    /// The audit entry, or empty.
    pub audit: &'static str,
}

pub const fn row(what: &'static str, stays: [bool; 3], message: &'static str, audit: &'static str) -> Row {
    Row { what, stays, message, audit }
}

pub const NONE: [bool; 3] = [false; 3];
pub const ALL: [bool; 3] = [true; 3];
pub const THIS_ONE: [bool; 3] = [true, false, true];
pub const THERE: [bool; 3] = [false, true, true];
pub const OTHERS: [bool; 3] = [false, false, true];

/// All users of a row, logged in.
pub struct People {
    pub here: Browser,
    pub there: Browser,
    pub other: Browser,
    pub admin: Browser,
    /// A client of the same user as `here` and `there`.
    pub client: Client,
    /// The user's id, and the id of their session in `there`.
    pub id: String,
    pub session: String,
}

pub async fn people(db: &TestDb) -> People {
    let at = || Browser::at(site(db, &[]));
    let (mut here, mut there, mut other, mut admin) = (at(), at(), at(), at());
    here.sign_up("ada@example.com").await;
    let first = tables::sessions(db).await;
    there.log_in("ada@example.com", PASSWORD).await;
    let second = tables::sessions(db).await.into_iter().find(|session| !first.contains(session)).unwrap();
    other.sign_up("eve@example.com").await;
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    // Unconfirmed accounts are tested in `unverified_takeover.rs`.
    tables::write(db, "update users set email_verified_at = created_at").await;
    let id = tables::lines(db, "select id from users where email = 'ada@example.com'").await.remove(0);
    let client = Client::log_in(&here.site, "ada@example.com").await;
    People { here, there, other, admin, client, id, session: second[..36].to_owned() }
}

/// Rows that end one session, or one by its limits: those of browsers.
const ONLY_BROWSERS: [&str; 5] =
    ["one device ended", "a row deleted by hand", "one revoked", "idle", "absolute"];

async fn audit(db: &TestDb) -> Vec<String> {
    tables::lines(db, "select action || ' ' || subject_email from audit order by at, id").await
}

/// Runs the row, and checks who is logged out, the message, and the audit log.
pub async fn holds(row: &Row, db: &TestDb, happens: impl AsyncFnOnce(&mut People)) {
    let mut people = people(db).await;
    let before = audit(db).await.len();
    happens(&mut people).await;

    let stays = [&people.here, &people.there, &people.other];
    for (browser, expected) in stays.into_iter().zip(row.stays) {
        assert_eq!(browser.is_logged_in().await, expected, "{}: {}", row.what, browser.path);
    }
    let client_stays = row.stays[1] || ONLY_BROWSERS.contains(&row.what);
    let (access, refreshed) = (people.client.is_logged_in().await, people.client.refreshed().await);
    assert_eq!(refreshed.is_some(), client_stays, "{}: the refresh token", row.what);
    // The clock may have passed its 15 minutes.
    let access = access
        || match refreshed {
            Some(client) => client.is_logged_in().await,
            None => false,
        };
    assert_eq!(access, client_stays, "{}: the access token", row.what);
    if !row.stays[1] {
        people.there.get("/dashboard").await;
        assert_eq!(people.there.path, "/login", "{}", row.what);
        let message = format!("You were logged out. {}", row.message);
        assert_eq!(people.there.page.matches(&message).count(), 1, "{}: {}", row.what, people.there.page);
        people.there.get("/login").await;
        assert!(!people.there.page.contains("You were logged out"), "{}: shown once", row.what);
    }
    let said = audit(db).await.split_off(before);
    let subject = match row.audit {
        "logged out all users" => "",
        "restored their old email address" => "lovelace@example.com",
        _ => "ada@example.com",
    };
    match row.audit {
        "" => assert!(said.is_empty(), "{}: {said:?}", row.what),
        action => assert_eq!(said.last(), Some(&format!("{action} {subject}")), "{}", row.what),
    }
}
