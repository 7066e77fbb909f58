//! The settings of the API, and errors outside of its handlers.

use crate::browser::api::{Program, requests};
use crate::browser::{Browser, site};
use server::on_sqlite;

const NOTE: &str = r#"{"title":"From the API","body":""}"#;

on_sqlite! {
    async fn the_api_is_off_unless_the_setting_says_otherwise(db: TestDb) {
        let (mut ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        for setting in ["", "false"] {
            let off = Program { site: site(&db, &[("API", setting)]), token: program.token.clone() };
            for (method, path) in requests() {
                assert_eq!(off.ask(method, &path, &[], NOTE).await.status, 404, "{method} {path}");
            }
            ada.site = off.site.clone();
            for path in ["/api/openapi.json", "/api/docs", "/account/tokens"] {
                assert_eq!(ada.get(path).await, 404, "{path}");
            }
            for path in ["/account/tokens/create", "/account/tokens/revoke"] {
                assert_eq!(ada.post(path, &[("name", "x"), ("scopes", "read"), ("days", "7")]).await, 404, "{path}");
            }
            for path in ["/account", "/account/devices", "/dashboard", "/"] {
                ada.get(path).await;
                assert!(!ada.page.contains("/account/tokens") && !ada.page.contains("/api"), "{path}");
            }
        }
        ada.site = program.site.clone();
        ada.get("/account").await;
        assert!(ada.page.contains("href=\"/account/tokens\""));
    }

    async fn other_sites_may_use_the_api_only_if_the_setting_names_them(db: TestDb) {
        let (_ada, mut program) = Program::of(&db, "ada@example.com", "read").await;
        let preflight = [("access-control-request-method", "PUT"), ("access-control-request-headers", "authorization, if-match")];
        let origin = ("origin", "https://app.example.com");
        let allowed = "access-control-allow-origin";
        for (setting, expected) in [("", ""), ("https://other.example.com", ""), ("https://other.example.com, https://app.example.com", origin.1)] {
            program.site = site(&db, &[("API_CORS_ORIGINS", setting)]);
            let answer = program.ask("GET", "/api/account/me", &[origin], "").await;
            assert_eq!((answer.status, answer.header(allowed)), (200, expected), "{setting}");
            let refused = program.ask("GET", "/api/account/me", &[origin, ("authorization", "x")], "").await;
            assert_eq!((refused.status, refused.header(allowed)), (401, expected), "{setting}");
            let asked = Browser::at(program.site.clone()).ask("OPTIONS", "/api/account/me", &[&preflight[..], &[origin]].concat(), "").await;
            assert_eq!(asked.header(allowed), expected, "{setting}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{setting}");
            for other in ["https://app.example.com.evil.example", "http://app.example.com", "https://APP.example.com", "null", ""] {
                assert_eq!(program.ask("GET", "/api/account/me", &[("origin", other)], "").await.header(allowed), "", "{other}");
            }
            for page in ["/login", "/account/tokens", "/api/docs"] {
                assert_eq!(program.ask("GET", page, &[origin], "").await.header(allowed), "", "{page}");
            }
        }
    }

    async fn errors_outside_of_the_handlers_are_problem_details_too(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read").await;
        assert!(program.get("/api/nothing").await.is_problem(404));
        assert!(program.ask("GET", "/api/nothing", &[("accept", "text/html")], "").await.is_problem(404));
        let answer = program.ask("PATCH", "/api/account/me", &[], NOTE).await;
        assert!(answer.is_problem(405));
        assert!(answer.header("allow").contains("GET"), "{}", answer.header("allow"));
        assert!(program.ask("GET", "/api/account/me", &[("host", "evil.example")], "").await.is_problem(421));
        db.close().await;
        let answer = program.get("/api/account/me").await;
        assert!(answer.is_problem(503), "{} {}", answer.status, answer.body);
        assert_eq!(answer.header("retry-after"), "5");
    }
}
