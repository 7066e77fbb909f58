//! Access tokens in the domain: who may use one, until when, and what ends them.

use crate::people::{OPERATOR, person};
use server::accounts::{self, two_factor};
use server::api_tokens::{self, NewToken, TokenScope};
use server::audit::Actor;
use server::testing::{dump, field_errors};
use server::users::Role;
use server::{Db, Id, Scope, User, on_both_databases, restore, sql, users};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
const NEW: NewToken<'static> = NewToken { name: "backup", scopes: "read", days: "7" };

async fn make(db: &Db, user: &User, new: NewToken<'_>) -> Result<String, server::Error> {
    api_tokens::create(db, Actor { user: Some(user), ip: "203.0.113.7" }, &Scope::of(user), new).await
}

async fn is_valid(db: &Db, secret: &str) -> bool {
    api_tokens::find(db, secret).await.unwrap().is_some()
}

async fn again(db: &Db, user: &User) -> User {
    users::find(db, &user.id).await.unwrap().expect("the user")
}

on_both_databases! {
    async fn a_token_names_its_user_and_may_do_what_its_scopes_say(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let read = make(&db, &ada, NEW).await.unwrap();
        let both = make(&db, &eve, NewToken { scopes: "read write", ..NEW }).await.unwrap();
        let read = api_tokens::find(&db, &read).await.unwrap().unwrap();
        let both = api_tokens::find(&db, &both).await.unwrap().unwrap();
        assert_eq!((read.user.id.clone(), both.user.id.clone()), (ada.id, eve.id));
        assert!(read.may(TokenScope::Read) && !read.may(TokenScope::Write));
        assert!(both.may(TokenScope::Read) && both.may(TokenScope::Write));
    }

    async fn the_tables_do_not_contain_the_secret(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let secret = make(&db, &ada, NEW).await.unwrap();
        assert_eq!(secret.len(), api_tokens::LENGTH);
        assert!(dump(&db).await.iter().any(|row| row.contains("backup")), "the token is stored");
        assert!(!dump(&db).await.iter().any(|row| row.contains(&secret)));
        assert_ne!(secret, make(&db, &ada, NEW).await.unwrap());
    }

    async fn a_token_is_valid_until_it_expires_and_is_deleted_a_week_later(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        db.clock().stop();
        let secret = make(&db, &ada, NEW).await.unwrap();
        db.clock().advance(7 * DAY - Duration::from_millis(1));
        assert!(is_valid(&db, &secret).await);
        db.clock().advance(Duration::from_millis(1));
        assert!(!is_valid(&db, &secret).await);
        api_tokens::purge(&db).await.unwrap();
        assert_eq!(api_tokens::list(&db, &Scope::of(&ada)).await.unwrap().len(), 1);
        db.clock().advance(7 * DAY);
        api_tokens::purge(&db).await.unwrap();
        assert!(api_tokens::list(&db, &Scope::of(&ada)).await.unwrap().is_empty());
    }

    async fn a_text_that_is_almost_the_secret_is_no_token(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let secret = make(&db, &ada, NEW).await.unwrap();
        let swapped: String = secret.chars().rev().collect();
        for wrong in ["", " ", "\0", &secret[1..], &format!("{secret} "), &swapped, &secret.to_uppercase(), "' or 1=1 --"] {
            assert!(!is_valid(&db, wrong).await, "{wrong:?}");
        }
    }

    async fn wrong_values_are_named_and_make_no_token(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let long = "x".repeat(61);
        for (new, fields) in [
            (NewToken { name: "", ..NEW }, vec!["name"]),
            (NewToken { name: "two\nlines", ..NEW }, vec!["name"]),
            (NewToken { name: &long, ..NEW }, vec!["name"]),
            (NewToken { scopes: "", ..NEW }, vec!["scopes"]),
            (NewToken { scopes: "write", ..NEW }, vec!["scopes"]),
            (NewToken { scopes: "read write admin", ..NEW }, vec!["scopes"]),
            (NewToken { days: "8", ..NEW }, vec!["days"]),
            (NewToken { days: "-7", ..NEW }, vec!["days"]),
            (NewToken { days: "99999999999999999999", ..NEW }, vec!["days"]),
            (NewToken { name: "", scopes: "all", days: "" }, vec!["name", "scopes", "days"]),
        ] {
            let found: Vec<_> = field_errors(make(&db, &ada, new).await).iter().map(|(field, _)| field).collect();
            assert_eq!(found, fields, "{new:?}");
        }
        assert!(api_tokens::list(&db, &Scope::of(&ada)).await.unwrap().is_empty());
    }

    async fn a_user_has_at_most_fifty_tokens_also_if_many_are_made_at_once(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        for _ in 0..45 {
            make(&db, &ada, NEW).await.unwrap();
        }
        let making: Vec<_> = (0..10).map(|_| {
            let (db, ada) = (Db::clone(&db), ada.clone());
            tokio::spawn(async move { make(&db, &ada, NEW).await })
        }).collect();
        let mut made = 0;
        for one in making {
            made += usize::from(one.await.unwrap().is_ok());
        }
        assert_eq!(made, 5);
    }

    async fn another_user_cannot_see_or_revoke_a_token(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let secret = make(&db, &ada, NEW).await.unwrap();
        let id = api_tokens::list(&db, &Scope::of(&ada)).await.unwrap().remove(0).id;
        assert!(api_tokens::list(&db, &Scope::of(&eve)).await.unwrap().is_empty());
        let actor = Actor { user: Some(&eve), ip: "" };
        assert!(!api_tokens::revoke(&db, actor, &Scope::of(&eve), &id).await.unwrap());
        assert!(is_valid(&db, &secret).await);
        assert!(api_tokens::revoke(&db, actor, &Scope::of(&ada), &id).await.unwrap());
        assert!(!api_tokens::revoke(&db, actor, &Scope::of(&ada), &id).await.unwrap(), "it was revoked before");
        assert!(!is_valid(&db, &secret).await);
        assert!(api_tokens::owner(&db, &id).await.unwrap().is_none());
        assert!(!api_tokens::revoke(&db, actor, &Scope::of(&ada), &Id::new()).await.unwrap());
    }

    async fn the_last_use_is_written_once_a_minute_and_revives_no_token(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let secret = make(&db, &ada, NEW).await.unwrap();
        let used = async || api_tokens::list(&db, &Scope::of(&ada)).await.unwrap().first().map(|token| token.last_used_at);
        let touch = async || {
            let bearer = api_tokens::find(&db, &secret).await.unwrap().unwrap();
            api_tokens::touch(&db, &bearer).await.unwrap();
            bearer
        };
        db.clock().stop();
        assert_eq!(used().await, Some(None));
        touch().await;
        let first = used().await;
        assert_eq!(first, Some(Some(db.now())));
        db.clock().advance(Duration::from_secs(59));
        touch().await;
        assert_eq!(used().await, first);
        db.clock().advance(Duration::from_secs(2));
        let late = touch().await;
        assert_eq!(used().await, Some(Some(db.now())));
        db.clock().set_back(DAY);
        touch().await;
        assert_eq!(used().await, Some(Some(db.now())), "a time in the future delays nothing");
        db.execute(sql!("delete from api_tokens")).await.unwrap();
        db.clock().advance(DAY);
        api_tokens::touch(&db, &late).await.unwrap();
        assert_eq!(used().await, None);
    }

    async fn a_token_made_while_the_clock_was_ahead_lasts_no_longer_than_chosen(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        db.clock().stop();
        db.clock().advance(100 * DAY);
        make(&db, &ada, NEW).await.unwrap();
        db.clock().set_back(100 * DAY);
        api_tokens::correct_future_timestamps(&db).await.unwrap();
        let token = api_tokens::list(&db, &Scope::of(&ada)).await.unwrap().remove(0);
        let week = 7 * 86_400_000;
        assert_eq!((token.created_at, token.expires_at), (db.now(), db.now() + week));
    }

    async fn each_event_ends_the_tokens_of_its_user_or_leaves_them(db: TestDb) {
        let admin = person(&db, "admin@example.com").await;
        accounts::grant_role(&db, OPERATOR, &admin, Role::Admin).await.unwrap();
        for (what, ends) in [
            ("disabled", true), ("enabled again", true), ("password set by an admin", true), ("given back", true),
            ("deletion requested", true), ("deleted", true), ("backup restored", true),
            ("all sessions revoked", false), ("two-factor removed", false), ("made an admin", false),
        ] {
            let ada = person(&db, &format!("ada-{}@example.com", what.replace(' ', "-"))).await;
            let (secret, other) = (make(&db, &ada, NEW).await.unwrap(), make(&db, &admin, NEW).await.unwrap());
            match what {
                "disabled" => accounts::disable(&db, OPERATOR, &ada).await.unwrap(),
                "enabled again" => {
                    accounts::disable(&db, OPERATOR, &ada).await.unwrap();
                    accounts::enable(&db, OPERATOR, &ada).await.unwrap();
                }
                "password set by an admin" => accounts::set_password(&db, OPERATOR, &ada, "quiet-anchor-1815").await.unwrap(),
                "given back" => accounts::give_back(&db, OPERATOR, &ada).await.unwrap(),
                "deletion requested" => drop(accounts::request_deletion(&db, OPERATOR, &ada, DAY).await.unwrap()),
                "deleted" => accounts::delete(&db, OPERATOR, &ada).await.unwrap(),
                "backup restored" => drop(restore::after_restore(&db, DAY).await.unwrap()),
                "all sessions revoked" => server::sessions::revoke_all(&db, OPERATOR, &ada).await.unwrap(),
                "two-factor removed" => {
                    db.execute(sql!("update users set second_factor_at = 1 where id = $1", ada.id)).await.unwrap();
                    two_factor::remove(&db, OPERATOR, &again(&db, &ada).await).await.unwrap();
                }
                _ => accounts::grant_role(&db, OPERATOR, &ada, Role::Admin).await.unwrap(),
            }
            assert_eq!(is_valid(&db, &secret).await, !ends, "{what}");
            assert_eq!(is_valid(&db, &other).await, what != "backup restored", "{what}: another user's");
        }
    }

    async fn a_request_that_began_before_a_change_of_the_password_makes_no_token(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        db.clock().advance(Duration::from_secs(1));
        accounts::set_password(&db, OPERATOR, &ada, "quiet-anchor-1815").await.unwrap();
        let errors = field_errors(make(&db, &ada, NEW).await);
        assert!(errors.iter().any(|(field, _)| field == "name"));
        let ada = again(&db, &ada).await;
        accounts::disable(&db, OPERATOR, &ada).await.unwrap();
        assert!(make(&db, &ada, NEW).await.is_err(), "the account is disabled");
        assert!(api_tokens::list(&db, &Scope::of(&ada)).await.unwrap().is_empty());
    }
}
