//! The id of a request in the logs and in its response.

use server::Id;
use std::fmt;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    #[allow(clippy::new_without_default)] // a default that differs each time would be surprising
    pub fn new() -> Self {
        Self(Id::<Self>::new().as_str().into())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
