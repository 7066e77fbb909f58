//! Unicode forms of a password: systems write the same letters in composed (NFC) or decomposed (NFD) form.

use crate::people::person;
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use server::accounts::NewUser;
use server::users::{authenticate, is_password, passwords};
use server::{Db, accounts, on_both_databases, sql};

/// The same words, composed and decomposed.
const FORMS: [(&str, &str); 4] = [
    ("zo\u{eb}-caf\u{e9}-1815-bl\u{fc}te", "zoe\u{308}-cafe\u{301}-1815-blu\u{308}te"),
    (
        "\u{d55c}\u{ad6d}\u{c5b4}-harbour-4711",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165}-harbour-4711",
    ),
    ("\u{212b}ngstr\u{f6}m-lantern-44", "A\u{30a}ngstro\u{308}m-lantern-44"),
    (
        "\u{1f82}\u{1f82}-quiet-anchor-9",
        "\u{3b1}\u{313}\u{300}\u{345}\u{3b1}\u{313}\u{300}\u{345}-quiet-anchor-9",
    ),
];
const ADA: &str = "ada@example.com";

async fn is_right(db: &Db, typed: &str) -> bool {
    authenticate(db, ADA, typed).await.unwrap().is_some()
}

async fn store(db: &Db, hash: &str) {
    db.execute(sql!("update users set password_hash = $1", hash)).await.unwrap();
}

fn hash_of(bytes: &str) -> String {
    Argon2::default().hash_password(bytes.as_bytes()).unwrap().to_string()
}

on_both_databases! {
    async fn a_new_password_is_right_in_both_forms(db: TestDb) {
        for (number, (composed, decomposed)) in FORMS.into_iter().enumerate() {
            for (round, typed) in [composed, decomposed].into_iter().enumerate() {
                let email = format!("{number}-{round}@example.com");
                accounts::sign_up(&db, NewUser { email: &email, name: "Ada", password: typed }).await.unwrap();
                for form in [composed, decomposed] {
                    let user = authenticate(&db, &email, form).await.unwrap().expect(form);
                    assert!(is_password(&db, &user, form).await.unwrap(), "typed again");
                }
                assert!(authenticate(&db, &email, &composed.to_uppercase()).await.unwrap().is_none());
            }
        }
    }

    async fn a_second_sign_up_in_the_other_form_is_the_same_person(db: TestDb) {
        let (composed, decomposed) = FORMS[0];
        for password in [composed, decomposed] {
            accounts::sign_up(&db, NewUser { email: ADA, name: "Ada", password }).await.unwrap();
        }
        let (emails,): (i64,) = db.row(sql!("select count(*) from jobs")).await.unwrap();
        assert_eq!(emails, 1);
    }

    async fn a_hash_of_the_decomposed_form_is_right_as_typed_and_is_then_renewed(db: TestDb) {
        person(&db, ADA).await;
        let (composed, decomposed) = FORMS[0];
        store(&db, &hash_of(decomposed)).await;
        assert!(!is_right(&db, composed).await, "of an earlier build: only as it was typed");
        assert!(is_right(&db, decomposed).await);
        assert!(is_right(&db, composed).await, "the log-in has renewed the hash");
    }

    async fn only_canonical_forms_are_equal(db: TestDb) {
        person(&db, ADA).await;
        store(&db, &passwords::hash("file-harbour-44").await.unwrap()).await;
        assert!(!is_right(&db, "\u{fb01}le-harbour-44").await, "a ligature is another password");
        assert!(!is_right(&db, "\u{ff46}ile-harbour-44").await, "and so are full-width letters");
    }

    async fn the_length_is_that_of_the_composed_form(db: TestDb) {
        person(&db, ADA).await;
        let (one, parts) = ("\u{1f82}", "\u{3b1}\u{313}\u{300}\u{345}");
        store(&db, &passwords::hash(&one.repeat(128)).await.unwrap()).await;
        assert!(is_right(&db, &parts.repeat(128)).await);
        assert!(!is_right(&db, &parts.repeat(129)).await);
        assert!(!is_right(&db, &format!("{}{}", parts.repeat(128), "x".repeat(200_000))).await);
        let too_long = passwords::check("password", &parts.repeat(129), &[]).await;
        assert!(server::testing::field_errors(too_long).iter().any(|(_, message)| message.contains("this has 129")));
    }
}

#[tokio::test]
async fn a_hash_is_made_of_the_composed_form() {
    let (composed, decomposed) = FORMS[0];
    let db = server::testing::TestDb::sqlite().await;
    let user = person(&db, ADA).await;
    store(&db, &hash_of(composed)).await;
    assert!(is_password(&db, &user, decomposed).await.unwrap());
}
