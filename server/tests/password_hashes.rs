//! Hashes of passwords at the cost of production: all other tests have cheap ones.

use crate::people::{PASSWORD, person};
use argon2::Params;
use server::users::{self, passwords, use_real_hashes};
use server::{Db, Id, User, on_both_databases, sql};
use std::time::Instant;

const REAL: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

async fn authenticate(db: &Db, email: &str, password: &str) -> Option<User> {
    users::authenticate(db, email, password).await.expect("no error, whatever was typed")
}

async fn stored_hash(db: &Db, id: &Id<User>) -> String {
    db.row::<(_,)>(sql!("select password_hash from users where id = $1", id)).await.unwrap().0
}

async fn store_hash(db: &Db, id: &Id<User>, hash: &str) {
    db.execute(sql!("update users set password_hash = $2 where id = $1", id, hash)).await.unwrap();
}

on_both_databases! {
    async fn an_unknown_address_costs_the_work_of_a_wrong_password(db: TestDb) {
        use_real_hashes();
        person(&db, "ada@example.com").await;
        authenticate(&db, "unknown@example.com", "warm-up").await;
        let (mut known, mut unknown) = (f64::MAX, f64::MAX);
        for _ in 0..5 {
            let start = Instant::now();
            authenticate(&db, "ada@example.com", "wrong").await;
            known = known.min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            authenticate(&db, "unknown@example.com", "wrong").await;
            unknown = unknown.min(start.elapsed().as_secs_f64());
        }
        // Without the dummy hash for unknown addresses the ratio is about a hundredth.
        assert!(unknown > known / 3.0, "known {known} s, unknown {unknown} s");
    }

    async fn a_hash_with_other_parameters_is_renewed_at_log_in(db: TestDb) {
        use_real_hashes();
        let user = person(&db, "ada@example.com").await;
        let weaker = passwords::hash_with(PASSWORD, Params::new(64, 1, 1, None).unwrap()).await.unwrap();
        store_hash(&db, &user.id, &weaker).await;

        assert!(authenticate(&db, "ada@example.com", "wrong").await.is_none());
        assert_eq!(stored_hash(&db, &user.id).await, weaker);

        assert!(authenticate(&db, "ada@example.com", PASSWORD).await.is_some());
        let renewed = stored_hash(&db, &user.id).await;
        assert!(renewed.starts_with(REAL), "{renewed}");

        assert!(authenticate(&db, "ada@example.com", PASSWORD).await.is_some());
        assert_eq!(stored_hash(&db, &user.id).await, renewed);
    }

    async fn a_password_is_stored_as_a_hash_only(db: TestDb) {
        use_real_hashes();
        let user = person(&db, "ada@example.com").await;
        let row: (String, String) = db.row(sql!("select password_hash, email || email_key || name || search_text from users where id = $1", user.id)).await.unwrap();
        assert!(row.0.starts_with(REAL), "{}", row.0);
        assert!(!row.0.contains(PASSWORD) && !row.1.contains(PASSWORD));
    }
}
