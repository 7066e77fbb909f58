//! One of several form posts with the same content runs. The others get its redirect, also for a while after.

use server::form_posts::{self, FormPost, Key, Outcome, Started};
use server::keys::Keys;
use server::{Config, Db, on_both_databases, sql};
use std::time::Duration;

fn keys() -> Keys {
    Config::for_tests(&[]).session_keys
}

fn outcome(location: &str) -> Outcome {
    Outcome { location: location.into(), cookies: vec!["a=b".into()], one_time_values: "[]".into() }
}

async fn first(db: &Db, key: &Key) -> FormPost {
    match form_posts::begin(db, &keys(), key).await.unwrap() {
        Started::First(post) => post,
        other => panic!("{other:?}"),
    }
}

/// Begins until the outcome of the first post is known, and returns whether it would have run itself.
async fn repeat(db: Db, key: Key) -> (bool, Outcome) {
    loop {
        match form_posts::begin(&db, &keys(), &key).await.unwrap() {
            Started::First(_) => return (true, outcome("/run-twice")),
            Started::Repeat(outcome) => return (false, outcome),
            Started::Running => {}
        }
    }
}

on_both_databases! {
    async fn a_repeat_that_arrives_while_the_first_post_ends_does_not_run(db: TestDb) {
        for number in 0..300_u32 {
            let key = Key::new("token", "/path", &number.to_be_bytes());
            let post = first(&db, &key).await;
            let repeats: Vec<_> = (0..3).map(|_| tokio::spawn(repeat((*db).clone(), key.clone()))).collect();
            tokio::task::yield_now().await;
            post.finish(&db, &keys(), &outcome("/there")).await.unwrap();
            for repeat in repeats {
                assert_eq!(repeat.await.unwrap(), (false, outcome("/there")), "round {number}");
            }
        }
    }

    async fn of_many_repeats_at_once_one_runs_and_after_a_failure_another(db: TestDb) {
        for number in 0..50_u32 {
            let key = Key::new("token", "/path", &number.to_be_bytes());
            let begun: Vec<_> = (0..8)
                .map(|_| {
                    let (db, key) = ((*db).clone(), key.clone());
                    tokio::spawn(async move { form_posts::begin(&db, &keys(), &key).await.unwrap() })
                })
                .collect();
            let mut posts = Vec::new();
            for one in begun {
                if let Started::First(post) = one.await.unwrap() {
                    posts.push(post);
                }
            }
            assert_eq!(posts.len(), 1);
            posts.remove(0).forget(&db).await.unwrap();
            first(&db, &key).await;
        }
    }

    async fn a_dead_post_is_taken_over_once_and_its_late_outcome_is_ignored(db: TestDb) {
        let key = Key::new("token", "/path", b"body");
        let dead = first(&db, &key).await;
        db.clock().advance(Duration::from_secs(29));
        assert!(matches!(form_posts::begin(&db, &keys(), &key).await.unwrap(), Started::Running));
        db.clock().advance(Duration::from_secs(1));
        let second = first(&db, &key).await;
        assert!(matches!(form_posts::begin(&db, &keys(), &key).await.unwrap(), Started::Running));
        dead.finish(&db, &keys(), &outcome("/of-the-dead")).await.unwrap();
        second.finish(&db, &keys(), &outcome("/there")).await.unwrap();
        assert_eq!(repeat((*db).clone(), key.clone()).await, (false, outcome("/there")));
        db.clock().advance(Duration::from_secs(600));
        first(&db, &key).await;
        assert_eq!(form_posts::outcome(&db, &keys(), &key).await.unwrap(), None);
        db.clock().advance(Duration::from_secs(600));
        form_posts::purge(&db).await.unwrap();
        first(&db, &key).await;
    }

    async fn an_outcome_decrypts_with_its_own_key_only(db: TestDb) {
        let (mine, other) = (Key::new("token", "/path", b"body"), Key::new("token", "/pathb", b"ody"));
        assert_ne!(mine, other, "forms whose parts join alike are different");
        first(&db, &mine).await.finish(&db, &keys(), &outcome("/mine")).await.unwrap();
        first(&db, &other).await.finish(&db, &keys(), &outcome("/other")).await.unwrap();
        let copy = "update form_posts set outcome = (select outcome from form_posts order by key_hash limit 1)";
        db.execute(sql!(copy)).await.unwrap();
        let mut decrypted = 0;
        for key in [&mine, &other] {
            decrypted += usize::from(form_posts::outcome(&db, &keys(), key).await.unwrap().is_some());
        }
        assert_eq!(decrypted, 1, "in another row it cannot be decrypted");
    }
}
