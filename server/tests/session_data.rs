//! Concurrent requests of one browser: each keeps its changes to the session data, and a flash is shown once, and not
//! lost with an undelivered page.

use crate::on_each_store::{on_each_server_store, on_each_store};
use crate::people::{Browser, OPERATOR, person};
use server::accounts::two_factor;
use server::visitor::Level;
use server::{Db, FieldErrors, Id, User, Visitor, on_both_databases, sql};

const PAIRS: usize = 200;

async fn texts(visitor: &Visitor) -> Vec<String> {
    let mut texts: Vec<String> =
        visitor.take_flashes().await.unwrap().into_iter().map(|flash| flash.text).collect();
    texts.sort();
    texts
}

async fn shown(browser: &mut Browser) -> Vec<String> {
    let visitor = browser.visit();
    let texts = texts(&visitor).await;
    browser.finish(visitor).await;
    texts
}

/// Two requests at once. The browser keeps the cookie of the last response: of the first request if `is_reversed`.
async fn at_once(
    browser: &mut Browser,
    one: impl AsyncFn(&Visitor),
    other: impl AsyncFn(&Visitor),
    is_reversed: bool,
) {
    let (first, second) = (browser.visit(), browser.visit());
    let ((), ()) = tokio::join!(one(&first), other(&second));
    // Both have read by now, and neither has written.
    let cookies = tokio::join!(first.save(), second.save());
    let cookies = [cookies.0.unwrap(), cookies.1.unwrap()];
    let [early, late] = if is_reversed { [&cookies[1], &cookies[0]] } else { [&cookies[0], &cookies[1]] };
    for cookie in [early, late].into_iter().flatten() {
        browser.id = Some(cookie.id.parse().unwrap());
        // As in the layer: the cookie of a logged-in browser is set only if it changed.
        if !cookie.had_login {
            browser.has_pending = cookie.has_pending;
        }
    }
}

async fn reads(visitor: &Visitor) {
    visitor.login().await.unwrap();
    visitor.log_in_email().await.unwrap();
}

/// Turns on two-factor log-in for the user.
async fn with_two_factor(db: &Db, user: &User) -> User {
    let on = "update users set second_factor_at = 1 where id = $1";
    db.execute(sql!(on, user.id)).await.unwrap();
    server::users::find(db, &user.id).await.unwrap().unwrap()
}

async fn make_codes(db: &Db, visitor: &Visitor, user: &User) {
    let codes = two_factor::renew_recovery_codes(db, visitor.actor(user), user).await.unwrap().unwrap();
    visitor.keep_recovery_codes(user, &codes).await.unwrap();
}

on_each_server_store! {
    async fn two_requests_at_once_both_store_their_flash(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        for number in 0..PAIRS {
            let leave = async |visitor: &Visitor, text: &str| {
                reads(visitor).await;
                visitor.flash(Level::Info, format!("{text} {number}")).await.unwrap();
            };
            at_once(&mut browser, async |v| leave(v, "one").await, async |v| leave(v, "two").await, number % 2 == 0).await;
            assert_eq!(shown(&mut browser).await, [format!("one {number}"), format!("two {number}")]);
            assert!(shown(&mut browser).await.is_empty());
        }
    }

    async fn the_same_flash_of_eight_requests_at_once_is_stored_once(db: TestDb) {
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.flash(Level::Info, "Please log in to continue.").await.unwrap();
        browser.finish(visitor).await;
        let tabs: Vec<Visitor> = (0..8).map(|_| browser.visit()).collect();
        for tab in &tabs {
            tab.flash(Level::Info, "Please log in to continue.").await.unwrap();
        }
        let saving: Vec<_> = tabs.into_iter().map(|tab| tokio::spawn(async move { tab.save().await.unwrap() })).collect();
        for saved in saving {
            assert!(saved.await.unwrap().unwrap().has_pending);
        }
        assert_eq!(shown(&mut browser).await, ["Please log in to continue."]);
    }

    async fn a_flash_a_form_and_a_return_path_do_not_overwrite_each_other(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        for number in 0..PAIRS {
            let form = async |visitor: &Visitor| {
                reads(visitor).await;
                visitor.keep_form("/one", &[("name", "Ada")], &FieldErrors::one("name", "Wrong.")).await.unwrap();
                visitor.return_to(&format!("/account?page={number}")).await.unwrap();
            };
            let other = async |visitor: &Visitor| {
                reads(visitor).await;
                visitor.keep_form("/two", &[("name", "Eve")], &FieldErrors::default()).await.unwrap();
                visitor.flash(Level::Info, "Hello.").await.unwrap();
            };
            at_once(&mut browser, form, other, number % 2 == 0).await;
            let page = browser.visit();
            assert_eq!(page.take_form("/one").await.unwrap().error("name").as_deref(), Some("Wrong."));
            assert_eq!(page.take_form("/two").await.unwrap().value("name").as_deref(), Some("Eve"));
            assert_eq!(texts(&page).await, ["Hello."]);
            assert_eq!(page.take_return_path().await.unwrap(), Some(format!("/account?page={number}")));
            browser.finish(page).await;
        }
        assert_eq!(browser.visit().take_return_path().await.unwrap(), None);
    }

    async fn recovery_codes_created_beside_other_session_data_are_shown_and_valid(db: TestDb) {
        let user = with_two_factor(&db, &person(&db, "ada@example.com").await).await;
        let mut browser = Browser::of(&db, &user).await;
        for number in 0..PAIRS / 2 {
            let codes = async |visitor: &Visitor| make_codes(&db, visitor, &user).await;
            let flash = async |visitor: &Visitor| visitor.flash(Level::Info, "Hello.").await.unwrap();
            match number % 2 {
                0 => at_once(&mut browser, codes, flash, number % 4 == 0).await,
                _ => at_once(&mut browser, codes, codes, number % 4 == 1).await,
            }
            let page = browser.visit();
            let codes = page.take_recovery_codes().await.unwrap().expect("new codes");
            assert_eq!(texts(&page).await.len(), 1 - number % 2);
            browser.finish(page).await;
            let is_good = two_factor::use_recovery_code(&db, browser.visit().actor(&user), &user, &codes[3]).await;
            assert!(is_good.unwrap(), "the valid codes, not those of the other request");
            assert_eq!(browser.visit().take_recovery_codes().await.unwrap(), None);
        }
    }

    async fn of_recovery_codes_saved_out_of_order_the_valid_ones_are_shown(db: TestDb) {
        let user = with_two_factor(&db, &person(&db, "ada@example.com").await).await;
        let mut browser = Browser::of(&db, &user).await;
        let renew = async || two_factor::renew_recovery_codes(&db, OPERATOR, &user).await.unwrap().unwrap();
        let (first, second) = (renew().await, renew().await);
        for codes in [&second, &first] {
            let visitor = browser.visit();
            visitor.keep_recovery_codes(&user, codes).await.unwrap();
            browser.finish(visitor).await;
        }
        assert_eq!(browser.visit().take_recovery_codes().await.unwrap(), Some(second));
    }

    async fn of_two_emails_requested_at_once_the_later_is_remembered(db: TestDb) {
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.flash(Level::Info, "Hello.").await.unwrap();
        browser.finish(visitor).await;
        for number in 0..PAIRS {
            let (older, newer) = (Id::new(), Id::new());
            let [one, other] = if number % 2 == 0 { [&older, &newer] } else { [&newer, &older] };
            at_once(&mut browser, async |v| v.remember_log_in_email(one, "ada@example.com").await.unwrap(), async |v| v.remember_log_in_email(other, "ada@example.com").await.unwrap(), true).await;
            assert_eq!(browser.visit().log_in_email().await.unwrap(), Some(newer));
        }
    }

    async fn of_two_pages_at_once_one_shows_the_flash(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        for number in 0..PAIRS {
            let visitor = browser.visit();
            visitor.flash(Level::Info, number.to_string()).await.unwrap();
            visitor.keep_form("/one", &[("name", "Ada")], &FieldErrors::default()).await.unwrap();
            browser.finish(visitor).await;
            let pages = [browser.visit(), browser.visit()];
            let look = async |page: &Visitor| {
                let form = page.take_form("/one").await.unwrap().value("name");
                let texts = texts(page).await;
                page.save().await.unwrap();
                (form.into_iter().count(), texts.len())
            };
            let (one, other) = tokio::join!(look(&pages[0]), look(&pages[1]));
            assert_eq!((one.0 + other.0, one.1 + other.1), (1, 1));
        }
    }

    async fn a_flash_added_while_a_page_takes_another_is_shown_by_the_next(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        for number in 0..PAIRS {
            let visitor = browser.visit();
            visitor.flash(Level::Info, "before").await.unwrap();
            browser.finish(visitor).await;
            let take = async |page: &Visitor| assert_eq!(texts(page).await, ["before"]);
            let leave = async |visitor: &Visitor| visitor.flash(Level::Info, "during").await.unwrap();
            at_once(&mut browser, take, leave, number % 2 == 0).await;
            assert_eq!(shown(&mut browser).await, ["during"]);
        }
    }
}

on_each_store! {
    async fn flashes_of_a_failed_page_are_put_back_in_order(db: TestDb) {
        let user = with_two_factor(&db, &person(&db, "ada@example.com").await).await;
        let mut browser = Browser::of(&db, &user).await;
        let visitor = browser.visit();
        for text in ["one", "two"] {
            visitor.flash(Level::Info, text).await.unwrap();
        }
        make_codes(&db, &visitor, &user).await;
        visitor.keep_form("/one", &[("name", "Ada")], &FieldErrors::default()).await.unwrap();
        browser.finish(visitor).await;
        let failed = browser.visit();
        let codes = failed.take_recovery_codes().await.unwrap();
        assert!(codes.is_some() && texts(&failed).await.len() == 2 && failed.take_form("/one").await.unwrap().value("name").is_some());
        failed.put_back().await.unwrap();
        browser.finish(failed).await;
        let visitor = browser.visit();
        visitor.flash(Level::Info, "three").await.unwrap();
        browser.finish(visitor).await;
        let page = browser.visit();
        let flashes = page.take_flashes().await.unwrap();
        assert_eq!(flashes.iter().map(|flash| flash.text.as_str()).collect::<Vec<_>>(), ["one", "two", "three"]);
        assert_eq!(page.take_recovery_codes().await.unwrap(), codes);
        assert_eq!(page.take_form("/one").await.unwrap().value("name").as_deref(), Some("Ada"));
        page.save().await.unwrap();
        page.put_back().await.unwrap();
    }
}

on_both_databases! {
    async fn putting_flashes_back_never_shortens_the_expiry(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.flash(Level::Info, "one").await.unwrap();
        browser.finish(visitor).await;
        let anonymous = browser.visit();
        assert_eq!(texts(&anonymous).await, ["one"]);
        browser.log_in(&user, true).await;
        let expiry = async || -> String {
            let find = "select cast(max(expiry_date) as text) from tower_sessions";
            db.row::<(_,)>(sql!(find)).await.unwrap().0
        };
        let before = expiry().await;
        anonymous.put_back().await.unwrap();
        assert_eq!(expiry().await, before);
        assert_eq!(texts(&browser.visit()).await, ["one"]);
    }
}
