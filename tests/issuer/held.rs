//! A request for tokens that waits, so that a test can change something while a callback is in flight.

use super::Issuer;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// A callback that asks for no tokens fails the test.
const TOKEN_REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

#[derive(Default)]
pub struct Held {
    arrived: Notify,
    released: Notify,
}

impl Issuer {
    /// Runs `meanwhile` after the request for tokens of this callback arrived, and before it is answered.
    pub async fn during<T>(
        &self,
        callback: impl Future<Output = T>,
        meanwhile: impl Future<Output = ()>,
    ) -> T {
        let held = Arc::new(Held::default());
        self.change(|inner| inner.held = Some(held.clone()));
        let change = async {
            timeout(TOKEN_REQUEST_TIMEOUT, held.arrived.notified()).await.expect("a request for tokens");
            meanwhile.await;
            held.released.notify_one();
        };
        tokio::join!(callback, change).0
    }

    pub(super) async fn wait_while_held(&self) {
        if let Some(held) = self.change(|inner| inner.held.take()) {
            held.arrived.notify_one();
            held.released.notified().await;
        }
    }
}
