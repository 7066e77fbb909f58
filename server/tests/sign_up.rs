//! Sign-up: valid addresses, names and passwords, and that an address is unique.

use crate::people::{PASSWORD, person};
use server::accounts::NewUser;
use server::testing::field_errors;
use server::users::{self, passwords};
use server::{Db, Error, User, accounts, on_both_databases, sql};

async fn sign_up(db: &Db, email: &str, name: &str, password: &str) -> Result<User, Error> {
    accounts::sign_up(db, NewUser { email, name, password }).await?;
    Ok(users::with_email(db, email).await.unwrap().expect("who has signed up"))
}

fn wrong_fields(answer: Result<User, Error>) -> Vec<&'static str> {
    field_errors(answer).iter().map(|(field, _)| field).collect()
}

async fn count_of_users(db: &Db) -> i64 {
    users::search(db, "", users::Filter::All, users::Sort::Newest, 1).await.unwrap().total
}

on_both_databases! {
    async fn an_address_with_plus_apostrophe_or_non_ascii_letters_is_accepted(db: TestDb) {
        let emails = ["a@example.com", "ada+tag@mail.example.co.uk", "o'neil@example.ie", "ädà@exämple.de", "用户@例え.jp"];
        for email in emails {
            let user = sign_up(&db, email, "Ada", PASSWORD).await.unwrap();
            assert_eq!(user.email, email);
            assert!(!user.is_admin());
        }
        assert_eq!(count_of_users(&db).await, emails.len() as i64);
    }

    async fn blanks_around_address_and_name_are_dropped(db: TestDb) {
        let user = sign_up(&db, "  ada@example.com\t", "  Ada Lovelace ", PASSWORD).await.unwrap();
        assert_eq!((user.email.as_str(), user.name.as_str()), ("ada@example.com", "Ada Lovelace"));
    }

    async fn an_invalid_address_is_refused(db: TestDb) {
        let too_long = format!("{}@example.com", "a".repeat(250));
        let long_part = format!("{}@example.com", "a".repeat(65));
        let emails = [
            "", " ", "ada", "ada@", "@example.com", "ada@@example.com", "a b@example.com", "ada@exam ple.com",
            "Ada <ada@example.com>", "\"a b\"@example.com", "ada@[127.0.0.1]", "ada@example.com,b@example.com",
            "ada\0@example.com", "ada@example.com\0", "ada\r\nBcc: b@example.com", "ada@example.com\u{7f}x",
            "ada@-", "ada@example..com", ".ada@example.com", &too_long, &long_part,
        ];
        for email in emails {
            assert_eq!(wrong_fields(sign_up(&db, email, "Ada", PASSWORD).await), ["email"], "{email:?}");
        }
        assert_eq!(count_of_users(&db).await, 0);
    }

    async fn an_address_is_unique_in_any_case_and_any_spelling_of_its_host(db: TestDb) {
        for (first, again) in [
            ("Ada@Example.com", "aDA@eXAMPLE.COM"),
            ("ÄNNE@bücher.example", "änne@BÜCHER.example"),
            ("ИВАН@пример.example", "иван@Пример.example"),
            ("bea@example.net", "bea@ｅxample.net"),
            ("cleo@münchen.example", "cleo@xn--mnchen-3ya.example"),
        ] {
            sign_up(&db, first, "Ada", PASSWORD).await.unwrap();
            let there = sign_up(&db, again, "Eve", "quiet-anchor-1815").await.expect("the same answer as for a new one");
            assert_eq!((there.name.as_str(), there.email.as_str()), ("Ada", first));
            assert!(users::authenticate(&db, first, "quiet-anchor-1815").await.unwrap().is_none());
        }
        assert_eq!(count_of_users(&db).await, 5);
    }

    async fn of_twenty_sign_ups_with_one_address_at_once_one_succeeds(db: TestDb) {
        let wanting = (0..20).map(|n| {
            let db: Db = Db::clone(&db);
            let email = if n % 2 == 0 { "ada@example.com" } else { "ADA@example.com" };
            tokio::spawn(async move { sign_up(&db, email, &format!("Number {n}"), PASSWORD).await })
        });
        let mut ids = Vec::new();
        for one in wanting.collect::<Vec<_>>() {
            ids.push(one.await.unwrap().unwrap().id);
        }
        assert_eq!(count_of_users(&db).await, 1);
        let holder = users::authenticate(&db, "ada@example.com", PASSWORD).await.unwrap().unwrap();
        assert!(ids.iter().all(|id| *id == holder.id));
        let emails: Vec<(String, i64)> = db.rows(sql!("select case when arguments like '%verify%' then 'verify' else 'has account' end, count(*) from jobs group by 1 order by 1")).await.unwrap();
        assert_eq!(emails, [("verify".to_owned(), 1)], "the same password: the same person");
    }

    async fn a_name_is_one_line_of_up_to_a_hundred_characters(db: TestDb) {
        let longest = "é".repeat(100);
        for (n, name) in ["X", "José María O'Neill-张", "👩‍🚀 Zoë", "Robert'); drop table users;--", &longest].iter().enumerate() {
            let user = sign_up(&db, &format!("{n}@example.com"), name, PASSWORD).await.unwrap();
            assert_eq!(users::find(&db, &user.id).await.unwrap().unwrap().name, *name);
        }
        let too_long = "é".repeat(101);
        for name in ["", "   ", "Ada\nLovelace", "Ada\0", "Ada\u{1b}[31m", "Ada\rLovelace", &too_long] {
            assert_eq!(wrong_fields(sign_up(&db, "x@example.com", name, PASSWORD).await), ["name"], "{name:?}");
        }
    }

    async fn every_wrong_field_is_named(db: TestDb) {
        assert_eq!(wrong_fields(sign_up(&db, "", "", "").await), ["email", "name", "password"]);
        assert_eq!(wrong_fields(sign_up(&db, "a\0", "b\0", "c\0").await), ["email", "name", "password"]);
    }

    async fn a_new_user_may_log_in_and_is_found_by_id(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let found = users::find(&db, &user.id).await.unwrap().unwrap();
        assert_eq!((found.email, found.created_at), (user.email, user.created_at));
        assert!(users::find(&db, &server::Id::new()).await.unwrap().is_none());
    }

    async fn two_users_with_one_password_have_different_hashes(db: TestDb) {
        person(&db, "ada@example.com").await;
        person(&db, "eve@example.com").await;
        let (different,): (i64,) = db.row(sql!("select count(distinct password_hash) from users")).await.unwrap();
        assert_eq!(different, 2);
    }

    async fn a_password_may_have_any_characters(db: TestDb) {
        let passwords = ["  blanks around me  ", "ёлка-фонарь-причал", "🦑🚢⚓🌊🐙🧭🪝🐚", "tab\tand\nline\rbreaks", "nul\0in the middle"];
        for (n, password) in passwords.iter().enumerate() {
            let email = format!("{n}@example.com");
            sign_up(&db, &email, "Ada", password).await.unwrap();
            assert!(users::authenticate(&db, &email, password).await.unwrap().is_some(), "{password:?}");
            assert!(users::authenticate(&db, &email, &format!("{password} ")).await.unwrap().is_none());
            let stripped: String = password.chars().filter(|c| !c.is_whitespace() && *c != '\0').collect();
            let differs = stripped != *password;
            assert_eq!(users::authenticate(&db, &email, &stripped).await.unwrap().is_none(), differs, "{password:?}");
        }
    }
}

/// Characters that no dictionary contains, without repeats in a row.
fn varied(length: usize) -> String {
    (0..length).map(|n| char::from(b'!' + (n * n * 7 + n * 31 + 11).rem_euclid(89) as u8)).collect()
}

async fn check(password: &str, personal: &[&str]) -> Result<(), String> {
    match passwords::check("password", password, personal).await {
        Err(Error::Invalid(errors)) => Err(errors.iter().map(|(_, message)| message).collect()),
        checked => checked.map(drop).map_err(|error| panic!("{error}")),
    }
}

#[tokio::test]
async fn a_password_has_from_8_to_128_characters() {
    assert!(check("k7#Qz!v", &[]).await.unwrap_err().contains("at least 8"));
    assert_eq!(check("k7#Qz!vW", &[]).await, Ok(()));
    assert_eq!(check(&varied(128), &[]).await, Ok(()));
    assert!(check(&varied(129), &[]).await.unwrap_err().contains("at most 128"));
}

#[tokio::test]
async fn the_length_of_a_password_is_counted_in_characters() {
    assert!(check("ключ🗝️я", &[]).await.unwrap_err().contains("at least 8"));
    let long: String = varied(128).chars().map(|c| char::from_u32(u32::from(c) + 0x400).unwrap()).collect();
    assert_eq!(check(&long, &[]).await, Ok(()));
}

#[tokio::test]
async fn a_password_that_is_easily_guessed_is_refused_with_a_reason() {
    for weak in [
        "password",
        "Password1",
        "12345678",
        "aaaaaaaaaaaa",
        "qwertyuiop",
        "abcabcabcabc",
        "P@ssw0rd",
        "iloveyou1",
    ] {
        let reason = check(weak, &[]).await.expect_err(weak);
        assert!(reason.starts_with("This password is too easy to guess. "), "{weak}: {reason}");
        assert!(reason.len() > "This password is too easy to guess. ".len(), "{weak}: {reason}");
    }
}

#[tokio::test]
async fn a_password_made_of_the_users_name_or_address_is_refused() {
    let personal = ["margaret.hamilton@example.com", "Margaret Hamilton"];
    for own in ["margaret.hamilton@example.com", "Margaret Hamilton", "margaret hamilton1"] {
        assert!(check(own, &personal).await.is_err(), "{own}");
    }
}
