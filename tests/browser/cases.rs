//! Cases of one test, a few at once.

use futures_util::{StreamExt, stream};
use server::testing::TestDb;

/// Runs a test for every case, each with a database of its own. A few at once: most of them wait for their database, and
/// PostgreSQL accepts a hundred connections of all tests together.
pub async fn for_each_case<T: Copy>(
    db: &TestDb,
    cases: impl IntoIterator<Item = T>,
    test: impl AsyncFn(TestDb, T),
) {
    let run = async |case| test(db.another().await, case).await;
    stream::iter(cases).map(run).buffer_unordered(4).collect::<()>().await;
}
