//! Unknown fields beside the expected ones are ignored. Every server function must be in the table, so that no new one
//! is forgotten.

use crate::browser::forms::expected;
use crate::browser::routes::actions;
use crate::browser::{Browser, FORM, for_each_case, form, site, tables};
use server::on_sqlite;
use server::testing::TestDb;

/// Roles, keys, owners, states and times, in the spellings of other frameworks.
const EXTRA: [(&str, &str); 25] = [
    ("roles", "admin"),
    ("active_role", "admin"),
    ("is_admin", "true"),
    ("admin", "on"),
    ("role", "admin"),
    ("owner", "EVE"),
    ("owner_id", "EVE"),
    ("account_id", "EVE"),
    ("password_hash", "x"),
    ("password_changed_at", "0"),
    ("disabled", "true"),
    ("disabled_at", "1"),
    ("second_factor_at", "1"),
    ("verified", "true"),
    ("email_verified_at", "1"),
    ("created_at", "0"),
    ("updated_at", "0"),
    ("expires_at", "99999999999999"),
    ("last_seen_at", "99999999999999"),
    ("authenticated_at", "99999999999999"),
    ("key_hash", "00"),
    ("ip", "127.0.0.1"),
    ("email_key", "eve@example.com"),
    ("search_text", "x"),
    ("__proto__", "x"),
];

/// Names that some frameworks parse as paths: a form with these may also be refused.
const NESTED: [(&str, &str); 4] =
    [("roles[]", "admin"), ("user[is_admin]", "true"), ("user.is_admin", "true"), ("is_admin", "1")];

/// What no function may change: all rows of Eve, and who is an admin, except for the purpose of the function.
async fn protected(db: &TestDb, path: &str) -> Vec<String> {
    let role = if path.ends_with("grant-role") { "''" } else { "u.roles" };
    let sql = format!(
        "select u.email_key || coalesce(cast(u.disabled_at as text), 'open') || coalesce(u.second_factor_at, 0) || u.created_at || {role} from users u
         where u.email_key in ('eve@example.com', 'admin@example.com')
         union all select 'pw' || password_changed_at || password_hash from users where email_key = 'eve@example.com'
         union all select s.id || s.user_id || s.expires_at || s.authenticated_at from sessions s
           join users u on u.id = s.user_id where u.email_key = 'eve@example.com' order by 1"
    );
    tables::lines(db, &sql).await
}

async fn with_extra(db: &TestDb, path: &str, fields: &[(&str, &str)]) {
    let at = || Browser::at(site(db, &[("MAGIC_LINKS", "true")]));
    let (mut ada, mut eve, mut admin) = (at(), at(), at());
    ada.sign_up("ada@example.com").await;
    eve.sign_up("eve@example.com").await;
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    let one = async |sql: &str| tables::lines(db, sql).await.remove(0);
    let adas = one("select id from users where email_key = 'ada@example.com'").await;
    let eves = one("select id from users where email_key = 'eve@example.com'").await;
    let session = one(&format!("select id from sessions where user_id = '{adas}'")).await;
    let fill =
        |value: &str| value.replace("{user}", &adas).replace("{session}", &session).replace("EVE", &eves);
    let is_extra = |extra: &&(&str, &str)| fields.iter().all(|(name, _)| *name != extra.0);
    let all: Vec<(String, String)> = fields
        .iter()
        .chain(EXTRA.iter().filter(is_extra))
        .map(|(name, value)| ((*name).to_owned(), fill(value)))
        .collect();
    let mut all: Vec<(&str, &str)> =
        all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // Fields that the function does not read. They name another user.
    all.extend(
        ["id", "user_id"]
            .into_iter()
            .filter(|key| fields.iter().all(|(name, _)| name != key))
            .map(|key| (key, eves.as_str())),
    );

    let by = if path.starts_with("/admin") { &admin } else { &ada };
    let before = protected(db, path).await;
    let nested = by.ask("POST", path, &FORM, form(&[&all[..], &NESTED].concat())).await;
    assert!([200, 303, 422].contains(&nested.status), "{path} answered {}", nested.status);
    if nested.status == 422 {
        let ignored = by.ask("POST", path, &FORM, form(&all)).await;
        assert!([200, 303].contains(&ignored.status), "{path} answered {}", ignored.status);
    }
    if path != "/admin/sessions/revoke-all" {
        assert_eq!(protected(db, path).await, before, "{path}");
    }
    let admins = tables::lines(db, "select email_key from users where roles <> '' order by 1").await;
    let made: &[&str] = if path.ends_with("/grant-role") {
        &["ada@example.com", "admin@example.com"]
    } else {
        &["admin@example.com"]
    };
    assert_eq!(admins, made, "{path}");
    let odd = "select email from users where created_at < 1000 or password_hash = 'x' or disabled_at = 1 or second_factor_at = 1";
    assert!(tables::lines(db, odd).await.is_empty(), "{path}");
    let odd = "select id from sessions where expires_at > 99999999999 * 100 or authenticated_at > 99999999999 * 100 or ip = '127.0.0.1'";
    assert!(tables::lines(db, odd).await.is_empty(), "{path}");
}

on_sqlite! {
    async fn unknown_fields_change_nothing_in_any_server_function(db: TestDb) {
    // The example's own test covers its functions, so that it can be deleted.
    let (known, others): (Vec<_>, Vec<_>) = actions().into_iter().partition(|path| expected(path).is_some());
    assert!(known.len() >= 10, "{known:?}");
    for path in others {
        assert!(is_in_another_table(path), "{path} is new: add its fields");
    }
    for_each_case(&db, known, async |db, path| with_extra(&db, path, expected(path).unwrap()).await).await;
    }
}

/// Whether the server function is in the table of its own test.
fn is_in_another_table(path: &str) -> bool {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let name = path.trim_start_matches('/').split('/').next().unwrap();
    std::fs::read_to_string(folder.join(format!("{name}.rs"))).is_ok_and(|text| text.contains("is_admin"))
}
