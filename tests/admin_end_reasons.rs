//! What each action of an admin ends: their rows of docs/reference/sessions-and-what-ends-them.md.

use crate::browser::authenticator::with_both_factors;
use crate::browser::end_reasons::{ALL, NONE, OTHERS, People, Row, THIS_ONE, holds, people, row};
use crate::browser::{PASSWORD, for_each_case};
use server::on_both_databases;
use server::testing::TestDb;

const NEW: &str = "quiet-anchor-1815";

const TABLE: &[Row] = &[
    row(
        "two-factor removed",
        OTHERS,
        "An administrator removed your two-factor log-in.",
        "removed two-factor log-in",
    ),
    row("password set", OTHERS, "An administrator set a new password for you.", "set the password"),
    row(
        "account given back",
        OTHERS,
        "An administrator gave this account back to its owner.",
        "gave the account back to its owner",
    ),
    row("account disabled", OTHERS, "Your account was disabled.", "disabled the account"),
    row("account deleted", OTHERS, "Please log in again.", "deleted the account"),
    row("made an admin", ALL, "", "made an admin"),
    row("removed the admin role", ALL, "", "removed the admin role"),
    row("one revoked", THIS_ONE, "An administrator ended this log-in.", "revoked a session"),
    row("all revoked", OTHERS, "An administrator ended this log-in.", "revoked all sessions"),
    row("all users revoked", NONE, "All users were logged out.", "logged out all users"),
];

async fn happens(what: &str, db: &TestDb, people: &mut People) {
    let People { here, there, admin, id, session, .. } = people;
    let user: &[(&str, &str)] = &[("user_id", id.as_str())];
    let role = [user[0], ("role", "admin")];
    match what {
        "two-factor removed" => {
            with_both_factors(db, here, there).await;
            admin.post("/admin/users/remove-two-factor", user).await;
        }
        "password set" => {
            admin.post("/admin/users/password", &[("user_id", id), ("new_password", NEW)]).await;
        }
        "account given back" => drop(admin.post("/admin/users/give-back", user).await),
        "account disabled" => drop(admin.post("/admin/users/disable", user).await),
        "account deleted" => drop(admin.post("/admin/users/delete", user).await),
        "made an admin" => drop(admin.post("/admin/users/grant-role", &role).await),
        "removed the admin role" => {
            admin.post("/admin/users/grant-role", &role).await;
            admin.post("/admin/users/remove-role", &role).await;
        }
        "one revoked" => drop(admin.post("/admin/sessions/revoke", &[("id", session)]).await),
        "all revoked" => drop(admin.post("/admin/users/revoke-sessions", user).await),
        "all users revoked" => drop(admin.post("/admin/sessions/revoke-all", &[]).await),
        _ => panic!("unknown row: {what}"),
    }
}

on_both_databases! {
    async fn each_action_ends_its_sessions_shows_the_reason_and_is_audited(db: TestDb) {
        for_each_case(&db, TABLE, async |db, row: &Row| {
            holds(row, &db, async |people| happens(row.what, &db, people).await).await;
        }).await;
    }

    async fn the_log_in_reports_a_disabled_account_only_with_its_password(db: TestDb) {
        let mut people = people(&db).await;
        happens("account disabled", &db, &mut people).await;
        people.there.log_in("ada@example.com", PASSWORD).await;
        assert!(people.there.page.contains("This account is disabled. Contact an administrator."));
        people.there.log_in("ada@example.com", "not-her-password").await;
        assert!(!people.there.page.contains("disabled"));
        people.admin.post("/admin/users/enable", &[("user_id", &people.id)]).await;
        people.there.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(people.there.path, "/dashboard");
    }

    async fn admin_lists_show_why_a_session_ended(db: TestDb) {
        let mut people = people(&db).await;
        happens("all revoked", &db, &mut people).await;
        for path in ["/admin/sessions?show=ended".to_owned(), format!("/admin/users/{}", people.id)] {
            people.admin.get(&path).await;
            assert!(people.admin.page.contains("revoked by an admin"), "{path}");
        }
    }
}
