//! Roles: held by a user, active in a session. A change of them gives each browser of the user a new session id.

use crate::on_each_store::{on_each_server_store, on_each_store};
use crate::people::{Browser, OPERATOR, person};
use server::accounts::{grant_role, remove_role, switch_role};
use server::audit::Actor;
use server::testing::refusal;
use server::users::Role;
use server::{Db, Error, Refusal, User, accounts, audit, on_both_databases, sql, users};

async fn again(db: &Db, user: &User) -> User {
    users::find(db, &user.id).await.unwrap().unwrap()
}

/// A change of the user's roles.
async fn change(db: &Db, user: &User, what: &str) {
    match what {
        "granted" => grant_role(db, OPERATOR, user, Role::Admin).await.unwrap(),
        _ => remove_role(db, OPERATOR, user, Role::Admin).await.unwrap(),
    }
}

/// Switches as the page does. Returns the browser's new cookie.
async fn switch(db: &Db, browser: &mut Browser, role: Role) -> Result<(), Error> {
    let visitor = browser.visit();
    let login = visitor.login().await.unwrap().unwrap().clone();
    assert!(visitor.renew(&login).await.unwrap());
    let switched = switch_role(db, visitor.actor(&login.user), &login, role).await;
    browser.finish(visitor).await;
    switched
}

async fn active(browser: &mut Browser) -> Option<Role> {
    let visitor = browser.visit();
    let role = visitor.login().await.unwrap().map(|login| login.role());
    browser.finish(visitor).await;
    role
}

on_each_store! {
    async fn after_a_change_of_roles_the_next_request_has_a_new_id_and_the_old_one_proves_nothing(db: TestDb) {
        let (user, other) = (person(&db, "ada@example.com").await, person(&db, "root@example.com").await);
        accounts::grant_admin(&db, "root@example.com").await.unwrap();
        for what in ["granted", "removed"] {
            let (mut browser, mut second) = (Browser::of(&db, &user).await, Browser::of(&db, &user).await);
            let mut unconcerned = Browser::of(&db, &other).await;
            change(&db, &user, what).await;
            let mut copy = Browser::new(&db);
            (copy.id, copy.had_login) = (browser.id, true);
            for browser in [&mut browser, &mut second] {
                let old = browser.id;
                let visitor = browser.visit();
                assert!(visitor.login().await.unwrap().is_some(), "{what}");
                assert!(visitor.accepts(visitor.form_token()), "{what}");
                assert!(browser.finish(visitor).await.is_some(), "{what}: a new cookie");
                assert_ne!(browser.id, old, "{what}");
                let visitor = browser.visit();
                assert!(visitor.login().await.unwrap().is_some(), "{what}");
                assert_eq!(browser.finish(visitor).await, None, "{what}: once");
            }
            let late = copy.visit();
            assert!(late.login().await.unwrap().is_none() && late.is_late().await.unwrap(), "{what}");
            assert_eq!(copy.finish(late).await, None, "{what}: neither logged out nor a cookie");
            let visitor = unconcerned.visit();
            assert!(visitor.login().await.unwrap().is_some());
            assert_eq!(unconcerned.finish(visitor).await, None, "{what}: of another user");
        }
    }

    async fn a_form_that_was_open_during_the_change_is_accepted_once(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        let page = browser.visit();
        let token = page.form_token().to_owned();
        browser.finish(page).await;
        change(&db, &user, "granted").await;
        let post = browser.visit();
        post.login().await.unwrap().expect("a log-in");
        assert!(post.accepts(&token));
        browser.finish(post).await;
        let next = browser.visit();
        next.login().await.unwrap().expect("a log-in");
        assert!(!next.accepts(&token), "the id of that page proves nothing any more");
    }

    async fn of_many_requests_at_once_after_a_change_one_renews_and_none_logs_out(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        for what in ["granted", "removed"].repeat(5) {
            if what == "removed" {
                accounts::grant_admin(&db, "ada@example.com").await.unwrap();
                let root = format!("root{}@example.com", server::Id::<User>::new());
                person(&db, &root).await;
                accounts::grant_admin(&db, &root).await.unwrap();
            }
            change(&db, &user, what).await;
            let requests = [browser.visit(), browser.visit(), browser.visit()];
            let [one, two, three] = &requests;
            let found = tokio::join!(one.login(), two.login(), three.login());
            let found = [found.0.unwrap().is_some(), found.1.unwrap().is_some(), found.2.unwrap().is_some()];
            assert_eq!(found.iter().filter(|found| **found).count(), 1, "{found:?}");
            let mut cookies = 0;
            let mut next = browser.id;
            for (visitor, is_logged_in) in requests.into_iter().zip(found) {
                assert_eq!(is_logged_in, !visitor.is_late().await.unwrap());
                let mut same = Browser::new(&db);
                (same.id, same.had_login) = (browser.id, true);
                if same.finish(visitor).await.is_some() {
                    (cookies, next) = (cookies + 1, same.id);
                }
            }
            assert_eq!(cookies, 1);
            browser.id = next;
            assert!(active(&mut browser).await.is_some());
        }
    }
}

on_both_databases! {
    async fn a_session_has_the_strongest_role_until_its_user_chooses_another(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let (mut here, mut there) = (Browser::of(&db, &user).await, Browser::of(&db, &user).await);
        assert_eq!(active(&mut here).await, Some(Role::Member));
        accounts::grant_admin(&db, "ada@example.com").await.unwrap();
        assert_eq!(active(&mut here).await, Some(Role::Admin), "at once");
        let old = here.id;
        switch(&db, &mut here, Role::Member).await.unwrap();
        assert_ne!(here.id, old, "a copy of the id does not get the other role");
        assert_eq!((active(&mut here).await, active(&mut there).await), (Some(Role::Member), Some(Role::Admin)));
        switch(&db, &mut here, Role::Admin).await.unwrap();
        assert_eq!(active(&mut here).await, Some(Role::Admin));
        let said = audit::search(&db, "switched", 1).await.unwrap().rows;
        let said: Vec<_> = said.iter().rev().map(|entry| (entry.action.as_str(), entry.actor_email.as_str())).collect();
        assert_eq!(said, [("switched to the member role", "ada@example.com"), ("switched to the admin role", "ada@example.com")]);
    }

    async fn a_role_that_is_not_held_is_neither_switched_to_nor_active(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        assert_eq!(refusal(switch(&db, &mut browser, Role::Admin).await), Refusal::RoleNotHeld);
        db.execute(sql!("update sessions set active_role = 'admin'")).await.unwrap();
        assert_eq!(active(&mut browser).await, Some(Role::Member));
        for unknown in ["owner", "", "ADMIN", "admin "] {
            db.execute(sql!("update sessions set active_role = $1", unknown)).await.unwrap();
            db.execute(sql!("update users set roles = $1", "administrator not-admin")).await.unwrap();
            assert_eq!(active(&mut browser).await, Some(Role::Member), "{unknown}");
        }
        assert_eq!(audit::search(&db, "switched", 1).await.unwrap().total, 0);
    }

    async fn a_chosen_role_that_is_removed_is_active_no_more(db: TestDb) {
        let (user, _root) = (person(&db, "ada@example.com").await, person(&db, "root@example.com").await);
        accounts::grant_admin(&db, "root@example.com").await.unwrap();
        accounts::grant_admin(&db, "ada@example.com").await.unwrap();
        let mut browser = Browser::of(&db, &user).await;
        switch(&db, &mut browser, Role::Admin).await.unwrap();
        // Between the check and the switch.
        let visitor = browser.visit();
        let login = visitor.login().await.unwrap().unwrap().clone();
        remove_role(&db, OPERATOR, &user, Role::Admin).await.unwrap();
        let switched = switch_role(&db, visitor.actor(&login.user), &login, Role::Admin).await;
        assert_eq!(refusal(switched), Refusal::RoleNotHeld);
        assert_eq!(active(&mut browser).await, Some(Role::Member));
    }

    async fn roles_are_granted_and_removed_once_and_the_role_of_a_member_stays(db: TestDb) {
        let (user, root) = (person(&db, "ada@example.com").await, person(&db, "root@example.com").await);
        accounts::grant_admin(&db, "root@example.com").await.unwrap();
        let by = Actor { user: Some(&root), ip: "" };
        let first = tokio::join!(grant_role(&db, by, &user, Role::Admin), grant_role(&db, by, &user, Role::Admin));
        assert!(first.0.is_ok() && first.1.is_ok());
        grant_role(&db, by, &user, Role::Member).await.unwrap();
        assert_eq!(again(&db, &user).await.roles.all(), [Role::Member, Role::Admin]);
        for role in [Role::Member, Role::Admin, Role::Admin] {
            remove_role(&db, by, &user, role).await.unwrap();
        }
        assert_eq!(again(&db, &user).await.roles.all(), [Role::Member]);
        let said = audit::search(&db, "ada@example.com", 1).await.unwrap().rows;
        let said: Vec<_> = said.iter().rev().map(|entry| entry.action.as_str()).collect();
        assert_eq!(said, ["made an admin", "removed the admin role"]);
        assert_eq!(refusal(remove_role(&db, OPERATOR, &root, Role::Admin).await), Refusal::LastAdmin);
        assert!(again(&db, &root).await.is_admin());
    }
}
