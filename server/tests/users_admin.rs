//! Users in the admin area: search, order, pages, and granting the admin role.

use crate::people::{Browser, named, person};
use server::users::{self, Sort};
use server::{Db, accounts, on_both_databases, sql};

pub async fn found(db: &Db, words: &str, sort: Sort) -> Vec<String> {
    let page = users::search(db, words, users::Filter::All, sort, 1).await.unwrap();
    assert_eq!(page.total, page.rows.len() as i64, "{words:?}");
    page.rows.into_iter().map(|row| row.user.email).collect()
}

/// Users whose names and addresses sort differently by collation.
const PEOPLE: [(&str, &str); 14] = [
    ("Zoë", "a1@example.com"),
    ("zoe", "B2@example.com"),
    ("Zoe Adams", "c3@example.com"),
    ("Ann", "z@example.com"),
    ("Ann B", "x@example.com"),
    ("Anna", "aa@example.com"),
    ("anna", "AB@example.com"),
    ("Ann-Marie", "m_m@example.com"),
    ("Änne", "ä@example.com"),
    ("O'Neil", "o-n@example.com"),
    ("_underscore", "under_score@example.com"),
    ("100% Bob", "bob+99@example.com"),
    ("Ивáн", "ivan@example.com"),
    ("张伟", "zhang@example.com"),
];

async fn fill(db: &Db) {
    for (name, email) in PEOPLE {
        named(db, email, name).await;
    }
}

on_both_databases! {
    async fn each_order_is_the_same_on_both_databases(db: TestDb) {
        fill(&db).await;
        assert_eq!(found(&db, "", Sort::Name).await, [
            "bob+99@example.com", "under_score@example.com", "z@example.com", "x@example.com",
            "m_m@example.com", "aa@example.com", "AB@example.com", "o-n@example.com", "B2@example.com",
            "c3@example.com", "a1@example.com", "ä@example.com", "ivan@example.com", "zhang@example.com",
        ]);
        assert_eq!(found(&db, "", Sort::Email).await, [
            "a1@example.com", "aa@example.com", "AB@example.com", "B2@example.com", "bob+99@example.com",
            "c3@example.com", "ivan@example.com", "m_m@example.com", "o-n@example.com",
            "under_score@example.com", "x@example.com", "z@example.com", "zhang@example.com", "ä@example.com",
        ]);
    }

    async fn the_newest_account_comes_first(db: TestDb) {
        fill(&db).await;
        let mut expected = PEOPLE.map(|(_, email)| email);
        expected.reverse();
        assert_eq!(found(&db, "", Sort::Newest).await, expected);
        assert_eq!(Sort::default(), Sort::Newest);
    }

    async fn users_are_sorted_by_name_ignoring_case(db: TestDb) {
        for (name, email) in [("Ann", "z@example.com"), ("bert", "b@example.com"), ("Ann B", "x@example.com"), ("Cleo", "a@example.com"), ("ANNA", "y@example.com")] {
            named(&db, email, name).await;
        }
        let expected = ["z", "x", "y", "b", "a"].map(|part| format!("{part}@example.com"));
        assert_eq!(found(&db, "", Sort::Name).await, expected);
    }

    async fn users_are_sorted_by_address_ignoring_case(db: TestDb) {
        for email in ["b@example.com", "C@example.com", "A@example.com", "d@example.com"] {
            person(&db, email).await;
        }
        let expected = ["A", "b", "C", "d"].map(|part| format!("{part}@example.com"));
        assert_eq!(found(&db, "", Sort::Email).await, expected);
    }

    async fn users_are_found_by_any_part_of_name_or_address(db: TestDb) {
        fill(&db).await;
        for (words, email) in [
            ("zoë", "a1@example.com"), ("ZOË", "a1@example.com"), ("änne", "ä@example.com"), ("ÄNNE", "ä@example.com"),
            ("Ä@", "ä@example.com"), ("ИВÁН", "ivan@example.com"), ("伟", "zhang@example.com"), ("zoe adams", "c3@example.com"),
            (" o'neil ", "o-n@example.com"), ("b2@EXAMPLE", "B2@example.com"), ("-marie", "m_m@example.com"),
        ] {
            assert_eq!(found(&db, words, Sort::Name).await, [email], "{words:?}");
        }
        assert_eq!(found(&db, "  ", Sort::Newest).await.len(), PEOPLE.len());
    }

    async fn sql_wildcards_are_literal_in_a_search(db: TestDb) {
        fill(&db).await;
        named(&db, "back@example.com", r"C:\temp").await;
        for (words, emails) in [
            ("%", vec!["bob+99@example.com"]),
            ("100%", vec!["bob+99@example.com"]),
            ("%%", vec![]),
            ("_", vec!["m_m@example.com", "under_score@example.com"]),
            ("m_m", vec!["m_m@example.com"]),
            ("o_n", vec![]),
            (r"\", vec!["back@example.com"]),
            (r":\t", vec!["back@example.com"]),
            (r"\\", vec![]),
            (r"\%", vec![]),
            ("'", vec!["o-n@example.com"]),
            ("' or '1'='1", vec![]),
            ("*", vec![]),
            ("[a-z]", vec![]),
            ("zoe\0 adams", vec!["c3@example.com"]),
        ] {
            assert_eq!(found(&db, words, Sort::Email).await, emails, "{words:?}");
        }
    }

    async fn a_very_long_search_of_users_finds_nothing(db: TestDb) {
        person(&db, "ada@example.com").await;
        for sign in ["x", "%", "_", "\\", "é"] {
            let found = users::search(&db, &sign.repeat(30_000), users::Filter::All, Sort::Name, 1).await;
            assert_eq!(found.expect(sign).total, 0);
        }
    }

    async fn users_are_paginated_with_their_total(db: TestDb) {
        for number in 0..23 {
            person(&db, &format!("crowd{number:02}@example.com")).await;
        }
        for sort in [Sort::Newest, Sort::Name, Sort::Email] {
            let mut seen = Vec::new();
            for (asked, number, rows) in [(1, 1, 20), (2, 2, 3)] {
                let page = users::search(&db, "", users::Filter::All, sort, asked).await.unwrap();
                assert_eq!((page.rows.len(), page.total, page.count(), page.number), (rows, 23, 2, number));
                seen.extend(page.rows.into_iter().map(|row| row.user.email));
            }
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 23, "{sort:?}: a user is on two pages");
        }
        for asked in [3, 1_000_000, i64::MAX] {
            assert_eq!(users::search(&db, "", users::Filter::All, Sort::Name, asked).await.unwrap().number, 2, "after the end comes the last page");
        }
        for number in [0, -1, i64::MIN] {
            let page = users::search(&db, "", users::Filter::All, Sort::Name, number).await.unwrap();
            assert_eq!((page.rows.len(), page.number), (20, 1));
        }
        let none = users::search(&db, "unknown", users::Filter::All, Sort::Name, 1).await.unwrap();
        assert_eq!((none.total, none.count()), (0, 1));
    }

    async fn each_user_is_listed_with_the_number_of_their_sessions(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        Browser::of(&db, &ada).await;
        Browser::of(&db, &ada).await;
        Browser::of(&db, &eve).await;
        person(&db, "idle@example.com").await;
        let page = users::search(&db, "", users::Filter::All, Sort::Email, 1).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.sessions).collect::<Vec<_>>(), [2, 1, 0]);
    }

    async fn descending_orders_reverse_the_ascending_ones(db: TestDb) {
        fill(&db).await;
        for (up, down) in [(Sort::Name, Sort::NameDescending), (Sort::Email, Sort::EmailDescending), (Sort::Oldest, Sort::Newest)] {
            let mut reversed = found(&db, "", up).await;
            reversed.reverse();
            assert_eq!(found(&db, "", down).await, reversed, "{down:?}");
        }
        assert_eq!(found(&db, "", Sort::Oldest).await, PEOPLE.map(|(_, email)| email));
    }

    async fn granting_the_admin_role_affects_one_user_only(db: TestDb) {
        let (ada, eve) = (person(&db, "Ädà@Example.com").await, person(&db, "eve@example.com").await);
        let browser = Browser::of(&db, &ada).await;
        for unknown in ["", " ", "nobody@example.com", "%", "_%", "eve@example.co", "Ada Lovelace"] {
            assert!(!accounts::grant_admin(&db, unknown).await.unwrap(), "{unknown:?}");
        }
        assert!(!users::find(&db, &ada.id).await.unwrap().unwrap().is_admin());
        assert!(accounts::grant_admin(&db, " äDÀ@example.COM ").await.unwrap());
        assert!(users::find(&db, &ada.id).await.unwrap().unwrap().is_admin());
        assert!(!users::find(&db, &eve.id).await.unwrap().unwrap().is_admin());
        assert!(accounts::grant_admin(&db, "ädà@example.com").await.unwrap(), "granting twice is no error");
        assert!(browser.visit().login().await.unwrap().unwrap().user.is_admin(), "an existing log-in sees it at once");
    }

    async fn an_admin_demoted_in_the_table_is_no_admin_at_the_next_request(db: TestDb) {
        let browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        accounts::grant_admin(&db, "ada@example.com").await.unwrap();
        db.execute(sql!("update users set roles = ''")).await.unwrap();
        assert!(!browser.visit().login().await.unwrap().unwrap().user.is_admin());
    }
}
