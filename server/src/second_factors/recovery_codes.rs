//! Ten codes to print or write down, for when the app is lost. Each works once; the table holds hashes of them.

use super::seals::random;
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::letters::{self, Notice};
use crate::on;
use crate::users::{self, User};
use sha2::{Digest, Sha256};

const HOW_MANY: usize = 10;

/// Crockford's base32: without I, L, O and U, which are taken for others when they are read from paper.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 80 bits: nobody finds one by trying, and nobody who has the hashes either.
const LENGTH: usize = 16;

/// Gives the user ten new codes inside a change; older ones are worth nothing then.
pub(super) async fn replace_in(tx: &mut Tx, now: i64, user: &User) -> Result<Vec<String>, Error> {
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

/// Gives the user ten new codes, if a second factor is on. None: it is off.
pub async fn renew(db: &Db, actor: Actor<'_>, user: &User) -> Result<Option<Vec<String>>, Error> {
    let mut tx = db.begin().await?;
    let as_now = users::hold(&mut tx, &user.id).await?.filter(|now| now.has_password_of(user));
    if as_now.is_none_or(|user| user.second_factor_at.is_none()) {
        return Ok(None);
    }
    let now = db.now();
    let codes = replace_in(&mut tx, now, user).await?;
    letters::notify(&mut tx, now, user, Notice::RecoveryCodesMade).await?;
    audit::record(&mut tx, now, actor, Action::MadeRecoveryCodes, user).await?;
    tx.commit().await.map(|()| Some(codes))
}

/// Removes the codes that were made at `since` (unix milliseconds) or later, inside a recovery.
pub(super) async fn remove_since_in(tx: &mut Tx, user: &User, since: i64) -> Result<(), Error> {
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

/// Whether this is one of the user's codes, typed in any case and with or without what stands between its groups. It
/// is used up then, and the user is told.
pub async fn take(db: &Db, actor: Actor<'_>, user: &User, typed: &str) -> Result<bool, Error> {
    let Some(letters) = read(typed) else {
        return Ok(false);
    };
    let mut tx = db.begin().await?;
    if !super::is_on_in(&mut tx, user).await? {
        return Ok(false);
    }
    // Whoever deletes the row has used the code: of two at once, one.
    let used = on!(tx.on(), tx => sqlx::query("delete from recovery_codes where user_id = $1 and hash = $2")
        .bind(&user.id).bind(hash(&user.id, &letters))
        .execute(tx).await.map(|done| done.rows_affected()))?;
    if used == 0 {
        return Ok(false);
    }
    let left = "select count(*) from recovery_codes where user_id = $1";
    let left: i64 = on!(tx.on(), tx => sqlx::query_scalar(left).bind(&user.id).fetch_one(tx).await)?;
    let now = db.now();
    letters::notify(&mut tx, now, user, Notice::RecoveryCodeUsed { left }).await?;
    audit::record(&mut tx, now, actor, Action::UsedRecoveryCode, user).await?;
    tx.commit().await.map(|()| true)
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
