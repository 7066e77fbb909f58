//! Ten codes to print or write down, for when the app is lost. Each works once; the table holds hashes of them.

use crate::db::{Db, Tx};
use crate::encryption::random;
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::users::User;
use sha2::{Digest, Sha256};

const HOW_MANY: usize = 10;

/// Crockford's base32: without I, L, O and U, which are taken for others when they are read from paper.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 80 bits: nobody finds one by trying, and nobody who has the hashes either.
const LENGTH: usize = 16;

/// Gives the user ten new codes inside a change; older ones are worth nothing then.
pub(crate) async fn replace_in(tx: &mut Tx, now: i64, user: &User) -> Result<Vec<String>, Error> {
    on!(tx.on(), tx => sqlx::query("delete from recovery_codes where user_id = $1")
        .bind(&user.id)
        .execute(tx).await.map(drop))?;
    let mut codes = Vec::with_capacity(HOW_MANY);
    for _ in 0..HOW_MANY {
        let letters = letters()?;
        on!(tx.on(), tx => sqlx::query(
            "insert into recovery_codes (hash, user_id, created_at) values ($1, $2, $3)",
        )
            .bind(hash(&user.id, &letters)).bind(&user.id).bind(now)
            .execute(tx).await.map(drop))?;
        codes.push(in_groups(&letters));
    }
    Ok(codes)
}

/// Removes the codes that were made at `since` (unix milliseconds) or later, inside a recovery.
pub(crate) async fn remove_since_in(tx: &mut Tx, user: &User, since: i64) -> Result<(), Error> {
    Ok(on!(tx.on(), tx => sqlx::query("delete from recovery_codes where user_id = $1 and created_at >= $2")
        .bind(&user.id).bind(since)
        .execute(tx).await.map(drop))?)
}

/// How many codes the user has left.
pub async fn left(db: &Db, user: &User) -> Result<i64, Error> {
    Ok(on!(db.read(), pool => sqlx::query_scalar("select count(*) from recovery_codes where user_id = $1")
        .bind(&user.id)
        .fetch_one(pool).await)?)
}

/// Whether these are the codes that the user has, used or not: not those of before the last ones were made.
pub(crate) async fn are_current(db: &Db, user: &User, codes: &[String]) -> Result<bool, Error> {
    for letters in codes.iter().filter_map(|code| read(code)) {
        let find = "select count(*) from recovery_codes where user_id = $1 and hash = $2";
        let found: i64 = on!(db.read(), pool => sqlx::query_scalar(find)
            .bind(&user.id).bind(hash(&user.id, &letters))
            .fetch_one(pool).await)?;
        if found > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Uses up this code of the user, typed in any case and with or without what separates its groups. Returns how many are
/// left, or `None` if it is not one of theirs.
pub(crate) async fn take_in(tx: &mut Tx, user: &User, typed: &str) -> Result<Option<i64>, Error> {
    let Some(letters) = read(typed) else {
        return Ok(None);
    };
    // The request that deletes the row has used the code: of two at once, one.
    let used = on!(tx.on(), tx => sqlx::query("delete from recovery_codes where user_id = $1 and hash = $2")
        .bind(&user.id).bind(hash(&user.id, &letters))
        .execute(tx).await.map(|done| done.rows_affected()))?;
    if used == 0 {
        return Ok(None);
    }
    let left = "select count(*) from recovery_codes where user_id = $1";
    Ok(Some(on!(tx.on(), tx => sqlx::query_scalar(left).bind(&user.id).fetch_one(tx).await)?))
}

fn letters() -> Result<String, Error> {
    // A byte has eight times as many values as there are letters, so that each is as likely as the others.
    let bytes: [u8; LENGTH] = random()?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

fn in_groups(letters: &str) -> String {
    let groups: Vec<&str> =
        letters.as_bytes().chunks(4).filter_map(|four| str::from_utf8(four).ok()).collect();
    groups.join("-")
}

/// The letters of a code as somebody typed it. None: it is no code.
fn read(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|c| c.is_ascii_alphanumeric()).take(LENGTH + 1);
    let letters: String = letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    (letters.len() == LENGTH).then_some(letters)
}

fn hash(user_id: &Id, letters: &str) -> Vec<u8> {
    Sha256::digest(format!("{user_id}\0{letters}")).to_vec()
}
