//! Notes by the API: the example. Delete it with the example or with the API.

use crate::browser::api::{Program, assert_documented};
use crate::browser::tables;
use app::routes::api_routes;
use futures_util::future::join_all;
use leptos::serde_json::json;
use server::{on_both_databases, on_sqlite};

/// Creates a note. Returns its path and its ETag.
async fn note(program: &Program, title: &str) -> (String, String) {
    let answer = program.ask("POST", "/api/notes", &[], &content(title, "text")).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    (answer.header("location").to_owned(), answer.header("etag").to_owned())
}

fn content(title: &str, body: &str) -> String {
    json!({ "title": title, "body": body }).to_string()
}

on_both_databases! {
    async fn a_note_is_created_read_changed_and_deleted(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let created = program.ask("POST", "/api/notes", &[], &content("Hull", "Keel\r\nRibs")).await;
        assert_eq!(created.status, 201);
        let (path, first) = (created.header("location").to_owned(), created.header("etag").to_owned());
        assert_eq!(path, format!("/api/notes/{}", created.json()["id"].as_str().unwrap()));
        let read = program.get(&path).await;
        assert_eq!((read.status, read.header("etag"), read.json()), (200, first.as_str(), created.json()));
        assert_eq!((&read.json()["title"], &read.json()["body"]), (&json!("Hull"), &json!("Keel\nRibs")));
        assert!(read.json()["updated_at"].as_str().unwrap().ends_with('Z'));
        let changed = program.ask("PUT", &path, &[("if-match", &first)], &content("Rig", "")).await;
        assert_eq!((changed.status, &changed.json()["title"]), (200, &json!("Rig")));
        assert_ne!(changed.header("etag"), first);
        assert_eq!(program.get(&path).await.header("etag"), changed.header("etag"));
        let deleted = program.ask("DELETE", &path, &[], "").await;
        assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
        assert!(program.get(&path).await.is_problem(404));
        assert!(program.ask("DELETE", &path, &[], "").await.is_problem(404));
    }

    async fn an_unchanged_note_is_not_sent_again(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let (path, etag) = note(&program, "Hull").await;
        for same in [etag.clone(), format!("W/{etag}"), "*".into(), format!("\"1\", {etag}")] {
            let answer = program.ask("GET", &path, &[("if-none-match", &same)], "").await;
            assert_eq!((answer.status, answer.body.as_str(), answer.header("etag")), (304, "", etag.as_str()), "{same}");
        }
        assert_eq!(program.ask("GET", &path, &[("if-none-match", "\"1\"")], "").await.status, 200);
    }

    async fn a_change_without_the_current_etag_is_refused_and_changes_nothing(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let (path, first) = note(&program, "Hull").await;
        assert_eq!(program.ask("PUT", &path, &[("if-match", &first)], &content("Rig", "")).await.status, 200);
        let before = tables::snapshot(&db).await;
        assert!(program.ask("PUT", &path, &[], &content("Lost", "")).await.is_problem(428));
        let current = program.get(&path).await.header("etag").to_owned();
        for stale in [&first, "", "1", "\"\"", &format!("W/{current}"), current.trim_matches('"'), "\"9223372036854775807\"", "\u{1F600}"] {
            assert!(program.ask("PUT", &path, &[("if-match", stale)], &content("Lost", "")).await.is_problem(412), "{stale:?}");
            assert!(program.ask("DELETE", &path, &[("if-match", stale)], "").await.is_problem(412), "{stale:?}");
        }
        assert_eq!(tables::snapshot(&db).await, before);
        assert_eq!(program.ask("PUT", &path, &[("if-match", &format!("{first}, {current}"))], &content("Mast", "")).await.status, 200);
        assert_eq!(program.ask("PUT", &path, &[("if-match", "*")], &content("Sail", "")).await.status, 200);
        let current = program.get(&path).await.header("etag").to_owned();
        assert_eq!(program.ask("DELETE", &path, &[("if-match", &current)], "").await.status, 204);
    }

    async fn of_ten_changes_at_once_with_one_etag_one_is_made(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let (path, etag) = note(&program, "Hull").await;
        let (program, path, headers) = (&program, path.as_str(), [("if-match", etag.as_str())]);
        let headers = &headers;
        let changes = (0..10).map(|number| async move {
            let body = content(&format!("change {number}"), "");
            program.ask("PUT", path, headers, &body).await.status
        });
        let mut statuses = join_all(changes).await;
        statuses.sort();
        assert_eq!(statuses, [[200].as_slice(), &[412; 9]].concat());
    }

    async fn a_note_of_another_user_is_not_found(db: TestDb) {
        let (_ada, ada) = Program::of(&db, "ada@example.com", "read write").await;
        let (_eve, eve) = Program::of(&db, "eve@example.com", "read write").await;
        let (path, etag) = note(&ada, "Secret plan").await;
        eve.get("/api/account/me").await; // writes the last use of the token
        let before = tables::snapshot(&db).await;
        let unknown = format!("/api/notes/{}", server::Id::<()>::new());
        for path in [&path, &unknown] {
            assert!(eve.get(path).await.is_problem(404));
            assert!(eve.ask("PUT", path, &[("if-match", &etag)], &content("Taken", "")).await.is_problem(404));
            assert!(eve.ask("PUT", path, &[("if-match", "*")], &content("Taken", "")).await.is_problem(404));
            assert!(eve.ask("DELETE", path, &[], "").await.is_problem(404));
        }
        assert_eq!(eve.get(&path).await.body, eve.get(&unknown).await.body, "no answer says that a note exists");
        assert_eq!(eve.get("/api/notes").await.json(), json!({ "items": [], "next": null }));
        let after = path.rsplit('/').next().unwrap();
        assert_eq!(eve.get(&format!("/api/notes?cursor={after}")).await.json()["items"], json!([]));
        assert_eq!(tables::snapshot(&db).await, before);
    }

    async fn a_paginated_list_has_every_note_once_also_if_notes_change_meanwhile(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let (_eve, eve) = Program::of(&db, "eve@example.com", "read write").await;
        note(&eve, "not hers").await;
        let mut notes = Vec::new();
        for number in 0..7 {
            notes.push(note(&program, &format!("{number}")).await);
        }
        let (mut seen, mut query) = (Vec::new(), "limit=3".to_owned());
        loop {
            let part = program.get(&format!("/api/notes?{query}")).await.json();
            seen.extend(part["items"].as_array().unwrap().iter().map(|note| note["title"].as_str().unwrap().to_owned()));
            program.ask("PUT", &notes[6].0, &[("if-match", "*")], &content("6", &query)).await;
            match part["next"].as_str() {
                Some(next) => query = format!("limit=3&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ["0", "1", "2", "3", "4", "5", "6"]);
        let all = program.get("/api/notes?limit=7").await.json();
        assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (7, &json!(null)), "no empty last part");
    }

    async fn wrong_ids_and_queries_are_422(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        for query in ["limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=99999999999999999999", "cursor=x", "cursor=",
            "cursor=%00", "cursor='", "limit=1&limit=2", "page=2", "user_id=1", "limit=1.5"] {
            assert!(program.get(&format!("/api/notes?{query}")).await.is_problem(422), "{query}");
        }
        for id in ["1", "null", "'%20or%201=1", "%00", "00000000-0000-0000-0000-00000000000g"] {
            let path = format!("/api/notes/{id}");
            let answer = program.get(&path).await;
            assert!(answer.is_problem(422), "{id}");
            assert_eq!(answer.json()["errors"][0]["field"], "id");
            assert!(program.ask("DELETE", &path, &[], "").await.is_problem(422), "{id}");
        }
        assert!(program.get("/api/notes/%FF").await.is_problem(400));
    }

    async fn wrong_bodies_are_refused_by_their_kind_and_store_nothing(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let (path, _) = note(&program, "Hull").await;
        let before = tables::snapshot(&db).await;
        let (deep, huge, long) = ("[".repeat(100_000), content("x", &"y".repeat(300_000)), content(&"é".repeat(121), ""));
        let extra = r#"{"title":"a","body":"","user_id":"x"}"#;
        let twice = r#"{"title":"a","title":"b","body":""}"#;
        for (body, status) in [
            ("", 400), ("{", 400), ("title=a&body=b", 400), (deep.as_str(), 422), ("{\"title\":\"\\ud800\",\"body\":\"\"}", 400),
            ("null", 422), ("[]", 422), (r#"["a","b"]"#, 422), ("{}", 422), (r#"{"title":"a"}"#, 422), (r#"{"title":1,"body":""}"#, 422),
            (extra, 422), (twice, 422), (long.as_str(), 422), (r#"{"title":"","body":""}"#, 422),
            (r#"{"title":"a\u0000","body":""}"#, 422), (huge.as_str(), 413),
        ] {
            for (method, path) in [("POST", "/api/notes"), ("PUT", path.as_str())] {
                let answer = program.ask(method, path, &[("if-match", "*")], body).await;
                assert!(answer.is_problem(status), "{method} {body:.60}: {} {}", answer.status, answer.body);
            }
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
            let answer = program.ask("POST", "/api/notes", &[("content-type", kind)], &content("a", "")).await;
            assert!(answer.is_problem(415), "{kind}: {}", answer.body);
        }
        assert_eq!(tables::snapshot(&db).await, before);
        let wrong = program.ask("POST", "/api/notes", &[], &content("", "\0")).await.json();
        let fields: Vec<_> = wrong["errors"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["title", "body"]);
    }
}

on_sqlite! {
    async fn each_answer_of_a_handler_is_documented(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read write").await;
        let (_eve, reader) = Program::of(&db, "eve@example.com", "read").await;
        let mut statuses = std::collections::BTreeSet::new();
        for route in api_routes().into_iter().filter(|route| route.path.starts_with("/api/")) {
            let huge = ["{\"title\":\"", &"x".repeat(300_000), "\"}"].concat();
            let (good, wrong) = (r#"{"title":"a","body":""}"#, r#"{"title":""}"#);
            for (headers, body) in [
                (&[("if-match", "*")][..], good), (&[], good), (&[("if-match", "\"1\"")], good), (&[("if-match", "*")], wrong),
                (&[], "{"), (&[], &huge), (&[("content-type", "text/plain")], good), (&[("authorization", "x")], good),
            ] {
                let (path, etag) = note(&program, "Hull").await;
                let is_of_note = route.path.contains("{id}");
                for id in [path.rsplit('/').next().unwrap(), "x", server::Id::<()>::new().as_str()] {
                    let path = route.path.replace("{id}", id);
                    let mut answers = vec![program.ask(route.method, &path, headers, body).await, reader.ask(route.method, &path, headers, body).await];
                    if route.method == "GET" {
                        answers.push(program.ask("GET", &format!("{path}?limit=x"), &[("if-none-match", &etag)], "").await);
                    }
                    for answer in answers {
                        assert_documented(route.method, route.path, &answer);
                        statuses.insert(answer.status);
                    }
                    if !is_of_note {
                        break;
                    }
                }
            }
        }
        let expected = [200, 201, 204, 304, 400, 401, 403, 404, 412, 413, 415, 422, 428];
        assert!(expected.iter().all(|status| statuses.contains(status)), "{statuses:?}");
    }
}
