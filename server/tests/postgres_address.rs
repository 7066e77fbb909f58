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
