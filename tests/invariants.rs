//! The invariants of ARCHITECTURE.md, as tests.

use crate::browser::routes::{Access, actions, pages, paths};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use server::Config;
use server::testing::TestDb;
use std::path::{Path, PathBuf};
use tower::ServiceExt;

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

fn product() -> Vec<(PathBuf, String)> {
    ["src", "program/src", "app/src", "ui/src", "islands/src", "server/src"]
        .into_iter()
        .flat_map(sources)
        .collect()
}

fn nowhere(files: &[(PathBuf, String)], words: &[&str], except: &[&str]) {
    for (path, text) in files {
        let allowed = except.iter().any(|end| path.to_string_lossy().contains(end));
        for word in words {
            assert!(allowed || !text.contains(word), "{} holds {word}", path.display());
        }
    }
}

#[test]
fn the_server_crate_uses_no_ui_crate() {
    nowhere(
        &sources("server/src"),
        &["leptos::", "axum::", "StatusCode", "use app::", "use ui::", "use program::"],
        &[],
    );
}

#[test]
fn components_and_parts_of_pages_return_rendered_html() {
    let files: Vec<_> = ["ui/src", "app/src"].into_iter().flat_map(sources).collect();
    nowhere(&files, &["-> impl IntoView", "<impl IntoView", "-> AnyView"], &[]);
}

#[test]
fn sql_is_in_the_server_crate_only() {
    let others: Vec<_> =
        ["src", "program/src", "app/src", "ui/src", "islands/src"].into_iter().flat_map(sources).collect();
    nowhere(&others, &["sqlx", "select ", "insert into"], &["program/src/logs.rs", "components/choice.rs"]);
}

#[test]
fn the_environment_is_read_in_config_only() {
    nowhere(&product(), &["env::var"], &["server/src/config"]);
}

#[test]
fn session_data_is_used_in_visitor_only() {
    nowhere(
        &product(),
        &["session_data.insert", "session_data.get", "session_data.remove"],
        &["server/src/visitor"],
    );
}

#[test]
fn only_job_arguments_and_pushes_can_be_serialized() {
    let mut others = sources("server/src");
    others.retain(|(_, text)| !text.contains("impl Arguments for"));
    nowhere(
        &others,
        &["Serialize"],
        &["jobs.rs", "emails/notification.rs", "id.rs", "/live/", "visitor/flash.rs", "sessions/origin.rs"],
    );
}

#[test]
fn only_begin_inserts_into_sessions() {
    let inserts =
        product().iter().map(|(_, text)| text.matches("insert into sessions").count()).sum::<usize>();
    assert_eq!(inserts, 1);
}

#[test]
fn files_are_small_and_open_with_a_description() {
    let all = ["src", "program/src", "app/src", "ui/src", "islands/src", "server/src", "tests", "xtask/src"]
        .into_iter()
        .flat_map(sources);
    for (path, text) in all {
        // The table of routes grows with the product.
        assert!(text.lines().count() <= 250, "{} has over 250 lines", path.display());
        assert!(text.starts_with("//!"), "{} does not open with a description", path.display());
    }
}

/// The same look in three places is a component.
#[test]
fn no_page_repeats_a_string_of_three_classes() {
    let mut places = std::collections::BTreeMap::<String, usize>::new();
    for (_, text) in ["app/src/pages", "ui/src/layout"].into_iter().flat_map(sources) {
        for class in text.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            *places.entry(class.to_owned()).or_default() += 1;
        }
    }
    places.retain(|class, count| class.split(' ').count() >= 3 && *count >= 3);
    assert_eq!(places, [].into());
}

#[test]
fn every_line_of_env_example_is_valid() {
    let text = std::fs::read_to_string(".env.example").unwrap();
    let is_setting = |line: &&str| line.starts_with(|first: char| first.is_ascii_uppercase());
    let settings: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix('#')).filter(is_setting).collect();
    let read: Vec<_> = dotenvy::from_read_iter(settings.join("\n").as_bytes()).map(Result::unwrap).collect();
    assert_eq!(read.len(), settings.len());
    assert!(read.contains(&("MAIL_FROM".into(), "Acme <hello@example.com>".into())));
}

#[test]
fn no_module_has_a_vague_name() {
    for (path, _) in product() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        for banned in ["util", "misc", "helper", "common", "manager", "service", "repository", "handler"] {
            assert!(!name.contains(banned), "{}", path.display());
        }
    }
}

async fn ask(method: &str, path: &str) -> StatusCode {
    let db = TestDb::sqlite().await;
    let leptos = leptos::config::LeptosOptions::builder().output_name("app").build();
    let config = Config::for_tests(&[]);
    let live = server::live::Live::new((*db).clone(), config.limits, config.session_keys.clone(), None);
    let site = program::router::router((*db).clone(), config, leptos, live, app::all_routes());
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    site.oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn every_page_needs_a_log_in_unless_public() {
    for path in pages() {
        let status = ask("GET", &path.replace("{id}", "1")).await;
        let is_public = paths("GET", |rule| rule.access == Access::Public).contains(&path);
        assert_eq!(status == StatusCode::UNAUTHORIZED, !is_public, "GET {path} answered {status}");
    }
}

#[tokio::test]
async fn every_server_function_needs_a_log_in_unless_public() {
    assert!(actions().len() > 5);
    for path in actions() {
        let status = ask("POST", path).await;
        let is_public = paths("POST", |rule| rule.access == Access::Public).contains(&path);
        assert_eq!(status == StatusCode::UNAUTHORIZED, !is_public, "POST {path} answered {status}");
    }
}
