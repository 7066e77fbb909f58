//! Who issues tokens: the keys, and the kind of access token.

use crate::keys::Keys;
use url::Url;

#[derive(Clone, Copy, Debug)]
pub struct Issuer<'a> {
    pub keys: &'a Keys,
    pub public_url: &'a Url,
    /// Whether access tokens are signed, else random.
    pub signs: bool,
}

impl Issuer<'_> {
    pub(super) fn name(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    pub(super) fn audience(&self) -> String {
        format!("{}/api", self.name())
    }
}
