//! The users of a development database: an admin and a member.

use crate::accounts::{self, NewUser};
use crate::db::Db;
use crate::error::Error;
use crate::notes;
use crate::sql;
use crate::users;

pub struct Seeded {
    pub email: &'static str,
    pub name: &'static str,
    pub password: &'static str,
    pub is_admin: bool,
}

/// The passwords are public: never seed a public database.
pub const PEOPLE: [Seeded; 2] = [
    Seeded { email: "admin@example.com", name: "Ada Admin", password: "harbour-lantern-42", is_admin: true },
    Seeded {
        email: "member@example.com",
        name: "Max Member",
        password: "harbour-lantern-43",
        is_admin: false,
    },
];

/// Returns false if there are users already.
pub async fn seed(db: &Db) -> Result<bool, Error> {
    let (people,): (i64,) = db.row(sql!("select count(*) from users")).await?;
    if people > 0 {
        return Ok(false);
    }
    for person in &PEOPLE {
        let typed = NewUser { email: person.email, name: person.name, password: person.password };
        accounts::sign_up(db, typed).await?;
        let Some(user) = users::with_email(db, person.email).await? else {
            continue;
        };
        accounts::mark_verified(db, &user).await?;
        if person.is_admin {
            accounts::grant_admin(db, &user.email).await?;
        }
        notes::welcome(db, &crate::scope::Scope::of(&user)).await?;
    }
    Ok(true)
}
