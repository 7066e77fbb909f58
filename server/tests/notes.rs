//! Notes of a user: no other user reaches them, and which content is valid.

use crate::people::person;
use server::notes::{self, Note};
use server::testing::field_errors;
use server::{Db, Id, Scope, on_both_databases, sql};
use std::time::Duration;

async fn scope(db: &Db, email: &str) -> Scope {
    Scope::of(&person(db, email).await)
}

async fn write(db: &Db, scope: &Scope, title: &str) -> Id<Note> {
    notes::create(db, scope, title, "").await.expect("a new note")
}

async fn rewrite(db: &Db, scope: &Scope, id: &Id<Note>, title: &str) {
    let seen_at = read(db, scope, id).await.updated_at;
    assert!(notes::update(db, scope, id, seen_at, title, "").await.unwrap());
}

async fn read(db: &Db, scope: &Scope, id: &Id<Note>) -> Note {
    notes::find(db, scope, id).await.unwrap().expect("a note")
}

async fn titles(db: &Db, scope: &Scope, page: i64) -> Vec<String> {
    notes::list(db, scope, page).await.unwrap().rows.into_iter().map(|note| note.title).collect()
}

/// The invalid fields of a note like this, the same for a new one and for a change.
async fn wrong_fields(db: &Db, scope: &Scope, title: &str, body: &str) -> Vec<&'static str> {
    let created = field_errors(notes::create(db, scope, title, body).await);
    let there = write(db, scope, "There already").await;
    let updated = field_errors(notes::update(db, scope, &there, 0, title, body).await);
    assert_eq!(created, updated);
    assert_eq!(read(db, scope, &there).await.title, "There already");
    created.iter().map(|(field, _)| field).collect()
}

on_both_databases! {
    async fn a_note_is_written_read_changed_and_deleted(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let id = notes::create(&db, &owner, "  Hull  ", "Keel\r\nRibs\rDeck\n").await.unwrap();
        let note = read(&db, &owner, &id).await;
        assert_eq!((note.title.as_str(), note.body.as_str()), ("Hull", "Keel\nRibs\nDeck\n"));

        db.clock().advance(Duration::from_secs(5));
        assert!(notes::update(&db, &owner, &id, note.updated_at, "Rig", "Mast").await.unwrap());
        let changed = read(&db, &owner, &id).await;
        assert_eq!((changed.title.as_str(), changed.body.as_str()), ("Rig", "Mast"));
        assert!(changed.updated_at >= note.updated_at + 5_000);

        assert!(notes::delete(&db, &owner, &id).await.unwrap());
        assert!(notes::find(&db, &owner, &id).await.unwrap().is_none());
        assert!(!notes::delete(&db, &owner, &id).await.unwrap(), "it was deleted before");
    }

    async fn a_note_cannot_be_reached_by_another_user(db: TestDb) {
        let (ada, eve) = (scope(&db, "ada@example.com").await, scope(&db, "eve@example.com").await);
        let id = notes::create(&db, &ada, "Secret", "plan").await.unwrap();
        assert!(notes::find(&db, &eve, &id).await.unwrap().is_none());
        assert!(!notes::update(&db, &eve, &id, read(&db, &ada, &id).await.updated_at, "Taken", "over").await.unwrap());
        assert!(!notes::delete(&db, &eve, &id).await.unwrap());
        let listed = notes::list(&db, &eve, 1).await.unwrap();
        assert_eq!((listed.total, listed.rows.len()), (0, 0));
        let note = read(&db, &ada, &id).await;
        assert_eq!((note.title.as_str(), note.body.as_str()), ("Secret", "plan"));
    }

    async fn a_missing_note_cannot_be_read_changed_or_deleted(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let id = Id::new();
        assert!(notes::find(&db, &owner, &id).await.unwrap().is_none());
        assert!(!notes::update(&db, &owner, &id, 0, "Ghost", "").await.unwrap());
        assert!(!notes::delete(&db, &owner, &id).await.unwrap());
        assert_eq!(notes::list(&db, &owner, 1).await.unwrap().total, 0);
    }

    async fn a_note_of_an_unknown_user_cannot_be_created(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        db.execute(sql!("delete from users")).await.unwrap();
        assert!(notes::create(&db, &owner, "Ghost", "").await.is_err());
    }

    async fn the_notes_of_a_deleted_user_are_deleted(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        write(&db, &owner, "Last words").await;
        db.execute(sql!("delete from users")).await.unwrap();
        let (left,): (i64,) = db.row(sql!("select count(*) from notes")).await.unwrap();
        assert_eq!(left, 0);
    }

    async fn a_title_is_one_line_of_up_to_120_characters(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let longest = "é".repeat(120);
        for title in ["X", "张 👩‍🚀", "<script>alert(1)</script>", "'); drop table notes; --", &longest] {
            let id = write(&db, &owner, title).await;
            assert_eq!(read(&db, &owner, &id).await.title, title);
        }
        let too_long = "é".repeat(121);
        for title in ["", "  ", "\u{3000}", "two\nlines", "nul\0", "tab\tbed", "\u{1b}[31m", &too_long] {
            assert_eq!(wrong_fields(&db, &owner, title, "fine").await, ["title"], "{title:?}");
        }
    }

    async fn a_text_has_up_to_10000_characters_on_any_number_of_lines(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let longest = "\n".repeat(5_000) + &"é".repeat(5_000);
        for body in ["", "\n\n  indented\n\ttab\n", &longest] {
            let id = notes::create(&db, &owner, "Text", body).await.unwrap();
            assert_eq!(read(&db, &owner, &id).await.body, body);
        }
        let (too_long, megabyte) = ("é".repeat(10_001), "x".repeat(1 << 20));
        for body in ["nul\0", "\u{1b}[31m", "\u{7f}", &too_long, &megabyte] {
            assert_eq!(wrong_fields(&db, &owner, "Text", body).await, ["body"], "{body:.10}");
        }
        assert_eq!(wrong_fields(&db, &owner, "", "\0").await, ["title", "body"], "both fields are named");
    }

    async fn a_line_break_counts_as_one_character(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let id = notes::create(&db, &owner, "Breaks", &"\r\n".repeat(10_000)).await.unwrap();
        assert_eq!(read(&db, &owner, &id).await.body.len(), 10_000);
    }

    async fn notes_are_listed_by_last_change(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let mut ids = Vec::new();
        for title in ["one", "two", "three"] {
            ids.push(write(&db, &owner, title).await);
            db.clock().advance(Duration::from_secs(1));
        }
        assert_eq!(titles(&db, &owner, 1).await, ["three", "two", "one"]);
        rewrite(&db, &owner, &ids[0], "one again").await;
        assert_eq!(titles(&db, &owner, 1).await, ["one again", "three", "two"]);
    }

    async fn notes_are_paginated_with_their_total(db: TestDb) {
        let (ada, eve) = (scope(&db, "ada@example.com").await, scope(&db, "eve@example.com").await);
        write(&db, &eve, "not hers").await;
        for number in (0..41).rev() {
            write(&db, &ada, &format!("{number:02}")).await;
        }
        let mut seen = Vec::new();
        for page in 1..=3 {
            seen.extend(titles(&db, &ada, page).await);
        }
        assert_eq!(seen, (0..41).map(|number| format!("{number:02}")).collect::<Vec<_>>());
        for (number, rows) in [(1, 20), (3, 1), (4, 1), (i64::MAX, 1), (0, 20), (-1, 20), (i64::MIN, 20)] {
            let page = notes::list(&db, &ada, number).await.unwrap();
            assert_eq!((page.rows.len(), page.total, page.count()), (rows, 41, 3), "page {number}");
            assert!(page.number >= 1);
        }
    }

    async fn of_twenty_edits_at_once_one_is_saved(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let id = write(&db, &owner, "start").await;
        let seen_at = read(&db, &owner, &id).await.updated_at;
        let edits: Vec<_> = (0..20).map(|number| {
            let (db, owner, id) = (Db::clone(&db), owner.clone(), id.clone());
            tokio::spawn(async move {
                notes::update(&db, &owner, &id, seen_at, &format!("edit {number}"), &format!("text of edit {number}")).await
            })
        }).collect();
        let mut saved = 0;
        for edit in edits {
            match edit.await.unwrap() {
                Ok(exists) => saved += usize::from(exists),
                Err(error) => assert!(field_errors(Err::<(), _>(error)).iter().any(|(field, _)| field == notes::SEEN_AT)),
            }
        }
        assert_eq!(saved, 1);
        let note = read(&db, &owner, &id).await;
        assert_eq!(note.body, format!("text of {}", note.title));
    }

    async fn twenty_new_notes_at_once_are_twenty_notes(db: TestDb) {
        let owner = scope(&db, "ada@example.com").await;
        let writing: Vec<_> = (0..20).map(|number| {
            let (db, owner) = (Db::clone(&db), owner.clone());
            tokio::spawn(async move { notes::create(&db, &owner, &format!("note {number}"), "").await })
        }).collect();
        for one in writing {
            one.await.unwrap().expect("no lock error");
        }
        let mut all = titles(&db, &owner, 1).await;
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 20);
    }

    async fn the_latest_notes_are_the_few_that_the_owner_changed_last(db: TestDb) {
        let (ada, eve) = (scope(&db, "ada@example.com").await, scope(&db, "eve@example.com").await);
        notes::create(&db, &eve, "Not hers", "").await.unwrap();
        let mut ids = Vec::new();
        for title in ["one", "two", "three"] {
            ids.push(notes::create(&db, &ada, title, "").await.unwrap());
            db.clock().advance(Duration::from_secs(1));
        }
        rewrite(&db, &ada, &ids[0], "one again").await;
        let latest = notes::latest(&db, &ada, 2).await.unwrap();
        assert_eq!(latest.into_iter().map(|note| note.title).collect::<Vec<_>>(), ["one again", "three"]);
    }

    async fn parts_of_all_notes_are_ordered_by_id_and_have_only_the_owners(db: TestDb) {
        let (ada, eve) = (scope(&db, "ada@example.com").await, scope(&db, "eve@example.com").await);
        let first = write(&db, &ada, "one").await;
        let eves = write(&db, &eve, "not hers").await;
        let second = write(&db, &ada, "two").await;
        rewrite(&db, &ada, &first, "one again").await;
        let titles = async |after: Option<&Id<Note>>, most| {
            notes::after(&db, &ada, after, most).await.unwrap().into_iter().map(|note| note.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(None, 9).await, ["one again", "two"]);
        assert_eq!(titles(None, 1).await, ["one again"]);
        assert_eq!(titles(Some(&first), 9).await, ["two"]);
        assert_eq!(titles(Some(&eves), 9).await, ["two"]);
        assert!(titles(Some(&second), 9).await.is_empty());
    }

    async fn a_note_is_deleted_as_seen_or_not_at_all(db: TestDb) {
        let (ada, eve) = (scope(&db, "ada@example.com").await, scope(&db, "eve@example.com").await);
        let id = write(&db, &ada, "one").await;
        let seen_at = read(&db, &ada, &id).await.updated_at;
        assert!(!notes::delete_unchanged(&db, &eve, &id, seen_at).await.unwrap());
        rewrite(&db, &ada, &id, "one again").await;
        assert!(!notes::delete_unchanged(&db, &ada, &id, seen_at).await.unwrap());
        let seen_at = read(&db, &ada, &id).await.updated_at;
        assert!(notes::delete_unchanged(&db, &ada, &id, seen_at).await.unwrap());
    }
}
