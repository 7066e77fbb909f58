//! Who acts on rows that belong to a user: each function on such rows takes a `Scope`, and its SQL selects only rows of
//! that scope.

use crate::id::Id;
use crate::users::User;

/// A product in which organisations own rows adds a field: `docs/guides/add-organisations.md`.
#[derive(Clone, Debug)]
pub struct Scope {
    user_id: Id<User>,
}

impl Scope {
    pub fn of(user: &User) -> Self {
        Self { user_id: user.id.clone() }
    }

    pub fn user_id(&self) -> &Id<User> {
        &self.user_id
    }
}
