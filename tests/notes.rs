//! The example through the router. Delete it with the example.

use crate::browser::{Browser, PASSWORD, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::TestDb;

/// Text that would run as a script without escaping.
const WILD: &str = "</title></textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;";

fn assert_tame(page: &str, place: &str) {
    assert!(page.contains("&lt;script&gt;alert(1)"), "{place} does not show the text: {page}");
    for tag in ["<script>alert", "<img", "onerror=alert(1)>"] {
        assert!(!page.contains(tag), "{place} holds {tag}: {page}");
    }
}

/// The version of the note that the open form is about.
fn seen_at(browser: &Browser) -> String {
    browser.first_between("name=\"seen_at\" value=\"", "\"", |_| true)
}

/// A user with the form of a note open, the path of the form, and the fields that they send later. Meanwhile another
/// browser has saved the note.
async fn overtaken(db: &TestDb) -> (Browser, String, [String; 2]) {
    let mut tab = Browser::at(site(db, &[]));
    tab.sign_up("ada@example.com").await;
    tab.post("/notes/new", &[("title", "Plan"), ("body", "first")]).await;
    let id = tables::lines(db, "select id from notes").await.remove(0);
    let form = format!("/notes/{id}");
    tab.get(&form).await;
    let opened_at = seen_at(&tab);
    let mut other = Browser::at(site(db, &[]));
    other.log_in("ada@example.com", PASSWORD).await;
    other.get(&form).await;
    let now = seen_at(&other);
    other
        .post("/notes/edit", &[("id", &id), ("seen_at", &now), ("title", "Plan"), ("body", "from the phone")])
        .await;
    assert_eq!(other.path, "/notes");
    (tab, form, [id, opened_at])
}

/// Saves the text in the open form, which reports the conflict. Then saves it once more, which replaces the other text.
async fn assert_asked_before_it_is_replaced(db: &TestDb, tab: &mut Browser, form: &str, id: &str) {
    for (place, stored) in [(form, "from the phone"), ("/notes", "from this tab")] {
        let seen_at = seen_at(tab);
        let fields = [("id", id), ("seen_at", &seen_at), ("title", "Plan"), ("body", "from this tab")];
        tab.post("/notes/edit", &fields).await;
        assert_eq!(tab.path, place, "{}", tab.page);
        assert_eq!(tab.page.contains("changed in another tab"), place == form, "{}", tab.page);
        assert_eq!(tables::lines(db, "select body from notes").await, [stored]);
    }
}

on_both_databases! {
    async fn a_note_of_another_user_is_404(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.post("/notes/new", &[("title", "Secret <b>plan</b>"), ("body", "mine")]).await;
        assert!(ada.page.contains("Secret &lt;b&gt;plan"));
        let id = ada.first_between("/notes/", "\"", |id| id.len() == 36);
        let mut bob = Browser::at(site(&db, &[]));
        bob.sign_up("bob@example.com").await;
        assert_eq!(bob.get(&format!("/notes/{id}")).await, 404);
        assert_eq!(bob.post("/notes/edit", &[("id", &id), ("title", "Taken"), ("body", "")]).await, 404);
        bob.post("/notes/delete", &[("id", &id)]).await;
        assert_eq!(ada.get(&format!("/notes/{id}")).await, 200);
        assert!(ada.page.contains("mine"));
    }

    async fn a_note_with_markup_is_escaped_on_every_page(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.post("/notes/new", &[("title", WILD), ("body", WILD)]).await;
        assert_tame(&browser.page, "the list");
        let id = tables::lines(&db, "select id from notes").await.remove(0);
        for path in ["/dashboard".to_owned(), format!("/notes/{id}")] {
            browser.get(&path).await;
            assert_tame(&browser.page, &path);
        }
        let long = format!("{WILD}{}", "x".repeat(200));
        browser.post("/notes/edit", &[("id", &id), ("title", &long), ("body", WILD)]).await;
        assert_eq!(browser.path, format!("/notes/{id}"));
        assert_tame(&browser.page, "a refused note");
        assert!(browser.page.contains("Please use at most 120 characters"));
    }

    async fn a_note_changed_in_another_tab_is_not_overwritten_and_both_texts_are_shown(db: TestDb) {
        let mut tab = Browser::at(site(&db, &[]));
        tab.sign_up("ada@example.com").await;
        tab.post("/notes/new", &[("title", "Plan"), ("body", "first")]).await;
        let id = tables::lines(&db, "select id from notes").await.remove(0);
        let edit = async |tab: &mut Browser, seen_at: &str, body: &str| {
            tab.post("/notes/edit", &[("id", &id), ("seen_at", seen_at), ("title", "Plan"), ("body", body)]).await;
        };
        let form = format!("/notes/{id}");
        tab.get(&form).await;
        let seen_at = tab.first_between("name=\"seen_at\" value=\"", "\"", |_| true);
        edit(&mut tab, &seen_at, "from the other tab").await;
        assert_eq!(tab.path, "/notes");
        for seen_at in [seen_at.as_str(), "", "none", "-1"] {
            edit(&mut tab, seen_at, "from this tab").await;
            assert_eq!(tab.path, form, "{seen_at:?}");
            assert!(tab.page.contains("changed in another tab"), "{}", tab.page);
            assert!(tab.page.contains(">from the other tab</p>") && tab.page.contains("from this tab</textarea>"));
        }
        edit(&mut tab, &seen_at, "from the other tab").await;
        assert_eq!(tab.path, "/notes", "the same text again is saved already");
        tab.get(&form).await;
        let seen_at = tab.first_between("name=\"seen_at\" value=\"", "\"", |_| true);
        edit(&mut tab, &seen_at, "from this tab").await;
        assert_eq!(tables::lines(&db, "select body from notes").await, ["from this tab"]);
    }

    async fn a_note_that_was_refused_for_its_title_does_not_overwrite_a_newer_version(db: TestDb) {
        let (mut tab, form, [id, opened_at]) = overtaken(&db).await;
        let blank = [("id", id.as_str()), ("seen_at", &opened_at), ("title", " "), ("body", "from this tab")];
        tab.post("/notes/edit", &blank).await;
        assert!(tab.path == form && tab.page.contains("Please fill this in."), "{}", tab.page);
        assert_asked_before_it_is_replaced(&db, &mut tab, &form, &id).await;
    }

    async fn a_note_that_is_saved_after_its_session_ended_does_not_overwrite_a_newer_version(db: TestDb) {
        let (mut tab, form, [id, opened_at]) = overtaken(&db).await;
        tables::write(&db, "delete from sessions").await;
        let fields = [("id", id.as_str()), ("seen_at", &opened_at), ("title", "Plan"), ("body", "from this tab")];
        tab.post("/notes/edit", &fields).await;
        assert_eq!(tab.path, "/login");
        tab.log_in("ada@example.com", PASSWORD).await;
        assert!(tab.path == form && tab.page.contains("from this tab</textarea>"), "{}", tab.page);
        assert_asked_before_it_is_replaced(&db, &mut tab, &form, &id).await;
    }

    async fn notes_are_deleted_with_the_account(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[("DELETION_DAYS", "0")]));
        ada.sign_up("ada@example.com").await;
        ada.post("/notes/new", &[("title", "Sketch of an engine"), ("body", "Sketch of an engine")]).await;
        assert!(tables::row_with(&tables::dump(&db).await, "Sketch of an engine").is_some());
        ada.post("/account/delete", &[("password", PASSWORD)]).await;
        assert_eq!(tables::row_with(&tables::dump(&db).await, "Sketch of an engine"), None);
    }

    async fn the_edit_form_keeps_the_first_line_break_of_a_text(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.post("/notes/new", &[("title", "Breaks"), ("body", "\r\nsecond line")]).await;
        let id = tables::lines(&db, "select id from notes").await.remove(0);
        browser.get(&format!("/notes/{id}")).await;
        assert!(browser.page.contains(">\n\nsecond line</textarea>"), "browsers drop the first of two line breaks");
    }

    async fn unknown_fields_cannot_change_the_owner_of_a_note(db: TestDb) {
        let (mut ada, mut eve) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        ada.sign_up("ada@example.com").await;
        eve.sign_up("eve@example.com").await;
        let eves = tables::lines(&db, "select id from users where email = 'eve@example.com'").await.remove(0);
        let extra = [("user_id", eves.as_str()), ("owner_id", &eves), ("created_at", "0"), ("updated_at", "0"), ("is_admin", "true")];
        let with = |own: &[(&'static str, &'static str)]| [own, &extra.map(|(name, value)| (name, value))].concat();
        ada.post("/notes/new", &with(&[("title", "Mine"), ("body", "")])).await;
        let id = tables::lines(&db, "select id from notes").await.remove(0);
        let seen_at = tables::lines(&db, "select updated_at || '' from notes").await.remove(0);
        let own = vec![("id", id.as_str()), ("seen_at", &seen_at)];
        ada.post("/notes/edit", &[with(&[("title", "Mine still"), ("body", "")]), own].concat()).await;
        let found = "select n.title from notes n join users u on u.id = n.user_id
                     where u.email = 'ada@example.com' and n.created_at > 1000 and n.updated_at > 1000";
        assert_eq!(tables::lines(&db, found).await, ["Mine still"]);
        eve.get("/notes").await;
        assert!(!eve.page.contains("Mine still"));
        eve.post("/notes/delete", &[("id", &id)]).await;
        assert_eq!(tables::lines(&db, found).await.len(), 1);
        assert!(tables::lines(&db, "select id from users where roles <> ''").await.is_empty());
    }

    async fn a_reset_of_an_unconfirmed_account_deletes_its_notes(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("ada@example.com").await;
        eve.post("/notes/new", &[("title", "From a stranger"), ("body", "read this")]).await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.post("/forgot", &[("email", "ada@example.com")]).await;
        smtp.deliver(&db).await;
        let token = smtp.last_link_to("ada@example.com", "/reset").token();
        ada.post("/reset", &[("token", &token), ("new_password", "quiet-anchor-1815")]).await;
        ada.log_in("ada@example.com", "quiet-anchor-1815").await;
        ada.get("/notes").await;
        assert!(ada.path == "/notes" && !ada.page.contains("From a stranger"), "{}", ada.page);
        assert!(tables::lines(&db, "select title from notes").await.is_empty());
    }
}
