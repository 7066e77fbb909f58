//! GET /admin/users.csv and /admin/audit.csv: all rows, for a spreadsheet. They are read in parts, so that a long table
//! does not fill the memory.

use super::audit::{actor, subject};
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::IntoResponse;
use csv::Writer;
use futures_util::stream::try_unfold;
use server::audit::{self, Entry};
use server::users::{self, UserWithSessions};
use server::{Db, Error};
use ui::components::rfc3339;
use ui::page::{Page, PageResult};
use ui::request::Cx;

pub async fn users_csv(cx: Cx) -> PageResult {
    let admin = cx.admin().await?;
    tracing::info!(admin = %admin.id, ip = cx.visitor.ip(), "exported all users");
    let head = [
        "id",
        "email",
        "name",
        "admin",
        "confirmed",
        "two_factor",
        "passkeys",
        "last_seen",
        "disabled",
        "signed_up",
    ];
    let part = async |db: Db, last: Option<UserWithSessions>| {
        users::all(&db, last.map(|found| found.user.id).as_ref()).await
    };
    file(cx.db, "users.csv", &head, part, user_row)
}

fn user_row(found: &UserWithSessions) -> Vec<String> {
    let user = &found.user;
    let time = |at: Option<i64>| at.map(rfc3339).unwrap_or_default();
    vec![
        user.id.to_string(),
        user.email.clone(),
        user.name.clone(),
        user.is_admin().to_string(),
        time(user.email_verified_at),
        time(user.second_factor_at),
        found.passkeys.to_string(),
        time(found.last_seen_at),
        time(user.disabled_at),
        rfc3339(user.created_at),
    ]
}

pub async fn audit_csv(cx: Cx) -> PageResult {
    let admin = cx.admin().await?;
    tracing::info!(admin = %admin.id, ip = cx.visitor.ip(), "exported the audit log");
    let head = ["time", "actor", "action", "subject", "ip"];
    let part = async |db: Db, last: Option<Entry>| audit::all(&db, last.map(|entry| entry.id).as_ref()).await;
    file(cx.db, "audit.csv", &head, part, entry_row)
}

fn entry_row(entry: &Entry) -> Vec<String> {
    let subject = subject(entry).unwrap_or_default();
    vec![rfc3339(entry.at), actor(entry), entry.action.clone(), subject, entry.ip.clone()]
}

/// `part` returns the rows after the given one, and none at the end.
fn file<Row, Part, Rows>(
    db: Db,
    name: &str,
    head: &[&str],
    part: Part,
    cells: fn(&Row) -> Vec<String>,
) -> PageResult
where
    Row: Send + 'static,
    Part: Fn(Db, Option<Row>) -> Rows + Send + 'static,
    Rows: Future<Output = Result<Vec<Row>, Error>> + Send,
{
    let first = lines([head.iter().map(|cell| (*cell).to_owned()).collect()]);
    let parts = try_unfold((Some(first), None, db, part), move |(first, last, db, part)| async move {
        if let Some(first) = first {
            return Ok(Some((first, (None, last, db, part))));
        }
        let rows = part(db.clone(), last)
            .await
            .inspect_err(|error| tracing::error!(%error, "an export ended early"))?;
        let bytes = lines(rows.iter().map(cells));
        Ok::<_, Error>(rows.into_iter().next_back().map(|last| (bytes, (None, Some(last), db, part))))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok(Page::Raw((headers, Body::from_stream(parts)).into_response()))
}

fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Bytes {
    let mut writer = Writer::from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail.
        let _ = writer.write_record(row.into_iter().map(without_formula));
    }
    writer.into_inner().unwrap_or_default().into()
}

/// A spreadsheet runs a cell that begins like a formula. Depending on its language it also splits cells at other
/// separators, and takes a quote at the beginning of a part as an enclosing one.
fn without_formula(cell: String) -> String {
    let (mut safe, mut is_begin) = (String::with_capacity(cell.len() + 1), true);
    for c in cell.chars() {
        if is_begin && "=+-@\t\r\n＝＋－＠".contains(c) {
            safe.push('\'');
        }
        let is_separator = matches!(c, ';' | ',' | '\t' | '\r' | '\n' | '|');
        is_begin = is_separator || (is_begin && (c.is_whitespace() || c == '"'));
        safe.push(c);
    }
    safe
}
