//! One-time messages that a page took but did not deliver: the next page shows them.

use crate::browser::{Browser, FORM, tables};
use crate::client_gone::{messages, until_shown};
use leptos::config::LeptosOptions;
use server::live::Live;
use server::testing::TestDb;
use server::visitor::Level;
use server::{Config, on_sqlite};
use ui::page::{PageResult, page};
use ui::request::Cx;
use ui::respond;

const SAVED: [&str; 1] = ["Your profile is saved."];
const REFUSED: &str = "session data that the database refuses";

async fn unsaved(cx: Cx) -> PageResult {
    cx.flash(Level::Info, REFUSED).await?;
    page("Unsaved", "A page")
}

async fn endless(cx: Cx) -> PageResult {
    assert_eq!(cx.visitor.take_flashes().await?.len(), 1);
    std::future::pending().await
}

/// A user with a message that no page has shown, at a site with both pages.
async fn with_message(db: &TestDb) -> Browser {
    let leptos = LeptosOptions::builder().output_name("app").site_root("target/no-site").build();
    let config = Config::for_tests(&[]);
    let live = Live::new((**db).clone(), config.limits, config.session_keys.clone(), None);
    let mut routes = app::all_routes();
    routes.development.push(("/unsaved", respond::page(unsaved)));
    routes.development.push(("/endless", respond::page(endless)));
    let mut ada = Browser::at(program::router::router((**db).clone(), config, leptos, live, routes));
    ada.sign_up("ada@example.com").await;
    ada.get("/account").await;
    assert_eq!(ada.submit("/account", &[("name", "Ada")]).await.status, 303);
    ada
}

on_sqlite! {
    async fn messages_of_a_page_whose_session_data_is_not_saved_are_shown_on_the_next_page(db: TestDb) {
        let mut ada = with_message(&db).await;
        let refuse = format!(
            "create trigger refuse before update on tower_sessions when instr(new.data, cast('{REFUSED}' as blob)) > 0
             begin select raise(abort, 'refused'); end"
        );
        tables::write(&db, &refuse).await;
        assert_eq!(ada.ask("GET", "/unsaved", &FORM, "").await.status, 500);
        ada.get("/").await;
        assert_eq!(messages(&ada).unwrap(), SAVED);
    }

    async fn messages_of_a_page_that_is_stopped_after_twenty_seconds_are_shown_on_the_next_page(db: TestDb) {
        let mut ada = with_message(&db).await;
        assert_eq!(ada.ask("GET", "/endless", &FORM, "").await.status, 503);
        assert_eq!(until_shown(&mut ada, "/", messages).await, SAVED);
    }
}
