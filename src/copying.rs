//! `database copy URL`: copies from SQLite to PostgreSQL.

use crate::say;
use server::db::DatabaseUrl;
use server::{Config, db};
use std::error::Error as AnyError;

/// Copies all data to another database, or nothing.
pub async fn copy(config: &Config, url: &str) -> Result<(), Box<dyn AnyError>> {
    let to: DatabaseUrl = url.parse().map_err(|mistake| format!("The database to copy to: {mistake}"))?;
    let copied = db::copy(&config.database_url, &to).await?;
    for table in &copied {
        say(&format!("  {:22} {:>10} rows, the same on both", table.table, table.rows));
    }
    say("All is copied. Set DATABASE_URL to the new database and start the product.");
    Ok(())
}
