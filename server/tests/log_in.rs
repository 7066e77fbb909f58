//! Log-in by password, and changes of a password or a name.

use crate::people::{Browser, OPERATOR, PASSWORD, person};
use server::testing::field_errors;
use server::users;
use server::{Db, Id, User, accounts, on_both_databases, sql};
use std::time::Duration;

async fn authenticate(db: &Db, email: &str, password: &str) -> Option<User> {
    users::authenticate(db, email, password).await.expect("no error, whatever was typed")
}

async fn store_hash(db: &Db, id: &Id<User>, hash: &str) {
    db.execute(sql!("update users set password_hash = $2 where id = $1", id, hash)).await.unwrap();
}

on_both_databases! {
    async fn the_right_password_logs_in_with_any_spelling_of_the_address(db: TestDb) {
        let user = person(&db, "Änne@Example.com").await;
        for email in ["Änne@Example.com", "änne@example.com", "ÄNNE@EXAMPLE.COM", "  änne@example.com "] {
            assert_eq!(authenticate(&db, email, PASSWORD).await.unwrap().id, user.id, "{email}");
        }
    }

    async fn a_wrong_password_or_address_does_not_log_in(db: TestDb) {
        person(&db, "ada@example.com").await;
        let megabyte = "x".repeat(1 << 20);
        let longer = format!("{PASSWORD}{megabyte}");
        let upper = PASSWORD.to_uppercase();
        for wrong in ["", " ", "wrong", &upper, "harbour-lantern-7", "harbour-lantern-777", "\0", &megabyte, &longer] {
            assert!(authenticate(&db, "ada@example.com", wrong).await.is_none(), "{:.20}", wrong);
        }
        let with_nul = format!("{PASSWORD}\0");
        assert!(authenticate(&db, "ada@example.com", &with_nul).await.is_none());
        for email in ["", "nobody@example.com", "%", "ada@example.co_", "' or 1=1 --", "\0", &megabyte] {
            assert!(authenticate(&db, email, PASSWORD).await.is_none(), "{:.20}", email);
        }
    }

    async fn a_password_logs_in_its_owner_only(db: TestDb) {
        person(&db, "ada@example.com").await;
        let other = accounts::NewUser { email: "eve@example.com", name: "Eve", password: "quiet-anchor-1815" };
        accounts::sign_up(&db, other).await.unwrap();
        assert!(authenticate(&db, "eve@example.com", PASSWORD).await.is_none());
        assert_eq!(authenticate(&db, "eve@example.com", "quiet-anchor-1815").await.unwrap().email, "eve@example.com");
    }

    async fn a_user_has_at_most_a_hundred_log_ins(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let eves = Browser::of(&db, &eve).await;
        let mut browsers = Vec::new();
        for _ in 0..102 {
            browsers.push(Browser::of(&db, &ada).await);
            db.clock().advance(Duration::from_millis(1));
        }
        let mut logged_in = Vec::new();
        for browser in &browsers {
            logged_in.push(browser.is_logged_in().await);
        }
        assert_eq!(logged_in[..3], [false, false, true]);
        assert!(logged_in[2..].iter().all(|is| *is) && eves.is_logged_in().await);
    }

    async fn an_invalid_stored_hash_does_not_log_in(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        for broken in ["", "plain", PASSWORD, "$argon2id$v=19$m=19456,t=2,p=1$$", "!"] {
            store_hash(&db, &user.id, broken).await;
            let answer = users::authenticate(&db, "ada@example.com", PASSWORD).await;
            assert!(!matches!(answer, Ok(Some(_))), "{broken}");
        }
    }

    async fn a_changed_password_replaces_the_old_one(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        accounts::change_password(&db, OPERATOR, PASSWORD, "quiet-anchor-1815", &browser.login().await).await.unwrap();
        assert!(authenticate(&db, "ada@example.com", PASSWORD).await.is_none());
        assert!(authenticate(&db, "ada@example.com", "quiet-anchor-1815").await.is_some());
    }

    async fn a_password_change_ends_only_the_other_sessions_of_the_user(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let (here, there, eves) = (Browser::of(&db, &ada).await, Browser::of(&db, &ada).await, Browser::of(&db, &eve).await);
        accounts::change_password(&db, OPERATOR, PASSWORD, "quiet-anchor-1815", &here.login().await).await.unwrap();
        assert!(here.is_logged_in().await);
        assert!(!there.is_logged_in().await);
        assert!(eves.is_logged_in().await);
    }

    async fn a_refused_password_change_ends_no_session(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let (here, there) = (Browser::of(&db, &user).await, Browser::of(&db, &user).await);
        let login = here.login().await;
        for (current, new, field) in [
            ("wrong", "quiet-anchor-1815", "current_password"),
            ("", "quiet-anchor-1815", "current_password"),
            ("\0", "quiet-anchor-1815", "current_password"),
            (PASSWORD, "short", "new_password"),
            (PASSWORD, "password1", "new_password"),
            (PASSWORD, "ada@example.com", "new_password"),
            (PASSWORD, "\0", "new_password"),
        ] {
            let refused = field_errors(accounts::change_password(&db, OPERATOR, current, new, &login).await);
            assert_eq!(refused.iter().map(|(field, _)| field).collect::<Vec<_>>(), [field], "{new:?}");
        }
        assert!(here.is_logged_in().await && there.is_logged_in().await);
        assert!(authenticate(&db, "ada@example.com", PASSWORD).await.is_some());
    }

    async fn a_new_name_is_validated_and_found_by_search(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        users::save_profile(&db, &user, "  Grace Hopper ", None).await.unwrap();
        assert_eq!(users::find(&db, &user.id).await.unwrap().unwrap().name, "Grace Hopper");
        assert_eq!(users::search(&db, "grace hop", users::Filter::All, users::Sort::Name, 1).await.unwrap().total, 1);
        assert_eq!(users::search(&db, "lovelace", users::Filter::All, users::Sort::Name, 1).await.unwrap().total, 0);
        let too_long = "x".repeat(101);
        for name in ["", "  ", "a\0b", "a\nb", &too_long] {
            let refused = field_errors(users::save_profile(&db, &user, name, None).await);
            assert_eq!(refused.iter().next().unwrap().0, "name", "{name:?}");
        }
        assert_eq!(users::find(&db, &user.id).await.unwrap().unwrap().name, "Grace Hopper");
    }

    async fn debug_output_contains_no_password_and_no_hash(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        let visitor = browser.visit();
        let login = visitor.login().await.unwrap().cloned();
        let listed = users::search(&db, "", users::Filter::All, users::Sort::Newest, 1).await.unwrap();
        let printed = format!("{user:?} {login:?} {listed:?}");
        assert!(printed.contains("ada@example.com"));
        assert!(!printed.contains("argon2") && !printed.contains(PASSWORD), "{printed}");
    }
}
