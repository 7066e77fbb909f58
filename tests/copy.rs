//! The command `database copy`: its output, its exit status, and that log-ins continue on the copy.

use crate::processes::client::Client;
use crate::processes::{Node, command, pages};
use server::testing::TestDb;

/// Returns whether it succeeded, and its output.
fn copy(from: &str, to: &str) -> (Option<i32>, String) {
    let output = command(&["database", "copy", to], from);
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test]
async fn a_product_moves_to_postgres_and_users_stay_logged_in() {
    let Some(to) = TestDb::postgres().await else { return };
    let from = TestDb::sqlite().await;
    let node = Node::start(&from, &[]).await;
    let mut ada = Client::at(node.address);
    assert_eq!(ada.sign_up("ada@example.com").await.unwrap().status, 303);
    drop(node);

    let (code, said) = copy(&from.setting(), &to.setting());
    assert_eq!(code, Some(0), "{said}");
    let line =
        said.lines().find(|line| line.trim_start().starts_with("users ")).expect("a line on the users");
    assert!(line.ends_with(" 1 rows, the same on both"), "{said}");
    assert!(said.contains("  audit ") && said.contains("Set DATABASE_URL"), "{said}");

    let node = Node::start(&to, &[]).await;
    ada.turn_to(node.address);
    let page = ada.get("/account").await.unwrap();
    assert_eq!(page.status, 200, "the cookie of the old database is valid for the new one");
    assert_eq!(pages::people(&page.body), ["ada@example.com".to_owned()].into());
    drop(node);

    let (code, said) = copy(&from.setting(), &to.setting());
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("not empty") && said.contains("users") && said.contains("Nothing was copied"),
        "{said}"
    );
}

#[tokio::test]
async fn a_wrong_target_url_is_reported_in_one_line() {
    let from = TestDb::sqlite().await;
    let sqlite = from.setting();
    for (from, to, message) in [
        (
            sqlite.as_str(),
            "mysql://somewhere",
            "The database to copy to: begin it with sqlite: or postgres://",
        ),
        (&sqlite, &sqlite, "The database to copy to must be PostgreSQL"),
        ("postgres://nobody@127.0.0.1:1/none", &sqlite, "DATABASE_URL must name the SQLite database"),
    ] {
        let (code, said) = copy(from, to);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(message), "{said}");
    }
    let incomplete = command(&["database", "copy"], &sqlite);
    assert_eq!(incomplete.status.code(), Some(2));
    assert!(String::from_utf8(incomplete.stderr).unwrap().contains("database copy <URL>"));
}
