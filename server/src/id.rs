//! The key of every table: a UUID v7 as text, which sorts by creation time.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// Key of a row of `T`. Text that does not parse as a key names no row.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(transparent, bound = "")]
pub struct Id<T>(String, PhantomData<fn() -> T>);

impl<T> Id<T> {
    #[allow(clippy::new_without_default)] // a default that differs each time would be surprising
    pub fn new() -> Self {
        Self(uuid::Uuid::now_v7().to_string(), PhantomData)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T> FromStr for Id<T> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<uuid::Uuid>().map(|uuid| Self(uuid.to_string(), PhantomData))
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Not derived: a derive would ask the same of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Id").field(&self.0).finish()
    }
}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T, D: sqlx::Database> sqlx::Type<D> for Id<T>
where
    String: sqlx::Type<D>,
{
    fn type_info() -> D::TypeInfo {
        String::type_info()
    }

    fn compatible(column: &D::TypeInfo) -> bool {
        String::compatible(column)
    }
}

impl<'r, T, D: sqlx::Database> sqlx::Decode<'r, D> for Id<T>
where
    String: sqlx::Decode<'r, D>,
{
    fn decode(value: D::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        String::decode(value).map(|text| Self(text, PhantomData))
    }
}
