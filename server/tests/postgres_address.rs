//! The address of a PostgreSQL server, as in `DATABASE_URL`.

use server::Config;
use server::db::DatabaseUrl;

#[test]
fn the_database_may_be_a_postgresql_server() {
    for url in
        ["postgres://ada:pw@db.example.com/app", "postgresql://db.example.com:5433/app?sslmode=require"]
    {
        let config = Config::for_tests(&[("DATABASE_URL", url)]);
        assert!(matches!(config.database_url, DatabaseUrl::Postgres(_)), "{url}");
    }
}

#[test]
fn debug_output_contains_no_database_password() {
    let config = Config::for_tests(&[("DATABASE_URL", "postgres://ada:hunter2@host/app")]);
    assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
}

#[test]
fn a_parameter_that_nothing_reads_is_a_warning_with_its_name_and_without_its_value() {
    for setting in ["DATABASE_URL", "BUS_URL"] {
        let warnings = |url: &str| Config::for_tests(&[(setting, url)]).warnings;
        let with = |parameters: &str| warnings(&format!("postgres://ada:pw@db.example.com/app?{parameters}"));
        for known in [
            "sslmode=require",
            "ssl-mode=verify-full&ssl-ca=ca.pem",
            "application_name=web&statement-cache-capacity=0",
            "options[search_path]=public&options=-c%20geqo%3Doff",
        ] {
            assert_eq!(with(known), [""; 0], "{known}");
        }
        for (unknown, name, meant) in [
            ("ssl_mode=hunter2", " ssl_mode ", "did you mean sslmode?"),
            ("sslmode=require&sslmod=hunter2", " sslmod ", "did you mean sslmode?"),
            ("SSLMODE=hunter2", " SSLMODE ", "did you mean sslmode?"),
            (
                "statement_cache_capacity=hunter2",
                " statement_cache_capacity ",
                "did you mean statement-cache-capacity?",
            ),
            ("channel_binding=hunter2", " channel_binding ", "has no effect"),
        ] {
            let found = with(unknown);
            let [warning] = &found[..] else { panic!("{unknown}: {found:?}") };
            assert!(
                warning.starts_with(setting) && warning.contains(name) && warning.ends_with(meant),
                "{warning}"
            );
            assert!(!warning.contains("hunter2"), "{warning}");
        }
        let password = warnings("postgres://ada:?hunter2@db.example.com/app");
        assert!(password.len() == 1 && !password[0].contains("hunter2"), "{password:?}");
    }
    assert_eq!(Config::for_tests(&[("BUS_URL", "redis://127.0.0.1:6379?channel=acme")]).warnings, [""; 0]);
}

#[tokio::test]
async fn an_unreachable_server_is_reported_with_host_port_and_reason_only() {
    let url: DatabaseUrl = "postgres://ada:hunter2@127.0.0.1:9/app".parse().unwrap();
    for migrate in [true, false] {
        let said = server::db::connect(&url, migrate).await.unwrap_err().to_string();
        assert!(said.contains("127.0.0.1, port 9") && said.contains("refused"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    assert_eq!(url.to_string(), "postgres://127.0.0.1:9/app");
}
