//! Dumps all tables as text, so that a test can find a secret in them, also as bytes, base64 or numbers.

use crate::db::{Db, Statement};
use crate::sql;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

const RUN: usize = 12;

/// A line begins with the table's name; the row as the database writes it, and the text decoded from its bytes.
pub async fn dump(db: &Db) -> Vec<String> {
    let mut rows = Vec::new();
    for table in tables(db).await {
        let columns = format!("select 'quote(' || name || ')' from pragma_table_info('{table}')");
        let columns = sql!(
            sqlite: &columns,
            postgres: "select '' where false",
        );
        let columns = lines(db, columns).await.join(" || ' ' || ");
        let rows_of_table = sql!(
            sqlite: &format!("select {columns} from {table}"),
            postgres: &format!("select t::text from {table} t"),
        );
        for row in lines(db, rows_of_table).await {
            rows.push(format!("{table} {row} {}", disguised(&row).join(" ").trim()));
        }
    }
    rows.sort();
    rows
}

/// As text or in hexadecimal.
pub fn row_with<'a>(rows: &'a [String], text: &str) -> Option<&'a String> {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    rows.iter().find(|row| row.contains(text) || row.to_lowercase().contains(&hex))
}

async fn tables(db: &Db) -> Vec<String> {
    let names = sql!(
        sqlite: "select name from sqlite_master where type = 'table' and name not like 'sqlite%'",
        postgres: "select tablename::text from pg_tables where schemaname = 'public'",
    );
    let names = lines(db, names).await;
    assert!(names.contains(&"users".to_owned()), "{names:?}");
    names
}

/// Returns the first column of a query's result.
pub async fn lines(db: &Db, query: Statement<'_>) -> Vec<String> {
    let rows = db.rows(query).await.expect("the rows of a table");
    rows.into_iter().map(|(line,)| line).collect()
}

/// Returns the texts encoded in a text: in hexadecimal, and inside those in base64 and as numbers.
fn disguised(text: &str) -> Vec<String> {
    let mut texts: Vec<String> =
        runs(text, |c| c.is_ascii_hexdigit()).filter_map(from_hex).map(readable).collect();
    for number in 0..=texts.len() {
        let text = number.checked_sub(1).map_or(text, |number| &texts[number]).to_owned();
        let base64 = runs(&text, |c| c.is_ascii_alphanumeric() || "+/-_".contains(c)).filter_map(from_base64);
        let numbers = runs(&text, |c| c.is_ascii_digit() || c == ',' || c == ' ').map(from_numbers);
        let found: Vec<String> = base64.chain(numbers).map(readable).collect();
        texts.extend(found);
    }
    texts
}

fn runs(text: &str, belongs: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    text.split(move |c| !belongs(c)).filter(|run| run.len() >= RUN)
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, _) = digits.as_bytes().as_chunks::<2>();
    pairs.iter().map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn from_base64(letters: &str) -> Option<Vec<u8>> {
    let whole = letters.len() - usize::from(letters.len() % 4 == 1);
    let letters = &letters[..whole];
    STANDARD_NO_PAD.decode(letters).or_else(|_| URL_SAFE_NO_PAD.decode(letters)).ok()
}

fn from_numbers(list: &str) -> Vec<u8> {
    list.split([',', ' ']).filter_map(|number| number.parse().ok()).collect()
}

/// Single letters occur in any bytes.
fn readable(bytes: Vec<u8>) -> String {
    let text = String::from_utf8_lossy(&bytes);
    let parts = text.split(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER);
    parts.filter(|part| part.len() > 4).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::disguised;

    #[test]
    fn a_text_is_found_in_hexadecimal_in_base64_and_in_numbers() {
        let secret = "ABCD-EFGH-JKMN-PQRS";
        let numbers: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
        let base64 = "QUJDRC1FRkdILUpLTU4tUFFSUw";
        let hex: String = base64.bytes().map(|byte| format!("{byte:02X}")).collect();
        for row in [format!("X'00{hex}'"), format!("a {base64}== b"), format!("[{}]", numbers.join(","))] {
            assert!(disguised(&row).iter().any(|text| text.contains(secret)), "{row}: {:?}", disguised(&row));
        }
    }
}
