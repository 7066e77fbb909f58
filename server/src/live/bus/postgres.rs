//! The bus on PostgreSQL. Each message is a row. The notification has only its id, since `NOTIFY` carries 8,000 bytes. After
//! a lost connection the rows of the replay window are read, so nothing is lost. `LISTEN` has a connection of its own,
//! outside of the pool. Times are those of the database, so the clocks of the processes do not matter.

use super::{BusUrl, TIMEOUT, Transport};
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

const CHANNEL: &str = "live_tabs";
/// A connection that the network dropped is silent.
const PING: Duration = Duration::from_secs(10);
/// Rows that were heard and are remembered for the next connection.
const MAX_HEARD: usize = 10_000;

const INSERT: &str = "insert into bus_messages (id, sent_at, body)
     values ($1, (extract(epoch from clock_timestamp()) * 1000)::bigint, $2)";
/// A little more than the replay window: a row is visible only after its commit.
const RECENT: &str = "select id, body from bus_messages
     where sent_at > (extract(epoch from clock_timestamp()) * 1000)::bigint - 65000 order by sent_at, id";
const DELETE: &str = "delete from bus_messages
     where sent_at < (extract(epoch from clock_timestamp()) * 1000)::bigint - 120000";

struct Row;

#[derive(Debug)]
pub struct Notifications {
    db: Db,
    options: PgConnectOptions,
    heard: Mutex<VecDeque<Id<Row>>>,
}

pub fn url(text: &str) -> Result<BusUrl, String> {
    let options =
        text.parse().map_err(|_| "this is no PostgreSQL address, like postgres://USER:PASSWORD@HOST/NAME")?;
    Ok(BusUrl::Postgres(Box::new(options)))
}

pub fn of_database(db: &Db) -> Option<Arc<dyn Transport>> {
    let options = db.postgres_options()?.as_ref().clone();
    Some(Arc::new(Notifications { db: db.clone(), options, heard: Mutex::default() }))
}

pub fn of_options(db: &Db, options: &PgConnectOptions) -> Result<Option<Arc<dyn Transport>>, Error> {
    match db.postgres_options() {
        None => Err(Error::Live("BUS_URL is an address of PostgreSQL, but DATABASE_URL is not")),
        Some(_) => Ok(Some(Arc::new(Notifications {
            db: db.clone(),
            options: options.clone(),
            heard: Mutex::default(),
        }))),
    }
}

#[async_trait]
impl Transport for Notifications {
    async fn publish(&self, body: &str) -> Result<(), Error> {
        let id = Id::<Row>::new();
        let mut tx = self.db.begin().await?;
        tx.execute(sql!(INSERT, id, body)).await?;
        tx.execute(sql!("select pg_notify($1, $2)", CHANNEL, id)).await?;
        tx.commit().await
    }

    async fn listen(&self, heard: &mpsc::Sender<String>) -> Result<(), Error> {
        // A pool for this connection alone: a listener that hangs must not occupy a connection of the other pool.
        let one = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(TIMEOUT)
            .max_lifetime(None)
            .idle_timeout(None);
        let connect = async {
            let mut listener = PgListener::connect_with(&one.connect_lazy_with(self.options.clone())).await?;
            // By itself it would connect again without reading what was missed.
            listener.eager_reconnect(false);
            listener.listen(CHANNEL).await.map(|()| listener)
        };
        let mut listener = in_time(connect).await?;
        self.pass_on(in_time(self.db.rows(sql!(RECENT))).await?, heard).await;
        loop {
            match timeout(PING, listener.try_recv()).await {
                Ok(Ok(Some(notification))) => {
                    let read = "select id, body from bus_messages where id = $1";
                    let rows = in_time(self.db.rows(sql!(read, notification.payload()))).await?;
                    self.pass_on(rows, heard).await;
                }
                Ok(Ok(None)) => return Err(Error::Bus("PostgreSQL closed the connection".into())),
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => {
                    in_time(sqlx::query("select 1").execute(&mut listener)).await?;
                }
            }
        }
    }

    async fn delete_old(&self) -> Result<(), Error> {
        self.db.execute(sql!(DELETE)).await.map(drop)
    }
}

async fn in_time<T, E: Into<Error>>(work: impl Future<Output = Result<T, E>>) -> Result<T, Error> {
    let answer = timeout(TIMEOUT, work).await;
    answer.map_err(|_| Error::Bus("PostgreSQL does not answer".into()))?.map_err(Into::into)
}

impl Notifications {
    async fn pass_on(&self, rows: Vec<(Id<Row>, String)>, heard: &mpsc::Sender<String>) {
        let mut known = self.heard.lock().await;
        for (id, body) in rows {
            if known.contains(&id) || heard.send(body).await.is_err() {
                continue;
            }
            known.push_back(id);
            if known.len() > MAX_HEARD {
                known.pop_front();
            }
        }
    }
}
