//! Who may use the API: a valid access token with the right scope, and nothing else.

use crate::browser::api::{Program, requests};
use crate::browser::{Browser, PASSWORD, site, tables};
use app::routes::api_routes;
use server::testing::TestDb;
use server::{on_both_databases, on_sqlite};
use std::time::Duration;
use ui::brand::{PERSONAL_TOKEN_PREFIX, SESSION_COOKIE};

const NOTE: &str = r#"{"title":"From the API","body":""}"#;

async fn each_is_refused(db: &TestDb, browser: &Browser, headers: &[(&str, &str)], what: &str) {
    let before = tables::snapshot(db).await;
    for (method, path) in requests() {
        let headers = [&[("content-type", "application/json"), ("if-match", "*")], headers].concat();
        let answer = browser.ask(method, &path, &headers, NOTE).await;
        assert_eq!(answer.status, 401, "{what}: {method} {path}");
        assert!(method == "HEAD" || answer.is_problem(401), "{what}: {method} {path}: {}", answer.body);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}: {method} {path}");
    }
    assert_eq!(tables::snapshot(db).await, before, "{what}");
}

on_both_databases! {
    async fn without_a_valid_token_each_route_answers_401_and_changes_nothing(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let anonymous = Browser::at(program.site.clone());
        each_is_refused(&db, &anonymous, &[], "no token").await;
        let token = &program.token;
        let secret = token.strip_prefix(PERSONAL_TOKEN_PREFIX).unwrap();
        let changed = format!("{}{}", &token[..token.len() - 1], if token.ends_with('A') { 'B' } else { 'A' });
        for wrong in [
            String::new(), "Bearer".into(), "Bearer ".into(), format!("Bearer {secret}"), format!("Basic {token}"), token.clone(),
            format!("Bearer {changed}"), format!("Bearer {token}x"), format!("Bearer {token}, {token}"), format!("Bearer  {PERSONAL_TOKEN_PREFIX}"),
            format!("Bearer {}{secret}", PERSONAL_TOKEN_PREFIX.to_uppercase()), format!("Bearer {PERSONAL_TOKEN_PREFIX}{}", "é".repeat(43)),
            format!("Bearer {PERSONAL_TOKEN_PREFIX}{}", "x".repeat(50_000)), format!("Bearer {PERSONAL_TOKEN_PREFIX}' or 1=1 --"),
        ] {
            each_is_refused(&db, &anonymous, &[("authorization", &wrong)], &format!("{wrong:.60}")).await;
        }
        let right = format!("Bearer {token}");
        each_is_refused(&db, &anonymous, &[("authorization", &right), ("authorization", &right)], "two headers").await;
        for query in ["access_token", "token"] {
            let path = format!("/api/account/me?{query}={token}");
            assert_eq!(anonymous.ask("GET", &path, &[], "").await.status, 401, "{query}");
        }
        assert_eq!(anonymous.ask("GET", "/api/account/me", &[("authorization", &format!("bEARER {token}"))], "").await.status, 200);
    }

    async fn a_session_cookie_alone_is_refused_with_and_without_a_form_token(db: TestDb) {
        let (ada, _) = Program::of(&db, "ada@example.com", "read write").await;
        assert!(ada.is_logged_in().await && ada.token.is_some());
        each_is_refused(&db, &ada, &[("sec-fetch-site", "same-origin")], "with a form token").await;
        each_is_refused(&db, &ada.without_token(), &[("accept", "text/html")], "from a browser").await;
    }

    async fn a_cookie_beside_a_token_changes_nothing_and_is_not_set(db: TestDb) {
        let (_ada, ada) = Program::of(&db, "ada@example.com", "read write").await;
        let mut eve = Browser::at(ada.site.clone());
        eve.sign_up("eve@example.com").await;
        let eves = eve.cookie.clone().unwrap();
        let forged = format!("{}=forged.known", SESSION_COOKIE[0]);
        let sessions = tables::lines(&db, "select id || last_seen_at from sessions order by id").await;
        let data = tables::lines(&db, "select id from tower_sessions order by id").await;
        db.clock().advance(Duration::from_secs(120));
        for cookie in [eves.as_str(), &forged] {
            for path in ["/api/account/me", "/api/nothing", "/api/openapi.json"] {
                let with = ada.ask("GET", path, &[("cookie", cookie)], "").await;
                let without = ada.get(path).await;
                assert_eq!((with.status, &with.body), (without.status, &without.body), "{path}");
                assert_eq!(with.header("set-cookie"), "", "{path}");
            }
            assert_eq!(ada.ask("GET", "/api/account/me", &[("cookie", cookie)], "").await.json()["email"], "ada@example.com");
        }
        assert_eq!(tables::lines(&db, "select id || last_seen_at from sessions order by id").await, sessions, "no activity");
        assert_eq!(tables::lines(&db, "select id from tower_sessions order by id").await, data);
    }

    async fn a_token_opens_no_page_and_no_form(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        for path in ["/dashboard", "/account", "/account/tokens", "/admin"] {
            assert_eq!(program.ask("GET", path, &[("accept", "application/json")], "").await.status, 401, "{path}");
        }
        assert_ne!(program.ask("POST", "/account/tokens/create", &[], "name=x&scopes=read&days=7").await.status, 200);
        assert_eq!(tables::lines(&db, "select name from api_tokens").await.len(), 1);
    }

    async fn a_token_that_may_only_read_gets_403_where_the_table_says_write(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read").await;
        let before = tables::snapshot(&db).await;
        for route in api_routes() {
            let path = route.path.replace("{id}", server::Id::<()>::new().as_str());
            let answer = program.ask(route.method, &path, &[("if-match", "*")], NOTE).await;
            let may_write = route.rule.to_string().contains("write");
            assert_eq!(answer.status == 403, may_write, "{} {path}", route.method);
            if may_write {
                assert!(answer.is_problem(403));
                assert_eq!(answer.header("www-authenticate"), "Bearer error=\"insufficient_scope\", scope=\"write\"");
            }
        }
        assert_eq!(program.ask("HEAD", "/api/account/me", &[], "").await.status, 200);
        let without_use = |rows: Vec<String>| -> Vec<String> { rows.into_iter().filter(|row| !row.starts_with("api_tokens ")).collect() };
        assert_eq!(without_use(tables::snapshot(&db).await), without_use(before));
    }

    async fn no_other_method_or_spelling_bypasses_the_check(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read").await;
        let anonymous = Browser::at(program.site.clone());
        for method in ["HEAD", "PATCH", "OPTIONS", "TRACE", "QUERY", "CONNECT"] {
            for (_, path) in requests() {
                let status = anonymous.ask(method, &path, &[], NOTE).await.status;
                assert!([401, 405].contains(&status), "{method} {path} answered {status}");
            }
        }
        for path in ["/api/account/me/", "//api/account/me", "/API/account/me", "/api//account/me", "/%61pi/account/me", "/api/account%2Fme",
            "/api/docs/../account/me", "/api/./account/me", "/api/account/me;a=b", "/api/account/me%00"] {
            let answer = anonymous.ask("GET", path, &[], "").await;
            assert!([401, 404].contains(&answer.status), "{path} answered {}", answer.status);
        }
    }

    async fn a_revoked_token_or_one_whose_user_is_gone_is_refused_at_once(db: TestDb) {
        for statement in [
            "delete from api_tokens", "delete from users", "update users set disabled_at = 1", "update api_tokens set expires_at = 1",
        ] {
            let db = db.another().await;
            let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
            assert_eq!(program.get("/api/account/me").await.status, 200);
            tables::write(&db, statement).await;
            let answer = program.get("/api/account/me").await;
            assert!(answer.is_problem(401), "{statement}");
            assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        }
    }

    async fn an_unconfirmed_user_may_use_the_api_as_the_setting_says(db: TestDb) {
        let (_ada, mut program) = Program::of(&db, "ada@example.com", "read").await;
        for (setting, status) in [("everything", 200), ("most", 200), ("nothing", 403)] {
            program.site = site(&db, &[("UNVERIFIED_MAY", setting)]);
            assert_eq!(program.get("/api/account/me").await.status, status, "{setting}");
        }
        tables::write(&db, "update users set email_verified_at = 1").await;
        assert_eq!(program.get("/api/account/me").await.status, 200);
    }
}

on_sqlite! {
    async fn each_token_has_a_rate_limit_of_its_own(db: TestDb) {
        let (mut ada, program) = Program::of(&db, "ada@example.com", "read").await;
        let other = Program { site: program.site.clone(), token: ada.create_token("read").await };
        db.clock().stop();
        let first = program.get("/api/account/me").await;
        assert_eq!((first.header("ratelimit-policy"), first.header("ratelimit")), ("\"token\";q=300;w=300", "\"token\";r=299;t=1"));
        for _ in 1..300 {
            assert_eq!(program.get("/api/account/me").await.status, 200);
        }
        let refused = program.get("/api/account/me").await;
        assert!(refused.is_problem(429));
        assert_eq!((refused.header("ratelimit"), refused.header("retry-after")), ("\"token\";r=0;t=300", "2"));
        assert_eq!(other.get("/api/account/me").await.status, 200);
        db.clock().advance(Duration::from_secs(1));
        assert_eq!(program.get("/api/account/me").await.status, 200);
        assert_eq!(program.get("/api/account/me").await.status, 429);
        assert_eq!(other.ask("GET", "/api/account/me", &[("authorization", "Bearer x")], "").await.header("ratelimit"), "");
    }

    async fn the_answer_about_the_account_has_no_secret(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read").await;
        let body = program.get("/api/account/me").await.json();
        let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["created_at", "email", "email_verified", "id", "name"]);
        assert!(!body.to_string().contains(PASSWORD));
    }
}
