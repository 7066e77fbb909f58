//! Roles: what a user may do. Every user is a member. `users.roles` has the further ones, and each session has one active
//! role: docs/decisions/0028. docs/guides/add-a-role.md shows how to add one.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Member,
    Admin,
}

impl Role {
    /// The strongest last: it is active in a session without a choice.
    pub const ALL: [Self; 2] = [Self::Member, Self::Admin];

    /// In tables and forms: one word in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
        }
    }

    /// As in "Make an admin".
    pub fn noun(self) -> &'static str {
        match self {
            Self::Member => "a member",
            Self::Admin => "an admin",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Admin => "Admin",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// A condition on the user `u`.
    pub(crate) fn is_held(self) -> String {
        format!("(' ' || u.roles || ' ' like '% {} %')", self.name())
    }
}

/// The roles that a user holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Roles(String);

impl Roles {
    pub fn holds(&self, role: Role) -> bool {
        role == Role::Member || self.0.split(' ').any(|name| name == role.name())
    }

    /// The strongest last.
    pub fn all(&self) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| self.holds(*role)).collect()
    }

    /// A chosen role counts while the user holds it.
    pub fn active(&self, chosen: Option<Role>) -> Role {
        let strongest = self.all().last().copied().unwrap_or(Role::Member);
        chosen.filter(|role| self.holds(*role)).unwrap_or(strongest)
    }

    pub(crate) fn with(&self, role: Role) -> String {
        self.names(|one| one == role || self.holds(one))
    }

    pub(crate) fn without(&self, role: Role) -> String {
        self.names(|one| one != role && self.holds(one))
    }

    fn names(&self, is_kept: impl Fn(Role) -> bool) -> String {
        let kept = Role::ALL.into_iter().filter(|role| *role != Role::Member && is_kept(*role));
        kept.map(Role::name).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn as_text(&self) -> &str {
        &self.0
    }
}
