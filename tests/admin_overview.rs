//! The overview for admins, and the orders and filters of the list of users.

use crate::browser::{Browser, site, tables};
use server::on_both_databases;
use server::testing::TestDb;

async fn admin(db: &TestDb) -> Browser {
    let mut admin = Browser::at(site(db, &[]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    admin
}

/// The emails of the test users in the order of the page.
fn listed(page: &str) -> Vec<&str> {
    let emails = page.split(['>', '<']).filter(|text| text.ends_with("@example.com"));
    let mut emails: Vec<&str> = emails.filter(|email| *email != "admin@example.com").collect();
    emails.dedup();
    emails
}

on_both_databases! {
    async fn the_overview_counts_sign_ups_active_users_and_failed_log_ins(db: TestDb) {
        let mut admin = admin(&db).await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        for _ in 0..3 {
            Browser::at(site(&db, &[])).log_in("ada@example.com", "wrong").await;
        }
        assert_eq!(admin.get("/admin").await, 200);
        for (heading, at_most) in [("Sign-ups", 2), ("Active users", 2), ("Failed log-ins", 3)] {
            assert!(admin.page.contains(&format!("aria-label=\"{heading} from ")), "{heading}");
            let chart = admin.page.split(&format!("aria-label=\"{heading} from ")).nth(1).unwrap();
            assert!(chart.split('"').next().unwrap().ends_with(&format!("at most {at_most} a day")), "{heading}: {chart:.80}");
        }
        assert!(admin.page.contains(db.kind()) && admin.page.contains(&format!("{} 0.", ui::brand::NAME)));
    }

    async fn users_are_sorted_by_the_headings_in_both_directions(db: TestDb) {
        let mut admin = admin(&db).await;
        for (name, email) in [("Zoe", "b@example.com"), ("Ada", "c@example.com"), ("Mia", "a@example.com")] {
            let mut user = Browser::at(site(&db, &[]));
            user.sign_up(email).await;
            user.post("/account", &[("name", name)]).await;
            db.clock().advance(std::time::Duration::from_secs(1));
        }
        for (sort, order, heading) in [
            ("", "a c b", "descending"),
            ("oldest", "b c a", "ascending"),
            ("name", "c a b", "ascending"),
            ("-name", "b a c", "descending"),
            ("email", "a b c", "ascending"),
            ("-email", "c b a", "descending"),
            ("nonsense", "a c b", "descending"),
        ] {
            admin.get(&format!("/admin/users?sort={sort}")).await;
            let expected: Vec<String> = order.split(' ').map(|name| format!("{name}@example.com")).collect();
            assert_eq!(listed(&admin.page), expected, "{sort}");
            assert_eq!(admin.page.matches("aria-sort=").count(), 1, "{sort}");
            assert!(admin.page.contains(&format!("aria-sort=\"{heading}\"")), "{sort}");
        }
    }

    async fn filter_and_search_survive_sorting(db: TestDb) {
        let mut admin = admin(&db).await;
        Browser::at(site(&db, &[])).sign_up("ada@example.com").await;
        admin.get("/admin/users?q=ada&show=unconfirmed&sort=email").await;
        assert_eq!(listed(&admin.page), ["ada@example.com"]);
        for link in ["/admin/users?q=ada&amp;show=unconfirmed&amp;sort=-email", "/admin/users?q=ada&amp;show=admins&amp;sort=email"] {
            assert!(admin.page.contains(&format!("href=\"{link}\"")), "{link}: {}", admin.page);
        }
        let id = tables::lines(&db, "select id from users where email_key = 'ada@example.com'").await.remove(0);
        admin.get(&format!("/admin/users?q={id}")).await;
        assert_eq!(listed(&admin.page), ["ada@example.com"]);
        admin.get("/admin/users?show=admins").await;
        assert_eq!(listed(&admin.page), [""; 0]);
    }
}
