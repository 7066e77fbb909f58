//! Ten recovery codes, for when the authenticator app is lost. Each works once. The table contains their hashes.

use crate::db::{Db, Tx};
use crate::encryption::random;
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use crate::typed_code::typed_code;
use crate::users::User;
use sha2::{Digest, Sha256};

const HOW_MANY: usize = 10;

/// Crockford's base32: without I, L, O and U, which are easily misread on paper.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 80 bits: too many to guess, even with the hashes.
const LENGTH: usize = 16;

const LEFT: &str = "select count(*) from recovery_codes where user_id = $1";

pub(crate) async fn replace_in(tx: &mut Tx, now: i64, user: &User) -> Result<Vec<String>, Error> {
    tx.execute(sql!("delete from recovery_codes where user_id = $1", user.id)).await?;
    let mut codes = Vec::with_capacity(HOW_MANY);
    for _ in 0..HOW_MANY {
        let letters = letters()?;
        let insert = "insert into recovery_codes (hash, user_id, created_at) values ($1, $2, $3)";
        tx.execute(sql!(insert, hash(&user.id, &letters), user.id, now)).await?;
        codes.push(in_groups(&letters));
    }
    Ok(codes)
}

/// Removes codes made at `since` (unix milliseconds) or later.
pub(crate) async fn remove_since_in(tx: &mut Tx, user: &User, since: i64) -> Result<(), Error> {
    tx.execute(sql!("delete from recovery_codes where user_id = $1 and created_at >= $2", user.id, since))
        .await
        .map(drop)
}

pub async fn left(db: &Db, user: &User) -> Result<i64, Error> {
    let (left,) = db.row(sql!(LEFT, user.id)).await?;
    Ok(left)
}

/// False if the codes were replaced; used ones count.
pub(crate) async fn are_current(db: &Db, user: &User, codes: &[String]) -> Result<bool, Error> {
    for letters in codes.iter().filter_map(|code| read(code)) {
        let find = "select count(*) from recovery_codes where user_id = $1 and hash = $2";
        let (found,): (i64,) = db.row(sql!(find, user.id, hash(&user.id, &letters))).await?;
        if found > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ignores case and separators. Returns how many are left, or `None` if the code is not the user's.
pub(crate) async fn take_in(tx: &mut Tx, user: &User, typed: &str) -> Result<Option<i64>, Error> {
    let Some(letters) = read(typed) else {
        return Ok(None);
    };
    // The one of two parallel requests that deletes the row has used the code.
    let delete = "delete from recovery_codes where user_id = $1 and hash = $2";
    let used = tx.execute(sql!(delete, user.id, hash(&user.id, &letters))).await?;
    if used == 0 {
        return Ok(None);
    }
    let (left,) = tx.row(sql!(LEFT, user.id)).await?;
    Ok(Some(left))
}

fn letters() -> Result<String, Error> {
    // A byte has eight times as many values as there are letters, so all letters are equally likely.
    let bytes: [u8; LENGTH] = random()?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

fn in_groups(letters: &str) -> String {
    let groups: Vec<&str> =
        letters.as_bytes().chunks(4).filter_map(|four| str::from_utf8(four).ok()).collect();
    groups.join("-")
}

fn read(typed: &str) -> Option<String> {
    let as_printed = |c| match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let letters: String = typed_code(typed).chars().map(as_printed).collect();
    (letters.len() == LENGTH).then_some(letters)
}

fn hash(user_id: &Id<User>, letters: &str) -> Vec<u8> {
    Sha256::digest(format!("{user_id}\0{letters}")).to_vec()
}
