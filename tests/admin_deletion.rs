//! What remains in the tables after an admin deleted an account.

use crate::browser::full_user::{ADA, ada, assert_nothing_is_left, id_of};
use crate::browser::{Browser, FORM, SCRIPT, form, site, tables};
use server::on_both_databases;

on_both_databases! {
    async fn deletion_by_an_admin_leaves_no_rows_and_keeps_the_admin_logged_in(db: TestDb) {
        ada(&db, &[]).await;
        let id = id_of(&db, ADA).await;
        let mut root = Browser::at(site(&db, &[]));
        root.sign_up("root@example.com").await;
        root.become_admin(&db, "root@example.com").await;
        let own = id_of(&db, "root@example.com").await;
        tables::write(&db, &format!("delete from jobs where arguments like '%{own}%'")).await;
        root.get(&format!("/admin/users/{id}")).await;
        root.post("/admin/users/delete", &[("user_id", &id)]).await;
        assert!(root.page.contains("is deleted") && root.is_logged_in().await, "{}", root.page);
        root.get("/dashboard").await;
        assert_nothing_is_left(&db, &id, 1).await;
    }

    async fn an_account_that_other_data_refers_to_is_409_and_stays(db: TestDb) {
        for rule in ["", "on delete restrict"] {
            let db = db.another().await;
            let mut root = Browser::at(site(&db, &[]));
            root.sign_up("root@example.com").await;
            root.become_admin(&db, "root@example.com").await;
            Browser::at(root.site.clone()).sign_up(ADA).await;
            let id = id_of(&db, ADA).await;
            let invoices = format!("create table invoices (user_id text not null references users (id) {rule})");
            tables::write(&db, &invoices).await;
            tables::write(&db, &format!("insert into invoices (user_id) values ('{id}')")).await;
            let page = root.ask("POST", "/admin/users/delete", &FORM, form(&[("user_id", &id)])).await;
            assert_eq!(page.status, 409, "{rule}: {}", page.body);
            assert!(page.body.contains("This conflicts with other data"), "{}", page.body);
            let json = root.ask("POST", "/admin/users/delete", &SCRIPT, form(&[("user_id", &id)])).await;
            assert!(json.body.starts_with("{\"error\":\"Conflict\""), "{rule}: {}", json.body);
            assert_eq!(id_of(&db, ADA).await, id);
        }
    }
}
