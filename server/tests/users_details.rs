//! Users in the admin area: ids, filters, last activity, all users in parts; and the time zone of a user.

use crate::people::{Browser, OPERATOR, limits, person};
use crate::users_admin::found;
use server::testing::field_errors;
use server::users::{self, Filter, Sort};
use server::{Db, Id, User, accounts, audit, clock, on_both_databases, sessions, sql};
use std::time::Duration;

/// A row as `accounts::passkeys` writes it, without a key.
async fn add_passkey(db: &Db, user: &User, number: i64) {
    let insert =
        "insert into passkeys (id, user_id, credential_id, credential, challenge_hash, name, created_at)
         values ($1, $2, $3, '', $3, 'Phone', 0)";
    let id = Id::<()>::new();
    db.execute(sql!(insert, id, user.id, number.to_be_bytes().to_vec())).await.unwrap();
}

on_both_databases! {
    async fn a_user_is_found_by_id_or_its_first_eight_characters(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        for (user, id) in [(&ada, "0190aaaa-0000-7000-8000-00000000000a"), (&eve, "0190bbbb-0000-7000-8000-00000000000b")] {
            db.execute(sql!("update users set id = $2 where id = $1", user.id, id)).await.unwrap();
        }
        for words in ["0190aaaa-0000-7000-8000-00000000000a", " 0190AAAA-0000-7000-8000-00000000000A ", "0190aaaa", "0190aaaa-00"] {
            assert_eq!(found(&db, words, Sort::Name).await, ["ada@example.com"], "{words:?}");
        }
        for words in ["0190aaa", "190aaaa-0000", "00000000000a", "0190____", "%%%%%%%%", "0190aaaa-0000-7000-8000-00000000000a0"] {
            assert!(found(&db, words, Sort::Name).await.is_empty(), "{words:?}");
        }
    }

    async fn users_are_filtered_by_role_state_and_log_in_method(db: TestDb) {
        let mut people = Vec::new();
        for name in ["admin", "disabled", "codes", "keys", "plain"] {
            people.push(person(&db, &format!("{name}@example.com")).await);
        }
        accounts::grant_admin(&db, "admin@example.com").await.unwrap();
        accounts::disable(&db, OPERATOR, &people[1]).await.unwrap();
        db.execute(sql!("update users set second_factor_at = 1 where id = $1", people[2].id)).await.unwrap();
        for n in [1, 2] {
            add_passkey(&db, &people[3], n).await;
        }
        for (filter, expected) in [
            (Filter::Admins, "admin@example.com"), (Filter::Disabled, "disabled@example.com"),
            (Filter::TwoFactor, "codes@example.com"), (Filter::Passkeys, "keys@example.com"),
        ] {
            let page = users::search(&db, "example", filter, Sort::Name, 1).await.unwrap();
            let emails: Vec<_> = page.rows.iter().map(|row| row.user.email.as_str()).collect();
            assert_eq!((emails, page.total), (vec![expected], 1), "{filter:?}");
        }
        let keys = users::search(&db, "", Filter::Passkeys, Sort::Name, 1).await.unwrap();
        assert_eq!(keys.rows[0].passkeys, 2);
        assert_eq!(users::search(&db, "plain", Filter::All, Sort::Name, 1).await.unwrap().rows[0].passkeys, 0);
    }

    async fn a_user_is_listed_with_the_time_of_the_last_activity(db: TestDb) {
        let seen = async || users::search(&db, "ada", Filter::All, Sort::Name, 1).await.unwrap().rows[0].last_seen_at;
        let ada = person(&db, "ada@example.com").await;
        assert_eq!(seen().await, None);
        db.clock().stop();
        Browser::of(&db, &ada).await;
        db.clock().advance(Duration::from_secs(120));
        let second = Browser::of(&db, &ada).await;
        let at = db.now();
        assert_eq!(seen().await, Some(at), "the newest log-in");
        sessions::revoke(&db, OPERATOR, &second.session_id().await).await.unwrap();
        assert_eq!(seen().await, Some(at), "a log-in that ended");
        db.clock().advance(Duration::from_secs(8 * 86_400));
        sessions::end_overdue(&db, limits()).await.unwrap();
        db.clock().advance(Duration::from_secs(8 * 86_400));
        sessions::purge(&db).await.unwrap();
        assert_eq!(seen().await, Some(clock::beginning(clock::day(at))), "the day");
    }

    async fn all_users_are_read_in_parts_without_a_repeated_or_missing_one(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        Browser::of(&db, &ada).await;
        for number in 1..=1000 {
            let copy = "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at, created_at)
                 values ($1, $2, $2, '', '', '', 0, 0)";
            db.execute(sql!(copy, Id::<User>::new(), format!("p{number}@example.com"))).await.unwrap();
        }
        let (mut after, mut sizes, mut emails) = (None, Vec::new(), Vec::new());
        for _ in 0..4 {
            let part = users::all(&db, after.as_ref()).await.unwrap();
            sizes.push(part.len());
            let Some(last) = part.last() else { break };
            after = Some(last.user.id.clone());
            emails.extend(part.into_iter().map(|row| (row.user.email, row.sessions)));
        }
        assert_eq!(sizes, [500, 500, 1, 0]);
        assert!(emails.contains(&("ada@example.com".into(), 1)));
        emails.sort();
        emails.dedup();
        assert_eq!(emails.len(), 1001);
    }

    async fn a_time_zone_is_stored_for_one_user_and_can_be_removed(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let zone = async |user: &User| users::find(&db, &user.id).await.unwrap().unwrap().time_zone;
        assert_eq!(ada.time_zone, "");
        users::save_profile(&db, &ada, "Ada", Some(" America/Argentina/Buenos_Aires ")).await.unwrap();
        assert_eq!((zone(&ada).await.as_str(), zone(&eve).await.as_str()), ("America/Argentina/Buenos_Aires", ""));
        for wrong in ["Z".repeat(65), "Europe/\nParis".into(), "Europe\0".into()] {
            let errors = field_errors(users::save_profile(&db, &ada, "Ada", Some(&wrong)).await);
            assert!(errors.has("time_zone"), "{wrong:?}");
        }
        users::save_profile(&db, &ada, "Grace", None).await.unwrap();
        assert_eq!(zone(&ada).await, "America/Argentina/Buenos_Aires");
        let both = field_errors(users::save_profile(&db, &ada, "", Some("Europe/\nParis")).await);
        assert!(both.has("name") && both.has("time_zone"), "{both:?}");
        users::save_profile(&db, &ada, "Ada", Some(&"Z".repeat(64))).await.unwrap();
        users::save_profile(&db, &ada, "Ada", Some(" ")).await.unwrap();
        assert_eq!(zone(&ada).await, "");
    }

    async fn the_audit_is_read_in_parts_without_a_repeated_or_missing_line(db: TestDb) {
        for number in 1..=501 {
            let insert = "insert into audit (id, at, actor_email, action, subject_id, subject_email, ip, search_text)
                 values ($1, $2, 'a@example.com', 'x', '', '', '', '')";
            db.execute(sql!(insert, Id::<()>::new(), number)).await.unwrap();
        }
        let first = audit::all(&db, None).await.unwrap();
        let second = audit::all(&db, Some(&first[499].id)).await.unwrap();
        assert!(audit::all(&db, Some(&second[0].id)).await.unwrap().is_empty());
        let times: Vec<i64> = first.iter().chain(&second).map(|entry| entry.at).collect();
        assert_eq!(times, (1..=501).collect::<Vec<_>>());
        assert_eq!(first[0].actor_email, "a@example.com");
    }
}
