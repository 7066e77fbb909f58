//! Copies of large databases from SQLite to PostgreSQL, also during writes, and two at once.
#![allow(clippy::print_stdout)] // the figures are for people

use crate::copying::{both, count, texts};
use server::db::{Copied, copy};
use server::testing::TestDb;
use server::{Db, sql};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

const USERS: i64 = 10_000;
const SESSIONS: i64 = 50_000;
/// Maximum time on an unoptimised build, beside other tests.
const SECONDS: Duration = Duration::from_secs(60);
/// Texts that copies between databases have lost or changed before.
const AWKWARD: [&str; 16] = [
    "",
    " ",
    "null",
    "NULL",
    "\\N",
    "\\.",
    "it's \"quoted\" 'twice'",
    "back\\slash \\n \\x00 \\",
    "tab\tand\u{b}",
    "line\nbreak\r\nand\rreturn",
    "🦀👩‍🚀🏴‍☠️",
    "שלום مرحبا \u{202e}txt\u{202c}",
    "e\u{301} and é, ﬀ, ß, İ",
    "\u{1}\u{7f}\u{80}\u{feff}\u{fffd}\u{10ffff}",
    "%_$1{}<>&;--",
    "{\"a\":[1,null]}",
];

async fn copied(from: &TestDb, to: &TestDb) -> Vec<Copied> {
    copy(from.url(), to.url()).await.unwrap()
}

/// Fills every larger table of an SQLite database, with awkward texts in all fields of users and browsers.
async fn fill(db: &Db) {
    let numbers = "with recursive n(n) as (select $1 union all select n + $2 from n where n + $2 <= $3)";
    let users = format!(
        "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at, roles,
                            disabled_at, created_at)
         {numbers} select 'user-' || n, 'p' || n, 'p' || n, $4, $4 || n, '', n, case n % 7 when 0 then 'admin' else '' end,
                          case n % 5 when 0 then -n end, 9007199254740993 + n from n"
    );
    let sessions = format!(
        "insert into sessions (id, key_hash, user_id, created_at, last_seen_at, expires_at, authenticated_at, remember,
                               ip, user_agent)
         {numbers} select 's-' || n, cast(randomblob(8) || n as blob), 'user-' || (n % {USERS} + 1), n, n, n, n,
                          n % 2, '203.0.113.9', $4 from n"
    );
    let audit = format!(
        "insert into audit (id, at, actor_id, actor_email, action, subject_id, subject_email, ip, search_text)
         {numbers} select 'a-' || n, n, case n % 3 when 0 then 'user-1' end, $4, 'x', '', $4, '', $4 from n"
    );
    for (statement, rows) in [(users, USERS), (sessions, SESSIONS), (audit, SESSIONS)] {
        for (first, text) in (1_i64..).zip(AWKWARD) {
            db.execute(sql!(&statement, first, AWKWARD.len() as i64, rows, text)).await.unwrap();
        }
    }
    let long = "long, ".repeat(1_000_000);
    db.execute(sql!("update users set name = $1 where id = 'user-7'", long)).await.unwrap();
}

#[tokio::test]
async fn ten_thousand_users_are_copied_in_seconds_without_a_difference() {
    let Some((from, to)) = both().await else { return };
    fill(&from).await;
    let began = Instant::now();
    let copied = copied(&from, &to).await;
    println!("copied in {:?}", began.elapsed());
    assert!(began.elapsed() < SECONDS, "{:?}", began.elapsed());
    let rows = |name: &str| copied.iter().find(|one| one.table == name).map(|one| one.rows as i64);
    assert_eq!(
        [rows("users"), rows("sessions"), rows("audit")],
        [Some(USERS), Some(SESSIONS), Some(SESSIONS)]
    );
    for select in [
        "select id, name from users",
        "select id, password_hash || roles || coalesce(disabled_at, 0) || created_at from users",
        "select id, actor_email || subject_email || coalesce(actor_id, '-') from audit",
        "select id, user_agent || remember from sessions",
    ] {
        let there = select.replace("remember", "remember::int");
        assert!(texts(&from, select).await == texts(&to, &there).await, "{select}");
    }
    assert_eq!(count(&from, "sessions").await, SESSIONS);
}

#[tokio::test]
async fn of_two_copies_at_once_one_succeeds() {
    let Some((from, to)) = both().await else { return };
    fill(&from).await;
    let (one, other) = tokio::join!(copy(from.url(), to.url()), copy(from.url(), to.url()));
    let refused = one.err().xor(other.err()).expect("one of two copies").to_string();
    assert!(refused.contains("not empty"), "{refused}");
    assert_eq!(count(&to, "users").await, USERS);
}

/// A user who returns repeatedly, each time with an audit entry in the same transaction. Returns how often.
async fn people_come(db: Db, is_over: Arc<AtomicBool>) -> i64 {
    let mut came = 0;
    while !is_over.load(SeqCst) {
        let (id, email) = (format!("w-{came}"), format!("w{came}@example.com"));
        let mut tx = db.begin().await.unwrap();
        for sql in [
            "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at, created_at)
             values ($1, $2, $2, '', '', '', 0, 0)",
            "insert into audit (id, at, actor_email, action, subject_id, subject_email, ip, search_text)
             values ($1, 0, '', '', '', $2, '', '')",
        ] {
            tx.execute(sql!(sql, id, email)).await.unwrap();
        }
        tx.commit().await.unwrap();
        came += 1;
    }
    came
}

#[tokio::test]
async fn a_copy_during_writes_is_consistent() {
    let Some((from, to)) = both().await else { return };
    fill(&from).await;
    let is_over = Arc::new(AtomicBool::default());
    let coming = tokio::spawn(people_come((*from).clone(), is_over.clone()));
    while count(&from, "users").await < USERS + 10 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    copied(&from, &to).await;
    is_over.store(true, SeqCst);
    let came = coming.await.unwrap();
    let (people, lines) = (count(&to, "users").await - USERS, count(&to, "audit").await - SESSIONS);
    println!("{people} of {came} who came");
    // The table `audit` is read long before the users.
    assert_eq!(people, lines, "people and their lines");
    assert!(people >= 10 && came > people + 10, "{people} of {came}");
}
