//! A user with data in every table, and a check that all of it is deleted.

use super::authenticator::set_up;
use super::{Browser, FORM, PASSWORD, form, site, tables};
use server::testing::TestDb;

pub const ADA: &str = "Ada@Example.com";
pub const NAME: &str = "Ada Quillfeather";
pub const TEXT: &str = "a sketch of the engine";
pub const NEW_EMAIL: &str = "countess@example.com";

pub async fn id_of(db: &TestDb, email: &str) -> String {
    tables::lines(db, &format!("select id from users where email = '{email}'")).await.remove(0)
}

/// A user with rows in the tables, in the session data of several browsers and in the queue.
pub async fn ada(db: &TestDb, settings: &[(&str, &str)]) -> Browser {
    let app = site(db, settings);
    let mut here = Browser::at(app.clone());
    here.post("/signup", &[("name", NAME), ("email", ADA), ("password", PASSWORD)]).await;
    tables::write(db, "update users set email_verified_at = created_at").await;
    here.log_in(ADA, PASSWORD).await;
    let mut logged_out = Browser::at(app.clone());
    logged_out.log_in(ADA, PASSWORD).await;
    let mut stale = Browser::at(app.clone());
    stale.log_in(ADA, PASSWORD).await;
    let too_long = TEXT.repeat(20);
    stale.ask("POST", "/account", &FORM, form(&[("name", &too_long)])).await;
    set_up(db, &mut here).await;
    logged_out.post("/logout", &[]).await;
    let mut half = Browser::at(app.clone());
    half.log_in(ADA, PASSWORD).await;
    assert_eq!(half.path, "/login/code");
    here.post("/account/email", &[("email", NEW_EMAIL)]).await;
    Browser::at(app).post("/forgot", &[("email", "ADA@EXAMPLE.COM")]).await;
    tables::write(db, "update jobs set failed_at = 1 where arguments like '%reset%'").await;
    here
}

/// Checks that no table but the audit log has data of Ada. One email about the deletion may wait.
pub async fn assert_nothing_is_left(db: &TestDb, id: &str, emails: usize) {
    let all = tables::dump(db).await;
    assert!(all.iter().any(|row| row.starts_with("audit ") && row.contains(ADA)));
    let (queue, rows): (Vec<_>, Vec<_>) =
        all.into_iter().filter(|row| !row.starts_with("audit ")).partition(|row| row.starts_with("jobs "));
    for what in [id, ADA, "ada@example.com", NAME, "Quillfeather", TEXT, NEW_EMAIL] {
        assert_eq!(tables::row_with(&rows, what), None, "{what}");
    }
    for what in [id, TEXT, NEW_EMAIL, "ADA@EXAMPLE.COM"] {
        assert_eq!(tables::row_with(&queue, what), None, "{what}");
    }
    let farewells = queue.iter().filter(|row| row.contains(ADA) && row.contains("deleted")).count();
    assert_eq!((farewells, queue.len()), (emails, emails), "{queue:?}");
}
